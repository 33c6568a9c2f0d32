"""The rule `cut` on the prose around published images, which no model wrote: `python -m
benchmarks lint_prose --corpus DIR [--list]`.

Whole sentences (a person ended them, so an error is a false alarm, save where the page
itself was cut in the middle), and the same sentences stopped at a dot inside a version,
a domain, an initial or a file name, as a program that looks for "the first full stop"
leaves them. The rest of the page is the evidence in both. Some rules were mended after
a look at the first list, so it is no independent measurement.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from altsync import lint
from benchmarks.lint_corpus import share
from benchmarks.texts import Published, parser, published

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"])")
_INSIDE = re.compile(r"(?:^|(?<=[.!?] ))([A-Z][^.!?\n]{15,110}\.)(?=\w|,)")
_EXPORT = re.compile(r"[*`#>]")


def beside(one: Published) -> Iterator[str]:
    """The paragraphs of a use, without Markdown; one that was cut at 600 characters
    ends at its last sentence."""
    for text in (one.evidence.before or "", one.evidence.after or ""):
        plain = _EXPORT.sub("", text)
        yield plain[: plain.rfind(". ") + 1] if len(text) >= 595 else plain


def level(text: str, one: Published, rules: lint.Ruleset, hide: str = "\0") -> str:
    """The gravest finding for a text with its page, from which `hide` is taken out; 'none'."""
    known = replace(
        one.evidence,
        before=(one.evidence.before or "").replace(hide, " "),
        after=(one.evidence.after or "").replace(hide, " "),
    )
    return str(lint.worst(lint.check(known.text(text), rules)) or "none")


def sentences(text: str) -> Iterator[str]:
    """Whole ones, as a person ended them."""
    for sentence in map(str.strip, _SENTENCE.split(text)):
        if len(sentence) >= 20 and "\n" not in sentence:
            yield sentence


def cut_short(text: str) -> Iterator[str]:
    """Sentences that stop at a dot inside a word, as a program would cut them."""
    for found in _INSIDE.finditer(text):
        last = found.group(1).split()[-1]
        if "/" not in last and not last.startswith(("http", "www")) and last != ".":
            yield found.group(1)


def judged(
    texts: Iterable[Published], rules: lint.Ruleset
) -> tuple[dict[str, str], dict[str, str]]:
    """The gravest finding of every whole sentence, and of every one that was cut."""
    whole: dict[str, str] = {}
    stopped: dict[str, str] = {}
    for one in texts:
        for text in beside(one):
            for sentence in sentences(text):
                if sentence not in whole:
                    whole[sentence] = level(sentence, one, rules, hide=sentence)
            for start in cut_short(text):
                stopped.setdefault(start, level(start, one, rules))
    return whole, stopped


def show(name: str, answers: dict[str, str]) -> None:
    counts = Counter(answers.values())
    errors = share(counts["error"], len(answers))
    print(f"{name}: error {errors}, warning {share(counts['warning'], len(answers))}")


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument(
        "--list",
        action="store_true",
        help="list the false alarms and the cuts that were missed",
    )
    given = arguments.parse_args()
    rules = lint.ruleset().only(frozenset(["cut"]))
    whole, stopped = judged(published(given.corpus), rules)
    show("whole sentences", whole)
    show("stopped at an inner dot", stopped)
    if given.list:
        for text, found in whole.items():
            if found == "error":
                print(f"false alarm: {text}")
        for text, found in stopped.items():
            if found == "none":
                print(f"missed: {text}")


if __name__ == "__main__":
    main()
