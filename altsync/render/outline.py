"""A plan in short, for who is about to send it: its first and its last changes, what is no
change, and what is grave about those that are not shown. Pure, and streamed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator

from altsync.models import Change, Entry, Severity, Summary
from altsync.render.terminal import entry_lines, summary_line
from altsync.render.text import count

PERSONS = "in the place of a person's words"
EMPTIES = "that leave no text"
ERRORS = "with an error of the lint"
WARNINGS = "with a warning of the lint"
Written = Callable[[Entry], Iterator[str]]
GRAVE = (PERSONS, EMPTIES, ERRORS, WARNINGS)
"""What a person has to know of changes before they are sent, the gravest first."""


def lines(
    summary: Summary,
    entries: Iterable[Entry],
    most: int | None,
    all_of_it: str,
    colour: bool = False,
    words: bool = False,
) -> Iterator[str]:
    """`most` changes from the beginning and as many from the end, then as many of what is
    no change; None: everything, 0: nothing of it. Below stands what is grave about all
    changes, shown or not, and the total line, which names their checksum.

    `all_of_it`: the command that shows everything. `words`: as `shown_lines`. `entries`
    is run through twice and must give the same both times.
    """
    grave: Counter[str] = Counter()
    changes = _weighed(entries, grave)

    def written(one: Entry) -> Iterator[str]:
        return entry_lines(one, colour, words)

    yield from _changes(summary, changes, most, all_of_it, written)
    if most != 0:
        yield from _others(summary, entries, most, all_of_it, written)
    if grave:
        said = ", ".join(f"{grave[what]:,} {what}" for what in GRAVE if grave[what])
        yield f"Of these changes: {said}."
    yield summary_line(summary)


def _weighed(entries: Iterable[Entry], grave: Counter[str]) -> Iterator[Change]:
    """The changes; what is grave about them is counted as they pass by."""
    for one in entries:
        if isinstance(one, Change):
            grave.update(_grave(one))
            yield one


def _grave(one: Change) -> Iterator[str]:
    if one.over_person:
        yield PERSONS
    if not one.new and one.reverts is None:
        yield EMPTIES
    found = {finding.severity for finding in one.findings}
    if Severity.ERROR in found:
        yield ERRORS
    elif Severity.WARNING in found:
        yield WARNINGS


def _changes(
    summary: Summary,
    changes: Iterable[Change],
    most: int | None,
    all_of_it: str,
    written: Written,
) -> Iterator[str]:
    ends = summary.changes if most is None else most
    between = max(0, summary.changes - 2 * ends)
    last: deque[Change] = deque(maxlen=ends)
    for number, one in enumerate(changes):
        if number < ends or not between:
            yield from written(one)
        else:
            last.append(one)
    if between and ends:
        yield f"… {count(between, 'more change')}, not shown here: {all_of_it}"
    for one in last:
        yield from written(one)


def _others(
    summary: Summary,
    entries: Iterable[Entry],
    most: int | None,
    all_of_it: str,
    written: Written,
) -> Iterator[str]:
    others = summary.conflicts + summary.converged + summary.refused
    left = others if most is None else min(most, others)
    hidden = others - left
    for one in entries:
        if not left:
            break
        if not isinstance(one, Change):
            left -= 1
            yield from written(one)
    if hidden:
        yield f"… {hidden:,} more that are no change: {all_of_it}"
