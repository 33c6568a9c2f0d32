"""What names of files and addresses say."""

from __future__ import annotations

import pytest

from altsync.generate.naming import short_address, slug_words, telling_name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("old-quay.jpg", "old-quay"),
        ("Jan de Vries 2019.jpg.webp", "Jan de Vries 2019"),
        ("橋.png", "橋"),
        ("logo-zwartevos.svg", "logo-zwartevos"),
        ("DSC_0042.JPG", ""),
        ("IMG-20240501-WA0007.jpg", ""),
        ("PXL_20231105_101500.jpg", ""),
        ("Screenshot 2024-05-01 at 10.11.12.png", ""),
        ("d41d8cd98f00b204e9800998ecf8427e.png", ""),
        ("4711.png", ""),
        ("image-large.jpg", ""),
        ("", ""),
    ],
)
def test_a_name_that_says_something(name: str, says: str) -> None:
    assert telling_name(name) == says


@pytest.mark.parametrize(
    ("address", "words", "short"),
    [
        ("https://x.test/visit/opening-hours", "opening hours", "/visit/opening-hours"),
        (
            "https://x.test/visit/opening_hours.html?a=1#b",
            "opening hours",
            "/visit/opening_hours.html",
        ),
        ("https://x.test/node/12", "", "/node/12"),
        ("https://x.test/", "", "/"),
        ("https://x.test", "", ""),
        ("https://x.test/pt-br/", "", "/pt-br/"),
        ("https://other.test/a", "", "other.test/a"),
        ("mailto:a@x.test", "", "mailto:a@x.test"),
        ("/visit/caf%C3%A9", "café", "/visit/café"),
        (f"https://x.test/{'a' * 200}", "a" * 200, f"/{'a' * 78}…"),
    ],
)
def test_an_address(address: str, words: str, short: str) -> None:
    assert slug_words(address) == words
    assert short_address(address, "https://x.test/page") == short
