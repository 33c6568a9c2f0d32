"""What stands around the pictures of a text: words, headings, links. Each mark is looked
at a few times only, however many pictures there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from altsync.addresses import without_secrets
from altsync.models import without_references
from altsync.texts.scanning import BLANK, Mark, attributes, by_name, scan
from altsync.texts.words import AROUND, SHORT, beginning, ending, visible

_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data"),
        *("del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "q"),
        *("rb", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"),
        *("tt", "u", "var", "wbr", "script", "style", "template", "noscript", ""),
    }
)
"""What parts no words. '' is what shows nothing, as a comment."""
_LONGEST_ADDRESS = 1_000
_LINK = frozenset({"a"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class Around:
    """Of one picture, as a reader of the text meets it."""

    before: str | None = None
    after: str | None = None
    heading: str | None = None
    link: str | None = None
    link_text: str | None = None


def words_of(html: str) -> str:
    """The words of a piece of HTML, its white space as it comes."""
    if "<" not in html:
        return without_references(html)
    marks = scan(html)
    return "".join(_pieces(html, marks, range(-1, len(marks))))


def around(text: str, marks: Sequence[Mark], pictures: Collection[int]) -> list[Around]:
    """What stands around each picture; `pictures` are their numbers among the marks, in
    order."""
    numbers = list(pictures)
    befores = _befores(text, marks, numbers)
    afters = _afters(text, marks, numbers)
    places = _places(text, marks, numbers)
    return [
        Around(before or None, after or None, *place)
        for before, after, place in zip(befores, afters, places, strict=True)
    ]


def _befores(text: str, marks: Sequence[Mark], pictures: Sequence[int]) -> list[str]:
    found = []
    said, last = "", -1
    for number in pictures:
        pieces = _pieces(text, marks, range(number - 1, last - 1, -1))
        words = _some(pieces, backwards=True)
        said, last = ending(f"{said} {words}".strip()), number
        found.append(said)
    return found


def _afters(text: str, marks: Sequence[Mark], pictures: Sequence[int]) -> list[str]:
    found = []
    said, next_one = "", len(marks)
    for number in reversed(pictures):
        words = _some(_pieces(text, marks, range(number, next_one)))
        said, next_one = beginning(f"{words} {said}".strip()), number
        found.append(said)
    return found[::-1]


def _some(pieces: Iterable[str], *, backwards: bool = False, most: int = AROUND) -> str:
    """The words of pieces of text, as many as are kept and one too many, where there are
    more."""
    found: list[str] = []
    length = 0
    for piece in pieces:
        found.append(piece)
        length += len(visible(piece))
        if length > most + 1:
            break
    if backwards:
        found.reverse()
    return visible("".join(found))


def _pieces(text: str, marks: Sequence[Mark], numbers: Iterable[int]) -> Iterator[str]:
    """What stands behind each of these marks, and a blank for a mark that parts words."""
    for number in numbers:
        start = marks[number].end if number >= 0 else 0
        end = marks[number + 1].start if number + 1 < len(marks) else len(text)
        words = without_references(text[start:end])
        parts = number >= 0 and marks[number].name not in _INLINE
        yield " " + words if parts else words


def _places(
    text: str, marks: Sequence[Mark], pictures: Sequence[int]
) -> Iterator[tuple[str | None, str | None, str | None]]:
    """The heading, the link around it and its words, of each picture."""
    heading: str | None = None
    link: tuple[str | None, str | None] = (None, None)
    wanted = frozenset(pictures)
    opened = -1
    for number, mark in enumerate(marks):
        if mark.name in _HEADINGS and not mark.closing:
            heading = _heading(text, marks, number) or heading
        elif mark.name == "a":
            opened, link = -1 if mark.closing else number, (None, None)
        elif number in wanted:
            if opened >= 0:
                link, opened = _link(text, marks, opened), -1
            yield heading, *link


def _heading(text: str, marks: Sequence[Mark], number: int) -> str:
    inner = range(number, _end(marks, number, _HEADINGS))
    return beginning(_some(_pieces(text, marks, inner), most=SHORT), SHORT)


def _link(
    text: str, marks: Sequence[Mark], number: int
) -> tuple[str | None, str | None]:
    """Where a link leads, and its words; a name that people can only jump to is none."""
    href = by_name(attributes(text, marks[number])).get("href")
    if href is None:
        return None, None
    inner = range(number, _end(marks, number, _LINK))
    words = _some(_pieces(text, marks, inner), most=SHORT)
    address = without_secrets(href.value.strip(BLANK))[:_LONGEST_ADDRESS]
    return address, beginning(words, SHORT) or None


def _end(marks: Sequence[Mark], number: int, names: frozenset[str]) -> int:
    """The number of the mark that ends an element of such a name."""
    later = range(number + 1, len(marks))
    return next((n for n in later if marks[n].name in names), len(marks))
