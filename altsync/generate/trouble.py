"""What went wrong with a call, across providers: try again, give this image up, or stop
the run.

One table, read from top to bottom: the first ruling that fits counts. Machine's parts come
first (status, codes, a told time); words only where nothing else is there, since quota,
billing and payment stand in ordinary rate limits too. A provider's own words are kept
beside our sentence, without keys and addresses (`told.fit`).
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from altsync.generate import ollama, signs, told, waits
from altsync.generate.raised import Exchange, Raised


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
    brief: bool = False
    """A limit that may have no end: nobody says when it does."""
    refused: bool = False
    """The provider refused this picture, and would again."""
    reason: str = ""
    """The provider's own words, fit to be shown."""
    died: bool = False
    """The process that asked is gone: that says nothing of the provider."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One line of the table."""

    fits: Callable[[Raised], bool]
    remedy: Remedy
    sentence: str
    limited: bool = False
    lost: bool = False
    brief: bool = False
    refused: bool = False


STOP, AGAIN, IMAGE = Remedy.STOP, Remedy.AGAIN, Remedy.IMAGE
RULINGS = (
    Ruling(
        signs.no_key,
        STOP,
        "There is no key for {model}: store one with `altsync keys set`, see `altsync"
        " models`.",
    ),
    Ruling(signs.refused, IMAGE, "{model} refused this image{paren}.", refused=True),
    Ruling(
        signs.flagged,
        IMAGE,
        "{model} refused this image by its content policy{paren}.",
        refused=True,
    ),
    Ruling(
        signs.no_credit,
        STOP,
        "The account of {model} has no credit left{paren}: top it up, then run again.",
    ),
    Ruling(
        signs.spent,
        STOP,
        "The account of {model} has reached its spending limit{paren}{end}: raise the"
        " limit, or run again {then}.",
    ),
    Ruling(
        signs.elsewhere,
        STOP,
        "The host of {model} sends its callers to another address, which is not followed:"
        " your key would go along. Set the address that it has now.",
    ),
    Ruling(
        signs.place,
        STOP,
        "The provider of {model} does not serve the place that you ask from{paren}.",
    ),
    Ruling(
        signs.bad_key,
        STOP,
        "{model} refused the key{paren}: set the right one with `altsync keys set`.",
    ),
    Ruling(
        signs.daily,
        STOP,
        "The limit of a day for {model} is used up{paren}{end}. Run again {then}; what"
        " arrived is kept.",
    ),
    Ruling(
        signs.long,
        STOP,
        "{model} answers no more for now{paren}{end}. Run again {then}; what arrived is"
        " kept.",
    ),
    Ruling(
        signs.endless,
        AGAIN,
        "{model} is limiting the rate of calls.",
        limited=True,
        brief=True,
    ),
    Ruling(
        signs.limited, AGAIN, "{model} is limiting the rate of calls.", limited=True
    ),
    Ruling(
        signs.not_pulled,
        STOP,
        "Ollama does not have {model} here: get it with `ollama pull {pull}`, then run"
        " again.",
    ),
    Ruling(
        signs.no_model,
        STOP,
        "The provider does not know the model {model}, or no longer{paren}: see `altsync"
        " models`.",
    ),
    Ruling(
        signs.too_large,
        IMAGE,
        "The picture is too big for {model}{paren}: set [generate] side lower.",
    ),
    Ruling(
        signs.overloaded,
        AGAIN,
        "{model} answered with an error of its own{paren}: it is overloaded.",
        limited=True,
    ),
    Ruling(
        signs.their_fault, AGAIN, "{model} answered with an error of its own{paren}."
    ),
    Ruling(
        signs.larger,
        IMAGE,
        "{model} sent an answer that is larger than any text: it was not read.",
        lost=True,
    ),
    Ruling(signs.client, IMAGE, "{model} refused the call for this image{paren}."),
    Ruling(
        signs.no_answer,
        AGAIN,
        "{model} sent an error, or a page, in place of an answer.",
    ),
    Ruling(
        signs.not_running,
        STOP,
        "Ollama does not answer: is Ollama running at {host}? Start it, then run again.",
    ),
    Ruling(
        signs.overdue,
        AGAIN,
        "{model} did not answer in time: [generate] timeout says how long one call may take"
        " (of `altsync caption`: --timeout).",
        lost=True,
    ),
    Ruling(
        signs.cut,
        AGAIN,
        "The answer of {model} was lost on its way ({error}).",
        lost=True,
    ),
    Ruling(signs.network, AGAIN, "{model} could not be reached ({error})."),
    Ruling(signs.busy, AGAIN, "{model} is busy."),
    Ruling(signs.anything, IMAGE, "{model} failed on this image ({error})."),
)
"""The first that fits counts."""


def judge(
    error: BaseException,
    model: str,
    heard: Exchange | None = None,
    secrets: Iterable[str] = (),
) -> Trouble:
    """The remedy on an exception that a call of `model` raised. `heard`: the call's HTTP
    exchange, where it is known; `secrets`: what no sentence may hold."""
    raised = Raised(error, heard)
    found = next(ruling for ruling in RULINGS if ruling.fits(raised))
    end = _end(raised)
    sentence = found.sentence.format(
        model=model,
        error=raised.names[-1],
        status=raised.status,
        paren=f" ({raised.status})" if raised.status else "",
        pull=shlex.quote(model.removeprefix(ollama.PREFIX)),
        host=ollama.host(),
        end=f" until {end}" if end else "",
        then="then" if end else "later",
    )
    return Trouble(
        found.remedy,
        sentence,
        wait=_wait(raised, found),
        limited=found.limited,
        lost=found.lost,
        brief=found.brief,
        refused=found.refused,
        reason=told.fit(raised.message, secrets),
    )


def _wait(raised: Raised, found: Ruling) -> float | None:
    """What stands beside a page or a cut answer may be any number: nobody sleeps for
    years over it (`signs.long` stops for what is said of a limit)."""
    if found.remedy is not Remedy.AGAIN or (raised.wait or 0) > signs.LONGEST_WAIT:
        return None
    return raised.wait


def _end(raised: Raised) -> str | None:
    """When it may go on, where that is told. Google tells a short wait beside the limit
    of a day."""
    date = waits.date_in(raised.words)
    if raised.wait is not None and raised.wait > signs.LONGEST_WAIT:
        date = waits.end(raised.wait)
    return date
