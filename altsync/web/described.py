"""metadata.yml for a Datasette that altsync does not start: the same file, by the names of
this mirror's databases, with a line by which altsync knows its own writing again."""

from __future__ import annotations

import hashlib
import json
import re
from enum import StrEnum
from typing import Any

from altsync.config import Config
from altsync.web.serve import metadata_file

_MARK = re.compile(r"# altsync metadata wrote this \(([0-9a-f]{16})\)[^\n]*\n")
_NAMES = re.compile(r"^  (altsync|llm):$", re.MULTILINE)
"""The databases, as metadata.yml has them."""


class Written(StrEnum):
    """What a file that is there already is."""

    SAME = "same"
    """It says just this."""
    OWN = "own"
    """altsync wrote it, an older one or for another name, and nobody changed it since."""
    THEIRS = "theirs"
    """Somebody wrote it or changed it."""


def text(config: Config) -> str:
    """The file, marked, for the databases of this configuration."""
    names = {"altsync": config.database.stem, "llm": config.llm_log.stem}

    def named(match: re.Match[str]) -> str:
        return f"  {_key(names[match[1]])}:"

    body = _NAMES.sub(named, metadata_file().read_text("utf-8"))
    mark = (
        f"# altsync metadata wrote this ({_sum(body)}); where it was changed it is left"
    )
    return f"{mark} alone.\n{body}"


def written(found: str, now: str) -> Written:
    """What `found` is, which is there, beside `now`, which would be written."""
    if found == now:
        return Written.SAME
    mark = _MARK.match(found)
    if mark is not None and _sum(found[mark.end() :]) == mark[1]:
        return Written.OWN
    return Written.THEIRS


def _key(name: str) -> str:
    """A name as YAML reads it back: quoted, where it is more than a word."""
    return name if re.fullmatch(r"[A-Za-z][\w-]*", name) else json.dumps(name)


def _sum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


async def add_queries(datasette: Any) -> None:
    """The ready-made questions of a mirror that metadata.yml names: Datasette 1.0 reads
    them from its configuration alone, and leaves out without a word what stands there."""
    from altsync.web.context import is_mirror, started_with

    add = getattr(datasette, "add_query", None)
    if add is None or started_with(datasette) is not None:
        return
    told = getattr(datasette, "_metadata_local", None) or {}
    for name, about in (told.get("databases") or {}).items():
        database = datasette.databases.get(name)
        if database is None or not await is_mirror(database):
            continue
        for query, how in (about.get("queries") or {}).items():
            if await datasette.get_query(name, query) is None:
                await add(
                    name,
                    query,
                    how["sql"],
                    title=how.get("title"),
                    description=how.get("description"),
                    is_trusted=True,
                    source="config",
                )
