"""A word that stands where a text should come: image, photo, logo, untitled, null, n/a,
alt text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen, slug
from altsync.lint.words import listed
from altsync.models import Severity

_LISTS = {
    "any": (
        "null|none|nil|undefined|nan|n/a|na|tbd|todo|fixme|xxx|asdf|test|dummy"
        "|lorem ipsum|lorem ipsum dolor sit amet|alt|img|jpg|jpeg|png|gif|svg"
        "|object object|[object object]|immagine|immagini|imagem|senza titolo"
        "|sem título|testo alternativo"
    ),
    "en": (
        "image|images|photo|photos|photograph|picture|pictures|pic|logo|icon"
        "|graphic|graphics|spacer|untitled|no title|alt text|alternative text"
        "|alternate text|alt tag|image alt|image alt text|insert alt text"
        "|insert alt text here|add alt text|add alt text here|enter alt text"
        "|alt text here|your alt text|your alt text here|alt text goes here|no alt"
        "|no alt text|no alt text provided|missing alt text|image description"
        "|description|no description|no description available|caption|title"
        "|placeholder|placeholder image|image placeholder|default|default image"
        "|sample image|stock photo|stock image|thumbnail|banner|header|header image"
        "|hero|hero image|background|background image|bullet|arrow|button|blank"
        "|blank image|empty|unknown|unnamed|no image|image not available"
        "|image not found|image missing|decorative|decorative image"
        "|this image|the image|an image|a photo|a picture|an icon|screenshot"
        "|screen shot|chart|diagram|figure|illustration|drawing|avatar|attachment"
        "|file|untitled image|untitled design|new image|my image|featured image"
        "|main image|site logo|company logo|test image|temp|image coming soon"
        "|coming soon|to do|not available|not applicable|may contain|loading|graph"
        "|plot|slide|infographic|animation|animated gif|video|video still|fig"
        "|placeholder text"
    ),
    "nl": (
        "afbeelding|afbeeldingen|plaatje|foto|fotos|beeld|icoon|pictogram|grafiek"
        "|figuur|naamloos|zonder titel|alt tekst|alttekst|alternatieve tekst"
        "|geen alt tekst|geen titel|geen beschrijving|geen omschrijving"
        "|omschrijving|beschrijving|bijschrift|geen afbeelding|achtergrond"
        "|schermafbeelding|leeg|onbekend|decoratief|titel|illustratie"
        "|tekening|voorbeeld|hier komt de alt tekst"
    ),
    "fr": (
        "image|photo|photographie|logo|icône|icone|graphique|sans titre"
        "|texte alternatif|texte alt|texte de remplacement|description|légende"
        "|aucune image|aucune description|arrière plan|capture d écran|vide|inconnu"
        "|décoratif|image décorative|titre|bannière|vignette|dessin"
        "|schéma|figure|non disponible"
    ),
    "de": (
        "bild|bilder|foto|fotos|grafik|symbol|abbildung|ohne titel|unbenannt"
        "|alternativtext|alt text|bildbeschreibung|beschreibung|bildschirmfoto"
        "|bildschirmaufnahme|screenshot|abb|bildunterschrift|kein bild"
        "|kein alternativtext|hintergrund|hintergrundbild|platzhalter|leer"
        "|unbekannt|dekorativ|titel|zeichnung|diagramm|vorschaubild"
        "|titelbild|nicht verfügbar"
    ),
    "es": (
        "imagen|imágenes|foto|fotos|fotografía|logo|logotipo|icono|ícono|gráfico"
        "|sin título|texto alternativo|texto alt|descripción|sin descripción"
        "|leyenda|sin imagen|fondo|captura de pantalla|vacío|desconocido"
        "|decorativa|imagen decorativa|título|dibujo|diagrama"
        "|ilustración|miniatura|cabecera|no disponible"
    ),
}
WORDS = frozenset(slug(one) for text in _LISTS.values() for one in text.split("|"))
_BEFORE = listed(
    "a an the this our my your some insert add enter put type write todo missing"
    " untitled unnamed embedded inline uploaded attached sample generic een de het deze"
    " dit onze ons mijn le la l un une cette notre mon der die das ein eine dieses"
    " diese unser unsere mein el los las una esta nuestro nuestra mi"
)
"""Before a placeholder, these make it no more than one: "our logo", "add alt text",
"untitled photo"."""
_AFTER = listed("here of van von de du del untitled")
_NAMELESS = tuple(
    f" {slug(one)}"
    for one in ("zonder titel", "sans titre", "ohne Titel", "sin título")
)
_AUTOMATIC = ("lorem ipsum dolor",)
"""What other sites put there by themselves."""
_TEMPLATE = re.compile(r"[\[{%<$(]+ ?[\w .:|-]{1,40} ?[\]}%>)]+$|\$\w{1,30}$")
_LONGEST = max(map(len, WORDS)) + 12


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    if seen.low.startswith(_AUTOMATIC):
        yield Hit("The alt text is what a program puts where nobody wrote a text.")
    elif 0 < len(seen.low) <= _LONGEST and _says_nothing(seen.low):
        yield Hit(
            f"The alt text is only “{seen.text}”, a placeholder: it says nothing about"
            " this image."
        )
    elif _TEMPLATE.match(seen.low):
        yield Hit("The alt text is a template's variable that nobody filled in.")


def _says_nothing(text: str) -> bool:
    """Whether a text is a placeholder, whatever small words stand around it."""
    words = slug(text).rstrip("0123456789 ")
    if words in WORDS:
        return True
    left = words
    for nameless in _NAMELESS:
        left = left.removesuffix(nameless)
    kept = left.split()
    while len(kept) > 1 and kept[0] in _BEFORE:
        kept.pop(0)
    while len(kept) > 1 and kept[-1] in _AFTER:
        kept.pop()
    return " ".join(kept) in WORDS


RULE = Rule(
    id="placeholder",
    severity=Severity.ERROR,
    sentence=(
        "The text is a word that stands where a text should come, such as image, logo,"
        " untitled, null or n/a."
    ),
    check=check,
)
