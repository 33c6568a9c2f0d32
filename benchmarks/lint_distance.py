"""Which text distance tells "two models agree" from "they describe different things":
`python -m benchmarks lint_distance --corpus DIR`.

No labelled answers of several models on one image are at hand. So: pairs that agree are a
corpus text and the same text said otherwise (last clause left out, clauses in another
order, another opening, singular for plural); pairs that disagree are the texts of two
different images of one album, which share their subject and most of their names.
Reported: the area under the ROC curve (1: always told apart, 0.5: a coin), the medians of
both kinds, and microseconds a pair.
"""

from __future__ import annotations

import difflib
import itertools
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable

from altsync import lint
from altsync.lint.words import FUNCTION_WORDS
from benchmarks.texts import NoCorpus, Published, parser, published

Distance = Callable[[str, str], float]


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(".,;:!?\"'()").casefold() for word in text.split())


def _content(text: str) -> frozenset[str]:
    return _words(text) - FUNCTION_WORDS["en"]


def jaccard(a: str, b: str) -> float:
    """Of all words."""
    return 1 - len(_words(a) & _words(b)) / (len(_words(a) | _words(b)) or 1)


def content_jaccard(a: str, b: str) -> float:
    """Of the words that are no function words."""
    return 1 - len(_content(a) & _content(b)) / (len(_content(a) | _content(b)) or 1)


def content_overlap(a: str, b: str) -> float:
    """How much of the shorter text's content the longer one has: one model says more
    than the other."""
    return 1 - len(_content(a) & _content(b)) / (
        min(len(_content(a)), len(_content(b))) or 1
    )


def sequence(a: str, b: str) -> float:
    """difflib."""
    return 1 - difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def trigrams(a: str, b: str) -> float:
    """Dice over sets of character trigrams."""
    left, right = _grams(a), _grams(b)
    return 1 - 2 * len(left & right) / ((len(left) + len(right)) or 1)


def _grams(text: str) -> frozenset[str]:
    padded = f"  {text.casefold()} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


SWAP = {
    "a": "the",
    "showing": "with",
    "displaying": "showing",
    "features": "has",
    "featuring": "with",
}
OPENINGS: tuple[list[str], ...] = (
    [],
    ["View", "of"],
    ["Scene", "with"],
    ["Picture", "that", "has"],
)


def said_otherwise(text: str, dice: random.Random) -> str:
    """The same description in other words, as far as a program can."""
    clauses = text.rstrip(".").split(", ")
    if len(clauses) > 1 and dice.random() < 0.5:
        clauses = clauses[:-1]
    elif len(clauses) > 1:
        clauses = [*clauses[1:], clauses[0]]
    words = [_singular(word, dice) for word in ", ".join(clauses).split()]
    swapped = [SWAP.get(word.casefold(), word) for word in words]
    return " ".join([*dice.choice(OPENINGS), *swapped]) + "."


def _singular(word: str, dice: random.Random) -> str:
    plural = word.endswith("s") and len(word) > 4
    return word[:-1] if plural and dice.random() < 0.5 else word


def auc(agree: list[float], disagree: list[float]) -> float:
    """The chance that a pair that disagrees is farther apart than one that agrees."""
    ranks = sorted([(value, 0) for value in agree] + [(value, 1) for value in disagree])
    wins, seen, at = 0.0, 0, 0
    while at < len(ranks):
        end = at
        while end < len(ranks) and ranks[end][0] == ranks[at][0]:
            end += 1
        far = sum(kind for _, kind in ranks[at:end])
        near = end - at - far
        wins += far * (seen + near / 2)
        seen += near
        at = end
    return wins / (len(agree) * len(disagree))


def by_album(texts: Iterable[Published]) -> list[list[str]]:
    """The long texts of each album."""
    albums: dict[str, set[str]] = defaultdict(set)
    for one in texts:
        if one.evidence.album and one.alt and len(one.alt) > 40:
            albums[one.evidence.album].add(one.alt)
    return [sorted(found) for found in albums.values()]


def main() -> None:
    dice = random.Random(20261122)
    albums = by_album(published(parser(__doc__).parse_args().corpus))
    texts = sorted({text for album in albums for text in album})
    agree = [(text, said_otherwise(text, dice)) for text in texts]
    pairs = [pair for album in albums for pair in itertools.combinations(album, 2)]
    if not pairs:
        raise NoCorpus("No two texts of this corpus are of one album.")
    disagree = dice.sample(pairs, min(len(pairs), 5000))
    print(f"{len(agree)} pairs that agree, {len(disagree)} that disagree\n")
    print("| distance | AUC | median, agree | median, disagree | µs |")
    print("|---|---|---|---|---|")
    kinds: tuple[Distance, ...] = (
        jaccard,
        content_jaccard,
        content_overlap,
        sequence,
        trigrams,
        lint.distance,
    )
    for kind in kinds:
        show(kind, agree, disagree)


def show(
    kind: Distance, agree: list[tuple[str, str]], disagree: list[tuple[str, str]]
) -> None:
    start = time.process_time()
    near, far = [kind(*pair) for pair in agree], [kind(*pair) for pair in disagree]
    cost = (time.process_time() - start) / (len(near) + len(far)) * 1e6
    name = "lint.distance (in use)" if kind is lint.distance else kind.__name__
    print(
        f"| {name} | {auc(near, far):.4f} | {statistics.median(near):.2f} |"
        f" {statistics.median(far):.2f} | {cost:.0f} |"
    )


if __name__ == "__main__":
    main()
