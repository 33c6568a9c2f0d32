"""What counts as an answer: tolerant of its form (`shapes`), strict in its substance. A
model's text is untrusted: it is taken whole, or not at all; never mended, never cut. What
the model says beside it (`Answer.flags`) is for people and the lint, and has a bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from altsync.generate import shapes
from altsync.lint.evidence import INCOMPLETE
from altsync.models import Decision, is_blank
from altsync.render.text import plain
from altsync.verdicts.acts import LONGEST_DESCRIPTION

MAX_LENGTH = 512
"""Drupal's column, in code points: the site would not take more. What is too long to
listen to is the lint's to say (`checking.refuse`)."""
MOST_READ = 4_000
"""Characters of `text_in_image` that are kept: a page of print."""
MOST_WHY = 1_000
"""Of `why`."""
PLAIN: dict[str, Any] = {
    "decision": "informative",
    "text_in_image": "",
    "people": False,
    "unsure": False,
}
"""What a plain question does not ask for."""
REFUSED = frozenset(
    {
        "blocklist",
        "content_filter",
        "image_prohibited_content",
        "image_recitation",
        "image_safety",
        "language",
        "prohibited_content",
        "recitation",
        "refusal",
        "safety",
        "spii",
    }
)
"""Finish reasons of the providers, in lower case: this picture gets no text."""
CUT = frozenset(
    {
        "length",
        "max_output_tokens",
        "max_tokens",
        "model_context_window_exceeded",
        "model_length",
    }
)
"""Likewise: the text is not whole."""
BROKEN = frozenset({"error"})
"""Likewise: the provider failed while it wrote."""
NO_OBJECT = "The answer was not the object that was asked for."
ASK_TEXT = 'If it never gives one, set [generate] ask = "text".'
MORE_TOKENS = "An option of the model raises it: `altsync models --options` names it."
CANNOT = "The model could not describe this image."
LONG = "long_description"
NOTHING = frozenset({"", "empty", "n/a", "na", "nil", "no", "none", "nothing", "null"})
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


class Unusable(Exception):
    """This answer cannot be a candidate. `reason` is one sentence that the model and
    the owner both understand."""

    def __init__(
        self,
        reason: str,
        *,
        again: bool = True,
        refused: bool = False,
        said: str = "",
        remedy: str = "",
    ) -> None:
        """`again`: the same model could do better where it is told the reason.
        `refused`: the model, or its provider, will not describe this picture; `said` is
        its own word for that. `remedy`: a sentence for the owner alone."""
        super().__init__(reason)
        self.reason = reason
        self.again = again and not refused
        self.refused = refused
        self.said = said
        self.told = f"{reason} {remedy}".rstrip()


@dataclass(frozen=True, slots=True)
class Answer:
    """A usable answer: the alt, as the model wrote it but for white space at its ends."""

    alt: str
    decision: Decision
    flags: dict[str, Any] = field(default_factory=dict)
    """What the model said of its own answer, where it is a reason to look twice:
    text_in_image, people, unsure; without a doubt `why`, such as a likely name; as
    `incomplete` what it did not say, and as `long_description` why it has none. Words
    are cut at MOST_READ and MOST_WHY, and say so."""
    long_description: str = ""
    """What a complex image shows, at length, in Markdown; '' for any other."""


def read(
    text: str, *, schema: bool, finish: str | None = None, refusal: str | None = None
) -> Answer:
    """The answer in a model's text. Raises Unusable.

    `schema`: an object was asked for. `finish` is the provider's finish reason, where
    it gives one; `refusal` its own word for a refusal.
    """
    check_ending(finish, refusal)
    if is_blank(text):
        raise Unusable("The answer was empty.")
    bare = shapes.bare(text)
    if is_blank(bare):
        raise Unusable("The answer was thought alone, without a text after it.")
    found = _answer(bare) if schema else _plain(bare)
    _check(found)
    return found


def check_ending(finish: str | None, refusal: str | None) -> None:
    """Raises Unusable where the provider itself says that this is no whole answer."""
    ending = (finish or "").lower()
    if refusal or ending in REFUSED:
        raise Unusable(
            "The model refused to describe this image.",
            refused=True,
            said=refusal or finish or "",
        )
    if ending in CUT:
        raise Unusable(
            "The answer was cut by the model's limit of tokens.",
            again=False,
            remedy=MORE_TOKENS,
        )
    if ending in BROKEN:
        raise Unusable("The answer broke off by a fault of the provider.")


