"""After any sequence of writes, with a person editing meanwhile, everything that
altsync did not mean is as it was.

The machine knows, apart from the source, what the site should hold: it applies every
edit of the person, and every write that the source says was done, to a model of its
own, and compares all of the site with it, byte for byte.
"""

from __future__ import annotations

import copy
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from altsync.errors import (
    AnswerLost,
    ChangedMeanwhile,
    HasDraft,
    NotThere,
    RateLimited,
    Rejected,
)
from tests.doubles.drupal import DemoDrupal
from tests.lengths import AS_FOUND
from tests.sources.jsonapi.world import listed, source_of, state

TEXTS = st.sampled_from(
    [None, "", " ", "a person's words", "e\u0301 <b>&\"'</b> \n", "🦊" * 40]
)
NEW = st.sampled_from(["", "a red boat", "e\u0301 \u200d<i>'&\"</i>", "x" * 512])
PICK = st.integers(0, 30)
BOOKKEEPING = (
    "changed",
    "content_translation_changed",
    "revision_created",
    "revision_timestamp",
    "revision_log_message",
    "revision_log",
    "revision_translation_affected",
)
"""What every save of Drupal moves by itself."""


def held(site: DemoDrupal) -> dict[str, Any]:
    """Everything stored but bookkeeping: uuid -> language -> (attributes,
    relationships), and drafts."""
    found: dict[str, Any] = {}
    for uuid, (translations, draft) in site.everything().items():
        for language, text in translations.items():
            attributes = {
                k: v for k, v in text.attributes.items() if k not in BOOKKEEPING
            }
            links = {
                k: v
                for k, v in text.relationships.items()
                if k not in ("revision_user", "revision_uid")
            }
            found[f"{uuid} {language}"] = (attributes, links)
        if draft is not None:
            found[f"{uuid} draft"] = (
                draft[0],
                {k: v.attributes for k, v in draft[1].items()},
            )
    return found


class Drupal(RuleBasedStateMachine):
    @initialize(first=TEXTS, second=TEXTS, label=st.sampled_from([None, "ai", "human"]))
    def start(self, first: str | None, second: str | None, label: str | None) -> None:
        self.site = DemoDrupal(state=state(label_on_nodes=True))
        self.site.__enter__()
        media = [
            self.site.add_media(first, title="T", label=label),
            self.site.add_media(second, caption="c"),
        ]
        articles = [
            self.site.add_article("Story", [first, second, None]),
            self.site.add_article("Other", [second]),
        ]
        for article in articles:
            article.translations["en"].attributes["field_alt_source"] = label
        self.site.translate(media[0], "nl", second, name="NL")
        self.site.translate(articles[0], "nl", first)
        self.entities = [*media, *articles]
        self.source = source_of(self.site, languages=("en", "nl"))
        self.images = list(listed(self.source).values())
        self.pending: list[tuple[Any, dict[str, Any]]] = []
        self.model = held(self.site)

    def _field(self, entity: Any) -> str:
        return "field_media_image" if entity.type == "media--image" else "field_gallery"

    @rule(
        pick=PICK,
        item=PICK,
        alt=TEXTS,
        title=st.none() | st.text(max_size=5),
        nl=st.booleans(),
    )
    def person_edits(
        self, pick: int, item: int, alt: str | None, title: str | None, nl: bool
    ) -> None:
        entity = self.entities[pick % len(self.entities)]
        language = "nl" if nl and "nl" in entity.translations else "en"
        items = self.site.items(entity, self._field(entity), language)
        if items:
            self.site.edit(
                entity,
                self._field(entity),
                item % len(items),
                language=language,
                alt=alt,
                title=title,
            )
            self.model = held(self.site)

    @rule(pick=PICK, label=st.sampled_from([None, "ai", "human"]), status=st.booleans())
    def person_edits_something_else(
        self, pick: int, label: str | None, status: bool
    ) -> None:
        entity = self.entities[pick % len(self.entities)]
        self.site.edit(entity, attributes={"field_alt_source": label, "status": status})
        self.model = held(self.site)

    @rule(
        pick=st.integers(2, 3),
        order=st.lists(st.integers(0, 3), min_size=1, max_size=4),
    )
    def person_rearranges_the_gallery(self, pick: int, order: list[int]) -> None:
        entity = self.entities[pick]
        n = len(self.site.items(entity, "field_gallery"))
        if n:
            self.site.rearrange(entity, "field_gallery", [delta % n for delta in order])
            self.model = held(self.site)

    @rule(pick=PICK, publish=st.booleans())
    def person_saves_or_publishes_a_draft(self, pick: int, publish: bool) -> None:
        entity = self.entities[pick % len(self.entities)]
        if publish:
            self.site.publish_draft(entity)
        elif self.site.items(entity, self._field(entity)):
            self.site.draft(entity, "draft words", self._field(entity))
        self.model = held(self.site)

    @rule()
    def pull(self) -> None:
        self.images = list(listed(self.source).values())

    @rule(
        pick=PICK,
        alt=NEW,
        more=st.booleans(),
        label=st.sampled_from(["ai", "human", None]),
    )
    def read(self, pick: int, alt: str, more: bool, label: str | None) -> None:
        """Read fresh now; the write comes later, with edits of the person between."""
        if not self.images:
            return
        image = self.images[pick % len(self.images)]
        group = [
            i
            for i in self.images
            if (i.entity, i.language) == (image.entity, image.language)
        ]
        asked = group if more else [image]
        try:
            fresh = self.source.fresh(asked)
        except Rejected:
            return  # unpublished meanwhile
        new: dict[str, Any] = {}
        for n, (image_id, flat) in enumerate(fresh.flats.items()):
            new[image_id] = {**flat, "alt": alt + str(n) if len(alt) < 500 else alt}
            if label is not None and "label" in flat:
                new[image_id]["label"] = label
        if new:
            self.pending.append((fresh, new))

    @rule(trouble=st.sampled_from([None, None, None, "lost", "undone", "busy"]))
    def write(self, trouble: str | None) -> None:
        if not self.pending:
            return
        fresh, new = self.pending.pop(0)
        before = held(self.site)
        self.site.switches.troubles.clear()
        if trouble == "busy":
            self.site.trouble(503, times=100, methods=("PATCH",))
        elif trouble is not None:
            self.site.trouble(0, methods=("PATCH",), after=trouble == "lost")
        sent = len(self.site.requests("PATCH"))
        try:
            confirmed = self.source.write(fresh, new, "altsync: a run")
        except (ChangedMeanwhile, HasDraft, NotThere, RateLimited):
            assert held(self.site) == before, (
                "it was refused, so nothing may have changed"
            )
        except AnswerLost:
            assert trouble in ("lost", "undone")
            if trouble == "undone":
                assert held(self.site) == before
            elif held(self.site) != before:
                self._meant(fresh, new, before)
        else:
            assert {i: flat["alt"] for i, flat in confirmed.items()} == {
                i: flat["alt"] for i, flat in new.items()
            }
            patches = len(self.site.requests("PATCH")) - sent
            assert patches <= 1
            if patches or any(fresh.flats[i]["alt"] != new[i]["alt"] for i in new):
                self._meant(fresh, new, before)
            else:
                # It stood there when it was read: what a person did since stays.
                assert held(self.site) == before
        self.site.switches.troubles.clear()
        self.model = held(self.site)

    def _meant(self, fresh: Any, new: dict[str, Any], before: dict[str, Any]) -> None:
        """Apply what was asked to the state before, and nothing else: that must be the
        state after."""
        key = f"{fresh.item.uuid} {fresh.language}"
        expected = copy.deepcopy(before)
        attributes, links = expected[key]
        for slot in fresh.item.slots:
            if slot.id in new:
                data = links[slot.field]
                item = data[slot.delta] if isinstance(data, list) else data
                item["meta"]["alt"] = new[slot.id]["alt"]
        after = held(self.site)
        label = after[key][0].get("field_alt_source")
        if label != attributes.get("field_alt_source"):
            # Either the label that was asked for, or nothing. A machine's never
            # replaces a person's among several.
            asked = {flat.get("label") for flat in new.values()}
            assert label in asked
            assert not (
                label == "ai"
                and attributes["field_alt_source"] == "human"
                and fresh.item.shared_label
            )
            attributes["field_alt_source"] = label
        assert after == expected

    @invariant()
    def nothing_else_changed(self) -> None:
        if hasattr(self, "model"):
            assert held(self.site) == self.model

    def teardown(self) -> None:
        if hasattr(self, "site"):
            self.source.close()
            self.site.close()


