"""When something happened, as every document says it."""

from __future__ import annotations

from typing import Annotated, Any


class InUtc:
    """UTC, ISO 8601: `format` in a schema."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {**handler(schema), "format": "date-time"}


Instant = Annotated[str, InUtc()]
