"""Recordings of a real Drupal 10.6, which are no part of the project: tests read them
where they are at hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def recordings() -> Path | None:
    """Where the recordings are: DRUPAL_RECORDINGS, or beside the project."""
    named = os.environ.get("DRUPAL_RECORDINGS")
    if named:
        return Path(named)
    beside = (
        parent / "shared" / "contract" / "drupal-jsonapi" / "recordings"
        for parent in HERE.parents
    )
    return next((path for path in beside if path.is_dir()), None)


def formatted_texts() -> Iterator[dict[str, Any]]:
    """Every formatted text that an answer of JSON:API shows."""
    folder = recordings()
    for file in sorted(folder.glob("*.json")) if folder else ():
        text = file.read_text("utf-8")
        if r"\"processed\"" in text:
            body = json.loads(text)["response"]["body"]
            yield from _texts_in(json.loads(body))


def _texts_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and "processed" in value:
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(inner)
