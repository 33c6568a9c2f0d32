"""The funnel."""

from __future__ import annotations

from pathlib import Path

import pytest

from altsync.models import Decision, OutOfReach, State, Status, Tag
from altsync.store import overview, page_runs, pulls, reports
from altsync.store.store import Store
from tests.scene import image
from tests.store.conftest import Shelf


def status(shelf: Shelf) -> Status:
    with shelf.store.read() as conn:
        return reports.status(conn)


def test_an_empty_mirror_lacks_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db", create=True) as store, store.read() as conn:
        found = reports.status(conn)
        assert reports.site_url(conn) == ""
    assert found == Status(
        site="",
        images=0,
        states=dict.fromkeys(map(str, State), 0),
        coverage=0.0,
        last_pull=None,
        last_push=None,
        failures=0,
        pages_asked=False,
    )


def test_media_that_show_their_own_text_are_counted_by_it(shelf: Shelf) -> None:
    """Whatever is proposed for them; and who cannot be followed to it is told of."""
    media = {"tag": Tag.MEDIA, "entity": "node--page/1"}
    away = {"out_of_reach": OutOfReach.HIDDEN}
    shelf.pull(
        image("media--image.f/1", "A person's.", entity="media--image/1"),
        image("media--image.f/2", None, entity="media--image/2"),
        image("media--image.f/3", "Hidden.", entity="media--image/3", **away),
        image("b/1", None, medium="media--image/1", **media),
        image("b/2", None, medium="media--image/2", **media),
        image("b/3", None, medium="media--image/3", **media),
        image("b/4", None, medium="media--image/4", **media),
        image("b/5", None, **media),
        image("b/6", "", **media),
        image("b/7", "Here.", **media),
        image("b/8", None, medium="node--page/1", **media),
        image("b/9", None, **media, **away),
    )
    shelf.propose("b/1", "Waits.", base=None)
    found = status(shelf)
    assert {k: n for k, n in found.states.items() if n} == {
        "hidden": 2,
        "decorative": 1,
        "needs-review": 1,
        "inherits": 5,
        "missing": 1,
        "human": 2,
    }
    assert (found.images, found.inheriting, found.of_its_own) == (10, 6, 4)
    assert found.unfollowed == 4, "hidden, unknown, not told, itself in a text"
    assert found.coverage == pytest.approx(3 / 4)
    with shelf.store.read() as conn:
        albums = {one.name: one for one in overview.albums(conn)}
    assert (albums["b"].images, albums["b"].covered) == (2, 2)


def test_every_number_of_the_funnel(shelf: Shelf) -> None:
    images = [
        image("a/1", "A person's."),
        image("a/2", ""),
        image("a/3", ""),
        image("a/4", None),
        image("a/5", ""),
    ]
    shelf.pull(*images, image("a/6", "Gone."))
    with shelf.store.write() as tx:
        pulls.fail(tx, "a/1", "pull", "before it was read")
    shelf.pull(*images)
    shelf.propose("a/2", "Waits.")
    shelf.approve("a/3", "", decision=Decision.DECORATIVE)
    sent = shelf.approve("a/4", "Sent.", base=None)
    shelf.apply("a/4", sent, "Sent.")
    shelf.intend(shelf.begin_push(), "a/5", None, "Open.")
    pulled = "2026-06-01"
    with shelf.store.write() as tx:
        tx.execute("UPDATE pulls SET finished_at = ?", (pulled,))
        tx.execute("UPDATE pulls SET finished_at = '2099-01-01' WHERE id = 1")
        tx.execute("UPDATE pushes SET finished_at = '2099-01-01' WHERE id = 1")
        tx.execute("UPDATE pushes SET finished_at = '2027-02-02' WHERE id > 1")
        tx.execute(
            "INSERT INTO pulls (kind, started_at, finished_at, error)"
            " VALUES ('full', '2099-01-01', '2099-01-01', 'broke off')"
        )
        for one in ("a/2", "a/2", "a/3"):
            pulls.fail(tx, one, "generate", "why")
        pulls.passed(tx, ["a/1"])
        pulls.fail(tx, "a/7", "pull", "never read")
    found = status(shelf)
    assert {k: n for k, n in found.states.items() if n} == {
        "gone": 1,
        "human": 1,
        "needs-review": 1,
        "decorative": 1,
        "ai": 1,
        "missing": 1,
    }
    assert list(found.states) == [str(state) for state in State]
    assert found.site == "https://example.org"
    assert found.images == 5
    assert found.coverage == pytest.approx(3 / 5)
    assert (found.last_pull, found.last_push) == (pulled, "2027-02-02")
    assert found.broke_off == "broke off"
    assert not found.pages_asked
    with shelf.store.write() as tx:
        page_runs.begin(tx, "pages", "[]")
    assert status(shelf).pages_asked
    assert (found.unsettled, found.failures, found.never_read) == (1, 3, 1)
