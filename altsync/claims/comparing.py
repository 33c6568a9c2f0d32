"""Whether two texts on one picture say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher

from altsync.claims import counting, groups
from altsync.claims.account import Account, account
from altsync.claims.lexicon import folded, rooted
from altsync.models import Claim, ClaimKind, Compared

_Told = Callable[[Claim, Claim], bool]
_MISREAD = 0.6
"""Quoted words that are as alike as this and not the same were misread by one."""
_PART = 5
"""Letters of a word that may be the last part of another one."""
_FEW_WORDS = 3
"""All that a sign of so many words says is quoted."""
_BY_THEMSELVES = (ClaimKind.PERSON, ClaimKind.THING, ClaimKind.ACTION, ClaimKind.PLACE)


def compare(one: str, other: str, language: str = "") -> Compared:
    """How the claims of two texts on one picture stand to each other.

    A claim is contradicted where not both can be true: another number or colour of the
    same thing, a man for a woman, a dog for a cat, other words on the same sign, a thing
    that the other says is not there. What one says more exactly ("a man", "a person")
    is agreed; what one does not mention is said by the other only. The same for texts in
    either order, and a text never contradicts itself.
    """
    return _Comparing(account(one, language), account(other, language)).run()


class _Comparing:
    """The claims of two texts that are not settled yet."""

    def __init__(self, one: Account, other: Account) -> None:
        self.one, self.other = one, other
        self.left, self.right = list(one.claims), list(other.claims)
        self.agreed: list[tuple[Claim, Claim]] = []
        self.contradicted: list[tuple[Claim, Claim]] = []

    def run(self) -> Compared:
        self._by_themselves()
        self._colours()
        self._numbers()
        self._denials()
        self._quotes()
        return Compared(
            agreed=tuple(self.agreed),
            contradicted=tuple(self.contradicted),
            first=_shown(self.left),
            second=_shown(self.right),
        )

    def _take(
        self,
        kind: ClaimKind,
        told: _Told,
        into: list[tuple[Claim, Claim]],
    ) -> None:
        """Settle the pairs of a kind of which this can be told, one to one."""
        for pair in _pairs(_of(kind, self.left), _of(kind, self.right), told):
            _remove(self.left, pair[0])
            _remove(self.right, pair[1])
            into.append(pair)

    def _by_themselves(self) -> None:
        exclude = self._may_exclude()
        if self._are_sexes_apart():
            self._take(ClaimKind.PERSON, exclude, self.contradicted)
        for kind in _BY_THEMSELVES:
            self._take(kind, _same, self.agreed)
            self._take(kind, groups.agree, self.agreed)
            self._take(kind, exclude, self.contradicted)
        self.left = self._mentioned(self.left, self.other, flipped=False)
        self.right = self._mentioned(self.right, self.one, flipped=True)

    def _may_exclude(self) -> _Told:
        """Claims of a group exclude each other where the texts share none of it, or say
        as many of it."""
        here, there = self._by_group(self.one), self._by_group(self.other)
        apart = self._are_sexes_apart()
        shared = {
            group
            for group in here.keys() & there.keys()
            if len(here[group]) != len(there[group])
            and any(groups.agree(a, b) for a in here[group] for b in there[group])
        }

        def told(a: Claim, b: Claim) -> bool:
            persons = apart and a.kind is ClaimKind.PERSON
            free = persons or groups.group(a) not in shared
            return free and groups.exclude(a, b)

        return told

    def _are_sexes_apart(self) -> bool:
        """One speaks of men alone, the other of women."""
        sexes = [
            {groups.sex(claim.value) for claim in text.claims} - {""}
            for text in (self.one, self.other)
        ]
        return all(sexes) and not sexes[0] & sexes[1]

    @staticmethod
    def _by_group(text: Account) -> dict[str, list[Claim]]:
        found: dict[str, list[Claim]] = {}
        for claim in text.claims:
            found.setdefault(groups.group(claim), []).append(claim)
        found.pop("", None)
        return found

    def _mentioned(
        self, claims: Sequence[Claim], text: Account, *, flipped: bool
    ) -> list[Claim]:
        """What is left of claims when those go that the other text says as well: once
        more, or in the middle of another thing's name."""
        rest = []
        for claim in claims:
            if claim.kind not in _BY_THEMSELVES:
                rest.append(claim)
                continue
            twin = _twin(claim, text)
            if twin is None:
                rest.append(claim)
            elif twin not in text.claims:
                pair = (twin, claim) if flipped else (claim, twin)
                self.agreed.append(pair)
        return rest

    def _colours(self) -> None:
        kind = ClaimKind.COLOUR
        self._take(
            kind, lambda a, b: a.value == b.value and counting.near(a, b), self.agreed
        )
        self._take(kind, lambda a, b: _shade(a, b) and counting.near(a, b), self.agreed)
        self._take(
            kind,
            lambda a, b: not _shade(a, b) and counting.near(a, b),
            self.contradicted,
        )
        self._take(kind, _shade, self.agreed)

    def _numbers(self) -> None:
        kind = ClaimKind.NUMBER
        self._take(
            kind, lambda a, b: a.value == b.value and counting.near(a, b), self.agreed
        )
        self._take(
            kind, lambda a, b: counting.vague(a, b) and counting.near(a, b), self.agreed
        )
        self._sums(self.left, self.right, self.other, flipped=False)
        self._sums(self.right, self.left, self.one, flipped=True)
        self._take(kind, self._counted, self.contradicted)
        self._take(kind, lambda a, b: a.value == b.value, self.agreed)
        self._articles(self.left, self.one, self.other, flipped=False)
        self._articles(self.right, self.other, self.one, flipped=True)

    @staticmethod
    def _counted(a: Claim, b: Claim) -> bool:
        several = "some" in (a.value, b.value) and "1" not in (a.value, b.value)
        return not several and counting.near(a, b) and not counting.is_some_of(a, b)

    def _sums(
        self, totals: list[Claim], parts: list[Claim], text: Account, *, flipped: bool
    ) -> None:
        """Five people are two men and three women."""
        for total in _of(ClaimKind.NUMBER, totals):
            if "person" not in total.about:
                continue
            some = [
                one
                for one in _of(ClaimKind.NUMBER, parts)
                if counting.is_part(one, total)
            ]
            ones = [one for one in text.ones if counting.is_part(one, total)]
            if not (
                counting.sum_up(some, total) or counting.sum_up([*some, *ones], total)
            ):
                continue
            _remove(totals, total)
            for one in some:
                _remove(parts, one)
            twin = (some or ones)[0]
            self.agreed.append((twin, total) if flipped else (total, twin))

    def _articles(
        self, counts: list[Claim], text: Account, other: Account, *, flipped: bool
    ) -> None:
        """Two dogs are not a dog."""
        for claim in _of(ClaimKind.NUMBER, counts):
            twin = next(
                (one for one in other.ones if counting.same_thing(one, claim)), None
            )
            twin = twin or _only_person(claim, other)
            if not claim.about or claim.value == "some" or twin is None:
                continue
            if sum(counting.same_thing(one, twin) for one in other.ones) > 1:
                continue
            if twin.about[-1:] == ("person",) and _persons(other) > 1:
                continue
            both = any(counting.near(one, claim) for one in text.ones)
            into = self.agreed if claim.value == "1" else self.contradicted
            if into is self.contradicted and (both or _counts(other, claim)):
                continue
            _remove(counts, claim)
            into.append((twin, claim) if flipped else (claim, twin))

    def _denials(self) -> None:
        kind = ClaimKind.NEGATION
        self._take(kind, lambda a, b: a.value == b.value, self.agreed)
        self._denied(self.left, self.one, self.other, flipped=False)
        self._denied(self.right, self.other, self.one, flipped=True)

    def _denied(
        self, denials: list[Claim], text: Account, other: Account, *, flipped: bool
    ) -> None:
        """What one denies, and the other says once more than that one does."""
        for claim in _of(ClaimKind.NEGATION, denials):
            stem = _saying(claim.value, other)
            if other.said[stem] <= text.said[stem or claim.value]:
                continue
            words = other.words[stem]
            twin = Claim(ClaimKind.NEGATION, claim.value, words)
            _remove(denials, claim)
            self.contradicted.append((twin, claim) if flipped else (claim, twin))
            opposite = self.left if flipped else self.right
            for one in [one for one in opposite if one.value == claim.value]:
                _remove(opposite, one)

    def _quotes(self) -> None:
        kind = ClaimKind.QUOTE
        self._take(kind, _same, self.agreed)
        self._take(kind, lambda a, b: _within(a, b) or _within(b, a), self.agreed)
        self._take(kind, _misread, self.contradicted)
        if len(_of(kind, self.left)) == len(_of(kind, self.right)) == 1:
            self._take(kind, _of_one_sign, self.contradicted)
        self._unquoted(self.left, self.other, flipped=False)
        self._unquoted(self.right, self.one, flipped=True)

    def _unquoted(self, quotes: list[Claim], text: Account, *, flipped: bool) -> None:
        """The other has the words without the marks."""
        for claim in _of(ClaimKind.QUOTE, quotes):
            if f" {claim.value} " in f" {text.folded} ":
                _remove(quotes, claim)
                twin = Claim(ClaimKind.QUOTE, claim.value, claim.value)
                self.agreed.append((twin, claim) if flipped else (claim, twin))


