"""By what a failed call shows what it is: a sign is a question to what was raised. The
machine's parts are asked first, and words only where those leave it open."""

from __future__ import annotations

import re

from altsync.generate.raised import Raised

LONGEST_WAIT = 900.0
"""Seconds: a provider that asks for more has no rate limit but an end."""

# What an error is named with, in lower case.
NO_CREDIT = {
    "insufficient_quota",
    "insufficient_balance",
    "insufficient_credits",
    "insufficient_funds",
    "credit_balance_too_low",
    "billing_not_active",
    "billing_error",
    "billing_disabled",
    "payment_required",
}
SPENT = {"billing_hard_limit_reached", "spending_limit_reached", "budget_exceeded"}
BAD_KEY = {
    "invalid_api_key",
    "incorrect_api_key",
    "api_key_invalid",
    "api_key_expired",
    "expired_api_key",
    "authentication_error",
    "unauthenticated",
    "unauthorized",
}
PLACE = {"unsupported_country_region_territory", "failed_precondition"}
NO_MODEL = {
    "model_not_found",
    "model_not_available",
    "model_deprecated",
    "model_retired",
    "model_decommissioned",
    "deprecated_model",
    "invalid_model",
    "not_found_error",
    "not_found",
}
MODERATED = {
    "content_filter",
    "content_policy_violation",
    "image_content_policy_violation",
    "responsibleaipolicyviolation",
    "moderation_blocked",
    "moderation_error",
    "safety",
    "prohibited_content",
    "data_inspection_failed",
}
TOO_LARGE = {"request_too_large", "payload_too_large"}
OVERLOADED = {"overloaded_error", "unavailable", "engine_overloaded", "slow_down"}

# Words, for where there is nothing else.
_FLAGGED = re.compile(
    r"moderat|flagged|safety|content.{0,3}(polic|filter|management)"
    r"|refused to (describe|answer|process)",
    re.I,
)
_SPENDING = re.compile(
    r"\b(usage|spend|spending|budget|cost|key) (limits?|caps?)\b|regain access", re.I
)
_CREDIT = re.compile(
    r"\b(insufficient|not enough|out of|negative|low|no|no more)"
    r" (account |remaining )?(balance|credits?|funds)\b"
    r"|balance is (too )?(low|empty|negative|insufficient)"
    r"|used (up )?all[\w ]{0,20} credits|insufficient_quota",
    re.I,
)
_KEY = re.compile(
    r"(invalid|incorrect|expired|revoked|wrong|missing|unknown|disabled|no)"
    r"[^.]{0,20}\b(api|access|secret)[ _-]?key"
    r"|(api|access|secret)[ _-]?key[^.]{0,30}"
    r"(not valid|invalid|incorrect|expired|revoked|missing|not found|required)"
    r"|(organi[sz]ation|account|project)[^.]{0,30}(disabled|suspended|deactivated)"
    r"|unauthori[sz]ed|authentication|permission denied",
    re.I,
)
_PLACE = re.compile(
    r"(country|region|location|territory)[^.]{0,60}"
    r"(not|un)[ -]?(supported|available|allowed)"
    r"|(not|un)[ -]?(supported|available|allowed)[^.]{0,40}"
    r"(country|region|location|territory)",
    re.I,
)
_RETIRED = re.compile(
    r"model.{0,80}(not found|(does )?not exist|decommissioned|deprecated|retired"
    r"|discontinued|no longer (available|supported|served)|shut ?down|sunset"
    r"|end of life|been removed)"
    r"|(unknown|no such|retired|deprecated) model|not a valid model",
    re.I,
)
_PULL = re.compile(r"\bpull(ing)?\b", re.I)
_A_DAY = re.compile(r"per[ _-]?day|\bdaily\b|\ba day\b|/ ?day\b|\bRPD\b|\bTPD\b", re.I)
_LIMITED = re.compile(
    r"rate.?limit|too many requests|resource.?exhausted|\b429\b|quota|\bthrottl", re.I
)
_BUSY = re.compile(
    r"overload|unavailable|try again|timed? ?out|timeout|\b50[0234]\b|capacity"
    r"|deadline|internal error|connection",
    re.I,
)
_NETWORK = re.compile(
    r"Connect|Timeout|ReadError|WriteError|RemoteProtocol|TransportError|AnswerCut"
    r"|Incomplete|ChunkedEncoding|Decoding"
)
_LOST = re.compile(
    r"ReadError|ReadTimeout|RemoteProtocol|AnswerCut|Incomplete|ChunkedEncoding|Decoding"
    r"|ConnectionReset|JSONDecodeError|JSONError"
)
"""Of those: what happens to answers, once the question was sent."""


def no_key(raised: Raised) -> bool:
    return raised.name == "NeedsKeyException"


def refused(raised: Raised) -> bool:
    return raised.is_refusal


