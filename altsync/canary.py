"""The canary: the first few of a plan are sent and read back a little later; the rest
goes only if the site kept to what it confirmed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from altsync.errors import AltsyncError, Interrupted, NotThere
from altsync.models import Change, Flat, Label, SiteImage
from altsync.planning import Plan
from altsync.push import Push, Pushed
from altsync.render.denials import denial_lines
from altsync.render.text import count, quoted
from altsync.sources.base import Source
from altsync.stage import Context
from altsync.store import journal, mirror
from altsync.store.store import Store

SHOWN = 10
"""So many images are named that do not say what was sent."""


@dataclass(frozen=True, slots=True)
class Strayed:
    """An image that does not say what was sent to it."""

    image: str
    sent: str | None
    says: str | None
    label: bool = False
    """The text is right, the label is not; or, `described`, the long description."""
    described: bool = False


def _always(done: Pushed, left: int) -> bool:
    return True


def _in_silence(done: Pushed) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Canary:
    """Send a plan in two pushes: its first `number` changes, and the rest."""

    context: Context
    plan: Plan
    number: int
    pause: float = 5.0
    """Seconds between the canary and its reading back."""
    by: str | None = None
    read_all: bool = False
    """As in `Push`."""
    confirm: Callable[[Pushed, int], bool] = _always
    """Asked once the canary was read back and something is left: with what it did, and
    how many changes are left. Where it says no they are not sent; it may raise."""
    sent: Callable[[Pushed], object] = _in_silence
    """Told of each push as it ends, also of a canary that then died."""

    def run(self) -> list[Pushed]:
        """What each push did: one where the canary was all of it, or `confirm` said no.

        Raises AltsyncError where the canary failed, or does not say what was sent: the
        rest is not sent. Raises as `Push.run` does, and Interrupted once the context's
        `stop` is set during the pause.
        """
        if not self.plan.summary.changes:
            return [self._push(self.plan)]
        small = self.plan.first(self.number)
        done = self._push(small)
        self._read_back(small, done)
        rest = self.plan.rest(self.number)
        left = rest.summary.changes
        if not left and not rest.summary.converged:
            return [done]
        if left and not self.confirm(done, left):
            return [done]
        return [done, self._push(rest)]

    def _push(self, part: Plan) -> Pushed:
        done = Push(self.context, part, self.by, self.read_all).run()
        self.sent(done)
        return done

    def _read_back(self, small: Plan, done: Pushed) -> None:
        """Raise unless the whole canary arrived and still says what was sent."""
        left = self.plan.summary.changes - small.summary.changes
        nothing = done.denied and not done.applied
        if done.stopped or done.failed or done.mangled or nothing:
            why = (done.stopped or _trouble(done)).rstrip(".")
            told = [f"Stopped: {why}. {not_sent(left)}".rstrip()]
            told += denial_lines(done.denials)
            raise AltsyncError("\n".join(told))
        if self.context.stop.wait(self.pause):
            so_far = "Stopped before the canary was read back."
            raise Interrupted(f"{so_far} {not_sent(left)}".rstrip())
        store = self.context.store
        with store.read() as conn:
            applied = journal.applied(conn, done.push_id)
        changes = list(small.changes())
        strayed = read_back(self.context.source, store, changes, applied)
        if strayed:
            head = (
                f"{len(strayed):,} of the {len(applied):,} images of the canary do not"
                " say what was sent:"
            )
            tail = (
                f"{not_sent(left)} Look at the site; take the canary back with: altsync"
                f" revert {done.push_id}"
            )
            named = map(_line, strayed[:SHOWN])
            raise AltsyncError("\n".join([head, *named, tail]))
        self.context.report.say(
            f"Canary: {len(applied):,} of {small.summary.changes:,} read back as they"
            " were sent."
        )


def _trouble(done: Pushed) -> str:
    if done.failed:
        return f"{count(done.failed, 'image')} of the canary failed"
    if done.denied:
        return "this login may not change any image of the canary"
    return f"the site mangled {count(done.mangled, 'text')} of the canary"


def not_sent(left: int) -> str:
    """That so many other changes were not sent, as a sentence; '' for none."""
    if not left:
        return ""
    return (
        f"The other {count(left, 'change')} {'was' if left == 1 else 'were'} not sent."
    )


def take_back(done: Iterable[Pushed]) -> str:
    """What takes back what these pushes applied, as a line; '' where that is nothing."""
    command = taking_back(done)
    return f"Take it back with: {command}" if command else ""


def taking_back(done: Iterable[Pushed]) -> str:
    """The command alone."""
    numbers = " ".join(str(one.push_id) for one in done if one.applied)
    return f"altsync revert {numbers}" if numbers else ""


def read_back(
    source: Source, store: Store, changes: Sequence[Change], applied: Iterable[str]
) -> list[Strayed]:
    """Those of the applied images whose site, read past every cache, does not say what
    it confirmed.

    What it confirmed is in the mirror: a site may fold white space, but then it keeps
    to that. Raises SourceError.
    """
    wanted = frozenset(applied)
    strayed: list[Strayed] = []
    groups = itertools.groupby(changes, key=lambda c: (c.entity, c.language))
    for _, group in groups:
        sent = {change.image: change for change in group if change.image in wanted}
        with store.read() as conn:
            named = {one.image.id: one.image for one in mirror.named(conn, list(sent))}
        images = [named[image] for image in sent]
        if not images:
            continue
        try:
            flats = source.fresh(images).flats
        except NotThere:
            flats = {}
        found = [
            _strayed(sent[image.id], image, flats.get(image.id)) for image in images
        ]
        strayed += [one for one in found if one is not None]
    return strayed


def _strayed(change: Change, image: SiteImage, flat: Flat | None) -> Strayed | None:
    if flat is None:
        return Strayed(image.id, image.alt, None)
    if flat["alt"] != image.alt:
        return Strayed(image.id, image.alt, flat["alt"])
    label = None if image.label is None else str(image.label)
    if image.has_label and (flat.get("label") != label or _vouched(change, label)):
        return Strayed(image.id, image.alt, flat["alt"], label=True)
    described = change.described is not None
    if described and flat.get("long_description") != image.long_description:
        return Strayed(image.id, image.alt, flat["alt"], described=True)
    return None


def _vouched(change: Change, label: str | None) -> bool:
    """The site says that a person vouches for the text, which was not sent along."""
    meant = change.new_label if change.relabels else change.label
    return label not in (None, Label.AI) and label != meant


def _line(one: Strayed) -> str:
    if one.label:
        return f"  {one.image}: the label is another one"
    if one.described:
        return f"  {one.image}: the long description is another one"
    return f"  {one.image}: the site says {quoted(one.says)}"
