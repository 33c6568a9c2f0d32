"""A live call, cut in two: what would be sent is what is sent, and what is made of an
answer that came otherwise is what is made of a live one, through the real plugins."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest

from altsync.errors import ModelStopped
from altsync.generate import cut, hearing, work
from altsync.generate.context import Piece, Trust
from altsync.generate.cut import Captured
from altsync.generate.hearing import Heard
from altsync.generate.opening import open_model
from altsync.generate.prompt import Wishes, build
from altsync.generate.task import Outcome, Task
from altsync.generate.trouble import Remedy
from tests.doubles.providers import anthropic, situations
from tests.doubles.providers.base import Act
from tests.doubles.providers.batching import Batching
from tests.doubles.providers.hosting import key_of
from tests.doubles.providers.playing import hurry
from tests.doubles.providers.situations import Situation, Verdict
from tests.doubles.providers.situations.situation import good
from tests.generate.conftest import SECRET, Hosts, photo
from tests.pictures.made import shrunk

JPEG = shrunk(photo(1))
KINDS = [
    ("openai", "double", {}),
    ("openai", "double-plain", {}),
    ("openai", "double-keyed", {"temperature": 0.5}),
    ("openai", "double-headed", {}),
    ("openai", "gpt-4o", {"seed": 7, "max_tokens": 300}),
    ("openai", "gpt-5-mini", {}),
    ("openai", "gpt-5-mini", {"reasoning_effort": "low", "verbosity": "low"}),
    ("openai", "gpt-5.6-luna", {}),
    ("openai", "gpt-5-mini", {"chat_completions": True}),
    ("openai", "o3", {}),
    ("anthropic", anthropic.OLD, {}),
    ("anthropic", "anthropic/claude-haiku-4-5-20251001", {}),
    ("anthropic", "anthropic/claude-opus-4-5-20251101", {"thinking": True}),
    ("anthropic", "anthropic/claude-opus-4-5-20251101", {"max_tokens": 100_000}),
    ("anthropic", "anthropic/claude-opus-4-5-20251101", {"thinking_effort": "low"}),
    ("anthropic", "anthropic/claude-sonnet-5", {}),
    ("anthropic", "anthropic/claude-opus-4-8", {"thinking_effort": "high"}),
]
"""Every way in which a plugin builds a question: Chat and Responses, with a schema and
without; a forced tool call, structured output, thinking, headers of betas."""


def task_of(model: str, **how: Any) -> Task:
    """About one picture, with a context."""
    usual: dict[str, Any] = {
        "prompt": build(
            Wishes(), open_model(model, how.get("options", {}), 5.0).schema
        ),
        "pieces": (Piece("title", "Hay in a meadow", Trust.SITE, "title"),),
        "jpeg": JPEG,
        "timeout": 5.0,
        "expected": (900, 60),
    }
    return Task(model, **{**usual, **how})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses, and one question."""
    hurry(monkeypatch)
    monkeypatch.setattr(work, "QUESTIONS", 1)


@pytest.mark.parametrize(("way", "model", "options"), KINDS)
def test_what_would_be_sent_is_what_is_sent(
    way: str, model: str, options: dict[str, Any], hosts: Hosts
) -> None:
    double = hosts(way)
    task = task_of(model, options=options, more=(shrunk(photo(2)),))
    captured = work.would_send(task)
    assert isinstance(captured, Captured)
    assert (double.calls, double.connections) == (0, 0), "nothing was sent"
    assert work.work(task).answer is not None
    assert (captured.json, captured.path) == (double.requests[0], double.paths[0])
    beta = double.headers[0].get("anthropic-beta")
    assert captured.headers == ({"anthropic-beta": beta} if beta else {})
    assert captured.method == "POST"


@pytest.mark.parametrize(("way", "model", "options"), KINDS)
def test_no_key_is_in_a_captured_question(
    way: str, model: str, options: dict[str, Any], hosts: Hosts
) -> None:
    hosts(way)
    captured = work.would_send(task_of(model, options=options))
    for secret in (key_of(way), key_of("stubco"), SECRET):
        assert secret not in f"{captured}"


def answers() -> list[Any]:
    """Of the situations: those in which an answer came whole, or an error in its place."""
    return [
        pytest.param(one, id=one.id)
        for one in situations.ALL
        if one.provider in ("openai", "anthropic")
        and not one.lost
        and not one.acts[0].inside
        and one.acts[0] != situations.network.HTML
    ]


def came(double: Batching, act: Act) -> Heard:
    """The answer to the double's last call, whole, as a batch would have it."""
    headers = {name.lower(): value for name, value in act.headers.items()}
    if act.raw is not None:
        return Heard(act.code, headers, act.raw, whole=True)
    given = json.dumps(double.whole(act, double.requests[-1])).encode()
    return Heard(200, headers, given, whole=True)


