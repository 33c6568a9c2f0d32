"""The loop that the tutorial shows is the one that happens today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.loop import record

SHOWN = Path(__file__).parents[2] / "docs" / "_static" / "loop.txt"
CHECKSUM = re.compile(r"\b[0-9a-f]{12}\b")
"""Of a plan: it names the site, whose port is another every time."""


@pytest.mark.slow
def test_what_is_shown_is_what_happens() -> None:
    text = "\n".join(line for lines in record() for line in [*lines, ""])
    known = SHOWN.read_text("utf-8")
    assert CHECKSUM.sub("…", text.rstrip() + "\n") == CHECKSUM.sub("…", known)
    assert len(CHECKSUM.findall(known)) == 2
