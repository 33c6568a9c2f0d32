"""A million texts through all rules, with the context of their page, on one core:
`python -m benchmarks.lint_speed [N]`.

The texts are the labelled corpus over and over, each time with another number at its
end (so that no cache can help) and with a declared language for half of them, which is
what makes the language rule work. Reports CPU seconds, which a busy machine does not
stretch, and wall seconds.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time

from altsync import lint
from benchmarks.lint_corpus import HERE, text_of

MILLION = 1_000_000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MILLION
    rows = [
        json.loads(line)
        for line in (HERE / "dri-es-sample.ndjson").read_text("utf-8").splitlines()
    ]
    texts = [text_of(row) for row in rows]
    rules = lint.ruleset()
    lint.check(lint.Text("Een man leest een boek op de bank.", language="en"), rules)
    half = (None, "en")
    wall, cpu, found, done = time.perf_counter(), time.process_time(), 0, 0
    while done < count:
        for text in texts:
            if done == count:
                break
            one = dataclasses.replace(
                text,
                text=f"{text.text}{done}" if done % 7 == 0 else text.text,
                language=half[done % 2],
            )
            found += len(lint.check(one, rules))
            done += 1
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(
        f"{count:,} texts, {found:,} findings: {cpu:.1f} s CPU, {wall:.1f} s wall,"
        f" {cpu / count * 1e6:.1f} µs a text"
    )


if __name__ == "__main__":
    main()
