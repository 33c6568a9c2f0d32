"""altsync metadata: the file for a Datasette of the owner's own, never over their words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from altsync.cli import main
from altsync.web.serve import metadata_file

TOML = '[site]\nurl = "https://site.test"\nsource = "memory"\ndatabase = "{}"\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    _named("data/altsync.db")
    return tmp_path / "data" / "metadata.yml"


def _named(database: str) -> None:
    Path("altsync.toml").write_text(TOML.format(database), "utf-8")


def _yaml(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def test_it_is_written_beside_the_database_and_written_anew(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["metadata"])
    printed = capsys.readouterr()
    assert printed.out == "Wrote data/metadata.yml.\n"
    assert "datasette data/altsync.db -m data/metadata.yml" in printed.err
    assert here.stat().st_mode & 0o077 == 0
    assert _yaml(here.read_text("utf-8")) == _yaml(metadata_file().read_text("utf-8"))
    main(["metadata"])
    assert capsys.readouterr().out == "data/metadata.yml says that already.\n"
    _named("data/town hall.db")
    main(["metadata"])
    assert capsys.readouterr().out == "Wrote data/metadata.yml.\n"
    assert set(_yaml(here.read_text("utf-8"))["databases"]) == {"town hall", "llm"}


@pytest.mark.parametrize("theirs", [b"title: ours\n", b"\xff\xfe", None])
def test_what_somebody_wrote_or_changed_stays(
    here: Path, theirs: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["metadata", "-q"])
    before = theirs or here.read_bytes().replace(b"title: altsync", b"title: Ours")
    here.write_bytes(before)
    with pytest.raises(SystemExit, match="2"):
        main(["metadata"])
    assert here.read_bytes() == before
    assert "--overwrite" in capsys.readouterr().err
    main(["metadata", "--output", "other.yml"])
    assert Path("other.yml").exists()
    main(["metadata", "--overwrite"])
    assert here.read_text("utf-8").startswith("# altsync metadata wrote this (")


def test_it_is_printed_where_that_is_asked(
    here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main(["metadata", "--output", "-"])
    printed = capsysbinary.readouterr()
    assert _yaml(printed.out.decode())["title"] == "altsync"
    assert printed.err == b""
    assert not here.exists()
