"""The lists of every language: a number, a colour, a denial, whatever the word order."""

from __future__ import annotations

import random

import pytest

from altsync import claims, wordlists
from altsync.claims.lexicon import PACKAGE, lexicon, spoken
from altsync.models import ClaimKind

NUMBER, COLOUR, PERSON, NEGATION = (
    ClaimKind.NUMBER,
    ClaimKind.COLOUR,
    ClaimKind.PERSON,
    ClaimKind.NEGATION,
)
PAIRS = [
    ("nl", "Twee rode fietsen", "Drie blauwe fietsen", {NUMBER, COLOUR}),
    ("nl", "Een vrouw zonder jas", "Een man met een jas", {PERSON, NEGATION}),
    ("fr", "Deux voitures rouges", "Trois voitures bleues", {NUMBER, COLOUR}),
    ("fr", "Une femme sans chapeau", "Un homme avec un chapeau", {PERSON, NEGATION}),
    ("de", "Zwei rote Autos", "Drei blaue Autos", {NUMBER, COLOUR}),
    ("de", "Eine Frau ohne Hut", "Ein Mann mit Hut", {PERSON, NEGATION}),
    ("es", "Dos coches rojos", "Tres coches azules", {NUMBER, COLOUR}),
    ("es", "Una mujer sin gorra", "Un hombre con gorra", {PERSON, NEGATION}),
    ("it", "Due macchine rosse", "Tre macchine verdi", {NUMBER, COLOUR}),
    ("it", "Una donna senza giacca", "Un uomo con giacca", {PERSON, NEGATION}),
    ("pt-br", "Dois carros vermelhos", "Três carros azuis", {NUMBER, COLOUR}),
    ("pt", "Uma mulher sem chapéu", "Um homem com chapéu", {PERSON, NEGATION}),
    ("pl", "Dwa czerwone rowery", "Trzy czarne rowery", {NUMBER, COLOUR}),
    ("cs", "Dvě červená auta", "Tři modrá auta", {NUMBER, COLOUR}),
    ("sk", "Dve červené autá", "Tri modré autá", {NUMBER, COLOUR}),
    ("hu", "Két piros alma", "Három zöld alma", {NUMBER, COLOUR}),
    ("hu", "Egy ház ablak nélkül", "Egy ház ablak mellett", {NEGATION}),
    ("ro", "Două mașini roșii", "Trei mașini albastre", {NUMBER, COLOUR}),
    ("sv", "Två röda hus", "Tre blå hus", {NUMBER, COLOUR}),
    ("da", "To røde huse", "Tre blå huse", {NUMBER, COLOUR}),
    ("nb", "To røde hus", "Tre blå hus", {NUMBER, COLOUR}),
    ("fi", "Kaksi punaista taloa", "Kolme sinistä taloa", {NUMBER, COLOUR}),
    ("el", "Δύο κόκκινα σπίτια", "Τρία πράσινα σπίτια", {NUMBER, COLOUR}),
    ("ru", "Две красные лодки", "Три белые лодки", {NUMBER, COLOUR}),
    ("uk", "Дві червоні лодки", "Три білі лодки", {NUMBER, COLOUR}),
    ("tr", "İki kırmızı ev", "Üç mavi ev", {NUMBER, COLOUR}),
    ("ar", "سيارة حمراء", "سيارة زرقاء", {COLOUR}),
    ("he", "שלושה בתים לבנים", "ארבעה בתים שחורים", {NUMBER, COLOUR}),
    ("ja", "赤い車と2匹の犬", "青い車と3匹の犬", {NUMBER, COLOUR}),
    ("zh-hans", "两只狗在红色汽车旁", "三只狗在蓝色汽车旁", {NUMBER, COLOUR}),
    ("ko", "빨간 자동차", "파란 자동차", {COLOUR}),
    ("eo", "3 domoj", "4 domoj", {NUMBER}),
    ("und", "Ein Mann auf der Bank", "Eine Frau auf der Bank", {PERSON}),
]


@pytest.mark.parametrize(("language", "one", "other", "kinds"), PAIRS)
def test_what_cannot_both_be_true(
    language: str, one: str, other: str, kinds: set[ClaimKind]
) -> None:
    found = claims.compare(one, other, language).contradicted
    assert kinds <= {here.kind for here, _ in found}
    for text in (one, other):
        assert not claims.compare(text, text, language).contradicted


LISTS = ("people", "colours", "numbers", "little", "swaps")
LANGUAGES = sorted(wordlists.tables(PACKAGE, "little.toml"))


def test_25_languages_have_each_list() -> None:
    for name in LISTS:
        assert sorted(wordlists.tables(PACKAGE, f"{name}.toml")) == LANGUAGES, name
    assert len(LANGUAGES) == 25


def test_keys_are_those_of_english() -> None:
    for name in ("people", "things", "striking", "colours", "actions", "places"):
        tables = wordlists.tables(PACKAGE, f"{name}.toml")
        for language, table in tables.items():
            assert table.keys() <= tables["en"].keys(), (name, language)
            for key, line in table.items():
                if not isinstance(line, str):
                    assert line.keys() <= tables["en"][key].keys(), (name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_swapped_is_a_word_that_the_lists_know(language: str) -> None:
    """Else nobody would see that it was swapped."""
    known = lexicon(language)
    for kind, lines in wordlists.tables(PACKAGE, "swaps.toml")[language].items():
        for line in lines:
            for phrase in line.split(","):
                units = known.units(phrase.strip())
                senses = [one for unit in units for one in unit.senses]
                assert senses or kind == "negation", (kind, phrase)


@pytest.mark.parametrize("language", LANGUAGES)
def test_swaps_are_seen_in_every_language(language: str) -> None:
    """A colour, the same number of times for each word."""
    for line in wordlists.tables(PACKAGE, "swaps.toml")[language]["colour"]:
        word = line.split(",")[0].strip()
        text = f"{word} xyzzy"
        if lexicon(language).after:
            text = f"xyzzy {word}"
        swap = claims.swapped(text, language, random.Random(1))
        assert swap is not None, text
        found = claims.compare(text, swap.text, language).contradicted
        assert [one.kind for one, _ in found] == [COLOUR], swap


def test_a_text_that_says_nothing_of_its_language_is_taken_for_english() -> None:
    assert spoken("", "Xyzzy").language == "en"
    assert spoken("zxx", "Un chien sur la plage").language == "fr"
    assert spoken("NL-be", "Un chien").language == "nl"
