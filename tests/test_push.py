"""push: every way in which one change can end, recovery, the breakers, and what is
never sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import (
    AnswerLost,
    BadAnswer,
    ChangedMeanwhile,
    HasDraft,
    Interrupted,
    LoginFailed,
    NotThere,
    RateLimited,
    Rejected,
    SourceError,
    Unreachable,
)
from altsync.models import (
    Change,
    Decision,
    Drift,
    Label,
    NewCandidate,
    Origin,
    Selection,
    SiteImage,
    Verdict,
)
from altsync.plan import Permissions
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push, Pushed, nothing_to_do, recover
from altsync.report import Quiet
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, journal, mirror
from altsync.store.store import Store
from tests.processes import PATIENT

SITE = "http://site.test"


class Bench:
    """A site, its mirror, and candidates for all of its images, approved."""

    def __init__(self, path: Path, images: list[SiteImage], **more: Any) -> None:
        self.site = MemorySource(images, **more)
        self.store = Store.open(path / "altsync.db", create=True)
        self.store.claim(SITE, "memory")
        self.report = Quiet()
        self.pull()
        self.before: Callable[[str, tuple[str, ...]], None] | None = None

    def pull(self) -> None:
        Pull(Context(self.site, self.store)).run()

    def drift(self) -> Drift:
        """The one image that a pull finds changed."""
        drifted: list[Drift] = []
        Pull(Context(self.site, self.store), drifted=drifted.append).run()
        (one,) = drifted
        return one

    def revert(self, *targets: int | str) -> Pushed:
        """Take these pushes or images back."""
        names = tuple(map(str, targets))
        with Plan.of(self.store, Request(Selection(reverts=names, by="ann"))) as plan:
            return self.send(plan)

    def propose(
        self, *ids: str, text: str = "new", verdict: str | None = Verdict.APPROVED
    ) -> None:
        with self.store.write() as tx:
            for row in mirror.named(tx, list(ids) or self.site.ids):
                candidate = candidates.add(
                    tx,
                    NewCandidate(
                        row.image.id,
                        row.image.alt,
                        f"{text} {row.image.id}",
                        Origin.AI,
                        model="m",
                    ),
                )
                if verdict:
                    candidates.judge(tx, candidate, verdict, "ann")

    def changes(self) -> list[Any]:
        with self.store.snapshot() as conn:
            return list(Plan.on(conn, Request()).entries())

    def push(self, **more: Any) -> Pushed:
        with Plan.of(self.store, Request()) as plan:
            return self.send(plan, **more)

    def send(self, plan: Plan, **more: Any) -> Pushed:
        return Push(Context(self.site, self.store, self.report, **more), plan).run()

    def journal(self) -> list[tuple[Any, ...]]:
        return self.store.conn.execute(
            "SELECT image_id, status, error FROM push_items ORDER BY id"
        ).fetchall()

    def state(self, image_id: str) -> str:
        return str(mirror.named(self.store.conn, [image_id])[0].state)


def image(image_id: str, alt: str | None = "", **more: Any) -> SiteImage:
    album, name = image_id.rsplit("/", 1)
    return SiteImage(id=image_id, album=album, name=name, alt=alt, **more)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def build(*images: SiteImage, **more: Any) -> Bench:
        made.append(
            Bench(tmp_path, list(images) or [image(f"a/{i}") for i in range(3)], **more)
        )
        return made[-1]

    yield build
    for one in made:
        one.store.close()


Make = Callable[..., Bench]


def failing(
    bench: Bench,
    error: SourceError,
    *,
    on: str = "write",
    after: bool = False,
    once: bool = False,
) -> None:
    def hook(step: str, ids: tuple[str, ...]) -> None:
        if step == on:
            if once:
                setattr(bench.site, "after" if after else "before", None)
            raise error

    setattr(bench.site, "after" if after else "before", hook)


def test_k_changes_cost_k_reads_and_k_writes(make: Make) -> None:
    bench = make(*[image(f"a/{i}") for i in range(20)])
    bench.propose(*[f"a/{i}" for i in range(7)])
    bench.site.counts.clear()
    outcome = bench.push()
    assert (outcome.applied, outcome.failed, outcome.conflicts) == (7, 0, 0)
    assert dict(bench.site.counts) == {"fresh": 7, "write": 7, "stored": 7}
    assert (
        bench.site.written == [(f"a/{i}", {"alt": f"new a/{i}"}) for i in range(7)]
        or len(bench.site.written) == 7
    )
    assert {s for _, s, _ in bench.journal()} == {"applied"}
    assert bench.state("a/0") == "ai"
    bench.site.counts.clear()
    assert bench.push() == Pushed(push_id=2)
    assert not bench.site.counts


def test_only_the_fields_that_change_are_sent(make: Make) -> None:
    bench = make(
        image("a/1", title="t", caption="c", has_label=True),
        image("a/2", "x", has_label=True, label=Label.AI),
    )
    bench.propose()
    bench.push()
    assert sorted(bench.site.written) == [
        ("a/1", {"alt": "new a/1", "label": "ai"}),
        ("a/2", {"alt": "new a/2"}),
    ]
    assert bench.site.now("a/1").title == "t"


def test_the_mirror_is_the_site_after_a_push(make: Make) -> None:
    bench = make(image("a/1", has_label=True))
    bench.propose()
    bench.push()
    row = mirror.named(bench.store.conn, ["a/1"])[0]
    assert (row.image.alt, row.image.label, row.origin) == (
        "new a/1",
        Label.AI,
        Origin.AI,
    )
    before = bench.store.conn.execute("SELECT count(*) FROM observations").fetchone()
    bench.pull()
    assert (
        bench.store.conn.execute("SELECT count(*) FROM observations").fetchone()
        == before
    )


@pytest.mark.parametrize(
    "edit", [{"alt": "a person's"}, {"alt": None}, {"label": Label.HUMAN}]
)
def test_what_a_person_did_meanwhile_is_a_conflict(
    make: Make, edit: dict[str, Any]
) -> None:
    bench = make(image("a/1", has_label=True), image("a/2", has_label=True))
    bench.propose()
    bench.site.edit("a/1", **edit)
    outcome = bench.push()
    assert (outcome.applied, outcome.conflicts) == (1, 1)
    assert bench.site.now("a/1").alt == edit.get("alt", "")
    assert ("conflict" in [s for i, s, _ in bench.journal() if i == "a/1"]) is True
    bench.pull()
    assert bench.state("a/1") in ("conflict", "approved", "decorative")


def test_an_edit_of_another_field_is_no_conflict_and_stays(make: Make) -> None:
    bench = make(image("a/1", title="old"))
    bench.propose()
    bench.site.edit("a/1", title="a person's title")
    assert bench.push().applied == 1
    assert bench.site.now("a/1").title == "a person's title"


def test_already_there_is_recorded_and_not_sent(make: Make) -> None:
    bench = make(image("a/1"), image("a/2"))
    bench.propose()
    bench.site.edit("a/1", alt="new a/1")
    bench.pull()
    bench.site.edit("a/2", alt="new  a/2 ")
    bench.site.counts.clear()
    outcome = bench.push()
    assert (outcome.converged, outcome.applied) == (1, 1)
    assert bench.site.counts["write"] == 0
    assert bench.site.now("a/2").alt == "new  a/2 "
    assert not bench.changes()
    row = mirror.named(bench.store.conn, ["a/2"])[0]
    assert (row.image.alt, row.origin) == ("new  a/2 ", Origin.AI), (
        "the mirror says what the fresh read found, without a pull"
    )
    assert {(status, error) for _, status, error in bench.journal()} == {
        ("applied", "already there")
    }


def test_a_text_that_was_removed_after_the_push_is_never_sent_again(make: Make) -> None:
    bench = make(image("a/1"))
    bench.propose(text="first", verdict=None)
    bench.propose(text="second")
    bench.push()
    bench.site.edit("a/1", alt="")
    bench.pull()
    assert bench.state("a/1") == "cleared"
    with (
        bench.store.write() as tx
    ):  # the unjudged one was proposed for a text that is long gone
        candidates.judge(tx, 1, Verdict.APPROVED, "ann")
    assert bench.state("a/1") == "cleared"
    assert not bench.changes()


def test_gone_from_the_site_is_a_conflict(make: Make) -> None:
    bench = make()
    bench.propose("a/1")
    bench.site.remove("a/1")
    assert bench.push().conflicts == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Rejected("The site refused it.", status=422), "failed"),
        (RateLimited("Still 429.", status=429), "failed"),
        (HasDraft("skipped: has a draft.", status=400), "failed"),
        (ChangedMeanwhile("It was saved since.", status=403), "conflict"),
    ],
)
def test_a_refused_write_is_journalled_and_not_mirrored(
    make: Make, error: SourceError, status: str
) -> None:
    bench = make(image("a/1"))
    bench.propose()
    failing(bench, error)
    outcome = bench.push()
    assert (outcome.failed, outcome.conflicts) == (
        (1, 0) if status == "failed" else (0, 1)
    )
    assert bench.journal() == [("a/1", status, str(error))]
    assert bench.state("a/1") == "approved"
    bench.site.before = None
    assert bench.push().applied == 1


@pytest.mark.parametrize(
    "error", [AnswerLost("No answer."), BadAnswer("Not JSON."), Unreachable("Reset.")]
)
@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_is_settled_by_reading(
    make: Make, error: SourceError, done: bool
) -> None:
    bench = make(image("a/1"))
    bench.propose()
    failing(bench, error, after=done)
    outcome = bench.push()
    assert (outcome.applied, outcome.failed) == ((1, 0) if done else (0, 1))
    assert bench.state("a/1") == ("ai" if done else "approved"), "mirrored as read"
    bench.site.before = bench.site.after = None
    bench.site.counts.clear()
    bench.push()
    assert bench.site.counts["write"] == (0 if done else 1)
    assert bench.site.now("a/1").alt == "new a/1"


def test_a_lost_answer_that_cannot_be_read_either_is_settled_by_the_next_push(
    make: Make,
) -> None:
    bench = make(image("a/1"))
    bench.propose()

    def lose(step: str, ids: tuple[str, ...]) -> None:
        bench.site.before = lambda step, ids: (_ for _ in ()).throw(
            Unreachable("Down.")
        )
        raise AnswerLost("No answer.")

    bench.site.after = lose
    assert bench.push().failed == 1
    assert bench.journal()[0][1] == "intended"
    bench.site.before = bench.site.after = None
    bench.site.counts.clear()
    outcome = bench.push()
    assert (outcome.recovered, outcome.arrived, outcome.skipped) == (1, 1, 0)
    assert bench.site.counts["write"] == 0
    assert bench.journal()[0][1] == "applied"


@pytest.mark.parametrize(
    ("site", "status", "writes"),
    [("new a/1", "applied", 0), ("", "failed", 1), ("a person's", "conflict", 0)],
)
def test_recovery_reads_before_it_sends(
    make: Make, site: str, status: str, writes: int
) -> None:
    bench = make(image("a/1"))
    bench.propose()
    change = bench.changes()[0]
    with (
        bench.store.write() as tx
    ):  # what a SIGKILL between the journal row and its settling leaves
        journal.intend(tx, journal.begin_push(tx, "x", 1), change, change.patch)
    bench.site.edit("a/1", alt=site)
    bench.site.counts.clear()
    bench.push()
    assert bench.journal()[0][1] == status
    assert bench.site.counts["write"] == writes
    assert not journal.open_intents(bench.store.conn)


def test_recovery_believes_a_pull_that_saw_the_text(make: Make) -> None:
    bench = make(image("a/1"))
    bench.propose()
    change = bench.changes()[0]
    with bench.store.write() as tx:
        journal.intend(tx, journal.begin_push(tx, "x", 1), change, change.patch)
    bench.site.edit("a/1", alt="new a/1")
    bench.pull()
    bench.site.edit("a/1", alt="")  # a person removes it: base again, yet it was done
    bench.site.counts.clear()
    bench.push()
    assert bench.site.counts["write"] == 0
    bench.pull()
    assert bench.state("a/1") == "cleared"


def test_a_text_that_a_pull_saw_arrive_and_the_next_saw_removed_is_not_sent_again(
    make: Make,
) -> None:
    """It was done, and then a person removed it: only the pull between knows."""
    bench = make(image("a/1"))
    bench.propose()
    change = bench.changes()[0]
    with bench.store.write() as tx:
        journal.intend(tx, journal.begin_push(tx, "x", 1), change, change.patch)
    bench.site.edit("a/1", alt="new a/1")
    bench.pull()
    bench.site.edit("a/1", alt="")
    bench.pull()
    bench.site.counts.clear()
    outcome = bench.push()
    assert (outcome.recovered, outcome.applied, outcome.failed) == (1, 0, 0)
    assert bench.site.counts["write"] == 0
    assert bench.journal() == [("a/1", "applied", "seen on the site by a later pull")]
    assert bench.state("a/1") == "cleared"
    bench.push()
    assert bench.site.now("a/1").alt == ""


def test_an_image_that_was_deleted_is_settled_as_a_conflict(make: Make) -> None:
    bench = make(image("a/1"), image("a/2"))
    bench.propose()
    with bench.store.write() as tx:
        push_id = journal.begin_push(tx, "x", 2)
        for change in bench.changes():
            journal.intend(tx, push_id, change, change.patch)
    bench.site.remove("a/1")
    failing(bench, NotThere("404", status=404), on="fresh", once=True)
    bench.site.edit("a/2", alt="new a/2")
    assert recover(Context(bench.site, bench.store, bench.report)).settled == 2
    assert [status for _, status, _ in bench.journal()] == ["conflict", "applied"]
    assert bench.report.said == ["Settled 2 changes that an earlier push left open."]


def test_another_text_in_the_answer_is_a_failure(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make(image("a/1"))
    bench.propose()
    monkeypatch.setattr(
        bench.site,
        "write",
        lambda fresh, new, message: {"a/1": {"alt": "changed by the site"}},
    )
    bench.site.after = None
    monkeypatch.setattr(
        bench.site, "stored", lambda images: {"a/1": {"alt": "changed by the site"}}
    )
    assert bench.push().failed == 1
    assert bench.journal()[0][2] == (
        'The site answered that it was done. The site has a third text now, "changed by'
        ' the site"; look at it: `altsync pull`, then `altsync diff`.'
    )


def test_one_entity_is_written_once_and_by_one_worker(make: Make) -> None:
    slots = [
        image(f"node/{n}.{i}", entity=f"node/{n}", language="en")
        for n in range(6)
        for i in range(3)
    ]
    bench = make(*slots)
    bench.propose()
    busy: set[str] = set()
    clashes: list[str] = []
    lock = threading.Lock()

    def enter(step: str, ids: tuple[str, ...]) -> None:
        if step != "write":
            return
        entity = ids[0].split(".")[0]
        with lock:
            if entity in busy:
                clashes.append(entity)
            busy.add(entity)

    def leave(step: str, ids: tuple[str, ...]) -> None:
        with lock:
            busy.discard(ids[0].split(".")[0])

    bench.site.before, bench.site.after = enter, leave
    bench.site.counts.clear()
    outcome = bench.push(threads=4)
    assert (
        outcome.applied,
        bench.site.counts["write"],
        bench.site.counts["fresh"],
        clashes,
    ) == (18, 6, 6, [])


def test_languages_of_one_entity_are_written_apart_and_in_turn(make: Make) -> None:
    bench = make(
        *[
            image(f"node/1.{lang}", entity="node/1", language=lang)
            for lang in ("en", "nl")
        ]
    )
    bench.propose()
    bench.site.counts.clear()
    assert bench.push(threads=4).applied == 2
    assert bench.site.counts["write"] == 2


def test_a_login_that_failed_is_not_tried_again_for_the_next_language(
    make: Make,
) -> None:
    """Five tries lock an account of Drupal's."""
    slots = [
        image(f"node/1.{lang}", entity="node/1", language=lang)
        for lang in ("de", "en", "nl")
    ]
    bench = make(*slots)
    bench.propose()
    tried: list[str] = []

    def turned_away(step: str, ids: tuple[str, ...]) -> None:
        tried.extend(ids)
        raise LoginFailed("Not logged in.", status=401)

    bench.site.before = turned_away
    outcome = bench.push()
    assert tried == ["node/1.de"]
    assert (outcome.failed, outcome.stopped) == (1, "Not logged in.")


