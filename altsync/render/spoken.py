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
from dataclasses import dataclass, replace

from altsync.addresses import shown
from altsync.models import PictureKind, Use
from altsync.render.arrival import Utterance
from altsync.render.text import brief
from altsync.render.uses import at_uses, grouped, tag

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

    pieces: tuple[Utterance, ...]
    """One after the other, without a blank between them; each in its language."""
    fault: bool = False
    """Who hears it learns nothing of the image, or not what it does."""

    @property
    def does(self) -> str:
        """To follow "A screen reader": `says: “graphic, A tram.”`."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class SpokenAt:
    """The same at one or several uses of an image."""

    at: tuple[int, ...]
    """Which uses, from 1; () where it is the same at all of them."""
    spoken: Spoken

    @property
    def pieces(self) -> tuple[Utterance, ...]:
        """A sentence without its full stop."""
        start = "A screen reader "
        if self.at:
            start = f"At {at_uses(self.at)} a screen reader "
        return Utterance(start), *self.spoken.pieces

    @property
    def line(self) -> str:
        """The same in one."""
        return "".join(piece.text for piece in self.pieces)


def heard(
    alt: str | None, file: str, uses: Sequence[Use], language: str = ""
) -> list[SpokenAt]:
    """What is said at the uses of an image, each only once, in the order of the uses.
    `language`: the image's."""
    said = [spoken(alt, file, use, language) for use in uses or [_NOWHERE]]
    return _each_once(said)


def heard_today(
    alt: str | None, file: str, uses: Sequence[Use], language: str = ""
) -> list[SpokenAt]:
    """The same by what each page was seen to show, else by `alt`, the site's own."""
    said = [
        spoken(use.alt if use.place else alt, file, use, language)
        for use in uses or [_NOWHERE]
    ]
    return _each_once(said)


def _each_once(said: list[Spoken]) -> list[SpokenAt]:
    return [SpokenAt(at, one) for one, at in grouped(said).items()]


def spoken(
    alt: str | None, file: str, use: Use = _NOWHERE, language: str = ""
) -> Spoken:
    """What a screen reader says of an image where a page shows it with this alt. `file`:
    the name that the picture's file has."""
    if use.kind in _UNHEARD:
        return _does(f"says nothing: {_UNHEARD[use.kind]}")
    if use.hidden:
        return _hidden(use)
    text = None if alt is None else Utterance(alt, language)
    page = tag(use.language) or language
    caption = Utterance(use.caption, page)
    if use.button or use.link:
        control = "button" if use.button else "link"
        words = Utterance(use.link_text, page)
        return _within(control, text, use, words, caption)
    return _alone(text, file, caption)


def _does(*parts: str | Utterance, fault: bool = False) -> Spoken:
    """Neighbours of one language are one piece."""
    pieces: list[Utterance] = []
    for part in parts:
        one = Utterance(part) if isinstance(part, str) else part
        if pieces and pieces[-1].language == one.language:
            one = Utterance(pieces.pop().text + one.text, one.language)
        pieces.append(one)
    return Spoken(tuple(pieces), fault)


def _hidden(use: Use) -> Spoken:
    does = "says nothing of the picture: the page hides it from listeners"
    if use.functional and not (use.link_text or use.link_title):
        control = "button" if use.button else "link"
        does += f", and the {control} has no other name"
    return _does(does)


def _alone(alt: Utterance | None, file: str, caption: Utterance) -> Spoken:
    if alt is None:
        name = _quoted(file, "graphic")
        return _does(
            "reads out the file name: ", *name, ", or says nothing", fault=True
        )
    if alt.text.strip():
        return _says(_quoted("graphic", alt), caption)
    if caption.text:
        return _does("skips the image, and reads its caption ", *_quoted(caption))
    return _does("says nothing: the image is skipped")


def _within(
    control: str, alt: Utterance | None, use: Use, words: Utterance, caption: Utterance
) -> Spoken:
    """In a link or button, with these words of its own."""
    if use.labelled and words.text:
        why = (
            f"; the {control} has a name of its own, which is heard in place of the alt"
        )
        return _does("says: ", *_quoted(control, words), why)
    if alt is not None and alt.text.strip():
        graphic = "" if use.kind is PictureKind.INPUT else "graphic"
        beside = replace(caption, text="") if caption.text in words.text else caption
        return _says(_quoted(control, graphic, alt, words), beside)
    name = replace(words, text=words.text or use.link_title)
    if name.text:
        return _does(
            "says: ", *_quoted(control, name), "; the picture itself is skipped"
        )
    return _nameless(control, alt, use)


def _nameless(control: str, alt: Utterance | None, use: Use) -> Spoken:
    """A link or button that nothing tells of."""
    submit = "Submit" if use.kind is PictureKind.INPUT else ""
    if use.button:
        said = _quoted(control, submit)
        return _does("says only: ", *said, "; nobody learns what it does", fault=True)
    graphic = "graphic" if alt is None else ""
    address = shown(use.link).partition("://")[2] or shown(use.link)
    said = _quoted(control, submit, graphic, address)
    why = "; nobody learns where it leads"
    return _does("reads out the address: ", *said, why, fault=True)


def _says(said: Sequence[str | Utterance], caption: Utterance) -> Spoken:
    if not caption.text:
        return _does("says: ", *said)
    return _does("says: ", *said, ", and the caption ", *_quoted(caption))


def _quoted(*pieces: str | Utterance) -> list[str | Utterance]:
    """What is heard, one piece after the other; '' is nothing."""
    every = [Utterance(one) if isinstance(one, str) else one for one in pieces]
    heard = [replace(one, text=brief(one.text)) for one in every if one.text]
    apart = [part for one in heard for part in (", ", one)]
    return ["“", *apart[1:], "”"]
