"""A plan in short, for who is about to send it: its first and its last changes, what is no
change, and how many are not shown. Pure, and streamed."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from altsync.models import Change, Entry, Summary
from altsync.render.terminal import entry_lines, plan_lines, summary_line
from altsync.render.text import count


def lines(
    summary: Summary,
    entries: Iterable[Entry],
    most: int | None,
    all_of_it: str,
    colour: bool = False,
) -> Iterator[str]:
    """`most` changes from the beginning and as many from the end, then as many of what is
    no change, then the total line, which names the checksum of all. None: everything;
    0: the total line alone.

    `all_of_it`: the command that shows everything. `entries` is run through twice and
    must give the same both times.
    """
    if most is None:
        yield from plan_lines(summary, entries, colour)
        return
    if most:
        yield from _changes(summary, entries, most, all_of_it, colour)
        yield from _others(summary, entries, most, all_of_it, colour)
    yield summary_line(summary)


def _changes(
    summary: Summary, entries: Iterable[Entry], most: int, all_of_it: str, colour: bool
) -> Iterator[str]:
    between = summary.changes - 2 * most
    changes = (one for one in entries if isinstance(one, Change))
    last: deque[Change] = deque(maxlen=most)
    for number, one in enumerate(changes):
        if number < most or between <= 0:
            yield from entry_lines(one, colour)
        else:
            last.append(one)
    if between > 0:
        yield f"… {count(between, 'more change')}, not shown here: {all_of_it}"
    for one in last:
        yield from entry_lines(one, colour)


def _others(
    summary: Summary, entries: Iterable[Entry], most: int, all_of_it: str, colour: bool
) -> Iterator[str]:
    others = summary.conflicts + summary.converged + summary.refused
    left = most if others else 0
    for one in entries:
        if not left:
            break
        if not isinstance(one, Change):
            left -= 1
            yield from entry_lines(one, colour)
    if others > most:
        yield f"… {others - most:,} more that are no change: {all_of_it}"


def all_of(options: str, takes_back: Sequence[str], limit: int | None) -> str:
    """The command that shows all of a plan; `options` are those that narrowed it."""
    if not takes_back:
        return f"altsync diff{options}"
    words = [word for target in takes_back for word in ("--revert", target)]
    if limit is not None:
        words += ["--limit", str(limit)]
    return f"altsync diff {shlex.join(words)}"
