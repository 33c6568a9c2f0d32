"""One sentence says that there is no image of an id, wherever somebody names one."""

from __future__ import annotations

import pytest

from altsync.errors import UnknownImage
from tests.cli.conftest import Owner, mirrored, owner, site

__all__ = ["mirrored", "owner", "site"]
SENTENCE = str(UnknownImage("no/such"))


@pytest.mark.parametrize(
    "command",
    [
        ["context", "no/such"],
        ["generate", "no/such"],
        ["log", "no/such"],
        ["who", "no/such"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_says_it_alike(mirrored: Owner, command: list[str]) -> None:
    ran = mirrored.run(*command, code=2)
    assert SENTENCE in ran.err
