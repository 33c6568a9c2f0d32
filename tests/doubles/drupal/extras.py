"""jsonapi_extras: resources under other paths and type names, fields under other names,
and resources and fields that are switched off (804-845).

What is asked in public names is translated for the routes, and their answer back.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tests.doubles.drupal.calls import Call, Reply
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.model import listed

_OFF = "hidden__"
"""Begins the name by which the routes are asked for what is not there."""
_UNKNOWN = re.compile(r"The attribute (\S+) does not exist on the ")


@dataclass(frozen=True)
class Override:
    """What is configured for one resource type. Empty: it keeps what it has."""

    type: str = ""
    """Its public type name."""
    path: str = ""
    """Its public path, below the prefix."""
    fields: dict[str, str] = field(default_factory=dict)
    """Field as JSON:API names it without the module -> its public name."""
    hidden: frozenset[str] = frozenset()
    """Fields that are disabled, by the names of `fields`' keys."""
    disabled: bool = False
    """The whole resource is: an HTML 404 for everybody, and `data: null` where others
    refer to it (823-826)."""

    @property
    def public(self) -> dict[str, str]:
        """Public name -> internal one."""
        return {name: internal for internal, name in self.fields.items()}

    def asked(self, name: str) -> str:
        """A name of a filter, a sort or an include. The old name of a renamed field still
        works, that of a renamed id does not (809-812); disabled: 400 (828-836)."""
        internal = self.public.get(name, name)
        old_id = name in self.fields and name.startswith("drupal_internal__")
        if internal in self.hidden or old_id:
            return _OFF + name
        return internal

    def sent(self, name: str) -> str:
        """A name of a PATCH: both are accepted (813, 816, 840-842). Of a disabled field
        only the internal one is (838, 839)."""
        internal = self.public.get(name, name)
        return name if internal in self.hidden else internal

    def chosen(self, name: str) -> str | None:
        """A name of a sparse fieldset; None for one that chooses nothing."""
        internal = self.public.get(name, name)
        old = name in self.fields and self.fields[name] != name
        return None if old or internal in self.hidden else internal

    def shown(self, name: str) -> str | None:
        """The name in an answer; None where it is disabled."""
        return None if name in self.hidden else self.fields.get(name, name)


PICTURES = Override(
    path="pictures",
    fields={
        "drupal_internal__mid": "number",
        "changed": "updated",
        "field_media_image": "image",
    },
)
"""The media library as the recorded site has it renamed (806, 811)."""
STORIES = Override(
    type="stories",
    path="stories",
    fields={
        "title": "headline",
        "field_image": "heroImage",
        "changed": "changedAt",
        "field_gallery": "gallery",
    },
)
"""Its articles (806, 843)."""


_SAME = Override()


class Answering(Protocol):
    def jsonapi(self, call: Call) -> Reply: ...


