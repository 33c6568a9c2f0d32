"""One call of a model through llm: opened once a run, asked from many threads, a new
response object for every try."""

from __future__ import annotations

import copy
import functools
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from altsync.generate import billed, cut, hearing, overdue, salvage, told
from altsync.generate.cut import Captured
from altsync.generate.effort import Effort, formerly
from altsync.generate.finish import finish_of
from altsync.generate.hearing import Ear, Heard
from altsync.generate.raised import error_in
from altsync.generate.salvage import Unreadable
from altsync.generate.task import Reply, counted, worded
from altsync.models import is_blank

if TYPE_CHECKING:
    import llm

LOG = logging.getLogger("altsync.models")
"""Each call, for whoever listens: no question, no answer."""
RECORDED = "recorded"
"""`resolved_model` of a model that replays texts in place of writing them
(altsync-demo)."""


class NoAnswer(Exception):
    """A provider sent word of an error in place of an answer, as one (200), and its
    plugin took it for one. Nothing was paid for."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A question about a picture, as a model is asked it."""

    system: str
    question: str
    jpeg: bytes
    schema: dict[str, Any] | None = None
    """Of the object that it shall answer with; None: a text alone."""
    more: Sequence[bytes] = ()
    """Where `jpeg` is the first part of a long and thin picture: the others, in order."""


class Model:
    """A model that can see. Threads may share it. See `opening.open_model`."""

    def __init__(
        self, model: llm.Model, options: Mapping[str, Any], timeout: float
    ) -> None:
        self.name: str = model.model_id
        self.schema = bool(model.supports_schema)
        self.asked = dict(options)
        """The options as they were given: what a task carries."""
        self._effort = Effort(model, options)
        self.options = {**options, **self._effort.asked}
        """As they are recorded with a candidate."""
        self.formerly = formerly(model, options)
        """As they would have been before each provider was asked for its least effort:
        a text that was paid for with them is not paid for again."""
        self._model = model
        self._timeout = timeout
        self._extra: dict[str, Any] = {}
        fields = model.Options.model_fields
        if "timeout" in fields and "timeout" not in self.options:
            self._extra["timeout"] = timeout  # Gemini waits for ever without it

    @property
    def inner(self) -> Any:
        """The model of llm: for its price."""
        return self._model

    @property
    def typed_options(self) -> dict[str, Any]:
        """As the model's plugin reads them: numbers where it has numbers."""
        read = self._model.Options(**self.options)
        return {name: value for name, value in read if value is not None}

    @property
    def is_openais(self) -> bool:
        """Whether it is asked as OpenAI's models are."""
        return hasattr(self._model, "get_client")

    @property
    def recorded(self) -> bool:
        """True where the model only replays recorded texts, for the demonstration."""
        return is_recorded(self._model)

    def secrets(self) -> tuple[str, ...]:
        """What no message may hold: looked up where one has to be written."""
        return told.secrets_of(self._model)

    def close(self) -> None:
        """Give the shared connections back."""
        shared = getattr(self._model, "altsync_client", None)
        if shared is not None:
            shared.close()

    def ask(self, posed: Posed) -> Reply:
        """One call; `hearing.heard()` tells of it afterwards. Raises Unreadable where an
        answer arrived that the libraries cannot read, else whatever they raise: see
        `trouble.judge`."""
        while True:
            effort, begun = self._effort.now, time.monotonic()
            response = self._response(effort, posed)
            try:
                reply = self._in_time(response)
            except Exception as error:
                self._log(type(error).__name__, begun)
                if self._effort.yields(effort, error, hearing.heard()):
                    continue
                arrived = salvage.arrived(response, shared=self._shares)
                if arrived is None:
                    raise
                raise Unreadable(error, arrived) from error
            self._log("answered", begun)
            return reply

    def would_send(self, posed: Posed) -> Captured:
        """The request that `ask` would make of the same, without its first word said to
        anybody. Raises what the plugin raises over it."""
        response = self._response(self._effort.now, posed)
        return cut.captured(functools.partial(_reply, response), self.name)

    def made_of(self, came: Heard, posed: Posed) -> Reply:
        """What `ask` would have made of an answer that came otherwise. The picture is for
        llm's log alone: any will do. Raises as `ask` does."""
        response = self._response(self._effort.now, posed)
        try:
            with hearing.listening(cut.replaying(came)):
                reply = _reply(response)
        except Exception as error:
            arrived = salvage.arrived(response, shared=self._shares)
            if arrived is None:
                raise
            raise Unreadable(error, arrived) from error
        return replace(reply, duration_ms=None)  # nobody knows how long it took

    def refused_in(self, came: Heard) -> str:
        """What an answer refuses of the options that altsync asks for of its own accord:
        `ask` would go on without; '' where it is about something else."""
        return self._effort.is_refused(came)

    def _response(self, effort: Mapping[str, Any], posed: Posed) -> llm.Response:
        """Not asked yet. No stream: one that is cut says nothing, and its connection is
        not used again."""
        return self._model.prompt(
            posed.question,
            system=posed.system,
            attachments=_pictures(posed),
            schema=copy.deepcopy(posed.schema),  # some plugins take keys out of it
            stream=False,
            **{**self.asked, **effort, **self._extra},
        )

    def _log(self, what: str, begun: float) -> None:
        LOG.debug("%s: %s after %.1f s", self.name, what, time.monotonic() - begun)

    def _in_time(self, response: Any) -> Reply:
        ear = Ear(self._timeout)
        if self._shares:
            with hearing.listening(ear):
                return _reply(response)
        return overdue.within(ear, functools.partial(_reply, response))

    @property
    def _shares(self) -> bool:
        """Whether the calls go over altsync's own client (`wire`), one body each."""
        return hasattr(self._model, "get_client")


