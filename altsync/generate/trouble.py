"""What went wrong with a call, across providers: try again, give this image up, or stop
the run.

Every provider raises its own classes (openai.*, anthropic.*; Gemini only llm.ModelError
with a message, no status code), so the judgement is by shape: status code, code,
headers, the class's name, and then the words of the message. What is shown to the owner
never quotes a provider's message whole: it may hold a part of a key.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Remedy(StrEnum):
    """What to do about a failed call."""

    AGAIN = "again"
    """It may work in a moment."""
    IMAGE = "image"
    """This image cannot be answered; others may."""
    STOP = "stop"
    """No image can be answered by this model now."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failed call, judged."""

    remedy: Remedy
    sentence: str
    wait: float | None = None
    """Seconds that the provider asked to wait (Retry-After)."""
    limited: bool = False
    """The provider said that we ask too fast."""
    lost: bool = False
    """The question had reached the provider, and its answer did not arrive whole: most
    likely it was paid for."""


LONGEST_WAIT = 120.0
"""A provider that asks for more is asked again after this; seconds."""

_NO_QUOTA = re.compile(
    r"insufficient_quota|exceeded your current quota|billing|credit balance|payment",
    re.I,
)
_BAD_KEY = re.compile(
    r"api[ _-]?key|unauthori[sz]ed|authentication|permission denied"
    r"|invalid x-api-key|no key found",
    re.I,
)
_NO_MODEL = re.compile(
    r"model[^.]{0,60}"
    r"(not found|does not exist|not exist|unknown|decommissioned|deprecated)",
    re.I,
)
_LIMITED = re.compile(
    r"rate.?limit|too many requests|resource.?exhausted|\b429\b|quota exceeded", re.I
)
_BUSY = re.compile(
    r"overloaded|unavailable|try again|timed? ?out|timeout|\b50[0234]\b"
    r"|internal error|connection",
    re.I,
)
_REFUSED = re.compile(
    r"safety|content.?(policy|filter|management)|moderation|refus", re.I
)
_NETWORK = re.compile(
    r"Connect|Timeout|ReadError|WriteError|RemoteProtocol|TransportError|AnswerCut"
    r"|Incomplete|ChunkedEncoding|Decoding"
)
_LOST = re.compile(
    r"ReadError|ReadTimeout|RemoteProtocol|AnswerCut|Incomplete|ChunkedEncoding|Decoding"
    r"|ConnectionReset"
)
"""Of those: what happens to answers, once the question was sent."""


def judge(error: BaseException, model: str) -> Trouble:
    """The remedy on an exception that a call of `model` raised."""
    raised = _Raised(error)
    for kind in (_nobody_can, _it_may_pass, _not_this_image, _on_its_way):
        trouble = kind(raised, model)
        if trouble is not None:
            return trouble
    return Trouble(Remedy.IMAGE, f"{model} failed on this image ({raised.name}).")


class _Raised:
    """What an exception says of itself."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.name = type(error).__name__
        self.status = _status(error)
        code = getattr(error, "code", None) or ""
        self._words = f"{code} {error}"

    def says(self, pattern: re.Pattern[str]) -> bool:
        return bool(pattern.search(self._words))

    def hints(self, pattern: re.Pattern[str]) -> bool:
        """Says it where the status, if there is one, leaves it open."""
        return self.status in (400, None) and self.says(pattern)


def _nobody_can(raised: _Raised, model: str) -> Trouble | None:
    """No key, no credit, no such model: no image fares better."""
    status = raised.status
    if raised.name == "NeedsKeyException":
        return Trouble(
            Remedy.STOP,
            f"There is no key for {model}: store one with `llm keys set`, see `altsync"
            " models`.",
        )
    if raised.says(_NO_QUOTA) and status in (402, 403, 429, 400, None):
        return Trouble(
            Remedy.STOP,
            f"The account of {model} has no quota or credit left: top it up, then run"
            " again.",
        )
    if status in (401, 403) or raised.hints(_BAD_KEY):
        said = f" ({status})" if status else ""
        return Trouble(
            Remedy.STOP,
            f"{model} refused the key{said}: set the right one with `llm keys set`.",
        )
    if status == 404 or raised.hints(_NO_MODEL):
        return Trouble(
            Remedy.STOP,
            f"The provider does not know the model {model}: see `altsync models`.",
        )
    return None


def _it_may_pass(raised: _Raised, model: str) -> Trouble | None:
    """The provider limits the rate, or has a fault of its own."""
    status = raised.status
    if status == 429 or (status is None and raised.says(_LIMITED)):
        return Trouble(
            Remedy.AGAIN,
            f"{model} is limiting the rate of calls.",
            _retry_after(raised.error),
            limited=True,
        )
    if status is None or (status < 500 and status not in (408, 409)):
        return None
    return Trouble(
        Remedy.AGAIN,
        f"{model} answered with an error of its own ({status}).",
        _retry_after(raised.error),
        limited=status in (503, 529),
    )


def _not_this_image(raised: _Raised, model: str) -> Trouble | None:
    """The provider refused this call; the next may be to its liking."""
    status = raised.status
    if status is None or not 400 <= status < 500:
        return None
    if status == 413:
        sentence = (
            f"The picture is too big for {model} (413): set [generate] side lower."
        )
    elif raised.says(_REFUSED):
        sentence = f"{model} refused this image by its content policy ({status})."
    else:
        sentence = f"{model} refused the call for this image ({status})."
    return Trouble(Remedy.IMAGE, sentence)


def _on_its_way(raised: _Raised, model: str) -> Trouble | None:
    """No status: the answer was lost or cut, or a plugin has only words for it."""
    names = [type(error).__name__ for error in causes(raised.error)]
    if "AnswerTooLarge" in names:
        return Trouble(
            Remedy.IMAGE,
            f"{model} sent an answer that is larger than any text: it was not read.",
            lost=True,
        )
    if isinstance(raised.error, json.JSONDecodeError):
        cut = f"The answer of {model} was cut short on its way."
        return Trouble(Remedy.AGAIN, cut, lost=True)
    if _is_network(raised.error):
        return _of_the_network(raised, model)
    if raised.says(_REFUSED):
        refused = f"{model} refused this image by its content policy."
        return Trouble(Remedy.IMAGE, refused)
    if raised.name == "ModelError" and raised.says(_BUSY):
        return Trouble(Remedy.AGAIN, f"{model} is busy.")
    return None


def _of_the_network(raised: _Raised, model: str) -> Trouble:
    """Whether the question arrived is told by the error underneath: openai has one name
    for all."""
    names = [type(error).__name__ for error in causes(raised.error)]
    if any(_LOST.search(name) for name in names):
        return Trouble(
            Remedy.AGAIN,
            f"The answer of {model} was lost on its way ({names[-1]}).",
            lost=True,
        )
    return Trouble(Remedy.AGAIN, f"{model} could not be reached ({raised.name}).")


def causes(error: BaseException) -> list[BaseException]:
    """An error and those that it came from, where the library says so: old versions of
    openai wrap whatever its transport raises."""
    chain = [error]
    while chain[-1].__cause__ is not None and len(chain) < 5:
        chain.append(chain[-1].__cause__)
    return chain


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _retry_after(error: BaseException) -> float | None:
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    if headers is None:
        return None
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name)) / unit
        except (TypeError, ValueError):
            continue
        if seconds >= 0:
            return min(seconds, LONGEST_WAIT)
    return None


def _is_network(error: BaseException) -> bool:
    """By its kind, or by its name: each HTTP library has classes of its own."""
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    return bool(_NETWORK.search(type(error).__name__))
