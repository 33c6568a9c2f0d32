"""Links that are named, and links that are only described: as pages have them, in
several languages. Text, language, what is known of the link, and the severity of what
`functional` says; None where it is right to say nothing."""

from __future__ import annotations

import pytest

from altsync import lint
from altsync.lint import destination
from altsync.models import Decision, Severity

SAYS = lint.ruleset().only(frozenset(["functional"]))
WARNING, INFO = Severity.WARNING, Severity.INFO
H = "https://www.maasdorp.example"

DESCRIBED = [
    # a teaser's picture, a banner, an icon, a logo: what it shows, not where it leads
    (
        "A red barn at dusk",
        "en",
        {"link": f"{H}/stay", "destination": "Where to sleep"},
    ),
    ("Two people in a canoe", "en", {"link": f"{H}/rent", "destination": "Rentals"}),
    ("Woman reading in the grass", "en", {"link": f"{H}/library/hours"}),
    ("Blue water with a lighthouse", "en", {"link": f"{H}/tickets"}),
    ("magnifying glass", "en", {"link": f"{H}/search"}),
    ("Three horizontal lines", "en", {"link": f"{H}/menu", "link_title": "Menu"}),
    ("Three horizontal lines", "en", {"button": True}),
    ("Arrow pointing right", "en", {"link": f"{H}/news", "link_title": "Next page"}),
    ("A blue fox on a hill", "en", {"link": f"{H}/"}),
    ("Een rode schuur in de schemering", "nl", {"link": f"{H}/overnachten"}),
    ("Vrouw achter een bureau", "nl", {"link": f"{H}/nl/contact"}),
    ("Vergrootglas", "nl", {"link": f"{H}/zoeken"}),
    ("Twee kinderen op een vlot", "nl", {"link": f"{H}/a", "destination": "Verhuur"}),
    ("Une grange rouge au crépuscule", "fr", {"link": f"{H}/dormir"}),
    ("Homme assis devant un écran", "fr", {"link": f"{H}/fr/contact"}),
    ("Ein rotes Boot am Steg", "de", {"link": f"{H}/fahrkarten"}),
    ("Frau mit gelber Jacke lächelnd vor einem Tor", "de", {"link": f"{H}/de/kontakt"}),
    ("Una barca blanca en el puerto", "es", {"link": f"{H}/billetes"}),
    ("Hombre sentado con un perro", "es", {"link": f"{H}/es/contacto"}),
    ("Um barco vermelho no porto", "pt", {"link": f"{H}/bilhetes"}),
    ("Una barca rossa nel porto", "it", {"link": f"{H}/biglietti"}),
    (
        "Black and white photo of a tram",
        "en",
        {"link": f"{H}/x", "destination": "Archive"},
    ),
    (
        "Aerial view of fields",
        "en",
        {"link": f"{H}/x", "destination": "Investing here"},
    ),
    ("Hands typing on a keyboard.", "en", {"link": f"{H}/apply-online"}),
    (
        "Frost on the roofs of the old town on the last day of the year.",
        "en",
        {"link": f"{H}/tax"},
    ),
    ("Lachende studenten onder een boom", "nl", {"link": f"{H}/aanmelden"}),
    ("A windmill by the canal", "en", {"link": f"{H}/tickets"}),
    ("Grüner Kreis mit Haken", "de", {"link": f"{H}/barrierefreiheit"}),
    ("Luftaufnahme der Altstadt", "de", {"link": f"{H}/termine"}),
    ("Grupo de estudiantes bajo un árbol", "es", {"link": f"{H}/admision"}),
]
REMARKED = [
    # the link has words of its own; a language without lists
    ("A red telephone", "en", {"link": f"{H}/contact", "link_text": "Contact us"}),
    ("A red barn at dusk", "en", {"button": True, "link_text": "Send"}),
    (
        "Czerwona stodoła o zmierzchu nad rzeką",
        "pl",
        {"link": H, "destination": "Noclegi"},
    ),
    ("夕暮れの川のほとりに立つ赤い納屋", "ja", {"link": H, "destination": "宿泊案内"}),
]
NAMED = [
    # the destination or action, in whatever words
    ("Visit a red barn", "en", {"link": f"{H}/stay"}),
    ("A Red Barn Bed And Breakfast", "en", {"link": f"{H}/stay"}),
    ("Rote Stühle bestellen", "de", {"link": f"{H}/x", "destination": "Möbelhaus"}),
    (
        "Where to sleep near a red barn",
        "en",
        {"link": f"{H}/stay", "destination": "Sleep"},
    ),
    ("Search", "en", {"link": f"{H}/search"}),
    ("Read the annual report", "en", {"link": f"{H}/docs/ar", "destination": "2023"}),
    ("The people behind the dyke", "en", {"link": f"{H}/about-us"}),
    (
        "Museum of Modern Art",
        "en",
        {"link": "https://moma.example/", "destination": "MoMA"},
    ),
    ("Ministry of Foreign Affairs", "en", {"link": "https://minbuza.example/"}),
    (
        "A report on the white stork",
        "en",
        {"link": f"{H}/docs", "destination": "Birds"},
    ),
    ("Logo of Maasdorp with a blue fox", "en", {"link": f"{H}/"}),
    ("A blue fox at home", "en", {"link": "https://h.example/"}),
    ("A map of the islands", "en", {"link": f"{H}/route/islands"}),
    (
        "A red barn at dusk",
        "en",
        {"link": f"{H}/stay", "heading": "Barns of the north"},
    ),
    ("Terug naar de startpagina", "nl", {"link": f"{H}/nl"}),
    ("Een overzicht van onze boten", "nl", {"link": f"{H}/fleet"}),
    ("Rijkswaterstaat", "nl", {"link": "https://rws.example/"}),
    ("Kinderen en jongeren", "nl", {"link": f"{H}/jeugd"}),
    ("Accueil du site rouge", "fr", {"link": f"{H}/fr"}),
    ("Télécharger le plan bleu", "fr", {"link": f"{H}/docs/carte"}),
    (
        "Eine Fähre im Nebel",
        "de",
        {"link": f"{H}/faehre-und-faehren", "destination": "Fähren"},
    ),
    ("Rotes Programm herunterladen", "de", {"link": f"{H}/docs"}),
    ("Un barco blanco en el puerto", "es", {"link": f"{H}/barcos"}),
    ("Godziny otwarcia", "pl", {"link": f"{H}/x", "destination": "Odwiedź nas"}),
    ("赤い船", "ja", {"link": f"{H}/x", "destination": "時刻表"}),
    ("Red Barn Bed And Breakfast", "en", {"link": "https://rbbb.example/"}),
    ("Green Deal: what it means for you", "en", {"link": f"{H}/climate"}),
    ("Five euros off your first order", "en", {"link": f"{H}/voucher"}),
    ("Two for one on Tuesdays", "en", {"link": f"{H}/cinema"}),
    ("Living in a small town", "en", {"link": f"{H}/move"}),
    ("Photo: Jane Hofstra", "en", {"link": "https://jh.example/"}),
    ("Photo gallery", "en", {"link": f"{H}/look-back"}),
    ("A day in the life of a nurse", "en", {"link": f"{H}/working-here"}),
    ("Ein Tag im roten Museum", "de", {"link": f"{H}/besuch"}),
    ("Red Barn sessions nearby", "en", {"link": f"{H}/music"}),
    ("Woman and work", "en", {"link": f"{H}/themes"}),
    ("Green energy for your home", "en", {"link": f"{H}/solar"}),
    ("Énergie verte pour la maison", "fr", {"link": f"{H}/solaire"}),
    ("Rode Kruis", "nl", {"link": "https://rk.example/"}),
    (
        "Meer over vogels bestellen",
        "nl",
        {"link": f"{H}/x", "destination": "Webwinkel"},
    ),
    # where it leads is not known in words, or it leads nowhere
    ("A red barn at dusk", "en", {}),
    ("A red barn at dusk", "en", {"link": ""}),
    ("A red barn at dusk", "en", {"button": True}),
    ("A red barn at dusk", "en", {"link": f"{H}/node/12"}),
    ("A red barn at dusk", "en", {"link": f"{H}/files/large/wide.jpg"}),
    ("A red barn at dusk", "en", {"link": f"{H}/node/1", "destination": "Ночлег"}),
    ("Czerwona stodoła o zmierzchu nad rzeką", "pl", {"link": f"{H}/sleep"}),
    ("...", "en", {"link": f"{H}/stay"}),
]


