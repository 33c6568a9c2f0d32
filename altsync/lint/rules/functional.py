"""The image is a link or a button, and its text says how it looks instead of where it
leads or what it does: nobody who listens to a page can choose by that.

Judged where the image is a link in every place that can be seen, where it leads to is
known in words (other words and the title of the link, the title of the page behind it,
its address), and where the text has none of these words and none of the heading above.
It must also look like a description: an article and a thing ("A red barn …"), colours,
people and what they do, where things stand. A text that begins like an action ("Read
…", "Back to …"), names a page ("report", "agenda") or has the turn of a title ("A day
in the life of a nurse") passes. A link to the picture's own file is none.

What an icon shows ("magnifying glass", "arrow pointing right", "house icon") and a logo
without a name are flagged in 25 languages; what it does ("Search", "Home", "Next",
"Shopping cart") and the logo of a name ("Maasdorp logo") pass.

In a link that has words of its own, and in languages without word lists here, this is a
remark only. So is a text that was written for a link on an image that is none, and one
that was written for no link on an image that is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten

from altsync.lint import cues, destination, looks
from altsync.lint.rule import INFO, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.signs import is_sign
from altsync.lint.text import Seen, Text, base_language
from altsync.models import Decision

_FOR_LINKS, _FOR_NONE = Decision.FUNCTIONAL, Decision.INFORMATIVE
_SURE, _NONE = looks.Likeness.SURE, looks.Likeness.NONE


_MOST = 60
"""Characters that are told of what a link says."""


def check(seen: Seen, limits: Limits) -> Hits:
    given = seen.given
    if given.functional is None or not seen.text:
        return NONE
    return _looks(seen, limits["words"])


def _looks(seen: Seen, least: int) -> Iterator[Hit]:
    given = seen.given
    if not given.functional:
        if given.decision is _FOR_LINKS:
            yield Hit(
                "The text was written for a link or button, but the image is no link on"
                " any page that was read: say what it shows.",
                INFO,
            )
        return
    if seen.gives_words or destination.is_picture(given.link or ""):
        return
    if _named(seen):
        return
    declared = base_language(given.language)
    kind = looks.like(seen.text, seen.language, least, declared=declared)
    if kind is _NONE or not _known(given, kind):
        if given.decision is _FOR_NONE and given.alone:
            yield Hit(
                f"The image is a {_what(given)}, and its text was written as if it were"
                f" none: check that it says {_aim(given)}.",
                INFO,
            )
    elif given.link_text:
        yield Hit(
            f"The link says “{_short(given.link_text)}” by itself, and this text adds"
            " only how the image looks: leave it out, if that is all.",
            INFO,
        )
    else:
        yield Hit(
            f"The image is a {_what(given)}, and its text says how it looks: name"
            f" {_aim(given)} first.",
            None if kind is _SURE else INFO,
        )


def _known(given: Text, kind: looks.Likeness) -> bool:
    """Is it known in words where the image leads, so that the text could be held
    against them? An address alone may be in another language than its page."""
    said = [given.destination, given.link_text, given.link_title]
    if any(one and destination.comparable(given.text or "", one) for one in said):
        return True
    if given.button and is_sign(given.text or ""):
        return True
    if kind is not _SURE or not given.link:
        return False
    if destination.is_home(given.link):
        return True
    return any(len(word) > 2 for word in destination.path_words(given.link))


def _named(seen: Seen) -> bool:
    """Does the text have any word of where the image leads, or of its heading?"""
    given = seen.given
    link = given.link or ""
    said = [
        given.destination,
        given.link_text,
        given.link_title,
        given.heading,
        " ".join(destination.address_words(link)),
    ]
    home = bool(link) and destination.is_home(link)
    return destination.names(seen.text, filter(None, said), home=home)


def _what(given: Text) -> str:
    """The link or button, as a person would call it."""
    name = given.link_text or given.link_title or given.destination
    if given.button and not given.link:
        return f"button “{_short(name)}”" if name else "button"
    if name:
        return f"link to “{_short(name)}”"
    return f"link to {_short(destination.without_query(given.link or ''))}"


def _aim(given: Text) -> str:
    """What its text has to name."""
    return "where it leads" if given.link else "what it does"


def _short(text: str) -> str:
    folded = " ".join(text.split())
    if len(folded) <= _MOST:
        return folded
    return shorten(folded, _MOST, placeholder=" …")


def cue() -> frozenset[str]:
    return frozenset([cues.PLACED])


RULE = Rule(
    id="functional",
    severity=WARNING,
    sentence=(
        "The image is a link or button, and the text describes how it looks instead of"
        " saying where it leads."
    ),
    check=check,
    cue=cue,
    limits={"words": 3},
)
