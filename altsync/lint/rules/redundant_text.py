"""The text says only what stands beside it anyway: the title, the caption, the album,
the page, the heading above, the words of the link that it is in, or the file's name.

A file may be named by what it shows ("red-bicycle-against-a-wall.jpg", "children-playing-
football.jpg"): what is right there is the text, and so may be whose portrait or logo it
is. Only a file's name that is no more than a label is none.

In a link that has no words of its own the text has to name where it leads, whatever
stands around it: nothing is flagged there.
"""

from __future__ import annotations

import re
from functools import cache

from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import (
    Seen,
    Text,
    file_slug,
    is_spaceless,
    slug,
    without_numbers,
)
from altsync.lint.words import listed
from altsync.models import Decision
from altsync.wordlists import tables, texts

_FOR_LINKS = Decision.FUNCTIONAL
_SLACK = 24
"""A field that is this much longer or shorter than the text cannot equal it once both
are reduced to words."""
_LOGO = re.compile(
    "logo|logó|logg|loga|лого|λογότυπ|شعار|לוגו|ロゴ|标志|標誌|徽标|로고"
)
_PARTICLES = listed("van von de der den du da di del della la le of and y el bin al")
"""Small words in names of people."""
_PUNCTUATED = re.compile(r"\w[,:;] \w|\w['’]\w|\w \(\w")
"""What the name of a file has not: a person wrote it."""
_WORD = re.compile(r"\w+")
_ENDS = ".!?…:;|\n "
_SAY = "say what the image shows on this page."
_REPEATS = f"The alt text only repeats the {{}}: {_SAY}"
_TWICE = (
    "leave the text empty if the image adds nothing, or a screen reader says it twice."
)


def check(seen: Seen, limits: Limits) -> Hits:
    given = seen.given
    if not seen.text or seen.gives_words or _names_a_link(given):
        return NONE
    if message := _equal(seen):
        return (Hit(message),)
    core = seen.text.rstrip(".!? ")
    if len(seen.text) < limits["beside"]:
        if " " in core and _is_neighbour(core, given.before or "", given.after or ""):
            return (Hit(_MESSAGES["neighbour"]),)
        return NONE
    if (given.before and core in given.before) or (given.after and core in given.after):
        said = (
            "The alt text repeats the text right beside the image: a screen reader says"
            " the same thing twice."
        )
        return (Hit(said),)
    return NONE


def _is_neighbour(core: str, before: str, after: str) -> bool:
    """It is all of the block right before or after the image, such as the name under a
    portrait. Blocks are not told apart there: a sentence that goes on is none."""
    if after[: len(core)].casefold() == core.casefold():
        rest = after[len(core) :].lstrip()
        return not rest or rest[0].isupper() or rest[0] in _ENDS
    if before.rstrip(_ENDS)[-len(core) :].casefold() == core.casefold():
        ahead = before.rstrip(_ENDS)[: -len(core)].rstrip()
        return not ahead or ahead[-1] in _ENDS
    return False


def _names_a_link(given: Text) -> bool:
    """Nothing but this text names the link or button that the image is."""
    if given.functional is None:
        return given.decision is _FOR_LINKS
    return given.alone


def _equal(seen: Seen) -> str:
    """What is said of the first field that the text equals; '' where there is none."""
    given = seen.given
    size = len(seen.text)
    least, most = size - _SLACK // 2, size + _SLACK // 2
    mine = ""
    for at, value in enumerate(_fields(given)):
        if not value or not least <= len(value) <= most:
            continue
        mine = mine or slug(seen.low)
        if mine and mine == slug(value):
            name = _NAMES[at]
            return _MESSAGES.get(name) or _REPEATS.format(name)
    if not given.file or abs(len(given.file) - size) > _SLACK:
        return ""
    if not _has_words_of(seen, given.file) or _describes(seen):
        return ""
    if _is_file(mine or slug(seen.low), given.file):
        return _REPEATS.format("file name")
    return ""


def _has_words_of(seen: Seen, name: str) -> bool:
    """All of its words are letters of a file's name. Far quicker than to compare both,
    and of most texts the first word is none."""
    low = name.casefold()
    for run in seen.runs:  # noqa: SIM110 (all() takes twice as long)
        if run.isalpha() and run not in low:
            return False
    return True


def _fields(given: Text) -> tuple[str | None, ...]:
    """In the order of `_NAMES`."""
    return (
        given.link_text,
        given.title,
        given.caption,
        given.album,
        given.page_title,
        given.heading,
        given.same,
    )


_NAMES = (
    "link",
    "title",
    "caption",
    "name of the album",
    "title of the page",
    "heading",
    "neighbour",
)
_MESSAGES = {
    "link": f"The link that the image is in already says this in words: {_TWICE}",
    "heading": f"The heading above it already says this: {_SAY}",
    "neighbour": f"What stands right beside the image already says this: {_TWICE}",
}


def _describes(seen: Seen) -> bool:
    """It says more than a label: a sentence by its marks, or words that go
    together."""
    if seen.text.endswith((".", "!", "?", "。")) or _PUNCTUATED.search(seen.text):
        return True
    said = [word for word in seen.words if not word.isdigit()]
    if len(said) > 1 and (_LOGO.search(seen.low) or _is_a_name(said)):
        return True
    if is_spaceless(seen.text):
        return len(seen.text) > 4
    if len(seen.bag & _visible()) > 1:
        return True
    return len(said) > 3


@cache
def _visible() -> frozenset[str]:
    """What can be seen in a picture, in all languages: people and things, what they do,
    colours. Two of them together describe ("dog running")."""
    found: set[str] = set()
    for name in ("people", "things", "actions", "colours"):
        said = " ".join(texts(tables("altsync.claims", f"{name}.toml")))
        found.update(_WORD.findall(said.casefold()))
    return frozenset(word for word in found if len(word) > 2)


def _is_a_name(said: list[str]) -> bool:
    """Every word has a capital: whose portrait or product it is, is what there is to say."""
    large = [word for word in said if word not in _PARTICLES]
    return len(large) > 1 and all(word[0].isupper() for word in large)


def _is_file(mine: str, name: str) -> bool:
    """The file's name as words, with or without years and counters."""
    if mine and mine == slug(name):
        return True
    bare = without_numbers(mine)
    return bool(bare) and bare == without_numbers(file_slug(name))


RULE = Rule(
    id="redundant-text",
    severity=WARNING,
    sentence=(
        "The text only repeats the title, caption, album, page title, heading, file"
        " name, the words of the same link or the text beside the image."
    ),
    check=check,
    limits={"beside": 30},
)
