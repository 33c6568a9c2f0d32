"""Pull, propose, judge and push on a Drupal, while a person edits texts, titles,
siblings, drafts and labels.

The judge sits at the site: it looks at every PATCH as it arrives, knows who wrote each
text, and asserts that no person's words are replaced, that only what the plan showed is
written, and that all else stays byte for byte.
"""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from altsync.errors import AltsyncError
from altsync.models import NewCandidate, Origin, State, Verdict
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.stage import Context
from altsync.store import candidates, mirror
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.calls import Reply
from tests.sources.jsonapi.test_stateful import held
from tests.sources.jsonapi.world import slot_id, source_of, state

FIELDS = {
    "media--image": ("field_media_image",),
    "node--article": ("field_image", "field_gallery"),
}
FIRST = st.sampled_from([None, "", "a person's first words"])
PICK = st.integers(0, 50)


class Loop(RuleBasedStateMachine):
    @initialize(
        texts=st.lists(FIRST, min_size=5, max_size=5),
        label=st.sampled_from([None, "human"]),
    )
    def start(self, texts: list[str | None], label: str | None) -> None:
        self.dir = Path(tempfile.mkdtemp())
        self.serial, self.writer, self.shown = (
            0,
            dict[str, str](),
            set[tuple[str, Any]](),
        )
        self.meanwhile: list[int] = []
        self.site = DemoDrupal(state=state(label_on_nodes=True))
        media = [
            self.site.add_media(text, title="T", label=label if text else None)
            for text in texts[:2]
        ]
        article = self.site.add_article("Story", texts[2:], image=texts[0])
        article.translations["en"].attributes["field_alt_source"] = None
        self.site.translate(media[0], "nl", texts[1], name="NL")
        self.site.translate(article, "nl", texts[2])
        self.entities = [*media, article]
        for key, alt in self.slots().items():
            self.writer[key] = "person" if alt else "nobody"
        self.site.__enter__()
        self.answer = self.site.site.answer
        self.site.site.answer = self.judge  # type: ignore[method-assign]
        self.source = source_of(self.site, languages=("en", "nl"))
        self.store = Store.open(self.dir / "altsync.db", create=True)
        self.store.claim(self.site.url, "jsonapi")
        self.wrong: list[str] = []
        self.pulls()

    def slots(self) -> dict[str, str | None]:
        """Every image's id -> its alt, straight from the site's own store."""
        found: dict[str, str | None] = {}
        for entity in self.entities:
            for language in entity.translations:
                for field in FIELDS[entity.type]:
                    for delta, item in enumerate(
                        self.site.items(entity, field, language)
                    ):
                        found[slot_id(entity, self.site, field, delta, language)] = (
                            item["meta"]["alt"]
                        )
        return found

    def judge(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        if method != "PATCH":
            return self.answer(method, target, headers, body)
        if self.meanwhile:
            # A person saves the very item, after it was read and before the PATCH is
            # worked on.
            self.serial += 1
            self._edit(self.meanwhile.pop(), f"a person's words {self.serial}", target)
        before, texts = held(self.site), self.slots()
        reply = self.answer(method, target, headers, body)
        after, now = held(self.site), self.slots()
        try:
            for key in now:
                if now[key] != texts[key]:
                    assert self.writer[key] != "person", (
                        f"a person's words at {key} were overwritten"
                    )
                    assert (
                        key,
                        now[key],
                    ) in self.shown, f"{key}: {now[key]!r} was sent but not shown"
                    self.writer[key] = "altsync"
            assert without_texts(before) == without_texts(after), (
                "something else was changed"
            )
            self.check_labels(before, after)
        except AssertionError as error:  # the server thread must not swallow it
            self.wrong.append(str(error))
        return reply

    def check_labels(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        for entity in self.entities:
            for language in entity.translations:
                old, new = (
                    held_[f"{entity.uuid} {language}"][0].get("field_alt_source")
                    for held_ in (before, after)
                )
                if old == new or new != "ai":
                    continue
                keys = [
                    slot_id(entity, self.site, field, delta, language)
                    for field in FIELDS[entity.type]
                    for delta, item in enumerate(
                        self.site.items(entity, field, language)
                    )
                    if item["meta"]["alt"]
                ]
                assert {self.writer[key] for key in keys} <= {"altsync"}, (
                    "a person's words were labelled a machine's"
                )

    # --- the person
    @rule(pick=PICK)
    def person_writes(self, pick: int) -> None:
        self.serial += 1
        self._edit(pick, f"a person's words {self.serial}")

    @rule(pick=PICK)
    def person_clears(self, pick: int) -> None:
        self._edit(pick, "")

    def _edit(self, pick: int, alt: str, target: str = "") -> None:
        places = [
            (e, f, d, lang)
            for e in self.entities
            for lang in e.translations
            for f in FIELDS[e.type]
            for d in range(len(self.site.items(e, f, lang)))
            if not target
            or (e.uuid in target and target.startswith("/nl/") == (lang == "nl"))
        ]
        entity, field, delta, language = places[pick % len(places)]
        self.site.edit(entity, field, delta, language=language, alt=alt)
        self.writer[slot_id(entity, self.site, field, delta, language)] = (
            "person" if alt else "nobody"
        )

    @rule(pick=PICK, title=st.sampled_from(["", "title", None]))
    def person_retitles(self, pick: int, title: str | None) -> None:
        entity = self.entities[pick % len(self.entities)]
        self.site.edit(entity, FIELDS[entity.type][-1], 0, title=title)

    @rule(pick=st.integers(0, 1))
    def person_vouches(self, pick: int) -> None:
        """By the label of a media item, which has one text."""
        entity = self.entities[pick]
        self.site.edit(entity, attributes={"field_alt_source": "human"})
        key = slot_id(entity, self.site)
        if self.slots()[key]:
            self.writer[key] = "person"

    @rule(order=st.permutations([0, 1, 2]))
    def person_rearranges(self, order: list[int]) -> None:
        self.site.rearrange(self.entities[2], "field_gallery", list(order))

    @rule(pick=PICK, publish=st.booleans())
    def person_drafts(self, pick: int, publish: bool) -> None:
        entity = self.entities[pick % len(self.entities)]
        if entity.draft is not None:
            entity.draft = None
        elif not publish:
            self.site.draft(entity, "draft words", FIELDS[entity.type][-1])

    @rule(pick=PICK, status=st.booleans())
    def person_publishes(self, pick: int, status: bool) -> None:
        self.site.edit(
            self.entities[pick % len(self.entities)], attributes={"status": status}
        )

    # --- altsync
    @rule()
    def pulls(self) -> None:
        Pull(Context(self.source, self.store, threads=2)).run()
        now = self.slots()
        for row in mirror.named(self.store.conn, list(now)):
            assert row.gone_at is None
            entity = next(e for e in self.entities if row.image.entity.endswith(e.uuid))
            if not entity.translations[row.image.language or "en"].attributes["status"]:
                continue  # hidden from this login: the mirror keeps what it saw last
            assert row.image.alt == now[row.image.id]
            if row.image.alt and self.writer[row.image.id] == "person":
                assert row.origin is Origin.HUMAN
            elif row.image.alt and self.writer[row.image.id] == "altsync":
                assert row.origin is Origin.AI, (
                    f"{row.image.id}: altsync's own text is taken for a person's"
                )

    @rule(many=st.booleans(), pick=PICK)
    def proposes_and_approves(self, many: bool, pick: int) -> None:
        ids = list(self.slots())
        with self.store.write() as tx:
            for row in mirror.named(tx, ids if many else [ids[pick % len(ids)]]):
                if (
                    row.state in (State.MISSING, State.AI)
                    and row.origin is not Origin.HUMAN
                ):
                    self.serial += 1
                    text = f"machine text {self.serial}"
                    candidates.add(
                        tx,
                        NewCandidate(
                            row.image.id, row.image.alt, text, Origin.AI, model="m"
                        ),
                    )
            for group in list(candidates.open_candidates(tx)):
                fresh = [one for one in group if not one.moved]
                for one in fresh[-1:]:
                    candidates.judge(tx, one.id, Verdict.APPROVED, "me")

    @rule(
        trouble=st.sampled_from([None, None, "lost", "undone", "busy"]),
        meanwhile=st.none() | PICK,
    )
    def pushes(self, trouble: str | None, meanwhile: int | None) -> None:
        """Show the plan, then send it, while answers get lost and a person edits
        between read and write."""
        self.site.switches.troubles.clear()
        if trouble == "busy":
            self.site.trouble(503, times=2, methods=("PATCH",))
        elif trouble:
            self.site.trouble(0, methods=("PATCH",), after=trouble == "lost")
        self.meanwhile = [] if meanwhile is None else [meanwhile]
        with Plan.of(self.store, Request()) as plan:
            self.shown = {(e.image, e.new) for e in plan.changes()}
            try:
                Push(Context(self.source, self.store, threads=2), plan).run()
            except AltsyncError:
                assert trouble
        self.meanwhile = []
        self.site.switches.troubles.clear()
        assert not self.wrong, self.wrong

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        try:
            for entity in self.entities:
                entity.draft = None
            for _ in range(2):
                self.pulls()
                self.pushes(None, None)
            changes = list(Plan.on(self.store.conn, Request()).changes())
            hidden = {
                e.uuid
                for e in self.entities
                for t in e.translations.values()
                if not t.attributes["status"]
            }
            open_ = [e for e in changes if e.entity.rpartition("/")[2] not in hidden]
            assert not open_, (
                "left alone, a pull and a push settle everything that can be seen"
            )
        finally:
            self.clean()

    def clean(self) -> None:
        self.store.close()
        self.source.close()
        self.site.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def without_texts(everything: dict[str, Any]) -> dict[str, Any]:
    """The state without alts and labels: what no push may change."""
    found = copy.deepcopy(everything)
    for value in found.values():
        attributes, links = value
        if not isinstance(attributes, dict):
            continue  # a draft
        attributes.pop("field_alt_source", None)
        for names in FIELDS.values():
            for name in names:
                data = links.get(name) or []
                for item in data if isinstance(data, list) else [data]:
                    item["meta"].pop("alt")
    return found


QUICK = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_push_changes_only_what_was_shown() -> None:
    run_state_machine_as_test(Loop, settings=QUICK)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_push_changes_only_what_was_shown_for_long() -> None:
    run_state_machine_as_test(
        Loop, settings=settings(QUICK, max_examples=150, stateful_step_count=40)
    )


def test_the_judge_notices_a_missing_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `changed` as compare-and-set, an edit between read and write is
    overwritten, and the judge says so."""
    from altsync.sources.jsonapi.write import Body

    document = Body.document

    def unguarded(self: Body, item: Any) -> dict[str, Any]:
        made = document(self, item)
        made["data"].get("attributes", {}).pop("changed", None)
        return made

    monkeypatch.setattr(Body, "document", unguarded)
    machine = Loop()
    machine.start(["", "", "", "", ""], None)
    try:
        machine.proposes_and_approves(True, 0)
        with pytest.raises(AssertionError, match="overwritten"):
            machine.pushes(None, 0)
    finally:
        machine.clean()


def test_the_judge_notices_a_label_that_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("altsync.sources.jsonapi.write._true_of_all", lambda *_: True)
    machine = Loop()
    machine.start(["", "", "a person's first words", "", ""], None)
    try:
        machine.proposes_and_approves(True, 0)
        with pytest.raises(AssertionError, match="labelled a machine's"):
            machine.pushes(None, None)
    finally:
        machine.clean()
