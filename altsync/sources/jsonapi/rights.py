"""What this login may change, found out without changing anything.

Drupal is asked to do what it must refuse: to set an attribute that no type has and, where
the item has a moment of its last change, to set that to another one. The access of the
item is checked before names, and names before values, so the refusal tells:

    422  the attribute does not exist             the item may be changed (597 to 639)
    403  about the moment of the last change      it may be changed (595, 599, 603, 607)
    400  a working copy                           it may be, once its draft is gone (926)
    403  anything else, 401                       it may not be (596, 600, 604, 608, 928)
    405                                           read-only, or no such translation (938, 752)

A request with nothing in it would not do: it makes a revision (641 to 648).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from altsync.errors import BadAnswer, ConfigError, NotThere, Rejected, SourceError
from altsync.sources.answers import HttpAnswer
from altsync.sources.jsonapi import says
from altsync.sources.jsonapi.client import NEUTRAL, Client
from altsync.sources.jsonapi.walk import condition, rows_of

PROBE = "altsync_probe"
"""An attribute that no type has."""
GUARDS = ("changed", "content_translation_changed")
"""Moments that core lets nobody set to another than the present one (251, 877)."""
GUARDED = ("media", "node", "taxonomy_term", "block_content", "user", "paragraph")
"""Entity types in which a name of GUARDS is such a moment. What a site made itself may use
it for anything, so there the attribute that does not exist has to do (633 to 636)."""
MOMENTS = ("1970-06-15T12:00:00+00:00", "1990-06-15T12:00:00+00:00")
"""Two, so that one of them is not the item's, in whatever offset that is printed."""
SHOWN = ",".join((*GUARDS, "langcode", "status", "moderation_state", "reusable", "uid"))
"""What has to be known of an item to ask about it."""
OF_A_STATE = 2
"""Items asked of one owner (this login, others) and one state of publication."""
OF_A_TYPE = 6
"""Items asked of a type in its first language; of each other language, two."""
OF_A_LANGUAGE = 2


class Verdict(StrEnum):
    """What one item's answer tells."""

    ALLOWED = "allowed"
    LOCKED = "locked"
    """Allowed, were there no draft in the way."""
    REFUSED = "refused"
    UNTOLD = "untold"
    """The answer was about something else."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one item's answer tells, with the site's own words of a refusal, which may be
    none (870)."""

    verdict: Verdict
    said: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """An item to ask about."""

    uuid: str
    own: bool
    """Made by this login."""
    state: str
    """Its state of moderation, else `published` or `unpublished`."""
    guards: Mapping[str, str] = field(default_factory=dict)
    """The moments of its last change, as printed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an item told."""

    subject: Subject
    reply: Reply


@dataclass(frozen=True, slots=True)
class Rights:
    """What this login may change of one resource type, as far as a few items tell."""

    kind: str
    told: tuple[Told, ...] = ()
    why: str = ""
    """Why nothing, or no more, could be asked."""

    def of(self, *verdicts: Verdict) -> list[Told]:
        return [one for one in self.told if one.reply.verdict in verdicts]

    @property
    def may(self) -> list[Told]:
        return self.of(Verdict.ALLOWED, Verdict.LOCKED)

    @property
    def may_not(self) -> list[Told]:
        return self.of(Verdict.REFUSED)

    @property
    def none(self) -> bool:
        """Items were asked, and not one of them may be changed."""
        return bool(self.may_not) and not self.may

    @property
    def untold(self) -> str:
        """Why nothing is known: what was in the way, or what the site answered instead."""
        replies = [one.reply.said for one in self.of(Verdict.UNTOLD)]
        return self.why or next(iter(replies), "")

    @property
    def said(self) -> Counter[str]:
        """The site's own words of refusal -> items."""
        return Counter(one.reply.said for one in self.may_not)


def question(kind: str, subject: Subject) -> dict[str, Any]:
    """A PATCH of this item that Drupal has to refuse whoever sends it."""
    attributes: dict[str, Any] = {PROBE: 1}
    for name, moment in subject.guards.items():
        attributes[name] = next(m for m in MOMENTS if m[:4] not in moment[:5])
    return {"data": {"type": kind, "id": subject.uuid, "attributes": attributes}}


def check_harmless(document: Mapping[str, Any]) -> None:
    """Raise ValueError for anything that is not plainly a question of ours: whatever else
    is sent in a PATCH may be done."""
    data = document["data"]
    attributes = data.get("attributes", {})
    moments = [value for name, value in attributes.items() if name != PROBE]
    harmless = (
        set(data) == {"type", "id", "attributes"}
        and PROBE in attributes
        and set(attributes) <= {PROBE, *GUARDS}
        and set(moments) <= set(MOMENTS)
    )
    if not harmless:
        raise ValueError("This PATCH could change something: it is not sent.")