def said(text: str, language: str, more: dict[str, object]) -> list[Severity]:
    given = lint.Text(text, language=language, **more)  # type: ignore[arg-type]
    return [one.severity for one in lint.check(given, SAYS)]


@pytest.mark.parametrize(("text", "language", "more"), DESCRIBED)
def test_a_look_is_flagged(text: str, language: str, more: dict[str, object]) -> None:
    assert said(text, language, more) == [WARNING]


@pytest.mark.parametrize(("text", "language", "more"), REMARKED)
def test_in_doubt_it_is_a_remark(
    text: str, language: str, more: dict[str, object]
) -> None:
    assert said(text, language, more) == [INFO]


@pytest.mark.parametrize(("text", "language", "more"), NAMED)
def test_a_name_passes(text: str, language: str, more: dict[str, object]) -> None:
    assert said(text, language, more) == []


def test_it_says_where_the_link_leads() -> None:
    def message(**more: object) -> str:
        given = lint.Text("A red barn at dusk", **more)  # type: ignore[arg-type]
        (found,) = lint.check(given, SAYS)
        return found.message

    assert message(link=f"{H}/stay?a=b").startswith(
        "The image is a link to www.maasdorp.example/stay, and its text says how"
    )
    assert "a link to “Where to sleep”" in message(link=H, destination="Where to sleep")
    button = message(button=True, link_title="Send")
    assert "a button “Send”" in button
    assert button.endswith("name what it does first.")
    long = message(link=H, destination="word " * 40)
    assert len(long) < 200


