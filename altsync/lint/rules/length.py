"""Too long to listen to, or too short to say anything.

WCAG sets no length. Aim at 125 characters or less. Over 160 is a remark, and none where
the words of a picture are given or a chart is summed up; over 250 a person has a look;
over 512 code points Drupal's column does not take the text. A long text is never cut to
fit: ask the model again, shorter. One word is enough for a link or button ("Search").

What a person wrote of a chart, a map, a figure or a screenshot, and calls so in the first
words, is the account that there is of it: up to 512 code points that is a remark. A
model's text is asked for with a long description beside it, and stays short.
"""

from __future__ import annotations

from collections.abc import Iterator

from altsync.lint.kinds import is_made_to_be_read
from altsync.lint.rule import ERROR, INFO, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, is_spaceless
from altsync.models import Decision, Severity

_FULL = (Decision.TEXT, Decision.COMPLEX)
"""What is as long as the picture makes it. A text whose decision is not known, such as
one that a site has, is judged as informative."""
_FEW = 40
"""Characters from which on nobody counts letters."""
_COLUMN = 512
"""Code points that Drupal's column takes."""


def check(seen: Seen, limits: Limits) -> Hits:
    size = len(seen.raw)
    if size > limits["info"] or size > limits["warning"] or size > limits["error"]:
        return _long(seen, size, limits)
    if size >= _FEW and " " in seen.text:
        return NONE
    letters = limits["letters"]
    start = seen.text[:letters]  # most begin with a word that is long enough
    if start.isalnum() and len(start) == letters:
        if " " in seen.text:
            return NONE
    elif size < _FEW:
        letters = sum(map(str.isalnum, seen.text))
    if not letters:
        return NONE
    few, one = letters < limits["letters"], _is_one_word(seen, limits["words"])
    if not (few or one) or is_spaceless(seen.text):
        return NONE
    said = "The alt text is one word: say what the image shows."
    if few:
        said = (
            f"The alt text has fewer than {limits['letters']} letters: that says"
            " nothing."
        )
    return (Hit(said),)


def _is_one_word(seen: Seen, words: int) -> bool:
    if " " in seen.text or seen.given.functional:
        return False
    return len(seen.words) < words


def _long(seen: Seen, size: int, limits: Limits) -> Iterator[Hit]:
    said = f"The alt text has {size} characters"
    if size > min(_COLUMN, limits["error"]):
        yield Hit(_too_long(said, size, limits["error"]), ERROR)
    elif size > limits["warning"]:
        yield Hit(
            f"{said}, more than {limits['warning']}: that is long to listen to. Put the"
            " detail on the page.",
            _of_an_account(seen),
        )
    elif size > limits["info"] and seen.given.decision not in _FULL:
        yield Hit(f"{said}: aim at 125.", INFO)


def _of_an_account(seen: Seen) -> Severity | None:
    """A remark where a person tells what a chart has to say."""
    if seen.given.by_model or not is_made_to_be_read(seen):
        return None
    return INFO


def _too_long(said: str, size: int, limit: int) -> str:
    if size > _COLUMN:
        return f"{said}; Drupal stores {_COLUMN} at most. Ask for a shorter one."
    return (
        f"{said}, more than {limit}: too long to listen to. Put the detail on the page."
    )


RULE = Rule(
    id="length",
    severity=WARNING,
    sentence=(
        "The text is too long to listen to, too long for Drupal to store, one word"
        " only, or under three letters."
    ),
    check=check,
    limits={"info": 160, "warning": 250, "error": 512, "words": 2, "letters": 3},
)
