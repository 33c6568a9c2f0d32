"""Datasette itself only reads the mirror: every address of the Datasette that runs, by
every method, as the owner and as Datasette's own root."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.version import __version__

from altsync.config import Config
from altsync.web import readonly
from altsync.web.context import mirror, open_page
from tests.web.addresses import examples, patterns
from tests.web.client import Browser
from tests.web.mirrors import build
from tests.web.shown import Serving
from tests.web.wire import as_owner, ask, dump

METHODS = ("POST", "PUT", "PATCH", "DELETE", "MOVE")
WRITE = "UPDATE images SET alt = 'x', label = 'ai'"
REVIEW = {
    "candidate_id": 1,
    "verdict": "approved",
    "reviewer": "the minister",
    "scope": "one",
    "created_at": "2026-01-01",
}
BODIES: tuple[dict[str, Any], ...] = (
    {"row": REVIEW},
    {"rows": [{"id": 1, "alt": "x", "origin": "human"}]},
    {"update": {"alt": "x", "origin": "human", "verdict": "rejected"}},
    {"confirm": True},
    {"sql": WRITE, "params": {}},
    {"table": "evil", "columns": [{"name": "id", "type": "integer"}]},
    {"operations": [{"op": "add_column", "args": {"name": "evil", "type": "text"}}]},
    {"query": {"name": "evil", "sql": WRITE, "is_write": True}},
    {"column": "alt", "column_type": {"type": "email"}},
)
"""What the addresses that write want (Datasette 1.0)."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A mirror with llm's log beside it; no test here changes it."""
    config, _ = build(tmp_path_factory.mktemp("mirror"))
    conn = sqlite3.connect(config.llm_log)
    conn.execute("CREATE TABLE candidates (id INTEGER PRIMARY KEY, prompt TEXT)")
    conn.execute("INSERT INTO candidates VALUES (1, 'Describe.')")
    conn.commit()
    conn.close()
    return config


@pytest.fixture(scope="module")
def serving(config: Config) -> Iterator[Serving]:
    with Serving(config) as server:
        yield server


def contents(config: Config) -> tuple[str, str]:
    return dump(config.database), dump(config.llm_log)


@pytest.mark.parametrize("method", METHODS)
def test_no_address_of_datasette_takes_a_write_from_the_owner(
    serving: Serving, config: Config, method: str
) -> None:
    before = contents(config)
    headers = as_owner(serving)
    tried = 0
    for pattern in patterns(serving.datasette):
        for path in examples(pattern)[:3]:
            for kind in ("application/json", "application/x-www-form-urlencoded"):
                answer = ask(
                    serving.url + path,
                    method,
                    {**headers, "content-type": kind},
                    b'{"confirm": true}',
                )
                assert answer.status == 405, path
                assert "Nothing was written" in answer.text
                tried += 1
    assert tried > 50
    assert contents(config) == before


def test_no_address_of_datasette_writes_by_a_get(
    serving: Serving, config: Config
) -> None:
    before = contents(config)
    query = f"?sql={WRITE.replace(' ', '+')}&_method=POST&confirm=1"
    for pattern in patterns(serving.datasette):
        for path in examples(pattern):
            answer = ask(serving.url + path + query, headers=as_owner(serving))
            assert answer.status < 500, (path, answer.text)
    assert contents(config) == before


def by_root(datasette: Any) -> None:
    """Every address with every body that writes, as the actor who may do everything."""
    if hasattr(datasette, "root_enabled"):
        datasette.root_enabled = True
    cookies = {"ds_actor": datasette.sign({"a": {"id": "root"}}, "actor")}
    headers = {"content-type": "application/json", "sec-fetch-site": "same-origin"}
    paths = [
        path
        for pattern in patterns(datasette)
        for path in examples(pattern)
        if path.startswith("/altsync")
    ]

    async def ask_all() -> None:
        await datasette.invoke_startup()
        # what drops a table comes last
        for path in sorted(paths, key=lambda path: path.endswith(("drop", "delete"))):
            for body in BODIES:
                await datasette.client.post(
                    path, content=json.dumps(body), cookies=cookies, headers=headers
                )

    asyncio.run(ask_all())


