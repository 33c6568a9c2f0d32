"""Plan, status and drift as lines for a terminal. Pure: yields text, never prints; colour is the caller's wish."""

from __future__ import annotations

from collections.abc import Iterator

from altsync.models import Change, Conflict, Converged, Entry, State, Summary
from altsync.render.text import count, plain, quoted

MEANING = {
    State.GONE: "not on the site any more",
    State.APPROVED: "approved, waiting for push",
    State.DECORATIVE: "empty on purpose",
    State.CONFLICT: "approved, but the site has changed since",
    State.NEEDS_REVIEW: "a proposal waits for a verdict",
    State.CLEARED: "a person emptied what altsync had sent",
    State.REJECTED: "the proposal was rejected",
    State.MISSING: "no text, nothing proposed",
    State.AI: "text by a machine",
    State.HUMAN: "text by a person",
}


def paint(text: str, code: str, colour: bool) -> str:
    """ANSI colour around text, or the text as it is."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def entry_lines(entry: Entry, colour: bool = False) -> Iterator[str]:
    """One entry of a plan, as the audit shows it."""
    if isinstance(entry, Change):
        by = f"{entry.model or entry.origin}, approved by {plain(entry.reviewer)}"
        yield f"~ {paint(plain(entry.image), '1', colour)}  ({plain(by)})"
        yield from _texts(entry, colour)
    elif isinstance(entry, Conflict):
        yield f"! {paint(plain(entry.image), '1', colour)}  conflict: the site has changed"
        yield f"    base  {quoted(entry.base)}"
        yield f"    site  {quoted(entry.site)}"
        yield f"    new   {quoted(entry.new)}"
    elif isinstance(entry, Converged):
        yield f"= {plain(entry.image)}  the site already says so"
    else:
        allow = f" (allow with {entry.permission})" if entry.permission else ""
        yield f"x {paint(plain(entry.change.image), '1', colour)}  refused: {entry.reason}{allow}"
        yield from _texts(entry.change, colour)


def _texts(change: Change, colour: bool) -> Iterator[str]:
    yield paint(f"    - {quoted(change.base)}", "31", colour)
    yield paint(f"    + {quoted(change.new)}", "32", colour)
    if change.has_label and change.new_label is not None and change.new_label != change.label:
        yield f"    label {change.label or '(unset)'} -> {change.new_label}"
    for finding in change.findings:
        yield f"    {finding.severity}: {finding.message} [{finding.rule}]"


def summary_line(summary: Summary) -> str:
    """The one total line of a plan."""
    parts = [count(summary.changes, "change"), count(summary.conflicts, "conflict")]
    if summary.refused:
        parts.append(f"{summary.refused:,} refused")
    if summary.converged:
        parts.append(f"{summary.converged:,} already there")
    return f"Plan {summary.checksum}: {', '.join(parts)}."


def next_step(summary: Summary) -> str:
    """The command that goes on from a plan."""
    if summary.changes:
        return f"Send exactly this with: altsync push --plan {summary.checksum}"
    if summary.conflicts:
        return "Nothing to send. For the conflicts: `altsync pull`, then judge them again (`altsync review`)."
    if summary.converged:
        return "Nothing to send. `altsync push` records what the site already says."
    return "Nothing to send."


def bar(share: float, width: int = 30) -> str:
    """A coverage bar of plain characters."""
    full = int(share * width)
    return "#" * full + "-" * (width - full)
