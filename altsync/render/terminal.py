"""Plan, status and drift as lines for a terminal. Pure: yields text, never prints;
colour is the caller's wish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from altsync.models import Change, Entry, State, Summary
from altsync.render import standing
from altsync.render.shown import DESCRIPTION, Head, Shown, of
from altsync.render.text import count, plain, quoted
from altsync.render.words import Stretch, compare

RED, GREEN = "31", "32"
MEANING = {
    State.GONE: "not on the site any more",
    State.HIDDEN: "on the site, but this login may not see it",
    State.UNUSED: "in a paragraph that no page shows",
    State.INLINE: "in a block of one Layout Builder page: never written",
    State.READ_ONLY: "this login sees it and may not edit it",
    State.LEFT_OUT: "altsync.toml or the inventory does not name it any more",
    State.FORMAT: "in a text whose format this login may not use: never written",
    State.EXTERNAL: "a picture in a text that is no file of the site",
    State.APPROVED: "approved, waiting for push",
    State.DECORATIVE: "empty on purpose",
    State.CONFLICT: "approved, but the site has changed since",
    State.UNSURE: "somebody was unsure and asked a colleague",
    State.WOULD_REPLACE: "a candidate would replace words of a person (generate --replace)",
    State.NEEDS_REVIEW: "a candidate waits for a verdict",
    State.CLEARED: "emptied after altsync had sent a text: by a person, or taken back",
    State.REJECTED: "the candidate was rejected",
    State.INHERITS: "an embedded medium that shows the medium's own text",
    State.MISSING: "no text, nothing proposed",
    State.AI: "text by a machine",
    State.HUMAN: "text by a person",
}


def paint(text: str, code: str, colour: bool) -> str:
    """ANSI colour around text, or the text as it is."""
    if not colour:
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def plan_lines(
    summary: Summary,
    entries: Iterable[Entry],
    colour: bool = False,
    words: bool = False,
) -> Iterator[str]:
    """A plan for a person: changes, then conflicts and the rest, then one total line.

    `entries` is run through twice and must give the same both times. `words`: as
    `shown_lines`.
    """
    for changes in (True, False):
        for entry in entries:
            if isinstance(entry, Change) is changes:
                yield from entry_lines(entry, colour, words)
    yield summary_line(summary)


def entry_lines(
    entry: Entry, colour: bool = False, words: bool = False
) -> Iterator[str]:
    """One entry of a plan, as the audit shows it."""
    return shown_lines(of(entry), colour, words)


def shown_lines(one: Shown, colour: bool = False, words: bool = False) -> Iterator[str]:
    """One image of a diff. Changed words are marked: reversed in colour, else as
    `[-old-]{+new+}` on a line of its own. `words`: for who hears it, without signs that
    a screen reader leaves out."""
    ink = _Ink(colour, words)
    yield _first(one, ink)
    yield from (f"    {line}" for line in standing.lines(one.image, one.where))
    yield from _texts(one, ink)
    if one.label:
        before, after = one.label
        yield f"    label {ink.turned(before or '(unset)', after or '(unset)')}"
    for field, was, now in one.fields:
        if field == DESCRIPTION:
            yield f"    {field}"
            yield from _at_length(ink.gone, was, RED, ink)
            yield from _at_length(ink.come, now, GREEN, ink)
        else:
            yield f"    {field} {ink.turned(quoted(was), quoted(now))}"
    for finding in one.findings:
        yield f"    {finding.severity}: {plain(finding.message)} [{finding.rule}]"


@dataclass(frozen=True, slots=True)
class _Ink:
    """How lines are written."""

    colour: bool
    words: bool

    @property
    def gone(self) -> str:
        """Stands before a text that goes."""
        return "was" if self.words else "-"

    @property
    def come(self) -> str:
        """Stands before a text that comes."""
        return "now" if self.words else "+"

    def turned(self, was: str, now: str) -> str:
        """Something short that becomes another."""
        return f"from {was} to {now}" if self.words else f"{was} -> {now}"


def _first(one: Shown, ink: _Ink) -> str:
    named = _named(one, ink.colour)
    if ink.words:
        return f"{one.kind}: {named}  ({plain(one.said)})"
    return f"{one.mark} {named}  {_about(one)}"


def _at_length(mark: str, text: str | None, code: str, ink: _Ink) -> Iterator[str]:
    """A text of several lines, each behind its mark."""
    for line in (text or "(none)").splitlines():
        yield paint(f"      {mark} {plain(line)}", code, ink.colour)


def _named(one: Shown, colour: bool) -> str:
    name = paint(plain(one.image), "1", colour)
    if one.called:
        name += f" {quoted(one.called)}"
    return name


def _about(one: Shown) -> str:
    if one.kind in ("change", "changed"):
        return f"({plain(one.said)})"
    if one.kind in ("conflict", "refused"):
        return f"{one.kind}: {plain(one.said)}"
    return plain(one.said)


def _texts(one: Shown, ink: _Ink) -> Iterator[str]:
    if one.kind == "conflict":
        yield f"    base  {_quoted(one.before, one)}"
        yield f"    site  {_quoted(one.site, one)}"
        yield f"    new   {_quoted(one.after, one)}"
    elif one.kind == "gone":
        yield paint(f"    {ink.gone} {_quoted(one.before, one)}", RED, ink.colour)
    elif one.kind == "new":
        yield paint(f"    {ink.come} {_quoted(one.after, one)}", GREEN, ink.colour)
    elif one.kind != "converged" and one.before != one.after:
        yield from _both(one, ink)


def _both(one: Shown, ink: _Ink) -> Iterator[str]:
    """The text that goes and the one that comes, with the words that differ marked;
    without marks where they have nothing in common."""
    pieces = compare(one.before, one.after)
    marked = any(piece.was and not piece.changed for piece in pieces)
    was, now = _quoted(one.before, one), _quoted(one.after, one)
    if marked and ink.colour:
        was = f'"{"".join(_strong(piece.was, piece.changed, RED) for piece in pieces)}"'
        now = (
            f'"{"".join(_strong(piece.now, piece.changed, GREEN) for piece in pieces)}"'
        )
    yield paint(f"    {ink.gone} {was}", RED, ink.colour)
    yield paint(f"    {ink.come} {now}", GREEN, ink.colour)
    if marked and not ink.colour and not ink.words:
        yield f"    ~ {''.join(map(_plainly, pieces))}"


def _quoted(value: str | None, one: Shown) -> str:
    return standing.text_of(value, one.where)


def _strong(text: str, changed: bool, code: str) -> str:
    """Reversed where it changed, and back to the line's own colour."""
    if not changed or not text:
        return plain(text)
    return f"\x1b[7m{plain(text)}\x1b[27;{code}m"


