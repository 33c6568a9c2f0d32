"""A model talking instead of a text: a refusal, a preamble, several candidates,
markdown, JSON, the prompt, an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen
from altsync.lint.words import listed
from altsync.models import Severity

_REFUSAL = re.compile(
    r"\bi(?:['’]m| am) (?:really |very |so )?(?:sorry|unable|not able|afraid i)\b|\bi"
    r" (?:can(?:['’]?t|not)|could ?n['’]?o?t|"
    r"don['’]?t have|do not have|won['’]?t|will not) (?:\w+"
    r" ){0,2}(?:describe|see|view|identify|assist|help|provide|generate|"
    r"process|access|determine|make"
    r" out|comply|recogni[sz]e|read|analy[sz]e|open|display|write|ability|information|context|"
    r"image)\b|\bi (?:won['’]t|will not) be able to"
    r" (?:describe|see|view|identify|assist|help|provide|generate|process)\b|\bas an"
    r" ai\b|\bas a (?:large )?language model\b|\bi(?:['’]m| am) an ai\b"
    r"|\bi (?:don['’]?t|do not|can['’]?t|cannot) see (?:an?|any|the|your)"
    r" (?:image|photo|picture|attachment)\b"
    r"|\bi (?:would )?need (?:more|additional|further)"
    r" (?:context|information|details)\b"
    r"|^(?:sorry|apologies|my apologies)(?:,|\.| but| i\b| for)|^unfortunately,?"
    r" (?:i\b|the image|this image|no image)|^(?:unable|not able) to"
    r" (?:describe|process|identify|generate|see|"
    r"view|analy[sz]e|load|read)"
    r"|\b(?:could|can) you (?:please"
    r" )?(?:provide|upload|share|send|re-?upload)\b|^please"
    r" (?:provide|upload|share|send|re-?upload) "
    r"|\bhet spijt me\b|\bik kan"
    r" .{0,40}(?:zien|beschrijven|helpen|verwerken|herkennen)\b|\bals (?:een"
    r" )?(?:ai|taalmodel)\b|^sorry, (?:maar )?ik\b"
    r"|\bje (?:suis désolée?\b|ne (?:peux|suis) pas (?:en"
    r" mesure|voir|décrire|identifier|fournir|aider|vous|analyser)\b)|\ben tant"
    r" qu['’](?:ia|intelligence|modèle)\b|^désolée?,"
    r"|\bes tut mir leid\b|\bich kann"
    r" .{0,40}(?:sehen|beschreiben|helfen|erkennen|verarbeiten)\b|\bals"
    r" (?:ki|sprachmodell)\b|^leider kann"
    r"|\blo siento\b|\bno puedo"
    r" (?:ver|describir|ayudar|identificar|procesar|proporcionar)\b|\bcomo (?:una?"
    r" )?(?:ia|inteligencia artificial|modelo de lenguaje)\b"
)
_NO_PICTURE = re.compile(
    r"(?:it (?:looks like|seems|appears)(?: like| that| as if)? )?(?:there(?:['’]s| is|"
    r" was) )?"
    r"no (?:image|photo|picture)(?: file)? (?:was |is |has been"
    r" )?(?:provided|attached|uploaded|supplied|available|loaded)"
    r"|(?:(?:the|this|your) )?(?:image|photo|picture)(?: file)? (?:could"
    r" not|cannot|can['’]t|did not|failed to|does not|was not|is not|"
    r"isn['’]t|wasn['’]t) (?:be"
    r" )?(?:provided|attached|uploaded|load|loaded|displayed|processed|visible|supplied|available)"
)
_PREAMBLE = re.compile(
    r"(?:sure|certainly|of course|absolutely|okay|ok|great|got it|no"
    r" problem|gladly)(?:[,!.:] ?(?:here\b|i['’ ]|let me|let['’]s|below|"
    r"happy to|$)|[!:] ?(?:an?|the|this)\b)|(?:sure|certainly|absolutely),"
    r" an?\b|here(?:['’]s| is| are)\b.{0,60}\b(?:alt(?:ernative)?[ -]?text|description|"
    r"caption)s?\b|here are"
    r" .{0,30}\b(?:options|alternatives|suggestions|versions|variations)\b"
    r"|(?:(?:the|a|an|suggested|proposed|possible|final|revised|short|concise|improved)"
    r" )*(?:alt|alternative|alternate)[ -]?"
    r"(?:text|tag|attribute|description)?(?: for (?:the|this)"
    r" (?:image|photo|picture))?(?: ?:| is:| could be| would be| ?=| [-–—] )"
    r"|(?:(?:(?:image|photo|picture)"
    r" )?description|caption|answer|response|assistant|final answer|output|thinking|"
    r"omschrijving|beschrijving|bildbeschreibung|descripción) ?:|system ?: you"
    r" (?:are|must|will)\b|user ?: (?:describe|write)\b"
    r"|let me (?:know|describe|analy[sz]e|think|look|see)|i(?:['’]ll| will|['’]d|"
    r" would) (?:describe|say|suggest|use|write)\b"
    r"|(?:based on (?:the|this|your) (?:provided |given |available |surrounding"
    r" )?(?:image|photo|picture|context)|looking at (?:the|this) image|as requested)\b"
    r"|(?:natuurlijk|zeker|uiteraard)[,!] ?(?:hier|ik)\b|hier (?:is|zijn|volgt)"
    r" .{0,40}\b(?:beschrijving|omschrijving|alt-?tekst)|"
    r"(?:alt-?|alternatieve )tekst ?:|(?:bien sûr|certainement|d['’]accord)[,!]"
    r" ?(?:voici|je)\b|voici .{0,40}\b(?:description|texte|légende)|"
    r"texte alternatif ?:"
    r"|(?:natürlich|gerne|selbstverständlich|klar)[,!] ?(?:hier|ich)\b|hier"
    r" (?:ist|sind|kommt) .{0,40}\b(?:bild)?(?:beschreibung|"
    r"alternativtext)|alternativtext ?:|(?:claro|por supuesto)[,!]"
    r" ?(?:aquí|le|te)\b|aquí (?:está|tienes?) .{0,40}\b(?:descripción|"
    r"texto)|texto alternativo ?:"
)
_MARKDOWN = re.compile(
    r"```|\*\*[^*\n]{1,200}\*\*|(?<![\w*])\\?\*\w(?:[^*\n]{0,100}[\w.!?\\])?\\?\*(?!\w)"
    r"|\[[^\]\n]{1,80}\]\([^)\n]{1,200}\)|^#{1,6} \w|^(?:[-*•]"
    r" |>\s?\w)|\n\s*(?:[-*•]|\d{1,2}[.)]) \S|\n\s*#{1,6} |^_\w[^_\n]*_$"
)
_CODE = re.compile(r"`[^`\n]{1,80}`")
_SIGNS = re.compile(r"[`*\[\]#>•\n{}<(]")
"""No Markdown, JSON or control word is without one of these, a dash at the start, or a
colon after a quote."""
_JSON = re.compile(
    r"^\s*[{\[]\s*[\"'][\w"
    r" -]{1,40}[\"']\s*[:,\]]|[\"'](?:alt|alt_?text|description|decision)[\"']\s*:|[\"']\s*\}\s*$"
)
_SEVERAL = re.compile(
    r"^(?:option|alternative|version|suggestion|optie|variante?|opción)"
    r" ?(?:1|#1|one|a)\s?[:.)]"
    r"|[.!\"]\s+(?:or|ou|oder)[:,]\s+[\"“A-Z]|\balternatively[,:]|\n\s*or\s*\n"
    r"|(?-i:[a-z.!\"] OR (?:An?|The|Two|Three|Several) [a-z])",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"^(?:(?:an?|the|this|your|good) )?alt(?:ernative)?["
    r" -]?(?:text|attribute)\b.{0,40}\b(?:should|must|describes|is concise)\b"
    r"|[(\[](?:under|within|max\.?|maximum(?: of)?|at most|less than|fewer than)"
    r" \d{2,3} (?:characters|chars|tokens|words)\.?[)\]]"
    r"|\bthe user (?:wants|asked|asks|has asked) (?:me|for an?|an?"
    r" (?:alt|description|caption))\b|\b(?:the|my) system prompt\b"
    r"|\blet me know if\b|\bwould you like me to\b|\bi hope (?:this|that) helps\b"
    r"|\b(?:we|i) (?:need to|have to|should|must)"
    r" (?:write|generate|produce|create|provide|describe|output) (?:an? |the )?"
    r"(?:\w+ )?(?:alt|description|caption|image)\b"
    r"|\(\d{1,3} (?:characters|chars|words)\.?\)|\b(?:character|word) count ?:"
)
_PROMPT_GATE = listed(
    "alt alttext alternative user prompt characters chars words tokens count"
    " description caption me helps describe"
)
_ERROR = re.compile(
    r"(?:error|exception|http(?: error)?|status(?: code)?)[ :]+(?:code["
    r" :]+)?(?:[45]\d\d\s*(?:$|[:,(-])|occurred)|error:(?! an?\b|"
    r" the\b)|\[error|traceback \("
    r"|(?:http )?[45]\d\d[ :-]+(?:too many requests|internal server error|bad"
    r" gateway|service unavailable|gateway time-?out|"
    r"bad request|unauthorized|forbidden|not"
    r" found)\W*$|(?:connection|network|time-?out|server|api) error\W*$"
    r"|you exceeded your|this model['’]s maximum|(?:undefined|null) is not an?"
    r" |uncaught \w*error\b"
    r"|(?:rate limit (?:exceeded|reached)|quota exceeded|too many requests|internal"
    r" server error|bad gateway|"
    r"service unavailable|gateway time-?out|request (?:failed|timed out)|connection"
    r" (?:refused|reset|timed out)|"
    r"invalid (?:api key|request|image url|image format)|unauthorized$|content"
    r" (?:policy violation|filter triggered|filtered)|"
    r"insufficient_quota|failed to (?:generate|process|fetch|load|describe))\b"
)
_TOKEN = re.compile(
    r"<\|[\w-]{1,30}\|>|</?(?:think|thinking|assistant|eos|pad|unk)>|</s>|\[/?(?:inst|sys|truncated|"
    r"image|img|eos|end|pad|mask)\]|\bmax_tokens\b|\bfinish_reason\b|\b(?:token|output|length)"
    r" limit (?:was )?(?:reached|exceeded)\b"
    r"|(?:due to|because of|hit|exceeded|reached) (?:the |its |my )?(?:maximum"
    r" )?(?:token|output|length) limit\b"
    r"|\b(?:response|output|answer) (?:was |is |has been )?truncated\b"
    r"|\[(?:output )?truncated\]|\((?:truncated|continued)\)|<(?:start|end)_of_\w+>"
)
_TOKEN_GATE = listed("max_tokens finish_reason limit truncated")
_FIRST = listed(
    "i i'm i’m ai sorry unfortunately apologies unable could can please language see ik"
    " spijt als je désolé désolée tant ich tut leider siento puedo como my"
)
_OPENERS = listed(
    "sure certainly of absolutely okay ok great got no gladly yes here here's here’s"
    " the a an suggested proposed possible final revised short concise improved alt"
    " alternative alternate alttext description caption answer output response"
    " assistant result let i i'll i’ll i'd i’d based looking as output thinking system"
    " user image photo picture natuurlijk zeker uiteraard goed hier alttekst"
    " alternatieve omschrijving beschrijving bildbeschreibung descripción bien"
    " certainement voici d'accord d’accord texte natürlich gerne selbstverständlich"
    " klar alternativtext claro por aquí texto"
)


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    words = seen.words
    if not words:
        return
    low, raw, bag = seen.low, seen.raw, seen.bag
    signs = _SIGNS.search(raw) or raw.startswith(("-", "_")) or '":' in raw
    if (
        not _FIRST.isdisjoint(bag) and _REFUSAL.search(seen.unquoted)
    ) or _NO_PICTURE.match(low):
        yield Hit("The alt text is a model's refusal or excuse, not a description.")
    elif words[0].casefold() in _OPENERS and _PREAMBLE.match(low):
        yield Hit(
            "The alt text starts with a model's preamble instead of the description."
        )
    elif low.startswith(_STARTS) and _ERROR.match(low):
        yield Hit("The alt text is an error message.")
    elif (signs or not _TOKEN_GATE.isdisjoint(bag)) and _TOKEN.search(low):
        yield Hit(
            "There is a model's control word or a truncation mark in the alt text."
        )
    elif signs and _JSON.search(raw):
        yield Hit("The alt text is JSON or a piece of it.")
    elif signs and (sure := _MARKDOWN.search(raw) or _CODE.search(raw)):
        severity = Severity.WARNING if sure.re is _CODE else None
        yield Hit(
            "There is Markdown in the alt text; a screen reader reads out its signs.",
            severity,
        )
    elif not _SEVERAL_GATE.isdisjoint(bag) and _SEVERAL.search(
        raw if "\n" in raw else seen.text
    ):
        yield Hit("The alt text offers several candidates instead of one text.")
    elif not _PROMPT_GATE.isdisjoint(bag) and _PROMPT.search(seen.unquoted):
        yield Hit("The alt text repeats words of the prompt or talks about itself.")


_STARTS = tuple(
    listed(
        "error exception http status traceback [error rate quota too internal bad"
        " service gateway request connection invalid unauthorized content insufficient"
        " failed network time server api you undefined null uncaught 4 5 this"
    )
)
_SEVERAL_GATE = listed(
    "option optie alternative alternatively version suggestion variante variant opción"
    " or ou oder 1"
)

RULE = Rule(
    id="leak",
    severity=Severity.ERROR,
    sentence=(
        "A model is talking: a refusal, a preamble, several candidates, Markdown, JSON,"
        " its prompt or an error."
    ),
    check=check,
)
