"""What other texts on the same image give reason to doubt in one: their claims compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from altsync import claims
from altsync.lint.risk import Opinion
from altsync.models import Claim, ClaimKind

CONTRADICTED = 0.45
"""By another model, for each claim."""
INVENTED = 0.27
"""A person, an animal or a vehicle where the other says nothing of any."""
STRIKING = 0.16
"""Another thing that nobody leaves out, where the other says nothing of it."""
UNLIKE = 0.2
"""An apple here where the other has a pear, for each."""
DEED = 0.06
"""Somebody does something here where the other lets somebody do something else."""
WHO = 0.25
"""A woman is named first here, a man by the other."""
WHERE = 0.15
"""One place has a name here, another one has by the other."""
ELSEWHERE = 0.2
"""Neither a thing nor a person of this text is in the other one: they may be about
something else."""
OTHER_THINGS = 0.12
"""The same of things alone, where people are in both."""
TRUSTED = 1.3
"""What the reference model says counts so much more."""
ALONE = {
    ClaimKind.PERSON: 0.15,
    ClaimKind.NEGATION: 0.12,
    ClaimKind.QUOTE: 0.12,
    ClaimKind.NUMBER: 0.09,
    ClaimKind.THING: 0.08,
    ClaimKind.ACTION: 0.08,
    ClaimKind.COLOUR: 0.07,
    ClaimKind.PLACE: 0.03,
}
"""Said by this text alone, for each."""
SHARE = 0.12
"""The same, by its share of all that this text says."""
MOST_ALONE = 0.26
"""All that is said alone: many details are not worse than a few."""
_FEW = 3
"""Claims: one that stands alone among fewer than these says little by its share."""
_BESIDES = frozenset(
    [
        "stand",
        "sit",
        "kneel",
        "lie",
        "hold",
        "wear",
        "look",
        "smile",
        "lean",
        "wait",
        "go",
    ]
)
"""What people do while they do something else."""
_NOUNS = (ClaimKind.PERSON, ClaimKind.THING)
_ANYBODY = frozenset({"someone", "somebody", "everyone", "everybody"})
"""Who speaks of hands says no more and no less."""
_PRONOUNS = frozenset({"male", "female"})
IMAGE = "photo"
"""“This image shows” says nothing of what is seen."""
_FRAMES = frozenset(
    [
        IMAGE,
        "portrait",
        "view",
        "scene",
        "landscape",
        "side",
        "face",
        "field",
        "pair",
        "screenshot",
        "illustration",
        "drawing",
        "painting",
        "panorama",
        "front",
    ]
)
"""Things that a text may be about before it says of what they are."""
_NAMED = 3
"""Words of one reason."""


def doubts(
    text: str, others: Sequence[Opinion], language: str
) -> list[tuple[float, str]]:
    """Weighed, each with its reason as a sentence; the same for any order of `others`.
    What several say of the same words counts once, by the heaviest."""
    heaviest: dict[str, tuple[float, str]] = {}
    for other in others:
        more = TRUSTED if other.trusted else 1.0
        for about, weight, said in _Beside(text, other, language).doubts():
            doubt = (weight * more, said)
            heaviest[about] = max(heaviest.get(about, (0.0, "")), doubt)
    return list(heaviest.values())


class _Beside:
    """A text beside another one."""

    def __init__(self, text: str, other: Opinion, language: str) -> None:
        self.mine = claims.of(text, language)
        self.theirs = claims.of(other.text, language)
        self.found = claims.compare(text, other.text, language)
        self.by = other.by
        self.named_here = claims.things(text, language)
        self.named_there = claims.things(other.text, language)
        self.here = {one.value for one in self.named_here}
        self.there = {one.value for one in self.named_there}

    def doubts(self) -> Iterator[tuple[str, float, str]]:
        """(what it is about, weight, reason)."""
        for here, there in _once(self.found.contradicted):
            yield f"contradicted {here.words}", CONTRADICTED, self._both(here, there)
        for here, there in self._unlike():
            yield f"contradicted {here.words}", UNLIKE, self._both(here, there)
        yield from self._other_deeds()
        yield from self._other_sex()
        yield from self._other_place()
        yield from self._elsewhere()
        yield from self._one_sided()

    def _both(self, here: Claim, there: Claim) -> str:
        return f"“{here.words}” here, “{there.words}” by {self.by}"

    def _unlike(self) -> Iterator[tuple[Claim, Claim]]:
        """Things of one kind that one text has each, be it to tell more of another
        thing: a strawberry cake, a blueberry cake."""
        left = [one for one in self.named_there if one.value not in self.here]
        for here in self.named_here:
            there = next((one for one in left if claims.alike(here, one)), None)
            if there is not None and here.value not in self.there:
                left.remove(there)
                yield here, there

    def _other_deeds(self) -> Iterator[tuple[str, float, str]]:
        here = [one for one in self.found.first if _is_deed(one)]
        there = [one for one in self.found.second if _is_deed(one)]
        if here and there:
            yield "deed", DEED, self._both(here[0], there[0])

    def _other_sex(self) -> Iterator[tuple[str, float, str]]:
        here, there = _first_person(self.mine), _first_person(self.theirs)
        if here is None or there is None:
            return
        persons = any(a.kind is ClaimKind.PERSON for a, _ in self.found.contradicted)
        if claims.exclude(here, there) and not persons:
            yield "who", WHO, self._both(here, there)

    def _other_place(self) -> Iterator[tuple[str, float, str]]:
        here = [one for one in self.found.first if _is_named(one)]
        there = [one for one in self.found.second if _is_named(one)]
        if here and there:
            yield "where", WHERE, self._both(here[0], there[0])

    def _elsewhere(self) -> Iterator[tuple[str, float, str]]:
        mine, theirs = _subject(self.mine), _subject(self.theirs)
        if mine is None or theirs is None:
            return
        shared = {one.kind for one, _ in self.found.agreed}
        here = _of(ClaimKind.THING, self.found.first)
        there = _of(ClaimKind.THING, self.found.second)
        if shared.isdisjoint(_NOUNS):
            both = (
                f"begins with “{mine.words}” here, with “{theirs.words}” by {self.by}"
            )
            yield "subject", ELSEWHERE, both
        elif ClaimKind.THING not in shared and here and there:
            both = f"has “{here[0].words}” here, “{there[0].words}” by {self.by}"
            yield "subject", OTHER_THINGS, both

    def _one_sided(self) -> Iterator[tuple[str, float, str]]:
        """What is said here alone; what somebody may have made up apart."""
        invented = self._invented()
        rest = [
            one
            for one in self.found.first
            if one not in invented and one.value != IMAGE
        ]
        if invented:
            moving = any(claims.group(claim) for claim in invented)
            weight = INVENTED if moving else STRIKING
            more = 1 - (1 - weight) * (1 - self._alone(invented))
            yield "invented", more, self._only_here(invented)
        if rest:
            yield "alone", self._alone(rest), self._only_here(rest)

    def _only_here(self, some: Sequence[Claim]) -> str:
        return f"only here, not by {self.by}: {_words(some)}"

    def _alone(self, some: Sequence[Claim]) -> float:
        found = self.found
        said = len(found.agreed) + len(found.contradicted) + len(found.first)
        calm = 1 - SHARE * len(some) / max(_FEW, said)
        for one in some:
            calm *= 1 - ALONE[one.kind]
        return min(1 - calm, MOST_ALONE)

    def _invented(self) -> list[Claim]:
        """What nobody leaves out, of a kind of which the other text says nothing."""
        pairs = (*self.found.agreed, *self.found.contradicted)
        known = {claims.group(claim) for pair in pairs for claim in pair} - {""}
        return [
            claim
            for claim in self.found.first
            if claims.strikes(claim)
            and claims.group(claim) not in known
            and claim.words.casefold() not in _ANYBODY
        ]


def _once(
    pairs: Sequence[tuple[Claim, Claim]],
) -> Iterator[tuple[Claim, Claim]]:
    """A pronoun adds nothing where somebody's sex is contradicted already."""
    told = False
    for here, there in pairs:
        person = here.kind is ClaimKind.PERSON
        if person and told and {here.value, there.value} & _PRONOUNS:
            continue
        told = told or person
        yield here, there


def _of(kind: ClaimKind, some: Sequence[Claim]) -> list[Claim]:
    return [one for one in some if one.kind is kind]


def _is_deed(claim: Claim) -> bool:
    """Who does it does nothing else of the kind."""
    return claim.kind is ClaimKind.ACTION and claim.value not in _BESIDES


def _first_person(some: Sequence[Claim]) -> Claim | None:
    """Who is named first, by a noun."""
    people = _of(ClaimKind.PERSON, some)
    return next((one for one in people if one.value not in _PRONOUNS), None)


def _is_named(claim: Claim) -> bool:
    """A place that has a name."""
    return claim.kind is ClaimKind.PLACE and claim.words[:1].isupper()


def _subject(some: Sequence[Claim]) -> Claim | None:
    """Whom or what a text names first."""
    found = (one for one in some if one.kind in _NOUNS)
    return next((one for one in found if one.value not in _FRAMES), None)


def _words(some: Sequence[Claim]) -> str:
    named = ", ".join(f"“{claim.words}”" for claim in some[:_NAMED])
    more = len(some) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