def _plainly(piece: Stretch) -> str:
    """Marks that need no colour."""
    if not piece.changed:
        return plain(piece.now)
    was = f"[-{plain(piece.was)}-]" if piece.was else ""
    now = f"{{+{plain(piece.now)}+}}" if piece.now else ""
    return was + now


def stat_lines(shown: Iterable[Shown], head: Head, width: int = 40) -> Iterator[str]:
    """One line per album with how much moves there, then the total: only counts are
    kept in memory."""
    counts: dict[str, Counter[str]] = {}
    for one in shown:
        counts.setdefault(one.album, Counter())[one.mark] += 1
    most = max((sum(c.values()) for c in counts.values()), default=0)
    names = {album: plain(album) or "(no album)" for album in counts}
    column = max(map(_columns, names.values()), default=0)
    for album, kinds in sorted(counts.items()):
        scale = min(1.0, width / most)
        marks = (
            mark * max(1, round(number * scale))
            for mark, number in sorted(kinds.items())
        )
        number = sum(kinds.values())
        blank = " " * (column - _columns(names[album]))
        yield f" {names[album]}{blank} | {number:>6,} {''.join(marks)}"
    yield head.total


def _columns(text: str) -> int:
    """Of a terminal: 犬 takes two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def summary_line(summary: Summary) -> str:
    """The one total line of a plan."""
    parts = [count(summary.changes, "change"), count(summary.conflicts, "conflict")]
    if summary.refused:
        parts.append(f"{summary.refused:,} refused")
    if summary.converged:
        parts.append(f"{summary.converged:,} already there")
    return f"Plan {summary.checksum}: {', '.join(parts)}."


def next_step(summary: Summary, sent_by: str, *, takes_back: bool = False) -> str:
    """What goes on from a plan; `sent_by`: the command that sends exactly it."""
    if summary.changes:
        what = "Take exactly this back" if takes_back else "Send exactly this"
        return f"{what} with: {sent_by}"
    if summary.conflicts:
        return (
            "Nothing to send. For the conflicts: `altsync pull`, then judge them again"
            " (`altsync review`)."
        )
    if summary.converged:
        return "Nothing to send. `altsync push` records what the site already says."
    return "Nothing to send."


def bar(share: float, width: int = 30) -> str:
    """A coverage bar of plain characters."""
    full = int(share * width)
    return "#" * full + "-" * (width - full)
