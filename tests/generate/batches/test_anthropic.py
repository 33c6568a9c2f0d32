"""What is Anthropic's own: betas, results at an address, errors inside errors."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from altsync.generate import work
from altsync.generate.batches.anthropic import AnthropicBatches as Ours
from altsync.generate.batches.base import (
    BatchTrouble,
    LineFate,
    RemoteState,
    Unsure,
)
from altsync.generate.batches.providers import of_model
from altsync.generate.opening import open_model
from altsync.generate.trouble import Remedy
from tests.doubles.providers import anthropic
from tests.doubles.providers.anthropic_batches import AnthropicBatches
from tests.doubles.providers.base import Act
from tests.generate.batches.side import OURS, Side, all_of, key_at
from tests.generate.conftest import Hosts


@pytest.fixture
def side(hosts: Hosts, tmp_path: Any) -> Side:
    return Side("anthropic", hosts("anthropic"), tmp_path)


STATES = [
    ("in_progress", RemoteState.UNDER_WAY),
    ("canceling", RemoteState.STOPPING),
    ("ended", RemoteState.ENDED),
    ("a state that is new", RemoteState.UNDER_WAY),
]


@pytest.mark.parametrize(("said", "state"), STATES)
def test_every_state(side: Side, said: str, state: RemoteState) -> None:
    made = side.submit(2)
    double = side.double
    assert isinstance(double, AnthropicBatches)
    told = {**double._told(side.lot), "processing_status": said}
    double.steps["look"] = [Act(raw=json.dumps(told).encode())]
    remote = side.batches.look(made.id)
    assert (remote.state, remote.said) == (state, said)


@pytest.mark.parametrize(
    ("model", "options", "betas"),
    [
        (anthropic.OLD, {}, ""),
        (
            "anthropic/claude-opus-4-5-20251101",
            {"thinking_effort": "low"},
            "effort-2025-11-24,message-batches-2024-09-24",
        ),
        (
            "anthropic/claude-opus-4-5-20251101",
            {"max_tokens": 100_000},
            "output-128k-2025-02-19,message-batches-2024-09-24",
        ),
        ("anthropic/claude-sonnet-5", {}, ""),
    ],
)
def test_old_models_and_new_ones(
    side: Side, model: str, options: dict[str, Any], betas: str
) -> None:
    """A forced tool call, thinking, and the betas that a question needs."""
    opened = open_model(model, options, 5.0)
    side.model, side.batches = opened, of_model(opened)
    side.options = options
    remote = side.ended(2)
    assert side.lot.asked["betas"] == betas
    for key, answer in all_of(side, remote).items():
        outcome = work.taken(side.task(int(key, 16)), answer.heard)
        assert outcome.answer is not None, outcome.said


def test_a_refusal_is_final_and_paid(side: Side) -> None:
    why = {"category": "cyber", "explanation": "It could do harm."}
    side.double.acts = [Act(None, finish="refusal", more={"stop_details": why})]
    (answer,) = all_of(side, side.ended(1)).values()
    outcome = work.taken(side.task(0), answer.heard)
    assert (outcome.remedy, outcome.refused, outcome.paid) == (Remedy.IMAGE, True, True)
    assert "could do harm" in outcome.said


def test_counts_say_nothing_until_it_has_ended(side: Side) -> None:
    side.double.looks = None
    made = side.submit(3)
    side.double.work(side.lot, 2)
    counts = side.batches.look(made.id).counts
    assert (counts.total, counts.answered) == (3, 0)


def test_one_that_runs_may_be_ours(side: Side) -> None:
    """A batch has no word of its sender's: only its results tell whose it is."""
    side.double.looks = None
    made = side.submit(3)
    with pytest.raises(Unsure, match=made.id):
        side.batches.find(side.sought())
    with pytest.raises(Unsure):
        side.batches.find(side.sought(keys={key_at(77)}))
    assert side.batches.find(side.sought(count=4)) is None
    assert side.batches.find(side.sought(known={made.id})) is None
    side.double.end(side.lot, "expired")
    assert side.batches.find(side.sought(keys={key_at(77)})) is None
    found = side.batches.find(side.sought())
    assert found is not None
    assert found.id == made.id


def test_a_key_goes_to_no_other_host_for_results(side: Side) -> None:
    """Behind a proxy their address names Anthropic itself: the proxy is asked."""
    side.double.looks = None
    made = side.submit(2)
    side.double.work(side.lot)
    side.double.end(side.lot, "ended")
    double = side.double
    assert isinstance(double, AnthropicBatches)
    with AnthropicBatches() as other:
        there = f"{other.base}/v1/messages/batches/{made.id}/results"
        told = {**double._told(side.lot), "results_url": there}
        say = Act(raw=json.dumps(told).encode())
        double.steps["look"] = [say]
        remote = side.batches.look(made.id)
        assert remote.results == (there,)
        assert len(all_of(side, remote)) == 2
        # an address that moved between two looks is not followed either
        double.steps["look"] = [say]
        with pytest.raises(BatchTrouble, match="names another host"):
            all_of(side, _at_home(side, made.id, remote))
        assert other.connections == 0


def _at_home(side: Side, name: str, remote: Any) -> Any:
    own = (f"{side.double.base}/v1/messages/batches/{name}/results",)
    return dataclasses.replace(remote, results=own)


ERRORS: list[tuple[Any, int]] = [
    ({"type": "error", "error": {"type": "invalid_request_error"}}, 400),
    ({"type": "overloaded_error"}, 529),
    ({"type": "error", "error": None}, 500),
    (None, 500),
]


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_an_error_of_any_shape(side: Side, error: Any, status: int) -> None:
    remote = side.ended(1)
    result = {"type": "errored", "error": error}
    line = {"custom_id": key_at(0), "result": result}
    side.double.steps["results"] = [Act(raw=json.dumps(line).encode())]
    answer = next(iter(side.batches.answers(remote, OURS)))
    assert (answer.fate, answer.status) == (LineFate.ERRORED, status)
    outcome = work.taken(side.task(0), answer.heard)
    assert not outcome.paid


@pytest.mark.parametrize(
    "line", [{}, {"custom_id": "a"}, {"custom_id": "a", "result": {}}]
)
def test_a_line_that_is_none(side: Side, line: dict[str, Any]) -> None:
    remote = side.ended(1)
    side.double.steps["results"] = [Act(raw=json.dumps(line).encode())]
    with pytest.raises(BatchTrouble, match="1 answer of batch"):
        all_of(side, remote)


def test_one_client_for_a_model(side: Side) -> None:
    """It is closed with the model."""
    again = of_model(side.model)
    assert isinstance(again, Ours)
    assert isinstance(side.batches, Ours)
    assert again._client is side.batches._client
    side.model.close()
    assert side.batches._client.is_closed()
