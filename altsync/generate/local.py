"""Which addresses are this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from altsync.addresses import is_this_machine


def is_local(url: str) -> bool:
    """Whether an address is on this machine."""
    return is_this_machine(urlsplit(url).hostname or "")