def test_datasettes_root_writes_nothing_either_whoever_started_it(
    tmp_path: Path,
) -> None:
    """`datasette --root data/altsync.db`, without altsync's guard: its connections only
    read."""
    config, _ = build(tmp_path)
    before = dump(config.database)
    by_root(Datasette([str(config.database)]))
    assert dump(config.database) == before


@pytest.mark.skipif(__version__.startswith("0."), reason="0.65 has no such addresses")
def test_the_same_requests_write_where_nothing_stands_in_their_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the test above would prove nothing."""
    monkeypatch.setattr(readonly, "only_reads", lambda database: None)
    config, _ = build(tmp_path)
    by_root(Datasette([str(config.database)]))
    after = dump(config.database)
    assert "CREATE TABLE [evil]" in after or 'CREATE TABLE "evil"' in after
    assert 'CREATE TABLE "candidates"' not in after
    assert "CREATE TABLE candidates" not in after


def test_what_datasette_opens_for_writing_only_reads(config: Config) -> None:
    """Also llm's log, which is served beside the mirror."""
    browser = Browser(config)
    before = contents(config)

    async def write(name: str) -> None:
        await browser.datasette.invoke_startup()
        await browser.datasette.get_database(name).execute_write(
            "DELETE FROM candidates"
        )

    for name in ("altsync", "llm"):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            asyncio.run(write(name))
    assert contents(config) == before


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH DATABASE '{file}' AS other",
        "SELECT 1; ATTACH DATABASE '{file}' AS other",
        "VACUUM INTO '{file}'",
        "SELECT load_extension('{file}')",
        "SELECT writefile('{file}', 'x')",
        "SELECT readfile('{toml}')",
        "WITH x AS (SELECT 1) DELETE FROM reviews",
        "WITH x AS (SELECT 1) UPDATE images SET alt = 'x'",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "SELECT * FROM pragma_query_only(0)",
    ],
)
def test_free_sql_reads_this_database_and_nothing_else(
    serving: Serving, config: Config, tmp_path: Path, sql: str
) -> None:
    from urllib.parse import urlencode

    file = tmp_path / "other.db"
    sql = sql.format(file=file, toml=config.base / "altsync.toml")
    before = contents(config)
    for database in ("altsync", "llm"):
        for path in (f"/{database}.json", f"/{database}/-/query.json"):
            address = f"{serving.url}{path}?{urlencode({'sql': sql})}"
            answer = ask(address, headers=as_owner(serving))
            if answer.status == 302:  # Datasette 1.0 asks elsewhere for SQL
                continue
            assert answer.status in (400, 403, 404), answer.text
    assert contents(config) == before
    assert not file.exists()


def test_no_other_file_can_be_attached_even_by_a_plugin(
    config: Config, tmp_path: Path
) -> None:
    browser = Browser(config)

    async def attach() -> None:
        await browser.datasette.invoke_startup()
        await browser.datasette.get_database("altsync").execute_fn(
            lambda conn: conn.execute(f"ATTACH DATABASE '{tmp_path}/x.db' AS x")
        )

    with pytest.raises(sqlite3.OperationalError, match="too many attached"):
        asyncio.run(attach())


def test_what_was_opened_as_immutable_takes_no_verdict(config: Config) -> None:
    """`datasette -i`: SQLite would not see that the file changes."""
    plain = Datasette([], immutables=[str(config.database)])

    class Asked:
        """As much of a request as a page asks for."""

        def __init__(self) -> None:
            self.actor = {"id": "root"}

    async def may_write() -> bool:
        await plain.invoke_startup()
        assert await mirror(plain) is not None
        return (await open_page(plain, Asked())).may_write

    assert asyncio.run(may_write()) is False
