"""robots.txt (RFC 9309): what a robot may read, how slowly, and where the sitemaps are.

Parsing is protego's. Nothing of the file is believed further than that: it is bounded
here, its sitemaps are read only where they lie on the site itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from altsync.errors import (
    FrontDoor,
    LoginFailed,
    NotThere,
    Rejected,
    SourceError,
)
from altsync.sources.http import Http

if TYPE_CHECKING:
    from protego import Protego

NAME = "altsync"
"""The name that a group of robots.txt calls altsync by: the beginning of its user agent."""
MAX_BYTES = 500_000
"""Of robots.txt; what comes after is not read, as RFC 9309 allows."""
LONGEST_DELAY = 10.0
"""Seconds between two pages: a longer Crawl-delay is kept to this, and told."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What robots.txt of one origin says to altsync. Without rules everything is
    allowed."""

    rules: Protego | None = None
    forbids_all: str = ""
    """Why nothing may be read: the file could not be; '' where it could."""

    def allows(self, url: str) -> bool:
        """May altsync read this page?"""
        if self.forbids_all:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, NAME))

    @property
    def asked_delay(self) -> float:
        """Seconds between two requests that the file asks for; 0 for none."""
        asked = self.rules and self.rules.crawl_delay(NAME)
        return max(0.0, float(asked or 0))

    @property
    def delay(self) -> float:
        """Those that are kept."""
        return min(self.asked_delay, LONGEST_DELAY)

    @property
    def sitemaps(self) -> list[str]:
        """Addresses of sitemaps, as they stand there."""
        return [] if self.rules is None else list(self.rules.sitemaps)


def read(http: Http) -> Robots:
    """robots.txt of the origin of `http`.

    Where there is none (a 4xx) everything is allowed; where the site fails, or does not
    answer, nothing is (RFC 9309, 2.3.1). Raises FrontDoor and Challenged, and Interrupted:
    those say nothing about robots.
    """
    url = f"{http.origin}/robots.txt"
    try:
        answer = http.get(url, headers={"Accept": "text/plain, */*"}, offsite=True)
    except (NotThere, Rejected):
        return Robots()
    except FrontDoor:
        raise
    except LoginFailed:
        return Robots()  # 401 is a 4xx as any other
    except SourceError as error:
        if error.stops_run:
            raise
        return Robots(forbids_all=str(error))
    return parse(answer.body)


def parse(body: bytes) -> Robots:
    """What a file says."""
    from protego import Protego

    return Robots(Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", "replace")))
