"""What is seen of a site, and what is not: status, coverage, pull, pages, verify, uses."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from altsync.documents.moment import Instant
from altsync.models import Origin, Roles, State, Tag, UnseenKind
from altsync.models.use import Match, PictureKind, Region
from altsync.models.visitors import Arrival, Shows


class WhereItem(TypedDict):
    """Where an image in a text stands."""

    field: str
    """The field that holds the text."""
    tag: Tag
    page: str | None
    place: str | None
    """Which of the equal pictures of that text it is."""
    heading: str | None
    before: str | None
    """The words before it; `after` those that follow."""
    after: str | None
    link: str | None
    """Where the picture leads, without a login."""
    link_text: str | None


class UnseenItem(TypedDict):
    """One fact of what altsync does not see."""

    kind: UnseenKind
    what: str
    """Where: a type, `type.field`, with a tag in front for pictures in texts."""
    count: int | None
    """How many; null where that cannot be known."""
    places: int | None
    """In how many texts."""
    at_least: bool
    """There may be more: not all was looked at."""


class OpenItem(TypedDict):
    """A change that a crash left open: nobody knows yet whether the site took it."""

    item: int
    """The number of its row in `push_items`."""
    push: int
    image: str
    at: Instant
    """When it was about to be sent."""
    base: str | None
    """The text that it was to replace."""
    text: str | None
    """The text that it was to set."""


class HandedOverItem(TypedDict):
    """Questions that somebody else is to answer, and that are open."""

    batches: int
    """Of providers."""
    batch_lines: int
    files: int
    """Exported ones."""
    file_lines: int


class StatusDocument(TypedDict):
    """The funnel of one moment."""

    site: str
    images: int
    """That this login sees."""
    states: dict[str, int]
    """State -> images, in the order in which states win."""
    inheriting: int
    """Media in texts that show their medium's own text."""
    unfollowed: int
    """Of these: whose medium is no image of the mirror."""
    coverage: float
    """The share of images that need no text any more, 0 to 1, never rounded up."""
    last_pull: Instant | None
    broke_off: str | None
    """Why the latest pull came to no end."""
    last_push: Instant | None
    unsettled: int
    """Changes that a crash left open."""
    open: list[OpenItem]
    failures: int
    """Images that failed in some stage and still do."""
    never_read: int
    """Images that the site lists and no pull could read: not in `images`."""
    in_vain: int
    """Images for which a model had no text."""
    waiting: int
    """Images without a text whose question is handed over."""
    handed_over: HandedOverItem
    unseen: list[UnseenItem]
    next: str | None
    """What to do next, as the terminal says it; null where nothing waits."""


class CoverageDocument(TypedDict):
    """What altsync sees of the site, and what it does not."""

    site: str
    images: int
    inheriting: int
    unfollowed: int
    coverage: float
    never_read: int
    """Images that the site lists and no pull could read: not in `images`."""
    beyond: dict[str, int]
    """State -> images that are known, and not altsync's to change."""
    asked: Instant | None
    """When the site was last asked what is not seen; null: never."""
    unseen: list[UnseenItem]


class FailureItem(TypedDict):
    """What failed with one image in one stage, and still does."""

    image: str
    stage: str
    """pull, generate or push."""
    model: str | None
    """That was asked, or wrote what was not sent."""
    error: str
    reason: str | None
    """The provider's own words, without keys and addresses."""
    attempt: int
    """Which try."""
    in_vain: bool
    """A model had no text: it is not asked the same again by itself."""
    push: int | None
    at: Instant


class UseItem(TypedDict):
    """One place where a page shows an image."""

    page: str
    page_title: str
    region: Region
    heading: str
    caption: str
    link: str
    link_text: str
    button: bool
    hidden: bool
    functional: bool | None
    """It is a link or a button there; null where nobody knows."""
    before: str
    after: str
    alt: str | None
    """What the page shows; null where it has no alt attribute."""
    match: Match
    """How the picture was found to be that image."""


class PictureItem(TypedDict):
    """A picture that stands in several places."""

    image: str
    title: str | None
    alike: Roles
    places: int
    images: int
    at_least: bool
    """There are more than were looked at."""
    texts: list[str | None]
    where: WhereItem | None


