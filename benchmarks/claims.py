"""Whether claims.compare sees what is wrong, and nothing where texts agree:
`python -m benchmarks claims --corpus DIR`.

Found: real texts with one claim made wrong (a number, a colour, a sex, a denial), once by
`claims.swapped` and once by a swapper of this file, which has words of its own and knows
nothing of the lists; the share of which is contradicted, in that kind or, inside
quotation marks, as words misread. False: a text and the same text said otherwise (a
clause left out or moved, another opening, singular for plural, words for other words
that mean the same, but as they are inside quotation marks); the share with anything
contradicted.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from altsync import claims
from altsync.claims.lexicon import spoken
from altsync.models import ClaimKind, Swap
from benchmarks.texts import NoCorpus, parser, published

ROUNDS = 4
"""Swaps tried on each text, by another dice."""
KINDS = (
    ClaimKind.NUMBER,
    ClaimKind.COLOUR,
    ClaimKind.PERSON,
    ClaimKind.NEGATION,
)
OPENINGS: tuple[list[str], ...] = (
    [],
    ["View", "of"],
    ["Scene", "with"],
    ["Picture", "that", "has"],
)
SYNONYMS = {
    "a": "the",
    "showing": "with",
    "displaying": "showing",
    "features": "has",
    "featuring": "with",
    "man": "person",
    "woman": "person",
    "people": "persons",
    "children": "kids",
    "car": "automobile",
    "sofa": "couch",
    "photo": "photograph",
    "gray": "grey",
    "smartphone": "phone",
    "street": "road",
    "coat": "jacket",
    "bicycle": "bike",
    "ocean": "sea",
    "several": "many",
    "two": "2",
    "three": "3",
    "four": "four",
    "light": "pale",
    "dark": "deep",
    "hombre": "persona",
    "mujer": "persona",
    "coche": "automóvil",
    "dos": "2",
    "tres": "3",
    "imagen": "foto",
    "homme": "personne",
    "femme": "personne",
    "deux": "2",
    "trois": "3",
    "vélo": "bicyclette",
    "mann": "person",
    "frau": "person",
    "zwei": "2",
    "drei": "3",
    "vrouw": "persoon",
    "twee": "2",
    "drie": "3",
    "afbeelding": "foto",
    "uomo": "persona",
    "donna": "persona",
    "due": "2",
    "homem": "pessoa",
    "mulher": "pessoa",
    "dois": "2",
    "duas": "2",
}

# What the independent swapper turns: groups of words that cannot stand for one another.
COLOURS = {
    "en": ("red blue green yellow black white brown orange purple pink gray grey",),
    "fr": (
        "rouge jaune",
        "rouges jaunes",
        "bleu vert noir blanc gris",
        "bleue verte noire blanche grise",
        "bleus verts noirs blancs",
        "bleues vertes noires blanches grises",
    ),
    "nl": (
        "rode blauwe groene gele zwarte witte bruine",
        "rood blauw groen geel zwart wit",
    ),
    "de": (
        "rote blaue grüne gelbe schwarze weiße",
        "roten blauen grünen gelben schwarzen weißen",
        "roter blauer grüner gelber schwarzer weißer",
        "rotes blaues grünes gelbes schwarzes weißes",
    ),
    "es": (
        "rojo amarillo negro blanco",
        "roja amarilla negra blanca",
        "rojos amarillos negros blancos",
        "rojas amarillas negras blancas",
        "azul verde",
        "azules verdes",
    ),
    "it": (
        "rosso giallo nero bianco",
        "rossa gialla nera bianca",
    ),
    "pt": (
        "vermelho amarelo preto branco",
        "vermelha amarela preta branca",
    ),
    "sv": (
        "röd blå grön gul svart vit",
        "röda blåa gröna gula svarta vita",
    ),
    "ru": (
        "красный зелёный чёрный белый",
        "красная зелёная чёрная белая",
    ),
    "pl": (
        "czerwony zielony czarny biały niebieski",
        "czerwona zielona czarna biała niebieska",
    ),
}
NUMBERS = {
    "en": ("two three four five six seven eight nine ten twelve",),
    "fr": ("deux trois quatre cinq six sept huit",),
    "nl": ("twee drie vier vijf zes zeven acht",),
    "de": ("zwei drei vier fünf sechs sieben acht",),
    "es": ("dos tres cuatro cinco seis siete ocho",),
    "it": ("due tre quattro cinque sei sette otto",),
    "pt": ("três quatro cinco seis sete oito",),
    "sv": ("två tre fyra fem sex sju åtta",),
    "pl": ("dwa trzy cztery",),
    "ru": ("два три четыре",),
}
SEXES = {
    "en": (
        "man woman",
        "men women",
        "boy girl",
        "boys girls",
        "he she",
        "his her",
        "father mother",
        "brother sister",
        "son daughter",
    ),
    "fr": (
        "homme femme",
        "hommes femmes",
        "garçon fille",
    ),
    "nl": (
        "vrouw man",
        "vrouwen mannen",
        "jongen meisje",
    ),
    "de": (
        "mann frau",
        "männer frauen",
    ),
    "es": (
        "hombre mujer",
        "hombres mujeres",
        "niño niña",
        "niños niñas",
        "chico chica",
    ),
    "it": (
        "uomo donna",
        "uomini donne",
        "ragazzo ragazza",
    ),
    "pt": (
        "homem mulher",
        "homens mulheres",
        "menino menina",
    ),
    "sv": ("kvinna pojke",),
    "pl": ("mężczyzna kobieta",),
    "ru": ("мужчина женщина",),
}
DENIALS = {
    "en": {
        "with": "without",
        "without": "with",
        "wearing": "not wearing",
        "holding": "not holding",
        "smiling": "not smiling",
    },
    "fr": {"avec": "sans", "sans": "avec"},
    "nl": {"met": "zonder", "zonder": "met"},
    "de": {"mit": "ohne", "ohne": "mit"},
    "es": {"con": "sin", "sin": "con"},
    "it": {"con": "senza", "senza": "con"},
    "pt": {"com": "sem", "sem": "com"},
    "sv": {"med": "utan", "utan": "med"},
}
QUOTATION = re.compile(r"(“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)|«[^»]*»)")
SAME = {"grey": "gray"}
OWN = "claims.swapped"
OTHER = "another swapper"


def another_swap(text: str, language: str, dice: random.Random) -> Swap | None:
    """A swap by the words of this file alone."""
    found = [
        swap
        for kind, groups in (
            (ClaimKind.COLOUR, COLOURS),
            (ClaimKind.NUMBER, NUMBERS),
            (ClaimKind.PERSON, SEXES),
        )
        for swap in _of_groups(text, kind, groups.get(language, ()), dice)
    ]
    found += _digits(text, dice)
    found += _denials(text, language)
    if not found:
        return None
    kind = dice.choice(sorted({swap.kind for swap in found}))
    return dice.choice([swap for swap in found if swap.kind is kind])


def _of_groups(
    text: str, kind: ClaimKind, groups: tuple[str, ...], dice: random.Random
) -> Iterator[Swap]:
    for group in groups:
        words = group.split()
        for one in re.finditer(rf"(?i)\b({'|'.join(words)})\b", text):
            was = one.group().lower()
            rest = [
                word for word in words if SAME.get(word, word) != SAME.get(was, was)
            ]
            yield _changed(text, one, kind, dice.choice(rest))


def _digits(text: str, dice: random.Random) -> Iterator[Swap]:
    for one in re.finditer(r"(?<![\w.,:/-])\d{1,4}(?![\w.,:/-])", text):
        now = int(one.group()) + dice.choice([1, 2, 3, 7])
        if int(one.group()) > 1:
            yield _changed(text, one, ClaimKind.NUMBER, str(now))


def _denials(text: str, language: str) -> Iterator[Swap]:
    pairs = DENIALS.get(language)
    if pairs is None:
        return
    for one in re.finditer(rf"(?i)\b({'|'.join(pairs)})\b", text):
        now = pairs[one.group().lower()]
        yield _changed(text, one, ClaimKind.NEGATION, now)


def _changed(text: str, one: re.Match[str], kind: ClaimKind, now: str) -> Swap:
    if one.group()[0].isupper():
        now = now.capitalize()
    return Swap(text[: one.start()] + now + text[one.end() :], kind, one.group(), now)


def said_otherwise(text: str, dice: random.Random) -> str:
    """The same description in other words, as far as a program can."""
    clauses = text.rstrip(".").split(", ")
    if len(clauses) > 1 and dice.random() < 0.5:
        clauses = clauses[:-1]
    elif len(clauses) > 1:
        clauses = [*clauses[1:], clauses[0]]
    parts = re.split(QUOTATION, ", ".join(clauses))
    reworded = [
        part if at % 2 else _reworded(part, dice) for at, part in enumerate(parts)
    ]
    return " ".join([*dice.choice(OPENINGS), *filter(None, reworded)]) + "."


def _reworded(part: str, dice: random.Random) -> str:
    words = [_singular(word, dice) for word in part.split()]
    return " ".join(SYNONYMS.get(word.casefold(), word) for word in words)


def _singular(word: str, dice: random.Random) -> str:
    plural = word.endswith("s") and len(word) > 4
    return word[:-1] if plural and dice.random() < 0.5 else word


@dataclass
class Tally:
    """Of one language."""

    pairs: int = 0
    wrong: int = 0
    swaps: dict[tuple[str, ClaimKind], list[bool]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def swapped(self, swapper: str, kinds: tuple[ClaimKind, ...] = KINDS) -> str:
        found = [hit for kind in kinds for hit in self.swaps[swapper, kind]]
        return share(sum(found), len(found))


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.2f}" if whole else "-"


SWAPPERS: dict[str, Callable[[str, str, random.Random], Swap | None]] = {
    OWN: claims.swapped,
    OTHER: another_swap,
}


def measure(texts: list[tuple[str, str]], misses: list[str]) -> dict[str, Tally]:
    """By language. `texts`: (text, language); `misses` takes what was not seen."""
    dice = random.Random(20261129)
    found: dict[str, Tally] = defaultdict(Tally)
    for text, language in texts:
        tally = found[language]
        for name, swapper in SWAPPERS.items():
            seen = set()
            for _ in range(ROUNDS):
                swap = swapper(text, language, dice)
                if swap is None or swap.kind not in KINDS or swap in seen:
                    continue
                seen.add(swap)
                compared = claims.compare(text, swap.text, language)
                kinds = {a.kind for a, _ in compared.contradicted}
                hit = bool(kinds & {swap.kind, ClaimKind.QUOTE})
                tally.swaps[name, swap.kind].append(hit)
                if not hit:
                    misses.append(f"not seen ({name}): {swap.was} > {swap.now}: {text}")
        if len(text) > 40:
            otherwise = said_otherwise(text, dice)
            wrong = claims.compare(text, otherwise, language).contradicted
            tally.pairs += 1
            tally.wrong += bool(wrong)
            if wrong:
                words = [(a.words, b.words) for a, b in wrong]
                misses.append(f"false {words}: {text} | {otherwise}")
    return found


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--misses", action="store_true", help="print them")
    given = arguments.parse_args()
    texts = {
        (one.alt, spoken(one.evidence.language or "", one.alt).language)
        for one in published(given.corpus)
        if one.alt and len(one.alt) > 20
    }
    if not texts:
        raise NoCorpus("No text of this corpus is long enough to claim anything.")
    misses: list[str] = []
    found = measure(sorted(texts), misses)
    print(f"{len(texts)} texts\n")
    print(f"| language | found, {OWN} | found, {OTHER} | false |")
    print("|---|---|---|---|")
    order = sorted(found, key=lambda one: -found[one].pairs)
    for language in order:
        tally = found[language]
        false = share(tally.wrong, tally.pairs)
        print(
            f"| {language} | {tally.swapped(OWN)} | {tally.swapped(OTHER)} | {false} |"
        )
    print(f"\n| kind | found, {OWN} | found, {OTHER} |\n|---|---|---|")
    whole = _all(list(found.values()))
    for kind in KINDS:
        own, other = whole.swapped(OWN, (kind,)), whole.swapped(OTHER, (kind,))
        print(f"| {kind} | {own} | {other} |")
    print(f"| all | {whole.swapped(OWN)} | {whole.swapped(OTHER)} |")
    print(f"\nfalse, all: {share(whole.wrong, whole.pairs)}")
    if given.misses:
        print("\n".join(misses))


def _all(tallies: list[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.pairs += tally.pairs
        whole.wrong += tally.wrong
        for key, hits in tally.swaps.items():
            whole.swaps[key] += hits
    return whole


if __name__ == "__main__":
    main()
