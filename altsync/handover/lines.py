"""How a question is written: one line of JSON, in altsync's own form or in that of
OpenAI's batch files. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from altsync.documents.handed import (
    HandedPictureItem,
    OpenaiQuestionLine,
    PieceOfContextItem,
    QuestionLine,
)

Pictures = Literal["path", "data"]
PICTURES: tuple[Pictures, ...] = ("path", "data")
"""How a line has its picture: the path of the prepared copy, or the JPEG itself."""
Form = Literal["altsync", "openai"]


@dataclass(frozen=True, slots=True)
class Jpeg:
    """One JPEG of a picture."""

    jpeg: bytes
    path: Path | None
    """Where it is kept; None: nowhere."""


def picture(part: Jpeg, sha256: str, how: Pictures) -> HandedPictureItem:
    """A JPEG as a line has it: the data too where a path was asked for and there is
    none."""
    found: HandedPictureItem = {"sha256": sha256, "media_type": "image/jpeg"}
    if how == "path" and part.path is not None:
        found["path"] = str(part.path.absolute())
    else:
        found["data"] = base64.b64encode(part.jpeg).decode()
    return found


def question(
    *,
    key: str,
    image: str,
    model: str,
    system: str,
    prompt: str,
    context: Sequence[PieceOfContextItem],
    schema: dict[str, Any] | None,
    options: Mapping[str, Any],
    parts: Sequence[Jpeg],
    sha256: str,
    how: Pictures,
) -> QuestionLine:
    """A question in altsync's own form."""
    first, *more = (picture(part, sha256, how) for part in parts)
    return {
        "work_key": key,
        "image": image,
        "model": model,
        "system": system,
        "prompt": prompt,
        "context": list(context),
        "schema": schema,
        "options": dict(options),
        "picture": first,
        "more": more,
    }


def openai_question(key: str, url: str, body: Mapping[str, Any]) -> OpenaiQuestionLine:
    """A question in the form of OpenAI's batch files. `url`: the path of the request;
    `body`: as the model's plugin makes it."""
    return {"custom_id": key, "method": "POST", "url": url, "body": dict(body)}


def written(line: Mapping[str, Any]) -> bytes:
    """As it stands in the file, its end included. Half a surrogate pair, which UTF-8
    cannot say, stays an escape."""
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(line, separators=(",", ":")).encode() + b"\n"
