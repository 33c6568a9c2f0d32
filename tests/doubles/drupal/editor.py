"""People at the texts: what CKEditor writes for a picture, and the saves of people who
put pictures in, take them out, move them and change words.

A person's save is a form's: a new revision, `changed` moves, and the paragraphs of the
page with it (542, 570).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from tests.doubles.drupal.model import Entity, File, State, iso, listed, snapshot
from tests.doubles.drupal.people import Form
from tests.doubles.drupal.server import Site

PICTURE = re.compile(
    r"<img\b[^>]*>|<drupal-media\b[^>]*>(?:&nbsp;|[^<])*</drupal-media>", re.IGNORECASE
)
"""The pictures of a text that people wrote with an editor: no comments, no `>` in
attributes."""
_ALT = re.compile(r"""\salt=("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
Value = str | list[str]


def img(file: File, alt: str | None = None, **more: str) -> str:
    """An uploaded picture. `more`: further attributes, `data_caption` for
    `data-caption`."""
    width, height = file.size or (64, 48)
    attributes = {
        "data-entity-uuid": file.uuid,
        "data-entity-type": "file",
        "src": file.url,
        "width": str(width),
        "height": str(height),
    }
    return _tag("img", attributes, alt, more)


def embed(medium: Entity, alt: str | None = None, **more: str) -> str:
    """A medium out of the library. `alt` '': the switch "decorative", which CKEditor
    writes as `""`; None: the medium's own text (source)."""
    attributes = {"data-entity-type": "media", "data-entity-uuid": medium.uuid}
    words = '""' if alt == "" else alt
    return _tag("drupal-media", attributes, words, more) + "&nbsp;</drupal-media>"


def _tag(
    name: str, attributes: dict[str, str], alt: str | None, more: dict[str, str]
) -> str:
    found = attributes | {key.replace("_", "-"): text for key, text in more.items()}
    if alt is not None:
        found["alt"] = alt
    written = "".join(f' {key}="{escape(text)}"' for key, text in found.items())
    return f"<{name}{written}>"


class People:
    """What they do to a formatted text, in its `language` (None: the original) and its
    `item`th value."""

    def __init__(self, state: State, site: Site) -> None:
        self._state, self._site = state, site

    def value(
        self, entity: Entity, field: str, language: str | None = None, item: int = 0
    ) -> str:
        """As stored; '' where there is none."""
        text = entity.translations[language or entity.original].attributes[field]
        found = listed(text)[item : item + 1]
        return str(found[0]["value"]) if found else ""

    def pictures(
        self, entity: Entity, field: str, language: str | None = None, item: int = 0
    ) -> list[str]:
        """The tags of its pictures, as written."""
        return PICTURE.findall(self.value(entity, field, language, item))

    def write(
        self,
        entity: Entity,
        field: str,
        value: Value,
        language: str | None = None,
        item: int = 0,
    ) -> None:
        """The whole text, saved; a list is all the values of a field that takes many. The
        format and the summary stay."""
        with self._site.lock:
            text = entity.translations[language or entity.original].attributes[field]
            if isinstance(value, list):
                one: dict[str, Any] = next(iter(listed(text)), _EMPTY)
                made: Any = [one | {"value": part} for part in value]
            elif isinstance(text, list):
                made = [*text]
                made[item] = text[item] | {"value": value}
            else:
                made = (text or _EMPTY) | {"value": value}
        self.store(entity, field, made, language)

    def store(
        self, entity: Entity, field: str, text: Any, language: str | None = None
    ) -> None:
        """The field as it is to be: a text with all its parts, or a list of them."""
        with self._site.lock:
            self._save(entity, field, text, language or entity.original)

    def add_picture(
        self, entity: Entity, field: str, tag: str, at: int | None = None, **where: Any
    ) -> None:
        """A picture in a paragraph of its own, before the `at`th one; None: at the end."""
        value = self.value(entity, field, **where)
        found = list(PICTURE.finditer(value))
        offset = len(value)
        if at is not None and at < len(found):
            offset = found[at].start()
        self.write(entity, field, f"{value[:offset]}{tag}\n{value[offset:]}", **where)

    def remove_picture(
        self, entity: Entity, field: str, number: int, **where: Any
    ) -> None:
        self._replaced(entity, field, number, lambda _: "", **where)

    def reorder(
        self, entity: Entity, field: str, order: Sequence[int], **where: Any
    ) -> None:
        """The tags change places; the words between them stay."""
        value = self.value(entity, field, **where)
        tags = PICTURE.findall(value)
        moved = iter([tags[number] for number in order])
        made = PICTURE.sub(lambda _: next(moved), value)
        self.write(entity, field, made, **where)

    def edit_words(
        self,
        entity: Entity,
        field: str,
        words: str,
        at: int | None = None,
        **where: Any,
    ) -> None:
        """More words right before the `at`th picture; None: at the end."""
        self.add_picture(entity, field, f"<p>{escape(words)}</p>", at, **where)

    def write_alt(
        self, entity: Entity, field: str, number: int, alt: str | None, **where: Any
    ) -> None:
        """The editor's box "alternative text": '' is decorative, None an emptied box of a
        medium or a new picture."""
        self._replaced(entity, field, number, lambda tag: with_alt(tag, alt), **where)

    def resave(self, entity: Entity, field: str, **where: Any) -> None:
        """Opened and saved in the editor, which writes the whole text anew in its own
        spelling: small letters, double quotes, no carriage returns."""
        from lxml import html

        value = self.value(entity, field, **where).replace("\r\n", "\n")
        root = html.fragment_fromstring(value, create_parent="div")
        made: str = html.tostring(root, encoding="unicode")
        made = made.removeprefix("<div>").removesuffix("</div>")
        self.write(entity, field, made, **where)

    def _replaced(
        self,
        entity: Entity,
        field: str,
        number: int,
        change: Callable[[str], str],
        **where: Any,
    ) -> None:
        value = self.value(entity, field, **where)
        found = list(PICTURE.finditer(value))[number]
        made = value[: found.start()] + change(found[0]) + value[found.end() :]
        self.write(entity, field, made, **where)

    def _save(self, entity: Entity, field: str, text: Any, language: str) -> None:
        page = self._page(entity)
        if page is not entity:
            form = Form(self._site, page)
            form.set(entity, language=language, **{field: text})
            form.save()
            return
        clock, editor = self._state.clock, self._state.users["editor"]
        clock.advance()
        before = snapshot(entity)
        attributes = entity.translations[language].attributes
        attributes[field] = text
        if "changed" in attributes:
            attributes["changed"] = iso(clock.now)
        kept = self._state.new_revisions.get(entity.type)
        kind = self._state.types[entity.type]
        self._state.new_revisions[entity.type] = bool(kind.revision)
        self._state.save(entity, before, editor)
        if kept is None:
            del self._state.new_revisions[entity.type]
        else:
            self._state.new_revisions[entity.type] = kept

    def _page(self, entity: Entity) -> Entity:
        """What a paragraph's text is edited on; else the entity itself."""
        at = entity
        while at.type.startswith("paragraph--"):
            above = self._state.parent(at)
            if above is None:
                return entity
            at = above
        return at


_EMPTY: dict[str, Any] = {"value": "", "format": "full_html"}


def with_alt(tag: str, alt: str | None) -> str:
    """The tag as the editor writes it with another text."""
    bare = _ALT.sub("", tag, count=1)
    if alt is None:
        return bare
    media = bare.lower().startswith("<drupal-media")
    words = '""' if media and alt == "" else alt
    head, _, tail = bare.partition(">")
    slash = "/" if head.endswith("/") else ""
    return f'{head.removesuffix("/").rstrip()} alt="{escape(words)}"{slash}>{tail}'
