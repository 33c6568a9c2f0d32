"""A text that speaks to a reader or a model instead of describing: instructions, links,
addresses, phone numbers.

What can be read in the picture is described, and no address of the text: between quotation
marks, where the text gives the words of an image, or names what they stand on (a screen,
a sign, a card). An instruction that is quoted is a warning all the same: a person should
see what is passed on there. "Buy now" and "Call us" are what a link or button does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from altsync.lint import cues
from altsync.lint.gate import AnyOf, all_of, any_of
from altsync.lint.rule import ERROR, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, is_spaceless
from altsync.models import Decision
from altsync.wordlists import tables

_NOUN = (
    r"(?:instructions?|prompts?|rules?|messages?|directions?|guidelines?|context|text)"
)
_ORDERS = any_of(
    r"\b(?:ignore|disregard|forget|override|bypass)"
    r" (?:(?:all|any|the|your|my|these|those|of|every|everything) ){0,3}"
    rf"(?:(?:previous|prior|above|earlier|preceding|foregoing|system) {_NOUN}"
    rf"|{_NOUN} above\b)"
    r"|\b(?:ignore|disregard|forget|override|bypass)"
    r" (?:(?:all|any|your|my|these|of) ){1,3}(?:the )?"
    r"(?:instructions|prompts|guidelines)\b"
    r"|\b(?:new|updated|system|developer|hidden) (?:instructions?|prompt) ?:",
    r"\byou (?:are now an?|must now|will now (?:act|be|respond|answer)"
    r"|must (?:respond|reply|output|answer|approve|ignore))\b",
    r"(?:^|[.!?:,;] )(?:respond|reply|answer|output)"
    r" (?:only|exactly|nothing but|with (?:only|exactly|just|the words?))\b",
    r"(?:^|[.!?:,;] )do not (?:describe|mention|tell|follow|reveal)\b",
    r"(?:^|[.!?:,;] |and )approve (?:this|all|every)(?: the)?"
    r" (?:candidates?|texts?|images?)\b"
    r"|\b(?:reveal|print|repeat) (?:the|your) (?:system )?"
    r"(?:prompt|instructions|key|token|password)\b",
    # Dutch, French, German, Spanish
    r"\b(?:negeer|vergeet) (?:alle |de |het )*"
    r"(?:vorige|voorgaande|eerdere|bovenstaande) (?:instructies|opdrachten)"
    r"|\b(?:ignore[zr]?|oublie[zr]?) (?:toutes? |les |tes |vos )*"
    r"(?:instructions|consignes)"
    r"|\b(?:ignoriere|vergiss|missachte) (?:alle |die |deine )*"
    r"(?:vorherigen |bisherigen |obigen )?(?:anweisungen|befehle)"
    r"|\b(?:ignora|ignore|olvida) (?:todas |las |tus )*(?:las )?"
    r"(?:instrucciones|órdenes)",
    # Italian, Portuguese, Romanian: the same word tells what somebody does
    r"(?:^|[.!?:,;] )(?:ignora|ignorate|dimentica|dimenticate) (?:\w+ ){0,3}"
    r"istruzioni"
    r"|(?:^|[.!?:,;] )(?:ignore|ignora|esqueça|desconsidere) (?:\w+ ){0,3}"
    r"instruções"
    r"|(?:^|[.!?:,;] )(?:ignoră|ignoraţi|ignorați|uită) (?:\w+ ){0,3}"
    r"instrucțiunil?e",
    # Polish, Czech, Slovak, Hungarian
    r"\b(?:zignoruj|ignoruj|zapomnij) (?:\w+ ){0,3}(?:instrukcj|polece)"
    r"|\b(?:ignoruj|ignorujte|zapomeň|zapomeňte|zabudni) (?:\w+ ){0,3}"
    r"(?:pokyny|instrukce|inštrukcie)"
    r"|\bhagyd figyelmen kívül (?:\w+ ){0,3}utasítás",
    # Swedish, Danish, Norwegian, Finnish
    r"\b(?:ignorera|ignorer|glöm|glem) (?:\w+ ){0,3}(?:instruktion|instruks)"
    r"|\b(?:unohda|ohita) (?:\w+ ){0,3}ohjeet",
    # Greek, Russian, Ukrainian, Turkish, Arabic, Hebrew
    r"\b(?:αγνόησε|αγνοήστε|ξέχασε) (?:\w+ ){0,3}(?:οδηγίε|εντολέ)"
    r"|\b(?:игнорируй|игнорируйте|забудь|забудьте) (?:\w+ ){0,3}"
    r"(?:инструкци|указани)"
    r"|\b(?:ігноруй|ігноруйте|забудь|забудьте) (?:\w+ ){0,3}"
    r"(?:інструкці|вказівк)"
    r"|\b(?:talimatları|yönergeleri) (?:\w+ ){0,2}"
    r"(?:yok say|görmezden gel|unut)"
    r"|\bتجاهل (?:\w+ ){0,3}التعليمات"
    r"|\b(?:התעלם|התעלמי|התעלמו) (?:\w+ ){0,3}(?:מ?ההוראות|מ?הנחיות|מההנחיות)",
)
"""Apart, since each is looked for only where one of its own words stands."""
_EASTERN_ORDER = re.compile(
    "(?:指示|命令|プロンプト)を?(?:すべて|全て)?(?:無視|忘れ)"
    "|(?:忽略|无视|無視|忘记|忘記).{0,10}(?:指令|指示|提示)"
    "|(?:지시|명령|프롬프트).{0,6}무시"
)
"""The same where no blanks set words apart."""
_CALL = any_of(
    r"\b(?:click|tap) (?:here|on the link|the link|below)\b",
    r"\b(?:call|phone|text|whatsapp) (?:us|now|me|today)\b",
    r"\b(?:visit|go to) (?:us|our (?:site|website|shop|store|page))\b",
    r"\b(?:buy|order|subscribe|sign up|register) (?:now|today)\b",
)
_LINK = any_of(
    r"(?:https?|ftp)://",
    r"\bwww\.[\w-]+\.",
    r"\bjavascript:\w+\(",
    r"\bmailto:\S",
    r"\bdata:[a-z]+/",
    r"(?<![@/])\b[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,}",
)
"""Not "@name@host.org", which is how people are called in some networks."""
_ANY = all_of(_ORDERS, _LINK, _CALL)
_FOR_LINKS = Decision.FUNCTIONAL
_BEGINS = re.compile(r"(?:^|[.!?:;,] |\b(?:and|or|to) )([\w-]+) ?(?=(\S*))")
_TOWARDS = re.compile(
    r"(?:more|us|our|the|this|me|my|it|here|now|today|all|your|on|at|in|via|for|to)$"
    r"|https?:|www\.|\S+@"
)
"""What follows an English verb that asks for something: "Contact us", not "Contact
form"."""
_PHONE = re.compile(
    r"(?<![\w.,-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?)?\d{2,4}"
    r"(?:[ .-]\d{2,4}){2,4}(?![\w,-])"
)
_MANY_DIGITS = re.compile(r"\d[\d .()-]{6}")
"""Seven of the eight characters that the shortest phone number has."""


