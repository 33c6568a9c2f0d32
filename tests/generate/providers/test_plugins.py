"""Providers that are away as llm lists its models."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from altsync.errors import ModelStopped
from altsync.generate import catalogue, opening, plugins
from altsync.generate.opening import open_model
from tests.doubles.providers.hosting import key_of
from tests.generate.conftest import Bench
from tests.generate.providers.conftest import Serve

Filled = Callable[[int], Bench]


def test_openrouter_is_offline_and_openai_works(
    serve: Serve, llm_home: Path, monkeypatch: pytest.MonkeyPatch, filled: Filled
) -> None:
    """Its plugin fetches its list at every listing, and raises."""
    serve("openrouter")
    double = serve("openai")
    (llm_home / "openrouter_models.json").unlink()
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    done = filled(1).run(models=(double.model,))
    assert (done.made, double.calls) == (1, 1)
    (sentence,) = plugins.left_out()
    assert "openrouter are left out: they could not be listed (Download" in sentence
    assert key_of("openrouter") not in sentence


def test_openrouter_has_no_key(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its plugin lists nothing then: "llm knows no model" alone helps nobody."""
    double = serve("openrouter")
    monkeypatch.delenv("OPENROUTER_KEY")
    with pytest.raises(
        ModelStopped, match=r"altsync keys set openrouter.*OPENROUTER_KEY"
    ):
        open_model(double.model, {}, 5.0)


def closed() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_ollama_is_not_running(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, filled: Filled
) -> None:
    """Before, when its models are unknown; and from one call to the next."""
    double = serve("ollama")
    model = open_model(double.model, {}, 5.0)
    host = f"127.0.0.1:{closed()}"
    monkeypatch.setenv("OLLAMA_HOST", f"http://me:secret@{host}")
    asked = f"is Ollama running at http://{host}\\?"
    bench = filled(3)
    with pytest.raises(ModelStopped, match=asked):
        bench.run(models=(model.name,), timeout=5.0)
    assert double.calls == 0
    assert bench.rows("SELECT count(*) FROM failures") == [(0,)]
    opening.forget()
    with pytest.raises(ModelStopped, match=f"cannot be listed: {asked}"):
        open_model("ollama/llava", {}, 5.0)
    with pytest.raises(ModelStopped, match=f"knows no model 'llava'.*{asked}"):
        open_model("llava", {}, 5.0)
    assert double.model not in {line.name for line in catalogue.seeing()}
