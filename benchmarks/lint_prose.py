"""The rule `cut` on the prose of the corpus' pages, which no model wrote: `python -m
benchmarks.lint_prose [--list]`.

Whole sentences (a person ended them, so an error is a false alarm, save where the page
itself was cut in the middle), and the same sentences stopped at a dot inside a version,
a domain, an initial or a file name, as a program that looks for "the first full stop"
leaves them. The rest of the page is the evidence in both. Some rules were mended after
a look at the first list, so it is no independent measurement.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from altsync import lint
from benchmarks.lint_corpus import HERE, share

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"])")
_INSIDE = re.compile(r"(?:^|(?<=[.!?] ))([A-Z][^.!?\n]{15,110}\.)(?=\w|,)")
_EXPORT = re.compile(r"[*`#>]")


def beside(row: dict[str, Any]) -> Iterator[str]:
    """The paragraphs of a use, without Markdown; one that was cut at 600 characters
    ends at its last sentence."""
    for text in (row["before"], row["after"]):
        plain = _EXPORT.sub("", text or "")
        yield plain[: plain.rfind(". ") + 1] if len(text or "") >= 595 else plain


def level(text: str, row: dict[str, Any], rules: lint.Ruleset, hide: str = "") -> str:
    """The gravest finding for a text with its page, from which `hide` is taken out; 'none'."""
    one = lint.Text(
        text,
        album=row["album"],
        file=row["image"],
        before=(row["before"] or "").replace(hide, " ") if hide else row["before"],
        after=(row["after"] or "").replace(hide, " ") if hide else row["after"],
        page_title=row["page_title"],
    )
    return str(lint.worst(lint.check(one, rules)) or "none")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--list",
        action="store_true",
        help="list the false alarms and the cuts that were missed",
    )
    given = parser.parse_args()
    rules = lint.ruleset().only(frozenset(["cut"]))
    rows = [
        json.loads(line)
        for line in (HERE / "dri-es-sample.ndjson").read_text("utf-8").splitlines()
    ]
    whole: dict[str, str] = {}
    stopped: dict[str, str] = {}
    for row in rows:
        for text in beside(row):
            for sentence in map(str.strip, _SENTENCE.split(text)):
                if (
                    len(sentence) >= 20
                    and "\n" not in sentence
                    and sentence not in whole
                ):
                    whole[sentence] = level(sentence, row, rules, hide=sentence)
            for found in _INSIDE.finditer(text):
                last = found.group(1).split()[-1]
                if (
                    "/" not in last
                    and not last.startswith(("http", "www"))
                    and last != "."
                ):
                    stopped.setdefault(
                        found.group(1), level(found.group(1), row, rules)
                    )
    for name, answers in (
        ("whole sentences", whole),
        ("stopped at an inner dot", stopped),
    ):
        counts = Counter(answers.values())
        print(
            f"{name}: error {share(counts['error'], len(answers))}, warning"
            f" {share(counts['warning'], len(answers))}"
        )
    if given.list:
        print(
            "\n".join(
                f"false alarm: {text}"
                for text, found in whole.items()
                if found == "error"
            )
        )
        print(
            "\n".join(
                f"missed: {text}" for text, found in stopped.items() if found == "none"
            )
        )


if __name__ == "__main__":
    main()
