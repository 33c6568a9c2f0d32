"""JSON Schemas (draft 2020-12) of the documents, made of their types by pydantic."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

from typing_extensions import is_typeddict

from altsync import documents
from altsync.documents import DOCUMENTS
from altsync.manual import SITE

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(name: str) -> dict[str, Any]:
    """The schema of one document as it is published: what it names is there, and more
    may come. Raises KeyError for a name that is none."""
    from pydantic import TypeAdapter

    _describe()
    published = DOCUMENTS[name]
    made = TypeAdapter(published.kind).json_schema(schema_generator=_generator())
    about = published.about or made.get("description", "")
    head = {
        "$schema": DRAFT,
        "$id": f"{SITE}schemas/{name}.json",
        "title": f"altsync {' | '.join(published.commands)}",
        "description": " ".join(about.split()),
    }
    made.pop("title", None)
    return head | {
        key: _folded(value) for key, value in made.items() if key not in head
    }


def files() -> dict[str, str]:
    """Every schema as a file: its name and its text."""
    return {
        f"{name}.json": json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"
        for name in DOCUMENTS
    }


def pages() -> Iterator[str]:
    """Every document as Markdown, line by line: who prints it, and its names; then the
    parts of which they are made, once each."""
    parts: dict[str, dict[str, Any]] = {}
    for name, published in DOCUMENTS.items():
        found = schema(name)
        parts |= found.get("$defs", {})
        yield f"## {name}"
        yield ""
        yield " · ".join(f"`altsync {command}`" for command in published.commands)
        yield ""
        yield f"{found['description']} Schema: [{name}.json](../schemas/{name}.json)"
        yield ""
        yield from _told(found)
        yield ""
    yield "## Parts"
    yield ""
    for name, found in sorted(parts.items()):
        yield f"### {_called(name)} (part)"
        yield ""
        yield _folded(found)["description"]
        yield ""
        yield from _told(found)
        yield ""


def _told(found: dict[str, Any]) -> Iterator[str]:
    """The names of an object, one a line; else in a line what it is."""
    if "properties" not in found:
        yield f"- {_kind(found)}"
    required = found.get("required", ())
    for name, about in found.get("properties", {}).items():
        told = [_kind(about)]
        if name not in required:
            told.append("not always there")
        said = about.get("description", "")
        yield f"- `{name}` ({', '.join(told)}){': ' * bool(said)}{_folded_text(said)}"


def _called(name: str) -> str:
    return name.removesuffix("Item")


def _kind(about: dict[str, Any]) -> str:
    """The type of a name in a word or two."""
    if "anyOf" in about:
        return " or ".join(map(_kind, about["anyOf"]))
    if "$ref" in about:
        name = _called(about["$ref"].rpartition("/")[2])
        return f"[{name}](#{name.lower()}-part)"
    if "items" in about:
        return f"list of {_kind(about['items'])}"
    if "enum" in about:
        return " or ".join(f"`{one}`" for one in about["enum"])
    if "const" in about:
        return f"`{about['const']}`"
    if about.get("format") == "date-time":
        return "time"
    return str(about.get("type", "anything"))


def closed(found: Any) -> Any:
    """The same, in which an object has what is named and nothing else: to find in a test
    what a command prints and no schema says."""
    if isinstance(found, list):
        return [closed(one) for one in found]
    if not isinstance(found, dict):
        return found
    shut = {key: closed(value) for key, value in found.items()}
    if "properties" in found:
        shut["additionalProperties"] = False
    return shut


def _describe() -> None:
    """What stands under a field describes it."""
    for module in vars(documents).values():
        if not inspect.ismodule(module):
            continue
        for kind in vars(module).values():
            if is_typeddict(kind):
                kind.__pydantic_config__ = {"use_attribute_docstrings": True}


def _generator() -> Any:
    """Without what says nothing: a title for each field that only repeats its name, and
    that a map may hold anything, which newer versions of pydantic add."""
    from pydantic.json_schema import GenerateJsonSchema

    class Untitled(GenerateJsonSchema):
        def field_title_should_be_set(self, schema: Any) -> bool:
            return False

        def dict_schema(self, schema: Any) -> Any:
            made = super().dict_schema(schema)
            if made.get("additionalProperties") is True:
                del made["additionalProperties"]
            return made

    return Untitled


def _folded(value: Any) -> Any:
    """Descriptions in one line, however they stand in the code."""
    if isinstance(value, list):
        return [_folded(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _folded_text(one)
        if key == "description" and isinstance(one, str)
        else _folded(one)
        for key, one in value.items()
    }


def _folded_text(text: str) -> str:
    return " ".join(text.split())
