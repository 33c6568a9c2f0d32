"""A diff as one page of HTML that holds everything it shows: for somebody who has no
altsync. Pure, streamed.

No script, nothing loaded from anywhere (a policy in the page forbids it), and no
meaning in colour alone: what went is struck through, what came is underlined, and both
stand beside a word that says which is which.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator

from altsync.render.shown import Head, Shown
from altsync.render.text import plain
from altsync.render.words import compare

STYLE = """
:root { color-scheme: light dark; --line: #767676; --soft: #f2f2f0; --text: #1a1a1a; --back: #fff;
  --was: #fbe3e1; --now: #dcf3df; --link: #0b4f9c }
@media (prefers-color-scheme: dark) { :root { --line: #9a9a9a; --soft: #26282b; --text: #ececec; --back: #161719;
  --was: #5a1f1b; --now: #1c4a25; --link: #9ecbff } }
* { box-sizing: border-box }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 60rem;
  color: var(--text); background: var(--back) }
a { color: var(--link) }
h1 { font-size: 1.5rem; margin-bottom: 0 } h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere }
article { border-top: 1px solid var(--line); padding: 1rem 0; display: flex; flex-wrap: wrap; gap: 1rem }
.picture { flex: 0 0 10rem } .picture img { max-width: 100%; height: auto; display: block }
.nopicture { background: var(--soft); padding: 2rem .5rem; text-align: center }
.texts { flex: 1 1 20rem; min-width: 0 } .texts p { margin: .2rem 0 .6rem }
dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem }
dt { font-weight: 600 } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }
del { background: var(--was); text-decoration: line-through } ins { background: var(--now); text-decoration: underline }
.empty { font-style: italic }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
"""
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'"
)

Thumbnail = Callable[[str], "str | None"]
"""Image id -> a `data:` address of a small picture, or None."""


def document(head: Head, shown: Iterable[Shown], thumbnail: Thumbnail) -> Iterator[str]:
    """Pieces of the page."""
    yield opening(head.title, POLICY)
    yield f"<main>\n<h1>{text(head.title)}</h1>\n<p>{text(head.site)}<br>{text(head.total)}</p>\n"
    for number, one in enumerate(shown, 1):
        yield _article(number, one, thumbnail(one.image))
    yield "</main>\n</body>\n</html>\n"


def opening(title: str, policy: str, extra: str = "") -> str:
    """The head of a page, up to and with `<body>`."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta'
        ' name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n{extra}</head>\n<body>\n"
    )


def text(value: str) -> str:
    """Text as HTML; what could steer the reading direction is shown as its code."""
    return html.escape(plain(value))


def value_of(value: str | None) -> str:
    """A value of the site; NULL and '' are said in words."""
    if value is None:
        return '<span class="empty">none</span>'
    if value == "":
        return '<span class="empty">empty</span>'
    return f'<span dir="auto">{text(value)}</span>'


def _article(number: int, one: Shown, picture: str | None) -> str:
    rows = [f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _rows(one)]
    image = (
        f'<img src="{html.escape(picture)}" alt="Picture of {text(one.image)}">'
        if picture
        else '<p class="nopicture">no picture</p>'
    )
    called = f'<p dir="auto">{text(one.called)}</p>\n' if one.called else ""
    return (
        f'<article aria-labelledby="i{number}">\n<div class="picture">{image}</div>\n'
        '<div class="texts"><h2'
        f' id="i{number}">{text(one.image)}</h2>\n{called}<p>{one.kind}:'
        f" {text(one.said)}</p>\n"
        f"<dl>{''.join(rows)}</dl></div>\n</article>\n"
    )


def _rows(one: Shown) -> Iterator[tuple[str, str]]:
    if one.kind == "conflict":
        yield "base", value_of(one.before)
        yield "site", value_of(one.site)
        yield "new", value_of(one.after)
    elif one.kind == "converged":
        yield "site", value_of(one.before)
    elif one.kind == "new":
        yield "now", value_of(one.after)
    elif one.kind == "gone":
        yield "before", value_of(one.before)
    elif one.before != one.after:
        yield from _marked(one)
    if one.label:
        yield (
            "label",
            f"{text(one.label[0] or 'unset')} → {text(one.label[1] or 'unset')}",
        )
    for name, was, now in one.fields:
        yield text(name), f"{value_of(was)} → {value_of(now)}"
    for finding in one.findings:
        yield str(finding.severity), f"{text(finding.message)} ({text(finding.rule)})"


def _marked(one: Shown) -> Iterator[tuple[str, str]]:
    pieces = compare(one.before, one.after)
    was = "".join(
        f"<del>{text(p.was)}</del>" if p.changed and p.was else text(p.was)
        for p in pieces
    )
    now = "".join(
        f"<ins>{text(p.now)}</ins>" if p.changed and p.now else text(p.now)
        for p in pieces
    )
    yield (
        "before",
        (f'<span dir="auto">{was}</span>' if one.before else value_of(one.before)),
    )
    yield (
        "after",
        (f'<span dir="auto">{now}</span>' if one.after else value_of(one.after)),
    )
