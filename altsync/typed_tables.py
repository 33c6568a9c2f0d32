"""TOML tables -> dataclasses, each value as the type that its field says; what is wrong is
an error that names the file and the key."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import (
    Any,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from altsync.errors import ConfigError
from altsync.near import did_you_mean

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class At:
    """A place in the file, for the sentence that says what is wrong there."""

    where: str
    key: str = ""

    def below(self, key: str) -> At:
        return At(self.where, f"{self.key}.{key}" if self.key else key)

    def item(self, number: int) -> At:
        """The n-th of a list, from 1."""
        return At(self.where, f"{self.key}[{number}]")

    def must(self, be: str, value: Any) -> ConfigError:
        return ConfigError(f"{self.where}: `{self.key}` must {be}, not {_show(value)}.")

    def missing(self, key: str) -> ConfigError:
        return ConfigError(f"{self.where}: `{self.below(key).key}` is missing.")

    def unknown(self, key: str, known: Iterable[str]) -> ConfigError:
        def shown(near: str) -> str:
            return f"`{self.below(near).key}`"

        hint = did_you_mean(key, known, shown)
        wrong = self.below(key).key
        return ConfigError(
            f"{self.where}: `{wrong}` is not a key that altsync knows. {hint}"
        )


def values(kinds: Mapping[str, Any], data: Mapping[str, Any], at: At) -> dict[str, Any]:
    """The values of a table, each as its type. Raises ConfigError for a key without one."""
    for key in data:
        if key not in kinds:
            raise at.unknown(key, kinds)
    return {
        key: _convert(kinds[key], value, at.below(key)) for key, value in data.items()
    }


def _build(cls: type[T], data: Mapping[str, Any], at: At) -> T:
    fields = {one.name: one for one in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = get_type_hints(cls)
    found = values({name: hints[name] for name in fields}, data, at)
    for name, one in fields.items():
        required = one.default is one.default_factory is dataclasses.MISSING
        if required and name not in data:
            raise at.missing(name)
    return cls(**found)


def _convert(hint: Any, value: Any, at: At) -> Any:
    """The TOML value as the type `hint`. Raises ConfigError where it is another."""
    origin = get_origin(hint)
    if origin in (UnionType, Union):
        return _either(hint, value, at)
    if origin is Literal:
        return _word(get_args(hint), value, at)
    if origin is tuple:
        return _list(hint, value, at)
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise at.must("be a table", value)
        return _build(cast("type[Any]", hint), value, at)
    return _plain(origin or hint, value, at)


def _either(hint: Any, value: Any, at: At) -> Any:
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    if len(kinds) == 1:
        return _convert(kinds[0], value, at)
    lists = [kind for kind in kinds if get_origin(kind) is tuple]
    if lists and isinstance(value, list):
        return _convert(lists[0], value, at)
    if type(value) in kinds:
        return value
    raise at.must("be " + " or ".join(map(_name, kinds)), value)


def _word(words: tuple[str, ...], value: Any, at: At) -> Any:
    if value in words:
        return value
    known = ", ".join(word or '""' for word in words)
    raise at.must(f"be one of {known}", value)


def _list(hint: Any, value: Any, at: At) -> tuple[Any, ...]:
    """A list of texts, or of tables that are a dataclass each."""
    kind = get_args(hint)[0]
    if not dataclasses.is_dataclass(kind):
        return _texts(value, at)
    if not isinstance(value, list):
        raise at.must("be a list of tables", value)
    return tuple(
        _convert(kind, item, at.item(number)) for number, item in enumerate(value, 1)
    )


def _texts(value: Any, at: At) -> tuple[str, ...]:
    """A list of texts; a single text is a list of one."""
    items = [value] if isinstance(value, str) else value
    if isinstance(items, list) and all(isinstance(item, str) for item in items):
        return tuple(items)
    raise at.must("be a list of texts", value)


def _plain(kind: Any, value: Any, at: At) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is kind:
        return value
    raise at.must(f"be {_name(kind)}", value)


def _name(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return "a list of texts"
    return {
        str: "a text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        dict: "a table",
    }[kind]


def _show(value: Any) -> str:
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)
