"""The canary: the first few, whether the site kept to what it confirmed, and the rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync import canary
from altsync.canary import Canary
from altsync.errors import AltsyncError, Interrupted, NotThere, Rejected, Unreachable
from altsync.models import Change, Converged, Label
from altsync.plan import Permissions
from altsync.planning import Plan, Request
from altsync.push import Pushed
from altsync.report import Quiet
from altsync.stage import Context
from tests.scene import URL, Scene, scene

ALL = Permissions(replace_human=True)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    made = scene(tmp_path)
    for n, image in enumerate(made.site.ids):
        made.propose(image, f"Machine text {n}.")
    yield made
    made.store.close()


def converge(loop: Scene) -> None:
    """One image says already what is proposed for it."""
    loop.site.edit("cats/one", alt="Machine text 0.")
    loop.pull()


def plan(loop: Scene) -> Plan:
    return Plan.made(URL, loop.plan(ALL))


def test_first_and_rest_are_the_plan(loop: Scene) -> None:
    loop.site.edit("cats/two", alt="A person's.")
    converge(loop)
    whole = Plan.on(loop.store.conn, Request(permissions=ALL))
    entries = list(whole.entries())
    changes = list(whole.changes())
    for number in (1, 3, len(changes), 99):
        first, rest = whole.first(number), whole.rest(number)
        assert [*first.entries(), *rest.changes()] == changes
        assert [e for e in rest.entries() if isinstance(e, Converged)] == [
            e for e in entries if isinstance(e, Converged)
        ], "what has converged is recorded once, with the rest"
        for part in (first, rest):
            again = Plan.made(URL, part.entries()).summary
            assert (part.summary.changes, part.summary.converged) == (
                again.changes,
                again.converged,
            )
            assert (part.summary.site, part.summary.checksum) == (
                URL,
                whole.summary.checksum,
            ), "the checksum is that of the whole, which was shown"


def test_what_was_edited_unlabelled_or_removed_has_strayed(loop: Scene) -> None:
    entries = [e for e in loop.plan(ALL) if isinstance(e, Change)]
    done = loop.send(entries)
    applied = {e.image for e in entries}
    assert done.applied == 7
    loop.site.stale = True
    assert canary.read_back(loop.source, loop.store, entries, applied) == []
    loop.site.edit("cats/one", alt="Cut.")
    loop.site.edit("dogs/one", label=Label.HUMAN)
    loop.site.remove("dogs/two")
    strayed = {
        one.image: one
        for one in canary.read_back(loop.source, loop.store, entries, applied)
    }
    assert set(strayed) == {"cats/one", "dogs/one", "dogs/two"}
    assert strayed["cats/one"].says == "Cut."
    assert strayed["dogs/one"].label
    assert strayed["dogs/two"].says is None
    assert canary.read_back(loop.source, loop.store, entries, {"cats/two"}) == []


def run(loop: Scene, number: int, **how: Any) -> list[Pushed]:
    how = {"pause": 0.0, **how}
    return Canary(loop.context, plan(loop), number, **how).run()


def ledger(loop: Scene) -> list[tuple[Any, ...]]:
    return loop.store.conn.execute(
        "SELECT planned, applied, started_by, checksum FROM pushes ORDER BY id"
    ).fetchall()


def test_two_pushes_under_one_checksum(loop: Scene) -> None:
    told: list[Pushed] = []
    asked: list[tuple[int, int]] = []

    def confirm(done: Pushed, left: int) -> bool:
        asked.append((done.applied, left))
        assert loop.site.counts["write"] == 2
        return True

    checksum = plan(loop).summary.checksum
    report = Quiet()
    context = Context(loop.source, loop.store, report, threads=2)
    done = Canary(
        context, plan(loop), 2, 0.0, "olga", confirm=confirm, sent=told.append
    ).run()
    assert [one.applied for one in done] == [2, 5]
    assert told == done
    assert asked == [(2, 5)]
    assert ledger(loop) == [(2, 2, "olga", checksum), (5, 5, "olga", checksum)]
    assert report.said == ["Canary: 2 of 2 read back as they were sent."]


def test_what_earlier_pushes_sent_is_not_read_back(loop: Scene) -> None:
    loop.send([entry for entry in loop.plan(ALL) if isinstance(entry, Change)][:3])
    report = Quiet()
    context = Context(loop.source, loop.store, report)
    Canary(context, plan(loop), 2, 0.0).run()
    assert report.said == ["Canary: 2 of 2 read back as they were sent."]


def test_a_canary_that_is_all_of_it_is_one_push_and_asks_nothing(loop: Scene) -> None:
    def confirm(done: Pushed, left: int) -> bool:
        raise AssertionError("nothing is left to ask for")

    assert [one.applied for one in run(loop, 7, confirm=confirm)] == [7]
    assert len(ledger(loop)) == 1


def test_what_has_converged_is_recorded_after_a_canary_that_is_all_of_it(
    loop: Scene,
) -> None:
    converge(loop)

    def confirm(done: Pushed, left: int) -> bool:
        raise AssertionError("nothing is left to ask for")

    first, second = run(loop, 6, confirm=confirm)
    assert (first.applied, first.converged) == (6, 0)
    assert (second.applied, second.converged) == (0, 1)


def test_without_a_change_it_is_one_push(loop: Scene) -> None:
    loop.push(ALL)
    loop.propose("cats/one", "Seen already.")
    loop.site.edit("cats/one", alt="Seen already.")
    loop.pull()
    (done,) = run(loop, 2)
    assert (done.applied, done.converged) == (0, 1)


def test_a_no_leaves_the_rest(loop: Scene) -> None:
    (done,) = run(loop, 3, confirm=lambda done, left: False)
    assert done.applied == 3
    assert loop.site.counts["write"] == 3


def test_what_was_cut_on_the_site_stops_the_rest(loop: Scene) -> None:
    told: list[Pushed] = []

    def cut(done: Pushed) -> None:
        told.append(done)
        loop.site.edit(loop.site.written[0][0], alt="Cut.")

    with pytest.raises(AltsyncError) as died:
        run(loop, 2, sent=cut)
    first, line, last = str(died.value).splitlines()
    assert first == "1 of the 2 images of the canary do not say what was sent:"
    assert line.endswith(': the site says "Cut."')
    assert last == (
        "The other 5 changes were not sent. Look at the site; take the canary back with:"
        " altsync revert 1"
    )
    assert loop.site.counts["write"] == 2
    assert [one.applied for one in told] == [2]


def test_a_label_that_did_not_stay_stops_the_rest(loop: Scene) -> None:
    loop.site.after = lambda step, ids: loop.site.edit(ids[0], label=Label.REVIEWED)
    entries = [e for e in plan(loop).changes() if e.image == "dogs/one"]
    whole = Plan.made(URL, entries)
    with pytest.raises(AltsyncError, match="dogs/one: the label is another one"):
        Canary(loop.context, whole, 1, 0.0).run()


def test_what_the_site_mangled_stops_the_rest(loop: Scene) -> None:
    loop.site.stores = lambda text: text[:-5]
    with pytest.raises(AltsyncError) as died:
        run(loop, 2)
    assert str(died.value) == (
        "Stopped: the site mangled 2 texts of the canary. The other 5 changes were not"
        " sent."
    )


def test_a_failed_canary_is_not_read_back(loop: Scene) -> None:
    def refuse(step: str, ids: tuple[str, ...]) -> None:
        if step == "write":
            raise Rejected("No.", status=422)

    loop.site.before = refuse
    with pytest.raises(AltsyncError) as died:
        run(loop, 2)
    assert str(died.value) == (
        "Stopped: 2 images of the canary failed. The other 5 changes were not sent."
    )
    assert loop.site.counts["fresh"] == 2


def test_a_canary_that_stopped_says_why(loop: Scene) -> None:
    def down(step: str, ids: tuple[str, ...]) -> None:
        raise Unreachable("The site is down.")

    loop.site.before = down
    with pytest.raises(AltsyncError, match=r"^Stopped: 5 failures in a row; the last:"):
        run(loop, 6)


def test_the_pause_ends_when_the_owner_stops(loop: Scene) -> None:
    stop = threading.Event()
    context = Context(loop.source, loop.store, threads=2, stop=stop)
    began = time.monotonic()
    small = Canary(context, plan(loop), 6, 60.0, sent=lambda done: stop.set())
    with pytest.raises(Interrupted) as stopped:
        small.run()
    assert time.monotonic() - began < 20
    assert str(stopped.value) == (
        "Stopped before the canary was read back. The other 1 change was not sent."
    ), "how to take it back is said by who was told of the push, once"


def test_an_image_that_is_gone_at_the_reading_back_has_strayed(loop: Scene) -> None:
    def gone(step: str, ids: tuple[str, ...]) -> None:
        if step == "fresh" and loop.site.counts["write"]:
            raise NotThere("404", status=404)

    loop.site.before = gone
    (entry, *_) = plan(loop).changes()
    with pytest.raises(AltsyncError, match=f"{entry.image}: the site says \\(none\\)"):
        run(loop, 1)


def test_without_a_question_the_rest_goes(loop: Scene) -> None:
    assert [one.applied for one in run(loop, 2)] == [2, 5]


def test_it_is_read_back_only_after_the_pause(loop: Scene) -> None:
    times: list[float] = []

    def note(step: str, ids: tuple[str, ...]) -> None:
        times.append(time.monotonic())

    loop.site.before = note
    run(loop, 1, pause=0.3, confirm=lambda done, left: False)
    assert len(times) == 4, "a fresh read, a write, its reading back, the canary's"
    assert times[3] - times[2] >= 0.3


def test_what_to_take_back_names_only_pushes_that_applied_something() -> None:
    assert canary.take_back(
        [Pushed(1, applied=2), Pushed(2), Pushed(3, applied=1)]
    ) == ("Take it back with: altsync revert 1 3")
    assert canary.take_back([Pushed(1)]) == ""
    assert canary.not_sent(0) == ""
