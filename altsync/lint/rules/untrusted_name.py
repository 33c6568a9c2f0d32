"""A proper noun that nothing known of this image has: the model may have read it,
guessed it or made it up.

Only what a model wrote is asked for its names: a candidate, as it came, and on the site
what was approved in bulk. What else a site has, and what a person types, says what its
writer knew.

Everything that is known counts: every place that shows the image, the glossary, the
album's note, the file's name, addresses, words read in the picture. Accents do not
("Orleans", "Mueller"), nor the case that a name stands in ("w Krakowie").
Words that stand between quotation marks are the image's own and pass; so do acronyms,
months, languages and peoples. German writes every noun with a capital: there, only two
capitals in a row count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint import cues
from altsync.lint.destination import address_words
from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen
from altsync.lint.vouching import Vouching
from altsync.lint.words import listed

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
_JOINT = re.compile(r"[&.'’-]")


def check(seen: Seen, limits: Limits) -> Hits:
    if not seen.given.by_model or seen.gives_words:
        return NONE
    if not may_name(seen):
        return NONE
    found = names(seen)
    if len(found) < limits["names"]:
        return NONE
    said = ", ".join(f"“{name}”" for name in found[:3])
    return (Hit(f"Nothing known about this image has {said}: check that it is true."),)


def may_name(seen: Seen) -> bool:
    """Whether a word, but for the first, has a capital and is no common one: else there
    can be no name. Far quicker than to look for one."""
    if "_" in seen.text:  # a word, and more than one piece
        return True
    return any(word[0].isupper() for word in seen.words[1:])


def names(seen: Seen) -> list[str]:
    """Names of which nothing known has any part."""
    runs = list(_runs(seen))
    if not runs:
        return []
    vouching = _vouching(seen)
    return [
        " ".join(run) for run in runs if not any(_known(word, vouching) for word in run)
    ]


def _vouching(seen: Seen) -> Vouching:
    link = " ".join(address_words(seen.given.link or ""))
    return Vouching(f"{seen.vouched}\n{link}", seen.language)


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


def _known(word: str, vouching: Vouching) -> bool:
    """In what is known, or no name: an acronym, a code, a common word, or a compound
    whose capitalised parts are known."""
    name = _POSSESSIVE.sub("", word)
    if name.casefold() in _COMMON or vouching.has(name):
        return True
    if name.removesuffix("s").isupper() or any(map(str.isdigit, name)):
        return True
    parts = [part for part in _JOINT.split(name) if part[:1].isupper()]
    if len(parts) > 1 or parts != [name]:
        return all(_known(part, vouching) for part in parts)
    return False


def cue() -> frozenset[str]:
    return frozenset([cues.BY_MODEL])


RULE = Rule(
    id="untrusted-name",
    severity=WARNING,
    sentence=(
        "A model's text has a name that nothing known about this image mentions."
    ),
    check=check,
    cue=cue,
    limits={"names": 1},
)
