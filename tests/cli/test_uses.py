"""`altsync uses`: the real command on a mirror with one picture in several places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from altsync.cli import main
from altsync.store.store import Store
from tests.in_texts import EVERY, LINKED, MEDIUM, PLAIN, SITE, fill


def run(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> str:
    capsys.readouterr()
    ended = 0
    try:
        main(["uses", *args])
    except SystemExit as stop:
        ended = int(stop.code or 0)
    printed = capsys.readouterr()
    assert ended == code, printed
    return printed.out + printed.err


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    toml = f'[site]\nurl = "{SITE}"\nsource = "memory"\n'
    (tmp_path / "altsync.toml").write_text(toml, "utf-8")
    with Store.open(tmp_path / "data" / "altsync.db", create=True) as store:
        store.claim(SITE, "memory")
        fill(store, *EVERY)
    return tmp_path


def test_the_list_and_the_places_of_one(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(capsys)
    assert "1 picture stands in several places; the places of 1 are unlike." in said
    assert f'{MEDIUM.id} "ferry"  (unlike, with one text)' in said
    assert run(capsys, "--all") == said
    (listed,) = json.loads(run(capsys, "--json"))
    assert (listed["image"], listed["places"]) == (MEDIUM.id, 4)
    told = run(capsys, LINKED.id)
    assert "2 embeds show this text" in told
    assert f"altsync generate {LINKED.id} --use" in told
    assert f"altsync generate {LINKED.id} --use" in run(capsys, PLAIN.id)
    assert "token=secret" not in told + run(capsys, LINKED.id, "--json")
    (first, *rest) = json.loads(run(capsys, LINKED.id, "--json"))["images"]
    assert (first["image"], first["says"], len(rest)) == (LINKED.id, MEDIUM.alt, 4)


def test_an_unknown_image_is_said(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "There is no image no/such" in run(capsys, "no/such", code=2)
