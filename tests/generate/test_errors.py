"""Every way in which a call can go wrong, on a real socket: what is tried again, what
fails, what stops the run."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import llm
import pytest

from altsync.errors import Interrupted, ModelStopped, UsageError
from altsync.generate import opening, standstill, work
from altsync.generate.llmlog import LlmLog
from altsync.generate.opening import open_model
from altsync.generate.trouble import Remedy, judge
from altsync.store import history
from tests.doubles.providers.openai import Act, Double, decided, words_of
from tests.generate.conftest import Bench

Filled = Callable[[int], Bench]
HTML = Act(code=502, raw=b"<html>Bad gateway</html>")
GOOD = Act.alt("A cat on a mat.")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BACKOFF", 0.01)


@pytest.mark.parametrize(
    ("acts", "calls"),
    [
        ([Act.status(429, retry_after=0.1), GOOD], 2),
        ([Act.status(429, retry_after=0.1), Act.status(429, retry_after=0.1), GOOD], 3),
        ([Act.status(500), Act.status(503, retry_after=0.1), GOOD], 3),
        ([HTML, GOOD], 2),
        ([Act.status(529, kind="overloaded_error"), GOOD], 2),
        ([Act(how="reset"), GOOD], 2),
        ([Act.alt("A cat.", how="cut"), GOOD], 2),
        ([Act.alt("A cat.", how="short"), GOOD], 2),
        ([Act.alt("A cat.", how="chunk"), GOOD], 2),
        ([Act.alt("A cat.", how="break"), GOOD], 2),
        ([Act.status(500), Act.alt("A cat.", how="cut"), Act.status(500), GOOD], 4),
        ([Act(raw=b'{"id": "x", "choices": [{"ind'), GOOD], 2),
        ([Act(""), GOOD], 2),
        ([Act("I'm sorry, but I can't help with that."), GOOD], 2),
        ([Act('{"text": "A cat."}'), GOOD], 2),
        ([Act(decided("A cat.") + decided("A dog.")), GOOD], 2),
        ([Act(decided(["A cat."])), GOOD], 2),  # type: ignore[arg-type]
        ([Act(decided("A cat."), finish="error"), GOOD], 2),
        ([Act(decided("A cat.", "decorative")), GOOD], 2),
        ([Act(decided(" ")), GOOD], 2),
        ([GOOD], 1),
    ],
)
def test_what_may_pass_is_tried_again(
    filled: Filled, double: Double, acts: list[Act], calls: int
) -> None:
    bench = filled(1)
    double.acts = list(acts)
    done = bench.run()
    assert (done.made, done.failed, double.calls) == (1, 0, calls)
    assert bench.rows("SELECT alt FROM candidates") == [("A cat on a mat.",)]


@pytest.mark.parametrize(
    ("act", "calls", "words"),
    [
        (
            Act.status(400, message="bad image"),
            1,
            "refused the call for this image (400)",
        ),
        (Act.status(400, kind="content_policy_violation"), 1, "content policy"),
        (Act.status(413), 1, "too big"),
        (Act.status(500), work.TRIES, "error of its own (500)"),
        (HTML, work.TRIES, "error of its own (502)"),
        (Act(how="reset"), 2, "lost on its way"),
        (Act.alt("A cat.", how="cut"), 2, "lost on its way"),
        (Act.alt("A cat.", how="short"), 2, "lost on its way"),
        (Act.alt("A cat.", how="chunk"), 2, "lost on its way"),
        (Act.alt("A cat.", how="break"), 2, "lost on its way"),
        (Act(raw=b'{"id": "x", "choices": [{"ind'), 2, "lost on its way"),
        (Act(decided("A cat"), finish="length"), 1, "cut by the model's limit"),
        (Act(decided("A cat"), finish="content_filter"), 1, "refused to describe"),
        (Act(None, refusal="No."), 1, "refused to describe"),
        (
            Act(decided("", why="It is black.")),
            1,
            "could not describe this image.",
        ),
        (Act(""), 2, "empty"),
        (Act("not an object"), 2, "not the object"),
        (Act.alt("x" * 600), 2, "600 characters"),
    ],
)
def test_what_does_not_pass_is_a_failure_of_that_image(
    filled: Filled, double: Double, act: Act, calls: int, words: str
) -> None:
    bench = filled(1)
    double.acts = [act]
    done = bench.run()
    assert (done.made, done.failed, double.calls) == (0, 1, calls)
    (error,) = bench.rows("SELECT error FROM failures")[0]
    assert words in error
    assert bench.rows("SELECT count(*) FROM candidates") == [(0,)]


def test_an_answer_without_usage_is_kept(filled: Filled, double: Double) -> None:
    """llm 0.36 raises AttributeError there, and an answer that was paid for would be lost."""
    bench = filled(1)
    double.acts = [Act.alt("A cat.", usage=False)]
    done = bench.run()
    assert (done.made, done.unpriced) == (1, 1)
    assert bench.rows("SELECT alt, input_tokens, cost_usd FROM candidates") == [
        ("A cat.", None, None)
    ]


def test_an_unusable_answer_and_then_none_at_all_may_be_tried_again(
    filled: Filled, double: Double
) -> None:
    """The image is not given up for a network that was down; what the first answer cost
    is on record, and what the two that were lost have cost most likely."""
    bench = filled(1)
    double.acts = [Act(""), Act(how="reset")]
    assert bench.run().failed == 1
    assert bench.rows("SELECT work_key, input_tokens FROM failures") == [
        (None, 1000 + 2 * 1700)
    ]
    double.acts = [GOOD]
    assert bench.run().made == 1


@pytest.mark.parametrize("retry_after", [0.1, None])
def test_429_for_ever_ends_the_run_for_all_workers_together(
    filled: Filled,
    double: Double,
    monkeypatch: pytest.MonkeyPatch,
    retry_after: float | None,
) -> None:
    """It is no failure of any image: nothing was paid, and all may be asked again."""
    monkeypatch.setattr(standstill, "LONGEST", 0.3)
    monkeypatch.setattr(standstill, "BRIEF", 0.1)
    monkeypatch.setattr(standstill, "ROUNDS", 2)
    bench = filled(6)
    double.acts = [Act.status(429, retry_after=retry_after, message="Slowly.")]
    with pytest.raises(ModelStopped, match="Nothing else was answered for 1 minute"):
        bench.run(threads=4)
    assert double.calls < 30
    assert bench.rows("SELECT count(*) FROM failures") == [(0,)]
    (error,) = bench.rows("SELECT error FROM runs")[0]
    assert error.endswith('It says: "Slowly."')
    double.acts = [GOOD]
    assert bench.run().made == 6


def test_the_reason_of_the_provider_is_kept_and_shown_without_keys(
    filled: Filled, double: Double
) -> None:
    said = "Odd\npicture; sk-abc123 at http://me:pw@host.test/v1?key=x was asked."
    bench = filled(2)
    double.acts = [Act.status(400, message=said), Act.status(402, message=said)]
    shown = 'It says: "Odd picture; [key] at [address] was asked."'
    with pytest.raises(ModelStopped) as stopped:
        bench.run()
    assert str(stopped.value).endswith(shown)
    assert bench.rows("SELECT error, reason FROM failures") == [
        (
            "double refused the call for this image (400).",
            "Odd picture; [key] at [address] was asked.",
        )
    ]
    (event,) = [one for one in history.events(bench.store.conn) if one.kind == "failed"]
    assert str(event.detail).endswith(shown)
    double.acts = [Act.status(400, message=said)]
    assert bench.run().problem.endswith(shown)


def test_a_long_retry_after_does_not_hold_ctrl_c_up(
    filled: Filled, double: Double
) -> None:
    bench = filled(8)
    double.acts = [Act.status(429, retry_after=100)]
    stop = threading.Event()
    threading.Timer(0.4, stop.set).start()
    begin = time.monotonic()
    with pytest.raises(Interrupted):
        bench.run(threads=4, stop=stop)
    assert time.monotonic() - begin < 60
    assert double.calls <= 6
    assert bench.rows("SELECT count(*) FROM failures") == [(0,)]


def test_a_limited_rate_loses_no_image(filled: Filled, double: Double) -> None:
    bench = filled(30)
    double.per_second = 15
    double.retry_after = 0.3
    double.fill()
    done = bench.run(threads=16)
    assert (done.made, done.failed, double.paid) == (30, 0, 30)
    assert double.limited > 0


def test_a_server_that_is_slow_or_drips_is_given_up(
    filled: Filled, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "TRIES", 1)
    bench = filled(2)
    double.acts = [Act.alt("A cat.", latency=60.0), Act.alt("A cat.", how="drip")]
    begin = time.monotonic()
    assert bench.run(timeout=0.5).failed == 2
    assert time.monotonic() - begin < 40


def test_a_provider_that_is_away_stops_the_run(filled: Filled, double: Double) -> None:
    bench = filled(60)
    double.acts = [Act(how="reset")]
    with pytest.raises(ModelStopped, match="in a row"):
        bench.run(threads=2)
    assert bench.rows("SELECT count(*) FROM failures")[0][0] < 15


def test_one_client_for_all_calls(filled: Filled, double: Double) -> None:
    bench = filled(40)
    double.latency = 0.01
    bench.run(threads=4)
    assert double.connections <= 4


def test_a_new_response_for_every_try(filled: Filled, double: Double) -> None:
    """llm's Response appends the chunks of a second execution to those of the first."""
    bench = filled(1)
    double.acts = [Act.status(500), Act.status(500), GOOD]
    bench.run()
    assert bench.rows("SELECT alt FROM candidates") == [("A cat on a mat.",)]
    assert len({words_of(body) for body in double.requests}) == 1


