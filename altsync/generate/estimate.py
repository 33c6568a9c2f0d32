"""What a run will cost, said before it starts: from this database's own rows where it
has some, else from rules.

The rules are the providers' published ones for a picture of 768 x 576 (the default
size, most pictures' shape), read in November 2026. They leave out hidden reasoning
tokens, which nobody can know before a first answer.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from altsync.errors import UsageError
from altsync.generate.asking import Model
from altsync.generate.cost import HALF, Price, of_model
from altsync.generate.job import as_json
from altsync.generate.settings import Settings
from altsync.store import ledger

TEXT_IN = 900
"""Tokens of instructions, schema and context."""
TEXT_OUT = 100
"""Tokens of the object that comes back."""

PICTURE: tuple[tuple[str, int], ...] = (
    # 2,833 and 5,667 for each of four tiles
    (r"gpt-4o-mini", 25_501),
    # 432 patches of 32 px, times 2.46
    (r"gpt-4\.1-nano|gpt-5.*-nano", 1_063),
    # 432 patches, times 1.62
    (r"gpt-4\.1-mini|gpt-5.*-mini|o4-mini", 700),
    # 85 and 170 for each of four tiles
    (r"gpt-4o|gpt-4\.1|gpt-4-turbo|o1|o3|chatgpt", 765),
    (r"gpt-|^o\d", 700),
    # width times height over 750
    (r"claude", 590),
    (r"gemini-3", 1_120),
    (r"gemini", 258),
)
PICTURE_ELSE = 800


@dataclass(frozen=True, slots=True)
class Estimate:
    """For one model."""

    model: str
    images: int | None
    """None where nobody has counted them."""
    price: Price | None
    """None where nobody knows it."""
    call: float | None
    """Dollars for one image; None where the price is not known."""
    tokens: tuple[int, int]
    """In and out, for one image."""
    basis: str
    """What the number of tokens was taken from."""

    @property
    def total(self) -> float | None:
        """Dollars for all images, where that can be known."""
        if self.call is None or self.images is None:
            return None
        return self.call * self.images


def estimate(
    conn: sqlite3.Connection, settings: Settings, images: int | None
) -> list[Estimate]:
    """One line per model, for so many images. Raises what opening the models raises."""
    return [_line(conn, model, images, settings) for model in settings.opened()]


def in_their_place(
    conn: sqlite3.Connection, settings: Settings, images: int | None = None
) -> list[Estimate]:
    """One line per fallback, for the images that are left to it in any case; nobody
    knows how many more. Raises the same."""
    fallbacks = settings.in_their_place()
    return [_line(conn, model, images, settings) for model in fallbacks]


def _line(
    conn: sqlite3.Connection, model: Model, images: int | None, settings: Settings
) -> Estimate:
    known = price_of(model, settings.prices)
    if known is not None and settings.batch:
        known = known.of_batch()
    same = ledger.habit(conn, model.name, as_json(model.options))
    habit = same or ledger.habit(conn, model.name)
    if habit:
        into, out = habit.input_tokens, habit.output_tokens
        basis = f"the mean of {habit.images:,} answers in this database"
        if same is None:
            basis += ", which had other options"
    else:
        into, out = float(TEXT_IN + picture_tokens(model.name)), float(TEXT_OUT)
        basis = "token rules, no answer of this model yet"
    tokens = (round(into), round(out))
    call = _call(known, habit, tokens, settings)
    return Estimate(model.name, images, known, call, tokens, basis)


def _call(
    known: Price | None,
    habit: ledger.Habit | None,
    tokens: tuple[int, int],
    settings: Settings,
) -> float | None:
    """Dollars for one image: by a price, else what the provider said that its answers
    cost."""
    if known is not None:
        return known.call(*tokens)
    if habit is None or habit.cost_usd is None:
        return None
    return habit.cost_usd * (HALF if settings.batch else 1)


def price_of(model: Model, own: Mapping[str, Any]) -> Price | None:
    """The price of an opened model; None where nobody knows it."""
    return of_model(model.inner, own, model.options)


def total(lines: Sequence[Estimate]) -> float | None:
    """Dollars for a run; None where that of one model is not known."""
    totals = [line.total for line in lines if line.total is not None]
    return sum(totals) if len(totals) == len(lines) else None


def check_budget(lines: Sequence[Estimate], budget: float | None) -> None:
    """Raises UsageError for a budget that cannot be kept: nobody knows what a call
    costs."""
    for line in lines:
        if line.call is None and budget is not None:
            raise UsageError(
                f"Nobody here knows the price of {line.model}, so a budget cannot be"
                " kept. Name it in altsync.toml:"
                f' [generate.prices] "{line.model}" = {{ input = 0.4, output = 1.6 }}'
                " (dollars per million tokens)."
            )


def picture_tokens(model: str) -> int:
    """Tokens of one prepared picture, by the provider's rule."""
    name = model.split("/")[-1]
    for pattern, tokens in PICTURE:
        if re.search(pattern, name):
            return tokens
    return PICTURE_ELSE
