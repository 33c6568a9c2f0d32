"""The models that llm has here and that can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from altsync.errors import ModelStopped
from altsync.generate import plugins
from altsync.generate.cost import Price, of_model
from altsync.generate.opening import check_key


@dataclass(frozen=True, slots=True)
class Seeing:
    """A model that takes pictures. `key`: set, missing, not needed; `called`: the name
    by which it is stored."""

    name: str
    price: Price | None
    key: str
    schema: bool
    called: str
    options: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For --json; dollars per million tokens."""
        return {
            "model": self.name,
            "input": self.price and self.price.input,
            "output": self.price and self.price.output,
            "key": self.key,
            "schema": self.schema,
            "key_name": self.called or None,
            "options": list(self.options),
        }


def seeing() -> list[Seeing]:
    """By name. A key that is set is never read out. `plugins.left_out()` tells which
    cannot be listed."""
    import llm

    found = []
    for model in plugins.listed(llm.get_models):
        if "image/jpeg" in model.attachment_types:
            known = of_model(model)
            schema = bool(model.supports_schema)
            called = model.needs_key or ""
            options = tuple(model.Options.model_fields)
            one = Seeing(model.model_id, known, _key(model), schema, called, options)
            found.append(one)
    return sorted(found, key=lambda one: one.name)


def _key(model: Any) -> str:
    if not model.needs_key:
        return "not needed"
    try:
        check_key(model)
    except ModelStopped:
        return "missing"
    return "set"
