"""`datasette serve` with a plugin that says who asks: as docs/how-to/hosting.md has it, in
a process of its own, by the Datasette that is installed."""

from __future__ import annotations

import contextlib
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from datasette.version import __version__

from altsync.config import Config
from altsync.web.serve import metadata_file
from tests.processes import PATIENT
from tests.web.mirrors import build
from tests.web.test_review import form_of
from tests.web.wire import Answered, ask, dump

REVIEW = "/-/altsync/review"
PLUGIN = """
from datasette import hookimpl

@hookimpl
def actor_from_request(request):
    name = request.cookies.get("session")
    return {"id": name} if name else None
"""
ALLOW = {"allow": {"id": ["anna", "ben"]}}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


@contextlib.contextmanager
def served(folder: Path, about: Mapping[str, object]) -> Iterator[str]:
    """The address of `datasette serve` on the mirror in `folder`."""
    plugins = folder / "plugins"
    plugins.mkdir()
    (plugins / "who.py").write_text(PLUGIN)
    told = yaml.safe_load(metadata_file().read_text("utf-8"))
    (folder / "metadata.yml").write_text(yaml.safe_dump({**told, **about}))
    port = _free_port()
    command = [sys.executable, "-m", "datasette", "serve", "data/altsync.db"]
    command += ["-m", "metadata.yml", "--plugins-dir", "plugins", "-p", str(port)]
    if not __version__.startswith("0."):
        command += ["-c", "metadata.yml"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        while True:
            assert process.poll() is None
            with contextlib.suppress(ConnectionError):
                socket.create_connection(("127.0.0.1", port), 5).close()
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENT)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """anna judges (altsync.toml); ben is allowed to look."""
    return build(tmp_path_factory.mktemp("plain"))[0]


@pytest.fixture(scope="module")
def origin(mirror: Config) -> Iterator[str]:
    with served(mirror.base, ALLOW) as address:
        yield address


def judge(origin: str, name: str, **headers: str) -> Answered:
    page = ask(origin + REVIEW, headers={"cookie": "session=anna"})
    fields = form_of(page.text)
    token = fields.get("csrftoken", "")
    sent = {
        "origin": origin,
        "sec-fetch-site": "same-origin",
        **{key.replace("_", "-"): value for key, value in headers.items()},
        "cookie": f"session={name}; ds_csrftoken={token}",
        "content-type": "application/x-www-form-urlencoded",
    }
    body = urlencode({**fields, "action": "approve"}).encode()
    return ask(origin + REVIEW, "POST", sent, body)


def test_who_is_named_judges_and_others_look_as_far_as_they_may(
    origin: str, mirror: Config
) -> None:
    def look(path: str, name: str) -> Answered:
        return ask(origin + path, headers={"cookie": f"session={name}"})

    assert "Judging as <strong>anna</strong>" in look(REVIEW, "anna").text
    assert "Looking only" in look(REVIEW, "ben").text
    picture = re.search(r"/-/altsync/picture/\S+\.jpg", look(REVIEW, "anna").text)
    assert picture is not None
    for path in (REVIEW, "/-/altsync", "/altsync/images.json", picture[0]):
        assert look(path, "anna").status == 200, path
        assert look(path, "mallory").status == 403, path
        assert ask(origin + path).status == 403, path
    policy = look(REVIEW, "anna").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    for name in ("ben", "mallory", "altsync-owner", ""):
        answer = judge(origin, name)
        assert answer.status == 403, name
        assert name != "ben" or "[review] actors" in answer.text
    for site in ("cross-site", "same-site", "none"):
        assert judge(origin, "anna", sec_fetch_site=site).status == 403, site
    assert rows(mirror) == []
    assert judge(origin, "anna").status == 303
    assert rows(mirror) == [("approved", "anna")]


def test_nothing_of_datasette_writes_there(origin: str, mirror: Config) -> None:
    before = dump(mirror.database)
    headers = {
        "cookie": "session=anna",
        "origin": origin,
        "sec-fetch-site": "same-origin",
        "content-type": "application/json",
    }
    row = b'{"row": {"id": "x/y"}, "sql": "DELETE FROM reviews", "confirm": true}'
    for path in (
        *("/altsync/-/create", "/altsync/-/execute-write", "/altsync/images/-/insert"),
        *("/altsync/images/-/drop", "/altsync/reviews/1/-/delete", "/altsync"),
    ):
        assert ask(origin + path, "POST", headers, row).status >= 400, path
    assert dump(mirror.database) == before


def rows(config: Config) -> list[tuple[str, str]]:
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute("SELECT verdict, reviewer FROM reviews").fetchall()
    finally:
        conn.close()
