"""Files as the web server and Drupal hand them out: public ones past Drupal, private ones
by who may see what shows them, and the derivatives of image styles (767-773, 794, 799-803,
897)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from hashlib import sha256
from urllib.parse import unquote

from tests.doubles.drupal import sight
from tests.doubles.drupal.access import Asker
from tests.doubles.drupal.calls import Reply
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.model import File, State, listed

ROOTS = ("/sites/default/files/", "/system/files/")
_STYLE = re.compile(r"/(?:sites/default|system)/files/styles/([^/]+)/(\w+)/(.+)\Z")


def itok(style: str, uri: str) -> str:
    """A derivative's token: of style and uri alone, so that it stays where the picture is
    replaced (source)."""
    return sha256(f"{style}:{uri}".encode()).hexdigest()[:8]


def derivative(file: File, style: str = "large") -> str:
    """The address of a derivative, as pages show it: a picture in WebP, whatever it was
    (780, 795)."""
    scheme, _, path = file.uri.partition("://")
    root = "/system/files" if scheme == "private" else "/sites/default/files"
    token = itok(style, file.uri)
    return f"{root}/styles/{style}/{scheme}/{path.lstrip('/')}.webp?itok={token}"


def answer(
    state: State, path: str, query: str, headers: Mapping[str, str], asker: Asker
) -> Reply:
    """A file's bytes. Raises Refusal with HTML: 404 where there are none (076, 794), 403
    for Basic credentials (800, 802) and for who sees nothing that shows it (801)."""
    file = _file(state, unquote(path), query)
    private = file is not None and file.uri.startswith("private://")
    basic = headers.get("Authorization", "").lower().startswith("basic")
    if path.startswith("/system/files/") and basic:
        raise Refusal(403, "", html=True)
    if file is None or file.data is None:
        raise Refusal(404, "", html=True)
    if not private:
        return _public(file, headers)
    if not _shown(state, asker, file):
        raise Refusal(403, "", html=True)
    told = {
        "Last-Modified": formatdate(file.written, usegmt=True),
        "Cache-Control": "private",
    }
    return Reply(body=file.data, headers=told, type=file.filemime)


def _file(state: State, path: str, query: str) -> File | None:
    style = _STYLE.fullmatch(path)
    for file in state.files.values():
        if style is None and unquote(file.url) == path:
            return file
        if style is None:
            continue
        scheme, _, below = file.uri.partition("://")
        same = (scheme, below.lstrip("/")) == (style[2], style[3].removesuffix(".webp"))
        if same and query == f"itok={itok(style[1], file.uri)}":
            data, written = file.styled.get(style[1], (file.data, file.written))
            return replace(file, data=data, written=written)
    return None


def _public(file: File, headers: Mapping[str, str]) -> Reply:
    """What nginx tells of a file on the disk (767, 770): only this moves where its bytes
    are overwritten."""
    tag = f'"{file.written:x}-{len(file.data or b""):x}"'
    told = {
        "Last-Modified": formatdate(file.written, usegmt=True),
        "ETag": tag,
        "Accept-Ranges": "bytes",
    }
    if headers.get("If-None-Match") == tag:
        return Reply(304, None, told)
    return Reply(body=file.data, headers=told, type=file.filemime)


def _shown(state: State, asker: Asker, file: File) -> bool:
    """Does this reader see anything that has the private file in a field?"""
    for group in state.entities.values():
        for entity in group.values():
            for text in entity.translations.values():
                uses = any(
                    item and item.get("id") == file.uuid
                    for name, data in text.relationships.items()
                    if name != "thumbnail"
                    for item in listed(data)
                )
                if uses and sight.hidden(state, asker, entity, text) is None:
                    return True
    return False
