"""Collections: filters, sorting, pages and hidden rows, as the recordings 003 to 049
and 085 to 104 have them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.model import Entity, State, Translation
from tests.doubles.drupal.paths import Reader, reader

PAGE = 50
"""Default and maximum: a larger page[limit] is silently 50 (005)."""
_KEY = re.compile(r"([^\[]+)((?:\[[^\]]*\])*)\Z")
_KNOWN = {"filter", "sort", "page", "fields", "include"}
_OPERATORS = {
    "=",
    "<>",
    ">",
    ">=",
    "<",
    "<=",
    "STARTS_WITH",
    "CONTAINS",
    "ENDS_WITH",
    "IN",
    "NOT IN",
    "IS NULL",
    "IS NOT NULL",
}


@dataclass
class Query:
    """A parsed query string: (base name, keys in brackets, value) triples in order."""

    parts: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    shown: list[tuple[str, tuple[str, ...], str]] | None = None
    """What links show in place of `parts`."""

    @classmethod
    def parse(cls, pairs: list[tuple[str, str]]) -> Query:
        """Raises Refusal 400 for a parameter of only a-z that JSON:API does not know
        (026, 312)."""
        query = cls()
        unknown = []
        for name, value in pairs:
            match = _KEY.match(name)
            base, keys = (
                (match[1], tuple(re.findall(r"\[([^\]]*)\]", match[2])))
                if match
                else (name, ())
            )
            if base not in _KNOWN and re.fullmatch("[a-z]+", base):
                unknown.append(base)
            query.parts.append((base, keys, value))
        if unknown:
            names = "', '".join(unknown)
            raise Refusal(
                400,
                f"The following query parameters violate the JSON:API spec: '{names}'.",
                query=True,
            )
        return query

    def one(self, base: str) -> str | None:
        return next((v for b, keys, v in self.parts if b == base and not keys), None)

    def fields(self) -> dict[str, set[str]]:
        return {
            k[0]: set(v.split(",")) for b, k, v in self.parts if b == "fields" and k
        }

    def page(self) -> tuple[int, int]:
        """(offset, limit). Unknown keys and text that is no number are ignored (007, 009)."""
        given = {k[0]: v for b, k, v in self.parts if b == "page" and k}
        offset, limit = 0, PAGE
        if re.fullmatch(r"-?\d+", given.get("limit", "")):
            limit = int(given["limit"])
            if limit <= 0:
                raise Refusal(400, "The page size needs to be a positive integer.")
        if given.get("offset", "").isdigit():
            offset = int(given["offset"])
        return offset, min(limit, PAGE)

    @property
    def filtered(self) -> bool:
        return any(b == "filter" for b, _, _ in self.parts)

    def link(self, url: str, offset: int, limit: int) -> str:
        """The URL of another page of this query."""
        out = [f"page%5Boffset%5D={offset}", f"page%5Blimit%5D={limit}"]
        for base, keys, value in self.shown or self.parts:
            if base != "page":
                out.append(
                    quote(base + "".join(f"[{k}]" for k in keys), safe="")
                    + "="
                    + quote(value, safe="")
                )
        return url + "?" + "&".join(out)


def _take(
    found: dict[str, _Condition],
    groups: dict[str, str],
    keys: Sequence[str],
    value: str,
) -> None:
    """One part of the query: `filter[NAME]…=value`, in each of its three spellings."""
    name, *rest = keys
    if not rest:
        found[name] = _Condition(name, "=", [value])
    elif rest[0] == "group":
        if rest[1:2] == ["conjunction"]:
            groups[name] = value
    elif rest[0] == "condition" and len(rest) > 1:
        found.setdefault(name, _Condition()).set(rest[1], value)
    elif rest[0] in ("value", "operator", "path"):
        key = "operator" if rest[0] == "operator" else "value"
        found.setdefault(name, _Condition(name)).set(key, value)


Test = Callable[[Entity, Translation], bool]


@dataclass
class _Condition:
    path: str = ""
    operator: str = "="
    values: list[str] = field(default_factory=list)
    group: str = ""

    def set(self, key: str, value: str) -> None:
        """A key of the long spelling; others say nothing."""
        if key == "path":
            self.path = value
        elif key == "operator":
            self.operator = value
        elif key == "value":
            self.values.append(value)
        elif key == "memberOf":
            self.group = value


def conditions(query: Query, kind: ResourceType, state: State) -> Test:
    """The filters as one test, which an entity passes if any of its translations does
    (104)."""
    found: dict[str, _Condition] = {}
    groups: dict[str, str] = {}
    for base, keys, value in query.parts:
        if base == "filter" and keys:
            _take(found, groups, keys, value)
    tests = [(c.group, _test(c, kind, state)) for c in found.values()]

    def passes(entity: Entity, translation: Translation) -> bool:
        for name in {g for g, _ in tests}:
            results = [test(entity, translation) for g, test in tests if g == name]
            if not (any(results) if groups.get(name) == "OR" else all(results)):
                return False
        return True

    return passes


def _test(condition: _Condition, kind: ResourceType, state: State) -> Test:
    operator = condition.operator
    if operator not in _OPERATORS:
        raise Refusal(
            400, f"The '{operator}' operator is not allowed in a filter parameter."
        )
    read = reader(condition.path, kind, state)
    value = condition.values[0] if condition.values else ""

    def passes(entity: Entity, translation: Translation) -> bool:
        return any(
            _compare(operator, have, value, condition.values)
            for have in read(entity, translation) or [None]
        )

    return passes


def _compare(operator: str, have: Any, value: str, values: list[str]) -> bool:
    if operator in ("IS NULL", "IS NOT NULL"):
        return (have is None) == (operator == "IS NULL")
    if have is None:
        return False  # SQL: NULL compares with nothing
    if isinstance(have, bool):
        have = int(have)
    text = str(have)
    if operator in ("IN", "NOT IN"):
        return (text in values) == (operator == "IN")
    if operator in ("STARTS_WITH", "CONTAINS", "ENDS_WITH"):
        a, b = (
            text.partition("\0")[0].lower(),
            value.lower(),
        )  # LIKE ends at a NUL (467)
        return {
            "STARTS_WITH": a.startswith(b),
            "CONTAINS": b in a,
            "ENDS_WITH": a.endswith(b),
        }[operator]
    if isinstance(have, int):
        try:
            return _ordered(operator, have, int(value))
        except ValueError:
            # A number column against text: SQLite puts every number below every text.
            # So an ISO date finds nothing with > and >=, without a word (031).
            return operator in ("<", "<=", "<>")
    return _ordered(operator, text, value)


def _ordered(operator: str, a: Any, b: Any) -> bool:
    return bool(
        {"=": a == b, "<>": a != b, ">": a > b, ">=": a >= b, "<": a < b, "<=": a <= b}[
            operator
        ]
    )


def beginning(query: Query, kind: ResourceType, rows: list[Entity]) -> int:
    """Where to start in rows sorted by id, for a walk by key: an index, as a database
    has one."""
    if query.one("sort") != kind.id_key or any(
        k[1:2] == ("group",) for b, k, _ in query.parts if b == "filter"
    ):
        return 0
    given: dict[str, dict[str, str]] = {}
    for base, keys, value in query.parts:
        if base == "filter" and keys[1:2] == ("condition",) and len(keys) == 3:
            given.setdefault(keys[0], {})[keys[2]] = value
    floors = [
        int(c["value"])
        for c in given.values()
        if c.get("path") == kind.id_key
        and c.get("operator") == ">"
        and c.get("value", "").isdigit()
    ]
    return (
        bisect_right(rows, max(floors), key=lambda entity: entity.id) if floors else 0
    )


def ordered(
    entities: list[Entity], sort: str | None, kind: ResourceType, state: State
) -> list[Entity]:
    """Rows in the asked order; where none is asked, in none that a client could rely on
    (section 21). An item with translations stands where its least value puts it, or
    descending its greatest (source)."""
    if not sort and not state.in_order:
        return sorted(entities, key=lambda e: e.uuid)
    down = sort == f"-{kind.id_key}"
    entities = sorted(entities, key=lambda e: e.id, reverse=down)
    if down or sort == kind.id_key:
        return entities  # a walk over thousands asks for nothing else
    for key in reversed((sort or "").split(",")):
        if not key:
            continue
        read = reader(key.lstrip("-"), kind, state)
        descending = key.startswith("-")
        chosen = max if descending else min

        def value(
            entity: Entity, read: Reader = read, chosen: Any = chosen
        ) -> tuple[bool, Any]:
            values = (read(entity, text) for text in entity.translations.values())
            firsts = [found[0] if found else None for found in values]
            known = [first for first in firsts if first is not None]
            return bool(known), chosen(known, default=None)

        entities.sort(key=value, reverse=descending)
    return entities
