"""A claim about a person that pixels cannot carry: race, age, looks, feelings,
relations. Only trusted text may say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.gate import AnyOf, Gated
from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen
from altsync.lint.words import listed
from altsync.models import Severity

_PEOPLE = (
    r"(?:wom[ae]n|m[ae]n|person|people|boys?|girls?|child(?:ren)?|lad(?:y|ies)|guys?"
    r"|males?|females?|couples?|famil(?:y|ies)|students?|gentlem[ae]n|kids?"
    r"|bab(?:y|ies)|individuals?"
    r"|vrouw(?:en)?|mannen|persoon|mensen|jongens?|meisjes?"
    r"|femmes?|hommes?|personnes?|garçons?|filles?|enfants?"
    r"|frau(?:en)?|mann|männer|mädchen|junge|kind(?:er)?|personen?"
    r"|mujer(?:es)?|hombres?|personas?|niñ[oa]s?|chic[oa]s?)"
)
_RACE = (
    r"(?:asian|african(?:[- ]american)?|caucasian|hispanic|latin[oax]"
    r"|middle[- ]eastern|arab(?:ic)?|biracial|multiracial|mixed[- ]race"
    r"|black|white|brown|dark[- ]skinned|light[- ]skinned|fair[- ]skinned"
    r"|south asian|east asian|indian|native american|jewish|muslim|gypsy)"
)
_RELATIVE = (
    r"(?:husband|wife|boyfriend|girlfriend|spouse|mother|father|mom|dad|daughter|son"
    r"|brother|sister|grand(?:mother|father|parents)|parents|siblings|kids|children)"
)
_MOOD = (
    r"(?:sad|angry|depressed|anxious|frustrated|lonely|bored|miserable|jealous"
    r"|nervous|proud)"
)
_DECADE = (
    r"(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties"
    r"|[2-8]0['’]?s)"
)


def _claim(*phrases: str) -> Gated:
    return Gated("|".join(phrases))


_CLAIMS = (
    (
        "race or origin",
        _claim(
            rf"\b{_RACE}(?:[- ](?:american|looking))?"
            rf" (?:young |old |elderly |adult |business)?{_PEOPLE}\b",
            r"\b(?:dark|light|fair)[- ]skinned\b",
            r"\b(?:caucasian|african[- ]american|biracial|multiracial)\b",
            r"\b(?:blanke|zwarte|aziatische)"
            r" (?:vrouw|man|persoon|mensen|jongen|meisje)",
            r"\b(?:femme|homme|personne) (?:noire?|blanche?|asiatique)",
            r"\b(?:schwarze[rs]?|weisse[rs]?|asiatische[rs]?)"
            r" (?:frau|mann|person|junge|mädchen)",
            r"\b(?:mujer|hombre|persona) (?:negr[oa]|blanc[oa]|asiátic[oa])",
        ),
    ),
    (
        "age",
        _claim(
            r"\belderly\b|\bmiddle[- ]aged\b",
            rf"\bolder {_PEOPLE}\b",
            rf"\bin (?:his|her|their) (?:early |mid[- ]|late )?{_DECADE}\b",
            rf"\b\d{{1,2}}[- ]years?[- ]old {_PEOPLE}\b",
            r"\b(?:bejaarde|oudere) (?:vrouw|man|mannen|dame|heer|persoon|mensen)",
            r"\b\d{1,2}-jarige?\b",
            r"\b(?:femme|homme|personne)s? âgée?s?\b",
            r"\b(?:ältere[rs]?|alte[rs]?) (?:frau|mann|dame|herr|leute|menschen)",
            r"\bancian[oa]s?\b",
            r"\b(?:hombre|mujer|persona)s? mayor(?:es)?\b",
        ),
    ),
    (
        "looks",
        _claim(
            r"\b(?:beautiful|handsome|attractive|pretty|gorgeous|sexy|ugly|cute"
            r"|good[- ]looking|overweight|obese|fat)"
            rf" (?:young |old |smiling )?{_PEOPLE}\b",
            r"\b(?:knappe|mooie|aantrekkelijke) (?:vrouw|man|jongen|meisje|dame)",
            r"\b(?:belle|jolie) (?:femme|fille)\b|\bbel homme\b",
            r"\b(?:schöne|hübsche|attraktive)[rs]? (?:frau|mann|mädchen|junge)",
            r"\b(?:mujer|hombre|chic[oa]) (?:guap[oa]|hermos[oa]|atractiv[oa])",
        ),
    ),
    (
        "feelings",
        _claim(
            rf"\b{_MOOD} (?:young |old |looking )?{_PEOPLE}\b",
            r"\b(?:looks?|looking|feels?|feeling|seems?|appears?)(?: to be)?"
            rf" (?:very |quite |a bit )?(?:{_MOOD}|happy|worried|scared|confused)\b",
            r"\b(?:verdrietige|boze|trotse) (?:vrouw|man|jongen|meisje|kind)",
            r"\b(?:femme|homme|enfant) (?:triste|fâchée?|déçue?|fi[eè]re?)\b",
            r"\b(?:traurige|wütende|stolze)[rs]? (?:frau|mann|kind|junge|mädchen)",
            r"\b(?:mujer|hombre|niñ[oa])"
            r" (?:triste|enojad[oa]|enfadad[oa]|orgullos[oa])",
        ),
    ),
    (
        "a relation",
        _claim(
            rf"\b(?:his|her|their) {_RELATIVE}\b",
            r"\b(?:husband and wife|mother and (?:daughter|son|child)"
            r"|father and (?:daughter|son|child)|brother and sister"
            r"|married couple|engaged couple)\b",
            r"\b(?:zijn|haar) (?:echtgenote?|vrouw|man|vriendin|vriend|moeder|vader"
            r"|dochter|zoon)\b",
            r"\b(?:sa|son) (?:femme|mari|épouse|mère|père|fille|fils|copine)\b",
            r"\b(?:sein|ihr)(?:e[rnm]?)? (?:frau|mann|ehemann|ehefrau|mutter|vater"
            r"|tochter|sohn|freundin)\b",
            r"\bsu (?:esposa|esposo|marido|mujer|novia|novio|madre|padre|hija|hijo)\b",
        ),
    ),
)
_ANY = AnyOf(*(pattern for _, pattern in _CLAIMS))
_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = listed(
    "woman women man men person people boy girl child children and young old the his"
    " her their for couple"
)
"""Words of a claim that do not carry it, where others do."""


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    if not _ANY.opens(seen, seen.low):
        return
    for what, pattern in _CLAIMS:
        found = pattern.unquoted(seen)
        if found and not _trusted(found.group(), seen.vouched):
            yield Hit(
                f"The alt text claims {what} (“{found.group()}”), and no text of the"
                " site says so: leave it out."
            )
            return


def _trusted(claim: str, trusted: str) -> bool:
    """Every word of the claim that carries it stands in a trusted text; where none
    does ("his children"), the last one."""
    words = _WORD.findall(claim)
    carrying = [word for word in words if word not in _COMMON] or words[-1:]
    return bool(trusted) and all(word in trusted for word in carrying)


RULE = Rule(
    id="person",
    severity=Severity.WARNING,
    sentence=(
        "The text claims race, age, looks, feelings or a relation of a person that no"
        " text of the site mentions."
    ),
    check=check,
)
