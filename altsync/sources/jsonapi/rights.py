"""What this login may change, found out without changing anything.

Drupal is asked to do what it must refuse: to set an attribute that no type has and, where
the item has a moment of its last change, to set that to another one. The access of the
item is checked before names, and names before values, so the refusal tells:

    422  the attribute does not exist             the item may be changed (597 to 639)
    500  the same under jsonapi_extras            it may be changed (838)
    403  about the moment of the last change      it may be changed (595, 599, 603, 607)
    400  a working copy                           it may be, once its draft is gone (926)
    403  anything else, 401                       it may not be (596, 600, 604, 608, 928)
    405                                           read-only, or no such translation (938, 752)

A request with nothing in it would not do: it makes a revision (641 to 648).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from altsync.errors import BadAnswer, ConfigError, LoginFailed, SourceError, Unreachable
from altsync.sources.answers import HttpAnswer
from altsync.sources.jsonapi import says
from altsync.sources.jsonapi.askable import GUARDS, Askable, Subject
from altsync.sources.jsonapi.client import Client

PROBE = "altsync_probe"
"""An attribute that no type has."""
MOMENTS = ("1970-06-15T12:00:00+00:00", "1990-06-15T12:00:00+00:00")
"""Two, so that one of them is not the item's, in whatever offset that is printed."""
OF_A_TYPE = 6
"""Items asked of a type in its first language."""
OF_A_LANGUAGE = 2
"""Items asked in each other language, of which as many are asked as MOST_LANGUAGES says."""
MOST_LANGUAGES = 5
NO_ITEM = "it shows no item to ask about."


class MayEdit(StrEnum):
    """What one item's answer tells."""

    ALLOWED = "allowed"
    LOCKED = "locked"
    """Allowed, were there no draft in the way."""
    REFUSED = "refused"
    UNTOLD = "untold"
    """The answer was about something else."""


@dataclass(frozen=True, slots=True)
class EditReply:
    """What one item's answer tells, with the site's own words of a refusal, which may be
    none (870)."""

    may: MayEdit
    said: str = ""


@dataclass(frozen=True, slots=True)
class AskedItem:
    """What an item told."""

    subject: Subject
    reply: EditReply


@dataclass(frozen=True, slots=True)
class Rights:
    """What this login may change of one resource type, as far as a few items tell."""

    kind: str
    told: tuple[AskedItem, ...] = ()
    why: str = ""
    """Why nothing, or no more, could be asked."""
    hidden: Mapping[str, int] = field(default_factory=dict)
    """Why items among those looked at are hidden from this login, in the site's words ->
    how many."""

    def of(self, *answers: MayEdit) -> list[AskedItem]:
        return [one for one in self.told if one.reply.may in answers]

    @property
    def may(self) -> list[AskedItem]:
        return self.of(MayEdit.ALLOWED, MayEdit.LOCKED)

    @property
    def may_not(self) -> list[AskedItem]:
        return self.of(MayEdit.REFUSED)

    @property
    def none(self) -> bool:
        """Items were asked, and not one of them may be changed."""
        return bool(self.may_not) and not self.may

    @property
    def untold(self) -> str:
        """Why nothing is known: what was in the way, or what the site answered instead."""
        replies = [one.reply.said for one in self.of(MayEdit.UNTOLD)]
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


def reading(answer: HttpAnswer) -> EditReply:
    """What the answer to a `question` tells. Raises BadAnswer where it was not refused."""
    if answer.status < 300:
        raise BadAnswer(
            f"The site took a request that every Drupal refuses ({answer.status}), so"
            " no more was asked. It held nothing but an attribute that does not exist."
        )
    errors = says.errors_of(answer)
    details = "; ".join(detail for detail, _ in errors)
    unknown = answer.status == 422 and PROBE in details
    if unknown or (answer.status == 500 and details == f"Field {PROBE} is unknown."):
        return EditReply(MayEdit.ALLOWED)
    if answer.status == 400 and "has a working copy" in details:
        return EditReply(MayEdit.LOCKED)
    if answer.status not in (401, 403) or not errors or "X-CSRF-Token" in details:
        return EditReply(
            MayEdit.UNTOLD, says.shown(details or f"Status {answer.status}")
        )
    guarded = {f"/data/attributes/{name}" for name in GUARDS}
    if any(pointer in guarded for _, pointer in errors):
        return EditReply(MayEdit.ALLOWED)
    return EditReply(MayEdit.REFUSED, says.shown(details) if details else "")


def look(
    client: Client, kinds: Collection[str], languages: Sequence[str]
) -> tuple[Rights, ...]:
    """Ask about a few items of each type: own and others', of each state, in each language.

    Changes nothing. A type of which nothing can be asked is told with the reason. Raises
    Unreachable, LoginFailed.
    """
    for _ in range(2):
        askable = Askable(client)
        found = tuple(_of_type(client, askable, kind, languages) for kind in kinds)
        # Core refuses in the same words where nobody is logged in any more (275, 277).
        if client.confirm():
            break
    return found


def _of_type(
    client: Client, askable: Askable, kind: str, languages: Sequence[str]
) -> Rights:
    told: list[AskedItem] = []
    try:
        for language in languages[:MOST_LANGUAGES] or (None,):
            most = OF_A_LANGUAGE if told else OF_A_TYPE
            for subject in askable.subjects(kind, language, most):
                told.append(AskedItem(subject, ask(client, kind, language, subject)))
    except (Unreachable, LoginFailed):
        raise
    except (ConfigError, SourceError) as error:
        return Rights(kind, tuple(told), str(error), askable.hidden(kind))
    why = "" if told else NO_ITEM
    return Rights(kind, tuple(told), why, askable.hidden(kind))


def ask(client: Client, kind: str, language: str | None, subject: Subject) -> EditReply:
    """Ask about one item. Raises BadAnswer where the question was not refused."""
    document = question(kind, subject)
    check_harmless(document)
    answer = client.ask(client.url(kind, language, subject.uuid), document)
    return reading(answer)
