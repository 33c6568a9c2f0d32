"""Places on pages: where a page shows a picture, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Region(StrEnum):
    """The part of a page that a picture stands in, from the most telling on."""

    MAIN = "main"
    GALLERY = "gallery"
    """Several pictures side by side, in the main part."""
    TEASER = "teaser"
    """A short piece that leads to another page, as in a listing."""
    ASIDE = "aside"
    HEADER = "header"
    NAV = "nav"
    FOOTER = "footer"


class PictureKind(StrEnum):
    """By what a page shows a picture."""

    IMG = "img"
    """An `img` element, within a `picture` or not."""
    INPUT = "input"
    """`<input type="image">`."""
    CSS = "css"
    """A background by a `style` attribute or a style sheet of the page: it has no alt."""
    OTHER = "other"
    """`object`, `embed`, a video's poster, an `svg` with an `image` in it."""
    EMBED = "embed"
    """`drupal-media`, which a text holds and Drupal replaces by the picture: where it stands
    on a page, that was not done, and nothing is shown."""


class Match(StrEnum):
    """By what a picture of a page was found to be an image of the mirror."""

    PAGE = "page"
    """The source itself says that the image stands on this page; the page was not read."""
    TEXT = "text"
    """The image is a tag of a text that the mirror has; the page was not read."""
    UUID = "uuid"
    PATH = "path"
    """The same file, or one that the site derived of it (an image style)."""
    NAME = "name"
    """The same folder and name, but for what derivatives add."""
    BYTES = "bytes"
    """It looks the same (`--by-picture`)."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a page of the site shows an image. All texts are plain: white
    space folded, no invisible characters; '' where there is none."""

    page_url: str
    """The page's own address: absolute, or as the site has it."""
    page_title: str = ""
    """What the page calls itself."""
    before: str = ""
    """The words that stand before the image there, the nearest ones last."""
    after: str = ""
    """The words that stand after it."""
    place: int = 0
    """Which picture of the page it is, from 1 in the order of the HTML; 0 where the page
    was not read, or by an altsync that kept only its words: `alt` says nothing then."""
    kind: PictureKind = PictureKind.IMG
    """By what the page shows it. No text reaches anybody through a background."""
    language: str = ""
    """BCP 47 tag of that part of the page, as its HTML says."""
    region: Region = Region.MAIN
    heading: str = ""
    """The nearest heading before the picture, or that of its own piece of the page."""
    caption: str = ""
    """`figcaption`, or what the page's own markup calls the picture's caption."""
    link: str = ""
    """Where the picture leads, as an absolute address without a login; '' where it is no
    link."""
    link_text: str = ""
    """The other words of the link or button that the picture is in, its `aria-label`
    first; of a picture without a text in a link without words the texts of the other
    pictures in it."""
    labelled: bool = False
    """`link_text` is a name that the link or button bears itself (`aria-label`,
    `aria-labelledby`): it is heard in place of all that is in it, the picture's alt too."""
    link_title: str = ""
    to_file: bool = False
    """The link leads to the picture's own file: no function, a larger view."""
    button: bool = False
    """The picture is in a button, or is one."""
    hidden: bool = False
    """Nobody is told of it: `hidden`, `aria-hidden`, role `presentation` or `none`, not
    displayed by its own `style`."""
    width: int | None = None
    """As shown, in CSS pixels, where the HTML says it."""
    height: int | None = None
    alt: str | None = None
    """What the page shows as its alt; None where it has no such attribute."""
    same: str = ""
    """The text right beside the picture (link, caption, heading, the nearest block) that
    says the same as the alt that the page shows."""
    match: Match = Match.PATH

    @property
    def functional(self) -> bool:
        """It does something: a link to another page, or a button."""
        return self.button or bool(self.link and not self.to_file)

    @property
    def pixel(self) -> bool:
        """It is as small as what counts visitors: nobody sees it."""
        return self.width in (0, 1) and self.height in (0, 1)

    @property
    def tells_links(self) -> bool:
        """Whether it is a link there is known, and where it leads: by its page, which was
        read, or by its text."""
        return self.place > 0 or self.match is Match.TEXT


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an image stands."""

    uses: tuple[Use, ...] = ()
    """The most telling ones; where none is known, the page that the source names."""
    places: int = 0
    """At how many places it is known to stand: on pages that were read, in texts."""
    pages: int = 0
    """On how many pages these are."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What the pages are called that it leads to, by their address: those that were
    read."""


_REGIONS = {region: place for place, region in enumerate(Region)}


def telling(use: Use) -> tuple[bool, bool, int, bool, str, int]:
    """What uses are sorted by, the one that tells most of an image first: what people are
    told of before what is hidden, pictures before backgrounds, the main part before
    teasers and the page's frame (the order of `Region`); the text that an image stands in
    before other pages; then by address and place, so that the order stays."""
    return (
        use.hidden,
        use.kind not in (PictureKind.IMG, PictureKind.INPUT),
        _REGIONS[use.region],
        use.match is not Match.TEXT,
        use.page_url,
        use.place,
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """One picture on a page, whatever image it is of."""

    use: Use
    kind: PictureKind
    addresses: tuple[str, ...]
    """Absolute addresses of the picture, the one that is shown by default first, then
    those of `srcset`, `source` and lazy loading. Never a `data:` placeholder where there
    is another; none at all for a medium that a text names by its `uuid` alone."""
    uuid: str = ""
    """`data-entity-uuid` of the element (a file, or a medium)."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page as it came."""

    url: str
    body: bytes
    markdown: bool = False
    caching: tuple[tuple[str, str], ...] = ()
    """Headers of the answer that tell how old it is and who kept it: (lower case name,
    value)."""
    etag: str = ""
    modified: str = ""
    charset: str = ""
    """What the answer's header calls the character set; '' where it names none."""


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page says and shows."""

    url: str
    title: str = ""
    language: str = ""
    text: str = ""
    """The beginning of its main text."""
    pictures: tuple[Placed, ...] = ()
    left_out: int = 0
    """Pictures beyond the most that are read of one page."""