def test_the_key_of_another_provider_is_never_sent(
    filled: Filled, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """llm falls back to OPENAI_API_KEY for any api_key_name that is not stored, and
    sends it to that api_base."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-real-openai-key")
    bench = filled(1)
    with pytest.raises(ModelStopped, match="altsync keys set stubco") as caught:
        bench.run(models=("double-keyed",))
    assert double.calls == 0
    assert "sk-real" not in str(caught.value)
    (bench.home / "keys.json").write_text('{"stubco": "sk-stub"}')
    opening.forget()
    assert bench.run(models=("double-keyed",)).made == 1
    assert double.headers[0]["authorization"] == "Bearer sk-stub"


def test_a_key_that_comes_back_in_an_answer_is_not_kept(
    filled: Filled, double: Double
) -> None:
    """Not with a failure, not as a text, not in llm's log."""
    bench = filled(2)
    (bench.home / "keys.json").write_text('{"stubco": "the-stub-of-a-key"}')
    words = "Who asks with the-stub-of-a-key sees nothing."
    double.acts = [Act(words)] * 2 + [Act.alt(words)] * 2
    path = bench.home / "log.db"
    with LlmLog(path) as log:
        bench.run(models=("double-keyed",), log=log)
    rows = bench.rows("SELECT answer, reason FROM failures ORDER BY image_id")
    clean = words.replace("the-stub-of-a-key", "[key]")
    assert {row[0] for row in rows} == {clean, Act.alt(clean).content}
    assert "the-stub-of-a-key" not in str(rows)
    assert double.calls == 4
    assert not path.exists()


def test_a_key_that_no_header_can_hold_stops_before_anything_is_sent(
    filled: Filled, double: Double
) -> None:
    """It was "could not be reached (LocalProtocolError)", for one image after another."""
    bench = filled(1)
    for key in ("sk-stub\n", "“sk-stub”"):
        (bench.home / "keys.json").write_text(json.dumps({"stubco": key}))
        opening.forget()
        with pytest.raises(ModelStopped, match="altsync keys set stubco") as caught:
            bench.run(models=("double-keyed",))
        assert "sk-stub" not in str(caught.value)
    assert double.calls == 0


def test_a_model_without_a_key_of_its_own_gets_none(
    filled: Filled, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-real-openai-key")
    filled(1).run()
    assert "sk-real" not in double.headers[0]["authorization"]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("nonesuch", "knows no model 'nonesuch'"),
        ("double-blind", "cannot see pictures"),
        ("gpt-4o-mini", "no key"),
    ],
)
def test_a_model_that_cannot_be_used_stops_before_anything(
    filled: Filled, double: Double, model: str, words: str
) -> None:
    bench = filled(1)
    with pytest.raises(ModelStopped, match=words):
        bench.run(models=(model,))
    assert double.calls == 0
    assert bench.rows("SELECT count(*) FROM runs") == [(0,)]


