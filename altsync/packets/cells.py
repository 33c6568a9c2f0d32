"""Texts in the cells of a spreadsheet: written so that none is run or turned into
something else, and read back exactly, or not at all. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from altsync.render.csv import cell

MARK = "'"
"""What tells a spreadsheet that a cell is text."""
_MONTHS = (
    "jan|feb|mar|mär|mrz|apr|may|mai|mag|jun|jul|aug|ago|sep|set|oct|okt|ott|nov|dec|dez"
    "|dic|déc|fév|aoû|avr|abr|ene|gen|giu|lug"
)
_CONVERTED = re.compile(
    rf"(?:\d|[.,]\d|(?:{_MONTHS})\w*[\s./-]*\d|(?:true|false|wahr|falsch|vrai|faux)$)",
    re.IGNORECASE,
)
_MADE = re.compile(
    rf"(?:\d|[\s.,:/%€$+-]|E[+-]|{_MONTHS})*\d(?:\d|[\s.,:/%€$+-]|E[+-]|{_MONTHS})*"
    r"|#[A-Z0-9/]+[?!]?|Err:\d+|true|false|wahr|falsch|vrai|faux",
    re.IGNORECASE,
)
_FOR_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True, slots=True)
class Mangled:
    """A cell that a spreadsheet made something else of."""

    what: str
    """A date, a number …"""
    value: str = ""
    """What it says, where that is sure: a whole number, a moment in ISO 8601."""


Cell = str | Mangled


def written(text: str) -> str:
    """A text of ours for a CSV file: what a spreadsheet would run, or take for a number
    or a date, has an apostrophe in front."""
    guarded = cell(text)
    if guarded == text and _CONVERTED.match(text):
        return f"{MARK}{text}"
    return guarded


def for_xml(text: str) -> str:
    """A text of ours for an XLSX file: what XML cannot hold becomes its code."""
    return _FOR_XML.sub(_code, text)


def _code(found: re.Match[str]) -> str:
    piece = found[0]
    if len(piece) > 1:  # it only looks like a code
        return f"_x005F{piece}"
    return f"\\u{ord(piece):04x}"


def lines_of(text: str) -> str:
    """With the line ends that altsync keeps."""
    return text.replace("_x000D_\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def is_same(given: str, text: str) -> bool:
    """A cell says what was written into it, in any of the ways in which it can have
    been."""
    ways = (text, written(text), for_xml(text))
    return lines_of(given).strip() in {lines_of(way).strip() for way in ways}


def own(given: str) -> tuple[str, bool]:
    """A person's text from its cell; and whether an apostrophe was taken off that a
    spreadsheet puts before what it would run."""
    text = lines_of(given).strip()
    bare = text.removeprefix(MARK)
    marked = bare != text and cell(bare) == text
    return (bare, True) if marked else (text, False)


def may_be_made(text: str) -> bool:
    """It looks like what a spreadsheet makes of a text: a number, a date, a truth value,
    an error. Only cells with types tell whether somebody typed it so."""
    return len(text) <= 60 and _MADE.fullmatch(text) is not None
