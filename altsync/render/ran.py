"""What a run that nobody watched did: lines, Markdown and JSON. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from altsync.models import Status
from altsync.models.ran import RunDone, StageFate
from altsync.render import status as funnel
from altsync.render.markdown import escaped
from altsync.render.money import money
from altsync.render.status import when
from altsync.render.text import count, plain

if TYPE_CHECKING:
    from altsync.documents.ran import PaidItem, RunDocument

NOTHING = "Nothing waits for a person."
MARKS = {
    StageFate.DONE: "done",
    StageFate.PARTLY: "in part",
    StageFate.FAILED: "failed",
    StageFate.SKIPPED: "skipped",
    StageFate.UNWANTED: "",
}


def for_a_person(done: RunDone) -> list[str]:
    """What waits for a person, a clause each, with the command that goes on."""
    found = []
    faults = (StageFate.FAILED, StageFate.PARTLY)
    failed = [str(one.stage) for one in done.stages if one.fate in faults]
    if failed and not done.interrupted:
        found.append(f"what went wrong: {', '.join(failed)}")
    found += _texts(done)
    if done.status is not None and done.status.unsettled:
        changes = count(done.status.unsettled, "change")
        found.append(f"{changes} of an earlier push not settled (altsync status)")
    if done.too_grave:
        found.append("findings of the lint that [run] fail_on names (altsync lint)")
    return found


def _texts(done: RunDone) -> Iterator[str]:
    """Each image once: what the push found changed is approved still, until a pull."""
    states = Counter[str]() if done.status is None else Counter(done.status.states)
    changed = max(done.conflicts, states["conflict"])
    unsent = states["approved"] - (changed - states["conflict"])
    to_judge = sum(states[one] for one in ("needs-review", "unsure", "would-replace"))
    if to_judge:
        yield f"{count(to_judge, 'image')} to judge (altsync review)"
    if unsent > 0:
        yield f"{count(unsent, 'text')} approved and not sent (altsync diff)"
    if changed:
        images = count(changed, "image")
        yield f"{images} that the site changed under an approved text (altsync review)"


def lines(done: RunDone) -> Iterator[str]:
    """For a terminal, a log and a mail: the stages, then the funnel, then what waits."""
    yield f"altsync run, {plain(done.site)}, {when(done.began)} to {when(done.ended)}"
    for one in done.stages:
        mark = MARKS[one.fate]
        yield f"  {one.stage:<9} {mark:<8} {plain(one.said)}"
    if done.paid is not None:
        yield f"Paid: {_paid(done)}."
    if done.status is not None:
        yield from funnel.standing(done.status, drawn=False)
    waiting = for_a_person(done)
    if not waiting:
        yield NOTHING
        return
    yield "For a person:"
    for clause in waiting:
        yield f"  {clause}"


def markdown(done: RunDone) -> Iterator[str]:
    """For the summary of a job, a mail or a ticket."""
    yield "## altsync run"
    yield ""
    moments = f"{when(done.began)} to {when(done.ended)}"
    yield f"{escaped(done.site)}, {escaped(moments)}"
    yield ""
    waiting = for_a_person(done)
    for clause in waiting or [NOTHING]:
        yield f"- **{escaped(clause)}**" if waiting else escaped(clause)
    yield ""
    yield "| stage | | |"
    yield "|---|---|---|"
    for one in done.stages:
        yield f"| {one.stage} | {MARKS[one.fate]} | {escaped(one.said)} |"
    if done.paid is not None:
        yield ""
        yield f"Paid: {escaped(_paid(done))}."
    if done.status is not None:
        yield from _funnel(done.status)


def _funnel(status: Status) -> Iterator[str]:
    yield ""
    yield "| state | images |"
    yield "|---|---:|"
    for state, number in status.states.items():
        if number:
            yield f"| {state} | {number:,} |"
    for line in _besides(status):
        yield ""
        yield escaped(line)


def _besides(status: Status) -> Iterator[str]:
    """What the states do not say."""
    if status.failures:
        yield f"Still failing: {count(status.failures, 'image')} (altsync failures)."
    if status.in_vain:
        yield f"Without a text from a model: {count(status.in_vain, 'image')}."
    not_seen = funnel.unseen_line(status)
    if not_seen:
        yield not_seen


def _paid(done: RunDone) -> str:
    assert done.paid is not None
    said = money(done.paid.dollars, done.paid.unpriced)
    if done.paid.limit is None:
        return said
    return f"{said} of {money(done.paid.limit)}"


def as_dict(done: RunDone, exit_code: int) -> RunDocument:
    """For programs."""
    return {
        "site": done.site,
        "began": done.began,
        "ended": done.ended,
        "exit_code": exit_code,
        "interrupted": done.interrupted,
        "stages": [
            {"stage": one.stage, "fate": one.fate, "said": one.said}
            for one in done.stages
        ],
        "paid": _paid_item(done),
        "findings": _findings(done),
        "conflicts": done.conflicts,
        "waiting": for_a_person(done),
        "status": None if done.status is None else funnel.as_dict(done.status),
    }


def _paid_item(done: RunDone) -> PaidItem | None:
    paid = done.paid
    if paid is None:
        return None
    return {
        "dollars": round(paid.dollars, 6),
        "unpriced": paid.unpriced,
        "budget": paid.limit,
    }


def _findings(done: RunDone) -> dict[str, int] | None:
    if done.findings is None:
        return None
    return {str(severity): number for severity, number in done.findings.items()}
