"""A stateful Hypothesis machine over pull, propose, judge and push, with crashes and a
person's edits at any time.

It knows, apart from altsync, who wrote each text on the site, and asserts the three
promises at every write: a person's words are not overwritten, nothing is lost or sent
twice, only what was shown is sent.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from altsync import clock
from altsync.demo.faults import WAYS
from altsync.errors import (
    AltsyncError,
    AnswerLost,
    GuardMoved,
    NotAllowed,
    Rejected,
)
from altsync.generate.answer import Answer
from altsync.generate.stage import Generate, Settings, Ways
from altsync.generate.task import Outcome, Reply, Task
from altsync.models import (
    Decision,
    Label,
    NewCandidate,
    Origin,
    SiteImage,
    State,
    Verdict,
)
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push, readback
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, journal, mirror, worklist
from altsync.store.candidates import Open
from altsync.store.store import Store
from altsync.verdicts import acts
from altsync.verdicts.policy import Way
from tests.clocks import Jumping
from tests.pictures.made import boxed
from tests.processes import PATIENT

SITE = "http://site.test"
IDS = ["a/1", "a/2", "b/x", "b/y"]
"""b/x and b/y are two slots of one entity."""
CUT = 100
LONG = "whichgoesonwithoutablanksothatacutatthewidthofacolumnfallsintoit" * 2
MANGLES: dict[str, Callable[[str], str]] = {
    "cut": lambda text: text[:CUT],
    "escape": WAYS["escape"],
    "quotes": WAYS["quotes"],
    "nfd": WAYS["nfd"],
}
"""What the site makes of a text that it stores."""


def _picture(number: int) -> bytes:
    out = io.BytesIO()
    boxed((32, 32), (number * 60, 90, 90)).save(out, "PNG")
    return out.getvalue()


PICTURES = {image_id: _picture(number) for number, image_id in enumerate(IDS)}


class Crash(BaseException):
    """The process is killed here."""


class Loop(RuleBasedStateMachine):
    """The machine. `PERSON` and `ALTSYNC` say who wrote what the site shows now."""

    jumps = True
    """Whether the clock is set now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.dir = Path(tempfile.mkdtemp())
        self.serial = 0
        self.writer: dict[str, str] = {}
        self.cleared: set[str] = set()
        self.known: dict[str, Any] = {}
        self.unsure: dict[str, set[int]] = {}
        self.shown: set[tuple[str, Any]] = set()
        self.candidates = 0
        self.plot: list[str] = []
        self.dead = False
        self.crash_at: int | None = None
        self.sent: list[tuple[str, str]] = []
        self.clock = Jumping()
        self._right_clock = clock.now
        clock.now = self.clock

    @initialize(
        texts=st.lists(
            st.sampled_from([None, "", "old words"]), min_size=4, max_size=4
        ),
        labels=st.sampled_from([None, Label.AI]),
        has_label=st.booleans(),
        guarded=st.booleans(),
        mangles=st.sampled_from([None, None, *MANGLES]),
        answers=st.sampled_from(["stored", "echo", "nothing"]),
        first=st.sampled_from([readback.FIRST, 0]),
    )
    def start(
        self,
        texts: list[str | None],
        labels: Label | None,
        has_label: bool,
        guarded: bool,
        mangles: str | None,
        answers: Any,
        first: int,
    ) -> None:
        """A site that stores what it is sent, or mangles it, and answers in its way; an
        altsync that reads back, or believes what an answer shows."""
        self.site = MemorySource(guarded=guarded)
        self.site.stores = MANGLES[mangles] if mangles else None
        self.site.answers = answers
        self.read_first = first
        for image_id, alt in zip(IDS, texts, strict=True):
            album, name = image_id.split("/")
            label = labels if has_label and alt else None
            self.site.add(
                SiteImage(
                    id=image_id,
                    album=album,
                    name=name,
                    alt=alt,
                    has_label=has_label,
                    label=label,
                    entity="b" if album == "b" else image_id,
                ),
                PICTURES[image_id],
            )
            self.writer[image_id] = "nobody"
            if alt:
                self.writer[image_id] = "machine" if label is Label.AI else "person"
        self.first = dict(self.writer)
        self.site.before = self._before
        self.site.after = self._after
        self.store = Store.open(self.dir / "altsync.db", create=True)
        self.store.claim(SITE, "memory")
        self._pull()

    # --- the world
    @rule(image=st.sampled_from(IDS), back=st.booleans())
    def person_writes(self, image: str, back: bool) -> None:
        """A person types a text: a new one, or by chance the one that was there at first."""
        self.serial += 1
        text = "old words" if back else f"a person's words {self.serial}"
        if self.site.now(image).alt == text:
            return
        self._forget_unrecorded(image)
        self.site.edit(image, alt=text)
        machines = (
            back
            and self.first[image] == "machine"
            and self.site.now(image).label is Label.AI
        )
        self.writer[image] = (
            "machine" if machines else "person"
        )  # the machine's own words, under its own label
        self.cleared.discard(image)

    @rule(image=st.sampled_from(IDS))
    def person_clears(self, image: str) -> None:
        """A person empties a text. One that altsync wrote, and knew to be there, is
        never filled again by itself."""
        if not self.site.now(image).alt:
            return
        if self.writer[image] == "altsync" and self._recorded(image):
            self.cleared.add(image)
        self._forget_unrecorded(image)
        self.site.edit(image, alt="")
        self.writer[image] = "nobody"

    @rule(image=st.sampled_from(IDS))
    def person_vouches(self, image: str) -> None:
        """A person says by the label that this text is theirs now."""
        now = self.site.now(image)
        if now.has_label and now.alt:
            self.site.edit(image, label=Label.HUMAN)
            self.writer[image] = "person"

    @rule(image=st.sampled_from(IDS))
    def person_retitles(self, image: str) -> None:
        self.serial += 1
        self.site.edit(image, title=f"title {self.serial}")

    @precondition(lambda self: self.jumps)
    @rule(hours=st.sampled_from([0.0, 2.0, -2.0, 24.0, -24.0]))
    def clock_jumps(self, hours: float) -> None:
        """Somebody sets the clock, right or wrong: nothing may rest on it."""
        self.clock.hours = hours

    # --- altsync
    @rule(crash=st.sampled_from([None, None, 1, 3]))
    def pulls(self, crash: int | None) -> None:
        self.plot = ["ok"] * (crash or 0) + (["crash"] if crash else [])
        with self._maybe_crashing():
            self._pull()

    @rule(
        image=st.sampled_from(IDS),
        many=st.booleans(),
        crash=st.sampled_from([None, None, None, 2]),
    )
    def proposes(self, image: str, many: bool, crash: int | None) -> None:
        """The real stage asks for named images: those that are missing a text, or again
        for a machine's."""
        self.crash_at = crash
        before = self.candidates
        with self.store.snapshot() as conn:
            named = worklist.select(
                conn, worklist.Worklist(images=tuple(IDS if many else [image]))
            )
            targets = [
                target for target in named if target.state in (State.MISSING, State.AI)
            ]
        context = Context(self.site, self.store, threads=1)
        settings = Settings(models=("altsync-demo",), again=True)
        ways = Ways(answer=self._answer)
        with self._maybe_crashing():
            Generate(context, settings, targets, ways).run()
        self._are_open(self.candidates - before)

    def _are_open(self, new: int) -> None:
        """What was just proposed came after all that was applied: were it spent, nobody
        would see it, and the next run would pay for it again."""
        sql = """
        SELECT count(*) FROM open_candidates
        WHERE id > (SELECT count(*) FROM candidates) - ?
        """
        assert self.store.conn.execute(sql, (new,)).fetchone()[0] == new, (
            "a candidate was spent at its birth"
        )

    def _answer(self, task: Task) -> Outcome:
        """A model that never repeats itself. What it has answered is paid for, and has
        to be kept."""
        if self.crash_at is not None:
            self.crash_at -= 1
            if self.crash_at < 0:
                self._die()
        self.serial += 1
        self.candidates += 1
        text = f"A machine's café, number {self.serial}, {LONG}."[:150]
        return Outcome(
            Answer(text, Decision.INFORMATIVE), paid=True, replies=(Reply(text),)
        )

    @rule(
        verdict=st.sampled_from(
            [Verdict.APPROVED, Verdict.APPROVED, Verdict.REJECTED, Verdict.WITHDRAWN]
        )
    )
    def judges(self, verdict: Verdict) -> None:
        self._judge(verdict, IDS)

    @rule(image=st.sampled_from(IDS))
    def asks(self, image: str) -> None:
        """Somebody is unsure of the newest text, whatever was said to it before."""
        self._judge(Verdict.UNSURE, [image])

    @rule(image=st.sampled_from(IDS))
    def adds(self, image: str) -> None:
        """Another text for what the mirror has there, while others wait. Not where a
        person emptied what altsync wrote: who asks for one there and says yes to it means
        it, and that is another story than this one."""
        now = mirror.named(self.store.conn, [image])[0].image
        if image in self.cleared:
            return
        self.serial += 1
        self.candidates += 1
        text = f"Another machine's, number {self.serial}."
        with self.store.write() as tx:
            candidates.add(
                tx,
                NewCandidate(
                    image, now.alt, text, Origin.AI, model="other", place=now.place
                ),
            )

    @rule()
    def approves_over_many(self) -> None:
        """All that waits, but for what somebody asked about."""
        sql = """
        SELECT DISTINCT c.image_id FROM reviews r JOIN candidates c ON c.id = r.candidate_id
        WHERE r.id BETWEEN ? AND ?
        """
        with self.store.write() as tx:
            asked = self._asked_about()
            done = acts.approve_waiting(tx, "me", Way.BULK)
            approved = {i for (i,) in tx.execute(sql, (done.first, done.last))}
        assert not asked & approved, "nobody had answered"

    def _asked_about(self) -> set[str]:
        """Images with a text that is as it was when somebody asked about it, and that
        nobody has answered for."""
        return {
            one.image
            for group in candidates.open_candidates(self.store.conn)
            for one in group
            if not one.moved and one.id in self.unsure.get(one.image, ())
        }

    def _judge(self, verdict: Verdict, images: Sequence[str]) -> None:
        with self.store.write() as tx:
            for group in list(candidates.open_candidates(tx, images)):
                fresh = [one for one in group if not one.moved]
                for one in fresh[-1:]:
                    candidates.judge(tx, one.id, verdict, "me")
                    self._remember(one, verdict)

    def _remember(self, one: Open, verdict: Verdict) -> None:
        """A yes to any text of an image answers all that was asked about it; a no, or
        what was taken back, that of its own text."""
        doubts = self.unsure.setdefault(one.image, set())
        if verdict is Verdict.APPROVED:
            doubts.clear()
        doubts.discard(one.id)
        if verdict is Verdict.UNSURE:
            doubts.add(one.id)

    @rule(
        plot=st.lists(
            st.sampled_from(
                [
                    *["ok"] * 6,
                    "crash before",
                    "crash after",
                    "lost before",
                    "lost after",
                    "lies",
                    "lies",
                    "rejected",
                    "forbidden",
                    "stale",
                ]
            ),
            max_size=6,
        ),
        meanwhile=st.sampled_from([None, None, *IDS]),
        prepared=st.sampled_from([True, True, False]),
    )
    def pushes(self, plot: list[str], meanwhile: str | None, prepared: bool) -> None:
        """Show the plan, then send it, while the site or the machine fails and a person
        edits at the last moment.

        Mostly there is something to send: without `prepared` chance alone seldom
        proposes, judges and pushes in turn.
        """
        if prepared:
            self.proposes(IDS[0], True, None)
            self.judges(Verdict.APPROVED)
        with Plan.of(self.store, Request()) as plan:
            self.shown = {(e.image, e.new) for e in plan.changes()}
            doubted = self._asked_about() & {image for image, _ in self.shown}
            assert not doubted, "it would be sent, and nobody had answered"
            if meanwhile:
                self.person_writes(meanwhile, False)
            self.plot = list(plot)
            with self._maybe_crashing():
                self._push(plan)

    # --- what the site does when asked
    def _before(self, step: str, ids: tuple[str, ...]) -> None:
        if self.dead:
            raise Crash
        if step != "write":
            if (
                self.plot
                and self.plot[0] in ("ok", "crash")
                and step == "read"
                and self.plot.pop(0) == "crash"
            ):
                self._die()
            return
        for image in ids:
            assert self.writer[image] != "person", (
                f"a person's words at {image} are about to be overwritten"
            )
            assert image not in self.cleared, (
                f"{image} was emptied by a person and is about to be filled"
            )
        self.act = self.plot.pop(0) if self.plot else "ok"
        # Who believes an echo cannot know: the lie is told to those who read back.
        believes = self.site.answers == "echo" and not self.read_first
        self.site.lies = self.act == "lies" and not believes
        if self.act == "crash before":
            self._die()
        if self.act == "lost before":
            raise AnswerLost("No answer.")
        if self.act == "rejected":
            raise Rejected("No.", status=422)
        if self.act == "forbidden":
            raise NotAllowed("No.", status=403, needed="A permission is required.")
        if self.act == "stale":
            raise GuardMoved("Somebody saved the page around it.", status=500)

    def _after(self, step: str, ids: tuple[str, ...]) -> None:
        sent = dict(self.site.written[-len(ids) :])
        for image in ids:
            alt = sent[image]["alt"]
            assert (
                image,
                alt,
            ) in self.shown, f"{image}: {alt!r} was sent but not shown"
            self.sent.append((image, alt or ""))
            self.writer[image] = "altsync"
        if self.act == "crash after":
            self._die()
        if self.act == "lost after":
            raise AnswerLost("No answer.")

    def _die(self) -> None:
        self.dead = True
        raise Crash

    @contextlib.contextmanager
    def _maybe_crashing(self) -> Any:
        others = set(threading.enumerate())
        try:
            yield
        except AltsyncError:
            pass
        except Crash:
            for thread in set(threading.enumerate()) - others:
                if thread.name == "altsync-worker":
                    thread.join(PATIENT)
                    assert not thread.is_alive(), "a crash left a thread at work"
            self.store.close()
            self.store = Store.open(self.dir / "altsync.db")
        finally:
            self.dead = False
            self.plot = []

    def _push(self, plan: Plan) -> None:
        readback.FIRST, usual = self.read_first, readback.FIRST
        try:
            Push(Context(self.site, self.store, threads=1), plan, pauses=()).run()
            self._what_is_called_applied_is_there()
        finally:
            readback.FIRST = usual

    def _what_is_called_applied_is_there(self) -> None:
        """What this push sent and applied stands on the site, as the mirror has it where
        it was read back, and in the words of altsync. What had converged is recorded by
        the mirror, without a request: a person may have written there since."""
        applied = self.store.conn.execute(
            "SELECT image_id, error IS NULL FROM push_items WHERE status = 'applied'"
            " AND push_id = (SELECT max(id) FROM pushes) AND patch LIKE '%replace%'"
        )
        for image, believed in applied.fetchall():
            now = self.site.now(image).alt
            sent = mirror.named(self.store.conn, [image])[0].image.alt
            stored = sent
            if believed and self.site.stores and sent:
                stored = self.site.stores(sent)
            assert now == stored, f"{image} is called applied: {now!r}, not {stored!r}"

    def _pull(self) -> None:
        Pull(Context(self.site, self.store, threads=1)).run()

    def _forget_unrecorded(self, image: str) -> None:
        """A text that a person replaced before altsync saw it arrive: nobody can tell
        that PATCH from one that was never done, so it may be sent again once the site
        says base again."""
        if self.writer[image] == "altsync" and not self._recorded(image):
            self.sent = [pair for pair in self.sent if pair[0] != image]

    def _recorded(self, image: str) -> bool:
        """altsync has seen its own text on the site (by confirmation or a pull)."""
        return (
            mirror.named(self.store.conn, [image])[0].image.alt
            == self.site.now(image).alt
        )

    # --- what must hold
    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "store"):
            assert (
                self.store.conn.execute("SELECT count(*) FROM candidates").fetchone()[0]
                == self.candidates
            )

    @invariant()
    def nothing_is_applied_twice(self) -> None:
        if hasattr(self, "store"):
            twice = self.store.conn.execute(
                "SELECT candidate_id FROM push_items WHERE status = 'applied' AND"
                " candidate_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
            ).fetchall()
            assert not twice
        assert len(self.sent) == len(set(self.sent)), (
            "a text was sent twice although it had arrived"
        )

    @precondition(lambda self: hasattr(self, "store"))
    @rule()
    def knows_whose_words(self) -> None:
        """After a pull the mirror is the site, and no person's text is taken for a
        machine's, nor ours for a person's."""
        self._pull()
        for row in mirror.named(self.store.conn, IDS):
            now = self.site.now(row.image.id)
            assert row.image.alt == now.alt
            if now.alt:
                wrote = self.writer[row.image.id]
                if wrote == "person":
                    assert row.origin is Origin.HUMAN
                elif wrote == "altsync":
                    assert row.origin is Origin.AI

    def forget(self) -> None:
        """Give this machine its clock back."""
        clock.now = self._right_clock

    def teardown(self) -> None:
        self.forget()
        if not hasattr(self, "store"):
            return
        try:
            self._converges()
        finally:
            self.store.close()
            shutil.rmtree(self.dir, ignore_errors=True)

    def _converges(self) -> None:
        """Left alone, one more pull and push settle everything; a second push has
        nothing to send."""
        for _ in range(4):  # three mangled texts stop a push
            self._pull()
            with Plan.of(self.store, Request()) as plan:
                self.shown = {(e.image, e.new) for e in plan.changes()}
                self._push(plan)
        sent = len(self.sent)
        with Plan.of(self.store, Request()) as plan:
            assert not list(plan.batches())
        assert len(self.sent) == sent
        assert not journal.open_intents(self.store.conn)
