"""Pull, propose, judge, push and take back on a Drupal whose pictures stand in texts, while
people work on the texts at any time: between pulls, between what was shown and what is
sent, and between a push's GET and its PATCH.

The judge sits at the site. It looks at every PATCH as it arrives, knows by the words
themselves who wrote each alt, and asserts that no person's words go, that no byte beside
an alt changes, and that a text goes only to the place that it was proposed for.
"""

from __future__ import annotations

import contextlib
import copy
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import initialize, rule

from altsync.errors import AltsyncError, UsageError
from altsync.models import NewCandidate, Origin, Selection, State, Verdict
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.sources.jsonapi import JsonapiSource
from altsync.stage import Context
from altsync.store import candidates, mirror
from altsync.store.store import Store
from tests.doubles.drupal.calls import Reply
from tests.doubles.drupal.model import listed
from tests.sources.jsonapi.test_stateful import held
from tests.sources.jsonapi.text_judge import (
    MACHINE,
    PERSON,
    Spot,
    check_bytes,
    stored,
)
from tests.sources.jsonapi.text_people import ACT, FIELDS, FULL, PICK, TextPeople
from tests.sources.jsonapi.world import MEDIA, source_of

PLOT = st.lists(st.sampled_from(["", "", "before", "after"]), max_size=3)
"""Where the process is killed: before a PATCH, or after it."""
Acts = list[tuple[str, int, int]]


class Crash(BaseException):
    """The process is killed here."""


