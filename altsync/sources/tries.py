"""How often a request is tried, and with which pauses: urllib3's own accounting, with
waits that end when the session does."""

from __future__ import annotations

import logging
import random
import threading
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    InvalidHeader,
    MaxRetryError,
    NameResolutionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from altsync.errors import Interrupted
from altsync.sources.answers import CutShort
from altsync.sources.connecting import Adapter
from altsync.sources.inside import Reach

LOG = logging.getLogger("altsync.requests")
READ, WRITE, ONCE = "read", "write", "once"
"""Reads are sent again after what may pass; writes only where they were not done."""


NOBODY = (ConnectTimeoutError, NameResolutionError)
"""Nobody is there, as far as can be told: another try would cost the same wait."""
CHALLENGE = "cf-mitigated"
"""The header by which Cloudflare says that the answer is a challenge page of its own."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is tried. Seconds; `attempts` are retries after the first try."""

    attempts: int = 5
    backoff: float = 0.5
    """First pause; it doubles, with as much jitter, up to 30 s."""
    retry_after_cap: float = 60.0
    """The longest `Retry-After` that is obeyed in one go (urllib3's own cap is 6 hours).
    """
    impatient: bool = False
    """A host that never answered anything is not asked again once an answer is late."""


class _Tries(Retry):
    """urllib3's Retry whose pauses end when the session is closed, so that Ctrl-C need
    not wait a minute."""

    stop: threading.Event | None = None
    met: threading.Event | None = None
    """Set once anything was answered: a host that has never been there is not waited for
    again and again."""
    impatient: bool = False

    def new(self, **kw: Any) -> _Tries:
        again = super().new(**kw)
        again.stop, again.met = self.stop, self.met
        again.impatient = self.impatient
        return again

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        *rest: Any,
        **kw: Any,
    ) -> _Tries:
        nobody = (*NOBODY, ReadTimeoutError) if self.impatient else NOBODY
        if isinstance(error, nobody) and self.met and not self.met.is_set():
            raise MaxRetryError(None, url or "", error)  # type: ignore[arg-type]
        if response is not None and CHALLENGE in response.headers:
            # Asked again, a firewall only grows surer that this is a robot.
            raise MaxRetryError(None, url or "")  # type: ignore[arg-type]
        return super().increment(method, url, response, error, *rest, **kw)

    def parse_retry_after(self, retry_after: str) -> float:
        try:
            return super().parse_retry_after(retry_after)
        except (InvalidHeader, ValueError, OverflowError):
            return 0.0  # "soon": the usual pause, instead of failing the request

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        # Asked even where there is no pause: a try after a timeout would cost another
        # timeout.
        pause = self._pause(response)
        LOG.debug("asked again in %.1f s", pause)
        if self.stop is not None and self.stop.wait(pause):
            raise Interrupted(
                "Stopped while waiting for the site. The same command goes on."
            )

    def _pause(self, response: BaseHTTPResponse | None) -> float:
        """Seconds. A site that says "busy" gets a pause at once, where urllib3 pauses
        only from the second retry on; the jitter keeps the workers from coming back as
        one."""
        pause = self.get_backoff_time()
        if response is None:
            return pause
        told = None
        if self.respect_retry_after_header:
            told = self.get_retry_after(response)
        jitter = random.random() * self.backoff_jitter
        return (told or pause or self.backoff_factor) + jitter


def after(cut: CutShort, tries: Retry, method: str, url: str) -> Retry:
    """The tries that are left, after the pause: a body that breaks off counts as a
    reset. Raises `cut` where none is left."""
    try:
        left = tries.increment(method, url, error=ProtocolError("cut short"))
    except (MaxRetryError, ProtocolError):
        raise cut from None
    left.sleep()
    return left


def adapters(
    patience: Patience,
    workers: int,
    stop: threading.Event,
    reach: Reach,
    seconds: float,
    met: threading.Event | None = None,
) -> dict[str, HTTPAdapter]:
    """Three ways to try, over one pool of connections. `seconds`: for the headers of one
    answer; `met`: set once the site has answered anything."""
    common: dict[str, Any] = {
        "backoff_factor": patience.backoff,
        "backoff_max": 30,
        "backoff_jitter": patience.backoff,
        "retry_after_max": patience.retry_after_cap,
        "raise_on_status": False,
        "redirect": False,
        # Includes TLS errors, of which urllib3 does not know whether the request was
        # sent.
        "other": 0,
    }
    n = patience.attempts
    tries = {
        READ: _Tries(
            total=n,
            connect=min(3, n),
            read=min(2, n),
            status=n,
            allowed_methods={"GET", "HEAD"},
            status_forcelist=(429, 502, 503, 504),
            **common,
        ),
        WRITE: _Tries(
            total=n,
            connect=min(3, n),
            read=0,
            status=min(3, n),
            allowed_methods=None,
            status_forcelist=(429, 503),
            **common,
        ),
        ONCE: _Tries(total=0, respect_retry_after_header=False, **common),
    }
    made: dict[str, HTTPAdapter] = {}
    for kind, retry in tries.items():
        retry.stop, retry.met = stop, met
        retry.impatient = patience.impatient
        made[kind] = adapter = Adapter(
            reach,
            seconds,
            pool_connections=4,
            pool_maxsize=workers,
            max_retries=retry,
        )
        first = made[READ]
        adapter.poolmanager, adapter.proxy_manager = (
            first.poolmanager,
            first.proxy_manager,
        )
    return made
