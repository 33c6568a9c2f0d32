"""`lint.check` as a whole: any text, every time the same, in time that grows with the
text and not faster."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync import lint
from altsync.models import Decision, Severity

ANY = st.text(
    st.characters(codec=None, exclude_categories=()), max_size=300
) | st.from_regex(
    r"[A-Za-z .,\"'“”«»()\[\]*_`{}<>&;:@/\\0-9-]{0,200}\.?", fullmatch=True
)
MAYBE = st.none() | ANY


@settings(max_examples=400, deadline=None)
@given(
    text=MAYBE,
    title=MAYBE,
    file=MAYBE,
    before=MAYBE,
    page_title=MAYBE,
    language=st.sampled_from(
        [None, "", "en", "nl", "de-AT", "ja", "ru", "und", "\ud800"]
    )
    | ANY,
    decision=st.sampled_from([None, *Decision]),
    stopped=st.booleans(),
)
def test_no_text_makes_it_raise_and_the_answer_is_always_the_same(
    text: str | None,
    title: str | None,
    file: str | None,
    before: str | None,
    page_title: str | None,
    language: str | None,
    decision: Decision | None,
    stopped: bool,
) -> None:
    one = lint.Text(
        text,
        title=title,
        file=file,
        before=before,
        page_title=page_title,
        language=language,
        decision=decision,
        stopped=stopped,
    )
    findings = lint.check(one)
    assert findings == lint.check(one)
    assert len({(f.rule, f.severity) for f in findings}) == len(findings)
    gravities = [f.severity.gravity for f in findings]
    assert gravities == sorted(gravities)


PIECES = [
    "a",
    " ",
    ".",
    "a ",
    "A ",
    "Aa ",
    "a.",
    "A. ",
    '"',
    '" ',
    "'",
    "'A",
    "“",
    "«",
    "(",
    "[",
    "[a](",
    "*",
    "**a",
    "`a",
    "\\*a",
    "<",
    "<a ",
    "&",
    "&a",
    "#",
    "# ",
    "-",
    "- ",
    "\n",
    "\n- ",
    "_a",
    "a-",
    "{",
    '{"a',
    "1",
    "1 ",
    "12-",
    "+1 (2",
    "@",
    "a@a.",
    "http://",
    "www.",
    "0x",
    "640x",
    "image ",
    "image of ",
    "here is ",
    "alt ",
    "alt text ",
    "the ",
    "an ",
    "ignore ",
    "ignore all ",
    "ignore all the ",
    "option 1 ",
    "1. ",
    "maybe ",
    "comparing ",
    "comparing a in ",
    "i am ",
    "i can not ",
    "man ",
    "asian ",
    "his ",
    "DSC ",
    "IMG_1",
    "screenshot 1 at ",
    "Drupal.",
    "Drupal 4.",
    "a sign says 'stop. ",
    "'a ",
    "\u200b",
    "\ud800",
    "犬",
    "é",
]


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_repetition_costs_time_in_proportion(piece: str) -> None:
    """Eight times the text may cost far more than eight times the noise, but never the
    64 times of a square."""

    def cost(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        one = lint.Text(
            text + ".",
            title=text,
            file=text[:5000],
            before=text,
            language="nl",
            stopped=True,
        )
        start = time.process_time()
        lint.check(one)
        return time.process_time() - start

    cost(100)
    assert cost(80_000) < 30 * min(cost(10_000) for _ in range(3)) + 0.3


def test_importing_the_lint_takes_nothing_heavy_along() -> None:
    code = """
import sys
before = set(sys.modules)  # coverage, where it measures, takes sqlite3 along
import altsync.lint, altsync.lint.audit, altsync.lint.ndjson
heavy = {"click", "requests", "llm", "sqlite_utils", "datasette", "sqlite3", "yaml"}
bad = (heavy | {"pycld2"}) & (set(sys.modules) - before)
sys.exit(", ".join(sorted(bad)) or 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_worst() -> None:
    assert lint.worst(()) is None
    assert (
        lint.worst(lint.check(lint.Text("A photo of a dog on the"))) is Severity.ERROR
    )
    assert lint.worst(lint.check(lint.Text("A photo of a dog."))) is Severity.WARNING


def test_the_gravest_comes_first() -> None:
    findings = lint.check(lint.Text("A photo of the <b>dog</b> and the"))
    assert [(f.rule, f.severity) for f in findings] == [
        ("markup", Severity.ERROR),
        ("cut", Severity.ERROR),
        ("redundant-words", Severity.WARNING),
    ]
