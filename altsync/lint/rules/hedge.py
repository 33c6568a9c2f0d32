"""The text guesses: possibly, appears to be, or perhaps. One such word may be honest,
two are a text that knows nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen
from altsync.lint.words import listed
from altsync.models import Severity

_PHRASE = re.compile(
    r"\b(?:possibly|probably|perhaps|maybe|presumably|likely|seemingly|apparently|(?:appears?|seems?|seem|appearing|seeming)"
    r" to\b|seems like|looks like|(?:might|may|could) be\b|suggest(?:s|ing)\b|"
    r"mogelijk|misschien|waarschijnlijk|wellicht|vermoedelijk|lijkt|schijnt|"
    r"peut-être|probablement|sans doute|semble|semblent|paraît|"
    r"möglicherweise|vielleicht|vermutlich|wahrscheinlich|anscheinend|scheinbar|scheint|"
    r"posiblemente|probablemente|quizás?|tal vez|parece|parecen|aparentemente)\b"
)
_GATE = listed(
    "possibly probably perhaps maybe presumably likely seemingly apparently appears"
    " appear appearing seems seem seeming looks might may could suggest suggests"
    " suggesting mogelijk misschien waarschijnlijk wellicht vermoedelijk lijkt schijnt"
    " peut probablement sans semble semblent paraît möglicherweise vielleicht"
    " vermutlich wahrscheinlich anscheinend scheinbar scheint posiblemente"
    " probablemente quizá quizás tal parece parecen aparentemente"
)


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    if _GATE.isdisjoint(seen.bag):
        return
    found = _PHRASE.findall(seen.low)
    if len(found) > limits["most"]:
        said = ", ".join(f"“{one}”" for one in found[:3])
        yield Hit(
            f"The alt text guesses ({said}): leave out what is not sure, blind readers"
            " cannot check it."
        )


RULE = Rule(
    id="hedge",
    severity=Severity.WARNING,
    sentence=(
        "The text guesses more than once (possibly, appears to be, or perhaps): what is"
        " not sure is better left out."
    ),
    check=check,
    limits={"most": 1},
)
