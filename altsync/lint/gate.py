"""Patterns that are quick where they do not match: a gate, derived from the pattern
itself, spares the search in a text that has none of the words which every match has.

    PHRASE = Gated(r"\\b(?:his|her) (?:wife|husband)\\b")
    found = PHRASE.search(seen, seen.low)     # only where "wife" or "husband" stands

Lists of such words that are kept by hand drift from their patterns. A gate that cannot
be derived stands open: that is slower, and never wrong.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from altsync.lint import cues
from altsync.lint.spelling import ANY, EDGE, Items, branches, joined, parsed, spelled
from altsync.lint.text import Seen
from altsync.lint.tongues import every_word

Found: TypeAlias = re.Match[str] | None
T = TypeVar("T")

_SIGNS = frozenset("\"'.,:;()-")
"""What most texts have anyway: not much of a gate."""
_TOPICS = frozenset(
    ["image", "photo", "picture", "text", "i", "you", "user", "system", "content"]
)
"""Words that some have."""
_EVERYWHERE = frozenset(["a", "an", "the", "of", "in", "on", "and", "de", "la", "der"])
"""Words that most have."""
_WORD = re.compile(r"\w+")
_SIGN = re.compile(rf"[^\w {EDGE}{ANY}]")
_BETWEEN = re.compile(rf"[^\w{ANY}]")
_WHOLE = re.compile(rf"(?<![\w{ANY}])\w+(?![\w{ANY}])")
"""A word that surely begins and ends where it does here."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What every match of a pattern has: one of these words, or one of these signs."""

    parts: frozenset[str]
    """Words are case folded."""

    @property
    def words(self) -> frozenset[str]:
        return frozenset(filter(_WORD.match, self.parts))

    @property
    def signs(self) -> frozenset[str]:
        return self.parts - self.words

    @property
    def leak(self) -> float:
        """For how many texts it stands open, by a rough guess that only compares."""
        return sum(map(_leak, self.parts))


def _leak(part: str) -> float:
    if part in _SIGNS:
        return 8.0
    if part in _EVERYWHERE:
        return 50.0
    if part in every_word():
        return 5.0
    if part in _TOPICS:
        return 1.0
    return 0.05 if len(part) > 4 else 0.1


def telling(phrases: Iterable[str]) -> frozenset[str]:
    """A word of each phrase: a text without any of these has none of them. The rarer in
    texts and the oftener in these, the better ("may" of all that may be an image)."""
    words = [_WORD.findall(one) for one in phrases]
    often = Counter(itertools.chain.from_iterable(words))
    worth = {word: (_leak(word) / often[word], word) for word in often}
    return frozenset(min(each, key=worth.__getitem__) for each in words)


class Cues:
    """What texts have (`cues`) of which whoever asks has something to look for in them:
    one of these at least."""

    def __init__(self, made: cues.MadeCues) -> None:
        """They are made at the first look, their words case folded."""
        self._made = made
        self.bit = cues.join(lambda: self.all)
        """Of the number of open gates; 0: too late for one."""

    @functools.cached_property
    def all(self) -> frozenset[str]:
        """Every one of them."""
        return frozenset(self._made())

    def of(self, seen: Seen) -> frozenset[str]:
        """The words of these that a text has."""
        return self.all & (seen.telling if self.bit else seen.runs)

    def stand_in(self, seen: Seen) -> bool:
        """Whether a text has any of them."""
        if self.bit:
            return seen.open & self.bit != 0
        has = (cues.EVERY, *seen.runs, *seen.signs, *seen.traits)
        return not self.all.isdisjoint(has)


class Guarded(Generic[T]):
    """Things with a gate each: a million texts pass here."""

    def __init__(self, each: Iterable[tuple[int, T]]) -> None:
        """By the bit of its gate, in the order in which they are told."""
        self._each = tuple(each)
        self._gates = functools.reduce(int.__or__, (bit for bit, _ in self._each), 0)
        self._known: dict[int, tuple[T, ...]] = {}
        """By the open gates of these."""

    def of(self, seen: Seen) -> tuple[T, ...]:
        """Those whose gates stand open for a text, and those who came too late for one."""
        gates = seen.open & self._gates
        known = self._known.get(gates)
        if known is None:
            known = tuple(one for bit, one in self._each if not bit or gates & bit)
            self._known[gates] = known
        return known


