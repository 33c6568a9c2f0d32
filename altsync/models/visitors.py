"""What visitors get of the images, against the mirror."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from altsync.models.use import PictureKind, Region


class Shows(StrEnum):
    """What a place on a page says of an image, against the mirror."""

    NO_ALT = "no-alt"
    """It has no alt attribute, and the mirror has a text, or an empty one."""
    CACHED = "cached"
    """It says what the image said before, and the page was made before that changed."""
    EARLIER = "earlier"
    """It says what the image said before: an old revision, a stale copy, or a cache that
    does not say so."""
    COPY = "copy"
    """It says what another image with the same file says: a copy, another field."""
    OTHER = "other"
    """It says something that the mirror has never seen there."""
    NEWER = "newer"
    """The site itself says it by now: the mirror is older. No fault of the page."""
    BACKGROUND = "background"
    """It shows the image where no alt can be: a background, a video's poster, a tag that
    Drupal left as it was."""
    UNREAD = "unread"
    """The page was read before the text was changed: nobody knows."""
    SILENT = "silent"
    """Nobody is told of it there: hidden, and without a text."""
    SAME = "same"

    @property
    def differs(self) -> bool:
        """Visitors get something else than they should."""
        return self in DIFFERENT


DIFFERENT = frozenset(
    {Shows.NO_ALT, Shows.CACHED, Shows.EARLIER, Shows.COPY, Shows.OTHER}
)


@dataclass(frozen=True, slots=True)
class Checked:
    """One picture on a page that is an image of the mirror, or one of several."""

    shows: Shows
    page_url: str
    page_title: str
    place: int
    """Which picture of the page it is, from 1."""
    region: Region
    heading: str
    images: tuple[str, ...]
    """The image; several where one file fills several slots and nothing tells them
    apart there."""
    mirror: tuple[str | None, ...]
    """What the mirror says of each of them."""
    alt: str | None
    """What the page says; None where it has no alt attribute."""
    why: str = ""
    """What can be told about a difference, in a sentence."""
    caching: tuple[tuple[str, str], ...] = ()
    """Headers that tell how old the page is and who kept it: (lower case name, value)."""
    read_at: str = ""
    """When altsync read the page: UTC, ISO 8601."""
    language: str | None = None
    """Of the image, or of the first of them."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A picture of pages that is no image of the mirror, with the same alt everywhere."""

    address: str
    """As it may be shown; of a `data:` address only what kind of data it is."""
    kind: PictureKind
    alt: str | None
    hidden: bool
    pages: int
    """How many pages have it."""
    page_url: str
    """One of them."""
    page_title: str
    region: Region
    heading: str
    why: str = ""
    """What it probably is."""


class Arrival(StrEnum):
    """Whether the words that a push sent of an image have come to visitors."""

    ARRIVED = "arrived"
    """Every place that was read since shows them."""
    NOT_YET = "not-yet"
    """Some place does not."""
    REPLACED = "replaced"
    """The mirror says something else by now: they were changed, or taken back."""
    NOT_SHOWN = "not-shown"
    """No page that was read since shows the image."""
    UNREAD = "unread"
    """No page that is known to show it was read since."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """An image of a push, and what came of its words."""

    image: str
    alt: str | None
    """What was sent."""
    arrival: Arrival
    pages: int
    """Pages that show the image and were read since."""


@dataclass(frozen=True, slots=True)
class DrawnPages:
    """Pages that were drawn at random, and what they say about all."""

    pages: tuple[str, ...]
    """Those that could be read."""
    drawn: int
    of: int
    """How many pages there are, as far as they were found."""
    different: int
    """How many of those that were drawn show something else somewhere."""
    upper: float
    """At most this share of all pages that can be read does, at `confidence`; both 0 to 1."""
    confidence: float


@dataclass(frozen=True, slots=True)
class Verified:
    """What visitors get, as far as pages were read."""

    site: str
    pulled: str | None
    """When the mirror was last pulled: UTC, ISO 8601."""
    run: int | None
    """The run whose pages these are; None: all pages, each as it was last read."""
    pages: int
    places: Mapping[Shows, int]
    """How many places on these pages show what."""
    differences: tuple[Checked, ...]
    """Places that are worth a line, by kind and page."""
    strangers: tuple[Stranger, ...]
    """The most frequent first."""
    images: int
    """Of the mirror, as far as this login sees them."""
    shown: int
    """How many of them these pages show."""
    not_compared: int = 0
    """Places that show an image which this login does not see, whose paragraph no page
    lists, or which altsync.toml leaves out: what the mirror says of it is no measure."""
    push: int | None = None
    """The push whose words were looked for."""
    sent: tuple[Delivered, ...] = ()
    drawn: DrawnPages | None = None

    @property
    def different(self) -> int:
        """At how many places visitors get something else."""
        return sum(number for shows, number in self.places.items() if shows.differs)
