"""Precision and recall of every rule on labelled texts, and how many good texts get a
warning.

    python -m benchmarks lint_corpus --corpus DIR [--set NAME] [--half first|second]
                                     [--profile strict] [--languages] [--list] [--check]

A finding is right where the label of that use names the same rule. A text is good where
it was read and has no label at all (a label that is no rule's name is a defect that no
rule looks for: such a text counts as neither). Texts that nobody read are counted only in
how many were flagged. Intervals are Wilson's, 95 %. With --check a target is told to be
missed, and one for which fewer than five texts are labelled to be unknown.

Good texts are counted twice: with `length` by its definition, where a long text is none,
and with the labels as they were read, where a long account of a chart may be a good one.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from altsync import lint
from altsync.lint.text import base_language
from altsync.models import Finding, Severity
from benchmarks.texts import Published, parser, published

SURE = 1.959964
RULES = {rule.id for rule in lint.all_rules()}
SOUGHT = ("file-name", "placeholder", "redundant-words", "cut", "language")
"""Rules of the table by language."""
TARGETS = {
    **{"leak": 0.9, "empty": 0.9, "file-name": 0.9, "placeholder": 0.9},
    **{"redundant-words": 0.9, "cut": 0.85, "language": 0.8},
}
"""What has to be found of a rule's defects, at least."""
FEWEST = 5
"""Labelled texts of a rule from which on its share is held against a target."""


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
    good_flagged: int = 0
    """With a warning or an error."""
    read_good: int = 0
    """Good by the labels as they were read."""
    read_good_flagged: int = 0
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
            result.read_good += not one.as_read
            result.read_good_flagged += not one.as_read and bool(grave)
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
        result.good_flagged += bool(severities - {Severity.INFO})
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
    print("\nall errors: precision", share(*_errors(result)))
    print("good texts with a warning:", share(result.good_warned, result.good))
    print("good texts with an error:", share(result.good_stopped, result.good))
    print("good texts with either:", share(result.good_flagged, result.good))
    either = share(result.read_good_flagged, result.read_good)
    print("the same with the labels as they were read:", either)


def _errors(result: Tally) -> tuple[int, int]:
    """Errors that are right, and all of them."""
    errors = [key for key in result.flagged if key[1] == Severity.ERROR]
    right = sum(result.right[key] for key in errors)
    return right, sum(result.flagged[key] for key in errors)


def show_languages(texts: Sequence[Published], rules: lint.Ruleset) -> None:
    """A row a language, as Markdown: what was read, good texts flagged (by the definition
    of `length`, as read), errors that are right, and what was found of some defects."""
    by_language: dict[str, list[Published]] = {}
    for one in texts:
        language = base_language(one.text.language) or "?"
        by_language.setdefault(language, []).append(one)
    heads = ("texts", "read", "good and flagged", "as read", "errors right", *SOUGHT)
    print(f"\n| language | {' | '.join(heads)} |")
    print("|---" * (len(heads) + 1) + "|")
    for language, mine in sorted(by_language.items()):
        counted = tally(mine, rules)
        shares = [
            (counted.good_flagged, counted.good),
            (counted.read_good_flagged, counted.read_good),
            _errors(counted),
            *((counted.found[rule], counted.labelled[rule]) for rule in SOUGHT),
        ]
        cells = [f"{hits} of {of}" if of else "–" for hits, of in shares]
        print(
            f"| {language} | {counted.texts} | {counted.read} | {' | '.join(cells)} |"
        )


def missed_targets(result: Tally) -> list[str]:
    """What a change of the rules must not break, and has broken: sentences."""
    missed = []
    for (rule, severity), of in result.flagged.items():
        if severity == Severity.ERROR and result.right[rule, severity] < 0.97 * of:
            missed.append(f"Less than 97 % of the errors of {rule} are right.")
    for rule, least in TARGETS.items():
        if result.labelled[rule] < FEWEST:
            continue
        if result.found[rule] < least * result.labelled[rule]:
            missed.append(f"Less than {least * 100:.0f} % of what is {rule} is found.")
    if result.good_flagged > 0.08 * result.good:
        missed.append("More than 8 % of the good texts are flagged.")
    if result.read_good_flagged > 0.08 * result.read_good:
        missed.append("More than 8 % of the texts that were read as good are flagged.")
    if result.good_stopped > 0.01 * result.good:
        missed.append("More than 1 % of the good texts get an error.")
    return missed


def untold(result: Tally) -> list[str]:
    """Targets about which these texts say nothing: sentences."""
    return [
        f"Of what is {rule} there are {result.labelled[rule]} labelled texts: too few"
        f" for the target of {least * 100:.0f} %."
        for rule, least in TARGETS.items()
        if result.labelled[rule] < FEWEST
    ]


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
        "--languages", action="store_true", help="a table by language as well"
    )
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
    if given.languages:
        show_languages(texts, lint.ruleset(given.profile))
    if given.list:
        print("\n" + "\n".join(result.misses))
    if given.check:
        print("\n" + "\n".join(untold(result)))
        if missed := missed_targets(result):
            sys.exit("\n".join(missed))


if __name__ == "__main__":
    main()