def _plain(text: str) -> Answer:
    word = text.strip(" .*\"'`").upper()
    if word == "CANNOT":
        raise Unusable(CANNOT, refused=True)
    if word == "DECORATIVE":
        return Answer("", Decision.DECORATIVE)
    found = shapes.whole(text)
    if found is None:
        return Answer(text, Decision.INFORMATIVE)
    if not found:
        raise Unusable("The answer was an object without an alt.")
    return _object({**PLAIN, **_one(found)})


def _answer(text: str) -> Answer:
    found = shapes.within(text)
    if not found:
        raise Unusable(NO_OBJECT, remedy=ASK_TEXT)
    return _object(_one(found))


def _one(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The object among those with an alt: the first, where all say the same text. Which
    of two texts is meant is nobody's to guess."""
    texts = [one for one in found if isinstance(one["alt"], str)]
    if not texts:
        raise Unusable("The answer's alt was not a text.")
    if len({one["alt"].strip() for one in texts}) > 1:
        raise Unusable("The answer held more than one alt: give one object.")
    return texts[0]


def _object(data: dict[str, Any]) -> Answer:
    """What an object with an alt says, and which of its other parts it lacks."""
    lacks: list[str] = []
    alt = data["alt"].strip()
    decision = _decision(data, lacks)
    flags = _flags(data, lacks)
    if decision is Decision.DECORATIVE and alt:
        raise Unusable("A decorative image has an empty alt; this one has a text.")
    if decision is not Decision.DECORATIVE and is_blank(alt):
        raise _empty(data)
    if lacks:
        flags[INCOMPLETE] = ", ".join(lacks)
    return Answer(alt, decision, flags, _long(data, decision, flags))


def _long(data: dict[str, Any], decision: Decision, flags: dict[str, Any]) -> str:
    """The long description: whole, or not at all, and then a flag says why. The alt is
    good without it, and was paid for."""
    text = _words(data, LONG)
    if not text or decision not in (Decision.COMPLEX, Decision.TEXT):
        return ""
    if len(text) > LONGEST_DESCRIPTION:
        flags[LONG] = (
            f"left out: {len(text):,} characters, over the limit of {LONGEST_DESCRIPTION:,}"
        )
        return ""
    if "\x00" in text:
        flags[LONG] = "left out: it held a control character"
        return ""
    return text


def _empty(data: dict[str, Any]) -> Unusable:
    """No alt: with a reason, it is how a model was told to say that it cannot."""
    if why := _words(data, "why"):
        return Unusable(CANNOT, refused=True, said=why)
    return Unusable("The alt was empty, for an image that is not decorative.")


def _decision(data: dict[str, Any], lacks: list[str]) -> Decision:
    value = data.get("decision")
    if not isinstance(value, str):
        lacks.append("decision")
        return Decision.INFORMATIVE
    try:
        return Decision(value.strip().lower())
    except ValueError:
        lacks.append(f"decision (“{plain(value[:40])}” is none)")
        return Decision.INFORMATIVE


def _flags(data: dict[str, Any], lacks: list[str]) -> dict[str, Any]:
    """What the model said of its answer that is a reason to look twice."""
    flags: dict[str, Any] = {}
    if not isinstance(data.get("text_in_image", 0), str | None):
        lacks.append("text_in_image")
    if words := _words(data, "text_in_image"):
        flags["text_in_image"] = _bounded(words, MOST_READ)
    if _flag(data, "people", lacks):
        flags["people"] = True
    why = _bounded(_words(data, "why"), MOST_WHY)
    if _flag(data, "unsure", lacks):
        flags["unsure"] = why or True
    elif _says(why):
        flags["why"] = why
    return flags


def _says(why: str) -> bool:
    """Models write a word for nothing where nothing is asked for."""
    return why.strip(" .-–—").casefold() not in NOTHING


def _flag(data: dict[str, Any], name: str, lacks: list[str]) -> bool:
    """A boolean, in whatever type it came. Null says that there is nothing to say."""
    value = data.get(name, "")
    if value is None:
        return False
    if isinstance(value, str):
        value = _BOOLEANS.get(value.strip().lower())
    if isinstance(value, bool):
        return value
    lacks.append(name)
    return False


def _words(data: dict[str, Any], name: str) -> str:
    """Words beside the alt: half a surrogate pair in them costs nobody the alt."""
    value = data.get(name)
    if not isinstance(value, str):
        return ""
    return value.strip().encode("utf-8", "replace").decode("utf-8")


def _bounded(words: str, most: int) -> str:
    """So much of them, and that they were cut."""
    if len(words) <= most:
        return words
    return f"{words[:most].rstrip()}… (cut by altsync: {len(words):,} characters)"


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
