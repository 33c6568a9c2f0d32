"""What is said to who does not see it, once another image is there: in one breath, the
most telling first. Pure.

A screen reader reads it out by itself, and a person waits for its end before the next
verdict. So it is short: the place in the queue, what the image is, the text, and what
the lint found. All else stands on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from altsync.models import Finding, Severity
from altsync.render.shown import called
from altsync.render.text import brief, count

TITLE = 80
TEXT = 400
REMARK = 120
"""Characters of each that are said."""
REMARKS = 2
"""Findings that are said with their words; the others are counted."""
_GRAVEST = (Severity.ERROR, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of what is said, in a language of its own or ('') in the page's."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ReadOut:
    """The text that is judged first, as it is read out."""

    text: str
    by: str = ""
    """Its author; '' where that is not told."""
    at: int = 1
    of: int = 1
    """Which of how many texts there are to choose from."""
    marks: Sequence[str] = ()
    """What makes it no ordinary text, in sentences."""
    findings: Sequence[Finding] = ()


def place(at: int, count: int, counted: int = 0) -> str:
    """3 of 149; over 500 of 9,149 where it was `counted` only so far; '' for an image
    that stands in no queue."""
    if not at:
        return ""
    if 0 < counted < at:
        return f"over {counted:,} of {count:,}"
    return f"{at:,} of {count:,}"


def arrival(
    at: str,
    image: str,
    title: str | None,
    language: str,
    text: ReadOut | None,
) -> tuple[Utterance, ...]:
    """`at` as `place` says it; `text` None where nothing is proposed."""
    start = Utterance(f"{at}:" if at else "Now:")
    if text is None:
        return start, _name(image, title, language), Utterance("Nothing is proposed.")
    return (
        start,
        _name(image, title, language),
        *(Utterance(mark) for mark in text.marks),
        *_read(text, language),
        Utterance(gist(text.findings)),
    )


def _name(image: str, title: str | None, language: str) -> Utterance:
    name = called(image, title)
    if not name:
        return Utterance(f"{image}.")
    return Utterance(f"{brief(name, TITLE)}.", language)


def _read(text: ReadOut, language: str) -> tuple[Utterance, ...]:
    which = "Text" if text.of == 1 else f"Text {text.at} of {text.of}"
    by = f", by {text.by}" if text.by else ""
    if not text.text.strip():
        return (Utterance(f"{which}{by}: empty, as decorative."),)
    words = brief(text.text, TEXT)
    return Utterance(f"{which}{by}:"), Utterance(f"“{words}”", language)


def gist(findings: Sequence[Finding]) -> str:
    """How many there are, and the gravest in their own words."""
    if not findings:
        return "Nothing found."
    ordered = sorted(findings, key=_gravity)
    said = [
        f"{one.severity}: {brief(one.message, REMARK)}" for one in ordered[:REMARKS]
    ]
    more = len(ordered) - REMARKS
    if more > 0:
        said.append(f"And {more} more.")
    return " ".join([f"{count(len(ordered), 'finding')}.", *said])


def _gravity(finding: Finding) -> int:
    for place, severity in enumerate(_GRAVEST):
        if finding.severity is severity:
            return place
    return len(_GRAVEST)
