"""The real command on the real demonstration site, in a directory of its own."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from altsync.cli import main
from altsync.demo.site import DemoSite

TOKEN = "s3cret-t0ken"
EDITOR = "editor-lab-pass"
"""The password of a Drupal's editor."""


@dataclass
class Ran:
    """What a command printed and ended with."""

    code: int
    out: str
    err: str


@dataclass
class Owner:
    """Somebody who types commands."""

    site: DemoSite
    directory: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *args: str, code: int | None = 0) -> Ran:
        """Run a command; `code` is what it must end with (None: anything)."""
        self.capsys.readouterr()
        ended = 0
        try:
            main(args)
        except SystemExit as stop:
            ended = int(stop.code or 0)
        printed = self.capsys.readouterr()
        ran = Ran(ended, printed.out, printed.err)
        assert code is None or ended == code, ran
        assert "Traceback" not in ran.err
        assert self.site.token not in ran.out + ran.err
        return ran

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        conn = sqlite3.connect(self.directory / "data" / "altsync.db")
        try:
            return conn.execute(sql, values).fetchall()
        finally:
            conn.close()

    def init(self, *more: str) -> Ran:
        return self.run(
            "init",
            self.site.url,
            "--source",
            "album",
            "--inventory",
            f"{self.site.url}/sitemap.xml",
            "--pixels",
            self.site.pixels,
            "--label",
            "verified",
            "--model",
            "altsync-demo",
            *more,
        )


class Prepared:
    """What many tests begin with, made once: the first owner makes it, the next ones get
    a copy. Addresses are part of it, so their sites come back on the same port."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._port = 0

    def site(self) -> DemoSite:
        """A new one; where somebody else has the port by now, on another."""
        try:
            site = DemoSite(token=TOKEN, port=self._port)
        except OSError:
            site = DemoSite(token=TOKEN)
        self._port = _port(site)
        return site

    def give(self, owner: Owner, name: str, make: Callable[[], object]) -> None:
        """Fill the owner's directory."""
        kept = self._directory / f"{name}-{_port(owner.site)}"
        if kept.exists():
            shutil.copytree(kept, owner.directory, dirs_exist_ok=True)
            return
        make()
        shutil.copytree(owner.directory, kept)


def _port(site: DemoSite) -> int:
    return int(site.url.rpartition(":")[2])


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def site(prepared: Prepared) -> Iterator[DemoSite]:
    with prepared.site() as running:
        yield running


@pytest.fixture
def owner(
    site: DemoSite,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Owner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTSYNC_TOKEN", site.token)
    return Owner(site, tmp_path, capsys)


def _mirror(owner: Owner) -> None:
    owner.init()
    owner.run("pull")


def _approve(owner: Owner) -> None:
    _mirror(owner)
    owner.run("generate")
    owner.run("approve", "--all", "--by", "ann")


@pytest.fixture
def mirrored(owner: Owner, prepared: Prepared) -> Owner:
    """init and pull are done."""
    prepared.give(owner, "mirrored", lambda: _mirror(owner))
    return owner


@pytest.fixture
def approved(owner: Owner, prepared: Prepared) -> Owner:
    """generate is done, and all but the chart is approved."""
    prepared.give(owner, "approved", lambda: _approve(owner))
    return owner


class Typed:
    """What commands print and end with, in a directory of their own."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory = directory
        self._capsys = capsys

    def run(self, *args: str) -> tuple[int, str]:
        self._capsys.readouterr()
        code = 0
        try:
            main(args)
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = self._capsys.readouterr()
        return code, printed.out + printed.err

    @property
    def toml(self) -> str | None:
        path = self.directory / "altsync.toml"
        return path.read_text("utf-8") if path.exists() else None


@pytest.fixture
def typed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Typed:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTSYNC_PASSWORD", EDITOR)
    return Typed(tmp_path, capsys)
