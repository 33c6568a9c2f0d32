"""What a text claims, and whether another one says the same: plain rules by language. Pure.

    compared = claims.compare("Two dogs on a beach.", "Three dogs on a beach.", "en")
    [(one.words, other.words) for one, other in compared.contradicted]

The lists of words beside this file say what each language has: all rules in English,
Dutch, French, German, Spanish, Italian and Portuguese; numbers, colours, people and
denials in eighteen more. Another one gets digits and quoted words.
"""

from __future__ import annotations

from altsync.claims.account import account
from altsync.claims.comparing import compare
from altsync.claims.groups import alike, exclude, group, strikes
from altsync.claims.swaps import swapped
from altsync.claims.table import table
from altsync.models import Claim, ClaimKind

__all__ = [
    "alike",
    "compare",
    "exclude",
    "group",
    "of",
    "strikes",
    "swapped",
    "table",
    "things",
]


def of(text: str, language: str = "") -> tuple[Claim, ...]:
    """What a text claims, in its order, its quoted words last. `language` is a code as
    sites have it (`en`, `pt-br`); '' goes by the text's little words."""
    return account(text, language).claims


def things(text: str, language: str = "") -> tuple[Claim, ...]:
    """All things that a text names, those too that only tell more of another one."""
    words = account(text, language).words
    return tuple(Claim(ClaimKind.THING, value, said) for value, said in words.items())
