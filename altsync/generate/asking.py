"""One call of a model through llm: opened once a run, asked from many threads, a new
response object for every try."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from altsync.errors import ModelStopped, UsageError

if TYPE_CHECKING:
    import llm

RECORDED = "recorded"
"""`resolved_model` of a model that replays texts in place of writing them
(altsync-demo)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from one call, whether it can be used or not. Plain data: it may
    cross a process."""

    text: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    resolved_model: str | None = None
    response_id: str | None = None
    duration_ms: int | None = None
    finish: str | None = None
    refusal: str | None = None
    response: Any = None
    """The llm.Response, for llm's own log; only inside the process that made the call.
    """


class Model:
    """A model that can see. Threads may share it."""

    def __init__(
        self, model: llm.Model, options: Mapping[str, Any], timeout: float
    ) -> None:
        self.name: str = model.model_id
        self.schema = bool(model.supports_schema)
        self.asked = dict(options)
        """The options as they were given: what a task carries."""
        self.options = dict(options)
        """As they are recorded with a candidate."""
        self._model = model
        self._extra: dict[str, Any] = {}
        fields = model.Options.model_fields
        if "reasoning_effort" in fields and "reasoning_effort" not in self.options:
            self.options["reasoning_effort"] = (
                "low"  # hidden tokens double or treble the price of the cheap models
            )
        if "timeout" in fields and "timeout" not in self.options:
            self._extra["timeout"] = timeout  # Gemini waits for ever without it

    @property
    def recorded(self) -> bool:
        """True where the model only replays recorded texts, for the demonstration."""
        return bool(getattr(self._model, "recorded", False))

    def close(self) -> None:
        """Give the shared connections back."""
        shared = getattr(self._model, "altsync_client", None)
        if shared is not None:
            shared.close()

    def ask(
        self, system: str, question: str, jpeg: bytes, schema: dict[str, Any] | None
    ) -> Reply:
        """One call. Raises whatever the provider's library raises: see `trouble.judge`."""
        import llm

        # content and type are given: with a path or without a type llm sniffs the
        # bytes, 6 ms a call.
        picture = llm.Attachment(content=jpeg, type="image/jpeg")
        response = self._model.prompt(
            question,
            system=system,
            attachments=[picture],
            schema=schema,
            stream=False,  # a stream that is cut says nothing, and its connection is not used again
            **self.options,
            **self._extra,
        )
        text = response.text()
        usage = response.usage()
        body = response.json() or {}
        finish, refusal = _ending(body)
        return Reply(
            text,
            usage.input,
            usage.output,
            response.resolved_model
            or (body.get("model") if isinstance(body.get("model"), str) else None),
            response.id,
            response.duration_ms(),
            finish,
            refusal,
            response,
        )


def _ending(body: Any) -> tuple[str | None, str | None]:
    """Finish reason and refusal in a provider's raw answer (Chat Completions,
    Responses, Claude, Gemini)."""
    if not isinstance(body, dict):
        return None, None
    with contextlib.suppress(LookupError, TypeError, AttributeError):
        choice = body["choices"][0]
        return choice.get("finish_reason"), choice["message"].get("refusal")
    with contextlib.suppress(LookupError, TypeError, AttributeError):
        if body["status"] == "incomplete":
            return body["incomplete_details"]["reason"], None
    with contextlib.suppress(LookupError, TypeError, AttributeError):
        return body["candidates"][0]["finishReason"], None
    finish = body.get("stop_reason") or body.get("finish_reason")
    return (finish if isinstance(finish, str) else None), None


_opened: dict[tuple[str, str, float], Model] = {}
_opening = threading.Lock()


def open_model(name: str, options: Mapping[str, Any], timeout: float) -> Model:
    """The model, once per process: llm.get_model registers every model anew at each
    call (12 ms).

    Raises ModelStopped (unknown, cannot see, no key of its own) and UsageError (an
    option it does not have).
    """
    key = (name, repr(sorted(options.items())), timeout)
    with _opening:
        if key not in _opened:
            _opened[key] = _open(name, options, timeout)
        return _opened[key]


def forget() -> None:
    """Open every model anew: for a process whose llm configuration changed."""
    with _opening:
        for model in _opened.values():
            model.close()
        _opened.clear()


def _open(name: str, options: Mapping[str, Any], timeout: float) -> Model:
    import llm
    import pydantic

    try:
        model = llm.get_model(name)
    except llm.UnknownModelError:
        raise ModelStopped(
            f"llm knows no model {name!r} here. `altsync models` lists those that can"
            " see; `llm install` adds providers."
        ) from None
    if "image/jpeg" not in model.attachment_types:
        raise ModelStopped(
            f"The model {model.model_id} cannot see pictures: `altsync models` lists"
            " those that can."
        )
    try:
        model.Options(**options)
    except pydantic.ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise UsageError(
            f"{model.model_id} does not take the option {where}: {fault['msg']}."
        ) from None
    check_key(model)
    share_client(model, timeout)
    return Model(model, options, timeout)


def check_key(model: llm.Model) -> None:
    """Raises ModelStopped where there is no key, or where llm would send another
    provider's.

    A model of extra-openai-models.yaml with an `api_key_name` that is not stored makes
    llm fall back to OPENAI_API_KEY and send it to the model's own host (llm 0.36, seen
    on a socket).
    """
    import llm

    needs = model.needs_key
    if not needs or model.key is not None:
        return
    if getattr(model, "api_base", None) and needs not in llm.load_keys():  # type: ignore[no-untyped-call]
        raise ModelStopped(
            f"There is no key {needs!r} for {model.model_id}, and llm would send your"
            f" {model.key_env_var} to its host in its place. Nothing was sent. Store"
            f" the right one: `llm keys set {needs}`."
        )
    try:
        model.get_key()
    except llm.NeedsKeyException:
        also = f", or set {model.key_env_var}" if model.key_env_var else ""
        raise ModelStopped(
            f"There is no key for {model.model_id}: store one with `llm keys set"
            f" {needs}`{also}."
        ) from None


def share_client(model: Any, timeout: float) -> None:
    """One OpenAI client for the run in place of one a call (a new TLS context and
    connection each: 30 ms of CPU).

    Retries are ours (`gate`), so that all workers slow down together; `timeout` bounds
    the whole call, dripping servers included. Only the instance is changed. Other
    providers keep their own client.
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


def attach_by_path(response: Any, path: Path | None) -> None:
    """Before a response is logged: llm's log would copy the bytes of a picture that
    came as `content`."""
    if path is None:
        return
    for attachment in response.prompt.attachments:
        attachment.id()  # from the bytes, kept
        attachment.content, attachment.path = None, str(path)
