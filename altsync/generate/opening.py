"""Models are opened once per process, with a key of their own or not at all, and share
one client."""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from altsync.errors import ModelStopped, UnknownModel, UsageError
from altsync.generate import hearing, ollama, plugins
from altsync.generate.asking import Model
from altsync.generate.stranger import stranger
from altsync.near import nearest

if TYPE_CHECKING:
    import llm

OPENAI_KEY, OPENAI_HOST = "OPENAI_API_KEY", "api.openai.com"
LISTED_WITH_KEY = {"openrouter": "OPENROUTER_KEY", "mistral": "LLM_MISTRAL_KEY"}
"""Plugins that ask their provider which models there are."""
PACKAGES = {
    ("anthropic/", "claude"): "llm-anthropic",
    ("gemini", "gemma"): "llm-gemini",
    ("mistral", "pixtral", "magistral"): "llm-mistral",
    ("ollama/", "llava", "llama", "qwen"): "llm-ollama",
    ("openrouter/",): "llm-openrouter",
}
"""What names of models begin with -> the package that brings them."""

NO_KEY = "given-away"
"""In place of a key, for a request that is written down and never sent."""

_opened: dict[tuple[str, str, float], Model] = {}
_opening = threading.Lock()


def open_model(name: str, options: Mapping[str, Any], timeout: float) -> Model:
    """The model, once per process: llm.get_model registers every model anew at each
    call (12 ms).

    Raises ModelStopped (unknown, cannot see, no key of its own) and UsageError (an
    option it does not have).
    """
    key = _named(name, options, timeout)
    with _opening:
        if key not in _opened:
            _opened[key] = _open(name, options, timeout)
        return _opened[key]


@contextlib.contextmanager
def given_away(
    name: str, options: Mapping[str, Any], timeout: float
) -> Iterator[Model]:
    """The model whose questions somebody else answers: meanwhile `open_model` gives it.

    It is not asked, so it needs no key; and llm need not know it, which is then an
    engine of somebody's own. Raises ModelStopped (cannot see) and UsageError (an option
    that it does not have).
    """
    key = _named(name, options, timeout)
    with _opening:
        before = _opened.pop(key, None)
        model = _opened[key] = _open_unasked(name, options, timeout)
    try:
        yield model
    finally:
        with _opening:
            _opened.pop(key, None)
            if before is not None:
                _opened[key] = before
        model.close()


def forget() -> None:
    """Open every model anew: for a process whose llm configuration changed."""
    with _opening:
        for model in _opened.values():
            model.close()
        _opened.clear()
        hearing.remove()
        plugins.forget()


def _named(
    name: str, options: Mapping[str, Any], timeout: float
) -> tuple[str, str, float]:
    return name, repr(sorted(options.items())), timeout


def _open(name: str, options: Mapping[str, Any], timeout: float) -> Model:
    model = _of_llm(name)
    if model is None:
        raise UnknownModel(_unknown(name))
    _check(model, options)
    check_key(model)
    share_client(model, timeout)
    hear(model)
    return Model(model, options, timeout)


def _open_unasked(name: str, options: Mapping[str, Any], timeout: float) -> Model:
    model: llm.Model = _of_llm(name) or stranger(name)
    _check(model, options)
    try:
        check_key(model)
    except ModelStopped:
        model.key = NO_KEY  # of this instance alone
    share_client(model, timeout)
    hear(model)
    return Model(model, options, timeout)


def _of_llm(name: str) -> llm.Model | None:
    """None where llm knows no such model here."""
    import llm

    try:
        return plugins.listed(functools.partial(llm.get_model, name))
    except llm.UnknownModelError:
        return None


def _check(model: llm.Model, options: Mapping[str, Any]) -> None:
    """Raises ModelStopped and UsageError."""
    if "image/jpeg" not in model.attachment_types:
        raise ModelStopped(
            f"The model {model.model_id} cannot see pictures: `altsync models` lists"
            " those that can."
        )
    _check_options(model, options)


def _unknown(name: str) -> str:
    """Why there is no such model, as far as that can be told."""
    silent = ollama.silent()
    running = f"is Ollama running at {ollama.host()}?"
    if silent and name.startswith(ollama.PREFIX):
        return f"The models of Ollama cannot be listed: {running} Start it, then run again."
    sentences = [
        f"llm knows no model {name!r} here.",
        *(f"Did you mean `{meant}`?" for meant in nearest(name, known_names())),
        f"`altsync models` lists those that can see; `altsync plugins install"
        f" {plugin_of(name)}` adds more.",
        *plugins.left_out(),
    ]
    if variable := _keyless(name):
        key = name.partition("/")[0]
        sentences.append(
            f"The plugin of {key} lists its models only where there is a key: `altsync"
            f" keys set {key}`, or set {variable}."
        )
    if silent:
        sentences.append(f"If it is one of Ollama's: {running}")
    return " ".join(sentences)