class AnyOf(Cues):
    """Patterns that are asked together whether any of them may match: the words and signs
    that every match has one of."""

    def __init__(self, patterns: Callable[[], Iterable[Gated]]) -> None:
        """They are made at the first look."""
        self._patterns = patterns
        super().__init__(self._cues)

    @functools.cached_property
    def patterns(self) -> tuple[Gated, ...]:
        return tuple(self._patterns())

    @functools.cached_property
    def _guarded(self) -> Guarded[Gated]:
        return Guarded((one.bit, one) for one in self.patterns)

    def _cues(self) -> frozenset[str]:
        gates = [one.gate for one in self.patterns]
        if None in gates:
            return frozenset([cues.EVERY])
        return frozenset().union(*(gate.parts for gate in gates if gate is not None))

    opens = Cues.stand_in
    """Whether there may be a match in what is seen, or in a part of it."""

    def search(self, seen: Seen, text: str) -> Found:
        """The first match of any in `text`: what is seen, or a part of it. Alternatives
        that stand apart are looked for only where a word of their own stands."""
        each = [one.compiled.search(text) for one in self.open_for(seen)]
        return min(filter(None, each), key=re.Match.start, default=None)

    def match(self, seen: Seen, text: str) -> Found:
        """The match of the first of them that matches where `text` begins."""
        for one in self.open_for(seen):
            if found := one.compiled.match(text):
                return found
        return None

    def unquoted(self, seen: Seen) -> Found:
        """The first match outside quotation marks, case folded."""
        return self.search(seen, seen.unquoted) if self.opens(seen) else None

    def open_for(self, seen: Seen) -> tuple[Gated, ...]:
        """Those of them that may match, in their order."""
        return self._guarded.of(seen)


class Gated(AnyOf):
    """A pattern with its gate; both are made at the first look."""

    def __init__(self, pattern: str, wider: str | None = None) -> None:
        """`wider` matches whatever `pattern` does, and spells so much less that its gate
        is derived in a fraction of the time."""
        self.pattern = pattern
        self.wider = wider or pattern
        super().__init__(lambda: (self,))

    def __reduce__(self) -> tuple[type[Gated], tuple[str, str]]:
        """In another process it has to join the cues of that one."""
        return Gated, (self.pattern, self.wider)

    @functools.cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern without its gate."""
        return re.compile(self.pattern)

    @functools.cached_property
    def gate(self) -> Gate | None:
        """None: it stands open."""
        return derived(self.wider)

    def search(self, seen: Seen, text: str) -> Found:
        """The first match in `text`: what is seen, or a part of it."""
        return self.compiled.search(text) if self.opens(seen) else None

    def match(self, seen: Seen, text: str) -> Found:
        """A match where `text` begins."""
        return self.compiled.match(text) if self.opens(seen) else None

    def every(self, seen: Seen, text: str) -> list[str]:
        """Every match in `text`, where the pattern has no group."""
        return self.compiled.findall(text) if self.opens(seen) else []


def any_of(*patterns: str) -> AnyOf:
    """These patterns, with a gate each."""
    return AnyOf(lambda: map(Gated, patterns))


def all_of(*several: AnyOf) -> AnyOf:
    """The patterns of all these."""
    return AnyOf(lambda: itertools.chain.from_iterable(one.patterns for one in several))


def derived(pattern: str) -> Gate | None:
    """The gate of a pattern; None where nothing is in every match."""
    items = parsed(pattern)
    return None if items is None else _gate(items)


def _gate(items: Items) -> Gate | None:
    """The best that one stretch of the pattern gives; where that is not much, what its
    alternatives give together."""
    known = [gate for gate in map(_hitting, _stretches(items)) if gate is not None]
    best = min(known, key=_by_leak, default=None)
    if best is not None and best.leak < 1:
        return best
    apart = [_gate(each) for each in branches(items)]
    parts = [gate.parts for gate in apart if gate is not None]
    if parts and len(parts) == len(apart):
        known.append(Gate(frozenset().union(*parts)))
    return min(known, key=_by_leak, default=None)


def _by_leak(gate: Gate) -> float:
    return gate.leak


def _stretches(items: Items) -> Iterator[list[str]]:
    """What a pattern spells from one place to the next where no word goes on."""
    parts = [[ANY]]
    for item in items:
        part = spelled([item])
        parts.append(part)
        if part == [EDGE] or (len(part) == 1 and _BETWEEN.fullmatch(part[0])):
            yield joined(parts)
            parts = [part]
    yield joined([*parts, [ANY]])


def _hitting(texts: list[str]) -> Gate | None:
    """Words and signs of which every text has at least one."""
    sets = [
        frozenset([*map(str.casefold, _WHOLE.findall(text)), *_SIGN.findall(text)])
        for text in texts
    ]
    return None if frozenset() in sets else Gate(_cover(sets))


def _cover(sets: list[frozenset[str]]) -> frozenset[str]:
    """A few members, one of every set: where there is a choice, what is in many sets
    and in few texts."""
    often = Counter(member for one in sets for member in one)
    chosen: set[str] = set()
    for one in sorted(sets, key=len):
        if chosen.isdisjoint(one):
            chosen.add(min(one, key=lambda each: (_leak(each) / often[each], each)))
    return frozenset(chosen)
