"""What a push or a revert did: in lines, as a document, and as what it ends with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from altsync.cli import _command
from altsync.manual import Page, address

if TYPE_CHECKING:
    from altsync.documents.plan import PushDocument, PushedItem
    from altsync.models import Denied
    from altsync.planning import Plan
    from altsync.push import Pushed
    from altsync.store.store import Store

CONFLICTS = {
    False: "Conflicts remain: `altsync pull`, then judge those images again.",
    True: "Conflicts remain: what somebody changed since it was sent stays as it is.",
}
"""What is left for a person, after a push and after one that takes back."""


def sum_up(plan: Plan, done: Sequence[Pushed]) -> None:
    """Say what is left to do, and raise what the exit code is of."""
    from altsync.errors import AltsyncError, ConflictsRemain, PartlyDone
    from altsync.render.denials import denial_lines
    from altsync.render.text import count

    say_how_back(done)
    for line in denial_lines(_denials(done)):
        _command.warn(line)
    if done[-1].stopped:
        raise AltsyncError(
            f"Stopped: {done[-1].stopped.rstrip('.')}. What was sent is settled; the"
            " rest was not sent."
        )
    to_judge = _to_judge(plan, done)
    if to_judge and any(one.failed or one.denied for one in done):
        _command.warn(to_judge)
    _raise_if_undone(plan, done)
    if done[-1].left_open:
        raise PartlyDone(
            f"{count(done[-1].left_open, 'change')} of earlier pushes could not be"
            " settled: `altsync status` lists them. The next push asks again;"
            " `altsync settle IMAGE` settles by your word."
        )
    mangled = sum(one.mangled for one in done)
    if mangled:
        raise PartlyDone(
            f"The site has {count(mangled, 'text')} otherwise than altsync sent."
            " Mend how the site stores alt texts"
            f" ({address(Page.ALBUM, 'mangled-texts')}), or send texts that it keeps."
        )
    if to_judge:
        raise ConflictsRemain(to_judge)


def say_how_back(done: Sequence[Pushed]) -> None:
    """The command that takes it back, where anything was applied."""
    from altsync.canary import take_back

    if how_back := take_back(done):
        _command.say(how_back)


def _raise_if_undone(plan: Plan, done: Sequence[Pushed]) -> None:
    from altsync.errors import PartlyDone
    from altsync.render.text import count

    failed = sum(one.failed for one in done)
    denied = sum(one.denied for one in done)
    takes_back = plan.request.takes_back
    verb = "revert" if takes_back else "push"
    stays = "stays" if (failed or denied) == 1 else "stay"
    stay = "" if takes_back else f" and {stays} approved"
    if failed:
        others = f" {count(denied, 'other')} wait for a permission." * bool(denied)
        raise PartlyDone(
            f"{count(failed, 'image')} failed{stay}.{others} Mend the cause, then"
            f" {verb} again."
        )
    if denied:
        wait = "waits" if denied == 1 else "wait"
        raise PartlyDone(
            f"{count(denied, 'image')} {wait} for a permission{stay}. Give it to"
            f" the login's role, then {verb} again."
        )


def _to_judge(plan: Plan, done: Sequence[Pushed]) -> str:
    """What is left for a person to look at; '' for nothing."""
    from altsync.render.text import count

    over = sum(one.overtook for one in done)
    if over:
        return (
            f"{count(over, 'image')} went over somebody's save that nothing could guard:"
            " look at what was told above."
        )
    if plan.summary.conflicts or any(one.conflicts for one in done):
        return CONFLICTS[plan.request.takes_back]
    return ""


def _denials(done: Sequence[Pushed]) -> list[Denied]:
    """What the pushes of one plan were denied, in groups of one type and one reason."""
    from dataclasses import replace

    found: dict[tuple[str, str, str], Denied] = {}
    for one in (each for push in done for each in push.denials):
        key = one.kind, one.needed, one.grant
        known = found.get(key)
        found[key] = (
            one if known is None else replace(known, images=known.images + one.images)
        )
    return list(found.values())


def line(done: Pushed) -> str:
    """One push in one line."""
    from altsync.render.text import count

    applied = f"{done.applied:,} applied"
    if done.mangled:
        applied += f" ({done.mangled:,} of them mangled by the site)"
    parts = [
        applied,
        count(done.conflicts, "conflict"),
        f"{done.failed:,} failed",
    ]
    if done.denied:
        parts.append(f"{done.denied:,} not allowed")
    if done.converged:
        parts.append(f"{done.converged:,} were already there")
    if done.skipped:
        parts.append(f"{done.skipped:,} skipped (taken back meanwhile)")
    if done.arrived:
        parts.append(f"{done.arrived:,} had arrived with an earlier push")
    if done.waiting:
        parts.append(f"{done.waiting:,} not sent (an earlier push of it is open)")
    return f"Push {done.push_id}: {', '.join(parts)}."


def document(
    store: Store, plan: Plan, done: Sequence[Pushed], following: str | None
) -> PushDocument:
    """All that is known of it, for a program. `following`: the command that goes on."""
    from altsync.canary import taking_back
    from altsync.store import journal

    summary = plan.summary
    with store.read() as conn:
        left = [each for one in done for each in journal.not_applied(conn, one.push_id)]
    return {
        "site": summary.site,
        "checksum": summary.checksum,
        "summary": {
            "changes": summary.changes,
            "conflicts": summary.conflicts,
            "converged": summary.converged,
            "refused": summary.refused,
        },
        "pushes": [_pushed(one) for one in done],
        "not_applied": [
            {
                "image": one.image,
                "push": one.push,
                "status": one.status,
                "error": one.error,
            }
            for one in left
        ],
        "denials": [
            {
                "kind": one.kind,
                "needed": one.needed,
                "grant": one.grant,
                "example": one.example,
                "images": one.images,
            }
            for one in _denials(done)
        ],
        "take_back": taking_back(done) or None,
        "next": following,
    }


def _pushed(done: Pushed) -> PushedItem:
    return {
        "push": done.push_id,
        "applied": done.applied,
        "mangled": done.mangled,
        "converged": done.converged,
        "conflicts": done.conflicts,
        "failed": done.failed,
        "skipped": done.skipped,
        "arrived": done.arrived,
        "waiting": done.waiting,
        "overtook": done.overtook,
        "denied": done.denied,
        "recovered": done.recovered,
        "left_open": done.left_open,
        "stopped": done.stopped,
    }


def following(plan: Plan, done: Sequence[Pushed], *, whole: bool) -> str | None:
    """The command that goes on, the faults before the conflicts. `whole`: nothing broke
    it off."""
    undone = (one.failed or one.denied or one.left_open or one.stopped for one in done)
    if not whole or any(undone):
        return plan.request.sent_by
    conflicts = plan.summary.conflicts or any(one.conflicts for one in done)
    if conflicts and not plan.request.takes_back:
        return "altsync pull, then altsync review"
    return None
