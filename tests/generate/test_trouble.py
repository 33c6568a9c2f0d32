"""What is made of an error where a plugin leaves little of it, and of errors of any shape.
Those of the real plugins: tests/generate/providers/test_trouble.py."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import llm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.generate.raised import error_in
from altsync.generate.trouble import Remedy, judge

STOP, AGAIN, IMAGE = Remedy.STOP, Remedy.AGAIN, Remedy.IMAGE


@dataclass
class Said:
    """An exchange."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    whole: bool = True


@pytest.mark.parametrize(
    ("words", "remedy", "part"),
    [
        ("429: slow - come back", AGAIN, "limiting the rate"),
        ("503: full - come back", AGAIN, "overloaded"),
        ("401: who - are you", STOP, "refused the key (401)"),
        ("Insufficient balance", STOP, "no credit left"),
        ("The spending limit of June is met", STOP, "spending limit"),
        ("Your usage limits: access again on 1 May 2027", STOP, "until 1 May 2027"),
        ("This location is not supported", STOP, "the place"),
        ("It is unavailable in your country", STOP, "the place"),
        ("The model seer-1.5 has been retired", STOP, "does not know the model"),
        ("seer-1.5 is not a valid model", STOP, "does not know the model"),
        ("Invalid API key", STOP, "refused the key"),
        ("This account was suspended", STOP, "refused the key"),
        ("Unknown key 'alt' in the schema", IMAGE, "failed on this image"),
        ("There is no limit when you buy credits", IMAGE, "failed on this image"),
        ("Quota of calls per day: 50", STOP, "limit of a day"),
        ("Quota of calls per minute: 50, by plan and billing", AGAIN, "the rate"),
        ("Quota of calls, retry in 3 hours", STOP, "answers no more for now"),
        ("Flagged by our content policy", IMAGE, "content policy"),
        ("It is overloaded", AGAIN, "busy"),
        ("Something odd", IMAGE, "failed on this image (ModelError)"),
    ],
)
def test_a_plugin_that_leaves_only_words(words: str, remedy: Remedy, part: str) -> None:
    trouble = judge(llm.ModelError(words), "seer")
    assert trouble.remedy is remedy
    assert part in trouble.sentence
    assert trouble.reason == words
    assert trouble.refused == ("content policy" in part)


def test_words_of_a_library_are_no_reason() -> None:
    """Only what a provider says is quoted."""
    trouble = judge(KeyError("modelVersion"), "seer")
    assert (trouble.remedy, trouble.reason) == (IMAGE, "")


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 502, 503])
def test_a_page_in_place_of_an_answer(status: int) -> None:
    """Nobody has read a title with a status that is none."""
    page = Said(status, body=b"<html><title>Pay for\nthe wifi</title></html>")
    trouble = judge(json.JSONDecodeError("Expecting value", "", 0), "seer", page)
    assert trouble.reason == "Pay for the wifi"
    assert not trouble.lost, "nobody is paid for a page"


PARTS = (
    *("error", "message", "type", "code", "status", "detail", "details", "metadata"),
    *("reason", "reasons", "raw", "headers", "retryDelay", "choices", "violations"),
    *("innererror", "promptFeedback", "blockReason", "x"),
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(PARTS), inner, max_size=4)
    ),
    max_leaves=12,
)


class Failed(Exception):
    """Of a library that keeps the body."""

    def __init__(self, body: Any) -> None:
        super().__init__("failed")
        self.body = body


@given(ANY, st.sampled_from([200, 400, 403, 429, 500]), st.booleans())
def test_an_error_of_any_shape_is_judged(body: Any, status: int, whole: bool) -> None:
    sent = json.dumps(body).encode()
    heard = Said(status, {}, sent if whole else sent[: len(sent) // 2], whole)
    for error, said in ((Failed(body), None), (ValueError("x"), heard)):
        trouble = judge(error, "seer", said, ("secret",))
        assert trouble.sentence
        assert len(trouble.reason) <= 300
        assert trouble.reason.isprintable()


@pytest.mark.parametrize("status", [200, 429, 503])
@pytest.mark.parametrize("told", ["1e9", "1e17", "-5", "nan", "0"])
def test_nobody_waits_for_years(status: int, told: str) -> None:
    """Not for what stands beside a page, nor for a limit: that stops the run."""
    headers = {"retry-after": told, "retry-after-ms": told}
    page = Said(status, headers, b"<html>")
    trouble = judge(ValueError("no JSON"), "m", page)
    assert (trouble.wait or 0.0) <= 900
    assert trouble.remedy in (Remedy.AGAIN, Remedy.STOP)


@pytest.mark.parametrize("key", ["", "message", "choices"])
def test_what_is_a_thousand_lists_deep_is_no_error(key: str) -> None:
    """Some versions of Python read that, and walk it no further."""
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    body = {key: deep} if key else deep
    assert error_in(body, bare=True).get("message", "").strip("[]") == ""
