"""`altsync coverage`, and where else it is said what is not seen: real commands on a fake
Drupal, and on an album site, which knows nothing of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from altsync.cli import main
from tests.cli.conftest import Owner
from tests.doubles.drupal import DemoDrupal

BODY = '<p><img src="/a.png"> and <img src="/b.png"></p>'


def run(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    capsys.readouterr()
    try:
        main(args)
    except SystemExit as stop:
        assert not stop.code, capsys.readouterr()
    printed = capsys.readouterr()
    return printed.out + printed.err


def test_init_pull_status_and_coverage_say_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTSYNC_PASSWORD", "editor-lab-pass")
    with DemoDrupal(media=3) as site:
        for number in range(12):
            site.add_page(f"Page {number}", BODY)
        site.add_media("", status=False)
        said = run(capsys, "init", site.url, "--user", "editor")
        told = "24 pictures in texts that jsonapi.texts leaves out"
        assert "each an image: node--page.body: 24 <img> in 12 texts. See" in said
        assert told not in said
        settings = Path("altsync.toml").read_text("utf-8")
        assert settings.count("texts = true") == 1
        assert "#   node--page.body: 24 <img> in 12 texts\n" in settings
        none = settings.replace("texts = true", "texts = false")
        Path("altsync.toml").write_text(none, "utf-8")
        said = run(capsys, "pull")
        assert f"Not seen: {told}; 1 item that this login may not see" in said
        assert "(altsync coverage)" in said
        said = run(capsys, "coverage")
        assert "% of the 3 images that this login sees have a text" in said
        assert "24 <img> in node--page.body, in 12 texts" in said
        # Asked for what changed only, it is what the full pull found.
        site.add_page("Another", BODY)
        run(capsys, "pull")
        facts = json.loads(run(capsys, "coverage", "--json"))["unseen"]
        assert facts == json.loads(run(capsys, "status", "--json"))["unseen"]
        (texts,) = [one for one in facts if one["kind"] == "in-text"]
        assert (texts["count"], texts["places"]) == (24, 12)
        run(capsys, "pull", "--full")
        assert "26 <img> in node--page.body, in 13 texts" in run(capsys, "coverage")
        Path("altsync.toml").write_text(settings, "utf-8")
        run(capsys, "pull", "--full")
        said = run(capsys, "coverage")
        assert "% of the 29 images that this login sees have a text" in said
        assert told not in said


def test_an_album_site_knows_nothing_of_it(mirrored: Owner) -> None:
    said = mirrored.run("coverage").out
    assert "of the 13 images that this login sees" in said
    assert "What is not seen is not known" in said
    assert "Not seen" not in mirrored.run("status").out
    assert json.loads(mirrored.run("coverage", "--json").out)["asked"] is None
