"""Texts that people work on while altsync does: the machine of text_machine.py, and what
it notices where a part of altsync is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from lxml import html

from altsync import plan, whose
from altsync.models import Change, Entry, PlanRow, SiteImage
from altsync.sources.jsonapi import write_texts
from altsync.sources.jsonapi.guards import REVISION
from altsync.sources.jsonapi.write import Body
from altsync.texts import spliced
from altsync.whose import OnRecord
from tests.lengths import LENGTH, QUICK
from tests.sources.jsonapi.text_machine import InTexts


def test_a_text_goes_to_its_place_or_nowhere() -> None:
    run_state_machine_as_test(InTexts, settings=QUICK)


@pytest.mark.slow
@pytest.mark.timeout(400 * LENGTH)
def test_a_text_goes_to_its_place_or_nowhere_for_long() -> None:
    run_state_machine_as_test(
        InTexts,
        settings=settings(QUICK, max_examples=10 * LENGTH, stateful_step_count=40),
    )


def started(layout: list[int], short: list[int] | None = None) -> InTexts:
    """A machine whose first push is ready: a candidate for every picture without alt."""
    machine = InTexts()
    machine.start(layout=layout, short=short or [], moments=True)
    machine.proposes_and_approves(True, 0)
    return machine


def without(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant it: no change looks whether this stands as it was shown."""
    whole = Change.patch.fget  # type: ignore[attr-defined]

    def patch(self: Change) -> list[dict[str, Any]]:
        tests = {"op": "test", "path": path}
        return [op for op in whole(self) if {**op, **tests} != op]

    monkeypatch.setattr(Change, "patch", property(patch))


def without_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Body.document

    def document(self: Body, item: Any) -> dict[str, Any]:
        made = whole(self, item)
        for name in ("changed", "content_translation_changed", REVISION):
            made["data"].get("attributes", {}).pop(name, None)
        return made

    monkeypatch.setattr(Body, "document", document)


def without_part(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write_texts._with

    def lacking(*given: Any) -> dict[str, Any]:
        return {key: text for key, text in whole(*given).items() if key != part}

    monkeypatch.setattr(write_texts, "_with", lacking)
    monkeypatch.setattr(write_texts, "check_whole", lambda *_: None)


def serialised(values: Sequence[str], new: Any, _: Any) -> list[str]:
    """The text by way of a parser's tree, as a lesser program writes it."""
    made = [
        html.fragment_fromstring(v, create_parent="div") for v in spliced(values, new)
    ]
    return [html.tostring(root, encoding="unicode")[5:-6] for root in made]


def at_the_first(values: Sequence[str], new: Any, _: Any) -> list[str]:
    """Equals are not told apart."""
    return spliced(values, {key.partition(".")[0]: alt for key, alt in new.items()})


def noticed(
    machine: InTexts, says: str, between: Any = (), meanwhile: Any = ()
) -> None:
    try:
        with pytest.raises(AssertionError, match=says):
            machine.pushes(None, [], list(between), list(meanwhile))
    finally:
        machine.clean()


FIRST = (0, 0)
"""Of the page in English, its first picture."""


def test_noticed_where_a_text_goes_to_another_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without("/place", monkeypatch)
    noticed(started([0, 0]), "was proposed for", between=[("remove", *FIRST)])


def test_noticed_where_a_plan_forgets_what_place_a_text_was_proposed_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = plan._entry

    def entry(row: PlanRow, *given: Any) -> Entry:
        return whole(replace(row, proposed_place=row.place), *given)

    monkeypatch.setattr(plan, "_entry", entry)
    machine = started([0, 0])
    machine.person(("remove", *FIRST))
    machine.pulls(False)
    noticed(machine, "was proposed for")


@pytest.mark.parametrize("act", ["alt", "decorate"])
def test_noticed_where_a_persons_alt_is_overwritten(
    monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    without("/alt", monkeypatch)
    noticed(started([0]), "person", between=[(act, *FIRST)])


@pytest.mark.parametrize("pick", [0, 2], ids=["page", "paragraph"])
def test_noticed_where_words_are_overwritten_between_look_and_write(
    monkeypatch: pytest.MonkeyPatch, pick: int
) -> None:
    without_guards(monkeypatch)
    noticed(started([0], [0]), ": words", meanwhile=[("words", pick, 0)] * 2)


@pytest.mark.parametrize("part", ["format", "summary"])
def test_noticed_where_a_part_of_a_text_is_not_sent_back(
    monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    without_part(part, monkeypatch)
    noticed(started([0]), f"the {part} is lost")


@pytest.mark.parametrize(
    ("planted", "says"),
    [(serialised, ": words"), (at_the_first, "was not shown")],
)
def test_noticed_where_a_text_is_written_carelessly(
    monkeypatch: pytest.MonkeyPatch, planted: Any, says: str
) -> None:
    machine = InTexts()
    machine.start(layout=[0, 0], short=[], moments=True)
    machine.proposes_and_approves(False, 1)
    monkeypatch.setattr(write_texts, "spliced", planted)
    noticed(machine, says)


def test_noticed_where_a_copy_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copied after it was shown, or pulled before."""
    without("/place", monkeypatch)
    monkeypatch.setattr(plan, "_elsewhere", lambda row: "")
    for pulled in (False, True):
        machine = started([0, 0])
        machine.pushes(None, [], [], [])
        copy = ("copy", *FIRST)
        if pulled:
            machine.person(copy)
            machine.pulls(False)
        try:
            with pytest.raises(AssertionError, match="taken back elsewhere"):
                machine.takes_back(0, False, None, [], [] if pulled else [copy], [])
        finally:
            machine.clean()


def test_noticed_where_a_text_that_was_moved_stays_a_machines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = whose._who_wrote_in_text

    def forgetful(now: SiteImage, known: OnRecord | None, blank: bool) -> Any:
        if known is not None:
            now = replace(now, place=known.place)
        return whole(now, known, blank)

    monkeypatch.setattr(whose, "_who_wrote_in_text", forgetful)
    machine = started([0, 0])
    machine.pushes(None, [], [], [])
    machine.person(("remove", 0, 1))  # the other one
    try:
        with pytest.raises(AssertionError, match="moved it"):
            machine.pulls(False)
    finally:
        machine.clean()
