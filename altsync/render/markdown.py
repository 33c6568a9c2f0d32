"""A diff as Markdown, for a pull request: texts stand in code, where nothing in them is
markup. Pure, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from altsync.render import standing
from altsync.render.shown import DESCRIPTION, Head, Shown
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
        yield from _section(one)


def _section(one: Shown) -> Iterator[str]:
    yield f"### {code(one.image)} {escaped(one.called)}".rstrip()
    yield ""
    yield f"{one.kind}: {escaped(one.said)}" if one.said else one.kind
    for line in standing.lines(one.image, one.where):
        yield from ("", escaped(line))
    lines = _texts(one)
    if lines:
        fence = _fence("\n".join(lines), 3)
        yield from ("", f"{fence}diff", *lines, fence, "")
    if one.label:
        was, now = (code(label or "(unset)") for label in one.label)
        yield f"- label: {was} → {now}"
    for name, before, after in one.fields:
        if name == DESCRIPTION:
            yield from _at_length(name, before, after)
        else:
            yield f"- {name}: {code(quoted(before))} → {code(quoted(after))}"
    for finding in one.findings:
        message, rule = escaped(finding.message), code(finding.rule)
        yield f"- {finding.severity}: {message} ({rule})"


def _at_length(name: str, before: str | None, after: str | None) -> Iterator[str]:
    """Texts of several lines as a diff of their own."""
    lines = [f"- {plain(line)}" for line in (before or "").splitlines()]
    lines += [f"+ {plain(line)}" for line in (after or "").splitlines()]
    fence = _fence("\n".join(lines), 3)
    yield from (f"{name}:", "", f"{fence}diff", *lines, fence, "")


def _texts(one: Shown) -> list[str]:
    """The texts as lines of a diff."""
    before = standing.text_of(one.before, one.where)
    after = standing.text_of(one.after, one.where)
    if one.kind == "conflict":
        site = standing.text_of(one.site, one.where)
        return [f"  base  {before}", f"! site  {site}", f"  new   {after}"]
    if one.kind == "converged":
        return [f"  {before}"]
    if one.kind == "new":
        return [f"+ {after}"]
    if one.kind == "gone":
        return [f"- {before}"]
    if one.before == one.after:
        return []
    return [f"- {before}", f"+ {after}"]


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