def known_names() -> list[str]:
    """Every name by which llm has a model here that can see."""
    import llm

    found = plugins.listed(llm.get_models_with_aliases)
    return [
        name
        for one in found
        if "image/jpeg" in one.model.attachment_types
        for name in (one.model.model_id, *one.aliases)
    ]


def plugin_of(name: str) -> str:
    """The package whose plugin most likely brings a model of this name."""
    plain = name.casefold()
    for beginnings, package in PACKAGES.items():
        if plain.startswith(beginnings):
            return package
    return "llm-NAME"


def silent_for_want_of_a_key() -> list[str]:
    """Names of keys of plugins that are here and list no model until there is one."""
    return [name for name in LISTED_WITH_KEY if _keyless(name)]


def _keyless(name: str) -> str | None:
    """The variable for the key of a plugin that is there, has none, and lists nothing
    without; None for any other."""
    import llm

    key = name.partition("/")[0]
    variable = LISTED_WITH_KEY.get(key)
    if variable is None or f"llm_{key}" not in sys.modules:
        return None
    found = llm.get_key("", key, variable)
    return None if found else variable


def _check_options(model: llm.Model, options: Mapping[str, Any]) -> None:
    import pydantic

    try:
        model.Options(**options)
    except pydantic.ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise UsageError(
            f"{model.model_id} does not take the option {where}: {fault['msg']}."
        ) from None


def check_key(model: llm.Model) -> None:
    """Raises ModelStopped where there is no key, or where llm would send another
    provider's.

    A model of extra-openai-models.yaml with an `api_key_name` that is not stored makes
    llm fall back to OPENAI_API_KEY and send it to the model's own host (llm 0.36, seen
    on a socket). A plugin that names a variable of its own means that one.
    """
    import llm

    needs = model.needs_key
    if not needs or model.key is not None:
        return
    if _is_foreign(model) and needs not in llm.load_keys():  # type: ignore[no-untyped-call]
        raise ModelStopped(
            f"There is no key {needs!r} for {model.model_id}, and llm would send your"
            f" {model.key_env_var} to its host in its place. Nothing was sent. Store"
            f" the right one: `altsync keys set {needs}`."
        )
    try:
        _check_shape(model, model.get_key())
    except llm.NeedsKeyException:
        also = f", or set {model.key_env_var}" if model.key_env_var else ""
        raise ModelStopped(
            f"There is no key for {model.model_id}: store one with `altsync keys set"
            f" {needs}`{also}."
        ) from None


def _check_shape(model: llm.Model, key: Any) -> None:
    """Raises ModelStopped for one word that no header can hold: copied with a quotation
    mark, or read from a file with its line end."""
    if not isinstance(key, str) or len(key.split()) != 1:
        return
    if key != key.strip() or not key.isascii():
        also = f", or set {model.key_env_var} anew" if model.key_env_var else ""
        raise ModelStopped(
            f"The key for {model.model_id} has a blank or a line end beside it, or a sign"
            " that is in no key. Nothing was sent. Store it again: `altsync keys set"
            f" {model.needs_key}`{also}."
        )


def _is_foreign(model: Any) -> bool:
    """Whether the variable that llm looks into holds OpenAI's key, and the model has
    another host. A plugin's own variable (OPENROUTER_KEY) is right for its own host."""
    base = getattr(model, "api_base", None)
    if not base or model.key_env_var != OPENAI_KEY:
        return False
    host = urlsplit(str(base)).hostname
    return host != OPENAI_HOST


def hear(model: Any) -> None:
    """What providers answer is heard from now on, until `forget`."""
    if not hasattr(model, "get_client"):
        # a plugin may import it only as it asks (Mistral's does), which is too late
        with contextlib.suppress(ImportError):
            importlib.import_module("httpx")
    hearing.install()


def share_client(model: Any, timeout: float) -> None:
    """One OpenAI client for the run in place of one a call (a new TLS context and
    connection each: 30 ms of CPU).

    Retries are ours (`pace`), so that all workers slow down together. Only the instance
    is changed. Other providers keep their own client.
    """
    if not hasattr(model, "get_client"):
        return
    make: Any = model.get_client
    lock = threading.Lock()

    def get_client(key: str | None = None, *, async_: bool = False) -> Any:
        if async_:
            return make(key, async_=True)
        with lock:
            shared = getattr(model, "altsync_client", None)
            if shared is None:
                from altsync.generate.wire import client

                shared = client(make(None), timeout)
                model.altsync_client = shared
            return shared

    model.get_client = get_client
