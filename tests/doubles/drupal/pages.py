"""Pages as a visitor gets them, with what names their languages: `<html lang>`, links to
translations, the language switcher, drupalSettings.path (761-764, 778)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from tests.doubles.drupal import configs, files, filters, sight
from tests.doubles.drupal.access import Asker
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.model import Entity, State, Translation, listed

_PATHS = {"node": "node", "user": "user", "taxonomy/term": "taxonomy_term"}
"""Path of an entity's page -> its entity type. Media have no page of their own."""


@dataclass(frozen=True)
class Visit:
    """One visitor's request. `path` is without base path and language prefix."""

    path: str
    language: str
    asker: Asker
    origin: str
    """The site's address, with a base path."""
    basic: bool = False


def page(state: State, visit: Visit, *, switcher: bool) -> bytes:
    """Raises Refusal with HTML: 404 for no page, 403 for one that this visitor may not see,
    and for Basic credentials, which no page takes (783, 959)."""
    path = visit.path.strip("/")
    entity = None if path in ("", "node") else _entity(state, path)
    if entity is None and path not in ("", "node"):
        raise Refusal(404, "", html=True)
    if visit.basic:
        raise Refusal(403, "", html=True)
    if entity is None:
        body = _front(state, visit)
        return _html(state, visit, "Home", [], body, switcher)
    language = entity.resolve(visit.language, state.fallback)
    translation = entity.translations[language]
    if sight.hidden(state, visit.asker, entity, translation) is not None:
        raise Refusal(403, "", html=True)
    title = _title(state, entity, translation)
    body = _article(state, entity, translation)
    return _html(state, visit, title, _alternates(state, visit, entity), body, switcher)


def refused(state: State, visit: Visit, status: int, *, switcher: bool) -> bytes:
    """The page of a 403 or 404, in the theme of all others (783)."""
    title = {403: "Access denied", 404: "Page not found"}.get(status, "Error")
    there = replace(visit, path=f"/system/{status}")
    return _html(state, there, title, [], "", switcher)


def _entity(state: State, path: str) -> Entity | None:
    """What a path or an alias shows."""
    head, _, number = path.rpartition("/")
    kind = _PATHS.get(head)
    for entity in _paged(state):
        if kind == entity.type.partition("--")[0] and number == str(entity.id):
            return entity
        for translation in entity.translations.values():
            alias = (translation.attributes.get("path") or {}).get("alias")
            if alias and alias.strip("/") == path:
                return entity
    return None


def _paged(state: State) -> list[Entity]:
    kinds = set(_PATHS.values())
    names = [name for name in state.entities if name.partition("--")[0] in kinds]
    return [entity for name in names for entity in state.of(name).values()]


def _html(
    state: State, visit: Visit, title: str, head: list[str], body: str, switcher: bool
) -> bytes:
    blocks = body + (_switcher(state, visit) if switcher else "")
    parts = [
        f'<!DOCTYPE html>\n<html lang="{visit.language}" dir="ltr">\n<head>',
        '<meta charset="utf-8" />',
        '<meta name="Generator" content="Drupal 10 (https://www.drupal.org)" />',
        *head,
        f"<title>{escape(title)} | Demo</title>\n</head>\n<body>",
        f'<main role="main">\n<h1>{escape(title)}</h1>\n{blocks}\n</main>',
        _settings(state, visit),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts).encode()


def _alternates(state: State, visit: Visit, entity: Entity) -> list[str]:
    """Exactly the languages that the item has, with prefixes (763, 764)."""
    path = _path(entity)
    links = [
        f'<link rel="alternate" hreflang="{code}" href="{_address(state, visit, code)}{path}" />'
        for code in entity.translations
        if code in state.languages
    ]
    here = entity.resolve(visit.language, state.fallback)
    link = f'<link rel="canonical" href="{_address(state, visit, here)}{path}" />'
    return [*links, link]


def _address(state: State, visit: Visit, language: str) -> str:
    return visit.origin + _prefix(state, language)


def _prefix(state: State, language: str) -> str:
    return "" if language in (state.languages[0], "und", "zxx") else f"/{language}"


def _path(entity: Entity) -> str:
    kind = entity.type.partition("--")[0]
    below = next(path for path, name in _PATHS.items() if name == kind)
    return f"/{below}/{entity.id}"