@dataclass(frozen=True)
class Extras:
    """The module, by resource type."""

    overrides: dict[str, Override] = field(default_factory=dict)

    def jsonapi(self, routes: Answering, call: Call) -> Reply:
        """The routes' answer in public names. Raises Refusal."""
        kind, rest = self._find(call.path)
        try:
            reply = routes.jsonapi(self._inward(call, kind, rest) if kind else call)
        except Refusal as refusal:
            raise self._reworded(refusal, kind, call) from None
        if isinstance(reply.body, dict):
            self._outward(reply.body, call, entry=not call.path)
        return reply

    def _of(self, kind: str) -> Override:
        return self.overrides.get(kind, _SAME)

    def _path(self, kind: str) -> str:
        return self._of(kind).path or kind.replace("--", "/")

    def _find(self, path: list[str]) -> tuple[str, list[str]]:
        """(resource type, what follows in the path). A disabled one and an old path are an
        HTML 404 (808, 824)."""
        for kind in self.overrides:
            own = self._path(kind).split("/")
            if path[: len(own)] == own and not self._of(kind).disabled:
                return kind, path[len(own) :]
        kind = "--".join(path[:2])
        if kind in self.overrides:
            raise Refusal(404, "", html=True)
        return kind, path[2:]

    def _inward(self, call: Call, kind: str, rest: list[str]) -> Call:
        mine = self._of(kind)
        named = [*rest[:-1], mine.asked(rest[-1])] if len(rest) > 1 else rest
        return replace(
            call,
            path=[*kind.split("--"), *named],
            query=replace(
                call.query,
                parts=[self._part(mine, *part) for part in call.query.parts],
                shown=call.query.parts,
            ),
            body=_renamed(mine, call.body) if call.method == "PATCH" else call.body,
        )

    def _part(
        self, mine: Override, base: str, keys: tuple[str, ...], value: str
    ) -> tuple[str, tuple[str, ...], str]:
        """One part of the query string."""
        if base == "fields" and keys:
            types = {self._of(kind).type or kind: kind for kind in self.overrides}
            kind = types.get(keys[0], keys[0])
            if keys[0] in self.overrides and self._of(keys[0]).type:
                kind = _OFF + keys[0]
            names = map(self._of(kind).chosen, value.split(","))
            return base, (kind,), ",".join(filter(None, names))
        if base in ("sort", "include"):
            return base, keys, ",".join(_first(mine, p) for p in value.split(","))
        if base == "filter" and keys:
            if keys[1:] in (("condition", "path"), ("path",)):
                return base, keys, _first(mine, value)
            if "condition" not in keys and "group" not in keys:
                return base, (_first(mine, keys[0]), *keys[1:]), value
        return base, keys, value

    def _reworded(self, refusal: Refusal, kind: str, call: Call) -> Refusal:
        """The fields in the words that they were asked in. A pointer keeps the internal
        name (814, 839)."""
        mine = self._of(kind)
        unknown = _UNKNOWN.match(refusal.detail)
        if unknown:  # for types without an override too: the real one, and 838
            return Refusal(500, f"Field {unknown[1]} is unknown.")
        detail = refusal.detail.replace(f"`{_OFF}", "`")
        for name, internal in mine.public.items():
            if any(name in (*keys, value) for _, keys, value in call.query.parts):
                detail = re.sub(f"`{re.escape(internal)}(?=[`.])", f"`{name}", detail)
        head, mark, tail = detail.partition("Possible values: ")
        if mark:
            names = map(mine.shown, tail.rstrip(".").split(", "))
            detail = head + mark + ", ".join(filter(None, names)) + "."
        if mine.type:
            detail = detail.replace(f"the {kind} resource", f"the {mine.type} resource")
        refusal.detail = detail
        return refusal

    def _outward(self, document: dict[str, Any], call: Call, *, entry: bool) -> None:
        if entry:
            document["links"] = self._entry(document["links"], call.base)
            return
        data = document.get("data")
        resources = [i for i in listed(data) if "links" in i]
        if resources:
            for item in resources:
                self._resource(item, call.base)
        elif data:
            document["data"] = self._linkage(data)
        if "included" in document:
            kept = [i for i in document["included"] if not self._of(i["type"]).disabled]
            for item in kept:
                self._resource(item, call.base)
            document["included"] = kept
            if not kept:
                del document["included"]
        hidden = document.get("meta", {}).get("omitted", {}).get("links", {})
        for link in hidden.values():
            link["href"] = self._href(link["href"], call.base)

    def _entry(self, links: dict[str, Any], base: str) -> dict[str, Any]:
        return {
            self._of(kind).type or kind: {"href": f"{base}/{self._path(kind)}"}
            if kind in self.overrides
            else link
            for kind, link in links.items()
            if not self._of(kind).disabled
        }

    def _resource(self, item: dict[str, Any], base: str) -> None:
        mine = self._of(item["type"])
        for link in item["links"].values():
            link["href"] = self._href(link["href"], base)
        for part in ("attributes", "relationships"):
            if part in item:
                named = {mine.shown(name): v for name, v in item[part].items()}
                named.pop(None, None)
                item[part] = named
        for name, part in item.get("relationships", {}).items():
            self._relationship(mine, name, part, base)
        item["type"] = mine.type or item["type"]

    def _relationship(
        self, mine: Override, name: str, part: dict[str, Any], base: str
    ) -> None:
        internal = mine.public.get(name, name)
        for link in part["links"].values():
            href = self._href(link["href"], base)
            link["href"] = re.sub(f"/{internal}(?=[?]|$)", f"/{name}", href)
        off = any(self._of(i["type"]).disabled for i in listed(part["data"]))
        if off:  # where it is empty the fake cannot know, and leaves the link
            part["links"].pop("related", None)
        part["data"] = self._linkage(part["data"])

    def _linkage(self, data: Any) -> Any:
        kept = [
            item | {"type": self._of(item["type"]).type or item["type"]}
            for item in listed(data)
            if not self._of(item["type"]).disabled
        ]
        if isinstance(data, list):
            return kept
        return kept[0] if kept else None

    def _href(self, href: str, base: str) -> str:
        for kind in self.overrides:
            old = f"{base}/{kind.replace('--', '/')}/"
            href = href.replace(old, f"{base}/{self._path(kind)}/")
        return href


def _first(mine: Override, path: str) -> str:
    """A path's first name; a leading minus is a sort's."""
    minus = "-" if path.startswith("-") else ""
    name, dot, rest = path.removeprefix("-").partition(".")
    return minus + mine.asked(name) + dot + rest


def _renamed(mine: Override, body: bytes) -> bytes:
    """A PATCH in internal names; what is no such document is the routes' business."""
    try:
        document = json.loads(body)
        data = document["data"]
    except (ValueError, TypeError, KeyError):
        return body
    for part in ("attributes", "relationships"):
        if isinstance(data.get(part), dict):
            data[part] = {mine.sent(name): value for name, value in data[part].items()}
    return json.dumps(document).encode()
