"""Drift as lines: what the site changed between two pulls, apart from any plan. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from altsync.manual import Page, address
from altsync.models import Drift, DriftKind, Origin
from altsync.render import standing
from altsync.render.text import count, plain, quoted

KINDS = ("new", "changed", "returned", "gone", "hidden")
WHO = {
    Origin.AI: "a machine, says the site's label",
    Origin.HUMAN: "a person",
    None: "somebody, who emptied it",
}


class Listed:
    """Keeps the first few that are worth a line; the counts say the rest. New images
    are only counted."""

    def __init__(self, shown: int) -> None:
        self.shown = shown
        self.kept: list[Drift] = []
        self.mangled = 0
        self.put_back: list[Drift] = []

    def add(self, drift: Drift) -> None:
        """Take note of one."""
        self.mangled += bool(drift.mangled)
        if drift.put_back:
            self.put_back.append(drift)
        if drift.kind == DriftKind.REREAD:
            return
        if drift.kind != DriftKind.NEW and len(self.kept) < self.shown:
            self.kept.append(drift)

    def lines(
        self,
        counts: dict[str, int],
        empty: str = "",
        otherwise: Sequence[str] = (),
    ) -> Iterator[str]:
        """The drift, then nothing more: the funnel is printed apart. `empty`: what to
        say in its place where no image was listed; `otherwise`: the settings that
        changed what is read."""
        yield from self._drifted(counts, empty)
        if counts.get(DriftKind.REREAD):
            images = count(counts[DriftKind.REREAD], "image")
            because = f" ({', '.join(otherwise)})" if otherwise else ""
            yield (
                f"{images} read otherwise than before, by altsync.toml{because}: that is"
                " no change of the site."
            )

    def _drifted(self, counts: dict[str, int], empty: str) -> Iterator[str]:
        total = _changes(counts)
        if not total:
            nothing = empty if not counts["listed"] else ""
            yield nothing or in_short(counts)
            return
        yield in_short(counts)
        for drift in self.kept:
            yield from _lines(drift)
        rest = total - counts["new"] - len(self.kept)
        if rest > 0:
            yield f"  … and {rest:,} more."
        if self.mangled:
            yield (
                f"{count(self.mangled, 'text')} of altsync's own, otherwise than sent: the"
                " site mangled what it stored."
                f" {address(Page.ALBUM, 'mangled-texts')} says what to do."
            )
        if self.put_back:
            yield (
                f"{count(len(self.put_back), 'text')} of altsync's own: taken back to what"
                " stood there before. The form of a page that was open during the push"
                f" does that unseen. To propose again: `{_again(self.put_back[0])}`."
            )


def in_short(counts: dict[str, int]) -> str:
    """All of it in a sentence."""
    if not _changes(counts):
        return _nothing(counts)
    parts = [f"{counts[kind]:,} {kind}" for kind in KINDS if counts.get(kind)]
    return f"{_listed(counts)}: {', '.join(parts)}."


def _changes(counts: dict[str, int]) -> int:
    return sum(counts.get(kind, 0) for kind in KINDS)


def _listed(counts: dict[str, int]) -> str:
    listed = f"{count(counts['listed'], 'image')} listed"
    if counts.get("again"):
        listed += f", {counts['again']:,} that were pushed read again"
    if counts.get("failed"):
        listed += f", {counts['failed']:,} could not be read"
    return listed


def _nothing(counts: dict[str, int]) -> str:
    """Nothing drifted. Where nothing could be read, nobody knows whether it did."""
    if counts["listed"] and counts.get("failed") == counts["listed"]:
        return f"{_listed(counts)}."
    return f"{_listed(counts)}; nothing changed on the site."


def _again(drift: Drift) -> str:
    """The command that proposes for an image again."""
    named = f"altsync generate {plain(drift.image)}"
    return f"{named} --suggest-for-human" if drift.by is Origin.HUMAN else named


def _lines(drift: Drift) -> Iterator[str]:
    head = f"  {drift.kind:<9} {plain(drift.image)}{standing.page(drift.where)}"
    if drift.kind in ("gone", "hidden"):
        yield f"{head}, it said {quoted(drift.before)}"
    elif drift.kind == "returned" and drift.before == drift.after:
        yield f"{head}, it says {quoted(drift.after)}"
    elif drift.before != drift.after:
        yield f"{head} by {_who(drift)}"
        yield from _where(drift)
        yield f"            - {standing.text_of(drift.before, drift.where)}"
        yield f"            + {standing.text_of(drift.after, drift.where)}"
    elif drift.where.tag is None:
        yield f"{head}: title, caption, label or long description"
    else:
        whose = "; its text counts as a person's" if drift.by is Origin.HUMAN else ""
        yield f"{head}: title, caption, or its place among equals in the text{whose}"
        yield from _where(drift)


def _where(drift: Drift) -> Iterator[str]:
    for line in standing.lines(drift.image, drift.where):
        yield f"            {line}"


def _who(drift: Drift) -> str:
    if drift.mangled:
        return f"the site, which mangled what altsync sent: {drift.mangled}"
    if drift.put_back:
        return "somebody, back to what stood there before altsync's text"
    return WHO[drift.by]
