"""The candidates of an image as cards on the review page, and what is read out of the
one that keys act on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from altsync.doubts import Doubt, Weigher
from altsync.models import Finding, Origin, Verdict
from altsync.render.arrival import ReadOut
from altsync.store.looks import Candidate, Look
from altsync.web.claimed import Claimed


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in an editor when its verdict was refused: it is not lost."""

    candidate: int = 0
    """0: the reviewer's own text, where nothing was proposed."""
    text: str | None = None
    long_description: str | None = None
    action: str = ""
    note: str = ""
    asked: str = ""

    def of(self, candidate: int, proposed: str) -> str:
        """What the editor of a candidate shows."""
        if self.text is None or candidate != self.candidate:
            return proposed
        return self.text

    def long_of(self, candidate: int, proposed: str | None) -> str:
        """The same of its long description."""
        if self.long_description is None or candidate != self.candidate:
            return proposed or ""
        return self.long_description

    def note_of(self, candidate: int) -> str:
        """What the field for a note to its verdict shows."""
        beside = self.action in ("approve", "reject") and candidate == self.candidate
        return self.note if beside else ""


@dataclass(frozen=True, slots=True)
class Card:
    """One candidate on the page."""

    one: Candidate
    doubt: Doubt
    text: str
    findings: tuple[Finding, ...]
    """Of that text."""
    stale: bool
    """Proposed for an earlier text of the site: to approve it is to write it anew."""
    moved: bool
    """Proposed for another place in its text: the same."""
    replaced: bool
    """Proposed for an earlier picture: the same."""
    told: list[tuple[str, str]]
    """What the model was told: of which kind, and its words."""
    long_description: str
    """What its editor shows; '' for none."""

    @property
    def rejected(self) -> bool:
        return self.one.verdict is Verdict.REJECTED

    @property
    def taken_back(self) -> bool:
        """Somebody called the image decorative, and no more."""
        empty = self.one.origin is Origin.HUMAN and not self.one.alt
        return empty and self.one.verdict is None

    @property
    def stands(self) -> bool:
        """The site still has what it was proposed for."""
        return not (self.stale or self.moved or self.replaced)

    @property
    def asked(self) -> bool:
        """Somebody is unsure of it, and nothing has changed since."""
        return self.one.verdict is Verdict.UNSURE and self.stands


def cards_of(look: Look | None, weigher: Weigher, typed: Typed) -> list[Card]:
    """The candidates of an image as the page shows them, in their order."""
    if look is None:
        return []
    return [_card(look, one, weigher, typed) for one in look.candidates]


def _card(look: Look, one: Candidate, weigher: Weigher, typed: Typed) -> Card:
    told: list[tuple[str, str]] = []
    for piece in json.loads(one.context or "[]"):
        if isinstance(piece, dict) and piece.get("text"):
            told.append((str(piece.get("kind", "context")), str(piece["text"])))
    text, found = typed.of(one.id, one.alt), one.findings
    if text != one.alt:
        found = weigher.findings(look.mirrored, text, one.decision)
    return Card(
        one=one,
        doubt=weigher.risk(look.mirrored, one, look.candidates),
        text=text,
        findings=found,
        stale=one.base != look.mirrored.image.alt,
        moved=one.place != look.mirrored.image.place,
        replaced=look.replaced(one),
        told=told,
        long_description=typed.long_of(one.id, one.long_description),
    )


def chosen_of(cards: list[Card], typed: Typed) -> int:
    """The card that keys act on: the one that was typed in, else the one that somebody
    asks about, else the first that nobody rejected or took back. From 0."""
    for at, card in enumerate(cards):
        if card.one.id == typed.candidate:
            return at
    asked = (at for at, card in enumerate(cards) if card.asked)
    kept = (
        at for at, card in enumerate(cards) if not (card.rejected or card.taken_back)
    )
    return next(asked, next(kept, 0))


def homeless_note(cards: list[Card], typed: Typed) -> str:
    """The note of a refused verdict, where the page has no field for it any more."""
    if typed.action == "unsure":
        shown = any(card.stands for card in cards)
    elif typed.action == "decorative":
        shown = True
    else:
        known = [card.one.id for card in cards] or [0]
        shown = typed.candidate in known
    return "" if shown else typed.note


def read_out(cards: list[Card], chosen: int, compared: Claimed | None) -> ReadOut:
    """What is read out of the chosen one."""
    card = cards[chosen]
    marks = []
    if compared is not None:
        number = len(compared.columns)
        marks.append(f"Claims of {number} texts: {compared.summary}.")
    if card.one.verdict is Verdict.UNSURE:
        whom = card.one.asked or "anybody"
        question = f"{card.one.reviewer} is unsure and asks {whom}: {card.one.note}"
        marks.append(question)
    if card.one.replaces:
        marks.append("It would replace words of a person.")
    if not card.stands:
        marks.append("The site has changed since this was proposed.")
    return ReadOut(
        card.text,
        card.one.author,
        chosen + 1,
        len(cards),
        marks,
        card.findings,
    )
