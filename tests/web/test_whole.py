"""No answer is cut without a word: pages say how many rows there are, files have all."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from altsync.config import Config, parse
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from tests.scene import image
from tests.web.client import Browser
from tests.web.mirrors import TOML

ROWS = 2_345
SQL = quote("select id from images where album = :album order by id")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A mirror of more rows than Datasette shows."""
    folder = tmp_path_factory.mktemp("many")
    file = folder / "altsync.toml"
    file.write_text(TOML.format(database="data/altsync.db"), "utf-8")
    config = parse(file.read_text("utf-8"), file)
    site = MemorySource([image(f"town/{number:05}", None) for number in range(ROWS)])
    with Store.open(config.database, create=True) as store:
        store.claim(config.site.url, "memory")
        Pull(Context(site, store)).run()
    return config


@pytest.fixture(scope="module")
def browser(many: Config) -> Browser:
    return Browser(many)


def _there(browser: Browser, path: str) -> Any:
    """The answer, wherever this Datasette keeps that page now."""
    answer = browser.get(path)
    while answer.status_code == 302:
        answer = browser.get(answer.headers["location"])
    assert answer.status_code == 200, answer.text[:500]
    return answer


def _csv(text: str) -> int:
    return len(list(csv.reader(io.StringIO(text)))) - 1


@pytest.mark.parametrize(
    "page", ["/altsync/missing", f"/altsync?sql={SQL}&album=town"], ids=["named", "own"]
)
def test_a_page_says_how_many_rows_a_question_has(browser: Browser, page: str) -> None:
    text = unescape(re.sub(r"<[^>]+>", "", _there(browser, page).text))
    assert (
        "The first 1,000 of 2,345 rows are shown here. CSV and JSON have all." in text
    )


@pytest.mark.parametrize(
    "page",
    ["/altsync/missing{}?", f"/altsync{{}}?sql={SQL}&album=town&"],
    ids=["named", "own"],
)
def test_files_have_all_rows(browser: Browser, page: str) -> None:
    assert _csv(_there(browser, page.format(".csv")).text) == ROWS
    assert len(_there(browser, page.format(".json") + "_shape=array").json()) == ROWS


def test_a_page_of_few_rows_says_nothing(browser: Browser) -> None:
    assert "are shown here" not in _there(browser, "/altsync/funnel").text


def test_the_csv_of_a_table_is_all_of_it(browser: Browser) -> None:
    page = _there(browser, "/altsync/images").text
    (link,) = re.findall(r'<a href="([^"]+)">CSV</a>', page)
    assert _csv(_there(browser, unescape(link)).text) == ROWS
    (following, *_) = re.findall(r'href="[^"]*(/altsync/images[^"]*_next=[^"]+)"', page)
    second = _there(browser, unescape(following))
    (link,) = re.findall(r'<a href="([^"]+)">CSV</a>', second.text)
    assert "_stream" not in link


def test_where_rows_cannot_be_counted_it_says_more(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count takes longer than Datasette lets a question take."""
    from altsync.web import whole

    async def unknown(*_: object) -> None:
        return None

    monkeypatch.setattr(whole, "_count", unknown)
    text = _there(browser, "/altsync/missing").text
    assert "The first 1,000 of more than 1,000 rows are shown here." in text


@pytest.mark.parametrize("still", [False, True])
def test_plain_datasette_says_it_too(
    many: Config, still: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Started by somebody else, with the file that `altsync metadata` writes; nothing is
    said of another database."""
    import asyncio

    import yaml
    from datasette.app import Datasette

    from altsync.web.described import text

    monkeypatch.chdir(many.base)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as conn:
        conn.execute("CREATE TABLE t (n)")
        conn.executemany("INSERT INTO t VALUES (?)", ((n,) for n in range(ROWS)))
    conn.close()
    told = yaml.safe_load(text(many))
    files: dict[str, list[str]] = {"files": [str(many.database)], "immutables": []}
    if still:
        files = {"files": [], "immutables": [str(many.database)]}
    files["files"].append(str(other))
    plain = Datasette(metadata=told, **files)

    async def ask() -> tuple[str, str, str]:
        await plain.invoke_startup()
        page = await plain.client.get("/altsync/missing")
        file = await plain.client.get("/altsync/missing.csv")
        theirs = await plain.client.get(
            "/other?sql=select+n+from+t", follow_redirects=True
        )
        return page.text, file.text, theirs.text

    page, file, theirs = asyncio.run(ask())
    assert "The first 1,000 of 2,345 rows are shown here." in page
    assert _csv(file) == ROWS
    assert "1,000 row" in theirs
    assert "are shown here" not in theirs