def _switcher(state: State, visit: Visit) -> str:
    """The block lists every language of the site, those that the page lacks too (778)."""
    path = visit.path.rstrip("/")
    items = []
    for code in sorted(state.languages, key=configs.label_of):
        href = f"{state.base_path}{_prefix(state, code)}{path}" or "/"
        active = " is-active" if code == visit.language else ""
        items.append(
            f'<li hreflang="{code}"><a href="{href}" class="language-link{active}"'
            f' hreflang="{code}">{configs.label_of(code)}</a></li>'
        )
    return (
        '<div class="language-switcher-language-url" role="navigation"><ul class="links">'
        + "".join(items)
        + "</ul></div>"
    )


def _settings(state: State, visit: Visit) -> str:
    prefix = _prefix(state, visit.language).lstrip("/")
    path = visit.path.strip("/")
    settings = {
        "path": {
            "baseUrl": f"{state.base_path}/",
            "pathPrefix": prefix and f"{prefix}/",
            "currentPath": path or "node",
            "currentPathIsAdmin": False,
            "isFront": path in ("", "node"),
            "currentLanguage": visit.language,
        }
    }
    text = json.dumps(settings, separators=(",", ":")).replace("/", "\\/")
    return (
        '<script type="application/json"'
        f' data-drupal-selector="drupal-settings-json">{text}</script>'
    )


def _front(state: State, visit: Visit) -> str:
    teasers = []
    for entity in _paged(state):
        translation = entity.translations[
            entity.resolve(visit.language, state.fallback)
        ]
        seen = sight.hidden(state, visit.asker, entity, translation) is None
        if entity.type.startswith("node--") and seen:
            title = escape(_title(state, entity, translation))
            address = state.base_path + _prefix(state, visit.language) + _path(entity)
            teasers.append(f'<h2><a href="{address}">{title}</a></h2>')
    return "\n".join(teasers[-10:])


def _title(state: State, entity: Entity, translation: Translation) -> str:
    return str(translation.attributes.get(state.types[entity.type].label) or "")


def _article(state: State, entity: Entity, translation: Translation) -> str:
    kind = state.types[entity.type]
    number = (
        f' data-history-node-id="{entity.id}"' if kind.entity_type == "node" else ""
    )
    return (
        f'<article{number} class="{kind.entity_type}--type-{kind.bundle}">\n'
        + _fields(state, entity, translation)
        + "\n</article>"
    )


def _fields(state: State, entity: Entity, translation: Translation) -> str:
    """Pictures, texts, and the paragraphs that the item lists."""
    kind, shown = state.types[entity.type], []
    language = str(translation.attributes.get("langcode"))
    for name in kind.relationships:
        items = [i for i in listed(translation.relationships.get(name)) if i]
        if name in kind.images:
            shown += [_field(name, _picture(state, item)) for item in items]
        shown += [_below(state, item, translation) for item in items]
    for name in kind.texts:
        text = translation.attributes.get(name)
        for item in listed(text):
            shown.append(_field(name, filters.processed(state, item, language)))
    return "\n".join(filter(None, shown))


def _field(name: str, inner: str) -> str:
    css = name.replace("_", "-")
    return f'<div class="field field--name-{css}"><div class="field__item">{inner}</div></div>'


def _picture(state: State, item: dict[str, Any]) -> str:
    file = state.files.get(item["id"])
    if file is None:
        return ""
    meta = item["meta"]
    # NULL: no attribute; '': an empty one (778).
    alt = "" if meta["alt"] is None else f' alt="{escape(meta["alt"])}"'
    title = f' title="{escape(meta["title"])}"' if meta["title"] else ""
    src = escape(state.base_path + files.derivative(file))
    size = f' width="{meta["width"]}" height="{meta["height"]}"'
    return f'<img loading="lazy" src="{src}"{size}{alt}{title} />'


def _below(state: State, item: dict[str, Any], parent: Translation) -> str:
    """A paragraph or a media item, in the page's language where it has it."""
    kind, _, bundle = item["type"].partition("--")
    below = state.of(item["type"]).get(item["id"])
    if kind not in ("paragraph", "media") or below is None:
        return ""
    language = str(parent.attributes.get("langcode"))
    words = below.translations[below.resolve(language, state.fallback)]
    if not sight.published(words):
        return ""
    css = (
        f"{kind} {kind}--type-{bundle}"
        if kind == "media"
        else f"{kind}--type--{bundle}"
    )
    return f'<div class="{css}">{_fields(state, below, words)}</div>'
