"""On which hosts the files of a site may be."""

from __future__ import annotations

import pytest

from altsync.uses.hosts import COPIES, OwnHosts


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("", True),
        ("example.org", True),
        ("cdn.example.org", True),
        ("static-2.example.org", True),
        ("cdn.shop.example.org", False),
        ("abc.cloudfront.net", True),
        ("page.test", True),
        ("media.page.test", True),
        ("elsewhere.net", False),
        ("department.example.org", False),
        ("mywp.com", False),
        ("cdn.org", False),
    ],
)
def test_hosts_by_their_names(host: str, own: bool) -> None:
    assert OwnHosts(["example.org", ""]).has(host, "page.test") is own


def test_a_host_beside_the_site() -> None:
    hosts = OwnHosts(["shop.example.org"])
    assert hosts.has("cdn.example.org")
    assert not hosts.has("example.org")


def test_a_host_with_several_files_of_the_site_keeps_copies() -> None:
    hosts = OwnHosts(["example.org"])
    told = [hosts.saw("copies.net", f"/files/{number % 3}.jpg") for number in range(2)]
    assert told == [False, False]
    assert not hosts.saw("copies.net", "/files/0.jpg")
    assert not hosts.has("copies.net")
    assert hosts.saw("copies.net", "/files/2.jpg")
    assert hosts.has("copies.net")
    assert not hosts.saw("copies.net", "/files/9.jpg")
    assert not any(hosts.saw("example.org", f"/{number}") for number in range(COPIES))
