"""Who may change what: the 403 names the permission that lacks (595-640)."""

from __future__ import annotations

from tests.doubles.drupal.access import Asker, no_credentials
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.model import Entity, State
from tests.doubles.drupal.sight import owns

_MEDIA = (
    "The following permissions are required: '{op} any media' OR '{op} own media'"
    " OR 'image: {verb} any media' OR 'image: {verb} own media'."
)
_ARTICLE = (
    "The current user is not allowed to {method} the selected resource. The"
    " following permissions are required: 'access content' OR 'edit any article"
    " content'."
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
    if method == "DELETE":
        return None if asker.may("delete any") else _named(entity, method)
    kind, _, bundle = entity.type.partition("--")
    if kind == "paragraph":
        # Without a parent that lists it anybody may, anonymous too (553, 554, 652).
        parent = state.parent(entity)
        return None if parent is None else locked(state, asker, parent)
    if kind == "block_content":
        return _block(asker, entity, bundle)
    needed: dict[str, bool] = {
        "media": _any_or_own(asker, entity, "media"),
        "node": _any_or_own(asker, entity, "node")
        or asker.may(f"edit any {bundle} content"),
        "taxonomy_term": asker.may(f"edit terms in {bundle}")
        or asker.may("administer taxonomy"),
        "user": asker.may("administer users")
        or (asker.user is not None and asker.user.uuid == entity.uuid),
        "comment": asker.may("administer comments")
        or (owns(asker, entity) and asker.may("edit own comments")),
        "exhibit": asker.may("administer exhibits"),
    }
    return None if needed[kind] else _named(entity, method)


def _any_or_own(asker: Asker, entity: Entity, kind: str) -> bool:
    return asker.may(f"{kind}: edit any") or (
        owns(asker, entity) and asker.may(f"{kind}: edit own")
    )


def _block(asker: Asker, entity: Entity, bundle: str) -> str | None:
    """An inline block wants one permission more, and the answer does not say which
    (588, 871)."""
    if asker.may("administer block content"):
        return None
    if not asker.may(f"edit any {bundle} block content"):
        return _named(entity, "PATCH")
    attributes = entity.translations[entity.original].attributes
    inline = not attributes.get("reusable", True)
    return "" if inline and not asker.may("create and edit custom blocks") else None


def _named(entity: Entity, method: str) -> str:
    kind, _, bundle = entity.type.partition("--")
    op, verb = ("delete", "delete") if method == "DELETE" else ("update", "edit")
    if kind == "node" and bundle != "article":
        return _PERMISSION.format(f"{verb} any {bundle} content")
    details = {
        "media": _MEDIA.format(op=op, verb=verb),
        "block_content": _PERMISSION.format(f"{verb} any {bundle} block content"),
        "taxonomy_term": _TERM.format(bundle),
        "user": _ACCOUNT,
        "comment": _COMMENT,
        "exhibit": _PERMISSION.format("administer exhibits"),
    }
    return details.get(kind, _ARTICLE.format(method=method))
