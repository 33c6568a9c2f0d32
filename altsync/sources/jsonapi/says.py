"""What Drupal's refusals mean, in sentences that say what to change there, each with
its paragraph of docs/how-to/drupal.md."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from altsync.errors import (
    ChangedMeanwhile,
    GuardMoved,
    HasDraft,
    Hidden,
    LoginFailed,
    NotAllowed,
    NotThere,
    PathGone,
    ReadOnly,
    Rejected,
    SourceError,
)
from altsync.manual import Page, address
from altsync.sources.answers import HttpAnswer, place
from altsync.sources.jsonapi.guards import TRANSLATED

TOKEN_HINT = "Put the token into ALTSYNC_TOKEN, or run `altsync keys set altsync`"  # noqa: S105 - no token

WRITABLE = 'Choose "Accept all JSON:API create, read, update, and delete operations"'


_ATTRIBUTES = "/data/attributes/"


def see(paragraph: str) -> str:
    """The pointer that ends an error sentence."""
    return f"See {address(Page.DRUPAL, paragraph)}."


FILES_OFF = (
    "The resource file--file is switched off in JSON:API, so every image field shows null,"
    " whether it holds an image or not. altsync can see no image here and writes nothing:"
    " it would be done blindly. Switch the resource on at"
    " /admin/config/services/jsonapi/resource_types (JSON:API Extras), then run again."
    f" {see('files-off')}"
)


class Invalid(Rejected):
    """422: Drupal takes a value of this write for none. Nothing was stored."""

    def __init__(self, message: str, places: tuple[str, ...]) -> None:
        super().__init__(message, status=422)
        self.places = places
        """What its errors point at, below the attributes: `body/format`, with the
        fields' own names, whatever jsonapi_extras calls them."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What an answer of status 400 or more says."""

    status: int
    here: str
    reading: bool
    said: bool
    """In JSON:API's form, so by Drupal itself."""
    detail: str
    """The details of all its errors."""
    pointers: tuple[str, ...]
    """The parts of the document that its errors name."""

    @property
    def pointer(self) -> str:
        """The first of them."""
        return next(iter(self.pointers), "")


def explain(answer: HttpAnswer) -> SourceError | None:
    """The error that a status of 400 or more means for Drupal's JSON:API; None where
    the general one says enough."""
    details = errors_of(answer)
    told = _Told(
        status=answer.status,
        here=place(answer.url),
        reading=answer.method in ("GET", "HEAD"),
        said=bool(details),
        detail="; ".join(text for text, _ in details),
        pointers=tuple(pointer for _, pointer in details if pointer),
    )
    of_status = {
        401: _not_logged_in,
        403: _forbidden,
        404: _not_found,
        405: _not_done,
    }
    meaning = of_status.get(told.status, _refused)
    return _in_the_way(told) or meaning(told)


def _in_the_way(told: _Told) -> SourceError | None:
    """Somebody else's work stands in the way of a write."""
    if told.status == 400 and "has a working copy" in told.detail:
        return HasDraft(
            f"Skipped: {told.here} has a draft (a revision that is not published), and"
            " Drupal changes no text under a draft. Publish or delete the draft there,"
            f" then push again. {see('drafts')}",
            status=told.status,
        )
    if told.pointer == f"{_ATTRIBUTES}{TRANSLATED}" or _is_moved(told):
        return GuardMoved(
            f"Somebody saved {told.here}, or the page that it stands on, since it was"
            " read. Nothing was changed.",
            status=told.status,
        )
    saved = "modified by another user" in told.detail
    if saved or told.pointer == f"{_ATTRIBUTES}changed":
        return ChangedMeanwhile(
            f"Somebody saved {told.here} since it was read. Nothing was changed.",
            status=told.status,
        )
    return None


def _is_moved(told: _Told) -> bool:
    """The revision id that was sent is not the stored one: nothing was stored (544,
    562-564, 930)."""
    return told.status == 500 and "while changing the revision ID" in told.detail


def _not_logged_in(told: _Told) -> SourceError:
    """Drupal has no 401 for a wrong password; it has one for no login, and Simple OAuth
    for a token that it does not take (891, 895, 896)."""
    if told.said:
        return LoginFailed(
            f"The site shows {told.here} to nobody who is not logged in (401)."
            f" {see('login')}",
            status=told.status,
        )
    return LoginFailed(
        f"The site refuses the token (401 at {told.here}): it is wrong or out of date."
        f' {TOKEN_HINT}, or let altsync fetch its own: login = "oauth".'
        f" {see('tokens')}",
        status=told.status,
    )


