"""Commands inside sentences: what the terminal shows between backticks is code on a
page."""

from __future__ import annotations

import re
from typing import Any

_MARKED = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(
    r"(altsync [a-z]+(?: --[a-z-]+| [A-Z]{2,}(?![a-z])| [0-9]+(?![0-9.])| [a-z]+=[a-z,-]+)*)"
)


def in_code(text: str | None) -> Any:
    """What stands between backticks, as code; a backtick without another stays one."""
    return _marked(_MARKED, text or "")


def commands(text: str) -> Any:
    """Each command of altsync, as code: for sentences that mark none."""
    return _marked(_COMMAND, text)


def _marked(what: re.Pattern[str], text: str) -> Any:
    """Escaped HTML. Every second piece of a split by a group is what it found."""
    from markupsafe import Markup

    code = Markup("<code>{}</code>").format
    pieces = enumerate(what.split(text))
    return Markup("").join(code(one) if at % 2 else one for at, one in pieces)