def flagged(raised: Raised) -> bool:
    """OpenRouter names what was flagged; some have only words for it."""
    named = raised.metadata.get("reasons") or raised.metadata.get("flagged_input")
    if named or raised.codes & MODERATED:
        return True
    return (raised.status == 403 or left_open(raised)) and raised.says(_FLAGGED)


def no_credit(raised: Raised) -> bool:
    named = raised.status == 402 or bool(raised.codes & NO_CREDIT)
    return named or ((left_open(raised) or untimed(raised)) and raised.says(_CREDIT))


def spent(raised: Raised) -> bool:
    if raised.codes & SPENT:
        return True
    asked = left_open(raised) or raised.status == 403 or untimed(raised)
    return asked and raised.says(_SPENDING)


def elsewhere(raised: Raised) -> bool:
    return raised.http is not None and 300 <= raised.http < 400


def place(raised: Raised) -> bool:
    if raised.codes & PLACE:
        return True
    return (left_open(raised) or raised.status == 403) and raised.says(_PLACE)


def bad_key(raised: Raised) -> bool:
    refused = raised.status in (401, 403) and not raised.codes & NO_MODEL
    named = refused or bool(raised.codes & BAD_KEY)
    return named or (left_open(raised) and raised.says(_KEY))


def not_pulled(raised: Raised) -> bool:
    return raised.status == 404 and (raised.is_ollama or raised.says(_PULL))


def no_model(raised: Raised) -> bool:
    named = raised.status in (404, 410) or bool(raised.codes & NO_MODEL)
    return named or (left_open(raised) and raised.says(_RETIRED))


def not_running(raised: Raised) -> bool:
    """The ollama library has a sentence of its own in place of the cause."""
    words = str(raised.error).lower()
    return isinstance(raised.error, ConnectionError) and "ollama" in words


def limited(raised: Raised) -> bool:
    return raised.status == 429 or (wordless(raised) and raised.says(_LIMITED))


def daily(raised: Raised) -> bool:
    """A limit by the day, told by its name (Google), or in words where no short time is
    told: one that comes free bit by bit is waited for."""
    if not limited(raised):
        return False
    for detail in raised.details:
        if _A_DAY.search(str(detail.get("violations", ""))):
            return True
    soon = raised.wait is not None and raised.wait <= LONGEST_WAIT
    return raised.says(_A_DAY) and not soon


def long(raised: Raised) -> bool:
    theirs = limited(raised) or overloaded(raised) or their_fault(raised)
    return theirs and (raised.wait or 0.0) > LONGEST_WAIT


def endless(raised: Raised) -> bool:
    """Limited, and nobody says until when."""
    return limited(raised) and raised.wait is None


def too_large(raised: Raised) -> bool:
    return raised.status == 413 or bool(raised.codes & TOO_LARGE)


def overloaded(raised: Raised) -> bool:
    return raised.status in (503, 529) or bool(raised.codes & OVERLOADED)


def their_fault(raised: Raised) -> bool:
    status = raised.status or 0
    return status >= 500 or status in (408, 409, 425)


def no_answer(raised: Raised) -> bool:
    """An error object, or a page, in place of an answer, and nothing that names it."""
    return raised.status is None and bool(raised.object or raised.is_page)


def larger(raised: Raised) -> bool:
    return "AnswerTooLarge" in raised.names


def overdue(raised: Raised) -> bool:
    """The time of the call was over: a library's own end of it, or ours."""
    late = {"ReadTimeout", "Overdue"} & set(raised.names)
    return raised.status is None and bool(late)


def cut(raised: Raised) -> bool:
    found = any(_LOST.search(name) for name in raised.names)
    return raised.status is None and (found or raised.is_cut)


def network(raised: Raised) -> bool:
    """By its kind, or by its name: each HTTP library has classes of its own."""
    if isinstance(raised.error, ConnectionError | TimeoutError):
        return True
    return raised.status is None and bool(_NETWORK.search(raised.name))


def busy(raised: Raised) -> bool:
    return raised.name == "ModelError" and raised.status is None and raised.says(_BUSY)


def client(raised: Raised) -> bool:
    return 400 <= (raised.status or 0) < 500


def anything(raised: Raised) -> bool:
    return True


def left_open(raised: Raised) -> bool:
    """The status leaves it to the words."""
    return raised.status in (400, 422) or wordless(raised)


def wordless(raised: Raised) -> bool:
    """No part that a machine could go by: a plugin, or an error inside an answer."""
    provider = raised.name == "ModelError" or bool(raised.object)
    return raised.status is None and provider


def untimed(raised: Raised) -> bool:
    """A 429 of which nothing says that it is one for the rate."""
    named = "rate_limit_exceeded" in raised.codes or "rate_limit_error" in raised.codes
    return raised.status == 429 and raised.wait is None and not named
