"""A diff as one page of HTML that holds everything it shows: for somebody who has no
altsync. Pure, streamed.

No script, nothing loaded from anywhere (a policy in the page forbids it), and no
meaning in colour alone: what went is struck through, what came is underlined, and both
stand beside a word that says which is which.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator

from altsync.render.shown import DESCRIPTION, Head, Shown
from altsync.render.standing import in_words, text_of
from altsync.render.text import plain, plain_lines
from altsync.render.words import compare

STYLE = """
:root {
  color-scheme: light dark;
  --text: #1a1a1a; --back: #fff; --soft: #f2f2f0; --line: #767676; --link: #0b4f9c;
  --was: #fbe3e1; --now: #dcf3df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #ececec; --back: #161719; --soft: #26282b; --line: #9a9a9a; --link: #9ecbff;
    --was: #5a1f1b; --now: #1c4a25;
  }
}
* { box-sizing: border-box }
body {
  font: 1rem/1.5 system-ui, sans-serif;
  margin: 0 auto; padding: 1rem; max-width: 60rem;
  color: var(--text); background: var(--back);
}
a { color: var(--link) }
h1 { font-size: 1.5rem; margin-bottom: 0 }
h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere }
article {
  display: flex; flex-wrap: wrap; gap: 1rem;
  border-top: 1px solid var(--line); padding: 1rem 0;
}
.picture { flex: 0 0 10rem }
.picture img { max-width: 100%; height: auto; display: block }
.nopicture { background: var(--soft); padding: 2rem .5rem; text-align: center }
.texts { flex: 1 1 20rem; min-width: 0 }
.texts p { margin: .2rem 0 .6rem }
dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem }
dt { font-weight: 600 }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }
del { background: var(--was); text-decoration: line-through }
ins { background: var(--now); text-decoration: underline }
.empty { font-style: italic }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
"""
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'"
)
NO_PICTURE = '<p class="nopicture">no picture</p>'

_OPENING = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
{extra}</head>
<body>
"""
_HEAD = """\
<main>
<h1>{title}</h1>
<p>{site}<br>{total}</p>
"""
_ARTICLE = """\
<article aria-labelledby="i{number}">
<div class="picture">{picture}</div>
<div class="texts"><h2 id="i{number}">{image}</h2>
{called}<p>{kind}: {said}</p>
<dl>{rows}</dl></div>
</article>
"""

Thumbnail = Callable[[str], "str | None"]
"""Image id -> a `data:` address of a small picture, or None."""


def document(head: Head, shown: Iterable[Shown], thumbnail: Thumbnail) -> Iterator[str]:
    """Pieces of the page."""
    yield opening(head.title, POLICY)
    yield _HEAD.format(
        title=text(head.title), site=text(head.site), total=text(head.total)
    )
    for number, one in enumerate(shown, 1):
        yield _article(number, one, thumbnail(one.image))
    yield "</main>\n</body>\n</html>\n"


def opening(title: str, policy: str, extra: str = "") -> str:
    """The head of a page, up to and with `<body>`."""
    return _OPENING.format(
        policy=html.escape(policy), title=text(title), style=STYLE, extra=extra
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


def at_length(value: str | None) -> str:
    """A text of several lines, which stay."""
    if not value:
        return value_of(None)
    return f'<span dir="auto">{lines_of(value)}</span>'


def lines_of(value: str) -> str:
    """Text as HTML; its line ends stay."""
    return html.escape(plain_lines(value))


def called_of(called: str) -> str:
    """The title of an image, where there is one to show."""
    if not called:
        return ""
    return f'<p dir="auto">{text(called)}</p>\n'


def _article(number: int, one: Shown, address: str | None) -> str:
    rows = [f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _rows(one)]
    return _ARTICLE.format(
        number=number,
        picture=_picture(one, address),
        image=text(one.image),
        called=called_of(one.called),
        kind=one.kind,
        said=text(one.said),
        rows="".join(rows),
    )


def _picture(one: Shown, address: str | None) -> str:
    if address is None:
        return NO_PICTURE
    return f'<img src="{html.escape(address)}" alt="Picture of {text(one.image)}">'


def _rows(one: Shown) -> Iterator[tuple[str, str]]:
    """(name, value as HTML) of what stands beside the picture."""
    yield from _standing(one)
    yield from _texts(one)
    if one.label:
        was, now = one.label
        yield "label", f"{text(was or 'unset')} → {text(now or 'unset')}"
    for name, before, after in one.fields:
        if name == DESCRIPTION:
            yield f"{name} before", at_length(before)
            yield f"{name} after", at_length(after)
        else:
            yield text(name), f"{value_of(before)} → {value_of(after)}"
    for finding in one.findings:
        yield str(finding.severity), f"{text(finding.message)} ({text(finding.rule)})"


def _standing(one: Shown) -> Iterator[tuple[str, str]]:
    """Where an image in a text stands."""
    said = in_words(one.image, one.where)
    if said is None:
        return
    for name, value in (
        ("in the text", said.place),
        ("heading", said.heading),
        ("words around", said.around),
        ("it is", said.link),
    ):
        if value:
            yield name, value_of(value)


def _texts(one: Shown) -> Iterator[tuple[str, str]]:
    if one.kind == "conflict":
        yield "base", _value(one.before, one)
        yield "site", _value(one.site, one)
        yield "new", _value(one.after, one)
    elif one.kind == "converged":
        yield "site", _value(one.before, one)
    elif one.kind == "new":
        yield "now", _value(one.after, one)
    elif one.kind == "gone":
        yield "before", _value(one.before, one)
    elif one.before != one.after:
        before, after = _marked(one)
        yield "before", before
        yield "after", after


def _marked(one: Shown) -> tuple[str, str]:
    """Both texts with marks on the words that differ; an empty one is said in words."""
    was = now = ""
    for piece in compare(one.before, one.after):
        was += _in("del" if piece.changed else "", piece.was)
        now += _in("ins" if piece.changed else "", piece.now)
    before = f'<span dir="auto">{was}</span>' if one.before else _value(one.before, one)
    after = f'<span dir="auto">{now}</span>' if one.after else _value(one.after, one)
    return before, after


def _value(value: str | None, one: Shown) -> str:
    if value is None and one.where.tag is not None:
        said = text(text_of(value, one.where).strip("()"))
        return f'<span class="empty">{said}</span>'
    return value_of(value)


def _in(tag: str, words: str) -> str:
    if not tag or not words:
        return text(words)
    return f"<{tag}>{text(words)}</{tag}>"
