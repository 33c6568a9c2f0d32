"""No text where one is needed: NULL, the empty text, only white space, only
punctuation.

An empty alt is right for a decorative image, and only a person decides that: with
`Decision.DECORATIVE` the empty text passes here (and waits for a person's yes
elsewhere). It is right too where the link or button that the image is in has words of
its own. Where it has none, no decision makes it right: a screen reader then reads out
an address. Where the image is hidden from who listens, or a background, on every page
that was read, it is a remark.
"""

from __future__ import annotations

from collections.abc import Iterator

from altsync.lint import cues
from altsync.lint.rule import ERROR, INFO, NONE, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, Text
from altsync.models import Decision

_DECORATIVE = Decision.DECORATIVE


def check(seen: Seen, limits: Limits) -> Hits:
    if not seen.text:
        return _missing(seen.given)
    if any(map(str.isalnum, seen.text)):
        return NONE
    return (Hit("The alt text has no letter or digit in it."),)


def _missing(given: Text) -> Iterator[Hit]:
    if given.alone:
        yield Hit(
            "The image is all that its link or button has, and there is no alt text: a"
            f" screen reader {_says(given)}"
        )
    elif given.text is None:
        yield Hit(
            "There is no alt text: a screen reader skips the image or reads out its"
            " file name."
        )
    elif given.decision is _DECORATIVE:
        return
    elif given.unheard:
        yield Hit(
            "The alt text is empty; on every page that was read the image is hidden"
            " from blind readers, or a background.",
            INFO,
        )
    elif not given.functional:
        yield Hit(
            "The alt text is empty, which hides the image from blind readers, and"
            " nobody decided that."
        )


def _says(given: Text) -> str:
    if given.link:
        return "reads out an address. Name where it leads."
    return "says no more than “button”. Name what it does."


def cue() -> frozenset[str]:
    """No word; "_" is one to a pattern, and a letter may come of a mark."""
    return frozenset([cues.WORDLESS, "_", cues.FAR])


RULE = Rule(
    id="empty",
    severity=ERROR,
    sentence=(
        "The text is missing, empty without a decision that the image is decorative,"
        " empty in a link that has no other words, or only punctuation."
    ),
    check=check,
    cue=cue,
)
