"""How a question is written."""

from __future__ import annotations

import json
from pathlib import Path

from altsync.handover.lines import Jpeg, openai_question, picture, question, written
from tests.cli.printed import fits

KEY, SHA = "0f" * 32, "a1" * 32


def test_a_picture_is_named_or_put_into_the_line() -> None:
    kept, nowhere = Jpeg(b"one", Path("/c/a1.jpg")), Jpeg(b"two", None)
    named = {"sha256": SHA, "media_type": "image/jpeg"}
    assert picture(kept, SHA, "path") == {**named, "path": "/c/a1.jpg"}
    assert picture(kept, SHA, "data") == {**named, "data": "b25l"}
    assert picture(nowhere, SHA, "path") == {**named, "data": "dHdv"}
    here = picture(Jpeg(b"", Path("c.jpg")), SHA, "path")["path"]
    assert Path(here).is_absolute()


def test_a_question_is_one_line_with_every_part_of_its_picture() -> None:
    line = question(
        key=KEY,
        image="a/1",
        model="qwen",
        system="Write.\n",
        prompt="Grüße\u2028",
        context=[
            {"kind": "title", "text": "T", "trust": "site", "source": "title"},
            {"kind": "heading", "text": "H", "trust": "page", "source": "p", "use": 1},
        ],
        schema=None,
        options={"temperature": "0.1"},
        parts=[Jpeg(b"1", None), Jpeg(b"2", None), Jpeg(b"3", None)],
        sha256=SHA,
        how="path",
    )
    assert [one["data"] for one in (line["picture"], *line["more"])] == [
        "MQ==",
        "Mg==",
        "Mw==",
    ]
    raw = written(line)
    assert raw.count(b"\n") == 1
    assert "Grüße".encode() in raw
    found = json.loads(raw)
    assert found == line
    fits("work-question", found)


def test_half_a_letter_is_written_as_its_escape() -> None:
    line = openai_question(KEY, "/v1/responses", {"input": "ü\ud800"})
    raw = written(line)
    assert raw.isascii()
    assert json.loads(raw) == line
    fits("work-openai-question", json.loads(raw))
