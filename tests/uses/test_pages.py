"""Pages of our own making in several themes, and Drupal's own where they are at hand:
every picture of each, every field of it.

`pages/NAME.json` says what a careful person reads on `pages/NAME`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from altsync.models import PageFile
from altsync.uses.html import content
from tests.recordings import recordings
from tests.uses.reading import is_read_as

SITE = "https://x.example"
HERE = Path(__file__).parent
PAGES = sorted(
    path for path in (HERE / "pages").iterdir() if path.suffix in (".html", ".md")
)
RECORDED = json.loads((HERE / "recorded.json").read_text("utf-8"))
"""Number of a recording of Drupal 10.6.15, theme Olivero -> what is read on it."""


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_a_page_is_read_exactly(file: Path) -> None:
    page = PageFile(f"{SITE}/{file.stem}", file.read_bytes(), file.suffix == ".md")
    said = json.loads(file.with_suffix(".json").read_text("utf-8"))
    is_read_as(page, SITE, content(page), said)


def test_no_page_is_without_its_expectation() -> None:
    assert len(PAGES) >= 20
    expected = {path.stem for path in (HERE / "pages").glob("*.json")}
    assert expected == {path.stem for path in PAGES}


@pytest.mark.skipif(recordings() is None, reason="the recordings are not at hand")
@pytest.mark.parametrize("number", RECORDED)
def test_drupals_own_page_is_read_exactly(number: str) -> None:
    folder = recordings()
    assert folder is not None
    (file,) = folder.glob(f"{number}-*.json")
    exchange = json.loads(file.read_text("utf-8"))
    url = exchange["request"]["url"]
    site = "/".join(url.split("/")[:3])
    page = PageFile(url, exchange["response"]["body"].encode())
    is_read_as(page, site, content(page), RECORDED[number])
