"""A host that has not been heard at all: said once, while it is waited for."""

from __future__ import annotations

import contextlib
import logging
import threading

import pytest
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, ReadTimeoutError
from urllib3.util.retry import Retry

from altsync.sources import silence
from altsync.sources.http import Http
from altsync.sources.inside import Reach
from altsync.sources.tries import READ, Patience, adapters
from tests.processes import until
from tests.sources.test_http import Scripted

FOREVER = 3600.0


class Listener(logging.Handler):
    """Whoever waits."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.told = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())
        self.told.set()


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    made = Listener()
    monkeypatch.setattr(silence.LOG, "handlers", [made])
    monkeypatch.setattr(silence.LOG, "propagate", False)
    silence.LOG.setLevel(logging.INFO)
    return made


def test_it_is_said_once_and_how_long_it_is_waited_for(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "AFTER", 0.0)

    def answer(*_: object) -> tuple[int, dict[str, str], bytes]:
        assert listener.told.wait(30), "the site answers once it was said"
        return 200, {}, b"{}"

    with Scripted(answer) as site:
        http = Http(site.url)
        for _ in range(2):
            http.get(site.url + "/")
        http.close()
        assert listener.heard == [
            f"{site.url} has not answered yet. Each request is waited for up to 90 s;"
            " Ctrl-C stops."
        ]


def test_a_host_that_answers_is_not_told_of(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "AFTER", FOREVER)
    before = set(threading.enumerate())
    with Scripted(lambda *_: (200, {}, b"{}")) as site:
        http = Http(site.url)
        http.get(site.url + "/")
        http.close()
    assert not listener.heard
    begun = set(threading.enumerate()) - before
    until(lambda: not [one for one in begun if one.is_alive()])


def test_a_first_look_asks_a_silent_host_once() -> None:
    def again(*, impatient: bool, heard: bool) -> bool:
        met = threading.Event()
        if heard:
            met.set()
        patience = Patience(impatient=impatient)
        reach = Reach("http://site.test", [])
        made = adapters(patience, 1, threading.Event(), reach, 60.0, met)
        late = ReadTimeoutError(HTTPConnectionPool("site.test"), "/", "late")
        with contextlib.suppress(MaxRetryError):
            left: Retry = made[READ].max_retries
            for _ in range(2):
                left = left.increment("GET", "/", error=late)
            return True
        return False

    assert not again(impatient=True, heard=False)
    assert again(impatient=True, heard=True)
    assert again(impatient=False, heard=False)
