"""PATCH of a resource and of a relationship: what core does with a body, in core's own
order (EntityResource.php).

A field that is sent is replaced whole: an omitted title becomes NULL, an omitted
gallery item is gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from tests.doubles.drupal import moderation, texts
from tests.doubles.drupal.access import Asker
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.links import sent
from tests.doubles.drupal.model import (
    Entity,
    State,
    Stores,
    Translation,
    epoch,
    iso,
    listed,
    snapshot,
)

DRAFT = (
    "Updating a resource object that has a working copy is not yet supported. "
    "See https://www.drupal.org/project/drupal/issues/2795279."
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_READ_ONLY = (
    "default_langcode",
    "revision_translation_affected",
    "content_translation_source",
)


def decode(body: bytes) -> Any:
    """The body as PHP's json_decode has it. Raises Refusal 400 (302, 303, 306, 218)."""
    if not body:
        raise Refusal(400, "Empty request body.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(
            400, "Malformed UTF-8 characters, possibly incorrectly encoded"
        ) from None
    try:
        document = json.loads(text)
    except ValueError:
        raise Refusal(400, "Syntax error") from None
    if _SURROGATE.search(json.dumps(document, ensure_ascii=False)):
        raise Refusal(400, "Single unpaired UTF-16 surrogate in unicode escape")
    return document


def patch(
    state: State, asker: Asker, entity: Entity, language: str, body: bytes
) -> None:
    """Apply a PATCH to the translation in `language`, or raise Refusal and leave
    everything as it was."""
    if drafted(state, entity):
        raise Refusal(400, DRAFT)
    kind = state.types[entity.type]
    document = decode(body)
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict) or not data.get("type"):
        raise Refusal(400, 'Resource object must include a "type".')
    attributes, links = data.get("attributes") or {}, data.get("relationships") or {}
    _check_names(state, kind, attributes, links)
    texts.check_properties(kind, attributes)
    items = {
        name: sent(state, kind, name, value.get("data"))
        for name, value in links.items()
    }
    moment = attributes.get("changed")
    if isinstance(moment, str) and epoch(moment) is None:
        raise Refusal(
            422,
            f'The specified date "{moment}" is not in an accepted format: "U" (UNIX'
            ' timestamp), "Y-m-d\\TH:i:sO" (ISO 8601), "Y-m-d\\TH:i:sP" (RFC 3339).',
        )
    if data.get("id") != entity.uuid:
        raise Refusal(
            400,
            f"The selected entity ({entity.uuid}) does not match the ID in the payload "
            f"({data.get('id', '')}).",
        )
    before = snapshot(entity)
    try:
        log = _apply(state, asker, entity, language, attributes, items)
    except Refusal:
        entity.translations = before
        raise
    _presave(state, entity, before, language, [*items, *attributes])
    now = entity.translations.get(language)
    if now and moderation.pends(state, entity, before[language], now):
        now.attributes["changed"] = iso(state.clock.now)
        entity.draft = (state.next_vid(entity), entity.translations)
        entity.translations = before
        return
    state.save(entity, before, asker.user, log, frozenset(items))


def drafted(state: State, entity: Entity) -> bool:
    """A paragraph is locked by the draft of what lists it (535)."""
    at: Entity | None = entity
    while at is not None:
        if at.draft is not None:
            return True
        at = state.parent(at) if at.type.startswith("paragraph--") else None
    return False


def _presave(
    state: State,
    entity: Entity,
    before: dict[str, Translation],
    language: str,
    fields: Iterable[str],
) -> None:
    """What a module makes of the alts and the texts that were sent."""
    if state.stores is None:
        return
    now, old = entity.translations[language], before[language]
    texts = state.types[entity.type].texts
    for name in fields:
        if name in texts:
            _pretext(state.stores, old.attributes[name], now.attributes[name])
        if name not in old.relationships:
            continue
        pairs = zip(
            listed(old.relationships[name]),
            listed(now.relationships[name]),
            strict=False,
        )
        for was, item in pairs:
            if was["meta"]["alt"] != item["meta"]["alt"]:
                item["meta"]["alt"] = state.stores(
                    was["meta"]["alt"], item["meta"]["alt"]
                )


def _pretext(stores: Stores, before: Any, after: Any) -> None:
    for was, text in zip(listed(before), listed(after), strict=False):
        if was["value"] != text["value"]:
            text["value"] = stores(was["value"], text["value"])


def patch_relationship(
    state: State, asker: Asker, entity: Entity, language: str, name: str, body: bytes
) -> None:
    """PATCH .../relationships/FIELD: no new revision, the whole list replaced, the
    whole entity validated (243-268)."""
    kind = state.types[entity.type]
    document = decode(body)
    data = sent(
        state, kind, name, document.get("data") if isinstance(document, dict) else None
    )
    text = entity.translations[language].attributes.get("body")
    if (
        isinstance(text, dict)
        and text.get("format") == "full_html"
        and not asker.may("use text format full_html")
    ):
        detail = "body.0.format: The value you selected is not a valid choice."
        raise Refusal(
            422, detail, violations=[(detail, "/data/attributes/body/format")]
        )
    before = snapshot(entity)
    entity.translations[language].relationships[name] = data
    kept, state.new_revisions[entity.type] = (
        state.new_revisions.get(entity.type, True),
        False,
    )
    try:
        state.save(entity, before, asker.user)
    finally:
        state.new_revisions[entity.type] = kept


