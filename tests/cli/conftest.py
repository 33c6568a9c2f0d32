"""The real command on the real demonstration site, in a directory of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from altsync.cli import main
from altsync.demo.site import DemoSite

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


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(token="s3cret-t0ken") as running:
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


@pytest.fixture
def mirrored(owner: Owner) -> Owner:
    """init and pull are done."""
    owner.init()
    owner.run("pull")
    return owner


@pytest.fixture
def approved(mirrored: Owner) -> Owner:
    """generate is done, and all but the chart is approved."""
    mirrored.run("generate")
    mirrored.run("approve", "--all", "--by", "ann")
    return mirrored


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
