"""What may be sent of a text: nothing that wipes one can be built, whatever was read; and
of recorded texts what a real Drupal took."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from altsync.errors import PartRefused, Rejected
from altsync.models import Flat
from altsync.sources.jsonapi import shape
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.write import body
from altsync.sources.jsonapi.write_texts import check_whole, rewritten
from tests.doubles.drupal.model import listed
from tests.doubles.drupal.recorded import exchanges

ALT = "A new text"
HTML = '<p>Words <img src="/a.png"></p>'
ABSENT = object()
KEYS = {
    "value": (HTML, "<p>No picture.</p>", "", None, 7, ABSENT),
    "format": ("full_html", None, "", 7, ABSENT),
    "summary": (None, "", "A summary", 7, ABSENT),
    "processed": ("<p>Shown</p>", ABSENT),
    "more": (1, ABSENT),
}


def texts() -> Iterator[dict[str, Any]]:
    """Every shape that a text could be printed in."""
    for values in itertools.product(*KEYS.values()):
        pairs = zip(KEYS, values, strict=True)
        yield {key: value for key, value in pairs if value is not ABSENT}


def item(attributes: dict[str, Any], kind: str = "node--page") -> Item:
    own = {"langcode": "en", "changed": "2026-11-28T09:27:17+00:00"}
    row = {"type": kind, "id": "u", "attributes": own | attributes}
    names = tuple(name for name in attributes if name != "changed")
    return shape.read(Schema(kind, (), "id", html=names), row)


def built(read: Item, alt: str | None = ALT) -> Any:
    """The attributes of a PATCH that gives every picture a new alt; None where there is
    no picture, and where the text is refused."""
    old = read.flats()
    new: dict[str, Flat] = {image: {**flat, "alt": alt} for image, flat in old.items()}
    try:
        made = body(read, old, new, "")
    except PartRefused as error:
        assert set(error.refused) <= set(old)
        return None
    if made is None:
        return None
    sent = made.document(read)["data"]["attributes"]
    assert sent.pop("changed", None) == read.attributes.get("changed")
    return sent


GOOD = {"value": HTML, "format": "full_html", "processed": HTML}


def test_a_text_without_its_parts_can_never_be_built() -> None:
    """445-457, 912: alone, in a list, and beside a good one."""
    seen = 0
    for text in texts():
        for field in (text, [text], [text, GOOD], [GOOD, text]):
            try:
                read = item({"field": field})
            except Exception as error:
                assert type(error).__name__ == "BadAnswer"
                continue
            sent = built(read)
            if sent is None:
                continue
            seen += 1
            assert set(sent) == {"field"}
            assert isinstance(sent["field"], list) is isinstance(field, list)
            for old, new in zip(listed(field), listed(sent["field"]), strict=True):
                assert isinstance(new["value"], str)
                assert new.keys() == old.keys() - {"processed"}
                kept = {key: old[key] for key in new if key != "value"}
                assert {key: new[key] for key in kept} == kept
                assert new["value"] in (
                    old["value"],
                    HTML.replace("<img", f'<img alt="{ALT}"'),
                )
    assert seen > 100


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"value": HTML},
        {"value": HTML, "format": "full_html"},
        {"value": HTML, "format": None, "summary": "S"},
        {"value": HTML, "format": "basic_html", "summary": "S"},
        {"value": HTML, "format": "full_html", "summary": None},
        {"value": None, "format": "full_html", "summary": "S"},
        {"format": "full_html", "summary": "S"},
        {"value": HTML, "format": "full_html", "summary": "S", "processed": HTML},
        [{"value": HTML, "format": "full_html", "summary": "S"}],
        [],
        None,
        HTML,
    ],
)
def test_the_last_look_lets_nothing_through(sent: Any) -> None:
    read = {"value": HTML, "format": "full_html", "summary": "S", "processed": HTML}
    check_whole(read, {"value": "x", "format": "full_html", "summary": "S"})
    with pytest.raises(ValueError, match="it is not sent"):
        check_whole(read, sent)
    with pytest.raises(ValueError, match="it is not sent"):
        check_whole([read, read], listed(sent))


HARMFUL = {
    437: (443, 445, 446, 447, 449, 450, 452, 453, 454, 455, 456, 457, 912, 914, 917),
    461: (859, 932),
}
"""By the read before it: what a real Drupal took and wiped a text with, or refused."""


@pytest.mark.parametrize(
    ("before", "number"),
    [(before, number) for before, numbers in HARMFUL.items() for number in numbers],
)
def test_no_recorded_harm_would_pass_the_last_look(before: int, number: int) -> None:
    ((_, row),) = resources(before)
    (asked,) = [one for one in exchanges() if one.number == number]
    attributes = json.loads(asked.body)["data"]["attributes"]
    (name,) = attributes.keys() - {"changed", "title"}
    with pytest.raises(ValueError, match="it is not sent"):
        check_whole(row["attributes"][name], attributes[name])


def resources(*numbers: int) -> Iterator[tuple[int, dict[str, Any]]]:
    for one in exchanges():
        document = one.document if one.number in numbers and one.status == 200 else None
        for row in listed((document or {}).get("data")):
            yield one.number, row


RECORDED = (*range(430, 466), *range(848, 865), *range(910, 933))


def test_every_recorded_text_goes_there_and_back() -> None:
    """What JSON:API printed of it, given other alts and the old ones again."""
    seen = 0
    for number, row in resources(*RECORDED):
        for name, value in row.get("attributes", {}).items():
            if not any(
                isinstance(one, dict) and "format" in one for one in listed(value)
            ):
                continue
            read = item({name: value}, row["type"])
            sent = built(read)
            if sent is None:
                continue
            seen += 1
            for old, new in zip(listed(value), listed(sent[name]), strict=True):
                assert {**new, "value": ""} == {
                    key: "" if key == "value" else part
                    for key, part in old.items()
                    if key != "processed"
                }, number
            again = item(sent, row["type"])
            assert again.flats().keys() == read.flats().keys(), number
            assert all(flat["alt"] == ALT for flat in again.flats().values())
    assert seen > 10


def test_what_is_built_is_what_a_real_drupal_took() -> None:
    """430, 436: the recorder's own PATCH of one alt, to the byte."""
    [(_, row)] = resources(430)
    read = item({"body": row["attributes"]["body"]})
    (sent,) = [json.loads(e.body) for e in exchanges() if e.number == 436]
    theirs = sent["data"]["attributes"]["body"]
    old = read.flats()
    first = min(
        old, key=lambda image: next(s.slot.start for s in read.in_text if s.id == image)
    )
    new: dict[str, Flat] = {first: {**old[first], "alt": "New alt one"}}
    made = body(read, old, new, "")
    assert made is not None
    assert made.texts == {"body": theirs}


