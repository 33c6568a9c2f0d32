"""What a screen reader says."""

from __future__ import annotations

import pytest

from altsync.render.spoken import spoken


@pytest.mark.parametrize(
    ("alt", "said"),
    [
        (None, "reads out the file name: “DSC_1, graphic”"),
        ("", "says nothing: the image is skipped"),
        (" \n", "says nothing: the image is skipped"),
        (" A tram. ", "says: “graphic, A tram.”"),
    ],
)
def test_how_it_is_read_out(alt: str | None, said: str) -> None:
    assert spoken(alt, "DSC_1") == said