def _forbidden(told: _Told) -> SourceError:
    here, status = told.here, told.status
    if "X-CSRF-Token" in told.detail:
        return LoginFailed(
            f"The login has ended (403 at {here}). Run the command again."
            f" {see('login')}",
            status=status,
        )
    if told.reading and not told.said:
        return Rejected(
            f"{here} answers with a page that says 403: it is not Drupal's JSON:API that"
            " refuses this, perhaps something in front of the site.",
            status=status,
        )
    if told.reading:
        return Hidden(
            f"{here} is not visible to this user (403): unpublished, or a permission is"
            f" missing. {see('unpublished')}",
            status=status,
            needed=shown(told.detail) if told.detail else "It is hidden.",
            grant=f"Publish it, or let this login see it. {see('unpublished')}",
            alone=True,
        )
    if told.pointer.startswith(_ATTRIBUTES):
        field = told.pointer.removeprefix(_ATTRIBUTES)
        grant = f"Allow the role to edit it. {see('permissions')}"
        return NotAllowed(
            f"Drupal does not let this user change the field `{field}` at {here}."
            f" {grant}",
            status=status,
            needed=f"Drupal does not let this user change the field `{field}`.",
            grant=grant,
        )
    return _lacking(told)


def _lacking(told: _Told) -> NotAllowed:
    """The entity itself may not be changed: what Drupal says is missing, and what to
    grant."""
    needed = shown(told.detail) if told.detail else _NOTHING_NAMED
    moderated = "No valid transitions" in told.detail
    grant = _TRANSITION if moderated else f"Give its role that permission. {_HERE}"
    return NotAllowed(
        f"The user is logged in but may not change {told.here} (403). {needed} {grant}",
        status=told.status,
        needed=needed,
        grant=grant,
        alone=moderated,
    )


_HERE = see("permissions")
_NOTHING_NAMED = (
    "Drupal names no permission; for a content block it may be 'create and edit custom"
    " blocks'."
)
"""A 403 with an empty detail (588)."""
_TRANSITION = (
    "The item is moderated, and its text is saved in the state that it is in: give the"
    " role any one transition from that state, such as 'use editorial transition"
    f" publish' or '... create_new_draft'. {see('moderation')}"
)
"""Any one transition from the present state cures it (709-727)."""


def _not_found(told: _Told) -> SourceError:
    if "given as a relationship item" in told.detail:
        return Rejected(
            f"{told.here} points to a deleted file. {see('deleted-files')}",
            status=told.status,
        )
    if not told.said:
        return PathGone(
            f"{told.here} answers with a page that says 404: the site has no such type"
            " any more, or under another path.",
            status=told.status,
        )
    return NotThere(f"Not on the site: {told.here} (404).", status=told.status)


_UNKNOWN_FIELD = re.compile(r"\AField \S+ is unknown\.")


def _not_done(told: _Told) -> SourceError | None:
    """405: Drupal's JSON:API writes nothing at all, or no such item."""
    status = told.status
    if "only read operations" in told.detail:
        return ReadOnly(
            f"This site's JSON:API accepts only reading. {WRITABLE} at"
            f" /admin/config/services/jsonapi. {see('read-only')}",
            status=status,
        )
    if "requested translation" in told.detail:
        return Rejected(
            f"{told.here} has no translation in that language, and altsync makes none."
            f" Translate it in Drupal first. {see('languages')}",
            status=status,
        )
    return None


def _refused(told: _Told) -> SourceError | None:
    if told.status == 500 and _UNKNOWN_FIELD.search(told.detail):
        # JSON:API Extras disabled a field whose public name was sent (838).
        return Rejected(
            f"The site refused this request (500 at {told.here}):"
            f" {shown(told.detail)} Nothing was changed.",
            status=told.status,
        )
    if told.status not in (400, 415, 422) or not told.detail:
        return None
    said = (
        f"The site refused this request ({told.status} at {told.here}):"
        f" {shown(told.detail)}"
    )
    places = _places(told)
    if told.status == 422 and places:
        return Invalid(said, places)
    return Rejected(said, status=told.status)


def _places(told: _Told) -> tuple[str, ...]:
    return tuple(
        pointer.removeprefix(_ATTRIBUTES)
        for pointer in told.pointers
        if pointer.startswith(_ATTRIBUTES)
    )


def errors_of(answer: HttpAnswer) -> list[tuple[str, str]]:
    """(detail, pointer) of every error object; nothing for a page, which a 404 may well be."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    listed = document.get("errors") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return []
    found = []
    for error in listed:
        source = error.get("source") or {} if isinstance(error, dict) else None
        if isinstance(source, dict):
            found.append((_text(error.get("detail")), _text(source.get("pointer"))))
    return found


def shown(detail: str) -> str:
    """The site's own words for an error text: printable, bounded, ending in a full stop."""
    text = "".join(c if c.isprintable() else " " for c in detail).strip()
    if len(text) > 300:
        text = text[:299] + "…"
    if not text.endswith((".", "…")):
        text += "."
    return text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
