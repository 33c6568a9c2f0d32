"""The site as altsync sees it: images, their texts, and who wrote them.

Texts are kept exactly as the site has them: None and '' are different values, and white
space counts. `same_text` is the one place that says when two texts are equal to a reader.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

BLANK = (
    "\t\n\v\f\r \x85\xa0\xad\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\u2800\u3000\u3164\ufeff"
)
"""What `images.blank` (SQL) and `is_blank` (Python) both strip: a text of only these, all
of them white space or without a sign of their own, is no text."""
_LONG_NUMBER = re.compile("&#0*([0-9]{1,8})[0-9]*")
"""Eight digits are no character already; Python refuses to read more than 4300."""


class Label(StrEnum):
    """Who wrote the text, as the *site* says. Anything but `AI` protects the text as a
    person's."""

    AI = "ai"
    HUMAN = "human"
    REVIEWED = "reviewed"
    """A machine's text that a person approved, on sites that have a third value for it.
    """


class Origin(StrEnum):
    """Who wrote a text, as far as altsync knows."""

    AI = "ai"
    HUMAN = "human"


class OutOfReach(StrEnum):
    """Why an image that is on the site is none of altsync's to change.

    Such an image stays in the mirror, is counted apart and told; nothing is proposed
    for it, and no plan has it.
    """

    HIDDEN = "hidden"
    """It exists, and this login may not see it (401 or 403)."""
    UNUSED = "unused"
    """A paragraph that no page lists any more."""
    INLINE = "inline"
    """It stands in a block that belongs to one page of Layout Builder: a write would
    hide that block from everybody."""
    READ_ONLY = "read-only"
    """This login sees it and may not edit it."""
    LEFT_OUT = "left-out"
    """altsync.toml (or the inventory that it names) does not name it any more."""
    FORMAT = "format"
    """It stands in a text whose text format this login may not use, so that the site
    refuses the whole text."""
    EXTERNAL = "external"
    """A picture in a text that is no file of the site: of another host, or written into
    the text itself (`data:`)."""

    @property
    def seen(self) -> bool:
        """This login sees the image where visitors do, so that what it says counts."""
        return self in _SEEN


_SEEN = frozenset(
    {OutOfReach.INLINE, OutOfReach.READ_ONLY, OutOfReach.FORMAT, OutOfReach.EXTERNAL}
)


class Tag(StrEnum):
    """What people put pictures into texts with."""

    IMG = "img"
    MEDIA = "drupal-media"
    """An embedded medium. Without an alt of its own it shows the medium's."""


class State(StrEnum):
    """What is to be done about an image. Derived (views.sql), never set; the first that
    fits wins."""

    GONE = "gone"
    HIDDEN = "hidden"
    UNUSED = "unused"
    INLINE = "inline"
    READ_ONLY = "read-only"
    LEFT_OUT = "left-out"
    FORMAT = "format"
    EXTERNAL = "external"
    APPROVED = "approved"
    DECORATIVE = "decorative"
    CONFLICT = "conflict"
    UNSURE = "unsure"
    """Somebody who looked at a candidate asks a colleague."""
    WOULD_REPLACE = "would-replace"
    """A candidate waits that was proposed on purpose in the place of a person's words,
    because of a rule of the lint (`generate --replace`)."""
    NEEDS_REVIEW = "needs-review"
    CLEARED = "cleared"
    REJECTED = "rejected"
    INHERITS = "inherits"
    """An embedded medium without an alt of its own: it shows the medium's text, which is
    another image. Not missing, and not proposed for unless somebody asks for it by name."""
    MISSING = "missing"
    AI = "ai"
    HUMAN = "human"

    @property
    def in_reach(self) -> bool:
        """altsync may propose, judge and send something for the image."""
        return self not in _NOT_IN_REACH


_NOT_IN_REACH = frozenset({State.GONE, *(State(why) for why in OutOfReach)})


class Flat(TypedDict, total=False):
    """The editable part of an image: what a JSON Patch of altsync speaks about.

    `label` is there only where the site has the field; its value is a `Label` value or
    None. `long_description` likewise; '' where nothing stands there. `place` is there for
    every image in a text and for no other, as in `SiteImage`.

    `spelled` is there only for a write that brings a text back into a text: how it was
    written (`alt=x`). Nothing is compared with it.
    """

    alt: str | None
    title: str | None
    caption: str | None
    label: str | None
    long_description: str
    place: str | None
    spelled: str


