"""The kinds of source, in one table: to add one, add its entry here and its module.

    altsync.toml    `[site] source` takes a name of KINDS, and the table that bears the name
    altsync init    asks every kind that has a `probe` whether the site speaks it
    open_source     calls `open` of the kind in use

Standard library only, and nothing of the package: the configuration reads this table, so
that it knows what a file may say without loading a source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True)
class LabelField:
    """`label = { field = "verified", ai = 0, human = 1 }`: the site's field that says
    who wrote a text.

    `reviewed`: the value for a machine's text that a person approved by itself; left
    out, such a text is sent as `ai`.
    """

    field: str
    ai: int | str
    human: int | str
    reviewed: int | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """What the table of any kind may hold."""

    label: LabelField | None = None
    """The field that says who wrote a text, and its values: { field = "verified", ai = 0,
    human = 1 }; with `reviewed`, also that a person approved a machine's."""

    reads: ClassVar[tuple[str, ...]] = ("label",)
    """The settings that change what is read of a site that does not change."""

    def leaves_out(
        self, album: str, language: str | None, in_text: bool = False
    ) -> bool:
        """The table does not name this album (a type's field) or language (any more)."""
        return False

    def edit_path(self, image: str) -> str | None:
        """Where a person edits this image (its id), below the site's address; None where
        that cannot be told."""
        return None


@dataclass(frozen=True, slots=True)
class AlbumConfig(SourceConfig):
    """[album]: the two endpoints of an album site."""

    inventory: tuple[str, ...] = ()
    """Which images there are: text files, directories of pictures, sitemaps, JSON lists;
    several add up."""
    pixels: str = ""
    """Where a picture is: an address with {album} and {image}, or a directory."""
    guard: bool = True
    """Write only while the site still has the version that was read, where it gives an
    ETag or Last-Modified. False: where a proxy spoils them."""


_FORMS = {
    "node": "/node/{}/edit",
    "media": "/media/{}/edit",
    "taxonomy_term": "/taxonomy/term/{}/edit",
    "user": "/user/{}/edit",
    "block_content": "/admin/content/block/{}",
}
"""Entity type -> its edit form, as core links it (`edit-form`)."""


@dataclass(frozen=True, slots=True)
class JsonapiConfig(SourceConfig):
    """[jsonapi]: a Drupal with core's JSON:API."""

    prefix: str = "/jsonapi"
    """Where JSON:API is, below the site's address."""
    fields: tuple[str, ...] = ()
    """Image fields, as `type--bundle.field`."""
    languages: tuple[str, ...] = ()
    """The languages that are read and written, each a path prefix of the site."""
    login: Literal["cookie", "basic", "oauth", "bearer", "header", "none"] = "cookie"
    """How altsync logs in."""
    user: str = ""
    """The user for `cookie` and `basic`."""
    read_only: tuple[str, ...] = ()
    """Fields, written as in `fields`, that are pulled and never written: this login may
    not edit them."""
    client: str = ""
    """The client id for `login = "oauth"` (Simple OAuth's client credentials)."""
    scope: str = ""
    """What that token is asked for; empty: what the consumer has."""
    header: str = ""
    """Name of the header for `login = "header"` (key modules)."""
    long_description: str = ""
    """The field of an item that takes the long description of its image, such as
    `field_long_description`: a text, with a format or without; empty: none is sent."""
    picture_style: str = ""
    """An image style, such as `large`: its copy of a file is fetched in place of the
    file, where the site tells its address (module jsonapi_image_styles)."""

    texts: bool | tuple[str, ...] = True
    """Fields with formatted texts, written as in `fields`, of which every picture is an
    image; true: all that the site has; false: none."""
    texts_external: bool = False
    """Texts are proposed also for pictures in texts that are no files of the site."""

    reads: ClassVar[tuple[str, ...]] = (
        "label",
        "prefix",
        "fields",
        "languages",
        "texts",
        "texts_external",
        "long_description",
        "login",
        "user",
        "client",
        "scope",
    )

    def leaves_out(
        self, album: str, language: str | None, in_text: bool = False
    ) -> bool:
        """`fields` does not name it (`texts`, of an image in a text), or there are
        `languages` and its own is none."""
        if not (self.has_text(album) if in_text else album in self.fields):
            return True
        return bool(self.languages) and language not in (None, *self.languages)

    def edit_path(self, image: str) -> str | None:
        """The form of the item, by its number. Paragraphs have none of their own."""
        album, _, name = image.rpartition("/")
        form = _FORMS.get(album.partition("--")[0])
        number = name.partition(".")[0]
        return form.format(number) if form and number.isdecimal() else None

    def has_text(self, album: str) -> bool:
        """`texts` asks for the pictures in this field."""
        return self.texts if isinstance(self.texts, bool) else album in self.texts


def reading(config: SourceConfig) -> str:
    """How a source is told to read, as the ledger of pulls keeps it: a word for each
    setting, which changes with it and tells nothing of it."""
    told = (f"{name}={_word(getattr(config, name))}" for name in config.reads)
    return " ".join(told)


def read_otherwise(one: str, other: str) -> list[str]:
    """The settings in which two readings differ."""
    before, after = (dict(_pairs(each)) for each in (one, other))
    names = dict.fromkeys([*after, *before])
    return [name for name in names if before.get(name) != after.get(name)]


def _pairs(told: str) -> list[tuple[str, str]]:
    parts = (one.partition("=") for one in told.split())
    return [(name, word) for name, _, word in parts]


def _word(setting: object) -> str:
    return sha256(repr(setting).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source. Functions are named `module:function` and loaded when called."""

    config: type[SourceConfig]
    """The kind's table in altsync.toml. SourceConfig itself: it has none."""
    open: str
    """(Config, *, workers) -> Source. Asks nothing of the site yet."""
    probe: str = ""
    """(Hints) -> FoundSite, or why the site does not speak this and what to do, in a
    sentence ('' where there is nothing to do). Empty: `altsync init` does not offer the kind."""
    checked_by_fresh: bool = False
    """The read before the first write shows a login that fails: a run that only writes
    needs no check of its own, so that K changes cost K reads."""


KINDS = {
    "album": Kind(
        config=AlbumConfig,
        open="altsync.sources.album:open_album",
        probe="altsync.sources.album_toml:probe_album",
        checked_by_fresh=True,
    ),
    "jsonapi": Kind(
        config=JsonapiConfig,
        open="altsync.sources.jsonapi:open_jsonapi",
        probe="altsync.sources.jsonapi.toml:probe_jsonapi",
    ),
    "memory": Kind(
        config=SourceConfig,
        open="altsync.sources.memory:open_memory",
    ),
}
"""Name -> kind. `altsync init` asks from the last to the first: `album` takes what no
other took."""


def called(name: str) -> Callable[..., Any]:
    """The function that `module:function` names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
