"""What `discover` found out about a Drupal, and how it says that to the owner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from altsync.models import Unseen, UnseenKind
from altsync.render import coverage
from altsync.render.text import count
from altsync.sources.base import Note
from altsync.sources.jsonapi import permissions, says, turned_away
from altsync.sources.jsonapi.rights import Rights
from altsync.sources.kinds import JsonapiConfig


@dataclass(frozen=True, slots=True)
class ImageField:
    """A field that holds images."""

    kind: str
    name: str
    many: bool
    count: int
    """Items with an image in it, among those that were looked at."""
    items: int | None = None
    """Items of the type, where only the first `looked_at` of them were looked at."""
    looked_at: int = 0
    alt: bool = True
    """The field asks for alt text; False only where the settings say so."""
    entity: str = ""
    """The entity type, which the name of a renamed type does not tell."""
    blind: bool = False
    """It shows null for every image, for the resource `file--file` is switched off (825)."""

    @property
    def id(self) -> str:
        return f"{self.kind}.{self.name}"

    @property
    def of_an_account(self) -> bool:
        """It holds the pictures of accounts: people's faces, left out unless asked for."""
        return "user" in (self.entity, self.kind.partition("--")[0]) or (
            self.name == "user_picture"
        )

    @property
    def described(self) -> str:
        """How many items it holds, and how that is known."""
        if self.blind and not self.count:
            return "how many items have an image cannot be asked"
        if self.blind:
            # Counted by a filter, which hides some (section 15).
            some = f"at least {_items(self.count)}"
            return f"{some} with an image, which JSON:API does not show"
        each = "many each" if self.many else "one each"
        if not self.looked_at:
            return "no item to be seen yet"
        if self.items is None:
            return f"{_items(self.count)} with an image, {each}"
        return (
            f"{self.count} of the first {_items(self.looked_at)} with an image, {each};"
            f" {self.items:,} in all"
        )


@dataclass(frozen=True, slots=True)
class PicturedField:
    """A field with formatted texts in which pictures stand."""

    id: str
    """`type.field`."""
    counted: tuple[Unseen, ...]
    """By tag."""

    @property
    def kind(self) -> str:
        return self.id.partition(".")[0]

    @property
    def of_an_account(self) -> bool:
        """What people write about themselves: left out unless it is named."""
        return self.kind.startswith("user--")

    @property
    def described(self) -> str:
        """How many pictures it holds, by tag."""
        return ", ".join(map(_pictured, self.counted))


def _pictured(one: Unseen) -> str:
    most = "at least " if one.at_least else ""
    tag = one.what.partition(" in ")[0]
    return f"{most}{one.count:,} {tag} in {count(one.places or 0, 'text')}"


def pictured(facts: Iterable[Unseen]) -> tuple[PicturedField, ...]:
    """The fields of which these facts tell that pictures stand in their texts."""
    found: dict[str, list[Unseen]] = {}
    for one in facts:
        if one.kind is UnseenKind.IN_TEXT:
            found.setdefault(one.what.partition(" in ")[2], []).append(one)
    return tuple(PicturedField(name, tuple(found[name])) for name in sorted(found))


@dataclass(frozen=True, slots=True)
class LabelCandidate:
    """A field that may say who wrote a text."""

    field: str
    boolean: bool
    on: tuple[str, ...]
    """The resource types that have it."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found out. `config` is the configuration it was asked with, with the
    prefix that was found."""

    url: str
    config: JsonapiConfig
    logged_in: bool
    writes: bool | None
    fields: tuple[ImageField, ...]
    languages: tuple[str, ...]
    """The default language first."""
    languages_missing: int = field(default=0, kw_only=True)
    """So many more the site has, whose names nobody tells."""
    labels: tuple[LabelCandidate, ...]
    descriptions: tuple[str, ...] = field(default=(), kw_only=True)
    """Fields of types with images that may take long descriptions."""
    notes: tuple[Note, ...] = ()
    """Sentences for the owner, in the order in which to read them."""
    types: int = 0
    """Resource types that were looked at."""
    empty: tuple[str, ...] = ()
    """Types that show no item to this login, and of which no field is known."""
    broken: tuple[str, ...] = ()
    """Why a type cannot be read, a sentence of each."""
    closed: tuple[str, ...] = ()
    """Fields, as `type.field`, that items do not show to this login."""
    unasked: tuple[str, ...] = ()
    """Fields that were too many to ask about."""
    texts: tuple[PicturedField, ...] = ()
    """The texts in which pictures stand."""
    unseen: tuple[Unseen, ...] = ()
    """What is not seen, or not read."""
    rights: tuple[Rights, ...] = ()
    """What this login may edit of each type with images; empty where that could not be
    asked: nobody is logged in, or JSON:API is read-only."""

    def refused(self, kind: str) -> str | None:
        """Why this login may edit nothing of a type, in the site's words, which may be
        none; None where it may, or where that is not known."""
        said = [
            " ".join(one.said) for one in self.rights if one.kind == kind and one.none
        ]
        return said[0] if said else None


