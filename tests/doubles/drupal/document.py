"""Answers: resource objects, error objects, links and omitted rows, in the shape that
core 10.6 prints."""

from __future__ import annotations

import copy
import random
import string
from collections import Counter
from collections.abc import Collection
from typing import Any

from tests.doubles.drupal import filters, moderation
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.model import Entity, State, Translation

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
JSONAPI = {
    "version": "1.0",
    "meta": {"links": {"self": {"href": "http://jsonapi.org/format/1.0/"}}},
}
JSONAPI_11 = {
    "version": "1.1",
    "meta": {"links": {"self": {"href": "http://jsonapi.org/format/1.1/"}}},
}
"""What Drupal 11 says of itself (939)."""
_RFC = "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10."
_HELP = "https://www.drupal.org/docs/8/modules/json-api/"
MISSING = {
    "type": "file--file",
    "id": "missing",
    "meta": {
        "links": {
            "help": {
                "href": _HELP + "core-concepts#missing",
                "meta": {
                    "about": "Usage and meaning of the 'missing' resource identifier."
                },
            }
        }
    },
}


class Refusal(Exception):
    """The request is answered with this status. `violations`: (detail, pointer) pairs
    of a failed validation."""

    def __init__(
        self,
        status: int,
        detail: str,
        pointer: str | None = None,
        *,
        allow: str | None = None,
        violations: Collection[tuple[str, str]] = (),
        query: bool = False,
        html: bool = False,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.pointer = status, detail, pointer
        self.allow, self.violations, self.query, self.html = (
            allow,
            violations,
            query,
            html,
        )

    def body(self, url: str) -> dict[str, Any]:
        base = {"title": TITLES[self.status], "status": str(self.status)}
        if self.violations:
            return {
                "jsonapi": JSONAPI,
                "errors": [
                    base | {"detail": d, "source": {"pointer": p}}
                    for d, p in self.violations
                ],
            }
        error: dict[str, Any] = base | {
            "detail": self.detail,
            "links": {"via": {"href": url}},
        }
        if self.query:
            error["links"]["info"] = {
                "href": "http://jsonapi.org/format/#query-parameters"
            }
        elif self.status != 422:
            section = (
                f"5.{self.status - 499}"
                if self.status >= 500
                else f"4.{self.status - 399}"
            )
            error["links"]["info"] = {"href": _RFC + section}
        if self.pointer:
            error["source"] = {"pointer": self.pointer}
        return {"jsonapi": JSONAPI, "errors": [error]}


def resource(
    state: State,
    entity: Entity,
    vid: int,
    translation: Translation,
    base: str,
    *,
    fields: Collection[str] | None = None,
    anonymous: bool = False,
) -> dict[str, Any]:
    """One resource object. `base` is the JSON:API root in the asked language; `fields`
    a sparse fieldset."""
    kind = state.types[entity.type]
    url = f"{base}/{kind.entity_type}/{kind.bundle}/{entity.uuid}"
    version = f"?resourceVersion=id%3A{vid}" if kind.revision else ""
    attributes: dict[str, Any] = {
        kind.id_key: entity.id,
        **translation.attributes,
        **_texts(state, kind, translation, fields),
        **moderation.shown(state, entity.type, translation),
    }
    if kind.revision:
        attributes[kind.revision] = vid
    if anonymous:
        attributes.pop(kind.log, None)
    relationships = {
        name: {
            "data": link(state, data),
            "links": {
                "related": {"href": f"{url}/{name}{version}"},
                "self": {"href": f"{url}/relationships/{name}{version}"},
            },
        }
        for name, data in translation.relationships.items()
    }
    made: dict[str, Any] = {
        "type": entity.type,
        "id": entity.uuid,
        "links": {"self": {"href": url + version}},
    }
    if kind.revision:
        working = {"href": f"{url}?resourceVersion=rel%3Aworking-copy"}
        made["links"]["working-copy"] = working
    if vid > entity.vid:  # a draft (708, 734)
        latest = {"href": f"{url}?resourceVersion=rel%3Alatest-version"}
        made["links"] = {"latest-version": latest, **made["links"]}
    # With a sparse fieldset an empty part is left out, key and all (012, 025).
    for part, values in (("attributes", attributes), ("relationships", relationships)):
        kept = {k: v for k, v in values.items() if fields is None or k in fields}
        if kept or fields is None:
            made[part] = copy.deepcopy(kept)
    return made


def _texts(
    state: State,
    kind: ResourceType,
    translation: Translation,
    fields: Collection[str] | None,
) -> dict[str, Any]:
    """The formatted texts with what their formats make of them."""
    language = str(translation.attributes.get("langcode"))

    def printed(item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        return item | {"processed": filters.processed(state, item, language)}

    made: dict[str, Any] = {}
    for name, properties in kind.texts.items():
        stored = translation.attributes.get(name)
        asked = fields is None or name in fields
        if not asked or not stored or "processed" not in properties:
            continue
        many = isinstance(stored, list)
        made[name] = [printed(one) for one in stored] if many else printed(stored)
    return made


def label_only(
    state: State,
    entity: Entity,
    translation: Translation,
    base: str,
    fields: Collection[str] | None = None,
) -> dict[str, Any]:
    """What is printed of an account that one may not see, such as the one of everybody
    without a login: its name, and neither numbers nor relationships (844, 873)."""
    kind = state.types[entity.type]
    made: dict[str, Any] = {
        "type": entity.type,
        "id": entity.uuid,
        "links": {
            "self": {"href": f"{base}/{kind.entity_type}/{kind.bundle}/{entity.uuid}"}
        },
    }
    if fields is None or kind.label in fields:
        made["attributes"] = {kind.label: translation.attributes[kind.label]}
    return made


def link(state: State, data: Any) -> Any:
    """Resource linkage as printed: a deleted file is `missing` (074); a file used twice
    gets `arity` (265)."""
    if isinstance(data, list):
        seen: Counter[str] = Counter()
        total = Counter(item["id"] for item in data)
        printed = []
        for item in data:
            shown = link(state, item)
            if total[item["id"]] > 1 and shown["id"] != "missing":
                shown = shown | {"meta": {"arity": seen[item["id"]], **shown["meta"]}}
                seen[item["id"]] += 1
            printed.append(shown)
        return printed
    if (
        isinstance(data, dict)
        and data["type"] == "file--file"
        and data["id"] not in state.files
    ):
        return copy.deepcopy(MISSING)
    return copy.deepcopy(data)


def file_resource(
    state: State, uuid: str, base: str, fields: Collection[str] | None = None
) -> dict[str, Any]:
    url = f"{base}/file/file/{uuid}"
    made: dict[str, Any] = {
        "type": "file--file",
        "id": uuid,
        "links": {"self": {"href": url}},
    }
    attributes = {
        k: v
        for k, v in state.files[uuid].attributes(state.base_path).items()
        if fields is None or k in fields
    }
    if attributes:
        made["attributes"] = attributes
    if fields is None or "uid" in fields:
        made["relationships"] = {
            "uid": {
                "data": state.files[uuid].owner,
                "links": {"self": {"href": f"{url}/relationships/uid"}},
            }
        }
    return made


def omitted(rows: list[tuple[str, str]]) -> dict[str, Any]:
    """`meta.omitted` for (href, reason) rows; the link names end in random letters."""
    links: dict[str, Any] = {
        "help": {"href": _HELP + "filtering#filters-access-control"}
    }
    for href, detail in rows:
        key = "".join(random.choices(string.ascii_letters + string.digits, k=7))
        links[f"item--{key}"] = {
            "href": href,
            "meta": {"rel": "item", "detail": detail},
        }
    return {
        "omitted": {
            "detail": (
                "Some resources have been omitted because of insufficient"
                " authorization."
            ),
            "links": links,
        }
    }
