"""What a terminal is shown: exact lines, and nothing that could steer it."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.manual import SITE
from altsync.models import (
    Change,
    Conflict,
    Converged,
    Drift,
    DriftKind,
    Entry,
    Finding,
    HandedTo,
    Handover,
    Label,
    OpenPatch,
    Origin,
    Refused,
    Severity,
    Status,
    StillFailing,
    Summary,
)
from altsync.render import status as funnel
from altsync.render import terminal
from altsync.render.batches import moment
from altsync.render.drift import Listed
from altsync.render.failures import document as failure_document
from altsync.render.failures import lines as failure_lines
from altsync.render.text import count, json_text, plain, plain_lines, quoted

CHANGE = Change(
    image="a/1",
    entity="a/1",
    language=None,
    candidate=1,
    base="",
    new="A dog.",
    origin=Origin.AI,
    model="m",
    reviewer="ann",
    label=None,
    new_label=Label.AI,
    has_label=True,
    findings=(Finding("hedge", Severity.WARNING, "It hedges."),),
)


@given(st.text())
def test_plain_leaves_nothing_that_steers(text: str) -> None:
    shown = plain(text)
    assert all(c.isprintable() or c in "\u200c\u200d" for c in shown)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(none)"),
        ("", '""'),
        ("A dog.", '"A dog."'),
        ("a\nb\x1b[2J\u202e", '"a\\nb\\u001b[2J\\u202e"'),
        ("a\xa0b\u2003c", '"a b c"'),
        ("\U000e0001", '"\\U000e0001"'),
    ],
)
def test_quoted(value: str | None, shown: str) -> None:
    assert quoted(value) == shown


def test_count() -> None:
    assert [count(n, "image") for n in (0, 1, 9000)] == [
        "0 images",
        "1 image",
        "9,000 images",
    ]
    assert count(2, "entity", "entities") == "2 entities"


def test_entries() -> None:
    entries: list[Entry] = [
        CHANGE,
        Conflict("a/2", 2, None, "theirs", "ours"),
        Converged("a/3", "a/3", 3, "same", Origin.AI),
        Refused(CHANGE, "--allow-empty", "the new text is empty"),
        Refused(CHANGE, "", "the lint found cut"),
    ]
    lines = [line for entry in entries for line in terminal.entry_lines(entry)]
    assert lines[:5] == [
        "~ a/1  (m, approved by ann)",
        '    - ""',
        '    + "A dog."',
        "    label (unset) -> ai",
        "    warning: It hedges. [hedge]",
    ]
    assert lines[5:9] == [
        "! a/2  conflict: the site has changed",
        "    base  (none)",
        '    site  "theirs"',
        '    new   "ours"',
    ]
    assert lines[9] == "= a/3  the site already says so"
    assert (
        lines[10] == "x a/1  refused: the new text is empty (allow with --allow-empty)"
    )
    assert "x a/1  refused: the lint found cut" in lines
    assert any("\x1b[" in line for line in terminal.entry_lines(CHANGE, colour=True))


@pytest.mark.parametrize(
    ("summary", "line", "step"),
    [
        (
            Summary("s", "abc", changes=2),
            "Plan abc: 2 changes, 0 conflicts.",
            "--plan abc",
        ),
        (
            Summary("s", "abc", conflicts=1),
            "Plan abc: 0 changes, 1 conflict.",
            "altsync pull",
        ),
        (
            Summary("s", "abc", converged=1),
            "Plan abc: 0 changes, 0 conflicts, 1 already there.",
            "records",
        ),
        (
            Summary("s", "abc", refused=3),
            "Plan abc: 0 changes, 0 conflicts, 3 refused.",
            "Nothing to send.",
        ),
    ],
)
def test_the_total_line_and_what_goes_on(
    summary: Summary, line: str, step: str
) -> None:
    assert terminal.summary_line(summary) == line
    assert step in terminal.next_step(summary, "altsync push --plan abc")


def test_the_bar() -> None:
    assert [terminal.bar(share, 4) for share in (0, 0.5, 0.99, 1)] == [
        "----",
        "##--",
        "###-",
        "####",
    ]


PATCH: list[dict[str, Any]] = [
    {"op": "test", "path": "/alt", "value": None},
    {"op": "test", "path": "/label", "value": None},
    {"op": "replace", "path": "/alt", "value": "A \x9b cat."},
    {"op": "replace", "path": "/label", "value": "ai"},
]


def status(**states: int) -> Status:
    every = dict.fromkeys(map(str, terminal.MEANING), 0) | {
        k.replace("_", "-"): v for k, v in states.items()
    }
    return Status(
        "http://s",
        sum(states.values()),
        every,
        0.5,
        "2026-11-22T20:15:01.5+00:00",
        None,
        2,
        (OpenPatch(7, 3, "a/1\x1b", "2026-11-23T08:00:59+00:00", PATCH),),
    )


def test_the_funnel() -> None:
    lines = list(funnel.lines(status(missing=2, ai=1)))
    assert lines[0] == "http://s: 3 images, last pull 2026-11-22 20:15 UTC"
    assert "50.0%" in lines[1]
    assert lines[2].split()[:2] == ["2", "missing"]
    assert "1 change of an earlier push not settled" in lines[4]
    assert lines[5] == (
        '    7  a/1\\u001b, push 3, 2026-11-23 08:00 UTC: "A \\u009b cat."'
    )
    assert "altsync settle IMAGE --applied (or --not-applied)" in lines[6]
    assert "2 images fail in some stage" in lines[7]
    assert lines[-1] == "Next: altsync generate"
    step = funnel.next_step(status(**{"would-replace": 1, "missing": 2}))
    assert step.endswith("approve --all --replacing rule=file-name,placeholder,cut")
    assert funnel.next_step(status(unsure=1, missing=2)) == (
        "altsync review --filter state=unsure"
    )
    unread = dataclasses.replace(status(missing=2), pages_asked=False)
    assert funnel.next_step(unread) == funnel.PAGES_FIRST
    found = funnel.as_dict(status(ai=1))
    assert (found["states"]["ai"], found["unsettled"]) == (1, 1)
    assert found["open"] == [
        {
            "item": 7,
            "push": 3,
            "image": "a/1\x1b",
            "at": "2026-11-23T08:00:59+00:00",
            "base": None,
            "text": "A \x9b cat.",
        }
    ]


def test_a_pull_that_came_to_no_end_is_told_after_the_last_that_did() -> None:
    broken = dataclasses.replace(status(ai=1), broke_off="Files are\x1b off.")
    assert list(funnel.lines(broken))[:2] == [
        "http://s: 1 image, last pull 2026-11-22 20:15 UTC",
        "  A later pull broke off: Files are\\u001b off.",
    ]
    assert funnel.as_dict(broken)["broke_off"] == "Files are\x1b off."


def test_a_first_pull_that_came_to_no_end_is_to_be_run_again() -> None:
    broken = dataclasses.replace(
        status(missing=1), last_pull=None, broke_off="The login ended."
    )
    lines = list(funnel.lines(broken))
    assert lines[1] == "  The pull broke off: The login ended."
    assert funnel.next_step(broken) == "altsync pull"


def test_images_that_a_model_had_no_text_for_are_told_with_the_way_on() -> None:
    some = dataclasses.replace(status(missing=3), in_vain=2)
    lines = list(funnel.lines(some))
    at = lines.index(
        "  2 images got no text from a model, which is not asked again by itself:"
    )
    assert lines[at + 1] == f"    {funnel.RETRY}"
    assert lines[-1] == "Next: altsync generate"
    assert funnel.as_dict(some)["in_vain"] == 2
    every = dataclasses.replace(some, in_vain=3)
    assert funnel.next_step(every) == funnel.RETRY


def test_many_open_changes_are_listed_in_part() -> None:
    found = status()
    many = dataclasses.replace(found, open=found.open * 22)
    lines = [line for line in funnel.lines(many) if line.startswith("    ")]
    assert len(lines) == 22
    assert lines[20] == "    … and 2 more (--json has all)."


@pytest.mark.parametrize(
    ("states", "step"),
    [
        ({"approved": 1, "missing": 1}, "diff"),
        ({"needs_review": 1, "missing": 1}, "review"),
        ({"conflict": 1, "missing": 1}, "pull"),
        ({"missing": 1}, "generate"),
        ({"human": 1}, ""),
    ],
)
def test_the_next_step_is_the_one_nearest_to_the_site(
    states: dict[str, int], step: str
) -> None:
    found = funnel.next_step(status(**states))
    assert step in found if step else found == ""


def test_a_site_that_was_never_pulled() -> None:
    assert funnel.when(None) == "never"
    assert list(
        funnel.lines(
            Status(
                "http://s",
                0,
                dict.fromkeys(map(str, terminal.MEANING), 0),
                1.0,
                None,
                None,
                0,
            )
        )
    )


def test_drift() -> None:
    listed = Listed(shown=3)
    for drift in (
        Drift("a/0", DriftKind.NEW, None, "x", Origin.HUMAN),
        Drift("a/1", DriftKind.CHANGED, "old", "new", Origin.HUMAN),
        Drift("a/2", DriftKind.CHANGED, "same", "same", Origin.AI),
        Drift("a/3", DriftKind.GONE, "it said"),
        Drift("a/4", DriftKind.RETURNED, "x", "y", None),
    ):
        listed.add(drift)
    counts = {
        "listed": 9,
        "new": 1,
        "changed": 2,
        "returned": 1,
        "gone": 1,
        "failed": 0,
    }
    assert list(listed.lines(counts)) == [
        "9 images listed: 1 new, 2 changed, 1 returned, 1 gone.",
        "  changed   a/1 by a person",
        '            - "old"',
        '            + "new"',
        "  changed   a/2: title, caption, label or long description",
        '  gone      a/3, it said "it said"',
        "  … and 1 more.",
    ]
    listed = Listed(shown=1)
    for n in range(2):
        how = "cut at 255 characters"
        listed.add(Drift(f"a/{n}", DriftKind.CHANGED, "long", "lo", Origin.AI, how))
    assert list(listed.lines(counts | {"changed": 2, "returned": 0, "gone": 0})) == [
        "9 images listed: 1 new, 2 changed.",
        "  changed   a/0 by the site, which mangled what altsync sent: cut at 255"
        " characters",
        '            - "long"',
        '            + "lo"',
        "  … and 1 more.",
        "2 texts of altsync's own, otherwise than sent: the site mangled what it stored."
        f" {SITE}how-to/album.html#mangled-texts says what to do.",
    ]
    listed = Listed(shown=9)
    listed.add(Drift("a/1", DriftKind.HIDDEN, "it said"))
    listed.add(Drift("a/2", DriftKind.RETURNED, "as before", "as before"))
    seen = dict.fromkeys(counts, 0) | {"listed": 9, "returned": 1, "hidden": 1}
    assert list(listed.lines(seen)) == [
        "9 images listed: 1 returned, 1 hidden.",
        '  hidden    a/1, it said "it said"',
        '  returned  a/2, it says "as before"',
    ]
    nothing = dict.fromkeys(counts, 0) | {"listed": 9}
    assert list(Listed(3).lines(nothing)) == [
        "9 images listed; nothing changed on the site."
    ]


def test_what_could_not_be_read_is_not_called_unchanged() -> None:
    counts = dict.fromkeys(("new", "changed", "returned", "gone"), 0)
    some = counts | {"listed": 9, "failed": 2}
    assert list(Listed(3).lines(some)) == [
        "9 images listed, 2 could not be read; nothing changed on the site."
    ]
    every = counts | {"listed": 2, "failed": 2}
    assert list(Listed(3).lines(every)) == ["2 images listed, 2 could not be read."]
    none = counts | {"listed": 0, "failed": 0}
    assert list(Listed(3).lines(none, "None.")) == ["None."]
    assert list(Listed(3).lines(none | {"gone": 1}, "None.")) == [
        "0 images listed: 1 gone.",
        "  … and 1 more.",
    ]


FAILING = StillFailing(
    "a/1", "generate", "m", "It refused.", 'a "r"\n', 2, True, None, "2026-11-29T17:20"
)


def test_what_still_fails() -> None:
    unread = replace(FAILING, stage="pull", model=None, reason=None, attempt=1)
    unsent = replace(unread, stage="push", push=7, in_vain=False, error="403\x1b")
    lost = replace(FAILING, in_vain=False, reason=None, model=None)
    shown = [replace(unread, in_vain=False), FAILING, lost, unsent]
    assert list(failure_lines(shown)) == [
        "pull: could not be read",
        "  2026-11-29 17:20 UTC  a/1",
        "      It refused.",
        "  Next: altsync pull, once what the sentence names is mended",
        "generate: got no text",
        "  2026-11-29 17:20 UTC  a/1  (m, try 2)",
        '      It refused. It says: "a "r"\\n"',
        "  2026-11-29 17:20 UTC  a/1  (try 2)",
        "      It refused.",
        "  Next: altsync generate",
        "  Not asked again by itself: altsync generate --retry-failed, or --fallback"
        " MODEL",
        "push: could not be sent",
        "  2026-11-29 17:20 UTC  a/1  (push 7)",
        "      403\\u001b",
        "  Next: altsync diff, then altsync push",
    ]
    assert not any("Next" in one for one in failure_lines([FAILING]))
    read = json.loads("".join(failure_document(shown)))
    assert [one["stage"] for one in read] == ["pull", "generate", "generate", "push"]
    assert read[1] == asdict(FAILING)
    assert "".join(failure_document([])) == "[]\n"


@given(st.text())
def test_plain_lines_keep_line_ends_and_tabs_alone(text: str) -> None:
    shown = plain_lines(text).replace("\r\n", "\n")
    assert all(c.isprintable() or c in "\n\t\u200c\u200d" for c in shown)


@given(
    st.recursive(st.none() | st.text(), st.lists)
    | st.dictionaries(st.text(), st.text())
)
def test_json_text_steers_nothing_and_reads_back(value: object) -> None:
    for indent in (None, 2):
        shown = json_text(value, indent)
        assert json.loads(shown) == value
        steers = [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
        assert set(steers) <= set("\n\u200c\u200d")


def test_json_text_stays_readable() -> None:
    assert json_text({"a": "Zoë\xa0می\u200cروم"}) == '{"a": "Zoë\xa0می\u200cروم"}'
    assert json_text("\x9b\U000e0001\ud83d") == '"\\u009b\\udb40\\udc01\\ud83d"'


def handed(way: HandedTo, number: int, lines: int) -> Handover:
    nothing: dict[str, Any] = dict.fromkeys(
        field.name for field in dataclasses.fields(Handover)
    )
    known = {"id": number, "way": way, "model": "m", "lines": lines, "came": {}}
    return Handover(**{**nothing, **known})


def test_what_somebody_else_is_to_answer_is_told_with_what_brings_it() -> None:
    batch = handed(HandedTo.OPENAI, 1, 3)
    file = handed(HandedTo.FILE, 2, 1)
    both = replace(status(missing=4), handed_over=(batch, file), waiting=4)
    told = [line.strip() for line in funnel.lines(both)]
    assert "3 lines open in 1 batch: altsync generate --batch-fetch" in told
    assert "1 line open in 1 exported file: altsync work list" in told
    assert funnel.next_step(both) == "altsync generate --batch-fetch"
    only = replace(both, handed_over=(file,))
    assert funnel.next_step(only) == "altsync work list"


def test_a_time_that_is_not_known_is_left_open() -> None:
    assert moment(None) == ""
    assert moment("2026-11-29T10:05:59+00:00") == "2026-11-29 10:05"