def check(seen: Seen, limits: Limits) -> Hits:
    many = seen.is_numbered
    looks = many or seen.eastern or _ANY.opens(seen)
    return _found(seen, many=many) if looks else NONE


def _found(seen: Seen, *, many: bool) -> Iterator[Hit]:
    low = seen.low
    if said := _order(seen, low):
        quoted = seen.gives_words or not _order(seen, seen.unquoted)
        yield Hit(
            f"The alt text gives an instruction (“{said}”): it does not describe the"
            " image.",
            WARNING if quoted else None,
        )
    elif (found := _LINK.search(seen, low)) and not _is_read_there(seen, _LINK):
        yield Hit(
            f"There is a link or an address in the alt text (“{found.group()}”): nobody"
            " can follow it there.",
            WARNING,
        )
    elif (found := _CALL.search(seen, low)) and not _calls_rightly(seen):
        yield Hit(
            f"The alt text speaks to the reader (“{found.group()}”) instead of"
            " describing.",
            WARNING,
        )
    elif (
        many
        and _MANY_DIGITS.search(low)
        and _has_phone(seen)
        and not _is_on_something(seen)
    ):
        yield Hit(
            "There is a phone number in the alt text: nobody can call it there.",
            WARNING,
        )


def _order(seen: Seen, text: str) -> str:
    """The instruction in what is seen, or in a part of it; '' none."""
    found = _ORDERS.search(seen, text)
    if found is None and seen.eastern:
        found = _EASTERN_ORDER.search(text)
    return found.group().strip(" .!?:,;") if found else ""


def _has_phone(seen: Seen) -> bool:
    found = _PHONE.search(seen.unquoted)
    return found is not None and _phone(found.group(), seen)


def _is_quoted(seen: Seen, pattern: AnyOf) -> bool:
    """It is the picture that says so."""
    return seen.gives_words or pattern.unquoted(seen) is None


def _is_read_there(seen: Seen, pattern: AnyOf) -> bool:
    return _is_quoted(seen, pattern) or _is_on_something(seen)


def _calls_rightly(seen: Seen) -> bool:
    given = seen.given
    if given.functional or given.decision is _FOR_LINKS:
        return True
    return _is_read_there(seen, _CALL)


def _is_on_something(seen: Seen) -> bool:
    """The text names what has words on it, and asks nothing of who reads it."""
    if seen.gives_words:
        return True
    return _surfaces().search(seen.low) is not None and not _asks(seen)


def _asks(seen: Seen) -> bool:
    language = seen.language or "en"
    verbs = _verbs(language)
    for verb, following in _BEGINS.findall(seen.unquoted):
        if verb in verbs and (language != "en" or _TOWARDS.match(following)):
            return True
    return is_spaceless(seen.text) and any(verb in seen.low for verb in verbs)


@cache
def _surfaces() -> re.Pattern[str]:
    """What words stand on, in any language: a text names it before or after them."""
    every = tables("altsync.lint.lists", "surfaces.toml").values()
    words = {word for table in every for word in table["holds"].casefold().split()}
    spaced = "|".join(sorted(word for word in words if not is_spaceless(word)))
    others = "|".join(sorted(filter(is_spaceless, words)))
    return re.compile(rf"(?<![\w.@/])(?:{spaced})|{others}")


@cache
def _verbs(language: str) -> frozenset[str]:
    table = tables("altsync.lint.lists", "surfaces.toml").get(language, {})
    return frozenset(table.get("asks", "").casefold().split())


def _phone(number: str, seen: Seen) -> bool:
    """Not a date, a range of years or a number that the page itself prints."""
    digits = sum(map(str.isdigit, number))
    years = re.findall(r"(?:19|20)\d\d", number)
    return (
        cues.MANY <= digits <= 15 and not years and number.strip() not in seen.trusted
    )


def cue() -> frozenset[str]:
    return _ANY.all | {cues.NUMBERED, cues.EASTERN}


RULE = Rule(
    id="injection",
    severity=ERROR,
    sentence=(
        "The text gives instructions to a reader or a model, or has a link, an address"
        " or a phone number in it."
    ),
    check=check,
    cue=cue,
)
