"""Whether this login may use the text format of a text, found out without changing
anything.

Drupal takes a text only from who may use its format, even unchanged (439, 441). Where a
text has a summary, a body with a format, a summary and no value is always refused, and
the refusal tells:

    422  about the value alone                    the format may be used (922, 923, 925)
    422  about the format                         it may not be (924)
    anything else                                 nobody knows

A text without a summary is wiped by a body without a value (912, 932), and what becomes
of several texts nobody has recorded: there only a refused write tells.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from altsync.errors import NotAllowed, Rewritten, SourceError
from altsync.models import OutOfReach, SiteImage
from altsync.render.text import count
from altsync.sources.answers import HttpAnswer
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.permissions import drush
from altsync.sources.jsonapi.says import errors_of, see
from altsync.sources.jsonapi.shape import Item

PROBE = "altsync asks whether this format may be used"
"""The summary of a question. It is never stored."""
TRIES = 3
"""So many items are asked about one format, where their answers tell nothing."""
_LINE = "\n        "
"""Before what is to be copied: a line of its own."""
_NAME = re.compile(r"[a-z0-9_]{1,128}\Z")


class Formats:
    """What is known of the text formats of one login. From any thread."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[tuple[str, str, str], bool] = {}
        """(type, field, format) -> it may be used there: a field may have a list of its
        own of the formats that it takes."""
        self._tries: Counter[tuple[str, str, str]] = Counter()
        self._deaf = False
        """The site takes no writes at all (405), so no questions either."""
        self._lock = threading.Lock()

    def may_use(self, item: Item, field: str) -> bool | None:
        """Whether this login may use the format of that text of the item, as it was
        read; None where nobody can tell without writing. The site is asked at most once
        for a format of a field; a few times, where its answers tell nothing.

        Raises Rewritten where it took the question.
        """
        read = item.attributes.get(field)
        with self._lock:
            told = [self._told(item, field, name) for name in formats_of(read)]
            if told == [None] and is_askable(read):
                return self._ask(item, field, formats_of(read)[0])
        if False in told:
            return False
        return True if told and None not in told else None

    def marked(self, item: Item, images: Iterable[SiteImage]) -> list[SiteImage]:
        """The images of the item, those out of reach whose text has a format that this
        login may not use, where that can be known without writing."""
        found = list(images)
        if self._client.config.login == "none":
            return found
        open_to_us = {one.id for one in found if one.out_of_reach is None}
        for field, text in item.texts.items():
            inside = open_to_us & {one.id for one in text.images}
            if inside and self.may_use(item, field) is False:
                found = [_beyond(one) if one.id in inside else one for one in found]
        return found

    def refused(self, item: Item, field: str) -> NotAllowed | None:
        """Why no change of that text is taken, where that is known; asks nothing."""
        with self._lock:
            for name in formats_of(item.attributes.get(field)):
                if self._told(item, field, name) is False:
                    return not_usable(item, field, name)
        return None

    def told(self, images: int) -> list[str]:
        """What a pull says of so many images that it marked, and what to grant."""
        if not images:
            return []
        with self._lock:
            names = sorted({key[2] for key, may in self._known.items() if not may})
        shown = ", ".join(ascii(name[:64]) for name in names)
        permissions = [f"use text format {name}" for name in names if _NAME.match(name)]
        grant = f" ({drush(permissions)})" if permissions else ""
        return [
            f"{count(images, 'image')} in texts of a format that this login may not use"
            f" ({shown}): seen, and never written. Let its role use it{grant}, then pull"
            f" with --full. {see('text-formats')}"
        ]

    def refuse(self, item: Item, field: str, name: str) -> None:
        """The site refused a write for this format."""
        with self._lock:
            self._known[item.schema.kind, field, name] = False

    def _told(self, item: Item, field: str, name: str) -> bool | None:
        return self._known.get((item.schema.kind, field, name))

    def _ask(self, item: Item, field: str, name: str) -> bool | None:
        key = (item.schema.kind, field, name)
        if self._deaf or self._tries[key] >= TRIES:
            return None
        self._tries[key] += 1
        document = question(item, field)
        check_harmless(document, field)
        url = self._client.url(item.schema.kind, item.language, item.uuid)
        try:
            answer = self._client.ask(url, document)
        except SourceError:
            return None  # what is wrong with the site, the next request says
        self._deaf = answer.status == 405
        told = reading(answer, field)
        if told is not None:
            self._known[key] = told
        return told


def _beyond(image: SiteImage) -> SiteImage:
    return replace(image, out_of_reach=OutOfReach.FORMAT)


def formats_of(read: Any) -> list[str]:
    """The names of the formats of a text field, once each; none of texts without one,
    which are shown as letters."""
    values = [one for one in listed(read) if isinstance(one, dict)]
    names = [one.get("format") for one in values]
    return list(dict.fromkeys(name for name in names if name and isinstance(name, str)))


def is_askable(read: Any) -> bool:
    """It is one text with a summary: the question cannot harm it."""
    return isinstance(read, dict) and "summary" in read and bool(formats_of(read))


def question(item: Item, field: str) -> dict[str, Any]:
    """A PATCH that Drupal has to refuse whoever sends it: a summary keeps the text from
    being empty, and a text that is not empty needs a value (450)."""
    text = {"format": item.attributes[field]["format"], "summary": PROBE}
    attributes = {field: text}
    return {
        "data": {"type": item.schema.kind, "id": item.uuid, "attributes": attributes}
    }


def check_harmless(document: Mapping[str, Any], field: str) -> None:
    """Raise ValueError for anything that is not plainly a question of ours: a body
    without a value and a summary is a wiped text (912)."""
    data = document["data"]
    text = data.get("attributes", {}).get(field)
    harmless = (
        set(data) == {"type", "id", "attributes"}
        and set(data["attributes"]) == {field}
        and isinstance(text, dict)
        and set(text) == {"format", "summary"}
        and text["summary"] == PROBE
        and bool(formats_of(text))
    )
    if not harmless:
        raise ValueError("This PATCH could change something: it is not sent.")


def reading(answer: HttpAnswer, field: str) -> bool | None:
    """What the answer to a `question` tells. Raises Rewritten where it was not refused."""
    if answer.status < 300:
        raise Rewritten(
            f"The site took a question that every Drupal refuses ({answer.status}), so"
            f" nothing more was sent. Look at the field `{field}` of"
            f" {answer.url.partition('?')[0]}: it may have lost its text. Drupal's"
            " revisions have it."
        )
    if answer.status != 422:
        return None
    names = {pointer.rpartition("/")[2] for _, pointer in errors_of(answer)}
    if "format" in names:
        return False
    return True if names == {"value"} else None


def not_usable(item: Item, field: str, name: str) -> NotAllowed:
    """This login may not use the text format."""
    here = f"{item.schema.kind} {item.number}"
    needed = (
        f"Texts in `{field}` have the text format {name[:64]!a}, which this login may not"
        " use, or which is switched off."
    )
    grant = f"Let its role use the format. {see('text-formats')}"
    if _NAME.match(name):
        grant += f"{_LINE}{drush([f'use text format {name}'])}"
    return NotAllowed(
        f"{here}: Drupal takes no change of this text. {needed} Nothing was changed."
        f" {grant}",
        status=422,
        needed=needed,
        grant=grant,
        alone=True,
    )
