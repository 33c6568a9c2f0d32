"""A million texts through all rules, with the context of their page, on one core.

    python -m benchmarks lint_speed [N] [--corpus DIR]

The texts are a corpus (without one: the rules' own examples) over and over, every seventh
with another number at its end, and every second with a declared language (its own, else
English), which is what makes the language rule work. The lint remembers no text: one that
comes again is looked at as if it were new (but for addresses, which urllib remembers).
Reports CPU seconds, which a busy machine does not stretch, and wall seconds.
"""

from __future__ import annotations

import dataclasses
import itertools
import time

from altsync import lint
from altsync.cli._rules import about
from benchmarks.texts import parser, published

MILLION = 1_000_000
BATCH = 10_000
"""Texts that are made ahead: making them is no part of what is measured."""
BESIDE = (
    "The ferry leaves from the old quay at eight, and whoever misses it waits for an"
    " hour in the café under the crane. We have waited there often. The owner knows the"
    " name of every captain, and of most of their dogs."
)
"""Words around the rules' own examples, about as long as a paragraph."""


def examples() -> list[lint.Text]:
    """What the rules pass and flag, each in the middle of a page."""
    return [
        dataclasses.replace(
            case.text, before=case.text.before or BESIDE, after=BESIDE, album="ferries"
        )
        for rule in lint.all_rules()
        for case in (*about(rule).passes, *about(rule).flags)
    ]


def _another(text: lint.Text, at: int) -> lint.Text:
    """The same with other evidence: a number, a language."""
    alt = f"{text.text or ''}{at}" if at % 7 == 0 else text.text
    language = (text.language or "en") if at % 2 else None
    return dataclasses.replace(text, text=alt, language=language)


def main() -> None:
    arguments = parser(__doc__, needed=False)
    arguments.add_argument("count", nargs="?", type=int, default=MILLION, metavar="N")
    given = arguments.parse_args()
    texts = examples()
    if given.corpus is not None:
        texts = [one.text for one in published(given.corpus)]
    rules = lint.ruleset()
    for text in texts:  # patterns and their gates are made at the first look
        lint.check(text, rules)
    found, cpu, wall = 0, 0.0, 0.0
    coming = itertools.cycle(texts)
    for start in range(0, given.count, BATCH):
        numbers = range(start, min(start + BATCH, given.count))
        batch = [_another(text, at) for at, text in zip(numbers, coming, strict=False)]
        began = time.perf_counter(), time.process_time()
        found += sum(len(lint.check(one, rules)) for one in batch)
        wall += time.perf_counter() - began[0]
        cpu += time.process_time() - began[1]
    print(
        f"{given.count:,} texts, {found:,} findings: {cpu:.1f} s CPU, {wall:.1f} s"
        f" wall, {cpu / given.count * 1e6:.1f} µs a text"
    )


if __name__ == "__main__":
    main()