def test_what_ends_a_push_is_said_once_in_full(make: Make) -> None:
    """Each of those that were under way repeated it."""
    bench = make(*(image(f"a/{number}") for number in range(4)))
    bench.propose()
    together = threading.Barrier(4)

    def turned_away(step: str, ids: tuple[str, ...]) -> None:
        together.wait(PATIENT)
        raise LoginFailed("Not logged in.", status=401)

    bench.site.before = turned_away
    outcome = bench.push(threads=4)
    assert (outcome.failed, outcome.stopped) == (4, "Not logged in.")
    said = [line.partition(": ")[2] for line in bench.report.said]
    assert said == ["Not logged in."] + 3 * ["for the same reason."]


def test_what_converged_and_was_taken_back_meanwhile_is_not_recorded(
    make: Make,
) -> None:
    bench = make(image("a/1"), image("a/2"))
    bench.propose()
    for image_id in ("a/1", "a/2"):
        bench.site.edit(image_id, alt=f"new {image_id}")
    bench.pull()
    with Plan.of(bench.store, Request()) as plan:
        assert plan.summary.converged == 2
        with bench.store.write() as tx:
            candidates.judge(tx, 1, Verdict.WITHDRAWN, "ann")
        outcome = bench.send(plan)
    assert outcome.converged == 1
    assert [image_id for image_id, _, _ in bench.journal()] == ["a/2"]


