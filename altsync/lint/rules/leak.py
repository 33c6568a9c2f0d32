"""A model talking instead of a text: a refusal, a preamble, several candidates,
markdown, JSON, the prompt, an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.gate import Gated, all_of, any_of
from altsync.lint.rule import ERROR, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen
from altsync.models import Severity

_REFUSALS = any_of(
    r"\bi(?:['’]m| am) (?:really |very |so )?(?:sorry|unable|not able|afraid i)\b"
    r"|\bi (?:can(?:['’]?t|not)|could ?n['’]?o?t|don['’]?t have|do not have"
    r"|won['’]?t|will not) (?:\w+ ){0,2}(?:describe|see|view|identify|assist|help"
    r"|provide|generate|process|access|determine|make out|comply|recogni[sz]e|read"
    r"|analy[sz]e|open|display|write|ability|information|context|image)\b"
    r"|\bi (?:won['’]t|will not) be able to (?:describe|see|view|identify|assist"
    r"|help|provide|generate|process)\b"
    r"|\bi(?:['’]m| am) an ai\b"
    r"|\bi (?:don['’]?t|do not|can['’]?t|cannot) see (?:an?|any|the|your)"
    r" (?:image|photo|picture|attachment)\b"
    r"|\bi (?:would )?need (?:more|additional|further)"
    r" (?:context|information|details)\b",
    r"\bas an ai\b|\bas a (?:large )?language model\b",
    r"^(?:sorry|apologies|my apologies)(?:,|\.| but| i\b| for)"
    r"|^unfortunately,? (?:i\b|the image|this image|no image)"
    r"|^(?:unable|not able) to (?:describe|process|identify|generate|see|view"
    r"|analy[sz]e|load|read)"
    r"|^please (?:provide|upload|share|send|re-?upload) ",
    r"\b(?:could|can) you (?:please )?(?:provide|upload|share|send|re-?upload)\b",
    # Dutch
    r"\bhet spijt me\b|\bik kan .{0,40}(?:zien|beschrijven|helpen|verwerken"
    r"|herkennen)\b|\bals (?:een )?(?:ai|taalmodel)\b|^sorry, (?:maar )?ik\b",
    # French
    r"\bje (?:suis désolée?\b|ne (?:peux|suis) pas (?:en mesure|voir|décrire"
    r"|identifier|fournir|aider|vous|analyser)\b)"
    r"|\ben tant qu['’](?:ia|intelligence|modèle)\b|^désolée?,",
    # German
    r"\bes tut mir leid\b|\bich kann .{0,40}(?:sehen|beschreiben|helfen|erkennen"
    r"|verarbeiten)\b|\bals (?:ki|sprachmodell)\b|^leider kann",
    # Spanish
    r"\blo siento\b|\bno puedo (?:ver|describir|ayudar|identificar|procesar"
    r"|proporcionar)\b|\bcomo (?:una? )?(?:ia|inteligencia artificial"
    r"|modelo de lenguaje)\b",
)
"""Apart, since each is looked for only where one of its own words stands."""
_NO_PICTURE = Gated(
    r"^(?:"
    r"(?:it (?:looks like|seems|appears)(?: like| that| as if)? )?"
    r"(?:there(?:['’]s| is| was) )?no (?:image|photo|picture)(?: file)?"
    r" (?:was |is |has been )?(?:provided|attached|uploaded|supplied|available|loaded)"
    r"|(?:(?:the|this|your) )?(?:image|photo|picture)(?: file)? (?:could not|cannot"
    r"|can['’]t|did not|failed to|does not|was not|is not|isn['’]t|wasn['’]t) (?:be )?"
    r"(?:provided|attached|uploaded|load|loaded|displayed|processed|visible|supplied"
    r"|available)"
    r")"
)
_PREAMBLE = Gated(
    r"^(?:"
    r"(?:sure|certainly|of course|absolutely|okay|ok|great|got it|no problem|gladly)"
    r"(?:[,!.:] ?(?:here\b|i['’ ]|let me|let['’]s|below|happy to|$)"
    r"|[!:] ?(?:an?|the|this)\b)"
    r"|(?:sure|certainly|absolutely), an?\b"
    r"|here(?:['’]s| is| are)\b.{0,60}\b(?:alt(?:ernative)?[ -]?text|description"
    r"|caption)s?\b"
    r"|here are .{0,30}\b(?:options|alternatives|suggestions|versions|variations)\b"
    r"|(?:(?:(?:image|photo|picture) )?description|caption|answer|response|assistant"
    r"|final answer|output|thinking|omschrijving|beschrijving|bildbeschreibung"
    r"|descripción) ?:"
    r"|system ?: you (?:are|must|will)\b|user ?: (?:describe|write)\b"
    r"|let me (?:know|describe|analy[sz]e|think|look|see)"
    r"|i(?:['’]ll| will|['’]d| would) (?:(?:describe|suggest)\b|(?:say|use|write)"
    r"(?: (?:this|that|something|the following)\b| an? (?:\w+ )?(?:alt|text|description"
    r"|caption)\b|:| [\"“]))"
    r"|(?:based on (?:the|this|your) (?:provided |given |available |surrounding )?"
    r"(?:image|photo|picture|context)|looking at (?:the|this) image|as requested)\b"
    # Dutch
    r"|(?:natuurlijk|zeker|uiteraard)[,!] ?(?:hier|ik)\b"
    r"|hier (?:is|zijn|volgt) .{0,40}\b(?:beschrijving|omschrijving|alt-?tekst)"
    r"|(?:alt-?|alternatieve )tekst ?:"
    # French
    r"|(?:bien sûr|certainement|d['’]accord)[,!] ?(?:voici|je)\b"
    r"|voici .{0,40}\b(?:description|texte|légende)|texte alternatif ?:"
    # German
    r"|(?:natürlich|gerne|selbstverständlich|klar)[,!] ?(?:hier|ich)\b"
    r"|hier (?:ist|sind|kommt) .{0,40}\b(?:bild)?(?:beschreibung|alternativtext)"
    r"|alternativtext ?:"
    # Spanish
    r"|(?:claro|por supuesto)[,!] ?(?:aquí|le|te)\b"
    r"|aquí (?:está|tienes?) .{0,40}\b(?:descripción|texto)|texto alternativo ?:"
    r")"
)
_LABEL = Gated(
    r"^(?:(?:the|a|an|suggested|proposed|possible|final|revised|short|concise"
    r"|improved) )*(?:alt|alternative|alternate)[ -]?(?:text|tag|attribute"
    r"|description)?(?: for (?:the|this) (?:image|photo|picture))?"
    r"(?: ?:| is:| could be| would be| ?=| [-–—] )",
    wider=r"^.*\b(?:alt|alternative|alternate)(?:text|tag|attribute|description)?\b",
)
_MARKDOWN = any_of(
    r"```",
    r"\*\*[^*\n]{1,200}\*\*",
    r"(?<![\w*])\\?\*\w(?:[^*\n]{0,100}[\w.!?\\])?\\?\*(?!\w)",
    r"\[[^\]\n]{1,80}\]\([^)\n]{1,200}\)",
    r"\n[^\S\n]*(?:[-*•]|\d{1,2}[.)]) \S|\n[^\S\n]*#{1,6} ",
)
_MARKED = re.compile(r"[-*•] |>\s?\w|#{1,6} \w|_\w[^_\n]*_$")
"""Markdown that a text starts with."""
_MARKS = "-*•>#_"
"""How any of this begins."""
_DASHED = re.compile(r"- [^\n]+$")
"""A dash before the only line: an item of a list, or how a person goes on from a link."""
_CODE = re.compile(r"`[^`\n]{1,80}`")
_JSON = Gated(
    r"^\s*[{\[]\s*[\"'][\w -]{1,40}[\"']\s*[:,\]]"
    r"|[\"'](?:alt|alt_?text|description|decision)[\"']\s*:|[\"']\s*\}\s*$"
)
_SEVERAL = any_of(
    r"(?i)^(?:option|alternative|version|suggestion|optie|variante?|opción)"
    r" ?(?:1|#1|one|a)\s?[:.)]",
    r"(?i)[.!\"]\s+(?:or|ou|oder)[:,]\s+[\"“A-Z]",
    r"(?i)\balternatively[,:]",
    r"(?i)\n[^\S\n]*or[^\S\n]*\n",
    r"[a-z.!\"] OR (?:An?|The|Two|Three|Several) [a-z]",
)
_PROMPT = any_of(
    r"^(?:(?:an?|the|this|your|good) )?alt(?:ernative)?[ -]?(?:text|attribute)\b"
    r".{0,40}\b(?:should|must|describes|is concise)\b",
    r"[(\[](?:under|within|max\.?|maximum(?: of)?|at most|less than|fewer than)"
    r" \d{2,3} (?:characters|chars|tokens|words)\.?[)\]]",
    r"\bthe user (?:wants|asked|asks|has asked) (?:me|for an?|an? (?:alt"
    r"|description|caption))\b",
    r"\b(?:the|my) system prompt\b",
    r"\blet me know if\b",
    r"\bwould you like me to\b",
    r"\bi hope (?:this|that) helps\b",
    r"\b(?:we|i) (?:need to|have to|should|must) (?:write|generate|produce|create"
    r"|provide|describe|output) (?:an? |the )?(?:\w+ )?(?:alt|description|caption"
    r"|image)\b",
    r"\(\d{1,3} (?:characters|chars|words)\.?\)",
    r"\b(?:character|word) count ?:",
)
_ERROR = Gated(
    r"^(?:"
    r"(?:error|exception|http(?: error)?|status(?: code)?)[ :]+(?:code[ :]+)?"
    r"(?:[45]\d\d\s*(?:$|[:,(-])|occurred)|error:(?! an?\b| the\b)|\[error"
    r"|traceback \("
    r"|(?:http )?[45]\d\d[ :-]+(?:too many requests|internal server error"
    r"|bad gateway|service unavailable|gateway time-?out|bad request|unauthorized"
    r"|forbidden|not found)\W*$"
    r"|(?:connection|network|time-?out|server|api) error\W*$"
    r"|you exceeded your|this model['’]s maximum|(?:undefined|null) is not an? "
    r"|uncaught \w*error\b"
    r"|(?:rate limit (?:exceeded|reached)|quota exceeded|too many requests"
    r"|internal server error|bad gateway|service unavailable|gateway time-?out"
    r"|request (?:failed|timed out)|connection (?:refused|reset|timed out)"
    r"|invalid (?:api key|request|image url|image format)|unauthorized$"
    r"|content (?:policy violation|filter triggered|filtered)|insufficient_quota"
    r"|failed to (?:generate|process|fetch|load|describe))\b"
    r")"
)
_TOKEN = Gated(
    r"<\|[\w-]{1,30}\|>|</?(?:think|thinking|assistant|eos|pad|unk)>|</s>"
    r"|\[/?(?:inst|sys|truncated|image|img|eos|end|pad|mask)\]"
    r"|\bmax_tokens\b|\bfinish_reason\b"
    r"|\b(?:token|output|length) limit (?:was )?(?:reached|exceeded)\b"
    r"|(?:due to|because of|hit|exceeded|reached) (?:the |its |my )?(?:maximum )?"
    r"(?:token|output|length) limit\b"
    r"|\b(?:response|output|answer) (?:was |is |has been )?truncated\b"
    r"|\[(?:output )?truncated\]|\((?:truncated|continued)\)|<(?:start|end)_of_\w+>"
)


_SAYING = all_of(_REFUSALS, _TOKEN, _JSON, _MARKDOWN, _SEVERAL, _PROMPT)
_STARTING = all_of(_NO_PICTURE, _ERROR, _PREAMBLE, _LABEL)


def cue() -> frozenset[str]:
    return _SAYING.all | _STARTING.all | frozenset(_MARKS)


def check(seen: Seen, limits: Limits) -> Hits:
    saying = _SAYING.opens(seen)
    if saying or _starts(seen):
        return _talking(seen, saying=saying)
    return NONE


def _starts(seen: Seen) -> bool:
    """Whether it may start as a model or a program does."""
    return _STARTING.opens(seen) or _MARKED.match(seen.raw) is not None


def _talking(seen: Seen, *, saying: bool) -> Iterator[Hit]:
    low = seen.low
    if _REFUSALS.unquoted(seen) or _NO_PICTURE.match(seen, low):
        yield Hit("The alt text is a model's refusal or excuse, not a description.")
    elif _PREAMBLE.match(seen, low) or _LABEL.match(seen, low):
        yield Hit(
            "The alt text starts with a model's preamble instead of the description."
        )
    elif _ERROR.match(seen, low):
        yield Hit("The alt text is an error message.")
    elif saying or _MARKED.match(seen.raw):
        yield from _leftovers(seen)


def _leftovers(seen: Seen) -> Iterator[Hit]:
    """What a model or a program left in or around its answer."""
    raw = seen.raw
    if _TOKEN.search(seen, seen.low):
        yield Hit(
            "There is a model's control word or a truncation mark in the alt text."
        )
    elif _JSON.search(seen, raw):
        yield Hit("The alt text is JSON or a piece of it.")
    elif _MARKDOWN.search(seen, raw):
        yield _markdown()
    elif _MARKED.match(raw):
        dashed = not seen.given.by_model and _DASHED.match(raw)
        yield _markdown(WARNING if dashed else None)
    elif _CODE.search(raw):
        yield _markdown(WARNING)
    elif _SEVERAL.search(seen, raw if "\n" in raw else seen.text):
        yield Hit("The alt text offers several candidates instead of one text.")
    elif _PROMPT.unquoted(seen):
        yield Hit("The alt text repeats words of the prompt or talks about itself.")


def _markdown(severity: Severity | None = None) -> Hit:
    return Hit(
        "There is Markdown in the alt text; a screen reader reads out its signs.",
        severity,
    )


RULE = Rule(
    id="leak",
    severity=ERROR,
    sentence=(
        "A model is talking: a refusal, a preamble, several candidates, Markdown, JSON,"
        " its prompt or an error."
    ),
    check=check,
    cue=cue,
)
