"""Precision and recall of every rule on the labelled corpus, and how many good texts
get a warning.

    python -m benchmarks.lint_corpus [--half first|second] [--profile strict] [--errors]

A finding is right where the label of that use names the same rule's group. A text is
good where it has no label at all (a label `other` is a defect that no rule looks for:
such a text counts as neither). Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from altsync import lint
from altsync.models import Finding, Severity

HERE = Path(__file__).parent / "corpus"
SURE = 1.959964


@dataclass(slots=True)
class Tally:
    """What one run counted."""

    uses: int = 0
    good: int = 0
    good_warned: int = 0
    good_stopped: int = 0
    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    flagged: Counter[tuple[str, str]] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)


def text_of(row: dict[str, Any]) -> lint.Text:
    """One line of the corpus as the lint sees it."""
    return lint.Text(
        row["alt"],
        album=row["album"],
        file=f"{row['image']}.{row['ext']}",
        before=row["before"],
        after=row["after"],
        page_title=row["page_title"],
    )


def tally(
    rows: list[dict[str, Any]], labels: list[dict[str, Any]], rules: lint.Ruleset
) -> Tally:
    """Compare what the rules find with the labels."""
    result = Tally()
    for row, label in zip(rows, labels, strict=True):
        count(
            result,
            row,
            {one["rule"] for one in label["defects"]},
            lint.check(text_of(row), rules),
        )
    return result


def count(
    result: Tally, row: dict[str, Any], defects: set[str], findings: tuple[Finding, ...]
) -> None:
    """Add one use."""
    result.uses += 1
    severities = {one.severity for one in findings}
    if not defects:
        result.good += 1
        result.good_warned += Severity.WARNING in severities
        result.good_stopped += Severity.ERROR in severities
    for one in findings:
        key = (one.rule, str(one.severity))
        result.flagged[key] += 1
        result.right[key] += one.rule in defects
        if one.severity is Severity.ERROR and one.rule not in defects:
            result.misses.append(f"wrong {one.rule}: {row['alt']!r}")
    rules = {one.rule for one in findings if one.severity is not Severity.INFO}
    for defect in defects:
        result.labelled[defect] += 1
        result.found[defect] += defect in rules
        if defect not in rules and defect != "other":
            result.misses.append(f"missed {defect}: {row['alt']!r}")


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); (0, 1) for no observation."""
    if not of:
        return 0.0, 1.0
    share, z2 = hits / of, SURE**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = (
        SURE * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    )
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, of: int) -> str:
    """`28/30 = 0.93 (0.79 to 0.98)`."""
    low, high = wilson(hits, of)
    return (
        f"{hits}/{of} = {hits / of:.2f} ({low:.2f} to {high:.2f})"
        if of
        else "none in the corpus"
    )


def show(result: Tally) -> None:
    """The report as Markdown."""
    print(f"{result.uses} uses, {result.good} of them good (no defect labelled)\n")
    print(
        "| rule | severity | precision | recall (any severity but info)"
        " |\n|---|---|---|---|"
    )
    for rule in lint.all_rules():
        keys = [
            (rule.id, str(one)) for one in Severity if result.flagged[rule.id, str(one)]
        ]
        for key in keys or [(rule.id, "")]:
            print(
                f"| {rule.id} | {key[1]} |"
                f" {share(result.right[key], result.flagged[key])} |"
                f" {share(result.found[rule.id], result.labelled[rule.id])} |"
            )
    errors = [
        (n, result.right[key]) for key, n in result.flagged.items() if key[1] == "error"
    ]
    print(
        "\nall errors: precision"
        f" {share(sum(r for _, r in errors), sum(n for n, _ in errors))}"
    )
    print(f"good texts with a warning: {share(result.good_warned, result.good)}")
    print(f"good texts with an error: {share(result.good_stopped, result.good)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--half", choices=("first", "second"), help="only every other use, by page"
    )
    parser.add_argument("--profile", default="default")
    parser.add_argument(
        "--errors",
        action="store_true",
        help="list every wrong error finding and every missed defect",
    )
    given = parser.parse_args()
    rows = [
        json.loads(line)
        for line in (HERE / "dri-es-sample.ndjson").read_text("utf-8").splitlines()
    ]
    labels = [
        json.loads(line)
        for line in (HERE / "labels.ndjson").read_text("utf-8").splitlines()
    ]
    if given.half:
        pages = {
            page: at % 2
            for at, page in enumerate(sorted({row["page"] for row in rows}))
        }
        kept = [
            at
            for at, row in enumerate(rows)
            if pages[row["page"]] == (given.half == "second")
        ]
        rows, labels = [rows[at] for at in kept], [labels[at] for at in kept]
    result = tally(rows, labels, lint.ruleset(given.profile))
    show(result)
    if given.errors:
        print("\n" + "\n".join(result.misses))


if __name__ == "__main__":
    main()