class InTexts(TextPeople):
    """The machine."""

    source: JsonapiSource

    @initialize(
        layout=st.lists(st.integers(0, 11), min_size=1, max_size=5),
        short=st.lists(st.integers(0, 11), max_size=3),
        moments=st.booleans(),
        third=st.sampled_from(["paragraph", "paragraph", "term", "article"]),
    )
    def start(
        self,
        layout: list[int],
        short: list[int],
        moments: bool,
        third: str = "paragraph",
    ) -> None:
        """The site, with the judge at its door, and a mirror of it."""
        self.settle_in(layout, short, moments, third)
        self.dir = Path(tempfile.mkdtemp())
        self.mirrored: dict[str, Spot] = {}
        self.proposed: dict[str, Spot] = {}
        """Text of a machine -> where it was proposed for."""
        self.sent: dict[str, Spot] = {}
        """Text of a machine -> where it was sent to."""
        self.shown: set[tuple[str, Any]] = set()
        self.meanwhile: Acts = []
        self.plot: list[str] = []
        self.reverting = False
        self.wrong: list[str] = []
        self.site.__enter__()
        self.answer = self.site.site.answer
        self.site.site.answer = self.judge  # type: ignore[method-assign]
        self._start_anew()
        self.store = Store.open(self.dir / "altsync.db", create=True)
        self.store.claim(self.site.url, "jsonapi")
        self.pulls(False)

    def _start_anew(self) -> None:
        """Another process: what the one before had learnt of the site is not known."""
        if hasattr(self, "source"):
            self.source.close()
        self.source = source_of(
            self.site, languages=("en", "nl"), fields=(MEDIA,), label=None
        )
        self.write = self.source.write
        self.source.write = self._killed  # type: ignore[method-assign, assignment]
        self.stale = False

    # --- the judge
    def judge(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        if method != "PATCH":
            return self.answer(method, target, headers, body)
        if self.meanwhile:
            # A person saves after the text was read and before the PATCH is worked on.
            self._act(*self.meanwhile.pop(), target)
        before, texts, old = held(self.site), stored(self.site, FIELDS), self.spots()
        texts = copy.deepcopy(texts)
        reply = self.answer(method, target, headers, body)
        try:
            check_bytes(texts, stored(self.site, FIELDS))
            assert beside(before) == beside(held(self.site)), "besides the texts"
            for was, now in zip(old, self.spots(), strict=True):
                if was.alt != now.alt:
                    self._check(was, now.alt)
        except (AssertionError, LookupError) as error:
            # The server's thread must not swallow it.
            self.wrong.append(str(error) or repr(error))
        return reply

    def spots(self) -> list[Spot]:
        """With the medium's own text as one of them."""
        (item,) = self.site.items(self.medium, "field_media_image")
        own = Spot("medium", item["meta"]["alt"], 0, 1, ("", ""))
        return [own, *self.all_spots().values()]

    def _check(self, was: Spot, new: str | None) -> None:
        assert not str(was.alt).startswith(PERSON), f"{was}: a person's words are gone"
        assert was.alt != "", f"{was}: a person had said that it is decorative"
        assert (was.image, new) in self.shown, f"{was}: {new!r} was not shown"
        if self.reverting:
            meant = self.sent[str(new if was.alt is None else was.alt)]
            assert meant.place == was.place, f"{was}: taken back elsewhere than {meant}"
        else:
            meant = self.proposed[str(new)]
            assert (meant.image, meant.place) == (was.image, was.place), (
                f"{new!r} was proposed for {meant} and went to {was}"
            )
        if new is not None and new not in self.sent:
            self.sent[new] = was

    # --- altsync
    @rule(incremental=st.booleans())
    def pulls(self, incremental: bool) -> None:
        # Where the moment is NULL only a whole pull finds what people wrote.
        incremental = incremental and self.moments
        if self.stale:
            self._start_anew()
        context = Context(self.source, self.store, threads=2)
        Pull(context, incremental=incremental, allow_shrink=True).run()
        now = self.all_spots()
        self.mirrored = now
        known = {row.image.id: row for row in mirror.named(self.store.conn, list(now))}
        for image, spot in now.items():
            assert image in known, f"{spot} is not mirrored"
            row = known[image]
            assert row.gone_at is None
            assert row.image.alt == spot.alt, f"{spot}: {row.image.alt!r} is mirrored"
            if spot.alt == "" or str(spot.alt).startswith(PERSON):
                assert row.origin is Origin.HUMAN, f"{spot} is not a person's"
            sent = self.sent.get(str(spot.alt))
            if sent is not None and (sent.image, sent.place) != (image, spot.place):
                assert row.origin is Origin.HUMAN, f"{spot}: a person moved it"
        self._check_gone(set(now))

    def _check_gone(self, now: set[str]) -> None:
        sql = "SELECT id FROM images WHERE tag IS NOT NULL AND gone_at IS NULL"
        found = {row[0] for row in self.store.conn.execute(sql)}
        assert found == now, "what is not there any more is gone"

    @rule(many=st.booleans(), pick=PICK)
    def proposes_and_approves(self, many: bool, pick: int) -> None:
        """For what is missing or a machine's; for what inherits by name."""
        ids = sorted(self.mirrored)
        if not ids:
            return
        chosen = ids if many else [ids[pick % len(ids)]]
        wanted = [State.MISSING, State.AI, *([] if many else [State.INHERITS])]
        with self.store.write() as tx:
            for row in mirror.named(tx, chosen):
                if row.state in wanted and row.origin is not Origin.HUMAN:
                    self._propose(tx, row)
            for group in list(candidates.open_candidates(tx)):
                fresh = [one for one in group if not one.moved]
                for one in fresh[-1:]:
                    candidates.judge(tx, one.id, Verdict.APPROVED, "me")

    def _propose(self, tx: Any, row: Any) -> None:
        text = self._new(MACHINE)
        self.proposed[text] = self.mirrored[row.image.id]
        made = NewCandidate(
            row.image.id,
            row.image.alt,
            text,
            Origin.AI,
            model="m",
            place=row.image.place,
        )
        candidates.add(tx, made)

    @rule(
        trouble=st.sampled_from([None, None, "lost", "undone", "busy"]),
        plot=PLOT,
        between=st.lists(ACT, max_size=2),
        meanwhile=st.lists(ACT, max_size=2),
    )
    def pushes(
        self,
        trouble: str | None,
        plot: list[str],
        between: Acts,
        meanwhile: Acts,
    ) -> None:
        """Show the plan, then send it; `between`: what people do after it was shown."""
        self._send(Request(), trouble, plot, between, meanwhile)

    @rule(
        pick=PICK,
        by_number=st.booleans(),
        trouble=st.sampled_from([None, None, "lost", "undone"]),
        plot=PLOT,
        between=st.lists(ACT, max_size=1),
        meanwhile=st.lists(ACT, max_size=1),
    )
    def takes_back(
        self,
        pick: int,
        by_number: bool,
        trouble: str | None,
        plot: list[str],
        between: Acts,
        meanwhile: Acts,
    ) -> None:
        sent = sorted({spot.image for spot in self.sent.values()})
        if not sent:
            return
        name = str(1 + pick % 5) if by_number else sent[pick % len(sent)]
        request = Request(Selection(reverts=(name,), by="olga"))
        self.reverting = True
        with contextlib.suppress(UsageError):  # there is nothing to take back
            self._send(request, trouble, plot, between, meanwhile)
        self.reverting = False

    def _send(
        self,
        request: Request,
        trouble: str | None,
        plot: list[str],
        between: Acts,
        meanwhile: Acts,
    ) -> None:
        if self.stale:
            self._start_anew()
        with Plan.of(self.store, request) as plan, self._troubled(trouble):
            self.shown = {(e.image, e.new) for e in plan.changes()}
            for act in between:
                self._act(*act)
            self.meanwhile, self.plot = list(meanwhile), list(plot)
            context = Context(self.source, self.store, threads=1)
            try:
                Push(context, plan, pauses=()).run()
            except AltsyncError:
                assert trouble
            except Crash:
                assert plot
                self.stale = True
            self.meanwhile, self.plot = [], []
        assert not self.wrong, self.wrong

    @contextlib.contextmanager
    def _troubled(self, trouble: str | None) -> Iterator[None]:
        self.site.switches.troubles.clear()
        if trouble == "busy":
            self.site.trouble(503, times=2, methods=("PATCH",))
        elif trouble:
            self.site.trouble(0, methods=("PATCH",), after=trouble == "lost")
        yield
        self.site.switches.troubles.clear()

    def _killed(self, *given: Any) -> Any:
        act = self.plot.pop(0) if self.plot else ""
        if act == "before":
            raise Crash
        done = self.write(*given)
        if act == "after":
            raise Crash
        return done

    @rule()
    def pushes_and_takes_back(self) -> None:
        """What a push without any trouble wrote comes back to the byte."""
        self.pulls(False)
        self.proposes_and_approves(True, 0)
        before = copy.deepcopy(stored(self.site, FIELDS))
        self.pushes(None, [], [], [])
        sql = "SELECT max(id) FROM pushes"
        (number,) = self.store.conn.execute(sql).fetchone()
        if number is None or stored(self.site, FIELDS) == before:
            return
        self.reverting = True
        self._send(Request(Selection(reverts=(str(number),), by="o")), None, [], [], [])
        self.reverting = False
        assert stored(self.site, FIELDS) == before, "not as it was"

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        try:
            self.site.grant("editor", FULL)
            self.page.draft, self.stale = None, True
            for _ in range(2):
                self.pulls(False)
                self.pushes(None, [], [], [])
            left = list(Plan.on(self.store.conn, Request()).changes())
            assert not left, "left alone, a pull and a push settle everything"
            sql = "SELECT count(*) FROM push_items WHERE status = 'intended'"
            assert self.store.conn.execute(sql).fetchone() == (0,)
        finally:
            self.clean()

    def clean(self) -> None:
        self.store.close()
        self.source.close()
        self.site.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def beside(everything: dict[str, Any]) -> dict[str, Any]:
    """The state without the texts and without the medium's alt."""
    found = copy.deepcopy(everything)
    for value in found.values():
        attributes, links = value
        for name in FIELDS.values():
            attributes.pop(name, None)
        for item in listed(links.get("field_media_image")):
            item["meta"].pop("alt")
        for item in listed(links.get("field_blocks")):
            item["meta"].pop("target_revision_id")  # a save renews them (542)
    return found
