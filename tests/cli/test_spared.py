"""A document never takes the place of what altsync lives of: a name that Tab completed is
soon typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Owner

WRITING = (
    "diff --html",
    "diff --plan",
    "run --limit 1 --summary",
    "metadata --overwrite --output",
    "work export",
)


@pytest.mark.parametrize("writing", WRITING)
@pytest.mark.parametrize("kept", ["data/altsync.db", "altsync.toml", "link.db"])
def test_neither_a_database_nor_a_configuration_is_written_over(
    writing: str, kept: str, mirrored: Owner
) -> None:
    file = mirrored.directory / kept
    if kept == "link.db":
        file.symlink_to(Path("data") / "altsync.db")
    before = file.read_bytes()
    ran = mirrored.run(*writing.split(), kept, code=2)
    assert f"{kept} is a " in ran.err
    assert "so it stays. Name another place." in ran.err
    assert file.read_bytes() == before


def test_what_belongs_to_a_database_is_not_written_over(mirrored: Owner) -> None:
    file = mirrored.directory / "data" / "altsync.db-wal"
    file.write_bytes(b"the newest rows")
    ran = mirrored.run("work", "export", "data/altsync.db-wal", code=2)
    assert "is a part of a database, so it stays." in ran.err


def test_metadata_that_is_no_file_is_not_waited_for(mirrored: Owner) -> None:
    """A pipe would never be read to its end, /dev/zero neither."""
    for name in ("data", "/dev/zero", ""):
        ran = mirrored.run("metadata", "--overwrite", "--output", name, code=2)
        assert "is no file. Name another place with --output PATH." in ran.err
