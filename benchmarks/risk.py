"""Whether the risk puts bad texts before good ones: `python -m benchmarks risk`, or with
`--graded FILE` of your own.

A JSON object a line: `text`, `bad` (true where it says anything untrue), `reference`
(what a strong model says of the same picture), `image`, `language`, `set`. Those of
benchmarks/corpus were written for this. Reported: the chance that a bad text has a higher
risk than a good one (area under the ROC curve, 0.5: a coin), without and with the
reference, with a bootstrap interval over images; with the trigram distance that the risk
had before, alone and beside the claims; set by set; and how many texts are said to
contradict their reference.
"""

from __future__ import annotations

import argparse
import json
import random
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from altsync import claims, lint

GRADED = Path(__file__).parent / "corpus" / "graded.ndjson"
ROUNDS = 2000
_Row = dict[str, Any]


def alone(row: _Row) -> float:
    """The risk of the text by itself."""
    found = lint.check(lint.Text(row["text"], language=row.get("language")))
    return lint.risk(row["text"], found).value


def beside(row: _Row) -> float:
    """The same beside the reference."""
    found = lint.check(lint.Text(row["text"], language=row.get("language")))
    others = [lint.Opinion(row["reference"], "the reference", trusted=True)]
    language = row.get("language") or ""
    return lint.risk(row["text"], found, others=others, language=language).value


def distance(row: _Row) -> float:
    """One minus the share of the shorter text's trigrams that the longer one has."""
    left, right = _grams(row["text"]), _grams(row["reference"])
    return 1 - len(left & right) / min(len(left), len(right))


def both(row: _Row) -> float:
    """The risk beside the reference, raised by a distance over 0.4 as it was before."""
    far = max(0.0, distance(row) - 0.4) / 0.6
    return 1 - (1 - beside(row)) * (1 - 0.3 * far)


def _grams(text: str) -> frozenset[str]:
    padded = f"  {' '.join(text.split()).casefold()} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def auc(bad: Sequence[float], good: Sequence[float]) -> float:
    """The chance that a bad one is above a good one; ties are half."""
    order = sorted(good)
    wins = sum(bisect_left(order, one) + bisect_right(order, one) for one in bad)
    return wins / 2 / (len(bad) * len(good))


def interval(
    rows: Sequence[_Row], scores: dict[int, float], dice: random.Random
) -> tuple[float, float]:
    """95 %, by drawing images anew."""
    by_image: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_image[row["image"]].append(row)
    names = sorted(by_image)
    found = []
    for _ in range(ROUNDS):
        drawn = [
            row for name in dice.choices(names, k=len(names)) for row in by_image[name]
        ]
        bad, good = _split(drawn, scores)
        if bad and good:
            found.append(auc(bad, good))
    found.sort()
    return found[len(found) // 40], found[-1 - len(found) // 40]


def _split(
    rows: Sequence[_Row], scores: dict[int, float]
) -> tuple[list[float], list[float]]:
    bad = [scores[id(row)] for row in rows if row["bad"]]
    return bad, [scores[id(row)] for row in rows if not row["bad"]]


WAYS: tuple[tuple[str, Callable[[_Row], float]], ...] = (
    ("the text alone", alone),
    ("claims beside the reference", beside),
    ("trigram distance to the reference", distance),
    ("claims and distance", both),
)


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--graded", type=Path, metavar="FILE", default=GRADED)
    arguments.add_argument("--list", action="store_true", help="print every text")
    given = arguments.parse_args()
    lines = given.graded.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    images = len({row["image"] for row in rows})
    print(f"{len(rows)} texts on {images} images, {sum(r['bad'] for r in rows)} bad\n")
    print("| order by | AUC | 95 % |\n|---|---|---|")
    dice = random.Random(20261129)
    for name, way in WAYS:
        scores = {id(row): way(row) for row in rows}
        low, high = interval(rows, scores, dice)
        print(
            f"| {name} | {auc(*_split(rows, scores)):.2f} | {low:.2f} to {high:.2f} |"
        )
    _by_set(rows, dice)
    _contradicted(rows)
    if given.list:
        for row in sorted(rows, key=lambda row: -beside(row)):
            print(f"{beside(row):.2f} {'bad ' if row['bad'] else 'good'} {row['text']}")


def _by_set(rows: Sequence[_Row], dice: random.Random) -> None:
    print("\n| set | texts | bad | AUC beside the reference | 95 % |")
    print("|---|---|---|---|---|")
    for name in dict.fromkeys(row.get("set", "") for row in rows):
        some = [row for row in rows if row.get("set", "") == name]
        bad = sum(row["bad"] for row in some)
        scores = {id(row): beside(row) for row in some}
        low, high = interval(some, scores, dice)
        area = auc(*_split(some, scores))
        print(
            f"| {name} | {len(some)} | {bad} | {area:.2f} | {low:.2f} to {high:.2f} |"
        )


def _contradicted(rows: Sequence[_Row]) -> None:
    found = {True: [0, 0], False: [0, 0]}
    for row in rows:
        compared = claims.compare(
            row["text"], row["reference"], row.get("language") or ""
        )
        found[row["bad"]][0] += bool(compared.contradicted)
        found[row["bad"]][1] += 1
    bad, good = found[True], found[False]
    print(
        f"\nsaid to contradict the reference: {bad[0]} of {bad[1]} bad texts,"
        f" {good[0]} of {good[1]} good ones\n"
    )


if __name__ == "__main__":
    main()