def _pictures(posed: Posed) -> list[llm.Attachment]:
    """Content and type are given: with a path or without a type llm sniffs the bytes,
    6 ms a call."""
    import llm

    parts = (posed.jpeg, *posed.more)
    return [llm.Attachment(content=part, type="image/jpeg") for part in parts]


def _reply(response: Any) -> Reply:
    """What came back; the call is made here."""
    text = _text(response)
    body = response.json() or {}
    finish, refusal = finish_of(body)
    bill = billed.of(response)
    unpaid = bill.input_tokens is None and bill.output_tokens is None
    if unpaid and is_blank(text) and error_in(body, bare=False):
        raise NoAnswer
    return Reply(
        text=text,
        **asdict(bill),
        resolved_model=worded(response.resolved_model) or _model_in(body),
        response_id=response.id,
        duration_ms=counted(response.duration_ms()),
        finish=finish,
        refusal=refusal,
        response=response,
    )


def _text(response: Any) -> str:
    """What the model wrote. Some give the object that a schema asks for as a call of a
    tool, beside no text or some (Claude before its structured answers)."""
    text: str = response.text()
    calls = [json.dumps(call.arguments) for call in response.tool_calls()]
    if not calls:
        return text
    said = [] if is_blank(text) else [text]
    return "\n".join([*said, *calls])


def is_recorded(model: Any) -> bool:
    """Whether a model of llm says that it only replays texts."""
    return bool(getattr(model, "recorded", False))


def _model_in(body: Mapping[str, Any]) -> str | None:
    """Chat Completions name the dated model in the answer, where llm does not look."""
    return worded(body.get("model")) or None


def attach_by_path(response: Any, paths: Sequence[Path | None]) -> None:
    """Before a response is logged: llm's log would copy the bytes of a picture that
    came as `content`. `paths`: where each is kept, if it is."""
    for attachment, path in zip(response.prompt.attachments, paths, strict=False):
        if path is None:
            continue
        attachment.id()  # from the bytes, kept
        attachment.content, attachment.path = None, str(path)
