"""`altsync generate --batch`: the questions of a run, handed to providers at half price."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from altsync.cli import _batches, _command, _generated, _json
from altsync.errors import AltsyncError

if TYPE_CHECKING:
    from altsync.documents.batched import BatchSentDocument
    from altsync.generate.batches.stage import BatchesSent
    from altsync.generate.choosing import Targets
    from altsync.generate.settings import Settings
    from altsync.models import Handover
    from altsync.store.store import Store


def check(settings: Settings) -> None:
    """Before anything is done. Raises UsageError for a model that altsync cannot send
    batches to, and what opening the models raises."""
    from altsync.generate.batches.stage import providers

    providers(settings)


@contextlib.contextmanager
def broken_off(store: Store) -> Iterator[None]:
    """Where it ends by an error: what the provider has by then is said, and of which
    batches nobody knows."""
    before = {one.id for one in _under_way(store)}
    try:
        yield
    except BaseException:
        with contextlib.suppress(AltsyncError):
            _tell_begun([one for one in _under_way(store) if one.id not in before])
        raise


def _under_way(store: Store) -> list[Handover]:
    from altsync.store import handovers

    with store.read() as conn:
        return list(handovers.not_done(conn))


def _tell_begun(begun: Sequence[Handover]) -> None:
    from altsync.models import HandoverState
    from altsync.render.text import count

    unheard = [one for one in begun if one.state is HandoverState.UNSENT]
    arrived = [one for one in begun if one.state is not HandoverState.UNSENT]
    if arrived:
        lines = count(sum(one.lines for one in arrived), "line")
        inside = count(len(arrived), "batch", "batches")
        _command.warn(f"{lines} handed over in {inside} before that: {_batches.STATUS}")
    for one in unheard:
        _command.warn(
            f"Nobody knows yet whether batch {one.id} arrived. Its"
            f" {count(one.lines, 'line')} will be sent again only if it did not:"
            f" {_batches.FETCH}"
        )


def sent(done: BatchesSent | None, targets: Targets, *, as_json: bool) -> None:
    """What `generate --batch` handed over. None: there was nothing to ask."""
    from altsync.errors import PartlyDone
    from altsync.render.text import count

    if as_json:
        _json.show(_sent_document(done, targets))
    if done is None:
        return
    if not as_json:
        _handed_over(done)
    _beside(done)
    ran = done.run
    if ran.stopped:
        raise PartlyDone(
            f"{ran.stopped} Stopped before it; run the same `altsync generate --batch`"
            " again to go on."
        )
    if ran.failed:
        raise PartlyDone(
            f"{count(ran.failed, 'image')} of {len(targets):,} failed, and `altsync"
            f" failures` lists them. The last of them: {ran.problem}"
        )


def _handed_over(done: BatchesSent) -> None:
    from altsync.render import batches
    from altsync.render.money import about
    from altsync.render.text import count

    if done.lines:
        lines, number = count(done.lines, "line"), len(done.handovers)
        inside = count(number, "batch", "batches")
        cost = about(batches.dollars(done.handovers))
        _command.tell(f"{lines} handed over in {inside}; {cost}.")
    if done.beside:
        lines = count(sum(one.lines for one in done.beside), "line")
        cost = about(batches.dollars(done.beside))
        model = done.beside[0].model
        _command.say(f"{model}, to compare with: {lines} handed over; {cost}.")


def _beside(done: BatchesSent) -> None:
    """What was not handed over, and how it goes on."""
    ran = done.run
    _command.say_each("image", _generated.from_before(ran))
    for one in done.all:
        if one.error:
            _command.warn(f"Batch {one.id}: {one.error}")
    if done.all:
        _command.say(
            "The answers come within 24 hours. How far it is:"
            f" {_batches.STATUS}. To take them in: {_batches.FETCH}"
        )


def _sent_document(done: BatchesSent | None, targets: Targets) -> BatchSentDocument:
    from altsync.generate.batches.stage import BatchesSent
    from altsync.generate.generated import Generated
    from altsync.models import BatchSeen
    from altsync.render import batches

    found = done or BatchesSent(Generated(0))
    ran = found.run
    return {
        "run": ran.run or None,
        "images": len(targets),
        "lines": sum(one.lines for one in found.all),
        "batches": [
            batches.as_dict(BatchSeen(one, None, one.error or "")) for one in found.all
        ],
        "estimate_usd": batches.dollars(found.all),
        "reused": ran.reused,
        "known": ran.known,
        "refused": ran.refused,
        "waiting": targets.waiting + found.waiting,
        "failed": ran.failed,
        "passed_over": len(targets.passed_over),
        "problem": ran.problem,
        "stopped": ran.stopped,
        "next": _batches.FETCH if found.all else None,
    }