@dataclass(frozen=True, slots=True)
class SiteImage:
    """One image (an alt *slot*) as the site has it at one moment, from a source."""

    id: str
    """`album/name`; unique on the site and stable between pulls."""
    album: str
    name: str
    alt: str | None
    title: str | None = None
    caption: str | None = None
    label: Label | None = None
    has_label: bool = False
    """The site has the label field for this image (its value may still be unset: label
    None)."""
    language: str | None = None
    image_url: str | None = None
    """Where the pixels come from: an absolute URL or a file path that the source may read.
    """
    page_url: str | None = None
    page_title: str | None = None
    page_text: str | None = None
    """Text that stands beside the image on its page, where the source has it."""
    width: int | None = None
    height: int | None = None
    entity: str = ""
    """What one PATCH changes as a whole and no two workers may touch at once; the id
    where that is the image."""
    out_of_reach: OutOfReach | None = None
    """Why altsync may not change it, as far as the source can tell."""
    raw: str = "{}"
    """The site's answer about this image as JSON: for people to query, and for the
    source to write back."""
    long_description: str | None = None
    """What stands in the site's field for it; '' where that is empty, None where the
    site has no such field for this image."""
    tag: Tag | None = None
    """By which tag of a text it is shown; None: it is no image in a text."""
    place: str | None = None
    """Of an image in a text whose field shows the same picture more than once: which one
    of how many it is, and the words around it. Where that moves, nobody knows whether it
    is still the same image: a change is a conflict, and the text is a person's. None:
    its picture is alone there."""
    before: str | None = None
    """The words that stand before an image in a text, the nearest ones last; NULL, as for
    `after`, `heading`, `link`, `link_text`, where there are none."""
    after: str | None = None
    heading: str | None = None
    """The nearest heading before it in its text."""
    link: str | None = None
    """Where the link around it leads, as written in the text, without a login."""
    link_text: str | None = None
    """The other words of that link."""
    file: str | None = None
    """The uuid of the file that it shows, where the site tells it: images with one file
    are one picture at several places."""
    medium: str | None = None
    """The entity (`type/uuid`) of the medium that a `drupal-media` embeds, where it is
    known."""

    @property
    def in_text(self) -> bool:
        """It is a tag in a text, not an item of an image field."""
        return self.tag is not None

    @property
    def inherits(self) -> bool:
        """It shows the text of the medium that it embeds."""
        return self.tag is Tag.MEDIA and self.alt is None

    def flat(self) -> Flat:
        """The editable document that patches apply to."""
        doc: Flat = {"alt": self.alt, "title": self.title, "caption": self.caption}
        if self.has_label:
            doc["label"] = None if self.label is None else str(self.label)
        if self.long_description is not None:
            doc["long_description"] = self.long_description
        if self.in_text:
            doc["place"] = self.place
        return doc


@dataclass(frozen=True, slots=True)
class Mirrored:
    """One row of the mirror: the image as last pulled, and what altsync concluded about it."""

    image: SiteImage
    origin: Origin | None
    """Who decided the present value; None where there is no text and nobody decided that.
    """
    pulled_at: str
    gone_at: str | None = None
    state: State | None = None


def is_blank(text: str | None) -> bool:
    """True where there is no text: NULL, '' or only white space."""
    return text is None or not text.strip(BLANK)


def is_typed_blank(text: str | None) -> bool:
    """True where there is no text because somebody typed a blank. In a required field
    Drupal refuses '' and ' ', and takes a no-break, an ideographic or a zero-width
    space as it is: to say that the image only decorates."""
    return bool(text) and is_blank(text)


def fold(text: str) -> str:
    """NFC, with runs of white space as one blank and none at the ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.isprintable() and "  " not in text:  # most texts: no white space but blanks
        return text.strip(" ")
    return " ".join(text.split())


def without_references(text: str) -> str:
    """Letters of HTML as a browser shows them, `&amp;` as `&`."""
    return html.unescape(_LONG_NUMBER.sub(r"&#\1", text))


def caseless(image_id: str) -> str:
    """An id without its case: what a site that ignores case takes for the same."""
    return unicodedata.normalize("NFC", image_id.casefold())


def same_text(a: str | None, b: str | None) -> bool:
    """Equal to a reader: after NFC and white-space folding. NULL equals only NULL."""
    if a is None or b is None:
        return a is b
    return a == b or fold(a) == fold(b)
