"""What counts as a line of answers, and why another one does not."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import pytest

from altsync.handover.answers import GivenAnswer, NoAnswerLine, numbered, read
from tests.cli.printed import fits

KEY, SHA = "0f" * 32, "a1" * 32
BODY = {"object": "chat.completion", "model": "qwen", "choices": []}


def line(**more: Any) -> bytes:
    return json.dumps({"work_key": KEY, **more}).encode()


def answered(**more: Any) -> bytes:
    return line(**{"text": "A dog.", "model": "qwen", **more})


def theirs(**more: Any) -> bytes:
    return json.dumps({"id": "vllm-1", "custom_id": KEY, **more}).encode()


def refused(given: bytes, number: int = 1, **how: Any) -> str:
    with pytest.raises(NoAnswerLine) as error:
        read(given, number, **how)
    return str(error.value)


def test_a_text_with_all_that_can_be_said_of_it() -> None:
    usage = {"input_tokens": 812, "output_tokens": 40.0, "cached_tokens": 500}
    given = answered(
        usage=usage, cost_usd=0.25, picture=SHA, error=None, image="a/1", extra=[1]
    )
    assert read(given, 1) == GivenAnswer(
        KEY,
        text="A dog.",
        model="qwen",
        picture=SHA,
        input_tokens=812,
        output_tokens=40,
        cached_tokens=500,
        cost_usd=0.25,
    )
    fits("work-answer", json.loads(given))


def test_an_object_is_an_answer_and_the_question_may_come_back_with_it() -> None:
    picture = {"sha256": SHA, "media_type": "image/jpeg", "path": "/x.jpg"}
    given = line(
        answer={"decision": "informative", "alt": "Ein Hörnchen."},
        model="qwen",
        usage={"prompt_tokens": 7, "completion_tokens": 3},
        picture=picture,
        error="",
        prompt="…",
    )
    found = read(given, 9)
    assert json.loads(found.text or "")["alt"] == "Ein Hörnchen."
    assert (found.input_tokens, found.output_tokens) == (7, 3)
    assert found.picture == SHA
    fits("work-answer", json.loads(given))


def test_what_openai_and_vllm_write() -> None:
    response = {"status_code": 200, "request_id": "r", "body": BODY}
    given = theirs(response=response, error=None)
    assert read(given, 1) == GivenAnswer(KEY, body=BODY, model="qwen")
    fits("work-openai-answer", json.loads(given))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("CUDA out of memory\nat 0x1", "CUDA out of memory at 0x1"),
        ({"code": "batch_expired", "message": "It expired."}, "It expired."),
        ({"error": {"message": "no such model"}}, "no such model"),
        ({"error": {"code": 404}}, "404"),
        ({"odd": 1}, '{"odd": 1}'),
        ("x" * 900, "x" * 399 + "…"),
        ("\x1b[2J\u202e", "\\u001b[2J\\u202e"),
    ],
)
def test_a_line_without_an_answer_says_why(error: Any, said: str) -> None:
    assert read(line(error=error), 1) == GivenAnswer(KEY, error=said)
    response = {"status_code": 400, "request_id": "r"}
    assert read(theirs(response=response, error=error), 1).error == said
    assert read(theirs(error=error), 1).error == said


def test_a_status_is_an_error_too() -> None:
    body = {"error": {"message": "context too long"}}
    response = {"status_code": 400, "body": body}
    assert read(theirs(response=response), 1).error == "status 400: context too long"
    assert read(theirs(response={"status_code": 500}), 1).error == "status 500"
    assert read(line(error="  "), 1).error == "no reason was given"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"\xff", "It is no UTF-8."),
        (b"{", "It is no JSON (Expecting property name enclosed in double quotes"),
        (b'{"work_key": NaN}', "It is no JSON (NaN is no number)."),
        (b'{"n": -Infinity}', "It is no JSON (-Infinity is no number)."),
        (b'{"n": ' + b"9" * 5_000 + b"}", "It is no JSON (Exceeds the limit"),
        (b"[" * 200_000, "It is no JSON that anybody reads: too deep."),
        (b'"a text"', "It is no object: each answer has a line"),
        (b"[]", "It is no object: each answer has a line"),
        (b'{"__proto__": {}}', 'It has neither a "work_key" nor a "custom_id".'),
        (line(custom_id=KEY), 'It has both "work_key" and "custom_id": which is it?'),
        (
            b'{"work_key": "0F"}',
            'Its "work_key" is no work key (64 hexadecimal digits).',
        ),
        (
            b'{"custom_id": 7}',
            'Its "custom_id" is no work key (64 hexadecimal digits).',
        ),
        (line(model="m"), 'It has no "text", no "answer" and no "error".'),
        (answered(answer={}), 'It has a "text" and an "answer": give one.'),
        (answered(error="late"), 'It has an "error" and an answer: which is it?'),
        (line(answer={}, error="late"), 'It has an "error" and an answer'),
        (answered(text=["A dog."]), 'Its "text" is no text.'),
        (line(answer="A dog."), 'Its "answer" is no object.'),
        (line(text="A dog."), 'It does not say which model answered ("model").'),
        (answered(model=" "), 'It does not say which model answered ("model").'),
        (answered(model="m" * 301), 'Its "model" is longer than 300 characters.'),
        (answered(picture="a1"), 'Its "picture" is no SHA-256.'),
        (answered(picture=[SHA]), 'Its "picture" is no SHA-256.'),
        (answered(usage=7), 'Its "usage" is no object.'),
        (answered(usage={"input_tokens": -1}), 'Its "input_tokens" is no number'),
        (answered(usage={"output_tokens": 1.5}), 'Its "output_tokens" is no number'),
        (answered(usage={"prompt_tokens": True}), 'Its "prompt_tokens" is no number'),
        (answered(usage={"input_tokens": 10**12}), 'Its "input_tokens" is no number'),
        (answered(cost_usd=-0.1), 'Its "cost_usd" is no amount.'),
        (answered(cost_usd="1"), 'Its "cost_usd" is no amount.'),
        (answered(cost_usd=10**400), 'Its "cost_usd" is no amount.'),
        (
            answered().replace(b"}", b', "cost_usd": 1e999}'),
            'Its "cost_usd" is no amount.',
        ),
        (theirs(), 'It has no "response" and no "error".'),
        (theirs(error={}), 'It has no "response" and no "error".'),
        (
            theirs(error="late", response={"status_code": 200, "body": BODY}),
            'It has an "error" and an answer: which is it?',
        ),
        (theirs(response={}), 'Its response has no "status_code".'),
        (theirs(response={"status_code": True}), 'Its response has no "status_code".'),
        (theirs(response={"status_code": 200}), 'Its response has no "body".'),
        (
            theirs(response={"status_code": 200, "body": {"choices": []}}),
            'It does not say which model answered ("model").',
        ),
    ],
)
def test_what_is_no_answer_is_refused_with_its_reason(
    given: bytes, reason: str
) -> None:
    assert refused(given).startswith(reason)


def test_an_error_that_is_false_or_empty_is_none() -> None:
    assert read(answered(error=False), 1).text == "A dog."
    found = theirs(error={}, response={"status_code": 200, "body": BODY})
    assert read(found, 1).body == BODY


def test_a_file_that_has_no_lines_is_told_what_to_do() -> None:
    packed = gzip.compress(answered())
    assert refused(packed) == "The file is packed (gzip): unpack it first."
    for order in ("utf-16-le", "utf-16-be"):
        wide = f"\ufeff{answered().decode()}".encode(order)
        assert refused(wide) == "The file is in UTF-16: save it as UTF-8."
    for begins in (b"[\n", b"[\r\n", b"\xef\xbb\xbf[\n"):
        assert refused(begins).startswith("The file is one array")
    assert refused(b"[\n", 2).startswith("It is no JSON")


def test_files_that_were_put_together_have_a_mark_of_order_in_the_midst() -> None:
    marked = b"\xef\xbb\xbf" + answered()
    for number in (1, 2):
        assert read(marked, number).text == "A dog."
    assert refused(b"\xef\xbb\xbf" + marked).startswith("It is no JSON")


def test_lines_are_numbered_and_one_that_is_too_long_is_never_held() -> None:
    long = b"x" * 100
    file = io.BytesIO(b"one\r\n\n  \n" + long + b"\nlast")
    found = list(numbered(file, longest=20))
    assert found == [(1, b"one\r\n"), (4, b"x" * 21), (5, b"last")]
    assert refused(found[1][1], 4, longest=20) == "It is longer than 20 bytes."
    assert [number for number, _ in numbered(io.BytesIO(long), 20)] == [1]


def test_half_a_letter_in_a_models_name_is_replaced() -> None:
    given = answered().replace(b'"qwen"', b'"qw\\ud800"')
    assert read(given, 1).model == "qw?"
