"""`[generate] timeout` holds for every plugin, whatever it does with its time; and what
was heard until then is known."""

from __future__ import annotations

import gc
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import llm
import pytest

from altsync.generate import hearing, work
from altsync.generate.asking import Posed
from altsync.generate.opening import open_model
from tests.doubles.providers.base import Act
from tests.doubles.providers.hosting import DOUBLES
from tests.generate.conftest import Bench
from tests.generate.providers.conftest import Serve

Filled = Callable[[int], Bench]
SECONDS = 1.2
POSED = Posed("system", "question", b"jpeg")


@pytest.mark.parametrize("name", sorted(DOUBLES))
def test_a_call_ends_in_time_and_is_sent_once(name: str, serve: Serve) -> None:
    """Silence, and half an answer that drips: no library tries again by itself."""
    double = serve(name)
    # the first call of a process may import a library
    open_model(double.model, {}, 30.0).ask(POSED)
    model = open_model(double.model, {}, SECONDS)
    for calls, act in enumerate(
        (Act.alt("A cat.", latency=60.0), Act.alt("A cat.", how="drip")), start=2
    ):
        double.acts = [act]
        began = time.monotonic()
        with pytest.raises(Exception):  # noqa: B017, PT011
            model.ask(POSED)
        assert time.monotonic() - began < SECONDS + 40
        assert double.calls == calls
        heard = hearing.heard()
        assert (heard is None) == (act.how == "")
    assert heard is not None
    assert (heard.status, heard.whole) == (200, False)


@pytest.mark.parametrize("name", sorted(DOUBLES))
def test_errors_and_answers_are_heard_once(name: str, serve: Serve) -> None:
    """Status, headers and body, which some plugins turn into a text, and an answer
    whole."""
    double = serve(name)
    model = open_model(double.model, {}, 5.0)
    double.acts = [Act.status(503, retry_after=7, message="full")]
    with pytest.raises(Exception):  # noqa: B017, PT011
        model.ask(POSED)
    heard = hearing.heard()
    assert heard is not None
    assert (heard.status, heard.headers["retry-after"]) == (503, "7")
    assert (b"full" in heard.body, heard.whole, double.calls) == (True, True, 1)
    double.acts = [Act.alt("A cat on a mat.")]
    assert "A cat on a mat." in model.ask(POSED).text
    heard = hearing.heard()
    assert heard is not None
    assert (heard.status, heard.whole) == (200, True)
    assert b"A cat on a mat" in heard.body or name == "anthropic"


def test_the_thread_that_asked_keeps_no_connection(serve: Serve) -> None:
    """The error of a call holds its plugin's client: it was kept until the next call of
    the thread, and its sockets with it."""
    import httpx

    double = serve("ollama")
    open_model(double.model, {}, 30.0).ask(POSED)
    double.acts = [Act.alt("A cat.", how="reset")]
    made: list[weakref.ref[httpx.Client]] = []
    with pytest.MonkeyPatch.context() as patch:
        send = httpx.Client.send

        def noted(client: httpx.Client, *args: Any, **how: Any) -> Any:
            made.append(weakref.ref(client))
            return send(client, *args, **how)

        patch.setattr(httpx.Client, "send", noted)
        with pytest.raises(httpx.TransportError):
            open_model(double.model, {}, 30.0).ask(POSED)
    hearing.remove()
    gc.collect()
    assert [client() for client in made] == [None]


class Deaf(llm.Model):
    """Speaks through no library that is known, and never comes back."""

    model_id = "deaf"
    can_stream = False

    def __init__(self) -> None:
        self.attachment_types = {"image/jpeg"}
        self.calls = 0
        self.end = threading.Event()

    def execute(self, *_: Any, **__: Any) -> Iterator[str]:
        self.calls += 1
        here, there = socket.socketpair()
        with here, there:
            here.settimeout(0.1)
            while not self.end.is_set():
                try:
                    here.recv(1)
                except OSError:
                    continue
        yield ""


@pytest.fixture
def deaf() -> Iterator[Deaf]:
    from llm.plugins import pm

    model = Deaf()

    class Plugin:
        @llm.hookimpl
        def register_models(self, register: Callable[..., None]) -> None:
            register(model)

    plugin = Plugin()
    pm.register(plugin)
    yield model
    model.end.set()
    pm.unregister(plugin)


def test_a_plugin_that_never_comes_back_is_given_up(
    deaf: Deaf, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "BACKOFF", 0.0)
    bench = filled(1)
    began = time.monotonic()
    done = bench.run(models=("deaf",), timeout=0.1, prices={})
    assert time.monotonic() - began < 60
    assert (done.made, done.failed, done.lost) == (0, 1, deaf.calls)
    assert "deaf did not answer in time" in done.problem
    rows = bench.rows("SELECT lost_calls, input_tokens > 0, work_key FROM failures")
    assert rows == [(deaf.calls, 1, None)]
