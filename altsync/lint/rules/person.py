"""A claim about a person that pixels cannot carry: race, age, looks, feelings,
relations. Only trusted text may say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen
from altsync.lint.words import listed
from altsync.models import Severity

_PEOPLE = (
    r"(?:wom[ae]n|m[ae]n|person|people|boys?|girls?|child(?:ren)?|lad(?:y|ies)|guys?|males?|females?|couples?|famil(?:y|ies)|"
    r"students?|gentlem[ae]n|kids?|bab(?:y|ies)|individuals?|vrouw(?:en)?|mannen|persoon|mensen|jongens?|meisjes?|femmes?|"
    r"hommes?|personnes?|garçons?|filles?|enfants?|frau(?:en)?|mann|männer|mädchen|junge|kind(?:er)?|personen?|mujer(?:es)?|"
    r"hombres?|personas?|niñ[oa]s?|chic[oa]s?)"
)
_RACE = (
    r"(?:asian|african(?:[- ]american)?|caucasian|hispanic|latin[oax]|middle[-"
    r" ]eastern|arab(?:ic)?|biracial|multiracial|"
    r"mixed[- ]race|black|white|brown|dark[- ]skinned|light[- ]skinned|fair[-"
    r" ]skinned|south asian|east asian|indian|native "
    r"american|jewish|muslim|gypsy)"
)
_CLAIMS: tuple[tuple[str, frozenset[str], re.Pattern[str]], ...] = (
    (
        "race or origin",
        listed(
            "asian african caucasian hispanic latino latina latinx eastern arab arabic"
            " biracial multiracial mixed black white brown dark light fair skinned"
            " indian native jewish muslim gypsy blanke zwarte aziatische noire noir"
            " blanche asiatique schwarze weiße asiatische negra negro blanca asiática"
            " asiático"
        ),
        re.compile(
            rf"\b{_RACE}(?:[- ](?:american|looking))? (?:young |old |elderly |adult"
            rf" |business)?{_PEOPLE}\b"
            r"|\b(?:dark|light|fair)[- ]skinned\b|\b(?:caucasian|african[-"
            r" ]american|biracial|multiracial)\b"
            r"|\b(?:blanke|zwarte|aziatische)"
            r" (?:vrouw|man|persoon|mensen|jongen|meisje)"
            r"|\b(?:femme|homme|personne) (?:noire?|blanche?|asiatique)"
            r"|\b(?:schwarze[rs]?|weiße[rs]?|asiatische[rs]?)"
            r" (?:frau|mann|person|junge|mädchen)"
            r"|\b(?:mujer|hombre|persona) (?:negr[oa]|blanc[oa]|asiátic[oa])"
        ),
    ),
    (
        "age",
        listed(
            "elderly aged middle twenties thirties forties fifties sixties seventies"
            " eighties teens 20s 30s 40s 50s 60s 70s 80s older year years bejaarde"
            " oudere jarige âgée âgé ans ältere älterer alte alter jährige jähriger"
            " anciano anciana mayor años"
        ),
        re.compile(
            rf"\belderly\b|\bmiddle[- ]aged\b|\bolder {_PEOPLE}\b|\bin"
            r" (?:his|her|their) (?:early |mid[- ]|late )?"
            r"(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|[2-8]0['’]?s)\b"
            rf"|\b\d{{1,2}}[- ]years?[- ]old {_PEOPLE}\b|\b(?:bejaarde|oudere)"
            r" (?:vrouw|man|mannen|dame|heer|persoon|mensen)"
            r"|\b\d{1,2}-jarige?\b|\b(?:femme|homme|personne)s?"
            r" âgée?s?\b|\b(?:ältere[rs]?|alte[rs]?)"
            r" (?:frau|mann|dame|herr|leute|menschen)"
            r"|\bancian[oa]s?\b|\b(?:hombre|mujer|persona)s? mayor(?:es)?\b"
        ),
    ),
    (
        "looks",
        listed(
            "beautiful handsome attractive pretty gorgeous sexy ugly cute good-looking"
            " looking overweight obese fat knappe mooie aantrekkelijke belle beau"
            " séduisante schöne schöner hübsche attraktive attraktiver guapa guapo"
            " hermosa atractiva"
        ),
        re.compile(
            rf"\b(?:beautiful|handsome|attractive|pretty|gorgeous|sexy|ugly|cute|good[-"
            rf" ]looking|overweight|obese|fat) "
            rf"(?:young |old |smiling )?{_PEOPLE}\b|\b(?:knappe|mooie|aantrekkelijke)"
            r" (?:vrouw|man|jongen|meisje|dame)"
            r"|\b(?:belle|jolie) (?:femme|fille)\b|\bbel"
            r" homme\b|\b(?:schöne|hübsche|attraktive)[rs]? (?:frau|mann|mädchen|junge)"
            r"|\b(?:mujer|hombre|chic[oa]) (?:guap[oa]|hermos[oa]|atractiv[oa])"
        ),
    ),
    (
        "feelings",
        listed(
            "sad angry depressed anxious frustrated lonely bored miserable jealous"
            " nervous proud emotion emotions feeling feels verdrietig verdrietige boos"
            " boze bang trots triste fâché colère déçu fier traurig traurige wütend"
            " wütende stolz enojado enojada enfadado enfadada orgulloso orgullosa"
        ),
        re.compile(
            r"\b(?:sad|angry|depressed|anxious|frustrated|lonely|bored|miserable|jealous|nervous|proud)"
            rf" (?:young |old |looking )?{_PEOPLE}\b"
            r"|\b(?:looks?|looking|feels?|feeling|seems?|appears?)(?: to be)? (?:very"
            r" |quite |a bit )?(?:sad|angry|depressed|anxious|"
            r"frustrated|lonely|bored|miserable|jealous|nervous|proud|happy|worried|scared|confused)\b"
            r"|\b(?:verdrietige|boze|trotse)"
            r" (?:vrouw|man|jongen|meisje|kind)|\b(?:femme|homme|enfant)"
            r" (?:triste|fâchée?|déçue?|fi[eè]re?)\b"
            r"|\b(?:traurige|wütende|stolze)[rs]? (?:frau|mann|kind|junge|mädchen)"
            r"|\b(?:mujer|hombre|niñ[oa])"
            r" (?:triste|enojad[oa]|enfadad[oa]|orgullos[oa])"
        ),
    ),
    (
        "a relation",
        listed(
            "husband wife boyfriend girlfriend spouse lovers siblings brother sister"
            " brothers sisters mother father mom dad daughter son grandmother"
            " grandfather grandparents parents married engaged zijn haar echtgenoot"
            " echtgenote vriendin sa son mari épouse seine seiner seinen seinem ihre"
            " ihrer ihren ihrem ehemann ehefrau su esposa esposo marido"
        ),
        re.compile(
            r"\b(?:his|her|their)"
            r" (?:husband|wife|boyfriend|girlfriend|spouse|mother|father|mom|dad|daughter|son|brother|sister|"
            r"grand(?:mother|father|parents)|parents|siblings|kids|children)\b"
            r"|\b(?:husband and wife|mother and (?:daughter|son|child)|father and"
            r" (?:daughter|son|child)|brother and sister|"
            r"married couple|engaged couple)\b|\b(?:zijn|haar)"
            r" (?:echtgenote?|vrouw|man|vriendin|vriend|moeder|vader|dochter|zoon)\b"
            r"|\b(?:sa|son) (?:femme|mari|épouse|mère|père|fille|fils|copine)\b"
            r"|\b(?:sein|ihr)(?:e[rnm]?)?"
            r" (?:frau|mann|ehemann|ehefrau|mutter|vater|tochter|sohn|freundin)\b"
            r"|\bsu (?:esposa|esposo|marido|mujer|novia|novio|madre|padre|hija|hijo)\b"
        ),
    ),
)
_GATE = frozenset().union(*(gate for _, gate, _ in _CLAIMS))
_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = listed(
    "woman women man men person people boy girl child children and young old the his"
    " her their for couple"
)


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    if _GATE.isdisjoint(seen.bag):
        return
    text = seen.unquoted
    for what, gate, pattern in _CLAIMS:
        if gate.isdisjoint(seen.bag):
            continue
        found = pattern.search(text)
        if found and not _trusted(found.group(), seen.vouched):
            yield Hit(
                f"The alt text claims {what} (“{found.group()}”), and no text of the"
                " site says so: leave it out."
            )
            return


def _trusted(claim: str, trusted: str) -> bool:
    """Every word of the claim that carries it stands in a trusted text."""
    return bool(trusted) and all(
        word in trusted for word in _WORD.findall(claim) if word not in _COMMON
    )


RULE = Rule(
    id="person",
    severity=Severity.WARNING,
    sentence=(
        "The text claims race, age, looks, feelings or a relation of a person that no"
        " text of the site mentions."
    ),
    check=check,
)
