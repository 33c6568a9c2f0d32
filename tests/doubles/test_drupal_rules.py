"""The rules of real sites that the fake keeps: who may see and edit what, workflows,
languages, renamed names, tokens, front doors. Numbers are recordings."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.doubles.drupal import DemoDrupal, Entity
from tests.doubles.drupal.moderation import NO_TRANSITION, Workflow

JSON_API = "application/vnd.api+json"
STALE: dict[str, Any] = {"changed": "2001-01-01T00:00:00+00:00"}
UNKNOWN: dict[str, Any] = {"altsync_probe": 1}


def patch(
    site: DemoDrupal,
    entity: Entity,
    attributes: dict[str, Any],
    user: str | None = None,
    prefix: str = "",
) -> tuple[int, str, str]:
    """(status, detail, pointer) of a PATCH of these attributes."""
    where = entity.type.replace("--", "/")
    answer = requests.patch(
        f"{site.url}{prefix}/jsonapi/{where}/{entity.uuid}",
        json={
            "data": {"type": entity.type, "id": entity.uuid, "attributes": attributes}
        },
        headers={"Content-Type": JSON_API},
        auth=(user, f"{user}-lab-pass") if user else None,
        timeout=10,
    )
    if answer.status_code == 200:
        return 200, "", ""
    error = answer.json()["errors"][0]
    return (
        answer.status_code,
        error["detail"],
        error.get("source", {}).get("pointer", ""),
    )


def test_a_probe_tells_who_may_edit_and_writes_nothing() -> None:
    # 595-602
    with DemoDrupal(media=1) as site:
        item = site.entity("media--image", 1)
        before = site.everything()
        assert patch(site, item, STALE, "editor")[::2] == (
            403,
            "/data/attributes/changed",
        )
        assert patch(site, item, UNKNOWN, "editor")[0] == 422
        for attributes in (STALE, UNKNOWN):
            status, detail, pointer = patch(site, item, attributes, "viewer")
            assert (status, pointer) == (403, "")
            assert "'image: edit any media'" in detail
            assert patch(site, item, attributes)[0] == 401
        assert site.everything() == before


def test_a_role_may_edit_one_type_or_its_own_items() -> None:
    with DemoDrupal(media=1, articles=1) as site:
        item, article = site.entity("media--image", 1), site.entity("node--article", 1)
        site.add_account("pictures", "edit any image media")
        owner = site.add_account("owner", "edit own article content")
        assert patch(site, item, STALE, "pictures")[2]
        assert patch(site, article, STALE, "pictures") == (
            403,
            "The 'edit any article content' permission is required.",
            "",
        )
        assert patch(site, article, STALE, "owner")[2] == ""
        article.owner = owner.uuid
        assert patch(site, article, STALE, "owner")[2]


@pytest.mark.parametrize(
    ("transition", "allowed"),
    [
        ("", []),
        ("create_new_draft", ["published", "draft"]),
        ("publish", ["published", "draft"]),
        ("archive", ["published"]),
        ("archived_published", ["archived"]),
    ],
)
def test_any_one_transition_from_the_present_state_lets_edit(
    transition: str, allowed: list[str]
) -> None:
    # 709-727
    with DemoDrupal(articles=3) as site:
        site.state.workflows = (Workflow(),)
        may = ["edit any article content", "view any unpublished content"]
        if transition:
            may.append(f"use editorial transition {transition}")
        site.add_account("someone", *may)
        for number, state in enumerate(("published", "draft", "archived"), 1):
            article = site.entity("node--article", number)
            article.translations["en"].attributes["moderation_state"] = state
            said = patch(site, article, STALE, "someone")
            if state in allowed:
                assert said[2] == "/data/attributes/changed"
            else:
                assert said == (403, NO_TRANSITION, "")


def test_a_state_that_is_sent_is_validated_and_a_draft_leaves_the_page_as_it_was() -> (
    None
):
    # 730-736
    with DemoDrupal(articles=1) as site:
        site.state.workflows = (Workflow(),)
        article = site.entity("node--article", 1)
        drafts = "use editorial transition create_new_draft"
        site.add_account("drafts", "edit any article content", drafts)
        pointer = "/data/attributes/moderation_state"
        sent = {"moderation_state": "published"}
        assert patch(site, article, sent, "drafts") == (
            422,
            "moderation_state: You do not have access to transition from Published to"
            " Published",
            pointer,
        )
        assert patch(site, article, {"status": False}, "drafts")[2].endswith("status")
        assert patch(site, article, {"title": "New"}, "drafts")[0] == 200
        sent = {"moderation_state": "draft", "title": "Newer"}
        assert patch(site, article, sent, "drafts")[0] == 200
        assert article.translations["en"].attributes["title"] == "New"
        assert article.draft is not None
        assert patch(site, article, {"title": "Newest"}, "drafts")[0] == 400


def test_a_probe_of_an_item_with_a_draft_tells_both_facts() -> None:
    # 926-928
    with DemoDrupal(articles=1) as site:
        article = site.entity("node--article", 1)
        site.draft(article, "draft", "field_image")
        for attributes in (STALE, UNKNOWN):
            assert patch(site, article, attributes, "editor")[0] == 400
            assert patch(site, article, attributes, "viewer")[0] == 403


def test_the_405_of_a_missing_translation_comes_before_the_login_and_read_only_first() -> (
    None
):
    # 752-754, 938
    with DemoDrupal(media=1) as site:
        item = site.entity("media--image", 1)
        site.translate(item, "nl", "x")
        for user in (None, "viewer", "editor"):
            status, detail, _ = patch(site, item, UNKNOWN, user, "/de")
            assert (status, detail[-7:]) == (405, "nl, en.")
        site.switches.read_only = True
        status, detail, _ = patch(site, item, UNKNOWN, None, "/de")
        assert status == 405
        assert "configured to accept only read" in detail


def test_a_filter_hides_unpublished_rows_from_who_may_see_them() -> None:
    # 656-667, 692-695
    with DemoDrupal(media=3, articles=3) as site:
        site.state.workflows = (Workflow(),)
        site.add_account("sees", "view any unpublished content")
        site.add_account("own", "view own unpublished content")
        for kind in ("media--image", "node--article"):
            hidden = site.entity(kind, 1)
            hidden.translations["en"].attributes["status"] = False
            hidden.owner = site.state.users["own"].uuid
        assert seen(site, "media/image", "sees") == (3, 0)
        assert seen(site, "media/image", "sees", filtered=True) == (2, 0)
        assert seen(site, "media/image", "own") == (2, 1)
        assert seen(site, "node/article", "own", filtered=True) == (3, 0)
        assert seen(site, "node/article", "sees", filtered=True) == (2, 0)
        assert seen(site, "node/article", "viewer") == (2, 1)
        assert seen(site, "media/image", "admin", filtered=True) == (3, 0)


def seen(
    site: DemoDrupal, path: str, user: str, *, filtered: bool = False
) -> tuple[int, int]:
    """(rows, omitted rows) of a list."""
    query = "?filter[a][condition][path]=langcode&filter[a][condition][value]=en"
    answer = requests.get(
        f"{site.url}/jsonapi/{path}{query if filtered else ''}",
        auth=(user, f"{user}-lab-pass"),
        timeout=10,
    ).json()
    omitted = answer.get("meta", {}).get("omitted", {"links": {"help": 0}})["links"]
    return len(answer["data"]), len(omitted) - 1


def test_a_prefix_of_the_site_answers_and_another_is_an_html_404() -> None:
    # 745, 759, 760
    with DemoDrupal() as site:
        for code in ("nl", "de"):
            answer = requests.get(f"{site.url}/{code}/jsonapi", timeout=10)
            assert answer.headers["Content-language"] == code
            links = answer.json()["links"]
            assert f"/{code}/jsonapi/" in links["media--image"]["href"]
        answer = requests.get(f"{site.url}/fr/jsonapi", timeout=10)
        assert answer.status_code == 404
        assert "html" in answer.headers["Content-Type"]


def test_languages_are_a_count_for_who_does_not_administer_them() -> None:
    # 741-743
    path = "configurable_language/configurable_language"
    with DemoDrupal() as site:
        assert seen(site, path, "editor") == (0, 5)
        assert seen(site, path, "admin") == (5, 0)


def test_a_page_names_its_languages() -> None:
    # 761-764, 778
    with DemoDrupal(articles=2) as site:
        article = site.entity("node--article", 1)
        site.translate(article, "nl", "een plaatje")
        page = requests.get(f"{site.url}/nl/node/1", timeout=10)
        assert page.headers["Content-language"] == "nl"
        for code, prefix in (("nl", "/nl"), ("en", "")):
            link = f'hreflang="{code}" href="{site.url}{prefix}/node/1" />'
            assert f'<link rel="alternate" {link}' in page.text
        assert '<html lang="nl"' in page.text
        assert 'alt="een plaatje"' in page.text
        assert r'"currentPath":"node\/1"' in page.text
        assert r'"pathPrefix":"nl\/"' in page.text
        assert '<a href="/de/node/1" class="language-link" hreflang="de">' in page.text
        site.switches.switcher = False
        page = requests.get(f"{site.url}/nl/node/2", timeout=10)
        assert "hreflang" in page.text
        assert 'hreflang="nl"' not in page.text  # it has no Dutch
        assert "hreflang" not in requests.get(site.url, timeout=10).text


def test_basic_credentials_are_refused_on_every_page_and_private_file() -> None:
    # 783, 800, 802, 959
    with DemoDrupal(articles=1) as site:
        item = site.add_media("", private=True)
        private = site.state.files[site.items(item, "field_media_image")[0]["id"]].url
        for path in ("/", "/node/1", private):
            address = site.url + path
            answer = requests.get(
                address, auth=("editor", "editor-lab-pass"), timeout=10
            )
            assert (answer.status_code, path) == (403, path)
        assert requests.get(f"{site.url}/node/1", timeout=10).ok
        assert requests.get(f"{site.url}/node/9", timeout=10).status_code == 404


def test_an_account_that_may_not_be_seen_is_a_name() -> None:
    # 844, 873; of one account alone: source
    with DemoDrupal() as site:
        picture = site.add_user("a face", name="editor")
        address = f"{site.url}/jsonapi/user/user"
        for asked in (address, f"{address}/{picture.uuid}"):
            data = requests.get(asked, timeout=10).json()["data"]
            for row in data if isinstance(data, list) else [data]:
                assert set(row) == {"type", "id", "links", "attributes"}
                assert set(row["attributes"]) == {"display_name"}
        mine = requests.get(asked, auth=("editor", "editor-lab-pass"), timeout=10)
        assert "user_picture" in mine.json()["data"]["relationships"]


def test_a_draft_is_linked_to_from_itself_only() -> None:
    # 705, 708
    with DemoDrupal(articles=1) as site:
        article = site.entity("node--article", 1)
        site.draft(article, "draft", "field_image")
        address = f"{site.url}/jsonapi/node/article/{article.uuid}"
        for query, linked in (("", False), ("?resourceVersion=rel:working-copy", True)):
            answer = requests.get(
                address + query, auth=("editor", "editor-lab-pass"), timeout=10
            )
            links = answer.json()["data"]["links"]
            assert "working-copy" in links
            assert ("latest-version" in links) is linked