def test_what_was_found_empty_on_purpose_meanwhile_is_left_alone(make: Make) -> None:
    bench = make(image("a/1", None))
    with bench.store.write() as tx:
        decorative = NewCandidate(
            "a/1", None, "", Origin.AI, decision=Decision.DECORATIVE
        )
        candidates.judge(tx, candidates.add(tx, decorative), "approved", "ann")
    with Plan.of(bench.store, Request(permissions=Permissions(False, True))) as plan:
        assert plan.summary.changes == 1
        bench.site.edit("a/1", alt="")
        bench.pull()
        outcome = bench.send(plan)
    assert (outcome.skipped, outcome.applied) == (1, 0)
    assert bench.journal() == []
    assert bench.state("a/1") == "decorative"


def test_an_error_of_ours_waits_for_what_is_in_flight(make: Make) -> None:
    """Also where somebody holds on to the error: what was sent is settled before the
    ledger is closed."""
    bench = make(image("a/1"), image("a/2"))
    bench.propose()
    both = threading.Barrier(2, timeout=20)

    def crash(step: str, ids: tuple[str, ...]) -> None:
        if step != "write":
            return
        both.wait()
        if ids == ("a/1",):
            raise ZeroDivisionError
        time.sleep(0.3)

    bench.site.before = crash
    with pytest.raises(ZeroDivisionError) as held:
        bench.push(threads=2)
    assert held.value is not None
    assert {i: s for i, s, _ in bench.journal()} == {
        "a/1": "intended",
        "a/2": "applied",
    }
    assert [one for one in threading.enumerate() if one.name == "altsync-worker"] == []


