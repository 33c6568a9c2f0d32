"""After a write: did somebody save the item meanwhile, and what had they written?

Where nothing guards an item, whoever saves between the look and the write is not noticed.
Where something does, two who write in one moment may still both pass: Drupal compares
when it begins, and stores when it ends (2 of 2 passed in 6 of 15 rounds). Of a text that
costs all of a person's words, so the revisions next to one's own are looked at.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal

from altsync.errors import AltsyncError, Overtaken, SourceError
from altsync.models import Flat
from altsync.sources.jsonapi import shape
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.guards import between, is_guarded
from altsync.sources.jsonapi.shape import Item

LOOKS = 20
"""Most revisions that are looked at."""
NEAR = 3
"""Of a text that something guards: so many before one's own."""
KEPT = 1_000
"""So many revisions of one's own are remembered."""
HIDDEN: Final = "hidden"


class Revisions:
    """The numbers of revisions that were met on a site: what lies between two of them
    may be somebody's. From any thread."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}
        self._own: deque[tuple[str, int]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def newest(self, item: Item) -> int:
        """Of the item's entity type, the highest known number."""
        with self._lock:
            return max(self._newest.get(item.schema.entity, 0), item.revision or 0)

    def near(self, since: int, read: Item, saved: Item) -> list[int]:
        """Those of others between `since` and the answer to a write, the latest first.
        The answer is remembered."""
        if saved.revision is None:
            return []
        entity = saved.schema.entity
        with self._lock:
            newest = max(self._newest.get(entity, 0), saved.revision)
            self._newest[entity] = newest
            possible = [
                number
                for number in reversed(between(read, saved))
                if number > since and (entity, number) not in self._own
            ]
            self._own.append((entity, saved.revision))
        return possible[:NEAR]


def raise_if_in_one_moment(
    client: Client,
    language: str | None,
    read: Item,
    fields: Collection[str],
    numbers: Sequence[int],
    shown: Mapping[str, Flat],
) -> None:
    """Raises Overtaken where one of these revisions is the item's, with another text in
    one of the `fields` that were written: ours came last, and theirs is not shown any
    more. `numbers`: see `Revisions.near`."""
    here = f"{read.schema.kind} {read.number}"
    if read.schema.entity == "paragraph" and numbers:
        raise Overtaken(
            f"Somebody saved the page of {here} in the same moment as altsync. What they"
            " wrote in this text, if anything, is overwritten: look at it.",
            shown=shown,
        )
    for number in numbers:
        theirs = _revision(client, language, read, number)
        if theirs == HIDDEN:
            raise Overtaken(
                f"Somebody saved {here} while altsync wrote. This login may not see what"
                f" they had (revision {number}; a permission for revisions is needed):"
                " look whether their words are still there.",
                shown=shown,
            )
        if theirs is not None and any(
            _value(theirs, field) != _value(read, field) for field in fields
        ):
            raise Overtaken(
                f"Somebody saved {here} in the same moment as altsync, and altsync's"
                f" write came last. Revision {number} has their text: look at it in"
                " Drupal, and bring back what is theirs.",
                shown=shown,
            )


def _value(item: Item, field: str) -> object:
    """Of a text what people wrote, without what the site makes of it."""
    texts = item.attributes.get(field)
    return [
        {key: part for key, part in one.items() if key != "processed"}
        for one in listed(texts)
        if isinstance(one, dict)
    ]


def raise_if_overtaken(
    client: Client,
    language: str | None,
    read: Item,
    saved: Item,
    shown: Mapping[str, Flat],
) -> None:
    """Raises Overtaken where somebody saved the item between `read` and `saved`, the
    answer to our own write. Silent where something guarded it, or where revisions do
    not tell. Asks only where revisions of others may lie between."""
    if is_guarded(read):
        return
    possible = between(read, saved)
    if read.schema.entity == "paragraph" and possible:
        # Written in place: the row that they saved is the one that was overwritten.
        raise Overtaken(
            f"Somebody saved the page of {read.schema.kind} {read.number} between"
            " altsync's look and its write, which nothing guards there. What they wrote"
            " in this item, if anything, is overwritten: look at it.",
            shown=shown,
        )
    for number in list(reversed(possible))[:LOOKS]:
        theirs = _revision(client, language, read, number)
        if theirs == HIDDEN:
            raise Overtaken(_unseen(read, number), shown=shown)
        if theirs is not None:
            raise Overtaken(_overwritten(theirs, number, shown), shown=shown)


def _revision(
    client: Client, language: str | None, item: Item, number: int
) -> Item | Literal["hidden"] | None:
    """One revision of the item, or that it is one which this login may not see; None
    where the number is another item's, or where the site does not say: the write is
    done, whatever this look gives.

    Core looks whose the number is before it looks who may see it: 404 for another item's
    (seen on 10.6), 403 without a permission for revisions.
    """
    kind = item.schema.kind
    query = [
        (f"fields[{kind}]", item.schema.to_write()),
        ("resourceVersion", f"id:{number}"),
    ]
    try:
        url = client.url(kind, language, item.uuid)
        data = client.get(url, query, fresh=True)[0]["data"]
        return shape.read(item.schema, data) if isinstance(data, dict) else None
    except AltsyncError as error:
        is_its_own = isinstance(error, SourceError) and error.status == 403
        return HIDDEN if is_its_own else None


def _unseen(item: Item, number: int) -> str:
    return (
        f"Somebody saved {item.schema.kind} {item.number} between altsync's look and its"
        f" write, which nothing guards there. This login may not see what they had"
        f" (revision {number}; a permission for revisions is needed): look at it."
    )


def _overwritten(theirs: Item, number: int, shown: Mapping[str, Flat]) -> str:
    """What they had written, image by image."""
    texts = {image_id: flat["alt"] for image_id, flat in theirs.flats().items()}
    said = "; ".join(f"{image}: {texts[image]!a}" for image in shown if image in texts)
    return (
        f"Somebody saved {theirs.schema.kind} {theirs.number} between altsync's look and"
        f" its write, which nothing guards there. They had (revision {number}):"
        f" {said or 'another picture'}. Look at it."
    )