Drupal.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    phases=AS_FOUND,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestDrupal = Drupal.TestCase


@pytest.mark.parametrize(
    "broken",
    [
        ("META", ("alt", "width", "height")),
        ("META", ("alt", "title")),
        ("_true_of_all", lambda *_: True),
    ],
    ids=["title forgotten", "size forgotten", "label for all"],
)
def test_the_machine_notices_a_careless_client(
    monkeypatch: pytest.MonkeyPatch, broken: tuple[str, Any]
) -> None:
    """A write that forgets what a naive client forgets is caught, so the machine can fail."""
    machine = Drupal()
    machine.start("words", "more", "human")
    try:
        machine.site.lose_bytes(machine.entities[0])
        monkeypatch.setattr(f"altsync.sources.jsonapi.write.{broken[0]}", broken[1])
        pick = next(
            n
            for n, i in enumerate(machine.images)
            if i.album.endswith("field_gallery") == callable(broken[1])
        )
        machine.read(pick, "a red boat", False, "ai" if callable(broken[1]) else None)
        with pytest.raises(AssertionError):
            machine.write(None)
    finally:
        machine.teardown()


def test_the_machine_notices_a_missing_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `changed` as compare-and-set a person's edit between read and write is
    overwritten."""
    from altsync.sources.jsonapi.write import Body

    document = Body.document

    def unguarded(self: Body, item: Any) -> dict[str, Any]:
        made = document(self, item)
        made["data"]["attributes"].pop("changed")
        return made

    monkeypatch.setattr(Body, "document", unguarded)
    machine = Drupal()
    machine.start("words", "more", None)
    try:
        machine.read(0, "a red boat", False, None)
        fresh, new = machine.pending[0]
        machine.person_edits(0, 0, "a person's words", "another title", False)
        with pytest.raises(AssertionError):
            machine.write(None)
        assert fresh.flats.keys() == new.keys()
    finally:
        machine.teardown()