def _of(kind: ClaimKind, claims: Iterable[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.kind is kind]


def _remove(claims: list[Claim], gone: Claim) -> None:
    """By identity: a text may say the same twice."""
    claims[:] = [claim for claim in claims if claim is not gone]


def _pairs(
    left: Sequence[Claim], right: Sequence[Claim], told: _Told
) -> list[tuple[Claim, Claim]]:
    """Pairs of which this can be told, each claim in one at most; those that stand at
    the same place of both texts first, so that the order of the texts is no matter."""
    places = [(i, j) for i in range(len(left)) for j in range(len(right))]
    taken: list[tuple[Claim, Claim]] = []
    lefts: set[int] = set()
    rights: set[int] = set()
    for i, j in sorted(
        places, key=lambda place: (sum(place), abs(place[0] - place[1]))
    ):
        if i not in lefts and j not in rights and told(left[i], right[j]):
            lefts.add(i)
            rights.add(j)
            taken.append((left[i], right[j]))
    return taken


def _same(a: Claim, b: Claim) -> bool:
    return a.value == b.value


def _only_person(claim: Claim, text: Account) -> Claim | None:
    """The one person of a text, where the claim counts persons."""
    found = [one for one in text.ones if "person" in one.about]
    alone = len(found) == _persons(text) == 1 and "person" in claim.about
    return found[0] if alone else None


def _persons(text: Account) -> int:
    """How often a text names people."""
    return sum(_is_noun(one) for one in _of(ClaimKind.PERSON, text.claims))


def _is_noun(person: Claim) -> bool:
    return person.value not in ("male", "female")


def _shade(a: Claim, b: Claim) -> bool:
    return bool(set(a.value.split("/")) & set(b.value.split("/")))


def _counts(text: Account, claim: Claim) -> list[Claim]:
    """The numbers of a text for the thing of a claim."""
    numbers = _of(ClaimKind.NUMBER, text.claims)
    return [one for one in numbers if set(one.about) & set(claim.about)]


def _within(a: Claim, b: Claim) -> bool:
    return f" {a.value} " in f" {b.value} "


def _misread(a: Claim, b: Claim) -> bool:
    return SequenceMatcher(None, a.value, b.value, autojunk=False).ratio() >= _MISREAD


def _of_one_sign(a: Claim, b: Claim) -> bool:
    """Both are all that a sign says."""
    short = max(a.value.count(" "), b.value.count(" ")) < _FEW_WORDS
    return short and a.about == b.about == ("sign",)


def _twin(claim: Claim, text: Account) -> Claim | None:
    """Where the other text says this."""
    for other in text.claims:
        if groups.agree(claim, other):
            return other
    if claim.kind in (ClaimKind.THING, ClaimKind.PLACE):
        stem = _saying(claim.value, text)
        if stem:
            return Claim(claim.kind, stem, text.words[stem])
    if f" {folded(claim.words)} " in text.quoted:
        return claim
    return None


def _saying(value: str, text: Account) -> str:
    """The stem under which a text says this: its own, or that of a word that it is a
    part of (a teaspoon is a spoon); '' for none."""
    if text.said[value]:
        return value
    akin = text.roots.get(rooted(value))
    if akin is not None:
        return akin
    long = len(value) >= _PART
    parts = (
        stem
        for stem in text.said
        if " " not in stem
        and (
            (long and stem.endswith(value))
            or (len(stem) >= _PART and value.endswith(stem))
        )
    )
    return next(parts, "")


def _shown(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Each once; a pronoun says too little by itself."""
    once = {(one.kind, one.value, one.about): one for one in reversed(list(claims))}
    kept = [one for one in once.values() if _is_noun(one)]
    return tuple(reversed(kept))
