"""How origins are reached, over real sockets."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from altsync.doors import Doors
from altsync.sources.memory import MemorySource
from altsync.sources.tries import Patience
from tests.sources.test_http import Scripted

PICTURE = b"a picture"


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    def told(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
        return (404 if path == "/robots.txt" else 200, {}, PICTURE)

    with Scripted(told) as made:
        yield made


def doors(site: str) -> Doors:
    return Doors(MemorySource(), site, threading.Event(), lambda _: None)


def test_a_page_leads_to_no_network_that_its_site_is_not_in(server: Scripted) -> None:
    server.seen.clear()
    with doors("") as opened:
        assert opened.picture(f"{server.url}/x.jpg", 100) is None
        assert server.seen == []
        assert opened.picture("file:///etc/passwd", 100) is None
        opened.of(server.url)  # the owner names it
        assert opened.picture(f"{server.url}/x.jpg", 100) == PICTURE


def test_a_page_leads_to_another_host_beside_its_site(server: Scripted) -> None:
    with doors("http://127.0.0.1:9") as opened:
        assert opened.picture(f"{server.url}/x.jpg", 100) == PICTURE


def test_a_host_that_does_not_answer_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
        return 500, {}, b""

    monkeypatch.setattr("altsync.sources.http.Patience", lambda: Patience(attempts=0))
    with Scripted(failing) as server, doors("http://127.0.0.1:9") as opened:
        for name in ("a", "b"):
            assert opened.picture(f"{server.url}/{name}.jpg", 100) is None
        assert [path for _, path, _ in server.seen] == ["/robots.txt"]