def reading(answer: HttpAnswer) -> Reply:
    """What the answer to a `question` tells. Raises BadAnswer where it was not refused."""
    if answer.status < 400:
        raise BadAnswer(
            f"The site took a request that every Drupal refuses ({answer.status}), so"
            " no more was asked. It held nothing but an attribute that does not exist."
        )
    errors = says.errors_of(answer)
    details = "; ".join(detail for detail, _ in errors)
    if answer.status == 422 and PROBE in details:
        return Reply(Verdict.ALLOWED)
    if answer.status == 400 and "has a working copy" in details:
        return Reply(Verdict.LOCKED)
    if answer.status not in (401, 403) or not errors or "X-CSRF-Token" in details:
        return Reply(Verdict.UNTOLD, says.shown(details or f"Status {answer.status}"))
    guarded = {f"/data/attributes/{name}" for name in GUARDS}
    if any(pointer in guarded for _, pointer in errors):
        return Reply(Verdict.ALLOWED)
    return Reply(Verdict.REFUSED, says.shown(details) if details else "")


def look(
    client: Client, kinds: Iterable[str], languages: Sequence[str]
) -> tuple[Rights, ...]:
    """Ask about a few items of each type: own and others', of each state, in each language.

    Changes nothing. A type of which nothing can be asked is told with the reason.
    """
    return tuple(_of_type(client, kind, languages) for kind in kinds)


def _of_type(client: Client, kind: str, languages: Sequence[str]) -> Rights:
    told: list[Told] = []
    try:
        for language in languages or (None,):
            most = OF_A_LANGUAGE if told else OF_A_TYPE
            for subject in _chosen(_subjects(client, kind, language), most):
                told.append(Told(subject, ask(client, kind, language, subject)))
    except (ConfigError, SourceError) as error:
        return Rights(kind, tuple(told), str(error))
    return Rights(kind, tuple(told), "" if told else "it shows no item to ask about.")


def ask(client: Client, kind: str, language: str | None, subject: Subject) -> Reply:
    """Ask about one item. Raises BadAnswer where the question was not refused, ReadOnly."""
    document = question(kind, subject)
    check_harmless(document)
    answer = client.ask(client.url(kind, language, subject.uuid), document)
    return reading(answer)


def _subjects(client: Client, kind: str, language: str | None) -> list[Subject]:
    """Items of a type in a language, those of this login among them if there are any."""
    rows = _rows(client, kind, language)
    owners = {_owner(row) for row in rows} - {None}
    if client.me and owners and client.me not in owners:
        own = condition("own", "uid.id", "=", client.me)
        rows += _rows(client, kind, language, own)
    return list(_readable(rows, client.me, language))


def _rows(
    client: Client,
    kind: str,
    language: str | None,
    more: Sequence[tuple[str, str]] = (),
) -> list[dict[str, Any]]:
    """A page of a type. A filter that the type does not know gives no rows."""
    query = [("page[limit]", "50"), (f"fields[{kind}]", SHOWN), *more]
    try:
        return rows_of(client.get(client.url(kind, language), query)[0])
    except (Rejected, NotThere):
        if not more:
            raise
        return []


def _readable(
    rows: Iterable[Mapping[str, Any]], me: str | None, language: str | None
) -> Iterator[Subject]:
    """The rows that a push could be about: no fallback of another language, no block that
    belongs to one page only, which nobody may PATCH (589)."""
    for row in rows:
        attributes = row.get("attributes") or {}
        spoken = attributes.get("langcode")
        here = language is None or spoken in (None, language, *NEUTRAL)
        if not here or attributes.get("reusable") is False:
            continue
        yield Subject(
            str(row["id"]),
            me is not None and me in (_owner(row), row["id"]),
            _state(attributes),
            _guards(row["type"], attributes),
        )


def _guards(kind: str, attributes: Mapping[str, Any]) -> dict[str, str]:
    if kind.partition("--")[0] not in GUARDED:
        return {}
    shown = {name: attributes.get(name) for name in GUARDS}
    return {name: value for name, value in shown.items() if isinstance(value, str)}


def _owner(row: Mapping[str, Any]) -> str | None:
    link = (row.get("relationships") or {}).get("uid")
    data = link.get("data") if isinstance(link, dict) else None
    uuid = data.get("id") if isinstance(data, dict) else None
    return uuid if isinstance(uuid, str) else None


def _state(attributes: Mapping[str, Any]) -> str:
    moderation = attributes.get("moderation_state")
    if isinstance(moderation, str) and moderation:
        return moderation
    return "unpublished" if attributes.get("status") is False else "published"


def _chosen(subjects: Iterable[Subject], most: int) -> list[Subject]:
    """A few of each owner and state."""
    taken: Counter[tuple[bool, str]] = Counter()
    chosen = []
    for subject in subjects:
        group = (subject.own, subject.state)
        if taken[group] < OF_A_STATE:
            taken[group] += 1
            chosen.append(subject)
    return chosen[:most]
