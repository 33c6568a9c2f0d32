"""The keys of the pages, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ASK = ("q", "ask a colleague about the text")
CHOOSE = ("1 to 9", "choose a candidate")
FIELD = (
    ("Ctrl Enter", "in a field: approve what stands there"),
    ("Esc", "leave a field, or close this list"),
    ("?", "open and close this list"),
)
JUDGING = (
    ("a", "approve the text as it stands in its field"),
    ("e", "edit the text"),
    ("r", "reject the text"),
    ("d", "mark the image decorative: an empty text, on purpose"),
    ("u", "undo your last verdict"),
    ("s", "skip to the next image; nothing is written"),
    ("p", "back to the previous image; nothing is written"),
    ("z", "enlarge the picture, and close it again"),
)
MARKING = (
    ("Arrows", "move among the images, once one has the focus"),
    ("Home End", "to the first, to the last"),
    ("Space x", "mark the image, or take the mark away"),
    ("Shift Arrows", "move, and mark both"),
    ("Shift x", "what the last mark got, for all from there to here"),
    ("Enter", "open the image"),
)
GRADING = (
    ("1 to 9", "go to a text"),
    ("a to f", "grade it"),
    ("p", "pick it as the best of these"),
    ("z", "enlarge the picture, and close it again"),
    ("Arrows", "move among the grades of a text"),
    ("Enter", "keep the grades and go on"),
)
LIST = ("?", "open and close this list")
KEYS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "review": (*JUDGING, ASK, CHOOSE, *FIELD),
        "judging": (*JUDGING, ASK, *FIELD),
        "grid": (*MARKING, LIST),
        "compare": (*GRADING, LIST),
    }
)
"""By page: each key, and what it does. A key that a page has is listed here; a test
compares."""
