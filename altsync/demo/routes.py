"""What a request to the demonstration site is for, and what the ledger keeps of it."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit


def route_of(path: str) -> tuple[str, str | None]:
    """(route, image or album). Each segment is unquoted once; a bare `..` is nobody's name."""
    raw = urlsplit(path).path
    try:
        segments = [
            unquote(s, errors="strict")
            for s in raw.strip("/").split("/")
            if s not in (".", "..")
        ]
    except UnicodeDecodeError:
        return "page", None
    if any(s in (".", "..") for s in raw.split("/")):
        return "page", None
    if segments[0] == "album":
        if len(segments) > 3 and segments[-1] in ("get", "patch"):
            return segments[-1], "/".join(segments[1:-1])
        return "page", "/".join(segments[1:])
    if segments[:2] == ["files", "cache"] and raw.endswith("-1280w.jpg"):
        return "pixels", "/".join(segments[2:]).removesuffix("-1280w.jpg")
    if raw in ("/inventory", "/inventory.json"):
        return "inventory", None
    return ("sitemap" if raw.startswith("/sitemap") else "page"), None


def without_secrets(headers: dict[str, str]) -> dict[str, str]:
    """The headers without logins."""
    secret = ("authorization", "cookie")
    return {name: value for name, value in headers.items() if name not in secret}
