"""After a write that nothing could guard: did somebody save the item between the look
and the write, and what had they written?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from altsync.errors import AltsyncError, Overtaken, SourceError
from altsync.models import Flat
from altsync.sources.jsonapi import shape
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.guards import between, is_guarded
from altsync.sources.jsonapi.shape import Item

LOOKS = 20
"""Most revisions that are looked at."""
HIDDEN: Final = "hidden"


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
