"""Where Ollama is asked, and whether anything listens there: its plugin lists no model
where the server is not running, and says nothing of it."""

from __future__ import annotations

import os
import socket
import sys
from urllib.parse import urlsplit

PREFIX = "ollama/"
PLUGIN = "llm_ollama"
"""The module of its plugin."""
USUAL = "http://localhost:11434"
PORT = 11434
WAIT = 2.0
"""Seconds."""


def host() -> str:
    """The address, as it may be shown: without user, password and path."""
    scheme, name, port = _parts()
    shown = f"[{name}]" if ":" in name else name
    return f"{scheme}://{shown}:{port}"


def silent() -> bool:
    """Whether its plugin is there, and nothing listens at its address."""
    if PLUGIN not in sys.modules:
        return False
    _, name, port = _parts()
    try:
        with socket.create_connection((name, port), timeout=WAIT):
            return False
    except (OSError, UnicodeError):
        return True


def _parts() -> tuple[str, str, int]:
    """Scheme, host and port, as Ollama's own library reads OLLAMA_HOST; the usual ones
    for what cannot be read."""
    given = os.environ.get("OLLAMA_HOST", "").strip() or USUAL
    usual = {"http": 80, "https": 443}
    if "://" not in given:
        given, usual = f"http://{given}", {}
    try:
        found = urlsplit(given)
        port = found.port or usual.get(found.scheme, PORT)
    except ValueError:
        return "http", "localhost", PORT
    return found.scheme, found.hostname or "127.0.0.1", port
