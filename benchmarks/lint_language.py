"""The rule `language` on texts of one language under the tag of another.

    python -m benchmarks lint_language --corpus DIR [--set NAME] [--list]

Every text of a corpus that has a language and is not known to be in another one is
looked at under its own tag, where a finding is a false alarm, and under the tag of each
other of the 25 languages of the list, where none is a miss. The same text twice counts
once, and a text of a language off the list only under its own tag. Apart for texts of
one to three words, which function words and letters alone can tell. Names are written
alike in many languages, so not every text can be told.

A text of another language that stands word for word under English in the same set was
left untranslated: apart it is counted how many of these are found as they were published
(names of files and placeholders left aside, names and titles not).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from altsync import lint
from altsync.lint.text import base_language
from altsync.lint.tongues import tongues
from benchmarks.lint_corpus import share
from benchmarks.texts import Published, parser, published

SHORT = 4
"""Words from which a text is no short one."""
NO_WORDS = frozenset(["file-name", "placeholder"])
"""Rules whose texts are of no language."""


@dataclass(slots=True)
class Told:
    """What was counted, by language and by whether the text is short."""

    right: Counter[tuple[str, bool]] = field(default_factory=Counter)
    wrong: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Texts under their own tag that were flagged."""
    found: Counter[tuple[str, bool]] = field(default_factory=Counter)
    moved: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Texts under another's tag, and those that were flagged there."""
    left: Counter[bool] = field(default_factory=Counter)
    """Texts left in English, by whether they are short."""
    left_found: Counter[bool] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)


def judged(texts: Iterable[Published]) -> Told:
    """Every text under every tag."""
    rules = lint.ruleset().only(frozenset(["language"]))
    once = {(one.alt, one.text.language): one for one in texts}
    english = {
        (one.set, (one.alt or "").casefold())
        for one in once.values()
        if base_language(one.text.language) == "en"
    }
    known = [one for one in once.values() if _is_of_its_language(one)]
    tags = sorted(tongues())
    told = Told()
    for one in known:
        if _is_left(one, english):
            _count_left(told, one, rules)
            continue
        own = base_language(one.text.language)
        key = (own, len((one.alt or "").split()) < SHORT)
        others = tags if own in tags else ()
        for tag in dict.fromkeys([own, *others]):
            flagged = bool(lint.check(replace(one.text, language=tag), rules))
            if tag == own:
                told.right[key] += 1
                told.wrong[key] += flagged
            else:
                told.moved[key] += 1
                told.found[key] += flagged
            if flagged is (tag == own):
                told.lines.append(f"{own} as {tag}: {one.alt!r}")
    return told


def _is_left(one: Published, english: set[tuple[str, str]]) -> bool:
    if base_language(one.text.language) == "en":
        return False
    return (one.set, (one.alt or "").casefold()) in english


def _count_left(told: Told, one: Published, rules: lint.Ruleset) -> None:
    """Add a text that was left in English."""
    if base_language(one.text.language) not in tongues():
        return
    if lint.check(one.text, lint.ruleset().only(NO_WORDS)):
        return
    short = len((one.alt or "").split()) < SHORT
    found = bool(lint.check(one.text, rules))
    told.left[short] += 1
    told.left_found[short] += found
    if not found:
        told.lines.append(f"en left as {one.text.language}: {one.alt!r}")


def _is_of_its_language(one: Published) -> bool:
    has = (one.alt or "").strip() and base_language(one.text.language)
    return bool(has) and "language" not in (one.defects or ())


def show(told: Told) -> None:
    """The report as Markdown."""
    print(
        "| language | words | false alarms under its own tag | found under another's |"
    )
    print("|---|---|---|---|")
    for short in (True, False):
        size = f"1 to {SHORT - 1}" if short else f"{SHORT} and more"
        keys = [key for key in sorted(told.right) if key[1] is short]
        for key in [*keys, ("all", short)]:
            mine = keys if key[0] == "all" else [key]
            print(
                f"| {key[0]} | {size}"
                f" | {share(_sum(told.wrong, mine), _sum(told.right, mine))}"
                f" | {share(_sum(told.found, mine), _sum(told.moved, mine))} |"
            )
    every = list(told.right)
    print("\nfalse alarms:", share(_sum(told.wrong, every), _sum(told.right, every)))
    print("found:", share(_sum(told.found, every), _sum(told.moved, every)))
    for short in (True, False):
        size = f"1 to {SHORT - 1}" if short else f"{SHORT} and more"
        found = share(told.left_found[short], told.left[short])
        print(f"left in English, {size} words: {found}")


def _sum(counted: Counter[tuple[str, bool]], keys: Iterable[tuple[str, bool]]) -> int:
    return sum(counted[key] for key in keys)


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument(
        "--list", action="store_true", help="list what was found wrongly or missed"
    )
    arguments.add_argument("--set", help="only this file, without its ending")
    given = arguments.parse_args()
    texts = published(given.corpus)
    if given.set:
        texts = [one for one in texts if one.set == given.set]
    told = judged(texts)
    show(told)
    if given.list:
        print("\n" + "\n".join(told.lines))


if __name__ == "__main__":
    main()
