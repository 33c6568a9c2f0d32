"""Whether a text describes how a picture looks, rather than naming a page or an action.
Pure; word lists of seven languages, cautious in all others; what icons show in 25."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from enum import Enum

from altsync.lint.signs import is_sign
from altsync.lint.tongues import every_word
from altsync.lint.words import listed

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)
_SENTENCE = 10
"""Words of a sentence that names no page any more."""


class Likeness(Enum):
    """How surely a text is a description."""

    NONE = 0
    """It may well name something."""
    MAYBE = 1
    """Long, and in a language without lists."""
    SURE = 2


_NONE, _MAYBE, _SURE = Likeness.NONE, Likeness.MAYBE, Likeness.SURE
LANGUAGES = listed("en nl fr de es pt it")
_OPENS = listed("a an een un une ein eine una unos unas um uma uno")
"""How a description begins: a thing that was not spoken of yet."""
_TIMES = listed(
    "day night morning evening week weekend month year summer winter life taste dag nacht"
    " avond week jaar zomer winter leven tag nacht abend woche wochenende jahr sommer leben"
    " jour journée nuit soirée semaine année été hiver vie día noche tarde semana año"
    " verano invierno vida dia noite ano verão giorno giornata notte sera settimana anno"
    " estate vita"
)
"""What titles speak of, as descriptions do of things: "A day in the life of a nurse"."""
_AND = listed("and en und et y e")
_OFFER = listed("for für pour para per")
"""What is for somebody is an offer: "Green energy for your home"."""
_PLACED = re.compile(
    r"\b(?:in|on|at|over|under|near|with|through|across|op|aan|bij|met|onder|voor|naast"
    r"|achter|dans|sur|avec|sous|devant|derrière|auf|mit|unter|vor|neben|hinter|über"
    r"|en|sobre|con|bajo|ante|em|com|sob|su|sotto)"
    r" (?:an?|een|une?|einer|einem|einen|una|uma?)\b"
)
"""Where it stands, or what it has: "on a bridge", "avec un chien"."""
_LOOKS = listed(
    # English: colours, people, what they do, where things stand, pictures
    " red blue green yellow orange purple pink brown black white grey gray golden"
    " colourful colorful blurry bright dark smiling sitting standing holding wearing"
    " walking reading pointing leaning waving man woman boy girl"
    " hand hands face crowd beside near"
    " underneath against alongside foreground background close-up photo photograph"
    " picture illustration drawing silhouette sunset sunrise dusk dawn arrow arrows"
    # Dutch
    " rode rood blauwe blauw groene groen gele geel oranje paarse paars roze bruine"
    " bruin zwarte zwart witte wit grijze grijs glimlachende lachende zittende staande"
    " vrouw jongen meisje handen gezicht"
    " naast tegen voorgrond achtergrond foto tekening silhouet schemering pijl"
    " pijltje"
    # French
    " rouge bleu bleue vert verte jaune violet rose brun brune noir noire blanc blanche"
    " gris grise souriant souriante assis assise debout homme femme garçon fille visage"
    " devant contre arrière-plan premier-plan dessin silhouette crépuscule flèche photo"
    # German
    " rot rote rotes roter roten blau blaue blaues blauer blauen grün grüne grünes"
    " grüner grünen gelb gelbe gelbes gelber gelben schwarz schwarze schwarzes schwarzer"
    " schwarzen weiß weiße weißes weißer weißen weißem graue graues lächelnde sitzende"
    " stehende mann frau mädchen hände gesicht neben"
    " vordergrund hintergrund zeichnung foto dämmerung pfeil"
    # Spanish, Portuguese, Italian
    " rojo roja azul verde amarillo amarilla negro negra blanco blanca gris marrón"
    " sonriente sentado sentada hombre mujer niño niña manos rostro"
    " delante junto fondo dibujo flecha atardecer"
    " vermelho vermelha amarelo amarela preto preta branco branca homem mulher"
    " menino menina mãos desenho seta"
    " rosso rossa giallo gialla nero nera bianco bianca grigio uomo donna"
    " bambino bambina mani viso davanti sfondo disegno freccia"
)
_MEDIA = listed(
    "screenshot diagram chart graph illustration drawing photo photograph painting collage"
    " infographic closeup close-up aerial schermafbeelding luchtfoto diagram grafiek"
    " tekening schilderij foto"
    " diagramme graphique aérienne dessin photo photographie bildschirmfoto diagramm grafik"
    " luftaufnahme luftbild"
    " zeichnung gemälde captura aérea diagrama gráfico dibujo fotografía desenho disegno"
    " schermata grafico diagramma"
)
"""Kinds of pictures; who begins with one tells what is to be seen on it."""
_ACTS = listed(
    # English
    " go read visit see view watch download open search find buy order book get sign"
    " log register join subscribe follow share contact call mail email write back next"
    " previous home close play listen learn discover explore show more start donate"
    " apply enter to link choose select print save add about how why what who when where"
    " all our your jump skip continue return enlarge zoom try meet help support check"
    " browse click request report send use make plan become"
    # Dutch
    " ga naar lees lezen bekijk bezoek zoek zoeken vind koop bestel boek reserveer meld"
    " schrijf volg deel bel terug volgende vorige sluit speel luister ontdek leer toon"
    " meer steun doneer inloggen registreer over hoe waarom wat wie alle onze jouw uw"
    " kies verder doe vergroot word vraag"
    # French
    " aller lire lisez voir voyez visiter visitez regarder regardez télécharger"
    " téléchargez ouvrir ouvrez rechercher chercher trouver trouvez acheter achetez"
    " commander réserver réservez inscrivez inscription connexion suivre suivez partager"
    " partagez contacter contactez retour suivant précédent accueil fermer écouter"
    " écoutez découvrir découvrez apprendre afficher plus soutenir soutenez vers lien"
    " consulter consultez tous toutes nos notre comment pourquoi qui rejoignez accéder"
    " accédez agrandir"
    # German
    " zu zum zur lesen lies besuchen sehen ansehen anschauen herunterladen öffnen suchen"
    " suche finden kaufen bestellen buchen anmelden abonnieren folgen folge teilen"
    " kontakt zurück weiter nächste vorherige startseite schließen abspielen hören"
    " entdecken erfahren mehr unterstützen spenden unsere wie warum was wer über jetzt"
    " hier gehe gehen vergrößern"
    # Spanish, Portuguese, Italian
    " ir leer lea lee ver vea visitar visite visita descargar descargue descarga abrir"
    " buscar encontrar comprar pedir reservar registrarse suscribirse seguir síguenos"
    " compartir contacto contactar volver siguiente anterior inicio cerrar escuchar"
    " descubrir descubra aprender más apoyar donar enlace todos todas nuestro nuestra"
    " cómo quién sobre conozca acceder consultar únete ampliar"
    " ler leia veja baixar procurar voltar próximo início fechar ouvir saiba mais nosso"
    " nossa como quem"
    " vai leggi leggere vedi vedere scarica apri cerca trova compra ordina prenota"
    " iscriviti segui condividi contatta torna avanti indietro chiudi ascolta scopri"
    " nostro nostra chi perché"
)
"""How an action begins, and what leads to a page."""
_ACTS_LAST = listed(
    "herunterladen ansehen anzeigen öffnen besuchen bestellen erfahren buchen anmelden"
    " downloaden bekijken openen bestellen boeken"
)
_PAGES = listed(
    "page site website homepage webpage report overview article blog news interview"
    " video podcast newsletter webshop programme agenda calendar brochure leaflet profile"
    " account login menu archive faq introduction summary tutorial manual event events"
    " tickets app guide course plan plans way ways feature features look history vision"
    " future case need call redesign update idea ideas reason reasons tip tips step"
    " steps lesson lessons question questions list review tribute story stories experience"
    " strategy approach book paper training"
    " pagina rapport verslag jaarverslag overzicht artikel nieuws nieuwsbrief programma"
    " kalender folder profiel archief inleiding samenvatting handleiding evenement"
    " evenementen gids cursus plan plannen manier manieren geschiedenis visie toekomst"
    " brief idee redenen tips stappen lessen vragen lijst verhaal verhalen boek"
    " actualités actualité lettre programme calendrier dépliant profil archives résumé"
    " événement événements guide cours rapport article entretien aperçu"
    " plan façons histoire vision avenir lettre idée idées raisons conseils étapes leçons"
    " questions liste livre"
    " seite webseite bericht überblick übersicht nachrichten newsletter programm kalender"
    " broschüre profil archiv einführung veranstaltung veranstaltungen anleitung"
    " plan wege geschichte vision zukunft brief idee ideen gründe tipps schritte lektionen"
    " fragen liste buch"
    " página informe artículo noticias boletín programa calendario folleto perfil archivo"
    " resumen evento eventos guía curso entrevista sitio"
    " plan formas historia visión futuro carta idea ideas razones consejos pasos lecciones"
    " preguntas lista libro estructura estructuras"
    " relatório artigo notícias boletim rapporto articolo notizie programma opuscolo"
    " profilo archivio evento eventi guida corso intervista sito"
)
"""Words that name a page and not what a picture shows."""


def like(text: str, language: str, least: int, *, declared: str) -> Likeness:
    """How surely `text` describes a look. `language`: first part of its tag, or a guess,
    or '' where none is known; a text of fewer than `least` words is a name. `declared`:
    no guess, which three words are too few for ("Il nostro logo")."""
    low = text.lower()
    words = _WORD.findall(low)
    if is_sign(text, declared):
        return _SURE
    if not words or words[0] in _ACTS or words[-1] in _ACTS_LAST:
        return _NONE
    if language and language not in LANGUAGES:
        return _MAYBE if _is_long(text) else _NONE
    if _tells(text, words):
        return _SURE
    if len(words) < least or not _PAGES.isdisjoint(words):
        return _NONE
    if language != "de" and _is_titled(text):
        return _NONE
    return _SURE if _shows(text, words, language) else _NONE


def _is_titling(words: Sequence[str]) -> bool:
    """It has the turn of a title: of a time, two words and an "and", for somebody."""
    timely = words[0] in _OPENS and words[1] in _TIMES
    paired = len(words) == 3 and words[1] in _AND
    return timely or paired or not _OFFER.isdisjoint(words[2:])


def _tells(text: str, words: list[str]) -> bool:
    """It names the kind of picture first, or is a sentence too long for a name."""
    if len(words) >= _SENTENCE and text.endswith("."):
        return True
    pairs = itertools.pairwise(words[:4])
    kinds = [follows for word, follows in pairs if word in _MEDIA]
    return bool(kinds) and (len(words) > 3 or not every_word().isdisjoint(kinds))


def _shows(text: str, words: list[str], language: str) -> bool:
    """It speaks of a thing for the first time, of where it stands, or of its look."""
    if _is_titling(words):
        return False
    if words[0] in _OPENS:
        return True
    if not words[0].endswith("ing") and _PLACED.search(text.lower()):
        return True
    first, *others = _WORD.findall(text)
    written = {word for word in others if word.islower()}
    if language == "de" or not others or others[0].islower():
        written.add(first.lower())
    return not _LOOKS.isdisjoint(written)


def _is_long(text: str) -> bool:
    """A sentence or nearly one, and no row of names."""
    if len(_UNSPACED.findall(text)) > 11:
        return True
    words = _WORD.findall(text)
    small = [word for word in words[1:] if not word[0].isupper()]
    return len(words) > 4 and len(small) > 2


def _is_titled(text: str) -> bool:
    """Written as a name: more than one word, and none but small ones without a
    capital."""
    words = [word for word in _WORD.findall(text) if len(word) > 3]
    return len(words) > 1 and all(word[0].isupper() for word in words)
