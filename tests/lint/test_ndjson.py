"""Lines in, lines out."""

from __future__ import annotations

import json

import pytest

from altsync import lint
from altsync.lint.ndjson import BadLine, answer, parse
from altsync.models import Decision


def test_everything_that_a_line_can_hold() -> None:
    line = {
        "text": "A",
        "title": "B",
        "caption": "C",
        "album": "D",
        "file": "E",
        "before": "F",
        "after": "G",
        "page_title": "H",
        "language": "nl",
        "heading": "J",
        "link": "https://h.test/k",
        "link_text": "L",
        "link_title": "M",
        "destination": "N",
        "button": True,
        "notes": "I",
        "decision": "complex",
        "stopped": True,
        "by_model": True,
        "more": [1],
    }
    assert parse(json.dumps(line).encode(), 1) == lint.Text(
        "A",
        title="B",
        caption="C",
        album="D",
        file="E",
        before="F",
        after="G",
        page_title="H",
        language="nl",
        heading="J",
        link="https://h.test/k",
        link_text="L",
        link_title="M",
        destination="N",
        button=True,
        notes="I",
        decision=Decision.COMPLEX,
        stopped=True,
        by_model=True,
    )


def test_only_text_is_needed_and_it_may_be_null() -> None:
    assert parse(b'\xef\xbb\xbf{"text": null, "title": null}', 1) == lint.Text(None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\xff", "Line 7 is not UTF-8."),
        (b"nope", "Line 7 is not JSON: Expecting value: line 1 column 1 (char 0)."),
        (b"[" * 100_000, "Line 7 is not JSON: "),
        (b"3", 'Line 7 is not an object such as {"text": "..."}.'),
        (b"{}", 'Line 7 has no "text".'),
        (b'{"text": 3}', 'Line 7: "text" must be a text or null.'),
        (b'{"text": "a", "album": []}', 'Line 7: "album" must be a text or null.'),
        (b'{"text": "a", "link": true}', 'Line 7: "link" must be a text or null.'),
        (
            b'{"text": "a", "by_model": "yes"}',
            'Line 7: "by_model" must be true or false.',
        ),
        (
            b'{"text": "a", "decision": "x"}',
            'Line 7: "decision" must be one of informative, functional, text,',
        ),
        (
            b'{"text": "a", "decision": []}',
            'Line 7: "decision" must be one of informative, functional, text,',
        ),
    ],
)
def test_a_bad_line_is_named(line: bytes, message: str) -> None:
    with pytest.raises(BadLine) as caught:
        parse(line, 7)
    assert str(caught.value).startswith(message)


def test_answers_are_one_line_of_utf8_whatever_the_text() -> None:
    for text in ("犬\n\u2028", "half \ud800"):
        line = answer(text, lint.check(lint.Text(text)))
        assert "\n" not in line
        assert json.loads(line.encode())["text"] == text
    assert json.loads(answer(None, (), "Line 3 is bad.")) == {
        "text": None,
        "findings": [],
        "error": "Line 3 is bad.",
    }
    assert answer("犬", ()) == '{"text": "犬", "findings": []}'
