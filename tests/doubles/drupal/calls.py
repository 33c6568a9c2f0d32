"""One request as the routes see it, and its answer before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.drupal.access import Asker
from tests.doubles.drupal.query import Query

JSON_API = "application/vnd.api+json"


@dataclass
class Reply:
    """An answer before it is written. `body` is a JSON document, bytes, or None."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    type: str = JSON_API


@dataclass
class Call:
    """One request as the routes see it. `path` is below the JSON:API root, `base` is
    that root's URL."""

    method: str
    path: list[str]
    query: Query
    headers: Mapping[str, str]
    body: bytes
    language: str
    base: str
    url: str
    asker: Asker
