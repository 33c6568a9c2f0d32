"""The beginning or the end of a text, in whole sentences of whatever language. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

MARK = "…"
_END = re.compile(
    r"[.!?…؟۔।॥]+[\"'”’»)\]]*(?=\s)"
    r"|[。！？]+[」』”’）]*"
)
"""Where a sentence may end. In Chinese and Japanese no blank follows."""
_LAST_WORD = re.compile(r"[^\s(\"'“„«]+$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
"""J; e.g; U.S"""


def split(text: str) -> list[str]:
    """The sentences, each with the white space before it: joined they are the text. In
    doubt a sentence goes on: what looks like an initial, a title or a number ends none.
    """
    found, start = [], 0
    for end in _END.finditer(text):
        if _goes_on(text, end):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    if text[start:].strip():
        found.append(text[start:])
    return found


def _goes_on(text: str, end: re.Match[str]) -> bool:
    if not end[0].startswith("."):
        return False
    if text[end.end() :].lstrip()[:1].islower():
        return True
    found = _LAST_WORD.search(text, 0, end.start())
    word = found[0] if found else ""
    return bool(_INITIALS.fullmatch(word)) or _is_title(word) or _is_ordinal(word)


def _is_title(word: str) -> bool:
    """Dr, Mrs, Prof, St; and Rome, for which it costs a sentence."""
    return len(word) <= 4 and word.istitle()


def _is_ordinal(word: str) -> bool:
    """4. Mai"""
    return len(word) <= 2 and word.isdigit()


def head(text: str, fits: Callable[[str], bool]) -> str:
    """As much of the beginning as fits: whole sentences, else words, with a mark where
    something was left out; '' where not even two words fit."""
    if fits(text):
        return text
    return _most(split(text), fits, "{} " + MARK) or _most(
        _words(text), fits, "{}" + MARK
    )


def tail(text: str, fits: Callable[[str], bool]) -> str:
    """The same of the end."""
    if fits(text):
        return text
    return _most(split(text), fits, MARK + " {}", last=True) or _most(
        _words(text), fits, MARK + "{}", last=True
    )


def whole_before(text: str) -> str:
    """A text whose beginning was cut off, as MARK says, without the rest of the sentence
    that it begins in; as it is where there is no other."""
    first, *others = split(text) or [""]
    return f"{MARK}{''.join(others)}" if others and first.startswith(MARK) else text


def whole_after(text: str) -> str:
    """The same of one whose end was cut off."""
    *others, last = split(text) or [""]
    return f"{''.join(others)} {MARK}" if others and last.endswith(MARK) else text


def _words(text: str) -> list[str]:
    """A script without blanks has none: a piece of it is one then."""
    return re.findall(r"\s*\S{1,24}", text)


def _most(
    parts: list[str], fits: Callable[[str], bool], form: str, *, last: bool = False
) -> str:
    """The most parts that fit, from one end on."""
    low, high = 0, len(parts) - 1
    best = ""
    while low < high:
        count = (low + high + 1) // 2
        some = parts[-count:] if last else parts[:count]
        shown = form.format("".join(some).strip())
        if fits(shown):
            low, best = count, shown
        else:
            high = count - 1
    return best
