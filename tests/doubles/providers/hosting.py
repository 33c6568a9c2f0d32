"""A provider's plugin, pointed to its double: registered, given a key in its own variable,
with the double as its host. Where a plugin has its host written in it, it is rewritten."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.doubles.providers import anthropic, gemini, mistral, ollama, openrouter
from tests.doubles.providers.anthropic_batches import AnthropicBatches
from tests.doubles.providers.base import Provider
from tests.doubles.providers.openai import Double, write_models
from tests.doubles.providers.openai_batches import OpenAIBatches

KEYS = {
    "openai": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "gemini": "LLM_GEMINI_KEY",
    "mistral": "LLM_MISTRAL_KEY",
    "ollama": "OLLAMA_API_KEY",
}
"""The variable in which each plugin looks for its key."""


def key_of(name: str) -> str:
    """The key that a provider is given here."""
    return f"sk-{name}-0123456789abcdef"


PLUGINS = {
    "openrouter": "llm_openrouter",
    "anthropic": "llm_anthropic",
    "gemini": "llm_gemini",
    "mistral": "llm_mistral",
    "ollama": "llm_ollama",
}
DOUBLES: dict[str, type[Provider]] = {
    "openai": Double,
    "openrouter": openrouter.OpenRouter,
    "anthropic": anthropic.Anthropic,
    "gemini": gemini.Gemini,
    "mistral": mistral.Mistral,
    "ollama": ollama.Ollama,
}
"""Every provider that altsync is held against."""
BATCHING: dict[str, type[Provider]] = {
    "openai": OpenAIBatches,
    "anthropic": AnthropicBatches,
}
"""Those with batches."""

Patch = pytest.MonkeyPatch


@contextmanager
def hosted(name: str, home: Path, **how: Any) -> Iterator[Provider]:
    """The double of this provider, and llm in `home` (which LLM_USER_PATH names) with its
    real plugin. Models that were opened before are forgotten, before and after. `kind`:
    another double than DOUBLES has."""
    kind = how.pop("kind", DOUBLES[name])
    with ExitStack() as stack:
        double = stack.enter_context(kind(**how))
        patch = stack.enter_context(Patch.context())
        home.mkdir(parents=True, exist_ok=True)
        patch.setenv(KEYS[name], key_of(name))
        POINTED[name](patch, home, double)
        if name in PLUGINS:
            stack.enter_context(_registered(PLUGINS[name], double))
        stack.enter_context(_forgotten())
        yield double


@contextmanager
def _forgotten() -> Iterator[None]:
    from altsync.generate import opening, pace

    opening.forget()
    pace.forget()
    try:
        yield
    finally:
        opening.forget()
        pace.forget()


@contextmanager
def _registered(plugin: str, double: Provider) -> Iterator[None]:
    """The plugin is one of llm's, until the end of the block."""
    from llm.plugins import load_plugins, pm

    module = importlib.import_module(plugin)
    load_plugins()  # type: ignore[no-untyped-call]
    rewritten: Any = module
    if plugin == "llm_openrouter":
        rewritten = _Rewritten(module, double)
    pm.register(rewritten, name=plugin)
    try:
        yield
    finally:
        pm.unregister(rewritten)


class _Rewritten:
    """llm-openrouter, whose models know the double as their host."""

    def __init__(self, module: Any, double: Provider) -> None:
        import llm

        def register_models(register: Callable[..., None]) -> None:
            def to_double(model: Any, also: Any = None, aliases: Any = None) -> None:
                model.api_base = double.base
                register(model, also, aliases=aliases)

            module.register_models(to_double)

        self.register_models = llm.hookimpl(register_models)


def _openai(patch: Patch, home: Path, double: Provider) -> None:
    """Models of extra-openai-models.yaml; `double-keyed` has a key of its own name, which
    is in llm's store: no host but OpenAI's is to see OPENAI_API_KEY."""
    write_models(home, double.base)
    (home / "keys.json").write_text(json.dumps({"stubco": key_of("stubco")}))


def _openrouter(patch: Patch, home: Path, double: Provider) -> None:
    (home / "openrouter_models.json").write_text(json.dumps(openrouter.LISTED))


def _anthropic(patch: Patch, home: Path, double: Provider) -> None:
    patch.setenv("ANTHROPIC_BASE_URL", double.base)


def _gemini(patch: Patch, home: Path, double: Provider) -> None:
    """Its address is a literal: the httpx that it calls changes the host."""
    import httpx

    plugin = importlib.import_module("llm_gemini")

    def stream(method: str, url: str, **how: Any) -> Any:
        there = url.replace("https://generativelanguage.googleapis.com", double.base)
        assert there != url
        return httpx.stream(method, there, **how)

    patch.setattr(plugin, "httpx", SimpleNamespace(stream=stream))


def _mistral(patch: Patch, home: Path, double: Provider) -> None:
    (home / "mistral_models.json").write_text(json.dumps(mistral.LISTED))
    sdk = importlib.import_module("mistralai.client.sdkconfiguration")
    patch.setitem(sdk.SERVERS, "global", double.base)


def _ollama(patch: Patch, home: Path, double: Provider) -> None:
    patch.setenv("OLLAMA_HOST", double.base)
    registry = importlib.import_module("llm_ollama.registry")
    patch.setattr(registry.cache, "cache_dir", home)


POINTED: dict[str, Callable[[Patch, Path, Provider], None]] = {
    "openai": _openai,
    "openrouter": _openrouter,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "mistral": _mistral,
    "ollama": _ollama,
}
