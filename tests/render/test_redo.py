"""The fix list in every format: the site's texts are untrusted."""

from __future__ import annotations

import csv
import io
import json

from altsync.models import (
    Finding,
    Mirrored,
    Origin,
    Severity,
    SiteImage,
    State,
    Tag,
    ToRedo,
)
from altsync.render.redo import as_csv, as_json, as_markdown, text, total

NAME = Finding("file-name", Severity.ERROR, "It is a file's name.")
CUT = Finding("cut", Severity.ERROR, "It ends in the middle.")
PLAIN = ToRedo(
    Mirrored(
        SiteImage("a/1", "a", "1", "=IMG\x1b_1.JPG", "High path"),
        Origin.HUMAN,
        "",
        state=State.HUMAN,
    ),
    (NAME, CUT),
    "https://example.org/1",
    "https://example.org/media/1/edit",
)
IN_TEXT = ToRedo(
    Mirrored(
        SiteImage(
            "node/7.body/2",
            "node/7.body",
            "2",
            "image",
            page_title="Ferries",
            tag=Tag.IMG,
            before="They leave",
            after="every hour.",
        ),
        Origin.AI,
        "",
        state=State.AI,
    ),
    (NAME,),
    None,
)
NOBODYS = ToRedo(Mirrored(SiteImage("a/3", "a", "3", "-"), None, ""), (CUT,), None)


def test_lines_for_a_terminal() -> None:
    assert "".join(text([PLAIN, IN_TEXT])).splitlines() == [
        'a/1 "High path"  "=IMG\\u001b_1.JPG"',
        "    file-name, cut; by a person",
        "    used on https://example.org/1",
        "    edit it at https://example.org/media/1/edit",
        'node/7.body/2 "Ferries"  "image"',
        "    file-name; by a machine",
        "    in body",
        "    “They leave [the image] every hour.”",
        "2 texts to be written anew.",
    ]
    assert total(1) == "1 text to be written anew."
    assert "".join(text([])) == "No text is only a file's name, a placeholder or cut.\n"


def test_json_has_everything_exactly() -> None:
    first, second, third = json.loads("".join(as_json([PLAIN, IN_TEXT, NOBODYS])))
    assert first == {
        "image": "a/1",
        "album": "a",
        "title": "High path",
        "alt": "=IMG\x1b_1.JPG",
        "rules": ["file-name", "cut"],
        "messages": ["It is a file's name.", "It ends in the middle."],
        "origin": "human",
        "state": "human",
        "page": "https://example.org/1",
        "edit": "https://example.org/media/1/edit",
        "picture": None,
    }
    assert second["where"]["before"] == "They leave"
    assert third["origin"] is None
    assert json.loads("".join(as_json([]))) == []


def test_a_table_that_no_spreadsheet_runs() -> None:
    rows = list(csv.reader(io.StringIO("".join(as_csv([PLAIN, IN_TEXT])))))
    assert rows[0] == [
        "image",
        "album",
        "alt",
        "rules",
        "by",
        "page",
        "edit",
        "in text",
    ]
    assert rows[1][2:5] == ["'=IMG\x1b_1.JPG", "file-name, cut", "a person"]
    assert "They leave [the image] every hour." in rows[2][7]
    assert "".join(as_csv([])) == ",".join(f'"{name}"' for name in rows[0]) + "\r\n"


def test_markdown_that_is_text() -> None:
    lines = "".join(as_markdown([PLAIN, IN_TEXT])).splitlines()
    assert len(lines) == 4
    assert "\x1b" not in lines[2]
    assert (
        "| a machine | in body: “They leave \\[the image\\] every hour.” |" in lines[3]
    )
