"""Twenty pages of our own making: every picture of each, every field of it.

`pages/NAME.json` says what a careful person reads there; what it does not name is as `Use`
has it when a page says nothing. Addresses without a host are the site's.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from altsync.models import PageFile, PictureKind, Placed, Region, Use
from altsync.uses.html import content

SITE = "https://x.example"
PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.name for path in PAGES.iterdir() if path.suffix in (".html", ".md"))


def read(name: str) -> tuple[Any, dict[str, Any]]:
    file = PAGES / name
    page = PageFile(f"{SITE}/{file.stem}", file.read_bytes(), file.suffix == ".md")
    expected = json.loads(file.with_suffix(".json").read_text("utf-8"))
    return content(page), expected


def placed(
    page: str, number: int, said: dict[str, Any], whole: dict[str, Any]
) -> Placed:
    """What the expectation says of one picture."""
    kind = PictureKind(said.pop("kind", "img"))
    addresses = tuple(map(absolute, said.pop("addresses")))
    uuid = said.pop("uuid", "")
    use = Use(
        page_url=f"{SITE}/{Path(page).stem}",
        page_title=whole["title"],
        place=number,
        kind=kind,
        language=said.pop("language", whole["language"]),
        region=Region(said.pop("region", "main")),
        link=absolute(said.pop("link", "")),
        **said,
    )
    return Placed(use, kind, addresses, uuid)


def absolute(address: str) -> str:
    is_own = address.startswith("/") and not address.startswith("//")
    return SITE + address if is_own else address


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_read_exactly(name: str) -> None:
    page, expected = read(name)
    assert (page.title, page.language) == (expected["title"], expected["language"])
    assert page.text.startswith(expected["text"])
    wanted = [
        placed(name, number, said, expected)
        for number, said in enumerate(expected["pictures"], 1)
    ]
    assert list(map(asdict, page.pictures)) == list(map(asdict, wanted))


def test_there_are_twenty_pages() -> None:
    assert len(NAMES) >= 20