def notes(found: Discovery) -> Iterable[Note]:
    """In the order in which to read them."""
    yield Note(
        True,
        f"JSON:API answers at {found.url}{found.config.prefix} ({found.types} resource"
        " types looked at).",
    )
    if found.logged_in:
        yield Note(True, f"Logged in as {turned_away.who(found.config)}.")
    else:
        yield Note(
            False,
            "Not logged in: altsync can read what everybody sees, and write nothing."
            f" {says.see('login')}",
        )
    if found.writes is False:
        yield Note(
            False,
            f"JSON:API is read-only here. {says.WRITABLE} at"
            f" {found.url}/admin/config/services/jsonapi, then delete altsync.toml and run"
            " `altsync init` again: what this login may edit can be asked only then."
            f" {says.see('read-only')}",
        )
    elif found.writes:
        yield Note(True, "JSON:API accepts writes.")
    yield from _images(found)
    yield from _texts(found)
    yield from _accounts(found)
    yield from permissions.notes(
        found.rights, {one.kind for one in found.rights if one.none}
    )
    yield from _languages(found)
    if found.labels:
        yield Note(
            True, f"A label field: {', '.join(label.field for label in found.labels)}."
        )
    else:
        yield Note(
            True,
            f"No label field was found; altsync works without it. {says.see('label')}",
        )
    yield from _unseen(found)


def _images(found: Discovery) -> Iterator[Note]:
    """The fields with images, and what is not known of the others."""
    if any(one.blind for one in found.fields):
        yield Note(False, says.FILES_OFF)
    elif not found.fields:
        yield Note(
            False,
            "No field with images was found. Name it yourself below [jsonapi]."
            f" {says.see('fields')}",
        )
    for one in found.fields:
        yield Note(not one.blind, f"{one.id}: {one.described}.")
    if found.empty:
        yield Note(
            True,
            f"No item of {_some(found.empty)} is to be seen, and no field with images is"
            f" known there. {says.see('fields')}",
        )
    for sentence in found.broken:
        yield Note(False, sentence)
    if found.closed:
        yield Note(
            True,
            f"Not shown to this login: {_some(found.closed)}. {says.see('permissions')}",
        )
    if found.unasked:
        yield Note(
            False,
            f"Not looked at, for there are too many: {_some(found.unasked)}. Name those"
            f" that hold images below [jsonapi]. {says.see('fields')}",
        )


def _texts(found: Discovery) -> Iterator[Note]:
    """Every picture in a text is an image; those of accounts are left out."""
    own = [one for one in found.texts if not one.of_an_account]
    lines = [f"{one.id}: {one.described}" for one in own]
    if lines:
        yield Note(
            True,
            f"Pictures in texts, each an image: {_listed(lines)}. {says.see('texts')}",
        )
    for one in found.texts:
        if one.of_an_account:
            yield Note(
                True,
                f"{one.id}: left out, for people write about themselves there"
                f" ({one.described}). To have its pictures, name it and the others in texts.",
            )


def _languages(found: Discovery) -> Iterator[Note]:
    known = ", ".join(found.languages) or "the site does not say"
    yield Note(True, f"Languages: {known}.")
    if found.languages_missing:
        yield Note(
            False,
            f"The site has {found.languages_missing} more, whose codes nobody tells this"
            " login, or which do not answer below their code. Add them to jsonapi.languages"
            f" in altsync.toml; what is in them is not pulled else. {says.see('languages')}",
        )


def _items(number: int) -> str:
    return f"{number:,} item{'s' if number != 1 else ''}"


def _unseen(found: Discovery) -> Iterator[Note]:
    """What a pull will not see. What may not be read was said before."""
    for group in coverage.groups(found.unseen):
        if group.kind is not UnseenKind.UNREADABLE:
            where = f": {_listed(group.facts)}" if group.facts else ""
            yield Note(True, f"Not seen: {group}{where}.")


def _listed(facts: Sequence[str], most: int = 4) -> str:
    """The first of them, which may hold commas, and how many more there are."""
    more = [f"and {len(facts) - most} more"] if len(facts) > most else []
    return "; ".join([*facts[:most], *more])


def _some(names: Sequence[str], most: int = 8) -> str:
    """The first of them, and how many more there are."""
    more = len(names) - most
    shown = ", ".join(names[:most])
    return f"{shown} and {more} more" if more > 0 else shown


def _accounts(found: Discovery) -> Iterator[Note]:
    """Account pictures are found, and left out."""
    names = [one.id for one in found.fields if one.of_an_account]
    if names:
        yield Note(
            True,
            f"{', '.join(names)}: left out, for pictures of accounts are people's faces."
            " To have them, take the # off in altsync.toml.",
        )
