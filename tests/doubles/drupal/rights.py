"""Who may change what: the 403 names the permission that lacks (595-640)."""

from __future__ import annotations

from tests.doubles.drupal import moderation
from tests.doubles.drupal.access import Asker, no_credentials
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.model import Entity, State
from tests.doubles.drupal.sight import NO_PAGE, administers, owns, pinned

_MEDIA = (
    "The following permissions are required: '{op} any media' OR '{op} own media'"
    " OR '{bundle}: {verb} any media' OR '{bundle}: {verb} own media'."
)
_PERMISSION = "The '{}' permission is required."
_TERM = (
    "The following permissions are required: 'edit terms in {}' OR 'administer"
    " taxonomy'."
)
_ACCOUNT = (
    "Users can only update their own account, unless they have the 'administer users'"
    " permission."
)
_COMMENT = (
    "The 'edit own comments' permission is required, the user must be the comment"
    " author, and the comment must be published."
)


def check_change(
    state: State, asker: Asker, entity: Entity, method: str = "PATCH"
) -> None:
    """May this user update (or DELETE) the entity? Raises Refusal 403; 401 only where no
    credentials came at all."""
    detail = locked(state, asker, entity, method)
    if detail is None:
        return
    if not asker.offered:
        raise no_credentials()
    raise Refusal(403, detail)


def locked(
    state: State, asker: Asker, entity: Entity, method: str = "PATCH"
) -> str | None:
    """Why this user may not change it; None: may."""
    kind, _, bundle = entity.type.partition("--")
    verb = "delete" if method == "DELETE" else "edit"
    if kind == "paragraph":
        # Without a parent that lists it anybody may, anonymous too (553, 554, 652).
        parent = state.parent(entity)
        return None if parent is None else locked(state, asker, parent)
    # Moderation forbids, whatever else allows (638, 709-727).
    if verb == "edit" and moderation.locked(state, asker, entity):
        return moderation.NO_TRANSITION
    if kind == "block_content":
        return _block(state, asker, entity, bundle)
    if administers(asker, kind) or _allowed(asker, entity, kind, bundle, verb):
        return None
    return _named(kind, bundle, verb)


def _allowed(asker: Asker, entity: Entity, kind: str, bundle: str, verb: str) -> bool:
    mine = owns(asker, entity)
    names: tuple[str, ...]
    match kind:
        case "media":
            op = "update" if verb == "edit" else verb
            names = (f"{op} {{}} media", f"{verb} {{}} {bundle} media")
        case "node":
            names = (f"{verb} {{}} {bundle} content",)
        case "comment":
            return mine and asker.may("edit own comments")
        case "taxonomy_term":
            return asker.may(f"{verb} terms in {bundle}")
        case "file":
            return mine
        case "user":
            return asker.user is not None and asker.user.uuid == entity.uuid
        case _:
            return False
    return any(
        asker.may(name.format("any")) or (mine and asker.may(name.format("own")))
        for name in names
    )


def _block(state: State, asker: Asker, entity: Entity, bundle: str) -> str | None:
    """An inline block wants one permission more, and the answer does not say which
    (588, 871). One that no page pins is for nobody, admin neither (593, 868)."""
    attributes = entity.translations[entity.original].attributes
    inline = not attributes.get("reusable", True)
    if inline and not pinned(state, entity):
        return NO_PAGE
    if asker.may("administer block content"):
        return None
    if not asker.may(f"edit any {bundle} block content"):
        return _named("block_content", bundle, "edit")
    return "" if inline and not asker.may("create and edit custom blocks") else None


def _named(kind: str, bundle: str, verb: str) -> str:
    op = "update" if verb == "edit" else verb
    details = {
        "media": _MEDIA.format(op=op, verb=verb, bundle=bundle),
        "node": _PERMISSION.format(f"{verb} any {bundle} content"),
        "block_content": _PERMISSION.format(f"{verb} any {bundle} block content"),
        "taxonomy_term": _TERM.format(bundle),
        "user": _ACCOUNT,
        "comment": _COMMENT,
        "file": "Only the file owner can update the file entity.",
        "exhibit": _PERMISSION.format("administer exhibits"),
    }
    return details[kind]
