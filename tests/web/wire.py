"""Requests over a real socket, as any program on the machine makes them."""

from __future__ import annotations

import http.client
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.processes import PATIENT
from tests.web.shown import Serving


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


def ask(
    address: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answered:
    """One request, on a connection of its own; redirects are not followed."""
    parts = urlsplit(address)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENT)
    try:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
    found = {name.lower(): value for name, value in answer.getheaders()}
    return Answered(answer.status, found, text)


def as_owner(serving: Serving) -> dict[str, str]:
    """The headers of a page of the server, in the browser of its owner."""
    return {
        "cookie": f"altsync={serving.cookie('altsync-owner')}",
        "origin": serving.origin,
        "sec-fetch-site": "same-origin",
    }


def dump(database: Path) -> str:
    """Everything that is in a database."""
    conn = sqlite3.connect(database)
    try:
        return "\n".join(conn.iterdump())
    finally:
        conn.close()
