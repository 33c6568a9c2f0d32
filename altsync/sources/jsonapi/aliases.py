"""The addresses of a site's nodes, by their path aliases.

The aliases themselves (`path_alias--path_alias`) are hidden from most logins; a node
says its own, in `path.alias`, in each of its languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from altsync.errors import BadAnswer, NotThere, Rejected
from altsync.sources.jsonapi import beside, shape, walk
from altsync.sources.jsonapi.client import NEUTRAL, Client
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.walk import Query
from altsync.sources.jsonapi.where import Addresses

NODES = "node--"


def addresses(
    client: Client, learn: Callable[[str], Schema], tell: Callable[[str], object]
) -> Iterator[str]:
    """Of every published node that this login sees, in each language of altsync.toml,
    type by type. What cannot be listed is told, and the rest goes on."""
    for kind in sorted(name for name in client.paths if name.startswith(NODES)):
        try:
            schema = replace(learn(kind), html=())
            for language in client.config.languages or (client.default_language,):
                yield from _of_type(client, schema, language)
        except (BadAnswer, NotThere, Rejected) as error:
            tell(f"The pages of `{kind}` could not be listed: {error}")


def _of_type(client: Client, schema: Schema, language: str | None) -> Iterator[str]:
    url = client.url(schema.kind, language)
    fields = [(f"fields[{schema.kind}]", schema.wanted())]
    here = Addresses(client.http.base, client.language_path(language))
    shown = {language}
    if language == client.default_language:
        shown |= {*NEUTRAL}

    def ask(query: Query) -> dict[str, Any]:
        return client.get(url, [*query, *fields])[0]

    for page in walk.whole(ask, schema.number):
        for row in page.rows:
            item = shape.read(schema, row)
            # Unpublished: nobody gets it. Another language: a fallback (098).
            published = item.attributes.get("status") is not False
            found = beside.page_url(item, here)
            if published and item.language in shown and found is not None:
                yield found
