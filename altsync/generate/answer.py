"""What counts as an answer. A model's text is untrusted: it is taken whole, or not at
all; never mended, never cut."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from altsync.models import Decision, is_blank

MAX_LENGTH = 512
"""Drupal's column, in code points: the site would not take more. What is too long to
listen to is the lint's to say (`checking.refuse`)."""
PARTS: dict[str, type] = {
    "decision": str,
    "alt": str,
    "text_in_image": str,
    "people": bool,
    "unsure": bool,
    "why": str,
}
"""Of the object that is asked for."""
REFUSED = ("content_filter", "refusal", "SAFETY")
"""Finish reasons of the providers."""
CUT = ("length", "max_tokens", "max_output_tokens", "MAX_TOKENS")
"""Likewise."""


class Unusable(Exception):
    """This answer cannot be a candidate. `reason` is one sentence that the model and
    the owner both understand."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """A usable answer: the alt, as the model wrote it but for white space at its ends."""

    alt: str
    decision: Decision
    flags: dict[str, Any] = field(default_factory=dict)
    """What the model said of its own answer, where it is a reason to look twice:
    text_in_image, people, unsure."""


def read(
    text: str, *, schema: bool, finish: str | None = None, refusal: str | None = None
) -> Answer:
    """The answer in a model's text. Raises Unusable.

    `finish` is the provider's finish reason, where it gives one; `refusal` its own word
    for a refusal.
    """
    if refusal or finish in REFUSED:
        raise Unusable("The model refused to describe this image.")
    if finish in CUT:
        raise Unusable("The answer was cut by the model's limit of tokens.")
    if is_blank(text):
        raise Unusable("The answer was empty.")
    found = _object(text) if schema else _plain(text)
    _check(found)
    return found


def _plain(text: str) -> Answer:
    text = text.strip()
    if text == "CANNOT":
        raise Unusable("The model could not describe this image.")
    if text == "DECORATIVE":
        return Answer("", Decision.DECORATIVE)
    return Answer(text, Decision.INFORMATIVE)


def _object(text: str) -> Answer:
    data = _parsed(text)
    try:
        decision = Decision(data["decision"])
    except ValueError:
        raise Unusable("The answer's decision was none of those offered.") from None
    alt = data["alt"].strip()
    if decision is Decision.DECORATIVE and alt:
        raise Unusable("A decorative image has an empty alt; this one has a text.")
    if decision is not Decision.DECORATIVE and is_blank(alt):
        raise Unusable("The alt was empty, for an image that is not decorative.")
    return Answer(alt, decision, _flags(data))


def _parsed(text: str) -> dict[str, Any]:
    """The object, with just the parts that were asked for, each of its kind."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or a thousand brackets deep
        data = None
    if not isinstance(data, dict):
        raise Unusable("The answer was not the object that was asked for.")
    for key, kind in PARTS.items():
        if not isinstance(data.get(key), kind):
            wanted = "a text" if kind is str else "true or false"
            raise Unusable(f"The answer's {key} was missing or not {wanted}.")
    extra = sorted(set(data) - set(PARTS))
    if extra:
        shown = repr(extra[0][:40])
        raise Unusable(f"The answer had a part that was not asked for: {shown}.")
    return data


def _flags(data: dict[str, Any]) -> dict[str, Any]:
    """What the model said of its answer that is a reason to look twice."""
    flags: dict[str, Any] = {}
    if words := _storable(data["text_in_image"]):
        flags["text_in_image"] = words
    if data["people"]:
        flags["people"] = True
    if data["unsure"]:
        flags["unsure"] = _storable(data["why"]) or True
    return flags


def _storable(words: str) -> str:
    """Words beside the alt: half a surrogate pair in them costs nobody the alt."""
    return words.strip().encode("utf-8", "replace").decode("utf-8")


def too_long(alt: str, limit: int) -> str:
    """The reason that makes a model write a shorter text."""
    return (
        f"The alt had {len(alt)} characters, over the limit of {limit}: write it"
        " shorter."
    )


def _check(answer: Answer) -> None:
    if len(answer.alt) > MAX_LENGTH:
        raise Unusable(too_long(answer.alt, MAX_LENGTH))
    if "\x00" in answer.alt:
        raise Unusable("The alt held a control character.")
    if any("\ud800" <= letter <= "\udfff" for letter in answer.alt):
        raise Unusable("The alt held half a character, which no file can hold.")
