"""What commands print with --json, held against the schema that is published of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from altsync.documents.schema import closed, schema

FORMATS = FormatChecker(())


@FORMATS.checks("date-time", ValueError)
def _is_utc(value: object) -> bool:
    """Raises ValueError for what is no time."""
    if not isinstance(value, str):
        return True
    return datetime.fromisoformat(value).utcoffset() == timedelta(0)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(closed(schema(name)), format_checker=FORMATS)


def document(name: str, printed: str) -> Any:
    """The one document that was printed; it has all that its schema names, and no more."""
    found = json.loads(printed)
    _validator(name).validate(found)
    return found


def fits(name: str, value: Any) -> None:
    """What may have more than its schema names: a line that somebody else wrote."""
    Draft202012Validator(schema(name)).validate(value)
