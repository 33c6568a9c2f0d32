"""`altsync run` where something goes wrong: what is safe goes on, and the rest says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from altsync import config
from altsync.errors import Unreachable
from altsync.generate import reference
from altsync.models.ran import StageFate
from altsync.report import Quiet
from altsync.sources import open_source
from altsync.stage import Context
from altsync.store.store import Store
from altsync.unattended import NOT_READ, RunBounds, Unattended
from tests.cli.conftest import Owner
from tests.cli.printed import document
from tests.cli.test_run import PRICED, setting
from tests.doubles.providers.openai import Act, Double, serving


def told(owner: Owner, code: int, *args: str) -> dict[str, tuple[str, str]]:
    """What became of each stage, and its sentence."""
    ran = owner.run("run", "--json", *args, code=code)
    stages = document("run", ran.out)["stages"]
    return {one["stage"]: (one["fate"], one["said"]) for one in stages}


def test_what_a_pull_could_not_read_is_counted_and_the_rest_goes_on(
    mirrored: Owner,
) -> None:
    image = mirrored.site.ids[0]
    mirrored.site.fail("status", route="get", image=image, status=500)
    found = told(mirrored, 5, "--limit", "3")
    assert found["pull"][0] == "partly"
    assert "1 could not be read" in found["pull"][1]
    assert found["generate"][0] == "done"


def test_a_site_of_which_most_could_not_be_read_is_sent_nothing_and_asked_about_nothing(
    approved: Owner,
) -> None:
    setting(approved, push="approved", limit=3)
    approved.site.fail("status", route="get", status=500)
    approved.site.forget()
    found = told(approved, 5)
    assert found["pull"][0] == "partly"
    assert found["push"] == found["generate"] == ("skipped", NOT_READ)
    assert not approved.site.requests(route="pixels")


def test_texts_that_the_site_does_not_take_are_told(approved: Owner) -> None:
    setting(approved, push="approved", limit=3)
    ((image,),) = approved.rows(
        "SELECT image_id FROM image_states WHERE state = 'approved' LIMIT 1"
    )
    approved.site.fail("status", route="patch", image=image, status=400)
    fate, said = told(approved, 5)["push"]
    assert fate == "partly"
    assert "8 sent, 1 failed" in said


def test_a_push_that_was_stopped_keeps_models_from_being_asked(
    approved: Owner,
) -> None:
    setting(approved, push="approved", limit=3)
    approved.site.fail("status", route="patch", status=403)
    found = told(approved, 5)
    assert found["push"][0] == "partly"
    assert "Stopped: " in found["push"][1]
    assert found["generate"] == ("skipped", "Not begun: the push was stopped.")
    assert found["lint"][0] == "done"


def test_pages_that_cannot_be_read_stop_nothing_else(mirrored: Owner) -> None:
    setting(mirrored, pages=True, limit=3)
    mirrored.site.fail("status", route="page", status=500)
    found = told(mirrored, 5)
    assert found["pages"][0] in ("partly", "failed")
    assert found["generate"][0] == "done"


@pytest.fixture
def compared(
    mirrored: Owner,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Double]:
    """A model with a reference beside it, which is asked about every image."""
    monkeypatch.setattr(reference, "SHARE", 1.0)
    home = tmp_path_factory.mktemp("llm")
    monkeypatch.setenv("LLM_USER_PATH", str(home))
    path = mirrored.directory / "altsync.toml"
    text = path.read_text().replace(
        '"altsync-demo"', '"double"\nreference = "double-2"\nworkers = 1'
    )
    prices = PRICED.replace(
        "double =", '"double-2" = { input = 1, output = 10 }\ndouble ='
    )
    path.write_text(text + prices)
    with serving(home) as double:
        yield double


def test_the_reference_is_paid_from_the_same_budget(
    mirrored: Owner, compared: Double
) -> None:
    mirrored.run("run", "--budget", "1", code=3)
    asked = {body["model"] for body in compared.requests}
    assert asked == {"double", "double-2"}
    ((dollars,),) = mirrored.rows("SELECT round(sum(cost_usd), 6) FROM payments")
    assert dollars == round(compared.paid * 0.0015, 6)
    before = compared.paid
    mirrored.run("run", "--budget", "1", code=3)
    assert compared.paid == before


def test_troubles_of_the_reference_stop_nothing_and_are_said(
    mirrored: Owner, compared: Double
) -> None:
    compared.act = lambda body: (
        Act.status(401) if body["model"] == "double-2" else Act.alt("A text.")
    )
    ran = mirrored.run("run", "--budget", "1", code=3)
    assert "The reference double-2 is asked no more" in ran.err


def at(owner: Owner, stop: threading.Event) -> Unattended:
    """The library's own way, on the mirror of an owner."""
    settings = config.load(owner.directory / "altsync.toml")
    store = Store.open(settings.database)
    context = Context(open_source(settings), store, Quiet(), 2, stop)
    return Unattended(context, settings, RunBounds(limit=3))


def test_a_stopped_run_begins_nothing_more(mirrored: Owner) -> None:
    stop = threading.Event()
    stop.set()
    mirrored.site.forget()
    run = at(mirrored, stop)
    done = run.run()
    run.context.store.close()
    assert done.interrupted
    assert {one.fate for one in done.stages} == {StageFate.SKIPPED, StageFate.UNWANTED}
    assert not mirrored.site.ledger


def test_a_site_that_is_gone_is_said_once(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = at(mirrored, threading.Event())

    def gone() -> None:
        raise Unreachable("Nobody answers.")

    monkeypatch.setattr(run.context.source, "check", gone)
    done = run.run()
    run.context.store.close()
    said = [one.said for one in done.stages if one.fate is StageFate.FAILED]
    assert said == ["Nobody answers."]
    assert done.paid is None
