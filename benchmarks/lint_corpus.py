"""Precision and recall of every rule on labelled texts, and how many good texts get a
warning.

    python -m benchmarks lint_corpus --corpus DIR [--set NAME] [--half first|second]
                                     [--profile strict] [--list] [--check]

A finding is right where the label of that use names the same rule. A text is good where
it was read and has no label at all (a label that is no rule's name is a defect that no
rule looks for: such a text counts as neither). Texts that nobody read are counted only in
how many were flagged. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from altsync import lint
from altsync.models import Finding, Severity
from benchmarks.texts import Published, parser, published

SURE = 1.959964
RULES = {rule.id for rule in lint.all_rules()}


@dataclass(slots=True)
class Tally:
    """What one run counted."""

    texts: int = 0
    """All, whether they were read or not."""
    flagged_texts: int = 0
    """Those with a warning or an error."""
    read: int = 0
    good: int = 0
    good_warned: int = 0
    good_stopped: int = 0
    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    flagged: Counter[tuple[str, str]] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)


def tally(texts: Iterable[Published], rules: lint.Ruleset) -> Tally:
    """Compare what the rules find with the labels."""
    result = Tally()
    for one in texts:
        findings = lint.check(one.text, rules)
        grave = {finding.severity for finding in findings} - {Severity.INFO}
        result.texts += 1
        result.flagged_texts += bool(grave)
        if one.defects is not None:
            _count(result, one.alt, one.defects, findings)
    return result


def _count(
    result: Tally,
    alt: str | None,
    defects: frozenset[str],
    findings: Sequence[Finding],
) -> None:
    """Add one text that was read."""
    result.read += 1
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
            result.misses.append(f"wrong {one.rule}: {alt!r}")
    rules = {one.rule for one in findings if one.severity is not Severity.INFO}
    for defect in sorted(defects):
        result.labelled[defect] += 1
        result.found[defect] += defect in rules
        if defect in RULES - rules:
            result.misses.append(f"missed {defect}: {alt!r}")


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); (0, 1) for no observation."""
    if not of:
        return 0.0, 1.0
    share, z2 = hits / of, SURE**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    spread = math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    half = SURE * spread / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, of: int) -> str:
    """`28/30 = 0.93 (0.79 to 0.98)`."""
    if not of:
        return "none"
    low, high = wilson(hits, of)
    return f"{hits}/{of} = {hits / of:.2f} ({low:.2f} to {high:.2f})"


def show(result: Tally) -> None:
    """The report as Markdown."""
    print(
        f"{result.texts} texts, {result.flagged_texts} with a warning or an error;"
        f" {result.read} were read, {result.good} of them are good (no defect)\n"
    )
    print("| rule | severity | precision | recall (any severity but info) |")
    print("|---|---|---|---|")
    for rule in lint.all_rules():
        recall = share(result.found[rule.id], result.labelled[rule.id])
        for severity in Severity:
            key = (rule.id, str(severity))
            if of := result.flagged[key]:
                right = share(result.right[key], of)
                print(f"| {rule.id} | {severity} | {right} | {recall} |")
    errors = [key for key in result.flagged if key[1] == Severity.ERROR]
    of = sum(result.flagged[key] for key in errors)
    right_ones = sum(result.right[key] for key in errors)
    print("\nall errors: precision", share(right_ones, of))
    print("good texts with a warning:", share(result.good_warned, result.good))
    print("good texts with an error:", share(result.good_stopped, result.good))


def missed_targets(result: Tally) -> list[str]:
    """What a change of the rules must not break, and has broken: sentences."""
    missed = []
    for (rule, severity), of in result.flagged.items():
        if severity == Severity.ERROR and result.right[rule, severity] < 0.97 * of:
            missed.append(f"Less than 97 % of the errors of {rule} are right.")
    for rule in ("cut", "leak", "empty"):
        if result.found[rule] < 0.9 * result.labelled[rule]:
            missed.append(f"Less than 90 % of what is {rule} is found.")
    if result.good_warned > 0.08 * result.good:
        missed.append("More than 8 % of the good texts get a warning.")
    if result.good_stopped > 0.01 * result.good:
        missed.append("More than 1 % of the good texts get an error.")
    return missed


def half(texts: list[Published], which: str) -> list[Published]:
    """The texts of every other page."""
    pages = sorted({one.page for one in texts})
    kept = set(pages[which == "second" :: 2])
    return [one for one in texts if one.page in kept]


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--set", help="only this file, without its ending")
    arguments.add_argument(
        "--half", choices=("first", "second"), help="only every other page"
    )
    arguments.add_argument("--profile", default="default")
    arguments.add_argument(
        "--list",
        action="store_true",
        help="list every wrong error finding and every missed defect",
    )
    arguments.add_argument(
        "--check", action="store_true", help="end with 1 where a target is missed"
    )
    given = arguments.parse_args()
    texts = published(given.corpus)
    if given.set:
        texts = [one for one in texts if one.set == given.set]
    if given.half:
        texts = half(texts, given.half)
    result = tally(texts, lint.ruleset(given.profile))
    show(result)
    if given.list:
        print("\n" + "\n".join(result.misses))
    if given.check and (missed := missed_targets(result)):
        sys.exit("\n".join(missed))


if __name__ == "__main__":
    main()
