"""The fake Drupal with jsonapi_extras. Numbers are recordings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.doubles.drupal import DemoDrupal, Extras, Override
from tests.doubles.drupal.extras import PICTURES, STORIES

RENAMED = Extras({"media--image": PICTURES, "node--article": STORIES})
EDITOR = ("editor", "editor-lab-pass")


def site_with(extras: Extras) -> DemoDrupal:
    return DemoDrupal(media=3, articles=1, prefix="/api", extras=extras)


def get(site: DemoDrupal, path: str) -> Any:
    answer = requests.get(site.url + path, auth=EDITOR, timeout=10)
    kind = answer.headers["Content-Type"]
    return answer.json() if "json" in kind else answer.status_code


def patch(site: DemoDrupal, path: str, uuid: str, **data: Any) -> requests.Response:
    return requests.patch(
        f"{site.url}{path}/{uuid}",
        json={"data": {"type": "media--image", "id": uuid, **data}},
        headers={"Content-Type": "application/vnd.api+json"},
        auth=EDITOR,
        timeout=10,
    )


def detail(answer: Any) -> str:
    return str(answer["errors"][0]["detail"])


def test_the_entry_point_names_public_types_and_paths() -> None:
    # 804, 805, 808, 823
    off = Extras({**RENAMED.overrides, "file--file": Override(disabled=True)})
    with site_with(off) as site:
        links = get(site, "/api")["links"]
        assert urlsplit(links["media--image"]["href"]).path == "/api/pictures"
        assert urlsplit(links["stories"]["href"]).path == "/api/stories"
        assert not {"node--article", "file--file"} & set(links)
        for path in ("/jsonapi", "/api/media/image", "/api/file/file"):
            assert get(site, path) == 404


def test_fields_have_public_names() -> None:
    # 806, 807, 811, 819
    with site_with(RENAMED) as site:
        row = get(site, "/api/pictures?page[limit]=1&sort=-number")["data"][0]
        assert row["type"] == "media--image"
        assert {"number", "updated"} <= set(row["attributes"])
        image = row["relationships"]["image"]
        assert image["data"]["type"] == "file--file"
        assert f"/api/pictures/{row['id']}/image?" in image["links"]["related"]["href"]
        path = "/api/stories?fields[stories]=headline,heroImage&include=heroImage"
        answer = get(site, path)
        assert answer["data"][0]["type"] == "stories"
        assert set(answer["data"][0]["attributes"]) == {"headline"}
        assert [item["type"] for item in answer["included"]] == ["file--file"]
        answer = get(site, "/api/pictures?page[limit]=1&sort=number")
        assert "sort=number" in answer["links"]["next"]["href"]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("filter[image.meta.alt]=x", 0),  # 810
        ("filter[field_media_image.meta.alt]=x", 0),  # 809
        (
            "sort=number&filter[a][condition][path]=number&filter[a][condition][operator]"
            "=%3E&filter[a][condition][value]=1",
            2,
        ),  # 811
    ],
)
def test_filters_take_public_and_internal_names(query: str, rows: int) -> None:
    with site_with(RENAMED) as site:
        assert len(get(site, f"/api/pictures?{query}")["data"]) == rows


def test_probes_answer_in_public_names() -> None:
    # 812, 820, 821, 845
    with site_with(RENAMED) as site:
        said = detail(get(site, "/api/pictures?sort=drupal_internal__mid"))
        assert "`drupal_internal__mid`, given in the path" in said
        said = detail(get(site, "/api/stories?filter[heroImage]=x"))
        assert said.startswith(
            "Invalid nested filtering. The field `heroImage`, given in the path"
            " `heroImage` is incomplete"
        )
        said = detail(get(site, "/api/pictures?include=zzz"))
        assert said.endswith("values: bundle, revision_user, uid, thumbnail, image.")


def test_a_patch_takes_both_names_and_the_pointer_is_internal() -> None:
    # 813-817, 840-842
    stale = "2001-01-01T00:00:00+00:00"
    with site_with(RENAMED) as site:
        item = site.entity("media--image", 1)
        data = site.items(item, "field_media_image")[0]
        for name in ("updated", "changed"):
            answer = patch(site, "/api/pictures", item.uuid, attributes={name: stale})
            error = answer.json()["errors"][0]
            assert error["source"]["pointer"] == "/data/attributes/changed"
            now = item.translations["en"].attributes["changed"]
            answer = patch(site, "/api/pictures", item.uuid, attributes={name: now})
            assert answer.ok
        for name in ("image", "field_media_image"):
            links = {name: {"data": data | {"meta": data["meta"] | {"alt": name}}}}
            answer = patch(site, "/api/pictures", item.uuid, relationships=links)
            shown = answer.json()["data"]["relationships"]["image"]["data"]
            assert shown["meta"]["alt"] == name == site.alt(item)


def test_hidden_fields_cannot_be_asked_for_and_changed_is_checked_all_the_same() -> (
    None
):
    # 828-836, 838, 839
    hidden = Override(
        path="pictures",
        fields=PICTURES.fields,
        hidden=frozenset({"drupal_internal__mid", "changed"}),
    )
    with site_with(Extras({"media--image": hidden})) as site:
        row = get(site, "/api/pictures?sort=id")["data"][0]
        assert not {"number", "updated", "changed"} & set(row["attributes"])
        for name in ("number", "mid", "drupal_internal__mid", "updated", "changed"):
            said = detail(get(site, f"/api/pictures?sort={name}"))
            assert f"The field `{name}`, given in the path `{name}`, does not" in said
        item, stale = site.entity("media--image", 1), "2001-01-01T00:00:00+00:00"
        answer = patch(site, "/api/pictures", item.uuid, attributes={"updated": stale})
        assert (answer.status_code, detail(answer.json())) == (
            500,
            "Field updated is unknown.",
        )
        answer = patch(site, "/api/pictures", item.uuid, attributes={"changed": stale})
        assert answer.status_code == 403


def test_pictures_are_null_where_the_file_resource_is_disabled() -> None:
    # 825-827
    off = Extras({"media--image": PICTURES, "file--file": Override(disabled=True)})
    with site_with(off) as site:
        answer = get(site, "/api/pictures?include=image&fields[media--image]=image")
        assert "included" not in answer
        for row in answer["data"]:
            assert row["relationships"]["image"]["data"] is None
            assert set(row["relationships"]["image"]["links"]) == {"self"}
        item = site.entity("media--image", 1)
        data = site.items(item, "field_media_image")[0]
        links = {"image": {"data": data | {"meta": data["meta"] | {"alt": "blind"}}}}
        assert patch(site, "/api/pictures", item.uuid, relationships=links).ok
        assert site.alt(item) == "blind"
