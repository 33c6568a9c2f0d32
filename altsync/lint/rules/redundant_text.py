"""The text says only what stands beside it anyway: the title, the caption, the album,
the page, or the file's name."""

from __future__ import annotations

from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen, file_slug, slug, without_numbers
from altsync.models import Decision, Severity

_SLACK = 24
"""A field that is this much longer or shorter than the text cannot equal it once both
are reduced to words."""


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    given = seen.given
    if not seen.text or given.decision is Decision.TEXT:
        return
    size = len(seen.text)
    mine = ""
    fields = (
        (given.title, "title"),
        (given.caption, "caption"),
        (given.album, "name of the album"),
        (given.page_title, "title of the page"),
        (given.file, "file name"),
    )
    for value, name in fields:
        if not value or abs(len(value) - size) > (
            _SLACK if name == "file name" else _SLACK // 2
        ):
            continue
        mine = mine or slug(seen.low)
        if (mine and mine == slug(value)) or (
            name == "file name" and _is_file(mine, value)
        ):
            yield Hit(
                f"The alt text only repeats the {name}: say what the image shows on"
                " this page."
            )
            return
    if size < limits["beside"]:
        return
    core = seen.text.rstrip(".!? ")
    if (given.before and core in given.before) or (given.after and core in given.after):
        yield Hit(
            "The alt text repeats the text right beside the image: a screen reader says"
            " the same thing twice."
        )


def _is_file(mine: str, name: str) -> bool:
    """The file's name as words; years and counters do not count."""
    bare = without_numbers(mine)
    return bool(bare) and bare == without_numbers(file_slug(name))


RULE = Rule(
    id="redundant-text",
    severity=Severity.WARNING,
    sentence=(
        "The text only repeats the title, caption, album, page title, file name or the"
        " text beside the image."
    ),
    check=check,
    limits={"beside": 30},
)
