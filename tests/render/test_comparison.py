"""A comparison in words and as tables: what is decided, of how many, by whom."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from altsync.models import Finding, Severity
from altsync.models.comparison import (
    Agreement,
    Choice,
    Comparison,
    Graded,
    GradeGiven,
    GradesTogether,
    PairResult,
    Strength,
    WriterResult,
)
from altsync.render import comparison

A, B, C = "a/1", "b\x1b[31m", "=c()"
GRADES = {"A": 3, "B": 0, "C": 0, "D": 0, "E": 0, "F": 1}


def pair(first: str, second: str, *, decided: bool, images: int = 120) -> PairResult:
    return PairResult(
        first, second, images, 70, 43, 7, 0.6125, 0.54, 0.68, 0.0123, decided
    )


def writer(name: str, *, bare: bool = False) -> WriterResult:
    found = WriterResult(
        writer=name,
        prompts=("p1", "p2"),
        grades=GRADES,
        judged=4,
        wins=2.5,
        win_rate=0.625,
        low=0.3,
        high=0.9,
        average=3.0,
        cost_usd=0.0009,
        seconds=1.75,
        findings=0.5,
        strength=Strength(1.25, 1.1, 1.44),
    )
    if not bare:
        return found
    nothing = {"win_rate": None, "average": None, "cost_usd": None, "seconds": None}
    return replace(found, prompts=("p1",), strength=None, **nothing)  # type: ignore[arg-type]


PAIRS = (pair(A, B, decided=True), pair(B, C, decided=False), pair(A, C, decided=False))
TOGETHER = GradesTogether(None, 120, (writer(A), writer(B), writer(C)), PAIRS)
RUN = Comparison(7, (A, B, C), False, "maria", "2026-11-29")
ALONE = replace(TOGETHER, grader="ann", judged=1)
GRADED = Graded(
    RUN,
    130,
    TOGETHER,
    (ALONE, replace(ALONE, grader="bo")),
    (Agreement("ann", "bo", 9, 8, 0.75),),
)


def said(*pairs: PairResult) -> str:
    return comparison.verdict(replace(TOGETHER, pairs=pairs))


def test_the_verdict_is_one_sentence() -> None:
    one, other = pair("A", "B", decided=True), pair("B", "C", decided=False)
    third = pair("A", "C", decided=False)
    better = "A is better than B: 61 % [54, 68] of 120 pairs"
    assert said(one, other) == f"{better}; not decided between B and C."
    assert said(one) == f"{better}."
    assert said(other, third) == "Not decided between B and C, nor between A and C."
    assert said(pair("A", "B", decided=False, images=0)) == "Nothing is judged yet."
    assert said(replace(one, images=1)).endswith("of 1 pair.")


def test_two_graders_in_words() -> None:
    one = Agreement("ann", "bo", 9, 8, 0.75)
    sentence = "ann and bo said the same of 8 of 9 pairs (89 %)"
    assert (
        comparison.agreement(one) == f"{sentence}, 0.75 beyond chance (Cohen's kappa)."
    )
    assert comparison.agreement(replace(one, kappa=None)) == f"{sentence}."


def test_in_a_terminal() -> None:
    text = "\n".join(comparison.lines(GRADED))
    assert "\x1b" not in text
    assert text.startswith(
        "Comparison 7: 120 of 130 images judged.\na/1 is better than"
    )
    assert "61 % [54, 68] of 120 pairs (70 won, 43 lost, 7 equal; p 0.012)." in text
    assert comparison.MANY in text
    assert "ann (1 judged): a/1 is better" in text
    assert "said the same of 8 of 9 pairs" in text
    assert "a/1: prompts, one a language: p1, p2." in text
    [row] = [line for line in text.splitlines() if line.startswith("a/1 ")][1:2]
    assert row.split() == [
        *("a/1", "62", "%", "[30,", "90]", "1.25", "[1.10,", "1.44]"),
        *("3", "0", "0", "0", "0", "1", "3.00", "$0.0009", "1.8", "s", "0.50"),
    ]


def test_what_is_not_known_is_a_dash() -> None:
    bare = replace(
        TOGETHER,
        judged=9,
        writers=(writer("x", bare=True), replace(writer("y", bare=True), prompts=())),
        pairs=(pair("x", "y", decided=False, images=0),),
        no_strengths="No strengths: too few.",
    )
    text = "\n".join(comparison.lines(replace(GRADED, together=bare, graders=(ALONE,))))
    assert "x: prompt p1." in text
    assert "y: prompt" not in text
    assert "No strengths: too few." in text
    assert "x and y: nothing says how they compare." in text
    assert comparison.MANY not in text
    assert "ann" not in text
    [row] = [line for line in text.splitlines() if line.startswith("y ")]
    assert row.split() == ["y", "–", "–", "3", *"00001", "–", "–", "–", "0.50"]
    assert comparison.chance(0.0001) == "under 0.001"


def read(pieces: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pieces)))


def test_grades_as_a_table() -> None:
    flag = Finding("cut", Severity.ERROR, "Cut.")
    machine = Choice(5, 1, 1, "i/1", "=cmd", "m", "p1", 0.01, 2500, (flag,))
    person = Choice(6, 1, 2, "i/1", "Own.", "a person", None, None, None, ())
    marks = [
        GradeGiven(5, "ann", "A", True),
        GradeGiven(5, "@bo", None, False),
        GradeGiven(5, "cy", "B"),
    ]
    names = {5: "m (prompt p1)", 6: "a person"}
    text = "".join(comparison.grades_csv(7, [machine, person], names, marks))
    first, second, third, alone = read(text)
    assert first == {
        "run": "7",
        "place": "1",
        "slot": "1",
        "image": "i/1",
        "choice": "m (prompt p1)",
        "model": "m",
        "prompt": "p1",
        "grader": "ann",
        "grade": "A",
        "picked": "yes",
        "cost usd": "0.01",
        "seconds": "2.5",
        "findings": "error: cut",
        "text": "'=cmd",
    }
    assert (second["grader"], second["grade"], second["picked"]) == ("'@bo", "", "no")
    assert (third["grade"], third["picked"]) == ("B", "")
    assert (alone["choice"], alone["grader"], alone["cost usd"]) == ("a person", "", "")


def test_results_as_a_table() -> None:
    bare = replace(ALONE, writers=(writer("x", bare=True),))
    found = read("".join(comparison.results_csv(replace(GRADED, graders=(bare,)))))
    first, _, formula, last = found
    assert (first["grader"], first["choice"], first["win share"]) == ("all", A, "0.625")
    assert (first["strength from"], first["A"], first["prompts"]) == (
        "1.1",
        "3",
        "p1, p2",
    )
    assert formula["choice"] == "'=c()"
    assert (last["grader"], last["strength"], last["win share"]) == ("ann", "", "")


def test_as_json() -> None:
    found = json.loads(json.dumps(comparison.document(GRADED)))
    assert found["verdict"].startswith("a/1 is better than b")
    assert found["together"]["writers"][0]["strength"]["value"] == 1.25
    assert found["agreements"][0]["same"] == 8
