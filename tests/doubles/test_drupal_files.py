"""Files of the fake Drupal: replaced pictures, private ones, derivatives, and what Drupal 11
says of itself. Numbers are recordings."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.doubles.drupal import DemoDrupal, Entity, files
from tests.doubles.drupal.content import grey
from tests.doubles.drupal.model import File


def file_of(site: DemoDrupal, entity: Entity) -> File:
    return site.state.files[site.items(entity, "field_media_image")[0]["id"]]


def shown(site: DemoDrupal, path: str) -> dict[str, Any]:
    answer = requests.get(f"{site.url}/jsonapi/{path}", timeout=10).json()
    return dict(answer["data"]["attributes"])


def test_other_bytes_show_only_in_the_pictures_own_headers() -> None:
    # 765-770
    with DemoDrupal(media=1) as site:
        item = site.entity("media--image", 1)
        file = file_of(site, item)
        paths = (f"file/file/{file.uuid}", f"media/image/{item.uuid}")
        before = [shown(site, path) for path in paths]
        head = requests.head(site.url + file.url, timeout=10).headers
        site.overwrite(item, grey(200, 100))
        assert [shown(site, path) for path in paths] == before
        now = requests.head(site.url + file.url, timeout=10).headers
        for name in ("Last-Modified", "ETag", "Content-Length"):
            assert now[name] != head[name]


def test_a_replaced_file_moves_its_own_size_and_time_only() -> None:
    # 771-774
    with DemoDrupal(media=2) as site:
        item = site.entity("media--image", 1)
        file, since = file_of(site, item), site.clock.now
        media = shown(site, f"media/image/{item.uuid}")
        before = shown(site, f"file/file/{file.uuid}")
        site.replace_file(item, grey(200, 100))
        now = shown(site, f"file/file/{file.uuid}")
        moved = {name for name in now if now[name] != before[name]}
        assert moved == {"filesize", "changed"}
        assert shown(site, f"media/image/{item.uuid}") == media
        assert site.items(item, "field_media_image")[0]["meta"]["width"] == 64
        query = "filter[c][condition][path]=changed&filter[c][condition][operator]=%3E"
        found = requests.get(
            f"{site.url}/jsonapi/file/file?{query}&filter[c][condition][value]={since}",
            timeout=10,
        ).json()["data"]
        assert [row["id"] for row in found] == [file.uuid]


@pytest.mark.parametrize(("published", "anonymous"), [(True, 200), (False, 403)])
def test_a_private_file_is_for_who_sees_what_shows_it(
    published: bool, anonymous: int
) -> None:
    # 799-803, 897
    with DemoDrupal() as site:
        item = site.add_media("", private=True, status=published, owner="editor")
        site.grant("editor", "view own unpublished media")
        address = site.url + file_of(site, item).url
        assert requests.head(address, timeout=10).status_code == anonymous
        basic = requests.head(address, auth=("editor", "editor-lab-pass"), timeout=10)
        assert basic.status_code == 403
        session = requests.Session()
        given = {"name": "editor", "pass": "editor-lab-pass"}
        session.post(f"{site.url}/user/login?_format=json", json=given, timeout=10)
        assert session.get(address, timeout=10).content == grey().data
        site.site.users.tokens["t"] = "editor"
        bearer = {"Authorization": "Bearer t"}
        assert requests.get(address, headers=bearer, timeout=10).ok


def test_a_derivative_wants_its_token() -> None:
    # 794
    with DemoDrupal(media=1) as site:
        path = files.derivative(file_of(site, site.entity("media--image", 1)))
        assert requests.head(site.url + path, timeout=10).ok
        path = path.partition("?")[0] + "?itok=wrong"
        assert requests.head(site.url + path, timeout=10).status_code == 404


def test_drupal_11_says_so() -> None:
    # 939
    with DemoDrupal() as site:
        site.switches.core = 11
        answer = requests.get(f"{site.url}/jsonapi", timeout=10)
        assert answer.json()["jsonapi"]["version"] == "1.1"
        assert answer.headers["X-Generator"].startswith("Drupal 11 ")
