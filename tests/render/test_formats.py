"""Every format of a diff against a golden file, and each opened by its reader.

After a wanted change: UPDATE_GOLDEN=1 python -m pytest tests/render, then look at `git
diff`.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from altsync.models import (
    IN_NO_TEXT,
    Change,
    Conflict,
    Converged,
    Entry,
    Finding,
    Flat,
    Label,
    Moved,
    Origin,
    Refused,
    Severity,
    Tag,
    WhereInText,
)
from altsync.planning import Plan, Request
from altsync.render import csv as table
from altsync.render import html, markdown, terminal, words
from altsync.render import json as document
from altsync.render.shown import Head, Shown, of_moved, of_plan, patch_of, plan_head

GOLDEN = Path(__file__).parent / "golden"
SITE = "https://example.org"
NASTY = '=HYPERLINK("x") | `a` ``` <b onclick="x">*b*</b> \u202etxt\x1b[31m\nnext'
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


IN_TEXT = "node--page.body/7.en.img-6f2c6f2c-0000-4000-8000-000000000001.1"
STANDING = WhereInText(
    Tag.IMG,
    "Ferry times",
    "2 of 3: …boats leave at eight. | =1+1 <b>every</b> hour…",
    "The big boats leave at eight. | ``` <i>*b*</i> \u202etxt\x1b[31m\nnext",
    "=1+1 <b>every</b> hour until midnight",
    "# Crossings | `a`",
    "https://anna:secret@example.org/times?token=abc",
    "*All* <i>times</i>",
)


def entries() -> list[Entry]:
    """One of each kind: filled, replaced, labelled, flagged, taken back, and what no
    format may trip over."""
    found = (Finding("length", Severity.WARNING, "The text is long."),)
    return [
        Change(
            "cats/one",
            "cats/one",
            "en",
            1,
            "",
            "A grey cat sleeps on a chair.",
            Origin.AI,
            "m-1",
            "anna",
            findings=found,
            title="One, of Cats",
        ),
        Change(
            "cats/two",
            "cats/two",
            None,
            2,
            "A gray cat sleeps on a chair",
            "A grey cat sleeps on a chair.",
            Origin.AI,
            "m-1",
            "anna",
            Label.AI,
            Label.REVIEWED,
            True,
        ),
        Change(
            "dogs/big/x",
            "n/1",
            "de",
            3,
            None,
            NASTY,
            Origin.HUMAN,
            None,
            "@bob",
            None,
            Label.HUMAN,
            True,
            title="A title | =1 <i>*x*</i>",
        ),
        Change(
            "dogs/y",
            "dogs/y",
            None,
            None,
            "A machine's text.",
            None,
            None,
            "m-1",
            "olga",
            Label.AI,
            None,
            True,
            reverts=7,
        ),
        Conflict("cats/three", 4, "Old.", "A person's.", "New.", title="Three"),
        Conflict(
            "cats/four",
            None,
            "Sent.",
            "Sent.",
            "",
            "the site's label now says human: somebody was there",
        ),
        Converged("cats/five", "cats/five", 5, "The same.", Origin.AI),
        Refused(
            Change(
                "cats/six",
                "cats/six",
                None,
                6,
                "A person's.",
                "A machine's.",
                Origin.AI,
                "m-1",
                "anna",
            ),
            "--replace-human",
            "it would replace a person's words",
        ),
        Change(
            IN_TEXT,
            "node--page/7",
            "en",
            8,
            "",
            "A ferry leaves the pier.",
            Origin.AI,
            "m-1",
            "anna",
            title="Ferry times",
            in_text=True,
            place=STANDING.place,
            where=STANDING,
        ),
        Conflict(
            IN_TEXT, 9, "Old.", "A person's.", "New.", title="Ferries", where=STANDING
        ),
        Converged(IN_TEXT, "node--page/7", 5, "The same.", Origin.AI, where=STANDING),
    ]


def moves() -> list[Moved]:
    whole: Flat = {"alt": "Was.", "title": "T", "caption": None, "label": "ai"}
    return [
        Moved(
            "cats/new",
            "cats",
            None,
            {"alt": "Here now.", "title": None, "caption": None},
            Origin.HUMAN,
        ),
        Moved(
            "cats/two",
            "cats",
            whole,
            {**whole, "alt": "Is.", "title": NASTY, "label": "human"},
            Origin.HUMAN,
        ),
        Moved("dogs/gone", "dogs", {"alt": None}, None, None),
        Moved(
            IN_TEXT,
            "node--page.body",
            {"alt": None},
            {"alt": "A pier."},
            Origin.HUMAN,
            where=STANDING,
        ),
    ]


PLAN = Plan.made(SITE, entries(), Request(limit=3))
HEAD = plan_head(
    PLAN.summary,
    terminal.summary_line(PLAN.summary),
    terminal.next_step(PLAN.summary, f"altsync push --plan {PLAN.summary.checksum}"),
)
MOVED = Head(
    "altsync: from push 1 to now", SITE, "4 images differ: 1 new, 2 changed, 1 gone."
)


def picture(image: str) -> str | None:
    return DOT if image.startswith("cats") else None


def shown() -> Iterator[Shown]:
    return of_plan(entries())


def lines(found: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in found)


FORMATS = {
    "plan.txt": lambda: lines(
        line for e in entries() for line in terminal.entry_lines(e)
    ),
    "plan.ansi": lambda: lines(
        line for e in entries() for line in terminal.entry_lines(e, True)
    ),
    "plan.stat": lambda: lines(terminal.stat_lines(shown(), HEAD)),
    "plan.json": lambda: "".join(
        document.document(PLAN.summary, PLAN.entries(), PLAN.request.as_dict())
    ),
    "plan.patch": lambda: lines(document.patch_lines(shown())),
    "plan.md": lambda: lines(markdown.document(HEAD, shown())),
    "plan.csv": lambda: "".join(table.document(shown())),
    "plan.html": lambda: "".join(html.document(HEAD, shown(), picture)),
    "moved.txt": lambda: lines(
        line for o in of_moved(moves()) for line in terminal.shown_lines(o)
    ),
    "moved.json": lambda: "".join(
        document.moved_document(MOVED, "push 1", "now", of_moved(moves()))
    ),
    "moved.md": lambda: lines(markdown.document(MOVED, of_moved(moves()))),
    "moved.csv": lambda: "".join(table.document(of_moved(moves()))),
    "moved.html": lambda: "".join(html.document(MOVED, of_moved(moves()), picture)),
}


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name: str) -> None:
    made = FORMATS[name]().encode()
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_bytes(made)
    assert made.decode() == (GOLDEN / name).read_bytes().decode()


def test_the_json_patch_applied_to_the_old_document_gives_the_new() -> None:
    old: dict[str, Any] = {"alt": None, "title": "T", "caption": None, "label": None}
    (change,) = [
        e for e in entries() if isinstance(e, Change) and e.image == "dogs/big/x"
    ]
    found = {
        item["image"]: item["patch"]
        for item in map(json.loads, document.patch_lines(shown()))
    }
    assert jsonpatch.JsonPatch(found["dogs/big/x"]).apply(old) == {
        **old,
        "alt": change.new,
        "label": "human",
    }
    with pytest.raises(jsonpatch.JsonPatchTestFailed):
        jsonpatch.JsonPatch(found["dogs/big/x"]).apply({**old, "alt": "A person's."})
    assert set(found) == {
        "cats/one",
        "cats/two",
        "dogs/big/x",
        "dogs/y",
        IN_TEXT,
    }, "nothing but what would be sent"


def test_each_step_of_a_patch_is_tested_first() -> None:
    before: Flat = {"alt": "One.", "label": "ai"}
    after: Flat = {"alt": "Two.", "title": "T"}
    assert patch_of(Moved("a/b", "a", before, after)) == [
        {"op": "test", "path": "/alt", "value": "One."},
        {"op": "replace", "path": "/alt", "value": "Two."},
        {"op": "test", "path": "/label", "value": "ai"},
        {"op": "remove", "path": "/label"},
        {"op": "add", "path": "/title", "value": "T"},
    ]


VALUE = st.none() | st.text(max_size=5)
FLAT = st.none() | st.fixed_dictionaries(
    {"alt": VALUE}, optional={"title": VALUE, "label": VALUE}
)


@given(FLAT, FLAT)
def test_a_patch_between_two_moments_gives_the_later_one(
    before: Any, after: Any
) -> None:
    ops = patch_of(Moved("a/b", "a", before, after))
    assert jsonpatch.JsonPatch(ops).apply(before) == after


def test_the_json_document_is_json_with_the_promised_keys() -> None:
    found = json.loads("".join(document.document(PLAN.summary, PLAN.entries())))
    assert set(found) == {
        "site",
        "checksum",
        "changes",
        "conflicts",
        "converged",
        "refused",
        "summary",
    }
    assert [c["reverts"] for c in found["changes"] if "reverts" in c] == [7]
    assert {
        "image",
        "title",
        "candidate",
        "origin",
        "model",
        "reviewer",
        "patch",
    } <= set(found["changes"][0])
    assert set(found["conflicts"][0]) == {
        "image",
        "title",
        "candidate",
        "base",
        "site",
        "new",
    }


def test_a_change_in_a_text_comes_back_from_its_json() -> None:
    (change,) = [e for e in entries() if isinstance(e, Change) and e.image == IN_TEXT]
    back = document.change_of(json.loads(json.dumps(document.change(change))))
    assert back == replace(change, where=IN_NO_TEXT)
    assert back.patch == change.patch


def test_a_title_stands_beside_the_id_that_does_not_say_it_and_changes_no_checksum() -> (
    None
):
    def called(image: str, title: str | None) -> str:
        return Shown("change", image, "", None, None, title=title).called

    assert (
        called("media--image.field_media_image/6.en.6", " Coffee break ")
        == "Coffee break"
    )
    assert called("at-home/coffee-break", "Coffee break") == ""
    assert called("cats/one", None) == called("cats/one", " ") == ""
    bare = [replace(e, title=None) if isinstance(e, Change) else e for e in entries()]
    assert bare != entries()
    assert Plan.made(SITE, bare).summary == PLAN.summary


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@given(
    st.text(
        st.sampled_from(
            [*FORMULA, " ", "\xa0", "\u200b", "'", '"', ",", ";", "a", "1"]
        ),
        max_size=6,
    )
)
def test_no_cell_is_a_formula_and_every_text_comes_back(text: str) -> None:
    entry = Change(f"a/{text}", "e", None, 1, text, f"x{text}", Origin.AI, text, text)
    _, row = list(
        csv.reader(
            io.StringIO("".join(table.document(of_plan([entry]))), newline=""),
            strict=True,
        )
    )
    for cell in row:
        assert not cell.lstrip(" \xa0\u200b").startswith(FORMULA)
    assert row[1] == f"a/{text}"
    assert row[2] in (text, f"'{text}")
    assert row[3] == f"x{text}"


def test_the_csv_has_one_line_an_image_and_as_many_cells_as_heads() -> None:
    rows = list(
        csv.reader(
            io.StringIO("".join(table.document(shown())), newline=""), strict=True
        )
    )
    assert len(rows) == 1 + len(entries())
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(cell.startswith(FORMULA) for row in rows for cell in row)


class Elements(HTMLParser):
    """Every element with its attributes; `open` must be empty at the end."""

    VOID = ("meta", "br", "img", "input")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["plan.html", "moved.html"])
def test_the_page_is_well_formed_loads_nothing_and_runs_nothing(name: str) -> None:
    page = FORMATS[name]()
    reader = Elements()
    reader.feed(page)
    assert not reader.open
    tags = {tag for tag, _ in reader.found}
    assert not tags & {
        "script",
        "b",
        "link",
        "iframe",
        "form",
    }, "a text of the site is never markup"
    for tag, attributes in reader.found:
        assert not any(key.startswith("on") for key in attributes)
        if tag == "img":
            assert (attributes["src"] or "").startswith("data:")
            assert attributes["alt"]
    assert "http" not in page.replace(SITE, "").replace("http-equiv", "")
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_markdown_keeps_every_text_inside_its_fence() -> None:
    text = lines(markdown.document(HEAD, shown()))
    fence = ""
    outside = []
    for line in text.splitlines():
        run = line[: len(line) - len(line.lstrip("`"))]
        if fence:
            fence = "" if line == fence else fence
        elif len(run) >= 3:
            fence = run
        else:
            outside.append(line)
    assert not fence
    assert not any("onclick" in line for line in outside)


def test_no_line_of_the_terminal_can_steer_it() -> None:
    for text in (FORMATS["plan.txt"](), FORMATS["moved.txt"](), FORMATS["plan.stat"]()):
        assert all(line.isprintable() for line in text.split("\n"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_marked_words_put_together_are_the_texts(before: str, after: str) -> None:
    pieces = words.compare(before, after)
    assert "".join(p.was for p in pieces) == before
    assert "".join(p.now for p in pieces) == after


def test_words_that_changed_are_marked() -> None:
    pieces = words.compare("A gray cat sleeps.", "A grey cat sleeps.")
    assert [(p.was, p.now) for p in pieces if p.changed] == [("gray", "grey")]
    assert len(words.compare("Nothing alike", "Völlig anders")) == 1
    assert len(words.compare("w " * 500, "v " * 500)) == 1


@pytest.mark.parametrize("name", ["plan.md", "moved.md"])
def test_a_reader_of_markdown_finds_no_markup_but_ours(name: str) -> None:
    tokens = MarkdownIt("commonmark").parse(FORMATS[name]())
    flat = [t for token in tokens for t in [token, *(token.children or [])]]
    kinds = {t.type for t in flat}
    assert not kinds & {
        "html_block",
        "html_inline",
        "link_open",
        "image",
        "em_open",
        "strong_open",
    }, kinds
    assert sum(t.type == "heading_open" and t.tag == "h3" for t in flat) == FORMATS[
        name
    ]().count("\n### ")
    assert all(t.info == "diff" for t in flat if t.type == "fence")
    assert any(
        "onclick" in t.content for t in flat if t.type in ("fence", "code_inline")
    ), "the text itself is there"
