"""What a screen reader says at an image, by what the page has made of it there. Pure.

The facts, and where they are from:

- A link or button is called by its `aria-labelledby` or `aria-label`; else by what is in
  it, the alt of its pictures among it; else by its `title` (W3C, Accessible Name and
  Description Computation 1.2, 4.3.2: 2B, 2D, 2F, 2I). An `<input type=image>` is called
  by its alt, else by what the browser calls a button that sends a form (W3C, HTML
  Accessibility API Mappings). Chromium's own tree says the same, case by case
  (tests/web/test_heard.py), and gives a figure no name: its caption is read where it
  stands.
- `alt=""` takes a picture out of what is read (ARIA in HTML: role `none`); a background
  never was in it.
- The words, and their order, are NVDA's while it reads a page (its source,
  nvdaHelper/vbufBackends/gecko_ia2): "link", "graphic", the name. It reads the name of a
  labelled link and nothing that is in it; a link without any name by its address; a
  picture without an alt in a link by the link's address; elsewhere it leaves such a
  picture out, where JAWS and VoiceOver read the file's name. Measured with six programs
  and both kinds of linked picture: matuzo.at/blog/2023/empty-links.

Programs differ in the order and in the words for roles, and in how much of an address
they read, not in what they have to go by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from altsync.addresses import shown
from altsync.models import PictureKind, Use
from altsync.render.text import brief
from altsync.render.uses import at_uses, grouped

_NOWHERE = Use("")
"""An image by itself."""
_UNHEARD = {
    PictureKind.CSS: "the page shows the picture as a background, which has no alt",
    PictureKind.OTHER: "the page shows the picture by an element that has no alt",
    PictureKind.EMBED: "the page names the picture, and does not show it",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a screen reader does at an image."""

    does: str
    """To follow "A screen reader": `says: “graphic, A tram.”`."""
    fault: bool = False
    """Who hears it learns nothing of the image, or not what it does."""


@dataclass(frozen=True, slots=True)
class SpokenAt:
    """The same at one or several uses of an image."""

    at: tuple[int, ...]
    """Which uses, from 1; () where it is the same at all of them."""
    spoken: Spoken

    @property
    def line(self) -> str:
        """A sentence without its full stop."""
        if not self.at:
            return f"A screen reader {self.spoken.does}"
        return f"At {at_uses(self.at)} a screen reader {self.spoken.does}"


def heard(alt: str | None, file: str, uses: Sequence[Use]) -> list[SpokenAt]:
    """What is said at the uses of an image, each only once, in the order of the uses."""
    return _each_once([spoken(alt, file, use) for use in uses or [_NOWHERE]])


def heard_today(alt: str | None, file: str, uses: Sequence[Use]) -> list[SpokenAt]:
    """The same by what each page was seen to show, else by `alt`, the site's own."""
    said = [
        spoken(use.alt if use.place else alt, file, use) for use in uses or [_NOWHERE]
    ]
    return _each_once(said)


def _each_once(said: list[Spoken]) -> list[SpokenAt]:
    return [SpokenAt(at, one) for one, at in grouped(said).items()]


def spoken(alt: str | None, file: str, use: Use = _NOWHERE) -> Spoken:
    """What a screen reader says of an image where a page shows it with this alt. `file`:
    the name that the picture's file has."""
    if use.kind in _UNHEARD:
        return Spoken(f"says nothing: {_UNHEARD[use.kind]}")
    if use.hidden:
        return _hidden(use)
    if use.button:
        return _within("button", alt, use)
    if use.link:
        return _within("link", alt, use)
    return _alone(alt, file, use)


def _hidden(use: Use) -> Spoken:
    does = "says nothing of the picture: the page hides it from listeners"
    if use.functional and not (use.link_text or use.link_title):
        control = "button" if use.button else "link"
        does += f", and the {control} has no other name"
    return Spoken(does)


def _alone(alt: str | None, file: str, use: Use) -> Spoken:
    if alt is None:
        name = _quoted(file, "graphic")
        return Spoken(f"reads out the file name: {name}, or says nothing", fault=True)
    if alt.strip():
        return _says(_quoted("graphic", alt), use)
    if use.caption:
        return Spoken(f"skips the image, and reads its caption {_quoted(use.caption)}")
    return Spoken("says nothing: the image is skipped")


def _within(control: str, alt: str | None, use: Use) -> Spoken:
    """In a link or button."""
    around = [control]
    if use.labelled and use.link_text:
        said = _quoted(*around, use.link_text)
        why = f"the {control} has a name of its own, which is heard in place of the alt"
        return Spoken(f"says: {said}; {why}")
    if alt and alt.strip():
        if use.kind is not PictureKind.INPUT:
            around.append("graphic")
        return _says(_quoted(*around, alt, use.link_text), use)
    name = use.link_text or use.link_title
    if name:
        return Spoken(f"says: {_quoted(*around, name)}; the picture itself is skipped")
    return _nameless(around, alt, use)


def _nameless(around: list[str], alt: str | None, use: Use) -> Spoken:
    """A link or button that nothing tells of."""
    if use.kind is PictureKind.INPUT:
        around.append("Submit")
    if use.button:
        return Spoken(
            f"says only: {_quoted(*around)}; nobody learns what it does", True
        )
    if alt is None:
        around.append("graphic")
    address = shown(use.link).partition("://")[2] or shown(use.link)
    said = _quoted(*around, address)
    return Spoken(f"reads out the address: {said}; nobody learns where it leads", True)


def _says(said: str, use: Use) -> Spoken:
    if use.caption and use.caption not in use.link_text:
        said += f", and the caption {_quoted(use.caption)}"
    return Spoken(f"says: {said}")


def _quoted(*pieces: str) -> str:
    """What is heard, one piece after the other; '' is nothing."""
    return f"“{', '.join(brief(piece) for piece in pieces if piece)}”"
