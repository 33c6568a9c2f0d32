"""What this login may edit, asked without writing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from altsync.errors import BadAnswer
from altsync.sources.answers import HttpAnswer
from altsync.sources.jsonapi import rights
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.rights import Subject, Verdict
from altsync.sources.kinds import JsonapiConfig
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import QUICK

A, L, R, U = Verdict.ALLOWED, Verdict.LOCKED, Verdict.REFUSED, Verdict.UNTOLD
CHANGED = "The current user is not allowed to PATCH the selected field (changed)."
AT = "/data/attributes/changed"
UNKNOWN = "The attribute altsync_probe does not exist on the {} resource type."
MEDIA = (
    "The following permissions are required: 'update any media' OR 'update own media'"
    " OR 'image: edit any media' OR 'image: edit own media'."
)
PAGE = "The 'edit any page content' permission is required."
DRAFT = (
    "Updating a resource object that has a working copy is not yet supported. See"
    " https://www.drupal.org/project/drupal/issues/2795279."
)
TRANSITION = "No valid transitions exist for given account."
ONLY_READING = (
    "JSON:API is configured to accept only read operations. Site administrators can"
    " configure this at http://127.0.0.1:8899/de/admin/config/services/jsonapi."
)
RECORDED = [
    (595, 403, CHANGED, AT, A),
    (596, 403, MEDIA, "", R),
    (597, 422, UNKNOWN.format("media--image"), "", A),
    (598, 403, MEDIA, "", R),
    (613, 422, UNKNOWN.format("paragraph--picture_text"), "", A),
    (614, 403, PAGE, "", R),
    (870, 403, "", "", R),
    (877, 403, CHANGED, "/data/attributes/content_translation_changed", A),
    (926, 400, DRAFT, "", L),
    (928, 403, TRANSITION, "", R),
    (938, 405, ONLY_READING, "", U),
]
"""Number, status, detail, pointer: what it tells."""


def answer(status: int, detail: str, pointer: str = "") -> HttpAnswer:
    error: dict[str, Any] = {"status": str(status), "detail": detail}
    if pointer:
        error["source"] = {"pointer": pointer}
    body = json.dumps({"jsonapi": {}, "errors": [error]}).encode()
    return HttpAnswer("PATCH", "http://a.test/x", status, CaseInsensitiveDict(), body)


@pytest.mark.parametrize(("number", "status", "detail", "pointer", "told"), RECORDED)
def test_a_refusal_tells(
    number: int, status: int, detail: str, pointer: str, told: Verdict
) -> None:
    reply = rights.reading(answer(status, detail, pointer))
    assert reply.verdict is told, number
    if told is not U:
        assert (reply.said == detail) is (told is R)


@pytest.mark.parametrize("status", [200, 204, 202])
def test_what_was_not_refused_ends_the_asking(status: int) -> None:
    with pytest.raises(BadAnswer, match="every Drupal refuses"):
        rights.reading(answer(status, ""))


@pytest.mark.parametrize("status", [403, 503, 404])
def test_a_page_instead_of_an_answer_tells_nothing(status: int) -> None:
    page = HttpAnswer(
        "PATCH", "http://a.test/x", status, CaseInsensitiveDict(), b"<html>Wait</html>"
    )
    assert rights.reading(page).verdict is U


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-28T09:32:20+00:00",
        "1970-01-01T00:00:00+00:00",
        "1969-12-31T23:00:00-01:00",
        "1990-06-15T12:00:00+00:00",
        "1970-06-15T13:00:00+01:00",
    ],
)
def test_the_moment_asked_for_is_never_the_items(moment: str) -> None:
    from datetime import datetime

    sent = rights.question("node--page", Subject("u", False, "", {"changed": moment}))
    rights.check_harmless(sent)
    asked = sent["data"]["attributes"]["changed"]
    assert datetime.fromisoformat(asked) != datetime.fromisoformat(moment)
    assert sent["data"]["attributes"]["altsync_probe"] == 1


@pytest.mark.parametrize(
    "data",
    [
        {"attributes": {}},
        {},
        {"attributes": {"changed": rights.MOMENTS[0]}},
        {"attributes": {"altsync_probe": 1, "changed": "2026-11-28T09:32:20+00:00"}},
        {"attributes": {"altsync_probe": 1, "status": False}},
        {"attributes": {"altsync_probe": 1}, "relationships": {}},
    ],
)
def test_nothing_else_is_ever_sent(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not sent"):
        rights.check_harmless({"data": {"type": "node--page", "id": "u", **data}})


def looked(site: DemoDrupal, user: str, *kinds: str) -> dict[str, rights.Rights]:
    config = JsonapiConfig(login="basic", user=user)
    client = Client(site.url, config, secret=f"{user}-lab-pass", patience=QUICK)
    client.ready()
    try:
        asked = rights.look(client, kinds or ("media--image",), ("en", "nl"))
    finally:
        client.http.close()
    return {one.kind: one for one in asked}


def test_asking_writes_nothing_whoever_asks(site: DemoDrupal) -> None:
    for n in range(4):
        site.add_media(f"words {n}", owner="editor" if n % 2 else "author")
    site.translate(site.entity("media--image", 1), "nl", "woorden")
    site.draft(site.entity("media--image", 2), "draft")
    site.add_article("Story", ["a"])
    before = site.everything()
    revisions = [e.vid for g in site.state.entities.values() for e in g.values()]
    for user in ("admin", "editor", "author", "viewer"):
        looked(site, user, "media--image", "node--article")
    assert site.everything() == before
    assert revisions == [
        e.vid for g in site.state.entities.values() for e in g.values()
    ]
    asked = site.requests("PATCH")
    assert len(asked) > 12
    assert all(400 <= seen.status < 500 for seen in asked)
    assert {seen.path.split("/")[1] for seen in asked} == {"jsonapi", "nl"}


def test_what_is_allowed_what_is_not_and_what_a_draft_locks(site: DemoDrupal) -> None:
    for n in range(4):
        site.add_media(f"words {n}", owner="admin")
    site.draft(site.entity("media--image", 2), "draft")
    editor = looked(site, "editor")["media--image"]
    assert [len(editor.of(v)) for v in (A, L, R)] == [1, 1, 0]
    viewer = looked(site, "viewer")["media--image"]
    assert viewer.none
    assert "edit any media" in next(iter(viewer.said))


def test_a_type_that_shows_nothing_is_told_so(site: DemoDrupal) -> None:
    (empty,) = looked(site, "editor").values()
    assert (empty.none, empty.told) == (False, ())
    assert "no item" in empty.untold
