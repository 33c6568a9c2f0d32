"""What Drupal's refusals mean, in sentences that say what to change there, each with
its paragraph of docs/drupal.md."""

from __future__ import annotations

import json
from typing import Any

from altsync.errors import (
    ChangedMeanwhile,
    HasDraft,
    LoginFailed,
    NotAllowed,
    NotThere,
    ReadOnly,
    Rejected,
    SourceError,
)
from altsync.sources.answers import HttpAnswer, place

PASSWORD_HINT = "Put the password into ALTSYNC_PASSWORD, or run `llm keys set altsync`"  # noqa: S105 - no password
TOKEN_HINT = "Put the token into ALTSYNC_TOKEN, or run `llm keys set altsync`"  # noqa: S105 - no token


def see(paragraph: str) -> str:
    """The pointer that ends an error sentence."""
    return f"See docs/drupal.md#{paragraph}."


def explain(answer: HttpAnswer) -> SourceError | None:
    """The error that a status of 400 or more means for Drupal's JSON:API; None where
    the general one says enough."""
    status, read = answer.status, answer.method in ("GET", "HEAD")
    details = errors_of(answer)
    detail = "; ".join(text for text, _ in details)
    pointer = next((p for _, p in details if p), "")
    here = place(answer.url)
    if status == 400 and "has a working copy" in detail:
        return HasDraft(
            f"Skipped: {here} has a draft (a revision that is not published), and"
            " Drupal changes no text under a draft. Publish or delete the draft there,"
            f" then push again. {see('drafts')}",
            status=status,
        )
    if pointer == "/data/attributes/changed" or "modified by another user" in detail:
        return ChangedMeanwhile(
            f"Somebody saved {here} since it was read. Nothing was changed.",
            status=status,
        )
    if status == 403 and "X-CSRF-Token" in detail:
        return LoginFailed(
            f"The login has ended (403 at {here}). Run the command again."
            f" {see('login')}",
            status=status,
        )
    if status == 403 and not read and pointer.startswith("/data/attributes/"):
        field = pointer.removeprefix("/data/attributes/")
        text = (
            f"Drupal does not let this user change the field `{field}` at {here}. Allow"
            " the role to edit it. "
        )
        return Rejected(text + see("permissions"), status=status)
    if status == 403 and not read:
        needed = f" {shown(detail)}" if detail else ""
        text = (
            f"The user is logged in but may not change {here} (403).{needed} Give its"
            " role that permission. "
        )
        return NotAllowed(text + see("permissions"), status=status)
    if status == 403:
        text = (
            f"{here} is not visible to this user (403): unpublished, or a permission is"
            " missing. "
        )
        return Rejected(text + see("unpublished"), status=status)
    if status == 405 and "only read operations" in detail:
        text = (
            "This site's JSON:API accepts only reading. Choose \"Accept all JSON:API"
            " create, read, update, and "
        )
        text += 'delete operations" at /admin/config/services/jsonapi. '
        return ReadOnly(text + see("read-only"), status=status)
    if status == 405 and detail.rstrip(".").endswith(
        ("do exist: und", "do exist: zxx")
    ):
        text = (
            f"{here} has no language, and Drupal's JSON:API changes no such item. Give"
            " it a language in Drupal. "
        )
        return Rejected(text + see("languages"), status=status)
    if status == 405 and "requested translation" in detail:
        text = (
            f"{here} has no translation in that language, and altsync makes none."
            " Translate it in Drupal first. "
        )
        return Rejected(text + see("languages"), status=status)
    if status == 404 and "given as a relationship item" in detail:
        return Rejected(
            f"{here} points to a deleted file. {see('deleted-files')}", status=status
        )
    if status == 404:
        return NotThere(f"Not on the site: {here} (404).", status=status)
    if status in (400, 415, 422) and detail:
        return Rejected(
            f"The site refused this request ({status} at {here}): {shown(detail)}",
            status=status,
        )
    return None


def errors_of(answer: HttpAnswer) -> list[tuple[str, str]]:
    """(detail, pointer) of every error object; nothing for a page, which a 404 may well be."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    listed = document.get("errors") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return []
    return [
        (_text(e.get("detail")), _text((e.get("source") or {}).get("pointer")))
        for e in listed
        if isinstance(e, dict) and isinstance(e.get("source") or {}, dict)
    ]


def shown(detail: str) -> str:
    """The site's own words for an error text: printable, bounded, ending in a full stop."""
    text = "".join(c if c.isprintable() else " " for c in detail).strip()
    text = text if len(text) <= 300 else text[:299] + "…"
    return text if text.endswith((".", "…")) else text + "."


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def wrong_login(login: str, user: str, *, locked: bool = False) -> LoginFailed:
    """The one sentence for a login that did not work. It is never tried again."""
    if locked:
        return LoginFailed(
            f"Drupal has locked the account `{user}` after too many wrong passwords."
            " Wait six hours, or clear the lock (the table `flood`), then run again."
            f" {see('locked')}"
        )
    if login in ("bearer", "header"):
        return LoginFailed(
            "The site answers as if nobody were logged in: the token is wrong or out"
            f" of date, or the module that reads it is not installed. {TOKEN_HINT};"
            f" then run again. {see('tokens')}"
        )
    extra = (
        '; with login = "basic" the module HTTP Basic Authentication must be installed'
        if login == "basic"
        else ""
    )
    return LoginFailed(
        f"The site answers as if nobody were logged in: the password of `{user}` is"
        f" wrong, or the account is blocked or locked{extra}. altsync does not try"
        " again, because five wrong tries lock an account for six hours."
        f" {PASSWORD_HINT}; then run again. {see('login')}"
    )
