"""The funnel as lines and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from altsync.models import OpenPatch, State, Status
from altsync.render import coverage
from altsync.render.terminal import MEANING, bar
from altsync.render.text import count, plain, quoted

if TYPE_CHECKING:
    from altsync.documents.seen import HandedOverItem, OpenItem, StatusDocument

PAGES_FIRST = "altsync pages (what each image is for), then altsync generate"
RETRY = "altsync generate --fallback MODEL, or altsync generate --retry-failed"
FETCH = "altsync generate --batch-fetch"
SHOWN = 20
"""So many open rows are listed."""


def as_dict(status: Status) -> StatusDocument:
    """The stable JSON of `altsync status --json`."""
    return {
        "site": status.site,
        "images": status.images,
        "states": status.states,
        "inheriting": status.inheriting,
        "unfollowed": status.unfollowed,
        "coverage": coverage.fraction(status.coverage),
        "last_pull": status.last_pull,
        "broke_off": status.broke_off,
        "last_push": status.last_push,
        "unsettled": status.unsettled,
        "open": [_open(one) for one in status.open],
        "failures": status.failures,
        "never_read": status.never_read,
        "in_vain": status.in_vain,
        "waiting": status.waiting,
        "handed_over": _handed(status),
        "unseen": [coverage.as_fact(one) for one in status.unseen],
        "next": next_step(status) or None,
    }


def lines(status: Status, *, drawn: bool = True) -> Iterator[str]:
    """The funnel, with a coverage bar where it is to be `drawn`, and the command that
    goes on."""
    yield from standing(status, drawn=drawn)
    step = next_step(status)
    if step:
        yield f"Next: {step}"


def standing(status: Status, *, drawn: bool = True) -> Iterator[str]:
    """The funnel alone."""
    yield f"{status.site}: {_images(status)}, last pull {when(status.last_pull)}"
    if status.broke_off:
        which = "A later pull" if status.last_pull else "The pull"
        yield f"  {which} broke off: {plain(status.broke_off)}"
    if status.images:
        yield from _share(status, drawn=drawn)
    for state in State:
        number = status.states[str(state)]
        if number:
            yield f"  {number:>9,}  {state:<13} {MEANING[state]}"
    yield from _unsettled(status)
    yield from _handed_over(status)
    yield from _failures(status)
    hint = unseen_line(status)
    if hint:
        yield f"  {hint}"


def _images(status: Status) -> str:
    """How many there are; that there are none yet, where no pull has brought any."""
    return count(status.images, "image") if _has_any(status) else "no images yet"


def _has_any(status: Status) -> bool:
    """The mirror has images, gone ones too."""
    return any(status.states.values())


def _share(status: Status, *, drawn: bool) -> Iterator[str]:
    share = coverage.percent(status.coverage)
    if drawn:
        share = f"[{bar(status.coverage)}] {share}"
    seen = f"of the {status.of_its_own:,} that this login sees"
    yield f"  coverage {share} {seen} have a text or are empty on purpose"
    if status.inheriting:
        yield f"  {coverage.inheriting(status)}"
    if status.never_read:
        yield f"  {coverage.never_read(status)}"


def _handed(status: Status) -> HandedOverItem:
    batches = [one for one in status.handed_over if one.batch]
    files = [one for one in status.handed_over if not one.batch]
    return {
        "batches": len(batches),
        "batch_lines": sum(one.open for one in batches),
        "files": len(files),
        "file_lines": sum(one.open for one in files),
    }


def _handed_over(status: Status) -> Iterator[str]:
    """What somebody else is to answer, and how its answers come in."""
    found = _handed(status)
    if found["batches"]:
        lines = count(found["batch_lines"], "line")
        batches = f"{found['batches']:,} batch{'es' * (found['batches'] != 1)}"
        yield f"  {lines} open in {batches}: {FETCH}"
    if found["files"]:
        lines = count(found["file_lines"], "line")
        files = count(found["files"], "exported file")
        yield f"  {lines} open in {files}: altsync work list"


def _failures(status: Status) -> Iterator[str]:
    if status.failures:
        verb = "fails" if status.failures == 1 else "fail"
        failed = count(status.failures, "image")
        yield f"  {failed} {verb} in some stage: altsync failures"
    if status.in_vain:
        images = count(status.in_vain, "image")
        yield f"  {images} got no text from a model, which is not asked again by itself:"
        yield f"    {RETRY}"


def unseen_line(status: Status) -> str:
    """What is not seen, in one line; '' where nothing is known to be."""
    told = coverage.summary(status.unseen)
    return f"Not seen: {told} (altsync coverage)." if told else ""


def _open(one: OpenPatch) -> OpenItem:
    return {
        "item": one.item,
        "push": one.push,
        "image": one.image,
        "at": one.at,
        "base": one.base,
        "text": one.text,
    }


def _unsettled(status: Status) -> Iterator[str]:
    """What a crash left open, and how it is settled."""
    if not status.open:
        return
    changes = count(status.unsettled, "change")
    yield (
        f"  {changes} of an earlier push not settled:"
        " the next push reads the site first."
    )
    for one in status.open[:SHOWN]:
        where = f"{one.item}  {plain(one.image)}, push {one.push}, {when(one.at)}"
        yield f"    {where}: {quoted(one.text)}"
    if status.unsettled > SHOWN:
        yield f"    … and {status.unsettled - SHOWN:,} more (--json has all)."
    yield (
        "    Where it cannot be read, look yourself: altsync settle IMAGE --applied"
        " (or --not-applied)"
    )


def when(stamp: str | None) -> str:
    """A moment as a person reads it."""
    if stamp is None:
        return "never"
    return f"{stamp[:10]} {stamp[11:16]} UTC"


def _first_step(status: Status) -> str:
    """What brings the first images."""
    if status.never_read:
        return "altsync failures (no image could be read), then altsync pull"
    if status.last_pull:
        return (
            "look into altsync.toml, since the last pull found no image; then altsync"
            " pull"
        )
    return "altsync pull"


def next_step(status: Status) -> str:
    """What to do next, the work nearest to the site first."""
    states = status.states
    if status.broke_off and not status.last_pull:
        return "altsync pull"
    if not _has_any(status):
        return _first_step(status)
    if states["approved"]:
        return "altsync diff"
    if states["needs-review"]:
        return "altsync review (or altsync approve IMAGE… | --all)"
    if states["unsure"]:
        return "altsync review --filter state=unsure"
    if states["would-replace"]:
        return (
            "altsync review (state would-replace), or altsync approve --all --replacing"
            " rule=file-name,placeholder,cut"
        )
    if states["conflict"]:
        return (
            "altsync pull, then altsync review: the site changed under approved texts"
        )
    return _asking(status)


def _asking(status: Status) -> str:
    """What brings texts that nobody has proposed yet."""
    states = status.states
    if states["missing"] > status.in_vain + status.waiting:
        return "altsync generate" if status.pages_asked else PAGES_FIRST
    if any(one.batch for one in status.handed_over):
        return FETCH
    if states["missing"] > status.waiting:
        return RETRY
    return "altsync work list" if status.handed_over else ""
