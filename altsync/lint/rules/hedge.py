"""The text guesses: possibly, appears to be, or perhaps. One such word may be honest,
two are a text that knows nothing. What stands between quotation marks is the picture's
own doubt."""

from __future__ import annotations

from altsync.lint.gate import Gated
from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen

_PHRASE = Gated(
    r"\b(?:possibly|probably|perhaps|maybe|presumably|likely|seemingly|apparently"
    r"|(?:appears?|seems?|appearing|seeming) to\b|seems like|looks like"
    r"|(?:might|may|could) be\b|suggest(?:s|ing)\b"
    r"|mogelijk|misschien|waarschijnlijk|wellicht|vermoedelijk|lijkt|schijnt"
    r"|peut-être|probablement|sans doute|semble|semblent|paraît"
    r"|möglicherweise|vielleicht|vermutlich|wahrscheinlich|anscheinend|scheinbar"
    r"|scheint"
    r"|posiblemente|probablemente|quizás?|tal vez|parece|parecen|aparentemente)\b"
)
_LONG = 30
"""Words of a text in which one more may be honest: how something looks takes "seems"."""


def check(seen: Seen, limits: Limits) -> Hits:
    if not _PHRASE.opens(seen):
        return NONE
    found = _PHRASE.every(seen, seen.unquoted)
    if len(found) <= limits["most"] + len(seen.words) // _LONG:
        return NONE
    said = ", ".join(f"“{one}”" for one in found[:3])
    return (
        Hit(
            f"The alt text guesses ({said}): leave out what is not sure, blind readers"
            " cannot check it."
        ),
    )


def cue() -> frozenset[str]:
    return _PHRASE.all


RULE = Rule(
    id="hedge",
    severity=WARNING,
    sentence=(
        "The text guesses more than once (possibly, appears to be, or perhaps): what is"
        " not sure is better left out."
    ),
    check=check,
    cue=cue,
    limits={"most": 1},
)
