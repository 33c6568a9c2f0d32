"""A person's words are only replaced where they are no text by a rule that was named, on a
verdict over many of that rule alone, and with the permission to push: whatever a person,
a pull and a killed process do in between."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from altsync import lint
from altsync.generate.stage import Generate, Settings, Ways
from altsync.lint import redo
from altsync.lint.audit import in_mirror
from altsync.models import Label, Mirrored, Scope
from altsync.plan import Permissions
from altsync.planning import Plan, Request
from altsync.stage import Context
from altsync.store import mirror, worklist
from altsync.verdicts import acts, policy
from altsync.verdicts.policy import Way
from tests.lengths import LENGTH
from tests.machine import IDS, Loop
from tests.test_machine import QUICK

NAMES = ("file-name",)
BRIEF = settings(QUICK, max_examples=5, stateful_step_count=15)


def _flagged(target: Mirrored) -> tuple[str, ...]:
    found = redo.errors(target, in_mirror(target), lint.ruleset(), NAMES)
    return tuple(one.rule for one in found)


class Replacing(Loop):
    """Everything that the machine does, and an owner who lets file names be replaced."""

    jumps = False

    def __init__(self) -> None:
        super().__init__()
        self.allowed = False

    @rule(image=st.sampled_from(IDS))
    def somebody_imports(self, image: str) -> None:
        """A file's name stands there, and a person vouches for it where one can."""
        self.serial += 1
        self._forget_unrecorded(image)
        labelled = self.site.now(image).has_label
        label = {"label": Label.HUMAN} if labelled else {}
        self.site.edit(image, alt=f"IMG_{4000 + self.serial}.JPG", **label)
        self.writer[image] = "person"
        self.cleared.discard(image)

    @rule(image=st.sampled_from(IDS))
    def adds(self, image: str) -> None:
        """Not for a person's words: who says yes to such a text by itself, and pushes
        with the permission, means it. What is replaced over many is the story here."""
        alt = mirror.named(self.store.conn, [image])[0].image.alt or ""
        if not alt or alt.startswith(("IMG_", "A machine's", "Another machine's")):
            super().adds(image)

    @rule(meanwhile=st.sampled_from([None, *IDS]))
    def proposes_in_their_place(self, meanwhile: str | None) -> None:
        """The real stage; a person may write, and a pull see it, once the work list is
        read."""
        self.crash_at, before = None, self.candidates
        asked = worklist.Worklist(replace=lambda target: bool(_flagged(target)))
        with self.store.snapshot() as conn:
            targets = list(worklist.select(conn, asked))
        if meanwhile:
            self.person_writes(meanwhile, False)
            self._pull()
        run = Settings(models=("altsync-demo",), again=True, replace=NAMES)
        context = Context(self.site, self.store, threads=1)
        Generate(context, run, targets, Ways(answer=self._answer)).run()
        self._are_open(self.candidates - before)

    @rule(way=st.sampled_from([Way.BULK, Way.UNFLAGGED]), prepared=st.booleans())
    def approves_all_that_wait(self, way: Way, prepared: bool) -> None:
        """Mostly there is something that it must leave alone: see `pushes`."""
        if prepared:
            self._prepare()
        with self.store.write() as tx:
            acts.approve_waiting(tx, "me", way)
        assert not self.store.conn.execute(
            "SELECT r.id FROM reviews r JOIN candidates c ON c.id = r.candidate_id"
            " WHERE c.replaces IS NOT NULL AND r.scope = ? AND r.note IS NULL",
            (Scope.BULK,),
        ).fetchall(), "a way over many approved what would replace a person's words"

    @rule()
    def approves_by_the_rule(self) -> None:
        with self.store.write() as tx:
            acts.approve_replacing(tx, "me", NAMES, _flagged)

    @rule(allowed=st.booleans(), prepared=st.booleans())
    def pushes_over_people(self, allowed: bool, prepared: bool) -> None:
        """With the permission or without; a person edits between plan and push."""
        if prepared:
            self._prepare()
            self.approves_by_the_rule()
        request = Request(permissions=Permissions(replace_human=allowed))
        with Plan.of(self.store, request) as plan:
            self.shown = {(one.image, one.new) for one in plan.changes()}
            if not prepared:
                self.person_writes(IDS[0], False)
            self.allowed = allowed
            try:
                with self._maybe_crashing():
                    self._push(plan)
            finally:
                self.allowed = False

    def _prepare(self) -> None:
        self.somebody_imports(IDS[0])
        self._pull()
        self.proposes_in_their_place(None)

    def _before(self, step: str, ids: tuple[str, ...]) -> None:
        """A file's name is the one thing of a person's that may be replaced."""
        theirs = [one for one in ids if self.writer[one] == "person"]
        if step != "write" or self.dead or not (self.allowed and theirs):
            super()._before(step, ids)
            return
        for image in theirs:
            alt = self.site.now(image).alt or ""
            assert alt.startswith("IMG_"), f"“{alt}” at {image} is a person's text"
        self.act = "ok"


def test_only_file_names_are_replaced() -> None:
    run_state_machine_as_test(Replacing, settings=BRIEF)


@pytest.mark.slow
@pytest.mark.timeout(300 * LENGTH)
def test_only_file_names_are_replaced_for_long() -> None:
    longer = settings(BRIEF, max_examples=6 * LENGTH, stateful_step_count=40)
    run_state_machine_as_test(Replacing, settings=longer)


def test_the_machine_fails_where_all_are_approved_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = tuple(
        (clause, ways)
        for clause, ways in policy.TABLE
        if clause is not policy._by_its_rule_alone
    )
    monkeypatch.setattr(policy, "TABLE", without)
    hunt = settings(BRIEF, max_examples=50, derandomize=True, database=None)
    with pytest.raises(AssertionError, match="a way over many approved"):
        run_state_machine_as_test(Replacing, settings=hunt)
