"""Datasette over the mirror: descriptions, queries, pictures in cells, and who is
answered."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace

import pytest
import yaml

from altsync.config import Config
from altsync.models import (
    PageContent,
    PageFile,
    PictureKind,
    Placed,
    Region,
    State,
    Use,
)
from altsync.pictures.cache import Cache
from altsync.store import usages
from altsync.store.store import Store
from altsync.web.context import Setup
from altsync.web.serve import NAMES, metadata, metadata_file
from tests.web.client import Browser
from tests.web.mirrors import EVIL

QUERIES = sorted(
    yaml.safe_load(metadata_file().read_text("utf-8"))["databases"]["altsync"][
        "queries"
    ]
)


def a_picture(config: Config) -> str:
    """The name of one that is kept."""
    kept = Cache.beside(config.database).directory.rglob("*-*")
    return next(kept).name.split("-")[0]


def test_tables_and_columns_are_described(browser: Browser) -> None:
    page = browser.get("/altsync/images").text
    assert "Every image (one alt slot) of the site" in page
    assert "album/name; the same from pull to pull" in page
    assert (
        'id="facet-album"' in page
        or "_facet_array" in page
        or "Suggested facets" in page
        or "facet-info" in page
    )


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_answers(browser: Browser, query: str) -> None:
    answer = browser.get(
        f"/altsync/{query}.json?image_id=sydney/harbour&_shape=objects"
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["ok"] is True


def test_queries_say_what_is_there(browser: Browser) -> None:
    def rows(query: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = browser.get(
            f"/altsync/{query}.json?_shape=objects"
        ).json()["rows"]
        return found

    assert [row["image_id"] for row in rows("missing")] == ["prague/line"]
    assert len(rows("needs_review")) == 7
    assert rows("audit") == []
    assert rows("spend")[0]["texts"] == 7
    assert {row["state"]: row["images"] for row in rows("funnel")} == {
        "needs-review": 7,
        "human": 2,
        "missing": 1,
    }
    assert rows("findings")[0]["rule"] == "untrusted-name"


def test_queries_say_what_pages_show(config: Config) -> None:
    def rows(query: str) -> list[dict[str, object]]:
        answer = Browser(config).get(f"/altsync/{query}.json?_shape=objects")
        found: list[dict[str, object]] = answer.json()["rows"]
        return found

    assert rows("strangers_on_pages") == []
    assert rows("not_on_pages") == []  # no page was read
    logo = Use("", place=2, region=Region.HEADER, alt="Logo")
    stranger = Placed(logo, PictureKind.IMG, ("https://x.test/logo.svg",))
    with Store.open(config.database) as store, store.write() as tx:
        for url in ("https://x.test/a", "https://x.test/b"):
            placed = replace(stranger, use=replace(logo, page_url=url))
            usages.save_page(
                tx,
                PageFile(url, b""),
                PageContent(url),
                "hash",
                found=[("sydney/harbour", Use(url, place=1))],
                strangers=[placed],
            )
    assert rows("strangers_on_pages") == [
        {
            "address": "https://x.test/logo.svg",
            "alt": "Logo",
            "kind": "img",
            "region": "header",
            "pages": 2,
            "for_instance": "https://x.test/a",
        }
    ]
    lacking = [row["image_id"] for row in rows("not_on_pages")]
    assert "prague/line" in lacking
    assert "sydney/harbour" not in lacking


def test_metadata_names_only_columns_that_exist(config: Config) -> None:
    with sqlite3.connect(config.database) as conn:
        for table, about in metadata(config)["databases"]["altsync"]["tables"].items():
            columns = {row[1] for row in conn.execute(f"PRAGMA table_xinfo({table})")}
            assert columns, f"{table} is not in the database"
            assert set(about.get("columns", {})) <= columns
            assert set(about.get("facets", ())) <= columns
    conn.close()


def test_metadata_names_every_state(config: Config) -> None:
    tables = metadata(config)["databases"]["altsync"]["tables"]
    said = tables["image_states"]["columns"]["state"]
    assert re.split(", | or ", said) == list(State)


def test_metadata_follows_the_name_of_the_database(config: Config) -> None:
    import dataclasses

    other = dataclasses.replace(
        config, site=dataclasses.replace(config.site, database="data/town.db")
    )
    assert "town" in metadata(other)["databases"]


def test_pictures_are_in_the_cells(browser: Browser) -> None:
    images = browser.get("/altsync/images").text
    candidates = browser.get("/altsync/candidates").text
    query = browser.get("/altsync/needs_review").text
    for page in (images, candidates, query):
        assert '<img src="/-/altsync/picture/' in page
    assert 'href="/-/altsync/image?id=sydney/harbour"' in query
    assert EVIL not in images
    assert EVIL not in candidates


def test_a_prepared_picture_is_served(browser: Browser, config: Config) -> None:
    sha256 = a_picture(config)
    answer = browser.get(f"/-/altsync/picture/{sha256}.jpg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content[:2] == b"\xff\xd8"


@pytest.mark.parametrize(
    "name", ["0" * 64, "../../altsync.toml", "%2e%2e%2faltsync.toml", "x" * 64]
)
def test_no_other_file_is_served(browser: Browser, name: str) -> None:
    answer = browser.get(f"/-/altsync/picture/{name}.jpg")
    # Datasette 0.65 first redirects old escapes (%2e) to its own (~2E)
    answer = (
        browser.get(answer.headers["location"]) if answer.status_code == 302 else answer
    )
    assert answer.status_code == 404


def test_a_picture_is_hidden_from_those_who_may_not_see_the_database(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    from altsync.web import serve

    def private(config: Config) -> dict[str, object]:
        data = metadata(config)
        data["databases"]["altsync"]["allow"] = {"id": "root"}
        return data

    monkeypatch.setattr(serve, "metadata", private)
    sha256 = a_picture(config)
    browser = Browser(config)
    assert browser.get(f"/-/altsync/picture/{sha256}.jpg").status_code == 200
    for actor in (None, "anna"):
        assert (
            browser.actor(actor).get(f"/-/altsync/picture/{sha256}.jpg").status_code
            == 403
        )


def test_a_picture_is_hidden_where_one_table_is(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    from altsync.web import serve

    def private(config: Config) -> dict[str, object]:
        data = metadata(config)
        data["databases"]["altsync"]["tables"]["candidates"]["allow"] = {"id": "root"}
        return data

    monkeypatch.setattr(serve, "metadata", private)
    sha256 = a_picture(config)
    assert (
        Browser(config, None).get(f"/-/altsync/picture/{sha256}.jpg").status_code == 403
    )


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "", "localhost:x"],
)
def test_another_host_name_is_not_answered(config: Config, host: str) -> None:
    browser = Browser(config, setup=Setup(config, hosts=NAMES))
    assert browser.get("/altsync/images.json", host=host).status_code == 421


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8001", "localhost", "LOCALHOST:80", "[::1]:8001", "127.0.0.1"]
)
def test_our_own_names_are_answered(config: Config, host: str) -> None:
    browser = Browser(config, setup=Setup(config, hosts=NAMES))
    assert browser.get("/altsync/images.json", host=host).status_code == 200


def test_plain_datasette_finds_the_mirror(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`datasette data/altsync.db` without altsync's own start: pictures yes, nobody may
    write."""
    import asyncio

    from datasette.app import Datasette

    from altsync.web.context import mirror, writes

    monkeypatch.chdir(config.base)
    plain = Datasette([str(config.database)])

    async def ask() -> tuple[int, bool]:
        await plain.invoke_startup()
        answer = await plain.client.get("/altsync/candidates")
        found = await mirror(plain)
        assert found is not None
        assert '<img src="/-/altsync/picture/' in answer.text
        return answer.status_code, writes(found[1], None)

    assert asyncio.run(ask()) == (200, False)