class UsedItem(TypedDict):
    """One image of a picture, with its places."""

    image: str
    state: State | None
    alt: str | None
    says: str | None
    """What visitors hear there: of a medium in a text without an alt of its own, that of
    the medium."""
    inherits: bool
    origin: Origin | None
    language: str | None
    followers: int
    """Media in texts that show this text."""
    where: WhereItem | None
    uses: list[UseItem]


class UsesDocument(TypedDict):
    """The places of one picture."""

    image: str
    alike: Roles
    places: int
    more: int
    """Images that were not looked at."""
    images: list[UsedItem]


class ShownItem(TypedDict):
    """An image that may stand at a place, and what the mirror says of it."""

    image: str
    alt: str | None


class DifferenceItem(TypedDict):
    """A place on a page that says something else than the mirror."""

    shows: Shows
    differs: bool
    page: str
    title: str
    place: int
    region: Region
    heading: str
    images: list[ShownItem]
    alt: str | None
    why: str
    caching: dict[str, str]
    """Headers that tell how old the page is and who kept it."""
    read: Instant


class StrangerItem(TypedDict):
    """A picture on pages that is no image of the mirror."""

    address: str
    kind: PictureKind
    alt: str | None
    hidden: bool
    pages: int
    page: str
    """One of them."""
    region: Region
    heading: str
    why: str


class DeliveredItem(TypedDict):
    """An image of a push, and whether its words have come to visitors."""

    image: str
    alt: str | None
    arrival: Arrival
    pages: int


class DrawnItem(TypedDict):
    """Pages that were drawn at random, and what they say about all."""

    pages: list[str]
    drawn: int
    of: int
    different: int
    upper: float
    confidence: float


class VerifyDocument(TypedDict):
    """What visitors get, against the mirror."""

    site: str
    pulled: Instant | None
    run: int | None
    """The run whose pages these are; null: each page as it was last read."""
    pages: int
    images: int
    shown: int
    places: dict[str, int]
    """What places say -> how many."""
    different: int
    not_compared: int
    differences: list[DifferenceItem]
    strangers: list[StrangerItem]
    push: NotRequired[int]
    """Only with --push, as `sent`."""
    sent: NotRequired[list[DeliveredItem]]
    drawn: NotRequired[DrawnItem]
    """Only with --sample."""


class PulledPicturesItem(TypedDict):
    """What became of the small pictures that were lacking."""

    made: int
    failed: dict[str, int]
    """Why one could not be had -> images."""
    stopped: str
    """Why not all were tried; '' where they were."""


class PullDocument(TypedDict):
    """What a pull did, in images, and the funnel after it."""

    listed: int
    again: int
    """Read though nothing listed them."""
    new: int
    changed: int
    returned: int
    gone: int
    hidden: int
    reread: int
    """Read otherwise than before, by altsync.toml: no change of the site."""
    failed: int
    complete: bool
    """The listing was complete, so that what it lacks could be looked for."""
    whole: bool
    """The whole site was asked for, not only what changed."""
    otherwise: list[str]
    """Settings that changed since the last pull, so that the site was read otherwise:
    what differs for that is no change of the site."""
    shortfall: str
    """Why this is not to be called done, and ends with 5; '' where it is."""
    notes: list[str]
    """What the owner has to know, in sentences."""
    pictures: NotRequired[PulledPicturesItem]
    """Only with --pictures."""
    status: StatusDocument


class ReachedItem(TypedDict):
    """Over all pages that were ever read."""

    shown: int
    """Images of the mirror that stand on pages."""
    not_shown: int
    strangers: int
    """Pictures on pages that are no image of the mirror."""


class PagesDocument(TypedDict):
    """What a reading of pages did."""

    run: int
    found: int
    resumed: bool
    """It went on with one that was interrupted."""
    pages: dict[str, int]
    """What became of them -> pages."""
    failed: int
    problems: list[str]
    """The first few that failed, and why."""
    uses: int
    left: int
    """Pages that --limit left for the next run."""
    notes: list[str]
    reached: ReachedItem