def _check_names(
    state: State,
    kind: ResourceType,
    attributes: dict[str, Any],
    links: dict[str, Any],
) -> None:
    misplaced = [name for name in attributes if name in kind.relationships]
    if misplaced:
        listed = ", ".join(misplaced)
        raise Refusal(
            422,
            "The following relationship fields were provided as attributes: ["
            f" {listed} ]",
        )
    own = kind.numbers | {kind.log, kind.revision_time}
    if moderation.applies(state, kind.name):
        own |= {moderation.FIELD}
    for name in (*attributes, *links):
        known = (
            name in kind.relationships
            if name in links
            else name in kind.attributes or name in own
        )
        if not known:
            raise Refusal(
                422,
                f"The attribute {name} does not exist on the {kind.name} resource"
                " type.",
            )


def _apply(
    state: State,
    asker: Asker,
    entity: Entity,
    language: str,
    attributes: dict[str, Any],
    items: dict[str, Any],
) -> str | None:
    kind, translation = state.types[entity.type], entity.translations[language]
    log = None
    for name, value in attributes.items():
        if name == kind.log:
            if not asker.may("revision log"):
                raise _field_denied(name)
            log = value
        elif name == "langcode":
            _relanguage(entity, translation, language, value)
        else:
            _set(state, entity, translation, name, value)
    for name, data in items.items():
        _swap(state, translation, name, data)
    translation.relationships.update(items)
    found = texts.violations(kind, asker, translation, set(attributes))
    wanted = attributes.get(moderation.FIELD)
    if wanted is not None:
        found += moderation.move(state, asker, entity, translation, wanted)
    _validate(kind, translation, set(attributes) | set(items), found)
    _same_revision(kind, entity, attributes)
    return log


def _set(
    state: State, entity: Entity, translation: Translation, name: str, value: Any
) -> None:
    """One attribute: checked, ignored or stored."""
    kind = state.types[entity.type]
    ignored = {*_READ_ONLY, kind.revision, kind.revision_time, moderation.FIELD}
    if name == kind.id_key:
        _same_id(kind, entity, value)
    elif name == kind.guard:
        _same_moment(translation, name, value)
    elif name == "status" and moderation.holds(state, entity, translation, value):
        raise _field_denied(name, moderation.HELD)
    elif name in kind.texts:
        translation.attributes[name] = texts.stored(kind.texts[name], value)
    elif name in kind.strings and value == "":
        translation.attributes[name] = None  # as sent to a 10.6, not recorded
    elif name not in ignored:
        translation.attributes[name] = value


def _same_revision(
    kind: ResourceType, entity: Entity, attributes: dict[str, Any]
) -> None:
    """What is saved in place keeps its revision: another one is a 500, the same one, as a
    string too, passes (544, 545, 566)."""
    sent = attributes.get(kind.revision, entity.vid)
    if kind.entity_type == "paragraph" and str(sent) != str(entity.vid):
        raise Refusal(
            500,
            "Update existing 'paragraph' entity revision while changing the revision ID"
            " is not supported.",
        )


def _same_id(kind: ResourceType, entity: Entity, value: Any) -> None:
    if value != entity.id:
        raise Refusal(
            403,
            "The current user is not allowed to PATCH the selected field"
            f" ({kind.id_name}). The entity ID cannot be changed.",
            f"/data/attributes/{kind.id_name}",
        )


def _same_moment(translation: Translation, name: str, value: Any) -> None:
    """ChangedFieldItemList denies edit; an equal value passes and is ignored: a
    compare-and-set (251-255, 877-881). NULL is equal to NULL (933-936)."""
    stored = translation.attributes.get(name)
    if value is None and stored is None:
        return
    if not isinstance(value, str) or epoch(value) != epoch(stored):
        raise _field_denied(name)


def _swap(state: State, translation: Translation, name: str, data: Any) -> None:
    """Another file in the media's source field: core takes a new thumbnail and the
    file's name (228)."""
    old = translation.relationships.get(name)
    if name != "field_media_image" or not data or not old or data["id"] == old["id"]:
        return
    alone = {"alt": data["meta"]["alt"], "title": None}
    translation.relationships["thumbnail"] = data | {"meta": data["meta"] | alone}
    translation.attributes["name"] = state.files[data["id"]].attributes()["filename"]


def _relanguage(
    entity: Entity, translation: Translation, language: str, value: str
) -> None:
    if value == language:
        return
    if language != entity.original:
        raise Refusal(500, f"The translation language cannot be changed ({language}).")
    translation.attributes["langcode"] = value
    if "path" in translation.attributes:
        translation.attributes["path"]["langcode"] = value  # 321
    entity.translations[value] = entity.translations.pop(language)
    entity.original = value


def _field_denied(name: str, why: str = "") -> Refusal:
    detail = f"The current user is not allowed to PATCH the selected field ({name})."
    return Refusal(403, detail + why, f"/data/attributes/{name}")


def _validate(
    kind: ResourceType,
    translation: Translation,
    sent: set[str],
    found: list[tuple[str, str]],
) -> None:
    """Only fields that were sent are validated; an alt has no length limit here (220, 222).
    `found`: the violations that are known already."""
    for name, allowed in kind.choices.items():
        value = translation.attributes.get(name)
        if name in sent and value is not None and value not in allowed:
            found.append(
                (
                    f"{name}.0: The value you selected is not a valid choice.",
                    f"/data/attributes/{name}/0",
                )
            )
    for name, (label, most) in kind.longest.items():
        value = translation.attributes.get(name)
        if name in sent and isinstance(value, str) and len(value) > most:
            detail = (
                f"{name}.0.value: {label}: may not be longer than {most} characters."
            )
            found.append((detail, f"/data/attributes/{name}/value"))
    for name in sorted(kind.required & sent):
        if not translation.relationships.get(name):
            found.append(
                (f"{name}: This value should not be null.", f"/data/attributes/{name}")
            )
    if found:
        raise Refusal(422, found[0][0], violations=found)