def test_a_text_for_a_link_on_what_is_none() -> None:
    given = lint.Text("Book your crossing", link="", decision=Decision.FUNCTIONAL)
    assert [one.severity for one in lint.check(given, SAYS)] == [INFO]
    unknown = lint.Text("Book your crossing", decision=Decision.FUNCTIONAL)
    assert lint.check(unknown, SAYS) == ()


def test_a_text_for_no_link_on_what_is_one() -> None:
    def found(text: str, **more: object) -> list[Severity]:
        given = lint.Text(text, decision=Decision.INFORMATIVE, **more)  # type: ignore[arg-type]
        return [one.severity for one in lint.check(given, SAYS)]

    assert found("Fishing nets.", link=f"{H}/rent") == [INFO]
    assert found("Fishing nets.", button=True) == [INFO]
    assert found("Fishing nets.", link=f"{H}/rent", link_text="Rent") == []
    assert found("Fishing nets.", link=f"{H}/fishing") == []


def test_a_button_without_a_text_leads_nowhere() -> None:
    said = {
        "says no more than “button”. Name what it does.": {"button": True},
        "reads out an address. Name where it leads.": {"link": f"{H}/stay"},
    }
    for end, more in said.items():
        given = lint.Text("", **more)  # type: ignore[arg-type]
        (found,) = lint.check(given, lint.ruleset().only(frozenset(["empty"])))
        assert found.message.endswith(end)


def test_the_words_of_a_home_page_stand_in_one_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A set has another one in each process, and where two words meet a third may seem to
    be: "nagłówek" in "strona główna"."""
    text = lint.Text("A red nagłówek on a hill", language="en", link=f"{H}/")
    for words in (("strona", "główna"), ("główna", "strona")):
        monkeypatch.setattr(destination, "HOME", words)
        assert lint.check(text, SAYS), words
