"""A comparison of models in words, as a table for a spreadsheet, and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from altsync.models.comparison import (
    GRADES,
    Agreement,
    Choice,
    Graded,
    GradeGiven,
    GradesTogether,
    PairResult,
    Strength,
    WriterResult,
)
from altsync.render import csv
from altsync.render.money import money
from altsync.render.text import count, plain

MANY = (
    "Several pairs were looked at: one is decided only where it would be by Holm's"
    " method, 5 % for all of them."
)
_GRADE_COLUMNS = (
    "run",
    "place",
    "slot",
    "image",
    "choice",
    "model",
    "prompt",
    "grader",
    "grade",
    "picked",
    "cost usd",
    "seconds",
    "findings",
    "text",
)
_RESULT_COLUMNS = (
    "run",
    "grader",
    "choice",
    "judged",
    "wins",
    "win share",
    "win share from",
    "win share to",
    "strength",
    "strength from",
    "strength to",
    *GRADES,
    "average",
    "cost usd",
    "seconds",
    "findings per text",
    "prompts",
)


def percent(share: float) -> str:
    """61"""
    return f"{100 * share:.0f}"


def share(one: float, low: float, high: float) -> str:
    """61 % [54, 68]"""
    return f"{percent(one)} % [{percent(low)}, {percent(high)}]"


def strength(one: Strength | None) -> str:
    """1.25 [1.10, 1.44]; a dash where there is none."""
    if one is None:
        return "–"
    return f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]"


def verdict(found: GradesTogether) -> str:
    """What is decided, as one sentence: "A is better than B: 61 % [54, 68] of 120 pairs;
    not decided between B and C."."""
    seen = [pair for pair in found.pairs if pair.images]
    if not seen:
        return "Nothing is judged yet."
    better = [_better(pair) for pair in seen if pair.decided]
    between = [
        f"between {pair.first} and {pair.second}" for pair in seen if not pair.decided
    ]
    undecided = f"not decided {', nor '.join(between)}"
    if not between:
        return f"{'; '.join(better)}."
    if not better:
        return f"N{undecided[1:]}."
    return f"{'; '.join(better)}; {undecided}."


def _better(pair: PairResult) -> str:
    figures = share(pair.share, pair.low, pair.high)
    of = count(pair.images, "pair")
    return f"{pair.first} is better than {pair.second}: {figures} of {of}"


def agreement(one: Agreement) -> str:
    """Two graders, in one sentence."""
    beyond = ""
    if one.kappa is not None:
        beyond = f", {one.kappa:.2f} beyond chance (Cohen's kappa)"
    return (
        f"{one.one} and {one.other} said the same of {one.same:,} of"
        f" {count(one.pairs, 'pair')} ({percent(one.same / one.pairs)} %){beyond}."
    )


def lines(graded: Graded) -> Iterator[str]:
    """For a terminal."""
    yield from map(plain, _lines(graded))


def _lines(graded: Graded) -> Iterator[str]:
    run, together = graded.run, graded.together
    judged = f"{together.judged:,} of {count(graded.images, 'image')} judged"
    yield f"Comparison {run.id}: {judged}."
    yield verdict(together)
    yield ""
    yield from _columns(_table(together))
    if together.no_strengths and together.judged:
        yield together.no_strengths
    yield from _prompts(together)
    yield ""
    for pair in together.pairs:
        yield pair_line(pair)
    if len(together.pairs) > 1:
        yield MANY
    if len(graded.graders) > 1:
        yield ""
        for one in graded.graders:
            yield f"{one.grader} ({one.judged:,} judged): {verdict(one)}"
        yield from map(agreement, graded.agreements)


def pair_line(pair: PairResult) -> str:
    """Two choices with all that was counted."""
    if not pair.images:
        return f"{pair.first} and {pair.second}: nothing says how they compare."
    return (
        f"{pair.first} and {pair.second}: {share(pair.share, pair.low, pair.high)} of"
        f" {count(pair.images, 'pair')} ({pair.won:,} won, {pair.lost:,} lost,"
        f" {pair.equal:,} equal; p {chance(pair.p)})."
    )


def chance(p: float) -> str:
    """0.03"""
    if p < 0.001:
        return "under 0.001"
    return f"{p:.2g}"


def _prompts(found: GradesTogether) -> Iterator[str]:
    for one in found.writers:
        if one.prompts:
            noun = "prompt" if len(one.prompts) == 1 else "prompts, one a language:"
            yield f"{one.writer}: {noun} {', '.join(one.prompts)}."


def _table(found: GradesTogether) -> list[list[str]]:
    head = ["", "win share", "strength", *GRADES, "average", "cost", "time", "findings"]
    return [head, *(_cells(one) for one in found.writers)]


def _cells(one: WriterResult) -> list[str]:
    won = average = seconds = "–"
    if one.win_rate is not None:
        won = share(one.win_rate, one.low, one.high)
    if one.average is not None:
        average = f"{one.average:.2f}"
    if one.seconds is not None:
        seconds = f"{one.seconds:.1f} s"
    grades = [str(one.grades[grade]) for grade in GRADES]
    cost = "–" if one.cost_usd is None else money(one.cost_usd)
    return [
        one.writer,
        won,
        strength(one.strength),
        *grades,
        average,
        cost,
        seconds,
        f"{one.findings:.2f}",
    ]


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [first.ljust(widths[0])]
        cells += [
            cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)
        ]
        yield "  ".join(cells)


def document(graded: Graded) -> dict[str, Any]:
    """Everything that was worked out, for a program."""
    found = asdict(graded)
    found["verdict"] = verdict(graded.together)
    return found


def grades_csv(
    run: int,
    choices: Iterable[Choice],
    writers: Mapping[int, str],
    marks: Iterable[GradeGiven],
) -> Iterator[str]:
    """One row for each choice and grader; a choice that nobody judged has one without."""
    given: dict[int, list[GradeGiven]] = {}
    for mark in marks:
        given.setdefault(mark.choice, []).append(mark)
    rows = (
        _grade_row(run, one, writers[one.id], mark)
        for one in choices
        for mark in given.get(one.id, [GradeGiven(one.id, "")])
    )
    return csv.table(_GRADE_COLUMNS, rows)


def _grade_row(
    run: int, one: Choice, writer: str, mark: GradeGiven
) -> Sequence[object]:
    picked = {None: "", True: "yes", False: "no"}[mark.picked]
    seconds = None if one.duration_ms is None else one.duration_ms / 1000
    findings = "; ".join(f"{found.severity}: {found.rule}" for found in one.findings)
    return (
        run,
        one.place,
        one.slot,
        one.image,
        writer,
        one.model,
        one.prompt,
        mark.grader,
        mark.grade,
        picked,
        one.cost_usd,
        seconds,
        findings,
        one.alt,
    )


def results_csv(graded: Graded) -> Iterator[str]:
    """One row for each choice, of all graders together (`all`) and of each."""
    rows = (
        _result_row(graded.run.id, found.grader or "all", one)
        for found in (graded.together, *graded.graders)
        for one in found.writers
    )
    return csv.table(_RESULT_COLUMNS, rows)


def _result_row(run: int, grader: str, one: WriterResult) -> Sequence[object]:
    reach: Sequence[object] = (None, None, None)
    if one.strength is not None:
        reach = (one.strength.value, one.strength.low, one.strength.high)
    return (
        run,
        grader,
        one.writer,
        one.judged,
        one.wins,
        one.win_rate,
        one.low,
        one.high,
        *reach,
        *one.grades.values(),
        one.average,
        one.cost_usd,
        one.seconds,
        one.findings,
        ", ".join(one.prompts),
    )
