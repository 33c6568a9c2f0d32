"""Too long to listen to, or too short to say anything.

WCAG sets no length. The defaults are the rule book's: warn over 160, error over 250;
over 512 code points Drupal's column does not take the text. A long text is never cut to
fit: ask the model again, shorter. One word is enough for a link or button ("Search").
"""

from __future__ import annotations

from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen
from altsync.models import Severity

_SPACELESS = ("\u0e00", "\u9fff")
"""Thai to Han: scripts in which one "word" may be a sentence."""


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    size = len(seen.raw)
    if size > limits["warning"]:
        yield from _long(size, limits)
        return
    letters = sum(map(str.isalnum, seen.text)) if size < 40 else limits["letters"]
    if not letters:
        return
    if not seen.text.isascii() and any(
        _SPACELESS[0] <= c <= _SPACELESS[1] or "가" <= c <= "힣" for c in seen.text[:8]
    ):
        return
    if letters < limits["letters"]:
        yield Hit(
            f"The alt text has fewer than {limits['letters']} letters: that says"
            " nothing."
        )
    elif (
        " " not in seen.text
        and len(seen.words) < limits["words"]
        and not seen.given.functional
    ):
        yield Hit("The alt text is one word: say what the image shows.")


def _long(size: int, limits: Limits) -> Iterator[Hit]:
    if size > limits["most"]:
        yield Hit(
            f"The alt text has {size} characters; Drupal stores {limits['most']} at"
            " most. Ask for a shorter one.",
            Severity.ERROR,
        )
    elif size > limits["error"]:
        yield Hit(
            f"The alt text has {size} characters, more than {limits['error']}: too long"
            " to listen to. Put the detail on the page.",
            Severity.ERROR,
        )
    else:
        yield Hit(
            f"The alt text has {size} characters; aim at 125 and stay under"
            f" {limits['warning']}."
        )


RULE = Rule(
    id="length",
    severity=Severity.WARNING,
    sentence=(
        "The text is too long to listen to, too long for Drupal to store, one word"
        " only, or under three letters."
    ),
    check=check,
    limits={"warning": 160, "error": 250, "most": 512, "words": 2, "letters": 3},
)
