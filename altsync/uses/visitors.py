"""What visitors get of the images, against the mirror: told from pages that were read.

    for one in checked(conn):
        one.shows, one.why

Nothing is asked of anybody: the pages, what the mirror says and said, and what the site
answered when `altsync verify` asked it, are all in the database.
"""

from __future__ import annotations

import functools
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from altsync.derivatives import path_of
from altsync.errors import UsageError
from altsync.models import (
    Arrival,
    Checked,
    Delivered,
    Match,
    PictureKind,
    Shows,
    Verified,
    is_blank,
    same_text,
)
from altsync.store import reports, visited
from altsync.store.picture_files import path_at
from altsync.store.visited import Said, Slotted, VisitedPlace
from altsync.texts.words import visible
from altsync.uses.age import Age
from altsync.uses.strangers import likely

WORTH_A_LINE = (
    Shows.NO_ALT,
    Shows.CACHED,
    Shows.EARLIER,
    Shows.COPY,
    Shows.OTHER,
    Shows.NEWER,
    Shows.BACKGROUND,
)
"""In this order."""
WITHOUT_ALT = {
    PictureKind.CSS: "A background of the page's style.",
    PictureKind.OTHER: "By an element that has no alt: a video's poster, an object.",
    PictureKind.EMBED: (
        "The page has Drupal's tag `drupal-media` in the picture's place, and shows"
        " nothing: the filter “Embed media” of that text format is off."
    ),
}
"""What shows an image where no alt can be, in a sentence."""


def verified(
    conn: sqlite3.Connection, run: int | None = None, push: int | None = None
) -> Verified:
    """What visitors get on the pages that a run read; None: on all pages, each as it was
    last read. `push`: the push whose words are looked for."""
    places: Counter[Shows] = Counter()
    told: list[Checked] = []
    for one in checked(conn, run):
        places[one.shows] += 1
        if one.shows in WORTH_A_LINE:
            told.append(one)
    told.sort(key=lambda one: (WORTH_A_LINE.index(one.shows), one.page_url, one.place))
    images, shown = visited.reach(conn, run)
    site = reports.site_url(conn)
    return Verified(
        site=site,
        pulled=reports.last_pull(conn),
        run=run,
        pages=visited.page_count(conn, run),
        places={shows: places[shows] for shows in Shows},
        differences=tuple(told),
        strangers=tuple(
            replace(one, why=likely(one.address, one.kind, site))
            for one in visited.strangers(conn, run)
        ),
        images=images,
        shown=shown,
        not_compared=visited.not_compared(conn, run),
        push=push,
        sent=() if push is None else tuple(delivered(conn, push)),
    )


def checked(conn: sqlite3.Connection, run: int | None = None) -> Iterator[Checked]:
    """Every place where these pages show an image, in their order."""
    checking = _Checking(conn)
    of_one = attrgetter("page_url", "place")
    for _, group in groupby(visited.places(conn, run), of_one):
        yield checking.of(list(group))


