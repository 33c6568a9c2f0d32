"""Which picture an address means: the same one for all its derivatives."""

from __future__ import annotations

import pytest

from altsync.store.usages import picture_key


@pytest.mark.parametrize(
    "url",
    [
        "https://x.org/files/trip/pass.jpg",
        "/sites/default/files/styles/large/public/trip/pass.jpg?itok=abc",
        "https://cdn/x/trip/pass-1280w.jpg",
        "trip/pass-1280w.jpg.webp",
        "/trip/PASS_800x600.PNG",
        "/trip/pass@2x.jpg",
        "/a/trip/pass-scaled-300x200.jpeg",
        "/trip/p%61ss.jpg",
    ],
)
def test_every_derivative_is_the_same_picture(url: str) -> None:
    assert picture_key(url) == "trip/pass"


def test_other_pictures_are_others() -> None:
    assert picture_key("/trip/pass-2.jpg") == "trip/pass-2"
    assert picture_key("/other/pass.jpg") != "trip/pass"
    assert picture_key("") is None
    assert picture_key(None) is None