def test_an_option_that_the_model_does_not_have(filled: Filled, double: Double) -> None:
    with pytest.raises(UsageError, match="does not take the option"):
        filled(1).run(options={"temperatur": 1})


def test_options_reach_the_provider(filled: Filled, double: Double) -> None:
    bench = filled(1)
    bench.run(options={"temperature": 0.5})
    assert double.requests[0]["temperature"] == 0.5
    assert bench.rows("SELECT options FROM candidates") == [('{"temperature": 0.5}',)]


def fake(name: str, message: str = "", **more: object) -> BaseException:
    error: BaseException = type(name, (Exception,), {})(message)
    for key, value in more.items():
        setattr(error, key, value)
    return error


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (
            llm.ModelError(
                "You exceeded your current quota, please check your plan and billing"
            ),
            Remedy.AGAIN,
        ),
        (
            llm.ModelError("API key not valid. Please pass a valid API key."),
            Remedy.STOP,
        ),
        (
            llm.ModelError("models/gemini-0 is not found: model does not exist"),
            Remedy.STOP,
        ),
        (llm.ModelError("Resource exhausted: 429 Too Many Requests"), Remedy.AGAIN),
        (
            llm.ModelError("The model is overloaded. Please try again later."),
            Remedy.AGAIN,
        ),
        (llm.ModelError("blocked by SAFETY settings"), Remedy.IMAGE),
        (fake("AuthenticationError", status_code=401), Remedy.STOP),
        (fake("PermissionDeniedError", status_code=403), Remedy.STOP),
        (
            fake("BadRequestError", "Your credit balance is too low", status_code=400),
            Remedy.STOP,
        ),
        (fake("OverloadedError", status_code=529), Remedy.AGAIN),
        (fake("APITimeoutError"), Remedy.AGAIN),
        (fake("ReadTimeout"), Remedy.AGAIN),
        (fake("RemoteProtocolError"), Remedy.AGAIN),
        (TimeoutError(), Remedy.AGAIN),
        (fake("UnprocessableEntityError", status_code=422), Remedy.IMAGE),
        (ValueError("surprise"), Remedy.IMAGE),
    ],
)
def test_errors_of_other_providers(error: BaseException, remedy: Remedy) -> None:
    trouble = judge(error, "model-x")
    assert trouble.remedy is remedy
    assert "model-x" in trouble.sentence


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after-ms": "300"}, 0.3),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], wait: float | None) -> None:
    response = SimpleNamespace(status_code=429, headers=headers)
    assert judge(fake("RateLimitError", response=response), "m").wait == wait


def test_a_model_is_opened_once(double: Double) -> None:
    assert open_model("double", {}, 5.0) is open_model("double", {}, 5.0)
