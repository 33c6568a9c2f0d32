"""`altsync init URL` on a Drupal: where JSON:API is, who is logged in, which fields
hold images, in which languages.

Nothing of it needs the rights of an administrator (`fields`, `languages`, `rights`).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from altsync.errors import (
    BadAnswer,
    Challenged,
    FrontDoor,
    NoJsonapi,
    NotThere,
    Rejected,
    SourceError,
)
from altsync.models import UnseenKind
from altsync.sources.credentials import Basic
from altsync.sources.jsonapi import probe, rights, says, unseen
from altsync.sources.jsonapi.client import Client, is_entry
from altsync.sources.jsonapi.fields import FieldSearch
from altsync.sources.jsonapi.found import (
    Discovery,
    ImageField,
    LabelCandidate,
    notes,
    pictured,
)
from altsync.sources.jsonapi.languages import LanguageSearch
from altsync.sources.jsonapi.login import login_of, secret_of
from altsync.sources.kinds import JsonapiConfig
from altsync.sources.tries import Patience

PREFIXES = ("/jsonapi", "/api", "/json-api", "/jsonapi/v1")
_BOOLEAN = ("verified", "reviewed", "generated")
_DESCRIPTION = re.compile(
    r"field_\w*(?:long|full|extended|detailed)_?desc(?:ription)?s?\Z", re.IGNORECASE
)
_LABEL_WORDS = (
    "alt_source",
    "text_source",
    "alt_origin",
    "verified",
    "alt_reviewed",
    "provenance",
    "generated",
)


def discover(
    url: str,
    config: JsonapiConfig | None = None,
    *,
    user: str = "",
    secret: str | None = None,
    front: Basic | None = None,
    timeout: float = 30.0,
    patience: Patience | None = None,
) -> Discovery:
    """Look at the site at `url`, as `user` (cookie login) or as `config` says, else as
    nobody; behind a front door with `front`. Changes nothing on it.

    `secret` None: the environment, else llm's key store. Raises LoginFailed (never
    tried twice), NoJsonapi where none answers, Unreachable.
    """
    config = config or JsonapiConfig(login="cookie" if user else "none", user=user)
    if secret is None and config.login != "none":
        secret = secret_of(config.login)
    login_of(config, secret, front)  # settings that cannot work, before any request
    url, prefix = find(url, config, front=front, timeout=timeout, patience=patience)
    config = dataclasses.replace(config, prefix=prefix)
    client = Client(
        url, config, secret=secret, front=front, timeout=timeout, patience=patience
    )
    try:
        client.ready()
        search = FieldSearch(client)
        fields = search.run()
        samples = {kind: seen.rows for kind, seen in search.samples.items()}
        first = fields[0].kind if fields else next(iter(samples), None)
        writes = probe.writes_on(client, first) if first else None
        spoken = LanguageSearch(client, search.samples)
        languages = spoken.run()
        labels = _labels(samples, {f.kind for f in fields})
        asked = dict.fromkeys(f.kind for f in fields if not f.of_an_account)
        asked |= dict.fromkeys(search.shut)
        facts = unseen.survey(client, _named(fields), search.samples)
        texts = pictured(facts)
        asked |= dict.fromkeys(t.kind for t in texts if not t.of_an_account)
        able = writes and config.login != "none"
        found_rights = rights.look(client, asked, languages) if able else ()
    finally:
        client.http.close()
    found = Discovery(
        url,
        config,
        config.login != "none",
        writes,
        tuple(fields),
        languages,
        labels,
        languages_missing=spoken.missing,
        descriptions=_descriptions(samples, {f.kind for f in fields}),
        types=search.types,
        empty=tuple(search.empty),
        broken=tuple(search.broken),
        closed=tuple(search.closed),
        unasked=tuple(search.unasked),
        rights=found_rights,
        texts=texts,
        unseen=tuple(one for one in facts if one.kind is not UnseenKind.IN_TEXT),
    )
    return dataclasses.replace(found, notes=tuple(notes(found)))


def _named(fields: Sequence[ImageField]) -> dict[str, list[str]]:
    """Type -> the fields that altsync.toml will name."""
    found: dict[str, list[str]] = {}
    for one in fields:
        if one.alt and not one.of_an_account:
            found.setdefault(one.kind, []).append(one.name)
    return found


def find(
    url: str,
    config: JsonapiConfig,
    *,
    front: Basic | None = None,
    timeout: float = 30.0,
    patience: Patience | None = None,
) -> tuple[str, str]:
    """(site, prefix): where JSON:API answers, also under a sub-path or a renamed
    prefix. Asks as nobody, and a host that never answered only once.

    Raises NoJsonapi, naming what was tried.
    """
    url = url.rstrip("/")
    asked = "/" + config.prefix.strip("/")
    tries = [(url, prefix) for prefix in dict.fromkeys([asked, *PREFIXES])]
    path = urlsplit(url).path
    if path:
        # The address of the JSON:API itself was given, or of a page below the site.
        above, _, last = url.rpartition("/")
        tries = [(above, f"/{last}"), *tries, (url[: -len(path)], asked)]
    nobody = dataclasses.replace(config, login="none")
    patience = dataclasses.replace(patience or Patience(), impatient=True)
    tried: dict[str, str] = {}
    for site, prefix in tries:
        client = Client(site, nobody, front=front, timeout=timeout, patience=patience)
        try:
            there = _is_there(client, site, prefix)
        except (Challenged, NotThere, BadAnswer, Rejected) as error:
            # A server may keep everybody from a path that was only guessed, or fail at it.
            fails = isinstance(error, Challenged) or (error.status or 0) >= 500
            if fails and (site, prefix) == tries[0]:
                raise
            refused = (error.status or 0) >= 400
            tried.setdefault(prefix, str(error.status) if refused else "no JSON")
            there = None
        finally:
            client.http.close()
        if there is not None:
            return there
        tried.setdefault(prefix, "something else")
    answers = ", ".join(f"{prefix}: {said}" for prefix, said in tried.items())
    raise NoJsonapi(
        f"No JSON:API answers at {url} ({answers}). Install Drupal's module"
        " JSON:API, or give its whole address, where it has another path:"
        f" altsync init {url}/PATH. {says.see('json-api')}"
    )


def _is_there(client: Client, site: str, prefix: str) -> tuple[str, str] | None:
    """(site, prefix) where a JSON:API answers there, or wants a login."""
    try:
        answer = client.http.get(site + prefix)
    except (NotThere, BadAnswer, Rejected, FrontDoor, Challenged):
        raise
    except SourceError as error:
        if error.status in (401, 403):
            return site, prefix  # there, and wants a login
        raise
    if not is_entry(answer.json()):
        return None
    site, prefix = _parted(client, site, prefix)
    above, _, last = site.rpartition("/")
    language = answer.headers.get("Content-language")
    if last and last == language and _is_site(client, above + prefix):
        return above, prefix  # the address was that of one language's pages
    return site, prefix


def _parted(client: Client, site: str, prefix: str) -> tuple[str, str]:
    """The same address, parted where the site ends: the path of JSON:API may have several
    parts (`/api/v1`), and so may the site's own. Only the site itself hands out tokens;
    where nothing does, they stay as they are."""
    path = urlsplit(site).path
    above = site
    while path and not _hands_out_tokens(client, above):
        above, _, last = above.rpartition("/")
        path = path.removesuffix(f"/{last}")
        if not path and not _hands_out_tokens(client, above):
            return site, prefix
    return above, (site + prefix).removeprefix(above)


def _hands_out_tokens(client: Client, site: str) -> bool:
    try:
        client.http.get(f"{site}/session/token")
    except SourceError:
        return False
    return True


def _is_site(client: Client, url: str) -> bool:
    try:
        return is_entry(client.http.get(url).json())
    except (NotThere, BadAnswer, Rejected):
        return False


def _labels(
    samples: Mapping[str, list[dict[str, Any]]], kinds: set[str]
) -> tuple[LabelCandidate, ...]:
    """Attributes of types with images whose name or values look like a label; the
    likeliest first."""
    found: dict[str, tuple[bool, list[str]]] = {}
    for kind in sorted(kinds):
        for row in samples.get(kind, ()):
            for name, value in (row.get("attributes") or {}).items():
                if name.startswith("field_") and any(
                    word in name for word in _LABEL_WORDS
                ):
                    boolean, on = found.setdefault(name, (name.endswith(_BOOLEAN), []))
                    found[name] = (
                        boolean or isinstance(value, bool),
                        on if kind in on else [*on, kind],
                    )
    rank = {
        name: next(i for i, word in enumerate(_LABEL_WORDS) if word in name)
        for name in found
    }
    return tuple(
        LabelCandidate(n, *_pair(found[n]))
        for n in sorted(found, key=lambda n: rank[n])
    )


def _descriptions(
    samples: Mapping[str, list[dict[str, Any]]], kinds: set[str]
) -> tuple[str, ...]:
    """Attributes of types with images whose name says that they hold long descriptions."""
    rows = (row for kind in sorted(kinds) for row in samples.get(kind, ()))
    names = {name for row in rows for name in row.get("attributes") or {}}
    return tuple(sorted(filter(_DESCRIPTION.match, names)))


def _pair(value: tuple[bool, list[str]]) -> tuple[bool, tuple[str, ...]]:
    return value[0], tuple(value[1])
