"""What a picture probably is that is no image of the mirror."""

from __future__ import annotations

import pytest

from altsync.models import PictureKind
from altsync.uses.strangers import likely

SITE = "https://www.example.org"


@pytest.mark.parametrize(
    ("address", "kind", "why"),
    [
        (f"{SITE}/themes/own/logo.svg", PictureKind.IMG, "of the theme"),
        (
            "https://example.org/core/misc/druplicon.png",
            PictureKind.IMG,
            "of the theme",
        ),
        (f"{SITE}/sites/default/files/a.jpg", PictureKind.IMG, "a file of the site"),
        (f"{SITE}/system/files/a.jpg", PictureKind.IMG, "a file of the site"),
        (f"{SITE}/a.jpg", PictureKind.IMG, "at an address that no image"),
        ("", PictureKind.IMG, "at an address that no image"),
        ("https://cdn.net/themes/a.jpg", PictureKind.IMG, "from another site, cdn.net"),
        ("https://[/a.jpg", PictureKind.IMG, "at an address that no image"),
        ("data:image/png", PictureKind.INPUT, "written into the page"),
        ("data:image/png", PictureKind.CSS, "a background"),
        (f"{SITE}/poster.jpg", PictureKind.OTHER, "no img"),
        ("", PictureKind.EMBED, "Drupal's tag for a medium"),
    ],
)
def test_what_it_probably_is(address: str, kind: PictureKind, why: str) -> None:
    assert likely(address, kind, SITE).startswith(why)
