"""A packet as one page that works alone, from a disk: pictures beside it, nothing loaded
from anywhere, verdicts saved to a file. Pure.

Its policy allows the page's own script and styles by their hashes, and no other.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from altsync.models import Finding
from altsync.models.packet import FORMAT, PacketLine, Ticked
from altsync.render.html import (
    NO_PICTURE,
    STYLE,
    lines_of,
    opening,
    text,
    value_of,
)
from altsync.render.text import count

_CHOICES = {
    Ticked.APPROVE: "Approve the proposed text",
    Ticked.REJECT: "Reject it",
    Ticked.TEXT: "My own text",
    Ticked.DECORATIVE: "The image only decorates: no text",
    Ticked.UNSURE: "I am unsure: a colleague should look",
}
_HEAD = """\
<main>
<h1>Alt texts to judge</h1>
<p>{site}. {images}. Packet {packet}{to}.</p>
<p>Look at each picture, read the proposed text, and choose. Nothing leaves this
computer. At the end press “Save my verdicts”, and send the file that is saved back to
{by}.</p>
<p class="without"><strong>Scripts are off, so this page cannot save verdicts.</strong>
Fill in packet.csv or packet.xlsx instead, or print this page.</p>
<p class="by"><label for="by">Judged by</label>
<input id="by" type="text" autocomplete="name" value="{given_to}"></p>
<p id="kept"></p>
<div class="bar" role="group" aria-label="Progress">
<p id="progress" role="status"></p>
<button type="button" id="save">Save my verdicts</button>
<button type="button" class="quiet" data-next>Next one to judge</button>
<p id="said" class="said" role="status"></p>
</div>
"""
_ARTICLE = """\
<article aria-labelledby="i{number}">
<div class="picture">{picture}</div>
<div class="texts">
<h2 id="i{number}">{number} of {of}: {image}</h2>
<dl>{rows}</dl>
{lines}</div>
</article>
"""
_LINE = """\
<fieldset data-line="{line}" aria-describedby="p{line}">
<legend>{legend}</legend>
<div id="p{line}">
{proposed}</div>
<div class="choices">
{choices}</div>
<label for="t{line}">My own text <span class="hint">(at most {longest} characters)</span></label>
<textarea id="t{line}" data-part="text" rows="2"{lang}></textarea>
<label for="n{line}">Note</label>
<textarea id="n{line}" data-part="note" rows="1"></textarea>
</fieldset>
"""


@dataclass(frozen=True, slots=True)
class PacketText:
    """One line of a packet with what is said of its text."""

    line: PacketLine
    author: str = ""
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PacketImage:
    """One image of a packet, as its page shows it."""

    image: str
    texts: tuple[PacketText, ...]
    alt: str | None
    """What the site has."""
    rows: tuple[tuple[str, str], ...] = ()
    """Further rows: (name, value)."""
    picture: str | None = None
    """Address of the picture, relative to the page."""
    language: str = ""
    """Of its texts, as a tag; '' where that is not known."""
    title: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class PacketHead:
    """What stands above a packet."""

    packet: str
    site: str
    made_by: str
    given_to: str
    longest: int
    """Code points that the site takes."""
    longest_note: int


def page(
    head: PacketHead, images: Sequence[PacketImage], script: str, style: str
) -> Iterator[str]:
    """Pieces of the page."""
    extra = f"<style>{style}</style>\n"
    title = f"Alt texts to judge: packet {head.packet}"
    yield opening(title, _policy(script, style), extra)
    yield _HEAD.format(
        site=text(head.site),
        images=count(len(images), "image"),
        packet=text(head.packet),
        to=f", for {text(head.given_to)}" if head.given_to else "",
        by=text(head.made_by),
        given_to=html.escape(head.given_to),
    )
    for number, one in enumerate(images, 1):
        yield _article(number, len(images), one, head.longest)
    yield '<p><button type="button" class="quiet" data-next>'
    yield "Next one to judge</button></p>\n</main>\n"
    data = _data(head, images)
    yield f'<script type="application/json" id="packet-lines">{data}</script>\n'
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _policy(script: str, style: str) -> str:
    return (
        "default-src 'none'; img-src 'self' file:;"
        f" style-src {_hash(STYLE)} {_hash(style)}; script-src {_hash(script)};"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _data(head: PacketHead, images: Iterable[PacketImage]) -> str:
    """What a saved file repeats of each line, as JSON that ends no element."""
    lines = {
        one.line.line: {
            "packet": one.line.packet,
            "line": str(one.line.line),
            "image": one.line.image,
            "candidate": "" if one.line.candidate is None else str(one.line.candidate),
            "proposed text": one.line.shown,
            "long description": one.line.long_description,
            "checksum": one.line.checksum,
        }
        for image in images
        for one in image.texts
    }
    about = {
        "format": FORMAT,
        "packet": head.packet,
        "longest": head.longest,
        "longest_note": head.longest_note,
        "lines": lines,
    }
    found = json.dumps(about)
    for char in "<>&":
        found = found.replace(char, f"\\u{ord(char):04x}")
    return found


def _article(number: int, of: int, one: PacketImage, longest: int) -> str:
    rows = [("Alt text on the site", value_of(one.alt))]
    rows += [(name, lines_of(value)) for name, value in one.rows]
    return _ARTICLE.format(
        number=number,
        of=of,
        image=text(one.image),
        picture=_picture(one),
        rows="".join(f"<dt>{text(name)}</dt><dd>{value}</dd>" for name, value in rows),
        lines="".join(
            _line(at, one, given, longest) for at, given in enumerate(one.texts, 1)
        ),
    )


def _picture(one: PacketImage) -> str:
    if one.picture is None:
        return NO_PICTURE
    alt = f"Picture of {text(one.image)}"
    return f'<img src="{html.escape(one.picture)}" alt="{alt}">'


def _line(at: int, image: PacketImage, one: PacketText, longest: int) -> str:
    lang = f' lang="{html.escape(image.language)}"' if image.language else ""
    return _LINE.format(
        line=one.line.line,
        legend=_legend(at, image),
        proposed="".join(_proposed(one, lang)),
        choices="".join(_choices(one)),
        longest=longest,
        lang=lang,
    )


def _legend(at: int, image: PacketImage) -> str:
    of = f"Text {at} of {len(image.texts)}" if len(image.texts) > 1 else "Text"
    return f"{of} of {text(image.image)}"


def _proposed(one: PacketText, lang: str) -> Iterator[str]:
    if one.line.candidate is None:
        yield "<p>Nothing is proposed: write a text, or say that it only decorates.</p>\n"
        return
    author = f" by {text(one.author)}" if one.author else ""
    shown = lines_of(one.line.shown)
    if shown:
        yield f"<p>Proposed{author}:</p>\n"
        yield f'<p class="proposed" dir="auto"{lang}>{shown}</p>\n'
    else:
        yield f"<p>Proposed{author}: no text, since the image only decorates.</p>\n"
    if one.line.long_description:
        yield "<p>Long description, approved with it:</p>\n"
        long = lines_of(one.line.long_description)
        yield f'<p class="proposed" dir="auto"{lang}>{long}</p>\n'
    notes = [f"{one.severity}: {one.message}" for one in one.findings]
    notes += one.remarks
    if notes:
        items = "".join(f"<li>{text(note)}</li>" for note in notes)
        yield f'<ul class="findings">{items}</ul>\n'


def _choices(one: PacketText) -> Iterator[str]:
    """Radio buttons; the first takes a verdict back."""
    yield _choice(one, "", "Not judged yet", " checked")
    for answer, label in _CHOICES.items():
        proposed = one.line.candidate is not None
        if proposed or answer in (Ticked.TEXT, Ticked.DECORATIVE):
            yield _choice(one, answer, label, "")


def _choice(one: PacketText, value: str, label: str, checked: str) -> str:
    field = f'<input type="radio" name="v{one.line.line}" value="{value}"{checked}>'
    return f"<label>{field} {label}</label>\n"
