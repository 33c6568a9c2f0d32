"""A proper noun that none of the trusted texts of this image has: the model may have
read it, guessed it or made it up.

Words that stand between quotation marks are the image's own and pass; so do acronyms,
months, languages and peoples. German writes every noun with a capital: there, only two
capitals in a row count.

A text that comes with nothing to compare it with is only told of its names (info); a
model's own candidate, which has a decision, is flagged even then: with no context a
name can only come from the pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen
from altsync.lint.words import listed
from altsync.models import Decision, Severity

_TOKEN = re.compile(r"[^\W_]+(?:['’&.-][^\W_]+)*|(?<!\w)'|'(?!\w)|[.!?:;,\"“”„«»‘’(\n]")
_COMMON = listed(
    # months, days, feasts
    "january february march april may june july august september october november"
    " december monday tuesday wednesday thursday friday saturday sunday christmas"
    " easter halloween thanksgiving spring summer autumn winter"
    # languages, peoples, continents, directions: seen on flags and maps, and no one's
    # name
    " american british english french german dutch flemish belgian spanish italian"
    " european asian african chinese japanese korean indian russian portuguese greek"
    " latin arabic irish scottish welsh canadian australian mexican swiss swedish"
    " norwegian danish finnish polish turkish roman gothic victorian renaissance baroque"
    " art deco europe africa asia america north south east west northern southern"
    " eastern western central"
    # the web and its furniture
    " internet web website wifi wi-fi bluetooth usb html css javascript json xml php sql"
    " api url pdf gif qr tv dj led lego open source google facebook twitter youtube"
    " instagram linkedin wikipedia iphone ipad mac windows linux android chrome firefox"
    " safari apple microsoft amazon"
    # words that texts like to capitalise
    " i mr mrs ms dr prof st mt the a an and of or for with by in on at to from not who"
    " what how why when where yes no new president minister prime department ministry"
    " university chapter figure table part section euro dollar king queen old thank you"
    " happy birthday merry welcome hello stop start"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINT = re.compile(r"[&.-]")


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    if seen.given.decision is Decision.TEXT or not may_name(seen):
        return
    found = names(seen)
    if len(found) < limits["names"]:
        return
    said = ", ".join(f"“{name}”" for name in found[:3])
    if seen.given.trusted or seen.given.decision is not None:
        yield Hit(
            f"No text of the site about this image has {said}: check that it is true."
        )
    else:
        yield Hit(
            f"Nothing else is known of this image: check that {said} is true.",
            Severity.INFO,
        )


def may_name(seen: Seen) -> bool:
    """Whether a word, but for the first, has a capital and is not known: else there can
    be no name. Far quicker than to look for one."""
    if "_" in seen.text:  # a word, and more than one piece
        return True
    return not all(_known(word, seen) for word in seen.words[1:] if word[0].isupper())


def names(seen: Seen) -> list[str]:
    """Names of which no trusted text has any part."""
    return [
        " ".join(run)
        for run in _runs(seen)
        if not any(_known(word, seen) for word in run)
    ]


def _runs(seen: Seen) -> Iterator[list[str]]:
    """Capitalised words in a row, outside quotes, without the first word of a sentence."""
    run: list[str] = []
    first, quoted = True, False
    least = 2 if seen.language == "de" else 1
    for piece in _TOKEN.findall(seen.text):
        if not piece[0].isalnum():
            quoted = _quoted(piece, quoted)
            first = piece in ".!?:\n" or first
        elif not quoted and piece[0].isupper() and not first:
            run.append(piece)
            continue
        else:
            first = first and quoted
        if len(run) >= least:
            yield run
        run = []
    if len(run) >= least:
        yield run


def _quoted(sign: str, quoted: bool) -> bool:
    if sign in "\"'":
        return not quoted
    if sign in "“„«‘":
        return sign != "“" or not quoted
    return quoted and sign not in "”»’"


def _known(word: str, seen: Seen) -> bool:
    """In a trusted text, or no name: an acronym, a code, a common word, or a compound
    whose capitalised parts are known."""
    name = _POSSESSIVE.sub("", word)
    low = name.casefold()
    if low in _COMMON or low in seen.vouched:
        return True
    if name.removesuffix("s").isupper() or any(map(str.isdigit, low)):
        return True
    parts = [part for part in _JOINT.split(name) if part[:1].isupper()]
    if len(parts) > 1 or parts != [name]:
        return all(_known(part, seen) for part in parts)
    return len(low) > 4 and low.rstrip("s") in seen.vouched


RULE = Rule(
    id="untrusted-name",
    severity=Severity.WARNING,
    sentence=(
        "The text has a name that no title, caption, album or page text of this image"
        " mentions."
    ),
    check=check,
    limits={"names": 1},
)
