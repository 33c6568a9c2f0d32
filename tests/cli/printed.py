"""What commands print with --json, held against the schema that is published of it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from altsync.documents.schema import closed, schema


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(closed(schema(name)))


def document(name: str, printed: str) -> Any:
    """The one document that was printed; it has all that its schema names, and no more."""
    found = json.loads(printed)
    _validator(name).validate(found)
    return found
