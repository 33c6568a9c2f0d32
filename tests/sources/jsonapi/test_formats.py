"""Whether a login may use a text format, asked without writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from altsync.errors import Rewritten
from altsync.manual import SITE
from altsync.models import OutOfReach, SiteImage
from altsync.sources.answers import HttpAnswer
from altsync.sources.jsonapi import formats, shape
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.formats import PROBE, TRIES, Formats
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.shape import Item
from altsync.sources.kinds import JsonapiConfig
from tests.doubles.drupal import DemoDrupal, scenes
from tests.doubles.drupal.model import Entity
from tests.doubles.drupal.recorded import exchanges
from tests.sources.jsonapi.world import FIELDS, QUICK, listed, source_of

BODY = "<p>Words <img src=/a.png></p>"


def recorded(number: int) -> HttpAnswer:
    (one,) = [e for e in exchanges() if e.number == number]
    headers = CaseInsensitiveDict(one.answer_headers)
    url = f"http://a.test{one.path}"
    return HttpAnswer(one.method, url, one.status, headers, one.answer.encode())


@pytest.mark.parametrize(
    ("number", "told"),
    [
        *[(number, True) for number in (450, 922, 923, 925)],
        *[(number, False) for number in (439, 441, 455, 924)],
        *[(number, None) for number in (438, 440, 454, 859, 926, 928, 938)],
    ],
)
def test_a_recorded_refusal_tells(number: int, told: bool | None) -> None:
    assert formats.reading(recorded(number), "body") is told


@pytest.mark.parametrize("number", [912, 914, 932])
def test_a_question_that_was_taken_ends_the_asking(number: int) -> None:
    """What such a body does to a text without a summary: 200, and the words are gone."""
    with pytest.raises(Rewritten, match="it may have lost its text"):
        formats.reading(recorded(number), "body")


def item(entity: Entity, field: str = "body", language: str = "en") -> Item:
    kind = entity.type
    attributes = {**entity.translations["en"].attributes, "langcode": language}
    row = {"type": kind, "id": entity.uuid, "attributes": attributes}
    return shape.read(Schema(kind, (), "id"), row)


@pytest.fixture(scope="module")
def lab() -> Iterator[DemoDrupal]:
    """A double that answers as recorded: `basic` may use basic_html only."""
    with DemoDrupal() as made:
        made.add_account("basic", "edit any page content", "use text format basic_html")
        yield made


@pytest.fixture
def asked(lab: DemoDrupal) -> Iterator[Formats]:
    config = JsonapiConfig(login="basic", user="basic")
    client = Client(lab.url, config, secret="basic-lab-pass", patience=QUICK)
    client.ready()
    lab.ledger.clear()
    yield Formats(client)
    client.http.close()


def test_once_for_a_format_and_nothing_changes(lab: DemoDrupal, asked: Formats) -> None:
    pages = [lab.add_page(f"Page {n}", BODY) for n in range(3)]
    mine = lab.add_page("Mine", BODY)
    mine.translations["en"].attributes["body"]["format"] = "basic_html"
    before = lab.everything()
    assert [asked.may_use(item(one), "body") for one in pages] == [False] * 3
    assert [asked.may_use(item(mine), "body") for _ in range(3)] == [True] * 3
    assert lab.everything() == before
    sent = [json.loads(one.body)["data"] for one in lab.requests("PATCH")]
    assert [one["id"] for one in sent] == [pages[0].uuid, mine.uuid]
    assert sent[0]["attributes"] == {"body": {"format": "full_html", "summary": PROBE}}
    error = asked.refused(item(pages[1]), "body")
    assert error is not None
    assert error.alone
    assert "format 'full_html', which this login may not use" in error.needed
    assert "add altsync 'use text format full_html'" in error.grant
    assert asked.refused(item(mine), "body") is None


def test_never_of_what_a_question_would_wipe(lab: DemoDrupal, asked: Formats) -> None:
    """932: a text without a summary; several texts; none."""
    page = lab.add_page("Several", BODY)
    one = page.translations["en"].attributes["body"]
    for value in (
        {"value": BODY, "format": "full_html"},
        [one],
        [one, {**one, "format": "basic_html"}],
        {**one, "format": None},
        {**one, "format": 3},
        "a bare text",
        None,
    ):
        page.translations["en"].attributes["body"] = value
        assert asked.may_use(item(page), "body") is None
    assert asked.may_use(item(page), "field_none") is None
    assert lab.requests("PATCH") == []


def test_what_a_refused_write_told_is_kept(lab: DemoDrupal, asked: Formats) -> None:
    page = lab.add_page("Told", BODY)
    body = page.translations["en"].attributes["body"]
    asked.refuse(item(page), "body", "full_html")
    assert asked.may_use(item(page), "body") is False
    for other in ({**body, "format": "basic_html"}, {"value": "", "format": None}):
        page.translations["en"].attributes["body"] = [other, body]
        assert asked.may_use(item(page), "body") is False
        assert asked.refused(item(page), "body") is not None
    assert lab.requests("PATCH") == []


def test_an_answer_that_tells_nothing_is_not_sought_for_ever(
    lab: DemoDrupal, asked: Formats
) -> None:
    page = lab.add_page("Locked", BODY)
    lab.draft(page, "")
    assert [asked.may_use(item(page), "body") for _ in range(9)] == [None] * 9
    assert len(lab.requests("PATCH")) == TRIES


def test_a_site_that_takes_no_writes_is_asked_once(
    lab: DemoDrupal, asked: Formats
) -> None:
    pages = [lab.add_page(f"Shut {n}", BODY) for n in range(3)]
    lab.switches.read_only = True
    assert {asked.may_use(item(one), "body") for one in pages} == {None}
    lab.switches.read_only = False
    assert len(lab.requests("PATCH")) == 1


def test_a_lost_answer_is_no_reason_to_stop(lab: DemoDrupal, asked: Formats) -> None:
    page = lab.add_page("Lost", BODY)
    lab.trouble(0, methods=("PATCH",))
    assert asked.may_use(item(page), "body") is None
    assert asked.may_use(item(page), "body") is False
    assert asked.told(0) == []
    assert asked.told(2) == [
        "2 images in texts of a format that this login may not use ('full_html'): seen, and"
        " never written. Let its role use it (drush role:perm:add altsync 'use text format"
        " full_html'), then pull with --full. See"
        f" {SITE}how-to/drupal.html#text-formats."
    ]


@pytest.mark.parametrize(
    "attributes",
    [
        {"body": {"format": "full_html"}},
        {"body": {"format": "full_html", "summary": ""}},
        {"body": {"format": "full_html", "summary": PROBE, "value": "x"}},
        {"body": {"format": None, "summary": PROBE}},
        {"body": [{"format": "full_html", "summary": PROBE}]},
        {"body": "full_html"},
        {"body": {"format": "full_html", "summary": PROBE}, "title": "x"},
        {"field_text": {"format": "full_html", "summary": PROBE}},
        {},
    ],
)
def test_nothing_else_is_ever_sent(attributes: dict[str, Any]) -> None:
    data = {"type": "node--page", "id": "u", "attributes": attributes}
    with pytest.raises(ValueError, match="not sent"):
        formats.check_harmless({"data": data}, "body")


def test_a_name_that_is_none_is_no_part_of_a_command() -> None:
    with DemoDrupal() as lab:
        page = lab.add_page("Odd", BODY)
    error = formats.not_usable(item(page), "body", "full'; rm -rf /\x1b")
    assert "drush" not in str(error)
    assert "\x1b" not in str(error)


def test_a_pull_marks_what_it_can_know() -> None:
    """A body and a paragraph's text: of that only a refused write tells."""
    with DemoDrupal() as lab:
        there = scenes.texts(lab)
        how: Any = {
            "fields": (*FIELDS, "paragraph--picture_text.field_picture"),
            "texts": True,
            "label": None,
        }
        marked, notes = {}, {}
        for user in ("editor", "basic"):
            source = source_of(lab, user=user, secret=f"{user}-lab-pass", **how)
            listing = source.listing()
            found = {one.id: one for one in listing if isinstance(one, SiteImage)}
            notes[user] = [note for note in listing.notes if "of a format" in note]
            body = [one for one in found.values() if one.album == "node--article.body"]
            marked[user] = {one.out_of_reach for one in body}
            assert source.read(body[0].id).out_of_reach is body[0].out_of_reach
            text = f"paragraph--picture_text.field_text/{there.paragraph.id}.en"
            assert found[f"{text}.img-{there.file.uuid}"].out_of_reach is None
            source.close()
        nobody = source_of(lab, login="none", user="", secret=None, **how)
        before = len(lab.requests("PATCH"))
        assert {
            one.out_of_reach
            for one in listed(nobody).values()
            if one.album == "node--article.body"
        } == {None}
        nobody.close()
    assert notes["editor"] == []
    (note,) = notes["basic"]
    beyond = [one for one in found.values() if one.out_of_reach is OutOfReach.FORMAT]
    assert note.startswith(f"{len(beyond)} images in texts of a format that this login")
    assert "(drush role:perm:add altsync 'use text format full_html')" in note
    assert marked == {"editor": {None}, "basic": {OutOfReach.FORMAT}}
    assert len(lab.requests("PATCH")) == before
