"""A page's form, as a person has it open in a browser."""

from __future__ import annotations

from typing import Any

from tests.doubles.drupal.model import Entity, Translation, iso, listed, snapshot
from tests.doubles.drupal.server import Site


class Form:
    """What the form shows is what was stored when it was opened; saving stores that, with
    the person's changes, over whatever was written to the paragraphs meanwhile (962, 963).
    """

    def __init__(self, site: Site, page: Entity) -> None:
        self._site, self._page = site, page
        with site.lock:
            self._opened = _changed(page)
            self._fields = {entity.uuid: snapshot(entity) for entity in self._all(page)}

    def write(self, entity: Entity, field: str, item: int = 0, **meta: Any) -> None:
        """The person types: `meta` (alt, title) of a picture of the page, or of a
        paragraph in it."""
        data = self._text(entity).relationships[field]
        listed(data)[item]["meta"].update(meta)

    def set(
        self, entity: Entity, *, language: str | None = None, **attributes: Any
    ) -> None:
        """The person types: attributes of the page, or of a paragraph in it."""
        chosen = language or entity.original
        self._fields[entity.uuid][chosen].attributes.update(attributes)

    def save(self, *, new_revision: bool = True) -> bool:
        """Whether it was saved: not where the page itself was saved meanwhile, which a
        PATCH of a paragraph does not do (570, 962)."""
        state = self._site.state
        with self._site.lock:
            state.clock.advance()
            if _changed(self._page) != self._opened:
                return False
            editor = state.users["editor"]
            below = self._all(self._page)[1:]
            for entity in reversed(below):
                before, entity.translations = entity.translations, self._mine(entity)
                state.save(entity, before, editor)
            before, self._page.translations = (
                self._page.translations,
                self._mine(self._page),
            )
            # Every save of a person moves the page's own time (570).
            self._page.translations["en"].attributes["changed"] = iso(state.clock.now)
            kept = state.new_revisions.get(self._page.type, True)
            state.new_revisions[self._page.type] = new_revision
            state.save(self._page, before, editor)
            state.new_revisions[self._page.type] = kept
        return True

    def _text(self, entity: Entity) -> Translation:
        return self._fields[entity.uuid][entity.original]

    def _mine(self, entity: Entity) -> dict[str, Translation]:
        """What the form has of it; the guards are the site's, as core reads them anew."""
        made = self._fields[entity.uuid]
        guard = self._site.state.types[entity.type].guard
        for language, text in entity.translations.items():
            if guard in text.attributes:
                made[language].attributes[guard] = text.attributes[guard]
        return made

    def _all(self, entity: Entity) -> list[Entity]:
        """The page and the paragraphs below it, the page first."""
        found = [entity]
        for text in entity.translations.values():
            for data in text.relationships.values():
                for item in listed(data):
                    below = self._site.state.of(item["type"]).get(item["id"])
                    if below is not None and item["type"].startswith("paragraph--"):
                        found += self._all(below)
        return found


def _changed(page: Entity) -> Any:
    """Across its languages: core compares the newest (source)."""
    return max(text.attributes["changed"] for text in page.translations.values())
