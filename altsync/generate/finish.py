"""Why an answer ends where it does, in the words of its provider: read from the raw
answer, since no plugin of llm hands it on."""

from __future__ import annotations

from typing import Any

ENDS = ("stop_reason", "finish_reason", "done_reason")
"""Claude; Chat Completions that were streamed; Ollama."""


def finish_of(body: Any) -> tuple[str | None, str | None]:
    """Finish reason and refusal in a provider's raw answer, or in the parts of one; None
    where it says nothing.

    Known: Chat Completions (Mistral and OpenRouter too), Responses, Claude, Gemini,
    Ollama.
    """
    for part in _dicts(body if isinstance(body, list) else [body]):
        for read in (_chosen, _responses, _gemini, _ended):
            found = read(part)
            if found != (None, None):
                return found
    return None, None


def _chosen(body: dict[str, Any]) -> tuple[str | None, str | None]:
    choice = _first(body.get("choices"))
    message = choice.get("message")
    refusal = message.get("refusal") if isinstance(message, dict) else None
    return _word(choice.get("finish_reason")), _word(refusal)


def _responses(body: dict[str, Any]) -> tuple[str | None, str | None]:
    """Of the Responses API: a refusal is a piece of what was written."""
    details = body.get("incomplete_details")
    if body.get("status") == "incomplete" and isinstance(details, dict):
        return _word(details.get("reason")), None
    for item in _dicts(body.get("output")):
        for piece in _dicts(item.get("content")):
            if piece.get("type") == "refusal":
                return "refusal", _word(piece.get("refusal"))
    return None, None


def _gemini(body: dict[str, Any]) -> tuple[str | None, str | None]:
    """The question itself may be blocked: there is no candidate then."""
    feedback = body.get("promptFeedback")
    if isinstance(feedback, dict) and _word(feedback.get("blockReason")):
        return "refusal", _word(feedback["blockReason"])
    return _word(_first(body.get("candidates")).get("finishReason")), None


def _ended(body: dict[str, Any]) -> tuple[str | None, str | None]:
    words = (_word(body.get(name)) for name in ENDS)
    return next(filter(None, words), None), None


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _first(value: Any) -> dict[str, Any]:
    return next(iter(_dicts(value)), {})


def _dicts(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    return [one for one in value if isinstance(one, dict)]
