"""Answers in other forms than asked, through the whole stage: what was paid for is used,
and what nobody said goes to a person."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import llm
import pytest

from altsync.generate import opening
from altsync.generate.prompt import SCHEMA
from altsync.models import Decision, Finding, Origin, Severity
from altsync.verdicts.policy import Case, Way, answer
from tests.doubles.providers.base import Act, decided
from tests.doubles.providers.openai import Double, words_of
from tests.generate.conftest import CALL, Bench, photo
from tests.generate.test_answer import AROUND

Filled = Callable[[int], Bench]
CAT = "A ginger cat sleeps on a mat."


def test_no_shape_costs_a_text_or_a_second_call(filled: Filled, double: Double) -> None:
    shapes = list(AROUND.values())
    bench = filled(len(shapes))

    def act(body: dict[str, Any]) -> Act:
        found = re.search(r"Title (\d+)", words_of(body))
        assert found
        return Act(shapes[int(found[1])](decided(f"{CAT[:-1]} by number {found[1]}.")))

    double.act = act
    done = bench.run(threads=4)
    assert (done.made, done.failed, double.calls) == (len(shapes), 0, len(shapes))
    assert done.spent == pytest.approx(len(shapes) * CALL)
    alts = bench.rows(
        "SELECT count(DISTINCT alt), count(DISTINCT flags) FROM candidates"
    )
    assert alts == [(len(shapes), 1)]


@pytest.mark.parametrize(
    ("given", "lacks"),
    [
        ({"alt": CAT}, "decision, text_in_image, people, unsure"),
        (json.loads(decided(CAT, "photograph")), "decision (“photograph” is none)"),
    ],
)
def test_what_a_model_did_not_say_goes_to_a_person(
    filled: Filled, double: Double, given: dict[str, Any], lacks: str
) -> None:
    """Stored, shown with the text, and in no way approved or sent by many."""
    bench = filled(2)
    double.acts = [Act(json.dumps(given)), Act.alt("A dog runs.")]
    assert bench.run().made == 2
    ((alt, decision, findings),) = bench.rows(
        "SELECT alt, decision, findings FROM candidates WHERE findings != '[]'"
    )
    assert (alt, decision, double.calls) == (CAT, "informative", 2)
    found = [
        Finding(**{**one, "severity": Severity(one["severity"])})
        for one in json.loads(findings)
    ]
    assert [one.rule for one in found] == ["incomplete"]
    assert lacks in found[0].message
    case = Case(Decision(decision), Origin.AI, tuple(found))
    assert {answer(way, case) for way in Way} == {"the lint found incomplete"}


def test_an_answer_that_is_taken_again_still_wants_a_person(
    bench: Bench, double: Double
) -> None:
    for number in range(2):
        bench.add(number, pixels=photo(7), title="One")
    bench.pull()
    double.acts = [Act(json.dumps({"alt": CAT}))]
    done = bench.run()
    assert (done.made, done.reused, double.calls) == (1, 1, 1)
    wanting = "SELECT count(*) FROM candidates WHERE findings LIKE '%incomplete%'"
    assert bench.rows(wanting) == [(2,)]


def test_a_model_whose_schema_support_is_a_lie_is_asked_for_the_text(
    filled: Filled, double: Double
) -> None:
    bench = filled(3)
    double.acts = [
        Act(CAT),
        Act(f"```json\n{decided(CAT, 'text')}\n```"),
        Act("CANNOT"),
    ]
    done = bench.run(ask="text")
    assert (done.made, done.failed, double.calls) == (2, 1, 3)
    assert "response_format" not in double.requests[0]
    rows = bench.rows("SELECT alt, decision, flags FROM candidates ORDER BY id")
    assert rows == [(CAT, "informative", "{}"), (CAT, "text", "{}")]
    double.acts = [Act.alt("A dog runs.")]
    assert bench.run().made == 1
    assert "response_format" in double.requests[-1]
    assert bench.rows("SELECT count(DISTINCT prompt_id) FROM candidates") == [(2,)]


class Hungry(llm.Model):
    """Takes keys out of the schema that it is given, as llm-gemini did."""

    model_id = "hungry"
    attachment_types = {"image/jpeg"}  # noqa: RUF012
    supports_schema = True

    def execute(
        self, prompt: Any, stream: Any, response: Any, conversation: Any
    ) -> Any:
        prompt.schema.pop("additionalProperties")
        prompt.schema["properties"]["alt"].clear()
        yield decided(CAT)


def test_a_plugin_that_changes_the_schema_changes_its_own(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a part of the prompt's id, and every thread's."""
    before = copy.deepcopy(SCHEMA)
    model = Hungry()
    monkeypatch.setattr(llm, "get_model", lambda name: model)
    opening.forget()
    assert filled(4).run(models=("hungry",), threads=2).made == 4
    opening.forget()
    assert before == SCHEMA


def test_what_was_no_text_is_shown_to_the_owner(filled: Filled, double: Double) -> None:
    """In the sentence at the end and in the history; whole in `failures.answer`."""
    bench = filled(1)
    double.acts = [Act("Sorry, \x1b[1mno.")]
    done = bench.run()
    assert done.problem.endswith(
        'set [generate] ask = "text". It says: "Sorry, [1mno."'
    )
    assert bench.rows("SELECT answer FROM failures") == [("Sorry, \x1b[1mno.",)]
