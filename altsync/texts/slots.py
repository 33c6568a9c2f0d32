"""The slots of a text field: one for each tag that shows a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from altsync.models import Tag


@dataclass(frozen=True, slots=True)
class TextSlot:
    """One tag that shows a picture, in one of the values of a text field."""

    key: str
    """What it is called within its field: `img-UUID` or `media-UUID` by
    `data-entity-uuid`, else `src-` and the first 12 hexadecimal digits of the SHA-256 of
    its `src`; and `.1` for the second with the same picture in the field, in order. Text
    and other pictures that come or go move no key."""
    delta: int
    """In which value of the field, from 0."""
    start: int
    """The offset of its `<` in that value, in code points."""
    tag: Tag
    alt: str | None
    """None: no alt attribute. '' for what says "decorative": `alt=""`, and CKEditor's
    own spelling of it, a medium's `alt='""'`."""
    uuid: str = ""
    """`data-entity-uuid`: of a file (img) or of a medium."""
    src: str = ""
    """As written; '' for a medium."""
    place: str | None = None
    """Which of how many with the same picture it is, and the words around it; None where
    its picture is alone in the field. See `SiteImage.place`."""
    title: str | None = None
    caption: str | None = None
    """The words of `data-caption`, without their tags."""
    before: str | None = None
    after: str | None = None
    heading: str | None = None
    link: str | None = None
    link_text: str | None = None
    width: int | None = None
    height: int | None = None


def slots(values: Sequence[str]) -> tuple[TextSlot, ...]:
    """The pictures in the values of one text field, in order: every `img` and every
    `drupal-media` that a browser takes for an element. Tracking pixels (1x1), pictures
    without a source, and what stands in comments, CDATA, scripts and other raw text are
    none."""
    raise NotImplementedError
