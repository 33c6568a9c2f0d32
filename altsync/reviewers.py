"""The names under which people give verdicts."""

from __future__ import annotations

LONGEST_NAME = 100
OF_ALTSYNC = "sample:"
"""How the names begin under which altsync itself approves: what nobody read, by a
sample."""
OWNER = "altsync-owner"
"""The actor of Datasette that a login gives. Not Datasette's `root`, whom its alphas of
1.0 give every permission, writing included."""
_JOINERS = str.maketrans("", "", "\u200c\u200d")
"""Scripts need them inside a name."""


def wrong_name(name: str) -> str:
    """What a name has to be and this one is not, to follow "must"; '' where it is fine.

    Neither blank nor long, nothing that cannot be seen, and none of altsync's own: a
    statement counts what was approved by `sample:1`, and that is no person's word.
    """
    if not name.strip():
        return "be a name, not only blanks"
    if len(name) > LONGEST_NAME:
        return f"have {LONGEST_NAME} characters at most"
    if name != name.strip() or not name.translate(_JOINERS).isprintable():
        return "have no line ends, no control characters and no blanks around it"
    if name.lower().startswith(OF_ALTSYNC) or name.lower() == OWNER:
        return "be another: verdicts of altsync itself bear that name"
    return ""
