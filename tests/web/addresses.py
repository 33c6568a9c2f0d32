"""Every address of a running Datasette, from its own table of routes: what a new release
brings is in it."""

from __future__ import annotations

import re
from typing import Any

VALUES = {
    "database": ("altsync", "llm", "_internal", "_memory"),
    "table": ("candidates", "reviews", "images"),
    "query": ("audit",),
    "pks": ("1",),
    "path": ("app.css",),
    "token": ("x",),
    "name": ("0" * 64,),
}
"""For the named parts of an address."""


def patterns(datasette: Any) -> list[str]:
    """The routes, altsync's own left out."""
    found = [route[0].pattern for route in datasette._routes()]
    return [one for one in found if "/-/altsync" not in one]


def examples(pattern: str) -> list[str]:
    """Addresses that a route takes. A route of a shape that is new fails the test: it
    wants an example here."""
    plain = pattern.removeprefix("^").removesuffix("$")
    plain = re.sub(r"\(?\\\.\(\?P<\w+>[^()]*\)\)?\??", "", plain)  # .json, .csv …
    plain = re.sub(r"\(([^()?|]*)\|[^()]*\)\??", r"\1", plain)  # either, or
    paths = [plain]
    for group in re.findall(r"\(\?P<\w+>[^()]*\)", plain):
        name = re.findall(r"<(\w+)>", group)[0]
        paths = [
            path.replace(group, value, 1)
            for path in paths
            for value in VALUES.get(name, ("x",))
        ]
    found = [re.sub(r"\\(.)", r"\1", path).removesuffix("?") for path in paths]
    for path in found:
        assert re.match(pattern, path), f"no example of {pattern}: {path}"
    return found
