"""Which file an address shows."""

from __future__ import annotations

import time

import pytest

from altsync.derivatives import (
    bare,
    files_of,
    host_of,
    may_be_made_of,
    names_of,
    path_of,
)

FILES = "/sites/default/files"
PASS = f"{FILES}/trip/pass.jpg"


@pytest.mark.parametrize(
    ("address", "files"),
    [
        (f"https://x.org{PASS}", [PASS]),
        (f"https://x.org{PASS}?w=300&h=200", [PASS]),
        (f"https://x.org{FILES}/styles/wide/public/trip/pass.jpg?itok=T", [PASS]),
        (
            f"{FILES}/styles/wide/public/trip/pass.jpg.webp?itok=T",
            [f"{PASS}.webp", PASS],
        ),
        (f"{FILES}/styles/w/public/trip/pass.webp", [f"{FILES}/trip/pass.webp"]),
        (
            "https://x.org/system/files/styles/w/private/a/b.png?itok=T",
            ["/system/files/a/b.png"],
        ),
        ("/de/system/files/a/b.png", ["/system/files/a/b.png"]),
        ("/sites/b.org/files/styles/w/public/a.gif", ["/sites/b.org/files/a.gif"]),
        (f"{FILES}/na%20me%2520.jpg", [f"{FILES}/na me%20.jpg"]),
        (f"{FILES}/cafe\u0301.jpg", [f"{FILES}/caf\u00e9.jpg"]),
        (
            "https://b.s3.amazonaws.com/pub/styles/w/s3/a.jpg",
            ["/pub/a.jpg"],
        ),
        (f"{FILES}/styles/only/here.jpg", [f"{FILES}/styles/only/here.jpg"]),
        ("images/pass.jpg", ["/images/pass.jpg"]),
        ("https://x.org/image?id=7", ["/image?id=7"]),
        ("https://x.org/image", ["/image"]),
        ("data:image/gif;base64,R0lGOD", []),
        ("https://x.org/", []),
        ("http://[broken", []),
        ("", []),
    ],
)
def test_the_file_that_an_address_shows(address: str, files: list[str]) -> None:
    assert list(files_of(address)) == files


@pytest.mark.parametrize(
    "address",
    [
        "https://x.org/trip/pass.jpg",
        "/trip/pass-1280w.jpg",
        "/trip/pass-1280w.jpg.webp",
        "/trip/pass_800x600.PNG",
        "/trip/pass@2x.jpg",
        "/trip/pass-scaled-300x200.jpeg",
        "/trip/p%61ss.avif",
        "/trip/pass-thumb.jpg",
        "/trip/pass_large-300w.jpg",
    ],
)
def test_names_of_what_is_made_of_a_file(address: str) -> None:
    assert "/trip/pass" in names_of(path_of(address))


@pytest.mark.parametrize(
    "address",
    [
        "/trip/pass-2.jpg",
        "/trip/pass-1.jpg",
        "/trip/PASS.jpg",
        "/other/trip/pass.jpg",
        "/pass.jpg",
    ],
)
def test_names_of_another_file(address: str) -> None:
    assert "/trip/pass" not in names_of(path_of(address))


def test_a_word_for_a_size_is_no_other_word() -> None:
    assert names_of("/house-small.jpg") == ("/house-small", "/house")
    assert bare("/house-small.jpg") not in names_of("/house-large.jpg")


@pytest.mark.parametrize(
    ("path", "original", "may"),
    [
        ("/a-9w.jpg", "/a.JPEG", True),
        ("/a-9w.webp", "/a.png", True),
        ("/a-9w.jpg", "/a", True),
        ("/a", "/a.png", True),
        ("/a-9w.jpg", "/a.png", False),
        ("/a-9w.png", "/a.webp", False),
    ],
)
def test_the_format_of_what_is_made_of_a_file(
    path: str, original: str, may: bool
) -> None:
    assert may_be_made_of(path, original) is may


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.x.org:8080/a", "x.org"),
        ("//CDN.x.org/a", "cdn.x.org"),
        ("/a", ""),
        ("http://[broken", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize("end", ["-1x1" * 480 + "!.jpg", ".jpg" * 490, "-scaled" * 280])
def test_what_a_page_says_takes_no_time(end: str) -> None:
    began = time.process_time()
    for number in range(20):
        for path in files_of(f"https://x.org/{number}{end}"):
            names_of(path)
    assert time.process_time() - began < 0.2
