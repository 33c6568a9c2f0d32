"""Who sees what: of a GET, of a list without a filter, and of a list with one.

Three different answers. A GET and an unfiltered list ask the same question, so that a row
that may not be seen is named in `meta.omitted`; node grants work inside the query, without
a trace (696); any filter makes the query keep a rule of its type's own (504-516, 573, 657,
692, 904).
"""

from __future__ import annotations

from tests.doubles.drupal.access import Asker, no_credentials
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.model import Entity, State, Translation

DENIED = "The current user is not allowed to GET the selected resource."
_OWNER = (
    " The user must be the owner and the 'view own unpublished media' permission is"
    " required when the media item is unpublished."
)
_ANY_UNPUBLISHED = " The 'view any unpublished content' permission is required."
NO_PAGE = "Non-reusable blocks must set an access dependency for access control."
_ADMINISTERS = {
    "media": "administer media",
    "node": "bypass node access",
    "block_content": "administer block content",
    "taxonomy_term": "administer taxonomy",
    "comment": "administer comments",
    "user": "administer users",
    "exhibit": "administer exhibits",
}
"""Entity type -> its admin permission. Paragraphs have none."""
LABELLED = frozenset({"user"})
"""Entity types whose label everybody may see: who may not see the rest gets only that, and
no 403 (844, 873)."""
_VIEWED = {
    "media": "view media",
    "node": "access content",
    "taxonomy_term": "access content",
}
"""Entity type -> what it takes to see a published one (inferred: no role of the
recordings lacked it)."""
_RULED = frozenset(
    {"media", "node", "block_content", "taxonomy_term", "comment", "user"}
)
"""What core has a rule for that filters keep; of any other type a filter lets only its
administrators see a row (section 15)."""


def administers(asker: Asker, entity_type: str) -> bool:
    permission = _ADMINISTERS.get(entity_type)
    return permission is not None and asker.may(permission)


def check_view(
    state: State, asker: Asker, entity: Entity, translation: Translation
) -> None:
    """Raises Refusal: 403, or 401 where no credentials came along."""
    detail = hidden(state, asker, entity, translation)
    if detail is None:
        return
    # An inline block that no page pins is 403 for anonymous readers too (587).
    if not asker.offered and not detail.endswith(NO_PAGE):
        raise no_credentials()
    raise Refusal(403, detail, "/data")


def hidden(
    state: State, asker: Asker, entity: Entity, translation: Translation
) -> str | None:
    """Why this user may not see it, as `meta.omitted` says it; None: may."""
    kind = entity.type.partition("--")[0]
    if entity.uuid in state.denied:
        return DENIED
    if kind == "paragraph":
        return _paragraph(state, asker, entity, translation)
    if kind == "block_content":
        return _block(state, asker, entity, translation)
    if kind == "node" and not granted(state, asker, entity):
        return DENIED
    if kind == "user":
        return _account(asker, entity, translation)
    if kind == "file":
        # Of a picture that the reader may see; here that is whoever is logged in (903).
        seen = asker.user is not None or not _private(translation)
        return None if seen else DENIED
    return _unpublished(state, asker, entity, translation)


def _unpublished(
    state: State, asker: Asker, entity: Entity, translation: Translation
) -> str | None:
    kind = entity.type.partition("--")[0]
    if administers(asker, kind):
        return None
    needed = _VIEWED.get(kind)
    if needed and not asker.may(needed):
        return f"{DENIED} The '{needed}' permission is required."
    # content_moderation's permission opens whatever can be unpublished (656, 695).
    if published(translation) or asker.may("view any unpublished content"):
        return None
    name = {"node": "content", "media": "media"}.get(kind)
    if name and owns(asker, entity) and asker.may(f"view own unpublished {name}"):
        return None
    if state.workflows:
        return DENIED + _ANY_UNPUBLISHED  # 669, 685
    return DENIED + _OWNER if kind == "media" else DENIED


def _paragraph(
    state: State, asker: Asker, entity: Entity, translation: Translation
) -> str | None:
    """A paragraph without a parent is open to everybody (525-527); else what its parent
    says (528, 703)."""
    if not published(translation) and not asker.may("view unpublished paragraphs"):
        return DENIED
    parent = state.parent(entity)
    return None if parent is None else _why(state, asker, parent)


def _block(
    state: State, asker: Asker, entity: Entity, translation: Translation
) -> str | None:
    """An inline block is seen where its page is, as long as the page pins this very
    revision: a new one belongs to no page (585-587, 865-869)."""
    if translation.attributes.get("reusable", True):
        return _unpublished(state, asker, entity, translation)
    page = pinned(state, entity)
    if page is None:
        return f"{DENIED} {NO_PAGE}"
    return _why(state, asker, page)


def pinned(state: State, block: Entity) -> Entity | None:
    """The page whose layout has this very revision of an inline block."""
    page, revision = state.pinned.get(block.uuid, ("", 0))
    return state.find(page) if page and revision == block.vid else None


def _account(asker: Asker, entity: Entity, translation: Translation) -> str | None:
    me = asker.user is not None and asker.user.uuid == entity.uuid
    if me or administers(asker, "user"):
        return None
    if published(translation) and asker.may("access user profiles"):
        return None
    return DENIED + " The 'access user profiles' permission is required."


def _why(state: State, asker: Asker, above: Entity) -> str | None:
    """What stands in something is hidden for the reason that hides that (576, 703)."""
    return hidden(state, asker, above, above.translations[above.original])


def granted(state: State, asker: Asker, entity: Entity) -> bool:
    """Node grants: a row that they hide vanishes from every list without a trace
    (696-698)."""
    return entity.uuid not in state.ungranted or asker.may("bypass node access")


def filtered(
    state: State, asker: Asker, entity: Entity, translation: Translation
) -> bool:
    """Does a query with any filter keep this row? What opens unpublished rows to a GET
    does not open them here (656, 657, 692, 695)."""
    kind = entity.type.partition("--")[0]
    if kind == "block_content" and not translation.attributes.get("reusable", True):
        return False  # admin too (573)
    if kind == "file":
        return not _private(translation)  # or one's own (904, source)
    if administers(asker, kind):
        return True
    if kind not in _RULED:
        return False
    if kind == "user" and not asker.may("access user profiles"):
        return asker.user is not None and asker.user.uuid == entity.uuid
    own = kind == "node" and asker.may("view own unpublished content")
    return published(translation) or (own and owns(asker, entity))


def _private(translation: Translation) -> bool:
    return bool(translation.attributes["uri"]["value"].startswith("private://"))


def published(translation: Translation) -> bool:
    return bool(translation.attributes.get("status", True))


def owns(asker: Asker, entity: Entity) -> bool:
    return asker.user is not None and entity.owner == asker.user.uuid


def check_older(asker: Asker) -> None:
    """An older revision is for those who may see revisions (seen on 10.6; not recorded).
    Raises Refusal."""
    if not (asker.may("view all revisions") or asker.may("administer media")):
        raise Refusal(
            403,
            "The current user is not allowed to GET the selected resource. The user does"
            " not have access to the requested version.",
        )
