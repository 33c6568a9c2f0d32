"""The models that llm has here and that can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from altsync.generate.cost import FREE, Price, price


@dataclass(frozen=True, slots=True)
class Seeing:
    """A model that takes pictures. `key`: set, missing, not needed."""

    name: str
    price: Price | None
    key: str
    schema: bool

    def as_dict(self) -> dict[str, Any]:
        """For --json; dollars per million tokens."""
        return {
            "model": self.name,
            "input": self.price and self.price.input,
            "output": self.price and self.price.output,
            "key": self.key,
            "schema": self.schema,
        }


def seeing() -> list[Seeing]:
    """By name. A key that is set is never read out."""
    import llm

    found = []
    for model in llm.get_models():
        if "image/jpeg" in model.attachment_types:
            cost = FREE if getattr(model, "recorded", False) else price(model.model_id)
            found.append(
                Seeing(model.model_id, cost, _key(model), bool(model.supports_schema))
            )
    return sorted(found, key=lambda one: one.name)


def _key(model: Any) -> str:
    from altsync.errors import ModelStopped
    from altsync.generate.asking import check_key

    if not model.needs_key:
        return "not needed"
    try:
        check_key(model)
    except ModelStopped:
        return "missing"
    return "set"
