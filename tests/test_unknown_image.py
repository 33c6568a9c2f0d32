"""One sentence says that there is no image of an id, wherever somebody names one."""

from __future__ import annotations

import re
from html import unescape

import pytest

from altsync.config import load
from altsync.errors import UnknownImage
from tests.cli.conftest import Owner, mirrored, owner, prepared, site
from tests.web.client import Browser

__all__ = ["mirrored", "owner", "prepared", "site"]
SENTENCE = str(UnknownImage("no/such"))


@pytest.mark.parametrize(
    "command",
    [
        ["approve", "no/such"],
        ["context", "no/such"],
        ["diff", "no/such"],
        ["generate", "no/such"],
        ["log", "no/such"],
        ["push", "no/such", "--yes"],
        ["reject", "no/such"],
        ["who", "no/such"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_says_it_alike(mirrored: Owner, command: list[str]) -> None:
    ran = mirrored.run(*command, code=2)
    assert SENTENCE in ran.err


@pytest.mark.parametrize("page", ["review?image=no/such", "image?id=no/such"])
def test_the_pages_say_it_too(mirrored: Owner, page: str) -> None:
    answer = Browser(load()).get(f"/-/altsync/{page}")
    assert answer.status_code == 404
    assert "Nothing was written" not in answer.text, "nobody gave a verdict"
    commands = re.sub(r"</?code>", "`", unescape(answer.text))
    assert SENTENCE in commands
