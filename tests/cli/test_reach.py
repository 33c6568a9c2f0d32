"""What an owner reads of images that are out of reach: real commands on a Drupal whose
rights and configuration change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from altsync.cli import main
from altsync.models import NewCandidate, Origin, Verdict
from altsync.store import candidates
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import GALLERY, MEDIA, PASSWORD, state

TOML = """
[site]
url = "{url}"
source = "jsonapi"
[jsonapi]
user = "editor"
fields = [{fields}]
"""
Run = Callable[..., str]


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as running:
        for n in range(30):
            running.add_media(f"words {n}")
        running.add_article("Story", ["", "words"], image="words")
        yield running


@pytest.fixture
def run(
    site: DemoDrupal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command that has to end with `code`; what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTSYNC_PASSWORD", PASSWORD)

    def typed(*args: str, code: int = 0) -> str:
        capsys.readouterr()
        ended = 0
        try:
            main(args)
        except SystemExit as stop:
            ended = int(stop.code or 0)
        printed = capsys.readouterr()
        assert ended == code, printed
        return printed.out + printed.err

    configure(site, MEDIA, GALLERY)
    typed("pull")
    return typed


def configure(site: DemoDrupal, *fields: str) -> None:
    named = ", ".join(f'"{field}"' for field in fields)
    Path("altsync.toml").write_text(TOML.format(url=site.url, fields=named), "utf-8")


def approve_all_that_lack() -> None:
    """A model's text for each, approved."""
    lacking = "SELECT image_id FROM image_states WHERE state = 'missing'"
    with Store.open(Path("data/altsync.db")) as store, store.write() as tx:
        for (image,) in tx.execute(lacking).fetchall():
            made = NewCandidate(image, "", "New.", origin=Origin.AI, model="m")
            candidates.judge(
                tx, candidates.add(tx, made), Verdict.APPROVED, reviewer="anna"
            )


def states(run: Run) -> dict[str, int]:
    found = json.loads(run("status", "--json"))["states"]
    return {state: number for state, number in found.items() if number}


def test_a_push_after_fields_were_narrowed_goes_on_without_them(
    site: DemoDrupal, run: Run
) -> None:
    """It ended with exit 2, and a pull of all called the rest gone."""
    site.add_media("")
    run("pull", "--full")
    approve_all_that_lack()
    configure(site, MEDIA)
    assert "Plan" in (said := run("diff"))
    assert "1 change, 0 conflicts" in said
    said = run("push", "--yes")
    assert "1 applied, 0 conflicts, 0 failed" in said
    assert [seen.path for seen in site.requests("PATCH", "/node/")] == []
    said = run("pull", "--full")
    assert "gone" not in said
    assert states(run) == {"left-out": 2, "human": 30, "ai": 1}
    assert "2  left-out" in run("status")
    configure(site, MEDIA, GALLERY)
    run("pull", "--full")
    assert states(run) == {"approved": 1, "human": 31, "ai": 1}


def test_what_is_left_out_is_so_in_the_first_status_already(
    site: DemoDrupal, run: Run
) -> None:
    """`status` counted texts that `diff` then did not have."""
    configure(site, MEDIA)
    assert "2  left-out" in run("status")
    assert "of the 30 images that this login sees" in run("coverage")


def test_nothing_is_proposed_for_what_is_left_out(site: DemoDrupal, run: Run) -> None:
    configure(site, MEDIA)
    said = run("generate", "--model", "altsync-demo", "--yes")
    assert "Nothing to do" in said
    assert states(run) == {"left-out": 2, "human": 30}


def test_a_full_mark_is_of_what_the_login_sees(site: DemoDrupal, run: Run) -> None:
    entity = next(iter(site.state.of("node--article").values()))
    site.edit(entity, "field_gallery", attributes={"status": False})
    said = run("pull", "--full")
    assert "2 hidden" in said
    assert "100.0% of the 30 that this login sees" in said
    assert "2  hidden        on the site, but this login may not see it" in said
    site.edit(entity, "field_gallery", attributes={"status": True})
    said = run("pull", "--full")
    assert "2 returned" in said
    assert 'returned  node--article.field_gallery/1.en.33, it says "words"' in said


def test_a_pull_for_what_changed_does_not_excuse_itself(
    site: DemoDrupal, run: Run
) -> None:
    """It asks for little on purpose, and marks nothing gone at any time: that its
    listing "is not complete" was told with every note, as if something were wrong."""
    site.deny(site.add_paragraph("", parent=None))
    configure(site, MEDIA, GALLERY, "paragraph--picture_text.field_picture")
    run("pull", "--full")
    said = run("pull")
    assert "Note:\n  1 item is hidden" in said
    assert "not complete" not in said


def test_a_plan_that_names_what_is_out_of_reach_says_so(
    site: DemoDrupal, run: Run
) -> None:
    """ "Nothing to send." told nothing of why."""
    configure(site, MEDIA)
    image = "node--article.field_gallery/1.en.32"
    for command in (("diff",), ("push", "--yes")):
        said = run(*command, image, code=2)
        assert (
            f"{image} is out of reach (left-out), so nothing can be sent to it" in said
        )