@pytest.mark.parametrize("threads", [1, 3])
def test_an_answer_that_waited_too_long_says_nothing_about_the_next(
    make: Make, threads: int
) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(12)])
    bench.propose()

    def halted(step: str, ids: tuple[str, ...]) -> None:
        if step == "write":
            raise Interrupted("It waited, and was not done.")

    bench.site.before = halted
    outcome = bench.push(threads=threads)
    assert (outcome.failed, outcome.stopped) == (12, "")
    bench.site.before = None
    assert bench.push().applied == 12


def test_what_waited_for_its_fresh_read_is_left_for_the_next_push(make: Make) -> None:
    bench = make(image("a/1"))
    bench.propose()

    def halted(step: str, ids: tuple[str, ...]) -> None:
        raise Interrupted("It waited.")

    bench.site.before = halted
    assert bench.push() == Pushed(push_id=1)
    assert bench.journal() == []


def test_a_lost_answer_that_the_owner_will_not_wait_for_stays_open(make: Make) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(8)])
    bench.propose()

    def lose(step: str, ids: tuple[str, ...]) -> None:
        raise AnswerLost("No answer.")

    written: set[str] = set()

    def halted(step: str, ids: tuple[str, ...]) -> None:
        if step == "write":
            written.update(ids)
        elif written & set(ids):
            raise Interrupted("It waited.")

    bench.site.before, bench.site.after = halted, lose
    outcome = bench.push(threads=1)
    assert (outcome.failed, outcome.stopped) == (8, "")
    assert {status for _, status, _ in bench.journal()} == {"intended"}
    bench.site.before = bench.site.after = None
    assert bench.push().recovered == 8


