"""`altsync push` with a login that may edit some of it, as its owner reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.models import NewCandidate, Origin, Verdict
from altsync.store import candidates, mirror
from altsync.store.store import Store
from tests.cli.conftest import EDITOR, Typed
from tests.cli.printed import document
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import state

TOML = """\
[site]
url = "{url}"
source = "jsonapi"
workers = 1

[jsonapi]
login = "cookie"
user = "editor"
fields = ["media--image.field_media_image", "taxonomy_term--tags.field_term_image"]
"""
LINE = "drush role:perm:add altsync 'edit terms in tags'"


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        for _ in range(4):
            made.add_media("")
            made.add_term("")
        made.revoke("editor", "edit terms in tags")
        yield made


@pytest.fixture
def typed(
    site: DemoDrupal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Typed:
    """A directory in which a text for every image is approved."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTSYNC_PASSWORD", EDITOR)
    owner = Typed(tmp_path, capsys)
    (tmp_path / "altsync.toml").write_text(TOML.format(url=site.url), "utf-8")
    owner.run("pull")
    store = Store.open(tmp_path / "data" / "altsync.db")
    with store.write() as tx:
        for row in list(mirror.images(tx)):
            new = NewCandidate(row.image.id, row.image.alt, "new", Origin.AI, model="m")
            candidates.judge(tx, candidates.add(tx, new), Verdict.APPROVED, "me")
    store.close()
    return owner


def test_the_end_says_what_waits_for_what_and_the_code_is_5(
    site: DemoDrupal, typed: Typed
) -> None:
    code, said = typed.run("push", "--yes")
    assert code == 5
    assert "Push 1: 4 applied, 0 conflicts, 0 failed, 4 not allowed." in said
    assert "4 images of taxonomy_term--tags wait for a permission (one is" in said
    assert "'edit terms in tags' OR 'administer taxonomy'." in said
    assert LINE in [line.strip() for line in said.splitlines()]
    assert (
        "4 images wait for a permission and stay approved. Give it to the login's role,"
        " then push again." in said
    )
    assert said.count("Not allowed at ") == 1, "one of a kind is named"
    assert "Conflicts remain" not in said

    site.grant("editor", "edit terms in tags")
    code, said = typed.run("push", "--yes")
    assert (code, "Push 2: 4 applied, 0 conflicts, 0 failed." in said) == (0, True)


def test_what_a_person_has_to_judge_is_said_beside_what_waits(
    site: DemoDrupal, typed: Typed
) -> None:
    """The end named only the worst."""
    site.edit(next(iter(site.state.of("media--image").values())), alt="a person's")
    code, said = typed.run("push", "--yes")
    assert code == 5
    assert "3 applied, 1 conflict" in said
    assert "Conflicts remain: `altsync pull`" in said
    assert "4 images wait for a permission" in said


def test_a_canary_and_the_rest_are_summed_up_together(
    site: DemoDrupal, typed: Typed
) -> None:
    site.add_term("")  # not pulled: it changes nothing
    code, said = typed.run("push", "--yes", "--canary", "5", "--pause", "0")
    assert code == 5
    assert "Push 1: 4 applied, 0 conflicts, 0 failed, 1 not allowed." in said
    assert "Push 2: 0 applied, 0 conflicts, 0 failed, 3 not allowed." in said
    assert said.count("wait for a permission (one is") == 1
    assert "4 images of taxonomy_term--tags wait for a permission" in said
    code, said = typed.run("push", "--yes", "--json")
    told = document("push", said[: said.index("\n}\n") + 3])
    assert code == 5
    (denied,) = told["denials"]
    assert (denied["kind"], denied["images"]) == ("taxonomy_term--tags", 4)
