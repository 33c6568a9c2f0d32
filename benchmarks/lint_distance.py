"""Which text distance tells "two models agree" from "they describe different things":
`python -m benchmarks.lint_distance`.

No labelled answers of several models on one image are at hand, save three that the
corpus quotes (printed last). So: pairs that agree are a corpus text and the same text
said otherwise (last clause left out, clauses in another order, another opening,
singular for plural); pairs that disagree are the texts of two different images of one
album, which share their subject and most of their names. Reported: the area under the
ROC curve (1: always told apart, 0.5: a coin), the medians of both kinds, and
microseconds a pair.
"""

from __future__ import annotations

import difflib
import itertools
import json
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable

from altsync import lint
from altsync.lint.words import FUNCTION_WORDS
from benchmarks.lint_corpus import HERE

Distance = Callable[[str, str], float]
THREE = (
    (
        "A wooden statue of a saint is mounted on a post with directional signs"
        " pointing to various locations."
    ),
    (
        "A small wooden shrine with a statue of Mary stands beside a signpost"
        " indicating hiking trails in a grassy field."
    ),
    (
        "A wooden shrine with a statue of a figure stands on a tree stump, surrounded"
        " by a scenic mountain landscape with directional signs in the foreground."
    ),
)
"""Mistral 3.1, Gemma 3 and Qwen 2.5 VL on one photo, from the page "Comparing local
LLMs" in the corpus."""


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


def said_otherwise(text: str, dice: random.Random) -> str:
    """The same description in other words, as far as a program can."""
    clauses = text.rstrip(".").split(", ")
    if len(clauses) > 1:
        clauses = clauses[:-1] if dice.random() < 0.5 else [*clauses[1:], clauses[0]]
    words = ", ".join(clauses).split()
    words = [
        (
            word[:-1]
            if word.endswith("s") and len(word) > 4 and dice.random() < 0.5
            else word
        )
        for word in words
    ]
    swap = {
        "a": "the",
        "showing": "with",
        "displaying": "showing",
        "features": "has",
        "featuring": "with",
    }
    words = [swap.get(word.casefold(), word) for word in words]
    return (
        " ".join(
            [
                *dice.choice(
                    [[], ["View", "of"], ["Scene", "with"], ["Picture", "that", "has"]]
                ),
                *words,
            ]
        )
        + "."
    )


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


def main() -> None:
    dice = random.Random(20261122)
    albums: dict[str, set[str]] = defaultdict(set)
    for line in (HERE / "dri-es-sample.ndjson").read_text("utf-8").splitlines():
        row = json.loads(line)
        if len(row["alt"]) > 40:
            albums[row["album"]].add(row["alt"])
    texts = sorted(set().union(*albums.values()))
    agree = [(text, said_otherwise(text, dice)) for text in texts]
    pairs = [
        pair
        for album in albums.values()
        for pair in itertools.combinations(sorted(album), 2)
    ]
    disagree = dice.sample(pairs, 5000)
    print(f"{len(agree)} pairs that agree, {len(disagree)} that disagree\n")
    print(
        "| distance | AUC | median, agree | median, disagree | µs | the three models"
        " |\n|---|---|---|---|---|---|"
    )
    kinds: tuple[Distance, ...] = (
        jaccard,
        content_jaccard,
        content_overlap,
        sequence,
        trigrams,
        lint.distance,
    )
    for kind in kinds:
        start = time.process_time()
        near, far = [kind(*pair) for pair in agree], [kind(*pair) for pair in disagree]
        cost = (time.process_time() - start) / (len(near) + len(far)) * 1e6
        three = ", ".join(
            f"{kind(*pair):.2f}" for pair in itertools.combinations(THREE, 2)
        )
        name = "lint.distance (in use)" if kind is lint.distance else kind.__name__
        print(
            f"| {name} | {auc(near, far):.4f} | {statistics.median(near):.2f} |"
            f" {statistics.median(far):.2f} | {cost:.0f} | {three} |"
        )


if __name__ == "__main__":
    main()