@pytest.mark.parametrize("situation", answers())
def test_an_answer_that_came_otherwise_is_read_as_a_live_one(
    situation: Situation, hosts: Hosts
) -> None:
    double = hosts(situation.provider)
    act = situation.acts[0]
    again = situation.verdict is Verdict.GO_ON
    double.acts = [act, good()] if again else [act]
    task = task_of(situation.model or double.model, options=situation.options)
    live = work.work(task)
    calls = double.calls
    otherwise = work.taken(task, came(double, act), last=True)
    assert double.calls == calls, "nobody was asked"
    if again:  # nobody can wait for it here
        assert (otherwise.remedy, otherwise.paid) == (Remedy.AGAIN, False)
    else:
        assert told(otherwise) == told(live)


ID = re.compile(r'"(msg|toolu)_[0-9a-f]+"')


def told(outcome: Outcome) -> dict[str, Any]:
    """All of it, but for what is new at each call, and for the tier: a batch's is its
    own."""
    found = dataclasses.asdict(outcome)
    for reply in found["replies"]:
        del reply["response_id"], reply["duration_ms"], reply["tier"]
        reply["text"] = ID.sub("", reply["text"])
    return found


def test_the_tier_of_a_batch_is_on_record(hosts: Hosts) -> None:
    """By which half the price is known."""
    double = hosts("anthropic")
    task = task_of(double.model)
    double.acts = [good()]
    work.work(task)
    (reply,) = work.taken(task, came(double, good())).replies
    assert (reply.tier, reply.duration_ms) == ("batch", None)


def test_an_answer_that_cannot_be_used_is_asked_for_once_more(hosts: Hosts) -> None:
    """By somebody else: it is paid for, and why it could not be used is told."""
    double = hosts("openai")
    task = task_of(double.model)
    double.acts = [Act("No object at all."), good()]
    assert work.work(task).answer is None
    first = work.taken(task, came(double, Act("No object at all.")))
    assert (first.answer, first.remedy, first.paid) == (None, Remedy.AGAIN, True)
    assert first.again
    assert "twice" not in first.problem
    again = work.would_send(task, first.again)
    assert isinstance(again, Captured)
    assert first.again in again.body.decode()
    last = work.taken(task, came(double, Act("Nor here.")), first.again, last=True)
    assert (last.remedy, last.paid, last.again) == (Remedy.IMAGE, True, "")
    assert "twice" in last.problem


def test_a_model_that_cannot_be_opened_sends_nothing(hosts: Hosts) -> None:
    double = hosts("openai")
    task = Task("nobody", build(Wishes(), True), (), JPEG)
    for made in (work.would_send(task), work.taken(task, came_from_nowhere())):
        assert isinstance(made, Outcome)
        assert made.remedy is Remedy.STOP
        assert "knows no model 'nobody'" in made.problem
    assert double.connections == 0


def came_from_nowhere() -> Heard:
    return Heard(200, {}, b"{}", whole=True)


def test_what_a_plugin_refuses_is_the_images_failure(hosts: Hosts) -> None:
    double = hosts("anthropic")
    task = task_of("anthropic/claude-opus-4-8", options={"prefill": "A"})
    made = work.would_send(task)
    assert isinstance(made, Outcome)
    assert (made.remedy, made.paid, double.connections) == (Remedy.IMAGE, False, 0)


def test_a_library_that_is_not_heard_sends_nothing(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than a live question that nobody counts."""
    double = hosts("openai")
    task = task_of(double.model)
    monkeypatch.setattr(hearing, "listens_to", lambda library: False)
    made = work.would_send(task)
    assert isinstance(made, Outcome)
    assert made.remedy is Remedy.STOP
    assert "cannot be written down" in made.problem
    assert double.connections == 0


def test_an_effort_that_is_not_taken_is_told(hosts: Hosts) -> None:
    """A live call would be asked again at once; a batch would fail line by line, again and
    again."""
    hosts("openai")
    said = {"message": "Unsupported value: 'minimal'.", "param": "reasoning.effort"}
    refused = json.dumps({"error": {**said, "type": "invalid_request_error"}})
    came = Heard(400, {}, refused.encode(), whole=True)
    outcome = work.taken(task_of("gpt-5-mini"), came)
    assert (outcome.remedy, outcome.paid) == (Remedy.IMAGE, False)
    assert "does not take reasoning_effort = minimal" in outcome.problem
    assert "-o reasoning_effort VALUE" in outcome.problem
    own = {"reasoning_effort": "low"}  # the owner's word, and theirs to change
    outcome = work.taken(task_of("gpt-5-mini", options=own), came)
    assert "refused the call for this image" in outcome.problem


def test_what_went_past_is_said(hosts: Hosts) -> None:
    """A plugin that sent the question by another way than was heard."""
    open_model(hosts("openai").model, {}, 5.0)
    with pytest.raises(ModelStopped, match="may have been asked live"):
        cut.captured(lambda: None, "somebody")


def test_what_is_no_question_is_answered_with_the_same(hosts: Hosts) -> None:
    """A plugin may ask more than one thing: nothing is sent all the same."""
    double = hosts("openai")
    open_model(double.model, {}, 5.0)
    httpx2 = pytest.importorskip("httpx2")
    heard = Heard(200, {"x-a": "b"}, b"[1]", whole=True)
    with hearing.listening(cut.replaying(heard)), httpx2.Client() as client:
        response = client.get(f"{double.base}/models")
    assert (response.json(), response.headers["x-a"]) == ([1], "b")
    assert double.connections == 0
