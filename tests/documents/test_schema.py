"""The published schemas: current, valid, and as narrow as a test wants them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from altsync.documents import DOCUMENTS
from altsync.documents.schema import closed, files, pages, schema
from altsync.manual import SITE
from tests.cli.printed import FORMATS

TESTS = Path(__file__).parents[1]
SCHEMAS = TESTS.parent / "docs" / "schemas"


def test_what_is_published_is_what_the_types_say() -> None:
    there = {path.name: path.read_text("utf-8") for path in SCHEMAS.glob("*.json")}
    assert there == files(), "make docs writes them anew"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_schema_is_one_and_says_what_it_is_of(name: str) -> None:
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["title"].startswith("altsync ")
    assert found["$id"] == f"{SITE}schemas/{name}.json"
    assert found["description"]


def test_more_names_may_come_and_none_may_go() -> None:
    fact = {"kind": "hidden", "what": "node", "count": 1, "places": None}
    validator = Draft202012Validator(
        schema("coverage")["$defs"]["UnseenItem"]
        | {"$defs": schema("coverage")["$defs"]}
    )
    validator.validate({**fact, "at_least": True, "later": 1})
    with pytest.raises(ValidationError, match="'at_least' is a required property"):
        validator.validate(fact)


def test_a_test_finds_names_that_no_schema_has() -> None:
    shut = closed(schema("coverage"))
    found = dict.fromkeys(shut["required"]) | {"later": 1}
    said = [error.message for error in Draft202012Validator(shut).iter_errors(found)]
    assert any("'later' was unexpected" in one for one in said)


def test_maps_stay_open_in_a_test() -> None:
    """Their keys are data."""
    states = closed(schema("coverage"))["properties"]["beyond"]
    assert states["additionalProperties"] == {"type": "integer"}


def test_each_is_held_against_what_a_command_prints() -> None:
    said = "".join(path.read_text("utf-8") for path in TESTS.rglob("cli/*.py"))
    named = set(re.findall(r'\b(?:document|fits)\(\s*"([a-z-]+)"', said))
    assert named == set(DOCUMENTS)


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("2026-01-01T00:00:00Z", True),
        ("2026-01-01T00:00:00+00:00", True),
        ("2026-01-01T00:00:00+02:00", False),
        ("2026-01-01T00:00:00", False),
        ("today", False),
        (None, True),
    ],
)
def test_a_test_finds_times_that_are_not_utc(value: object, fits: bool) -> None:
    assert FORMATS.conforms(value, "date-time") is fits


def test_every_part_that_the_page_links_to_stands_there() -> None:
    page = "\n".join(pages())
    linked = set(re.findall(r"\]\(#([a-z]+)-part\)", page))
    told = {name.lower() for name in re.findall(r"(?m)^### (\w+) \(part\)$", page)}
    assert linked == told
    assert {"state", "where", "pushed"} <= told
    assert "- `kind` ([UnseenKind](#unseenkind-part))" in page
