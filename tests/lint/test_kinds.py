"""What kind of picture a text says that it is of."""

from __future__ import annotations

import pytest

from altsync import lint
from altsync.lint.kinds import is_made_to_be_read, is_of_a_chart
from altsync.lint.text import Seen
from altsync.wordlists import tables

CHARTS = {
    "en": "A stacked bar graph of ferries.",
    "nl": "Staafdiagram van veerboten.",
    "fr": "Le graphique montre les bacs.",
    "de": "Ein Balkendiagramm der Fähren.",
    "es": "La gráfica muestra los transbordadores.",
    "it": "Un grafico dei traghetti.",
    "pt": "O gráfico mostra as balsas.",
    "pl": "Na wykresie widać promy.",
    "cs": "Sloupcový graf přívozů.",
    "sk": "Stĺpcový graf kompov.",
    "hu": "Oszlopdiagram a kompokról.",
    "ro": "Graficul arată bacurile.",
    "sv": "Stapeldiagram över färjor.",
    "da": "Søjlediagram over færger.",
    "nb": "Stolpediagram over ferger.",
    "fi": "Pylväskaavio lautoista.",
    "el": "Το γράφημα δείχνει τα φέρι.",
    "ru": "Столбчатая диаграмма паромов.",
    "uk": "Стовпчикова діаграма поромів.",
    "tr": "Feribotların çubuk grafiği.",
    "ar": "رسم بياني للعبارات.",
    "he": "תרשים עמודות של מעבורות.",
    "ja": "渡し船の数の棒グラフ。",
    "zh": "渡船数量的柱状图。",
    "ko": "나룻배 수의 막대 그래프.",
}
MAPS = {
    "en": "The map of the harbour.",
    "nl": "Een kaart van de haven.",
    "fr": "La carte du port.",
    "de": "Eine Karte des Hafens.",
    "es": "El mapa del puerto.",
    "it": "La mappa del porto.",
    "pt": "Um mapa do porto.",
    "pl": "Rysunek przedstawia port.",
    "cs": "Mapa přístavu.",
    "sk": "Mapa prístavu.",
    "hu": "A kikötő térképe.",
    "ro": "O hartă a portului.",
    "sv": "Kartan över hamnen.",
    "da": "Et landkort over havnen.",
    "nb": "Kartet over havna.",
    "fi": "Sataman kartta.",
    "el": "Ο χάρτης του λιμανιού.",
    "ru": "Рисунок показывает порт.",
    "uk": "Рисунок показує порт.",
    "tr": "Limanın haritası.",
    "ar": "خريطة الميناء.",
    "he": "מפת הנמל.",
    "ja": "港の地図。",
    "zh": "港口地图。",
    "ko": "항구 지도.",
}
PHOTOS = {
    "en": "A heron waits at the lock.",
    "nl": "Een reiger wacht bij de sluis.",
    "fr": "Un héron attend près de l'écluse.",
    "de": "Ein Reiher wartet an der Schleuse.",
    "es": "Una garza espera en la esclusa.",
    "it": "Un airone aspetta alla chiusa.",
    "pt": "Uma garça espera na eclusa.",
    "pl": "Czapla czeka przy śluzie.",
    "cs": "Volavka čeká u zdymadla.",
    "sk": "Volavka čaká pri komore.",
    "hu": "Egy gém vár a zsilipnél.",
    "ro": "Un stârc așteaptă la ecluză.",
    "sv": "En häger väntar vid slussen.",
    "da": "En hejre venter ved slusen.",
    "nb": "En hegre venter ved slusa.",
    "fi": "Haikara odottaa sululla.",
    "el": "Ένας ερωδιός περιμένει.",
    "ru": "Цапля ждёт у шлюза.",
    "uk": "Чапля чекає біля шлюзу.",
    "tr": "Bir balıkçıl bekliyor.",
    "ar": "مالك الحزين ينتظر عند القفل.",
    "he": "אנפה מחכה ליד הסכר.",
    "ja": "水門で待つサギ。",
    "zh": "苍鹭在船闸边等待。",
    "ko": "수문에서 기다리는 왜가리.",
}


def seen(text: str) -> Seen:
    return Seen(lint.Text(text))


def test_every_language_of_the_list_is_tried() -> None:
    languages = tables("altsync.lint.lists", "complex.toml").keys()
    assert languages == CHARTS.keys() == MAPS.keys() == PHOTOS.keys()


@pytest.mark.parametrize("language", CHARTS)
def test_a_chart_a_map_and_a_photo(language: str) -> None:
    assert is_of_a_chart(seen(CHARTS[language]))
    assert is_made_to_be_read(seen(CHARTS[language]))
    assert is_made_to_be_read(seen(MAPS[language]))
    assert not is_of_a_chart(seen(MAPS[language]))
    assert not is_made_to_be_read(seen(PHOTOS[language]))


def test_only_the_first_words_say_it() -> None:
    late = "A heron waits at the lock, and behind it hangs a chart."
    assert not is_made_to_be_read(seen(late))
