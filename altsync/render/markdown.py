"""A diff as Markdown, for a pull request: texts stand in code, where nothing in them is
markup. Pure, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from altsync.render.shown import Head, Shown
from altsync.render.text import plain, quoted

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~@&:])")


def document(head: Head, shown: Iterable[Shown]) -> Iterator[str]:
    """Lines of a document: one section per image, the total above."""
    yield f"## {escaped(head.title)}"
    yield ""
    yield f"{escaped(head.site)}  "
    yield escaped(head.total)
    for one in shown:
        yield ""
        yield f"### {code(one.image)}" + (
            f" {escaped(one.called)}" if one.called else ""
        )
        yield ""
        yield f"{one.kind}: {escaped(one.said)}" if one.said else one.kind
        yield from _texts(one)
        if one.label:
            yield (
                f"- label: {code(one.label[0] or '(unset)')} →"
                f" {code(one.label[1] or '(unset)')}"
            )
        for name, was, now in one.fields:
            yield f"- {name}: {code(quoted(was))} → {code(quoted(now))}"
        for finding in one.findings:
            yield (
                f"- {finding.severity}: {escaped(finding.message)}"
                f" ({code(finding.rule)})"
            )


def _texts(one: Shown) -> Iterator[str]:
    lines = {
        "conflict": [
            f"  base  {quoted(one.before)}",
            f"! site  {quoted(one.site)}",
            f"  new   {quoted(one.after)}",
        ],
        "converged": [f"  {quoted(one.before)}"],
        "new": [f"+ {quoted(one.after)}"],
        "gone": [f"- {quoted(one.before)}"],
    }.get(
        one.kind,
        (
            [f"- {quoted(one.before)}", f"+ {quoted(one.after)}"]
            if one.before != one.after
            else []
        ),
    )
    if lines:
        fence = _fence("\n".join(lines), 3)
        yield ""
        yield f"{fence}diff"
        yield from lines
        yield fence
        yield ""


def escaped(text: str) -> str:
    """Text that Markdown (and HTML inside it) shows as it is."""
    return _SPECIAL.sub(r"\\\1", plain(text))


def code(text: str) -> str:
    """Text as inline code, whatever backticks it holds."""
    shown = plain(text)
    fence = _fence(shown, 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(least, longest + 1)
