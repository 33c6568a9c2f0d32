"""Texts that others wrote and graded, as `python -m benchmarks risk` wants them:

    python -m benchmarks captions Flickr8k.token.txt ExpertAnnotations.txt FILE \\
        [--half first|second] [--together]
    python -m benchmarks risk --graded FILE

The captions of Flickr8k (five people described each of 8,000 photos) and the grades that
three experts gave to 5,822 of them, each for a photo that it was written for or for
another one: 4 it describes the photo, 3 with minor mistakes, 2 minor aspects, 1 not at
all. `bad` is everything of which not two of three say 4. The reference is the longest
other caption of the photo, or with `--together` all the others, as a strong model says
more than one person. The two halves of the photos are the same at each run. Neither is
part of the repository (M. Hodosh, P. Young and J. Hockenmaier, 2013; for research).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.texts import NoCorpus

_BEST = 4
_FILES = 3


def captions_of(lines: Iterable[str]) -> dict[str, str]:
    """By `photo.jpg#number`, punctuation as people write it."""
    found = {}
    for line in lines:
        key, _, text = line.partition("\t")
        for mark in (".", ",", "'s"):
            text = text.replace(f" {mark}", mark)
        found[key] = text.strip(' "\n')
    return found


def rows(
    captions: Mapping[str, str], grades: Iterable[str], *, together: bool
) -> Iterator[dict[str, Any]]:
    """A row for each grade whose photo has another caption than the graded one."""
    for line in grades:
        photo, key, *given = line.split()
        every = [captions.get(f"{photo}#{number}", "") for number in range(5)]
        others = [one for one in every if one and one != captions.get(key)]
        if key not in captions or not others:
            continue
        grade = int(median(map(int, given)))
        reference = max(others, key=len)
        if together:
            reference = " ".join(f"{one.rstrip('.')}." for one in others)
        yield {
            "set": "captions",
            "image": photo,
            "language": "en",
            "text": captions[key],
            "bad": grade < _BEST,
            "reference": reference,
        }


def is_first(photo: str) -> bool:
    """Whether it is of the first half."""
    return hashlib.sha256(photo.encode()).digest()[-1] % 2 == 1


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("files", type=Path, nargs="*", metavar="FILE")
    arguments.add_argument("--half", choices=["first", "second"])
    arguments.add_argument("--together", action="store_true")
    given = arguments.parse_args()
    if len(given.files) != _FILES:
        raise NoCorpus("Name the captions, their grades and the file to write.")
    texts, graded, file = given.files
    captions = captions_of(texts.read_text("utf-8").splitlines())
    grades = graded.read_text("utf-8").splitlines()
    found = [
        row
        for row in rows(captions, grades, together=given.together)
        if not given.half or is_first(row["image"]) == (given.half == "first")
    ]
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in found]
    file.write_text("".join(lines), "utf-8")
    bad = sum(row["bad"] for row in found)
    print(f"{len(found)} texts, {bad} bad: {file}")


if __name__ == "__main__":
    main()
