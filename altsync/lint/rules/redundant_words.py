"""Words that a screen reader has just said: "image of", "this photo shows", "in this
picture", "alt text:".

Not flagged where the medium is the point: screenshot, chart, oil painting, ultrasound
image, animated GIF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.gate import AnyOf, Gated
from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen
from altsync.models import Severity

_NOUN = {
    "en": "image|images|photo|photos|photograph|picture|pictures|pic|graphic|img",
    "nl": "afbeelding|foto|plaatje|beeld",
    "fr": "image|photo|photographie",
    "de": "bild|foto|grafik|aufnahme",
    "es": "imagen|foto|fotografía",
}
_VERB = {
    "en": (
        "of|for|from|taken|showing|shows|show|showcasing|showcases|displaying|displays"
        "|depicting|depicts|illustrating|illustrates|features|featuring|contains"
        "|containing|captures|portrays|is|presents|reads"
    ),
    "nl": "van|met|toont|laat|waarop|waarin|is",
    "fr": (
        "de|d['’]\\w+|des|du|montrant|montre|représente|représentant|illustrant"
        "|illustre|est"
    ),
    "de": "von|vom|der|des|mit|zeigt|einer|eines|ist",
    "es": "de|del|que|muestra|mostrando|representa|es",
}
_ARTICLE = {
    "en": "(?:an? |the |this |that |these )?",
    "nl": "(?:een |de |het |deze |dit )?",
    "fr": "(?:une |l['’]|la |cette |un |le )?",
    "de": "(?:ein |eine |das |die |dieses |diese )?",
    "es": "(?:una |la |esta )?",
}
_KIND = "(?:stock |close-?up |colou?r |digital )?"
_OPENING = "|".join(
    f"{_ARTICLE[key]}{_KIND}(?:{_NOUN[key]}) (?:{_VERB[key]})(?![\\w-])"
    for key in _NOUN
)
_START = Gated(
    f"^(?:{_OPENING}"
    "|in (?:this|the) (?:image|photo|picture|graphic),? "
    "|op (?:deze|de) (?:afbeelding|foto),? "
    "|dans cette (?:image|photo),? "
    "|(?:auf|in) diese[mr] (?:bild|foto|grafik),? "
    "|en esta (?:imagen|foto),? "
    "|(?:alt|alternative|alternate)[ -]?(?:text|tag) ?: ?|alt ?: ?|alt-?tekst ?: ?"
    "|texte alternatif ?: ?|alternativtext ?: ?|texto alternativo ?: ?"
    "|(?:image|photo|picture|foto|bild|imagen|afbeelding) ?: ?)"
)
_END = Gated(
    r"\W(?:image|photo|photograph|picture|pic|graphic|foto|afbeelding|bild|imagen)"
    r"[.!]?$"
)
_ANY = AnyOf(_START, _END)
_KEEP = re.compile(
    r"(?:ultrasound|x-ray|satellite|thermal|infrared|radar|mri|ct|before-and-after"
    r"|hero|placeholder|cover|group|family|wedding|profile|school|class|team|old"
    r"|vintage|framed|printed|drupal|docker|disk|mirror|larger|bigger|whole|full"
    r"|the|a|an|this|each|one|another|own|self|iso|clear|motion|moving|video|same)"
    r" (?:image|photo|photograph|picture|pic|graphic)[.!]?$"
)


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    if not _ANY.opens(seen, seen.low):
        return
    if found := _START.search(seen, seen.low):
        said = seen.text[: found.end()].strip()
        yield Hit(
            f"The alt text starts with “{said}”: a screen reader says that it is an"
            " image by itself."
        )
    elif len(seen.words) < 9 and _ends_so(seen):
        yield Hit(
            f"The alt text ends with “{seen.words[-1]}”: a screen reader says that it"
            " is an image by itself."
        )


def _ends_so(seen: Seen) -> bool:
    found = _END.search(seen, seen.low)
    return found is not None and not _KEEP.search(seen.low)


RULE = Rule(
    id="redundant-words",
    severity=Severity.WARNING,
    sentence=(
        "The text starts or ends with words such as “image of” that a screen reader"
        " says by itself."
    ),
    check=check,
)
