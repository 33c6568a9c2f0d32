"""What this login may edit, asked without writing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from altsync.errors import BadAnswer, LoginFailed
from altsync.sources.answers import HttpAnswer
from altsync.sources.jsonapi import rights
from altsync.sources.jsonapi.askable import Askable, Subject
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.rights import MayEdit
from altsync.sources.kinds import JsonapiConfig
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.moderation import Workflow
from tests.doubles.drupal.recorded import exchanges
from tests.sources.jsonapi.world import FIELDS, MEDIA, QUICK, source_of

A, L, R, U = MayEdit.ALLOWED, MayEdit.LOCKED, MayEdit.REFUSED, MayEdit.UNTOLD
RECORDED = {
    A: (
        *(595, 597, 599, 601, 603, 605, 607, 609, 613, 617, 620, 622, 630, 637, 639),
        *(652, 702, 871, 877, 880),
    ),
    L: (926, 927),
    R: (
        *(593, 596, 598, 600, 602, 604, 606, 608, 610, 612, 614, 615, 616, 618, 619),
        *(621, 623, 624, 625, 626, 627, 628, 629, 631, 632, 633, 634, 635, 636, 638),
        *(640, 709, 870, 928),
    ),
    U: (752, 753, 754, 857, 938),
}
"""What the recorded refusals tell, by number."""


def recorded(number: int) -> HttpAnswer:
    (one,) = [e for e in exchanges() if e.number == number]
    return HttpAnswer(
        one.method,
        f"http://a.test{one.path}",
        one.status,
        CaseInsensitiveDict(one.answer_headers),
        one.answer.encode(),
    )


@pytest.mark.parametrize(
    ("number", "may"),
    [(number, may) for may, numbers in RECORDED.items() for number in numbers],
)
def test_a_recorded_refusal_tells(number: int, may: MayEdit) -> None:
    reply = rights.reading(recorded(number))
    assert reply.may is may
    assert bool(reply.said) is (may in (R, U) and number != 870)


def page(status: int) -> HttpAnswer:
    html = b"<html>Wait</html>"
    return HttpAnswer("PATCH", "http://a.test/x", status, CaseInsensitiveDict(), html)


@pytest.mark.parametrize("status", [200, 204, 202])
def test_what_was_not_refused_ends_the_asking(status: int) -> None:
    with pytest.raises(BadAnswer, match="every Drupal refuses"):
        rights.reading(page(status))


@pytest.mark.parametrize("status", [301, 403, 503, 404])
def test_a_page_instead_of_an_answer_tells_nothing(status: int) -> None:
    assert rights.reading(page(status)).may is U


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
    for seen in asked:
        rights.check_harmless(json.loads(seen.body))
    assert {seen.path.split("/")[1] for seen in asked} == {"jsonapi", "nl"}


def test_what_is_allowed_what_is_not_and_what_a_draft_locks(site: DemoDrupal) -> None:
    for n in range(2):
        site.add_media(f"words {n}", owner="admin")
    site.draft(site.entity("media--image", 2), "draft")
    editor = looked(site, "editor")["media--image"]
    assert [len(editor.of(v)) for v in (A, L, R)] == [1, 1, 0]
    viewer = looked(site, "viewer")["media--image"]
    assert viewer.none
    assert "edit any media" in next(iter(viewer.said))


def test_who_may_edit_own_items_only_is_not_shut_out(site: DemoDrupal) -> None:
    for n in range(60):
        site.add_media("words", owner="admin" if n else "author")
    (one,) = looked(site, "author").values()
    assert {asked.subject.own for asked in one.may} == {True}
    assert {asked.subject.own for asked in one.may_not} == {False}


def test_an_own_item_past_the_first_page_is_looked_for(site: DemoDrupal) -> None:
    for _ in range(60):
        site.add_media("words", owner="admin")
    site.add_media("mine", owner="author")
    (one,) = looked(site, "author").values()
    assert len(one.may) == 1
    assert not one.none


def test_each_state_of_moderation_is_asked(site: DemoDrupal) -> None:
    site.state.workflows = (Workflow(),)
    site.grant("viewer", "edit any article content", "use editorial transition publish")
    for state in ("published", "archived", "draft"):
        article = site.add_article(state, [])
        article.translations["en"].attributes["moderation_state"] = state
    (one,) = looked(site, "viewer", "node--article").values()
    assert {asked.subject.state for asked in one.may_not} == {"archived"}
    assert {asked.subject.state for asked in one.may} == {"published", "draft"}


def test_a_login_that_ends_meanwhile_is_not_taken_for_a_missing_permission(
    site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add_media("words")
    chosen = Askable.subjects

    def ends(self: Askable, *what: Any) -> Any:
        found = chosen(self, *what)
        site.state.users["editor"].password = "another"
        return found

    monkeypatch.setattr(Askable, "subjects", ends)
    with pytest.raises(LoginFailed):
        looked(site, "editor")


def test_a_type_that_shows_nothing_is_told_so(site: DemoDrupal) -> None:
    (empty,) = looked(site, "editor").values()
    assert (empty.none, empty.told) == (False, ())
    assert "no item" in empty.untold


def test_a_configured_site_tells_what_may_be_edited_by_now(site: DemoDrupal) -> None:
    site.add_media("words", owner="admin")
    site.add_article("Story", [""])

    def probed(user: str, *read_only: str) -> list[str]:
        source = source_of(
            site, user=user, secret=f"{user}-lab-pass", read_only=read_only
        )
        try:
            return [note.sentence for note in source.probe() if not note.ok]
        finally:
            source.close()

    assert probed("editor") == []
    (again,) = probed("editor", MEDIA)
    assert again.startswith("media--image may be edited now: take it off `read_only`")
    media, _, line = probed("viewer", *FIELDS[1:])
    assert "media--image: may not be edited, and is not `read_only`" in media
    assert "drush role:perm:add altsync 'edit any article content," in line


PARAGRAPH = "paragraph--picture_text"


@pytest.mark.parametrize("orphans", [2, 60])
def test_paragraphs_that_nothing_lists_are_not_asked(
    site: DemoDrupal, orphans: int
) -> None:
    for _ in range(orphans // 2):
        site.add_paragraph(parent=None)
        site.add_paragraph(parent=site.add_page("Old"), listed=False)
    story = site.add_paragraph("words", parent=site.add_page("Story"))
    viewer = looked(site, "viewer", PARAGRAPH)[PARAGRAPH]
    assert [told.subject.uuid for told in viewer.told] == [story.uuid]
    assert viewer.said == {"The 'edit any page content' permission is required.": 1}
    site.grant("viewer", "edit any page content")
    assert not looked(site, "viewer", PARAGRAPH)[PARAGRAPH].may_not


def test_a_nested_paragraph_counts_where_what_it_stands_in_does(
    site: DemoDrupal,
) -> None:
    section = "paragraph--section"
    shown = site.add_paragraph([], parent=site.add_page("Story"), kind=section)
    lost = site.add_paragraph([], parent=None, kind=section)
    inside = site.add_paragraph("words", parent=shown)
    site.add_paragraph("words", parent=lost)
    viewer = looked(site, "viewer", PARAGRAPH)[PARAGRAPH]
    assert [told.subject.uuid for told in viewer.told] == [inside.uuid]
    assert viewer.none


def test_a_block_of_one_page_only_is_not_asked(site: DemoDrupal) -> None:
    site.add_block("", reusable=False, page=site.add_page("Story"))
    kind = "block_content--picture_block"
    assert looked(site, "editor", kind)[kind].told == ()
    site.add_block("")
    assert len(looked(site, "editor", kind)[kind].may) == 1


def test_of_every_kind_it_is_known_who_may(site: DemoDrupal) -> None:
    site.add_media("words", owner="admin")
    site.add_article("Story", ["a"])
    site.add_paragraph("words", parent=site.add_page("Page"))
    site.add_block("")
    site.add_term("")
    site.add_user("")
    site.add_comment("", on=site.entity("node--article", 1))
    site.add_custom("")
    kinds = (
        *("media--image", "node--article", PARAGRAPH, "block_content--picture_block"),
        *("taxonomy_term--tags", "user--user", "comment--comment", "exhibit--exhibit"),
    )
    before = site.everything()
    viewer = looked(site, "viewer", *kinds)
    admin = looked(site, "admin", *kinds)
    assert site.everything() == before
    assert all(one.may and not one.may_not for one in admin.values()), admin
    refused = {kind for kind, one in viewer.items() if one.none}
    assert refused | {"user--user"} == set(kinds)


def test_a_type_that_cannot_be_asked_is_told_with_the_reason(site: DemoDrupal) -> None:
    site.add_media("words")
    site.add_article("Story", [""])
    site.trouble(403, path="/node/article", body=b"{}", times=100)
    found = looked(site, "editor", "node--article", "media--image", "node--nothing")
    assert found["media--image"].may
    assert (found["node--article"].told, found["node--nothing"].told) == ((), ())
    assert "403" in found["node--article"].untold
    assert "no resource type `node--nothing`" in found["node--nothing"].untold


def test_a_type_that_fails_does_not_keep_others_from_being_asked(
    site: DemoDrupal,
) -> None:
    """Seen on a real Drupal: one content type answers 500, whoever asks."""
    site.add_paragraph("", parent=site.add_page("Page"))
    site.trouble(500, times=100, methods=("GET",), path="/node/article")
    (one,) = looked(site, "editor", "paragraph--picture_text").values()
    assert one.may
    assert not one.why
