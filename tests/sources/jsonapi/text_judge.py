"""Pictures in texts as the judge of the machine sees them, worked out without altsync: what
stands where, whose words they are, and what one PATCH made of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from typing import Any

from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.editor import PICTURE
from tests.doubles.drupal.model import Entity, listed

LETTERS = (None, "plain_text")
"""Formats that show a text as letters."""
MACHINE, PERSON = "machine ", "person "
"""How every text of a machine, of a person begins."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ALT = re.compile(r"""\salt=("[^"]*"|'[^']*'|[^\s>"']+)""")
_UUID = re.compile(r'data-entity-uuid="([^"]+)"')
_SRC = re.compile(r'src="([^"]+)"')
_WORD = re.compile(r"\bw\d+\b")
_TAG = re.compile(r"<[^>]*>")

Text = tuple[str, str, str]
"""(uuid of the entity, language, field)."""


@dataclass(frozen=True)
class Spot:
    """One picture in a text."""

    image: str
    """The id that the documentation promises."""
    alt: str | None
    number: int
    total: int
    """Which of how many with its picture."""
    words: tuple[str, str]
    """The nearest ones before and after it; each word of the machine is there once,
    unless a person copied it."""

    @property
    def place(self) -> Any:
        """What has to be the same where a text is sent: nothing, for a picture that is
        alone in its field."""
        return None if self.total == 1 else (self.number, self.total, self.words)


def spots(entity: Entity, field: str, language: str) -> list[Spot]:
    """The pictures of a text, in order."""
    text = entity.translations[language].attributes[field]
    values = [item["value"] for item in listed(text) if item["format"] not in LETTERS]
    found = [pair for value in values for pair in _pictures(value)]
    totals, seen = Counter(_key(tag) for tag, _ in found), Counter[str]()
    album = f"{entity.type}.{field}"
    made = []
    for tag, words in found:
        key = _key(tag)
        number = seen[key]
        seen[key] += 1
        name = f"{key}.{number}" if number else key
        image = f"{album}/{entity.id}.{language}.{name}"
        made.append(Spot(image, alt_of(tag), number, totals[key], words))
    return made


def _pictures(value: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Tag, and the words next to it."""
    shown = _COMMENT.sub(lambda found: " " * len(found[0]), value)
    for tag in PICTURE.finditer(shown):
        before = _WORD.findall(_TAG.sub(" ", shown[: tag.start()]))
        after = _WORD.findall(_TAG.sub(" ", shown[tag.end() :]))
        yield tag[0], ("".join(before[-1:]), "".join(after[:1]))


def _key(tag: str) -> str:
    uuid = _UUID.search(tag)
    if uuid is not None:
        return f"{'img' if tag.lower().startswith('<img') else 'media'}-{uuid[1]}"
    src = _SRC.search(tag)
    assert src is not None
    return f"src-{sha256(unescape(src[1]).encode()).hexdigest()[:12]}"


def alt_of(tag: str) -> str | None:
    """What the tag says; '' for a medium's `""` too."""
    found = _ALT.search(tag)
    if found is None:
        return None
    alt = unescape(found[1].strip("\"'"))
    return "" if alt == '""' else alt


def bare(value: str) -> str:
    """A text without the alts of its pictures: what no PATCH may change. What stands in
    a comment is no picture."""
    shown = _COMMENT.sub(lambda found: "\0" * len(found[0]), value)
    at, made = 0, []
    for tag in PICTURE.finditer(shown):
        made += [value[at : tag.start()], _ALT.sub("", tag[0], count=1)]
        at = tag.end()
    return "".join([*made, value[at:]])


def stored(site: DemoDrupal, fields: dict[str, str]) -> dict[Text, Any]:
    """Every text of these fields (by entity type), as stored."""
    return {
        (entity.uuid, language, field): text.attributes[field]
        for kind, field in fields.items()
        for entity in site.state.of(kind).values()
        for language, text in entity.translations.items()
    }


def check_bytes(before: dict[Text, Any], after: dict[Text, Any]) -> None:
    """No byte outside an alt; format and summary stand."""
    assert before.keys() == after.keys()
    for key, was in before.items():
        old, new = listed(was), listed(after[key])
        assert len(old) == len(new), f"{key}: {was!r} became {after[key]!r}"
        for one, other in zip(old, new, strict=True):
            assert bare(one["value"]) == bare(other["value"]), f"{key}: words"
            for part in {*one, *other} - {"value"}:
                assert one.get(part) == other.get(part), f"{key}: the {part} is lost"