@pytest.mark.parametrize(
    "error", [NotThere("404", status=404), ChangedMeanwhile("Saved.", status=409)]
)
def test_an_image_that_moved_before_its_fresh_read_is_a_conflict(
    make: Make, error: SourceError
) -> None:
    bench = make(image("a/1"))
    bench.propose()
    failing(bench, error, on="fresh")
    assert bench.push().conflicts == 1
    assert bench.journal() == [("a/1", "conflict", str(error))]


def test_nothing_to_do_is_nothing_at_all(make: Make) -> None:
    bench = make(image("a/1"), image("a/2"))

    def idle() -> bool:
        with Plan.of(bench.store, Request()) as plan:
            return nothing_to_do(bench.store, plan)

    assert idle()
    bench.propose("a/1")
    assert not idle(), "a change"
    bench.site.edit("a/1", alt="new a/1")
    bench.pull()
    assert not idle(), "what the site already says is recorded"
    bench.push()
    assert idle()
    bench.propose("a/2")
    (change,) = bench.changes()
    with bench.store.write() as tx:
        candidates.judge(tx, 2, Verdict.WITHDRAWN, "ann")
        journal.intend(tx, journal.begin_push(tx, "x", 1), change, change.patch)
    assert not idle(), "a crash left something open"


def test_five_failures_in_a_row_stop_the_run(make: Make) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(30)])
    bench.propose()
    failing(bench, Rejected("Refused."))
    outcome = bench.push(threads=1)
    assert outcome.stopped.startswith("5 failures in a row")
    assert 5 <= outcome.failed < 9


