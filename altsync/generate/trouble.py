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


LONGEST_WAIT = 120.0
"""A provider that asks for more is asked again after this; seconds."""

_NO_QUOTA = re.compile(
    r"insufficient_quota|exceeded your current quota|billing|credit balance|payment",
    re.I,
)
_BAD_KEY = re.compile(
    r"api[ _-]?key|unauthori[sz]ed|authentication|permission denied|invalid"
    r" x-api-key|no key found",
    re.I,
)
_NO_MODEL = re.compile(
    r"model[^.]{0,60}(not found|does not exist|not"
    r" exist|unknown|decommissioned|deprecated)",
    re.I,
)
_LIMITED = re.compile(
    r"rate.?limit|too many requests|resource.?exhausted|\b429\b|quota exceeded", re.I
)
_BUSY = re.compile(
    r"overloaded|unavailable|try again|timed? ?out|timeout|\b50[0234]\b|internal"
    r" error|connection",
    re.I,
)
_REFUSED = re.compile(
    r"safety|content.?(policy|filter|management)|moderation|refus", re.I
)


def judge(error: BaseException, model: str) -> Trouble:
    """The remedy on an exception that a call of `model` raised."""
    status = _status(error)
    code = str(getattr(error, "code", None) or "")
    name = type(error).__name__
    words = f"{code} {error}"
    if name == "NeedsKeyException":
        return Trouble(
            Remedy.STOP,
            f"There is no key for {model}: store one with `llm keys set`, see `altsync"
            " models`.",
        )
    if _NO_QUOTA.search(words) and status in (402, 403, 429, 400, None):
        return Trouble(
            Remedy.STOP,
            f"The account of {model} has no quota or credit left: top it up, then run"
            " again.",
        )
    if status in (401, 403) or (status in (400, None) and _BAD_KEY.search(words)):
        said = f" ({status})" if status else ""
        return Trouble(
            Remedy.STOP,
            f"{model} refused the key{said}: set the right one with `llm keys set`.",
        )
    if status == 404 or (status in (400, None) and _NO_MODEL.search(words)):
        return Trouble(
            Remedy.STOP,
            f"The provider does not know the model {model}: see `altsync models`.",
        )
    if status == 429 or (status is None and _LIMITED.search(words)):
        return Trouble(
            Remedy.AGAIN,
            f"{model} is limiting the rate of calls.",
            _retry_after(error),
            limited=True,
        )
    if status is not None and (status >= 500 or status in (408, 409)):
        limited = status in (503, 529)
        return Trouble(
            Remedy.AGAIN,
            f"{model} answered with an error of its own ({status}).",
            _retry_after(error),
            limited,
        )
    if status == 413:
        return Trouble(
            Remedy.IMAGE,
            f"The picture is too big for {model} (413): set [generate] side lower.",
        )
    if status is not None and 400 <= status < 500:
        if _REFUSED.search(words):
            return Trouble(
                Remedy.IMAGE,
                f"{model} refused this image by its content policy ({status}).",
            )
        return Trouble(
            Remedy.IMAGE, f"{model} refused the call for this image ({status})."
        )
    if isinstance(error, json.JSONDecodeError):
        return Trouble(Remedy.AGAIN, f"The answer of {model} was cut short on its way.")
    if _is_network(name, error):
        return Trouble(Remedy.AGAIN, f"{model} could not be reached ({name}).")
    if _REFUSED.search(words):
        return Trouble(
            Remedy.IMAGE, f"{model} refused this image by its content policy."
        )
    if name == "ModelError" and _BUSY.search(words):
        return Trouble(Remedy.AGAIN, f"{model} is busy.")
    return Trouble(Remedy.IMAGE, f"{model} failed on this image ({name}).")


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


def _is_network(name: str, error: BaseException) -> bool:
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    return bool(
        re.search(
            r"Connect|Timeout|ReadError|WriteError|RemoteProtocol|TransportError", name
        )
    )