class _Checking:
    """Compares place by place. What it looks up it keeps."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._texts = functools.lru_cache(1000)(functools.partial(visited.texts, conn))

    @functools.cached_property
    def _slots(self) -> dict[str, list[Slotted]]:
        """Every image, by its file: many places differ, or none."""
        found: dict[str, list[Slotted]] = {}
        for slot in visited.slotted(self._conn):
            found.setdefault(path_of(slot.image_url), []).append(slot)
        return found

    def of(self, group: Sequence[VisitedPlace]) -> Checked:
        """`group`: one place, with every image that it may be."""
        place = group[0]
        found = Checked(
            shows=Shows.SAME,
            page_url=place.page_url,
            page_title=place.page_title,
            place=place.place,
            region=place.region,
            heading=place.heading,
            images=tuple(one.image for one in group),
            mirror=tuple(one.mirror for one in group),
            alt=place.alt,
            read_at=place.read_at,
            language=place.language,
        )
        shows = _at_once(group)
        if shows is not None:
            why = WITHOUT_ALT[place.kind] if shows is Shows.BACKGROUND else ""
            return replace(found, shows=shows, why=why)
        others = self._others(group)
        if any(_stands_for(other, place) for other in others):
            return found
        if any(_read_before(one, self._texts(one.speaker)) for one in group):
            return replace(found, shows=Shows.UNREAD)
        age = Age.of(place.caching, place.modified, place.read_at)
        shows, why = self._told(group, others, age)
        return replace(found, shows=shows, why=why, caching=age.headers)

    def _others(self, group: Sequence[VisitedPlace]) -> list[Slotted]:
        """The other images of the same file that say what the page shows."""
        here = {one.image for one in group}
        files = {path_of(one.image_url) for one in group if one.image_url}
        slots = (slot for file in files for slot in self._slots.get(file, ()))
        return [
            slot
            for slot in slots
            if slot.image not in here and _same(slot.alt, group[0].alt)
        ]

    def _told(
        self, group: Sequence[VisitedPlace], others: Sequence[Slotted], age: Age
    ) -> tuple[Shows, str]:
        """What kind of difference it is, and what can be told about it."""
        shown = group[0].alt
        if newer := _newer(self._conn, group):
            return Shows.NEWER, newer
        older = [one for one in group if _said_before(one, self._texts(one.speaker))]
        said = (_since(one.mirror, self._texts(one.speaker)) for one in older)
        if any(age.before(one.not_before) for one in said):
            return Shows.CACHED, f"What this image said before. {age.sentence}"
        if shown is None:
            before = " It had none before either." if older else ""
            return Shows.NO_ALT, f"The page leaves the alt attribute out.{before}"
        if others and not is_blank(shown):
            return Shows.COPY, (
                f"What {others[0].image} says, which has the same file."
            )
        if older:
            return Shows.EARLIER, (
                "What this image said before: an old revision, a copy that was made"
                " then, or a cache that does not say so."
            )
        if is_blank(shown) and not all(is_blank(one.mirror) for one in group):
            return Shows.OTHER, (
                "An empty alt: nobody hears of it. A copy that was made before it had a"
                " text, as the thumbnails of Drupal's media are, or a template."
            )
        return Shows.OTHER, (
            "Something else on the page writes its own text: a template, a module, an"
            " `img` in a text."
        )


def _stands_for(other: Slotted, place: VisitedPlace) -> bool:
    """The place may be a use of that other image, and right.

    Not where its element names the entity that it is; nor where the other is of another
    language; nor on the page of the image itself, where the other has one elsewhere.
    """
    languages = {other.language, place.language} - {None, ""}
    if place.match is Match.UUID or len(languages) > 1:
        return False
    here = path_at(place.page_url)
    on_its_own = bool(place.own_page) and path_at(place.own_page) == here
    elsewhere = bool(other.own_page) and path_at(other.own_page) != here
    return not (on_its_own and elsewhere)


def doubtful(conn: sqlite3.Connection, run: int, most: int) -> list[str]:
    """Images whose pages say otherwise than the mirror; first those of which a page says
    some words: an edit has that look, and what templates leave empty has not."""
    worded: dict[str, None] = {}
    blank: dict[str, None] = {}
    for one in checked(conn, run):
        if one.shows.differs or one.shows is Shows.NEWER:  # it may be so no more
            found = blank if is_blank(one.alt) else worded
            found.update(dict.fromkeys(one.images))
    return list(worded | blank)[:most]


def pages_of_push(conn: sqlite3.Connection, push: int) -> tuple[str, ...]:
    """The pages that are known to show images of a push. Raises UsageError where there
    is no such push, where it wrote nothing, and where there is no such page."""
    if not visited.is_push(conn, push):
        raise UsageError(
            f"There is no push {push}. `altsync log` lists them; without --push every"
            " page is read."
        )
    if next(visited.sent(conn, push), None) is None:
        raise UsageError(
            f"Push {push} wrote nothing, so nothing of it can have come to visitors:"
            f" `altsync log --run {push}` says why."
        )
    found = visited.pages_of_push(conn, push)
    if not found:
        raise UsageError(
            f"No page is known to show an image of push {push}. Run `altsync pages`"
            " first, or `altsync verify` without --push."
        )
    return tuple(found)


def _at_once(group: Sequence[VisitedPlace]) -> Shows | None:
    """What can be said without knowing how the texts came about; None for a difference."""
    place = group[0]
    if any(_same(one.mirror, place.alt) for one in group):
        return Shows.SAME
    if place.hidden and is_blank(place.alt):
        return Shows.SILENT
    embed = place.kind is PictureKind.EMBED  # its alt goes with the picture
    if embed or (place.kind in WITHOUT_ALT and place.alt is None):
        silent = any(is_blank(one.mirror) for one in group)
        return Shows.SILENT if silent else Shows.BACKGROUND
    return None


def _same(mirror: str | None, shown: str | None) -> bool:
    """Equal to a reader, who sees nothing of characters that show nothing. No attribute
    and an empty one are not the same."""
    if mirror is None or shown is None:
        return mirror is shown
    return same_text(visible(mirror), visible(shown))


def _read_before(place: VisitedPlace, said: Sequence[Said]) -> bool:
    """The page was read before the image got the text that the mirror has."""
    return place.began is None or place.began < _since(place.mirror, said).seq


def _since(mirror: str | None, said: Sequence[Said]) -> Said:
    """When the present text was first seen to stand there without a break."""
    first = Said(mirror, 0, "")
    for one in reversed(said):
        if one.alt != mirror:
            break
        first = one
    return first


def _newer(conn: sqlite3.Connection, group: Iterable[VisitedPlace]) -> str:
    """What the site itself said when it was asked, where that explains the page."""
    for one in group:
        asked = visited.last_asked(conn, one.image)
        if asked is None or not _same(asked.mirror, one.mirror):
            continue  # the mirror moved since
        if asked.gone:
            return f"The site has no image {one.image} any more. Run `altsync pull`."
        if _same(asked.alt, one.alt):
            return (
                "The site itself now says what the page shows: the mirror is older."
                " Run `altsync pull`."
            )
    return ""


def _said_before(place: VisitedPlace, said: Iterable[Said]) -> bool:
    return any(_same(one.alt, place.alt) for one in said)


def delivered(conn: sqlite3.Connection, push: int) -> Iterator[Delivered]:
    """Whether the words of a push have come to visitors, image by image: on all pages,
    each as it was last read."""
    standing: dict[str, list[Checked]] = {
        one.image: [] for one in visited.sent(conn, push)
    }
    for place in checked(conn):
        for image in place.images:
            if image in standing:
                standing[image].append(place)
    for one in visited.sent(conn, push):
        since = [
            place
            for place in standing[one.image]
            if visited.read_since(conn, place.page_url, one.seq)
        ]
        pages = len({place.page_url for place in since})
        arrival = _arrival(conn, one, since, bool(standing[one.image]))
        yield Delivered(one.image, one.alt, arrival, pages)


def _arrival(
    conn: sqlite3.Connection,
    sent: visited.SentText,
    since: Sequence[Checked],
    known: bool,
) -> Arrival:
    if not _same(sent.alt, sent.mirror):
        return Arrival.REPLACED
    if since:
        fine = all(not place.shows.differs for place in since)
        return Arrival.ARRIVED if fine else Arrival.NOT_YET
    own = sent.page_url and visited.read_since(conn, sent.page_url, sent.seq)
    if own and not known:
        return Arrival.NOT_SHOWN
    return Arrival.UNREAD