@pytest.mark.parametrize("other", ["applied", "conflict"])
def test_failures_that_are_not_in_a_row_do_not_stop_the_run(
    make: Make, other: str
) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(16)])
    bench.propose()
    refused = {f"a/{i:02}" for i in range(16) if i % 4}

    def refuse(step: str, ids: tuple[str, ...]) -> None:
        if step != "write":
            return
        if ids[0] in refused:
            raise Rejected("No.", status=422)
        if other == "conflict":
            raise ChangedMeanwhile("Saved since.", status=409)

    bench.site.before = refuse
    outcome = bench.push(threads=1)
    assert (outcome.failed, outcome.stopped) == (12, "")


def test_drafts_in_the_way_do_not_stop_the_run(make: Make) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(12)])
    bench.propose()
    failing(bench, HasDraft("skipped: has a draft.", status=400))
    outcome = bench.push(threads=1)
    assert (outcome.failed, outcome.stopped) == (12, "")


def test_a_stale_mirror_stops_the_run(make: Make) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(60)])
    bench.propose()
    for i in range(0, 60, 4):
        bench.site.edit(f"a/{i:02}", alt="a person's")
    outcome = bench.push(threads=1)
    assert "altsync pull" in outcome.stopped
    assert outcome.applied < 30


@pytest.mark.parametrize(
    ("edited", "stops"),
    [
        (range(5), False),
        (range(6), True),
        (range(44, 50), True),
        (range(50, 60), False),
    ],
)
def test_more_than_a_tenth_of_the_first_fifty_is_stale(
    make: Make, edited: range, stops: bool
) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(60)])
    bench.propose()
    for i in edited:
        bench.site.edit(f"a/{i:02}", alt="a person's")
    outcome = bench.push(threads=1)
    assert bool(outcome.stopped) is stops
    assert outcome.conflicts == len(edited)


def test_a_few_conflicts_do_not_stop_it(make: Make) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(60)])
    bench.propose()
    for i in range(5):
        bench.site.edit(f"a/{i:02}", alt="a person's")
    assert bench.push(threads=1).applied == 55


def test_a_verdict_taken_back_while_the_push_runs_is_heeded(make: Make) -> None:
    bench = make(*[image(f"a/{i}") for i in range(4)])
    bench.propose()

    def take_back(step: str, ids: tuple[str, ...]) -> None:
        if ids == ("a/0",) and step == "write":
            with bench.store.write() as tx:
                candidates.judge(tx, 4, Verdict.WITHDRAWN, "ann")

    bench.site.before = take_back
    outcome = bench.push(threads=1)
    assert (outcome.applied, outcome.skipped) == (3, 1)
    assert bench.site.now("a/3").alt == ""


def test_stop_settles_what_is_in_flight(make: Make) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(30)])
    bench.propose()
    stop = threading.Event()
    bench.site.after = lambda step, ids: stop.set() if ids == ("a/05",) else None
    with pytest.raises(Interrupted, match="For the rest: altsync push"):
        bench.push(threads=2, stop=stop)
    assert not journal.open_intents(bench.store.conn)
    assert len(bench.site.written) < 15
    bench.site.after = None
    bench.push()
    assert len(bench.site.written) == 30


def test_the_plan_sends_what_it_showed_even_if_approvals_come_in(make: Make) -> None:
    bench = make(image("a/1"), image("a/2"))
    bench.propose("a/1")
    with Plan.of(bench.store, Request()) as plan:
        bench.propose("a/2")
        bench.send(plan)
    assert [i for i, _ in bench.site.written] == ["a/1"]
    assert len([e for e in bench.changes() if isinstance(e, Change)]) == 1