def test_a_text_that_nothing_guards_is_not_sent() -> None:
    """933-936: a save of somebody a moment before would be lost, and all its words."""
    for kind, guard in (
        ("node--page", {"changed": None}),
        ("paragraph--text", {"content_translation_changed": None}),
        ("paragraph--text", {"content_translation_changed": "2026"}),
        ("paragraph--text", {"drupal_internal__revision_id": 7}),
    ):
        attributes = {"langcode": "en", "body": GOOD, **guard}
        row = {"type": kind, "id": "u", "attributes": attributes}
        entity = kind.partition("--")[0]
        read = shape.read(Schema(kind, (), "id", html=("body",), entity=entity), row)
        old = read.flats()
        new: dict[str, Flat] = {one: {**flat, "alt": ALT} for one, flat in old.items()}
        if any(guard.values()):
            assert body(read, old, new, "") is not None
            continue
        with pytest.raises(PartRefused, match="a whole text of theirs could be lost"):
            body(read, old, new, "")


def test_a_slot_that_keeps_its_text_is_no_reason_to_send() -> None:
    read = item({"body": GOOD})
    assert body(read, read.flats(), read.flats(), "") is None


def test_one_field_for_a_long_description_and_a_picture() -> None:
    """Two writers of one attribute: the last would win."""
    picture = {"type": "file--file", "id": "f", "meta": {"alt": ""}}
    row = {
        "type": "node--page",
        "id": "u",
        "attributes": {"langcode": "en", "changed": "2026", "body": GOOD},
        "relationships": {"field_image": {"data": picture}},
    }
    schema = Schema(
        "node--page", ("field_image",), "id", html=("body",), description="body"
    )
    read = shape.read(schema, row)
    old = read.flats()
    (in_field,) = (slot.id for slot in read.slots)
    (in_text,) = (one.id for one in read.in_text)
    new: dict[str, Flat] = {
        in_field: {**old[in_field], "long_description": "Long"},
        in_text: {**old[in_text], "alt": ALT},
    }
    with pytest.raises(Rejected, match="One at a time"):
        body(read, old, new, "")


@pytest.mark.parametrize(
    ("came", "how"),
    [
        ({"value": "abc", "format": "f", "processed": "x"}, ""),
        (
            {"value": "abd", "format": "f"},
            'from character 2 on, the value sent had "abc"',
        ),
        ({"value": "ab", "format": "f"}, "from character 2 on"),
        ({"value": "abc", "format": None}, 'the format sent was "f", and (none) came.'),
        ({"value": "abc"}, 'the format sent was "f", and (none) came.'),
        ({"value": "abc", "format": "f", "summary": ""}, "the summary sent was (none)"),
        (None, "1 text sent, 0 came."),
        ("abc", "1 text sent, 0 came."),
        ([{"value": "abc", "format": "f"}] * 2, "1 text sent, 2 came."),
    ],
)
def test_what_came_is_compared_to_the_byte(came: Any, how: str) -> None:
    sent = {"value": "abc", "format": "f"}
    told = rewritten("node--page 1: body", sent, came)
    assert told.startswith("node--page 1: body: ") is bool(how)
    assert how in told
    assert rewritten("x", [sent, sent], [sent, sent]) == ""
