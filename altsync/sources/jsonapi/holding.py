"""The items of a type that have a picture in a text, where texts are all that is mirrored
of the type: a filter finds them, if the type has a rule for filters.

A filter shows what is published, or one's own (section 15 of what was read off a real
Drupal); of a paragraph, and of a module's type without a rule, it shows nothing (504-514).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from altsync.errors import BadAnswer, NotAllowed, NotThere, Rejected
from altsync.sources.jsonapi import walk
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.probe import NOBODY
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.walk import Ask, Query, RowPage, condition, rows_of

STARTS = ("<img", "<drupal-media")
"""What a text with a picture in it contains, in whatever case (467-469)."""
AT_ONCE = 8
"""Fields that one question is about: more make an address that servers refuse."""
STATUS = "status"
RULED = frozenset({"block_content", "comment", "media", "node", "taxonomy_term"})
"""Entity types of core's whose filters show what is published."""
UNREADABLE = (Rejected, NotAllowed, NotThere, BadAnswer)
"""A type that cannot be read, or not so."""


def pages(
    schema: Schema, asks: Mapping[str | None, Ask], *, logged_in: bool
) -> Iterator[tuple[str | None, RowPage]]:
    """(language, page) of what a filter finds, and of all that is unpublished: filters
    hide that from a login that may see it. `asks`: by language, the default one first."""
    first = next(iter(asks))
    for language, ask in asks.items():
        translated = [] if language == first else only_in(schema, language)
        for question in questions(schema):
            for page in walk.by_key(ask, schema, [*question, *translated]):
                # One's own that are unpublished come below, with those of others.
                rows = [one for one in page.rows if not logged_in or is_published(one)]
                yield language, replace(page, rows=rows)
    if logged_in:
        # What comes before the first published item.
        sort = f"{STATUS},{schema.number}"
        yield from walk.newest(asks, sort, _is_unpublished, past_hidden=True)


def is_published(row: Mapping[str, Any]) -> bool:
    """Also where the row does not say it."""
    return (row.get("attributes") or {}).get(STATUS) is not False


def _is_unpublished(row: Mapping[str, Any]) -> bool:
    return not is_published(row)


def only_in(schema: Schema, language: str | None) -> Query:
    """Only what has that translation; the rows come in the language of the address (104)."""
    if schema.langcode not in schema.attributes:
        return []
    return condition("language", schema.langcode, "=", str(language))


def questions(schema: Schema) -> Iterator[Query]:
    """Filters that each item with a picture in a text passes at least one of."""
    for start in range(0, len(schema.html), AT_ONCE):
        yield holding(schema.html[start : start + AT_ONCE])


def holding(names: Sequence[str]) -> Query:
    """Only items with a picture in one of these texts."""
    query: Query = [("filter[any][group][conjunction]", "OR")]
    pairs = [(name, start) for name in names for start in STARTS]
    for number, (name, start) in enumerate(pairs):
        query += condition(f"t{number}", f"{name}.value", "CONTAINS", start)
        query.append((f"filter[t{number}][condition][memberOf]", "any"))
    return query


def filters_find(client: Client, schema: Schema) -> bool:
    """A filter shows the published items of the type, and what it hides can be known by
    the status."""
    if STATUS not in schema.attributes or schema.entity == "paragraph":
        return False
    if schema.entity in RULED:
        return True
    one = [("page[limit]", "1"), (f"fields[{schema.kind}]", "id")]
    query = [*one, *condition("any", "id", "<>", NOBODY)]
    try:
        document, _ = client.get(client.url(schema.kind, None), query)
    except UNREADABLE:
        return False
    return bool(rows_of(document))
