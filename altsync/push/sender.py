"""The one code path by which anything is sent, whether one change or a million: fresh
read, test, journal, PATCH, check, confirm."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from altsync import stale
from altsync.errors import (
    AnswerLost,
    BadAnswer,
    Challenged,
    ChangedMeanwhile,
    GuardMoved,
    HasDraft,
    Interrupted,
    NeverWritten,
    NotAllowed,
    Overtaken,
    PartRefused,
    PictureError,
    RateLimited,
    Rewritten,
    SourceError,
    Unreachable,
)
from altsync.models import Change, Flat, PushStatus, SiteImage
from altsync.planning import Batch
from altsync.push.deciding import applied, found, is_another, is_there
from altsync.push.denials import Denials
from altsync.push.looking import REPLACED, is_replaced
from altsync.push.readback import ReadBack
from altsync.push.reading import OTHER_FORM, by_reading, is_undone
from altsync.push.sent import (
    Ready,
    Sent,
    intent_of,
    message_of,
    old_texts,
    unread,
    vanished,
)
from altsync.sources.base import Fresh, Source
from altsync.store import journal, mirror
from altsync.store.store import Store

ANSWERED = "The site answered that it was done."


class Sender:
    """Sends batches, from any thread. Two of one entity must not be sent at once."""

    def __init__(
        self,
        source: Source,
        store: Store,
        push_id: int,
        read_back: ReadBack,
        denials: Denials,
        held: Collection[tuple[str, str | None]] = (),
    ) -> None:
        self.source = source
        self.store = store
        self.push_id = push_id
        self.held = held
        """(entity, language) of PATCHes that are not settled: nothing is sent there."""
        self.read_back = read_back
        self.denials = denials

    def send(self, batch: Batch) -> list[Sent]:
        """All changes of one entity, one PATCH per language, in turn."""
        if self.denials.holds(batch.entity):
            return [Sent(c.image, None, held=True) for c in batch.changes]
        sent: list[Sent] = []
        by_language = itertools.groupby(batch.changes, key=lambda c: c.language)
        for language, group in by_language:
            changes = list(group)
            if (batch.entity, language) in self.held:
                sent += [Sent(c.image, None, waits=True) for c in changes]
                continue
            try:
                sent += self._send(changes)
            except Interrupted:
                break  # it waited for the site, and nothing was sent: the next push has it
            if sent and sent[-1].stops is not None:
                break
        return sent

    def _send(self, wanted: Sequence[Change]) -> list[Sent]:
        """Raises Interrupted before anything was sent."""
        with self.store.read() as conn:
            named = mirror.named(conn, [change.image for change in wanted])
        images = {one.image.id: one.image for one in named}
        changes = [change for change in wanted if change.image in images]
        sent = [vanished(c.image) for c in wanted if c.image not in images]
        looks = [self._look(change, images[change.image]) for change in changes]
        sent += [look for look in looks if look is not None]
        changes = [c for c, look in zip(changes, looks, strict=True) if look is None]
        if not changes:
            return sent
        try:
            fresh = self.source.fresh([images[change.image] for change in changes])
        except SourceError as error:
            unsent = [self._unsent(change, error) for change in changes]
            return sent + self._heard(changes[0].entity, unsent, error)

        if stale.is_read(self.source, self.store, list(images.values()), fresh):
            return sent + [
                self._kept_back(c, PushStatus.FAILED, stale.UNSENT, by_itself=True)
                for c in changes
            ]
        was: Mapping[str, str] = getattr(fresh, "spelled", {})
        decided = [
            self._decide(c, fresh.flats.get(c.image), was.get(c.image)) for c in changes
        ]
        sent += [one for one in decided if isinstance(one, Sent)]
        ready = [one for one in decided if isinstance(one, Ready)]
        if ready:
            sent += self._patch(ready, fresh, images)
        return sent

    def _look(self, change: Change, image: SiteImage) -> Sent | None:
        """None where the picture is still the one that was approved, or where the
        site's own text comes back; else what became of the change. Raises Interrupted."""
        candidate = change.candidate
        if change.reverts is not None:
            with self.store.read() as conn:
                candidate = journal.brought_back(conn, change.reverts)
        try:
            if not is_replaced(self.source, self.store, image, candidate):
                return None
        except (SourceError, PictureError) as error:
            return self._unseen(change, error)
        return self._kept_back(change, PushStatus.CONFLICT, REPLACED)

    def _unseen(self, change: Change, error: SourceError | PictureError) -> Sent:
        """Nobody knows whether the picture is still the same, so nothing is sent."""
        why = (
            f"its picture could not be looked at again, so it was not sent: {error} Mend"
            " that, or reject the text (`altsync reject`)."
        )
        return self._kept_back(
            change,
            PushStatus.FAILED,
            why,
            stops=error if error.stops_run else None,
            by_itself=not isinstance(error, Unreachable | RateLimited),
        )

    def _kept_back(
        self, change: Change, status: PushStatus, why: str, **more: Any
    ) -> Sent:
        """Journal what was not sent, if it is still planned."""
        with self.store.write() as tx:
            if not journal.still_planned(tx, change):
                return Sent(change.image, None, "taken back or already applied")
            item = journal.intend(tx, self.push_id, change, change.patch)
            journal.settle(tx, item, status, error=why)
        return Sent(change.image, status, why, **more)

    def _decide(
        self, change: Change, flat: Flat | None, was: str | None
    ) -> Sent | Ready:
        """Test one change against what the site says now, and journal it: ready to be
        sent, or what became of it without a PATCH. `was`: how its text is written now."""
        with self.store.write() as tx:
            if not journal.still_planned(tx, change):
                return Sent(change.image, None, "taken back or already applied")
            if flat is not None and is_there(change, flat):
                item = journal.intend(
                    tx, self.push_id, change, found(change, flat["alt"])
                )
                journal.settle(tx, item, PushStatus.APPLIED, error="already there")
                mirror.confirm(tx, change.image, flat, change.origin, item)
                return Sent(change.image, PushStatus.APPLIED)
            item = journal.intend(tx, self.push_id, change, change.patch, was)
            new, why = applied(change, flat, journal.spelled(tx, change))
            if new is None:
                journal.settle(tx, item, PushStatus.CONFLICT, error=why)
                return Sent(change.image, PushStatus.CONFLICT, why)
            return Ready(item, change, new)

    def _patch(
        self,
        ready: Sequence[Ready],
        fresh: Fresh,
        images: Mapping[str, SiteImage],
        *,
        again: bool = False,
    ) -> list[Sent]:
        """Send it and settle what becomes of it. `again`: it was stale once already."""
        new = {one.change.image: one.new for one in ready}
        message = message_of([one.change for one in ready], self.push_id)
        note = ""
        try:
            shown = self.source.write(fresh, new, message)
        except Overtaken as error:
            shown, note = error.shown, str(error)
        except (AnswerLost, Unreachable, BadAnswer, Challenged) as error:
            return self._reread(ready, images, str(error))
        except ChangedMeanwhile as error:
            if isinstance(error, GuardMoved) and not again:
                return self._decide_again(ready, images)
            return self._settle_all(ready, PushStatus.CONFLICT, error)
        except Interrupted as error:
            # Raised between two tries, and a write is only tried again where the one
            # before was not done.
            return self._undone(ready, error)
        except PartRefused as error:
            return self._without(ready, fresh, images, error, again=again)
        except Rewritten as error:
            return self._kept_otherwise(ready, images, error)
        except SourceError as error:
            refused = self._settle_all(ready, PushStatus.FAILED, error)
            return self._heard(ready[0].change.entity, refused, error)
        self.denials.let_through(ready[0].change.entity)
        due = self.read_back.due(list(new), shown) and not note
        strange = (is_another(one.change, shown[one.change.image]) for one in ready)
        if due or any(strange):
            return self._reread(ready, images, ANSWERED, answered=True)
        return [self._confirm(one, shown[one.change.image], note) for one in ready]

    def _kept_otherwise(
        self,
        ready: Sequence[Ready],
        images: Mapping[str, SiteImage],
        error: Rewritten,
    ) -> list[Sent]:
        """The alts arrived, perhaps; what became of the words around them nobody can
        mend here."""
        if not error.done:
            return self._settle_all(ready, PushStatus.FAILED, error)
        done = self._reread(ready, images, str(error), answered=True)
        return [*done[:-1], dataclasses.replace(done[-1], stops=error)]

    def _without(
        self,
        ready: Sequence[Ready],
        fresh: Fresh,
        images: Mapping[str, SiteImage],
        error: PartRefused,
        *,
        again: bool,
    ) -> list[Sent]:
        """Nothing was sent, for some of them can never go: the others go without."""
        sent: list[Sent] = []
        rest: list[Ready] = []
        for one in ready:
            why = error.refused.get(one.change.image)
            if why is None:
                rest.append(one)
                continue
            apart = self._settle_all([one], unread(why), why, by_itself=True)
            sent += self._heard(one.change.entity, apart, why)
        if len(rest) == len(ready):
            return self._settle_all(ready, PushStatus.FAILED, error)
        if rest:
            sent += self._patch(rest, fresh, images, again=again)
        return sent

    def _decide_again(
        self, ready: Sequence[Ready], images: Mapping[str, SiteImage]
    ) -> list[Sent]:
        """Somebody saved the entity, or the page around it, and nothing was stored. Go
        on once with a new read, where the texts are still as approved."""
        try:
            fresh = self.source.fresh([images[one.change.image] for one in ready])
        except Interrupted as error:
            return self._undone(ready, error)
        except SourceError as error:
            refused = self._settle_all(ready, unread(error), error)
            return self._heard(ready[0].change.entity, refused, error)
        sent: list[Sent] = []
        still: list[Ready] = []
        for one in ready:
            flat = fresh.flats.get(one.change.image)
            new, why = applied(one.change, flat, one.new.get("spelled"))
            if new is None:
                sent.append(self._moved_on(one, flat, why))
            else:
                still.append(dataclasses.replace(one, new=new))
        if still:
            sent += self._patch(still, fresh, images, again=True)
        return sent

    def _moved_on(self, one: Ready, flat: Flat | None, why: str) -> Sent:
        """The second read shows another text than was approved; perhaps the new one."""
        change = one.change
        with self.store.write() as tx:
            if flat is not None and is_there(change, flat):
                journal.settle(tx, one.item, PushStatus.APPLIED, error="already there")
                mirror.confirm(tx, change.image, flat, change.origin, one.item)
                return Sent(change.image, PushStatus.APPLIED)
            journal.settle(tx, one.item, PushStatus.CONFLICT, error=why)
        return Sent(change.image, PushStatus.CONFLICT, why)

    def _undone(self, ready: Sequence[Ready], error: Interrupted) -> list[Sent]:
        undone = RateLimited(str(error))
        return self._settle_all(ready, PushStatus.FAILED, undone, by_itself=True)

    def _confirm(self, sent: Ready, site: Flat, note: str) -> Sent:
        """The answer shows the text, and is believed."""
        image = sent.change.image
        with self.store.write() as tx:
            journal.settle(
                tx, sent.item, PushStatus.APPLIED, http_status=200, error=note or None
            )
            mirror.confirm(tx, image, site, sent.change.origin, sent.item)
        why = "" if site["alt"] == sent.new["alt"] else OTHER_FORM
        return Sent(image, PushStatus.APPLIED, why, overtook=note)

    def _reread(
        self,
        ready: Sequence[Ready],
        images: Mapping[str, SiteImage],
        lost: str,
        *,
        answered: bool = False,
    ) -> list[Sent]:
        """What the site has now settles it: the answer did not arrive, or (`answered`)
        is not to be relied on. If the site does not say, the next push asks."""
        asked = [images[one.change.image] for one in ready]
        old = {one.change.image: old_texts(one.change) for one in ready}
        third = PushStatus.FAILED if answered else PushStatus.CONFLICT
        try:
            flats = self.read_back.read(asked, old if answered else {})
            self._refuse_copies(ready, images, flats)
        except (SourceError, Interrupted) as error:
            why = (
                f"{lost} The site could not be read afterwards either ({error}); the"
                " next push settles it."
            )
            by_itself = isinstance(error, Interrupted)
            return [
                Sent(image.id, PushStatus.FAILED, why, by_itself=by_itself)
                for image in asked
            ]
        sent: list[Sent] = []
        for one in ready:
            image = one.change.image
            with self.store.write() as tx:
                flat = flats.get(image)
                intent = intent_of(one)
                done = by_reading(tx, intent, flat, lost, at_once=True, third=third)
            sent.append(Sent(image, done.status, done.why, mangled=done.mangled))
        return sent

    def _refuse_copies(
        self,
        ready: Sequence[Ready],
        images: Mapping[str, SiteImage],
        flats: Mapping[str, Flat],
    ) -> None:
        """Raises SourceError where what was read as not done may be a copy that is older
        than the PATCH: then nobody knows, and the next push asks."""
        for one in ready:
            flat = flats.get(one.change.image)
            if flat is None or not is_undone(intent_of(one), flat):
                continue
            if stale.shows(self.source, images[one.change.image]):
                raise SourceError(stale.UNHEARD)
            return  # one PATCH, one item: the others are as old

    def _heard(self, entity: str, sent: list[Sent], error: SourceError) -> list[Sent]:
        """Remember what the site does not allow; to say it once is enough."""
        if not isinstance(error, NotAllowed):
            return sent
        is_new = self.denials.refused(entity, [one.image for one in sent], error)
        said = [
            dataclasses.replace(one, denied=True, by_itself=True, why="")
            for one in sent
        ]
        if is_new:
            said[0] = dataclasses.replace(said[0], why=error.needed)
        return said

    def _settle_all(
        self,
        ready: Sequence[Ready],
        status: PushStatus,
        error: SourceError,
        *,
        by_itself: bool = False,
    ) -> list[Sent]:
        with self.store.write() as tx:
            for one in ready:
                journal.settle(
                    tx, one.item, status, http_status=error.status, error=str(error)
                )
        stops = error if error.stops_run else None
        by_itself = by_itself or isinstance(error, HasDraft)
        return [
            Sent(one.change.image, status, str(error), stops, by_itself)
            for one in ready
        ]

    def _unsent(self, change: Change, error: SourceError) -> Sent:
        """The fresh read failed: nothing was sent."""
        status = unread(error)
        with self.store.write() as tx:
            item = journal.intend(tx, self.push_id, change, change.patch)
            journal.settle(tx, item, status, http_status=error.status, error=str(error))
        stops = error if error.stops_run else None
        by_itself = isinstance(error, NeverWritten)
        return Sent(change.image, status, str(error), stops, by_itself)
