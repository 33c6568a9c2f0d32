"""Which altsync.toml counts where none is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from altsync import config, upwards
from altsync.errors import ConfigError

NAME = "altsync.toml"
SITE = '[site]\nurl = "https://example.org"\n'
posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="nobody owns files here")
ME = os.geteuid() if hasattr(os, "geteuid") else None


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """home/site/albums/alps, and a file in home/site."""
    (tmp_path / "home" / "site" / "albums" / "alps").mkdir(parents=True)
    (tmp_path / "home" / "site" / NAME).write_text(SITE)
    return tmp_path / "home"


def _found(start: Path, home: Path, me: int | None = ME) -> Path | None:
    return upwards.nearest(NAME, start, home, me)


def test_the_nearest_file_above_counts(tree: Path) -> None:
    site = tree / "site"
    for start in (site, site / "albums", site / "albums" / "alps"):
        assert _found(start, tree) == site / NAME
    (site / "albums" / NAME).write_text(SITE)
    assert _found(site / "albums" / "alps", tree) == site / "albums" / NAME


def test_home_ends_the_search(tree: Path) -> None:
    (tree.parent / NAME).write_text(SITE)
    assert _found(tree, tree) is None
    (tree / NAME).write_text(SITE)
    assert _found(tree, tree) == tree / NAME
    (tree / NAME).unlink()
    assert _found(tree, tree.parent) == tree.parent / NAME


def test_another_file_system_ends_the_search(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    albums = tree / "site" / "albums"
    monkeypatch.setattr(upwards, "_disk", lambda at: albums in (at, *at.parents))
    assert _found(albums / "alps", tree) is None


@posix
def test_another_users_file_above_is_refused_and_not_passed_over(tree: Path) -> None:
    assert ME is not None
    (tree / NAME).write_text(SITE)
    somebody = ME + 1
    if ME == 0:
        os.chown(tree / "site" / NAME, 4711, -1)
        somebody = ME
    with pytest.raises(ConfigError, match="belongs to another user") as refused:
        _found(tree / "site" / "albums", tree, somebody)
    assert f"--config {tree / 'site' / NAME}" in str(refused.value)
    assert _found(tree / "site", tree, somebody) == tree / "site" / NAME


@posix
def test_a_file_that_another_could_replace_is_refused(tree: Path) -> None:
    if ME != 0:
        pytest.skip("only root gives files away")
    os.chown(tree / "site", 4711, -1)
    with pytest.raises(ConfigError, match="its directory does"):
        _found(tree / "site" / "albums", tree)


@posix
def test_roots_file_counts_and_so_does_that_of_who_called_sudo(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ME != 0:
        pytest.skip("only root gives files away")
    albums = tree / "site" / "albums"
    os.chown(tree / "site", 4711, -1)
    assert _found(albums, tree, 4711) == tree / "site" / NAME
    monkeypatch.setenv("SUDO_UID", "4711")
    assert _found(albums, tree) == tree / "site" / NAME
    with pytest.raises(ConfigError):
        _found(albums, tree, 4712)


@posix
def test_a_link_that_leads_nowhere_is_not_passed_over(tree: Path) -> None:
    (tree / "site" / "albums" / NAME).symlink_to("nowhere")
    alps = tree / "site" / "albums" / "alps"
    assert _found(alps, tree) == tree / "site" / "albums" / NAME


def test_paths_of_the_file_count_from_its_directory(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upwards, "my_home", lambda: tree)
    monkeypatch.delenv("ALTSYNC_CONFIG", raising=False)
    monkeypatch.chdir(tree / "site" / "albums")
    assert config.load().database == tree / "site" / "data" / "altsync.db"
    monkeypatch.chdir(tree / "site")
    assert config.load().path == Path(NAME)


def test_a_file_that_is_named_is_the_only_one_looked_at(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree / "site" / "albums")
    with pytest.raises(ConfigError, match=f"There is no {NAME}\\."):
        config.load(NAME)
    monkeypatch.setenv("ALTSYNC_CONFIG", "other.toml")
    with pytest.raises(
        ConfigError, match=r"There is no other\.toml, which ALTSYNC_CONFIG"
    ):
        config.load()


def test_none_at_all_says_where_was_looked(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALTSYNC_CONFIG", raising=False)
    monkeypatch.setattr(upwards, "my_home", lambda: tree)
    monkeypatch.chdir(tree)
    with pytest.raises(ConfigError, match=r"no altsync\.toml here or above"):
        config.load()
