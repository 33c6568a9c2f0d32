"""The rule `cut` on good texts that were cut as programs cut them.

    python -m benchmarks lint_cut --corpus DIR [--set NAME] [--list]

Every text of a corpus that was read and found good is cut three ways, by a seed:

- at a limit of tokens, anywhere in its last two thirds, while altsync knows that the model
  stopped there (it tells);
- the same, from a program that does not tell: only a part of these can be seen, since
  many a text may end after any of its words;
- at the first full stop inside a version, an initial or an address, as a program that
  looks for sentences does.

A text that was not cut must not be flagged. Texts of fewer than six words are left out.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from altsync import lint
from altsync.lint.text import base_language
from benchmarks.lint_corpus import share
from benchmarks.texts import Published, parser, published

WORDS = 6
_INSIDE = re.compile(r"(?<=\w)\.(?=\w)")
KINDS = ("whole", "limit, told", "limit, not told", "inner full stop")


@dataclass(slots=True)
class CutTexts:
    """What was counted, by language and kind."""

    of: Counter[tuple[str, str]] = field(default_factory=Counter)
    flagged: Counter[tuple[str, str]] = field(default_factory=Counter)
    """With a warning or an error."""
    stopped: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)


def pieces(one: Published, chance: random.Random) -> Iterator[tuple[str, lint.Text]]:
    """The text whole and cut, each with its kind."""
    whole = one.text
    said = whole.text or ""
    yield KINDS[0], whole
    at = chance.randrange(len(said) // 3, len(said) - 1)
    left = said[:at].rstrip()
    if left[-1:] not in (".", "!", "?"):
        yield KINDS[1], replace(whole, text=left, by_model=True, stopped=True)
        yield KINDS[2], replace(whole, text=left)
    if dot := _INSIDE.search(said, 15):
        yield KINDS[3], replace(whole, text=said[: dot.end()])


def judged(texts: Iterable[Published]) -> CutTexts:
    """Every good text, whole and cut."""
    rules = lint.ruleset().only(frozenset(["cut"]))
    chance = random.Random(16)
    result = CutTexts()
    for one in texts:
        if one.as_read or one.as_read is None or len((one.alt or "").split()) < WORDS:
            continue
        for kind, text in pieces(one, chance):
            key = (base_language(text.language) or "?", kind)
            worst = lint.worst(lint.check(text, rules))
            result.of[key] += 1
            result.flagged[key] += worst is not None
            result.stopped[key] += worst == "error"
            if (worst is None) is (kind != KINDS[0]):
                result.lines.append(f"{kind}: {text.text!r}")
    return result


def show(result: CutTexts) -> None:
    """The report as Markdown."""
    print("| language | " + " | ".join(KINDS) + " |")
    print("|---" * (len(KINDS) + 1) + "|")
    for language in sorted({key[0] for key in result.of}):
        cells = [
            f"{result.flagged[language, kind]} of {result.of[language, kind]}"
            for kind in KINDS
        ]
        print(f"| {language} | {' | '.join(cells)} |")
    print()
    for kind in KINDS:
        keys = [key for key in result.of if key[1] == kind]
        of = sum(result.of[key] for key in keys)
        found = share(sum(result.flagged[key] for key in keys), of)
        errors = share(sum(result.stopped[key] for key in keys), of)
        print(f"{kind}: flagged {found}; as an error {errors}")


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--set", help="only this file, without its ending")
    arguments.add_argument(
        "--list", action="store_true", help="list what was flagged wrongly or missed"
    )
    given = arguments.parse_args()
    texts = published(given.corpus)
    if given.set:
        texts = [one for one in texts if one.set == given.set]
    result = judged(texts)
    show(result)
    if given.list:
        print("\n" + "\n".join(result.lines))


if __name__ == "__main__":
    main()
