"""Where an image stands and what is known about it there: gathered in this one place
for whoever asks a model or the lint.

    known = Known(config, conn)
    known.findings(mirrored, "Map of the.")

The mirror knows its own fields, `altsync pages` what stands around it on the
pages, the owner's files what the house says (notes of albums, glossary), and earlier
candidates what their models were told and read in the picture.
"""

from __future__ import annotations

import errno
import functools
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from altsync import lint
from altsync.config import Config
from altsync.errors import ConfigError
from altsync.lint.elsewhere import Elsewhere
from altsync.lint.evidence import READ, Evidence
from altsync.models import (
    Decision,
    Finding,
    Mirrored,
    Origin,
    SiteImage,
    Use,
    is_blank,
    same_text,
)
from altsync.store import picture_notes, told, usages
from altsync.store.told import Told
from altsync.uses import several, whereabouts

NOTE = "note"
"""The kind of a piece of context that the owner gave on the command line."""
BESIDE = "text of a picture beside it"
"""The kind of a piece that is the text of a neighbour in a series."""
IN_FILE = "file"
"""The trust of a piece that the picture's file says of itself."""


class House:
    """What the owner says about many images, in altsync.toml and the files that it
    names. Each file is read once."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._notes = config.base / config.generate.context_dir
        self.album_note = functools.lru_cache(1000)(self._read_note)
        """The album's note, '' where there is none. Raises ConfigError."""

    def evidence(self, album: str | None) -> tuple[str, ...]:
        """Everything that the owner says about the images of an album. Raises
        ConfigError."""
        said = (
            self._config.generate.instructions,
            self.album_note(album) if album else "",
            *self.glossary,
        )
        return tuple(text for text in said if text)

    @functools.cached_property
    def glossary(self) -> tuple[str, ...]:
        """Names and words of the house, as they are spelled. Raises ConfigError."""
        return glossary(self._config)

    def note_path(self, album: str) -> Path:
        """Where the note of an album is, or would be."""
        return self._notes / f"{album}.md"

    def _read_note(self, album: str) -> str:
        path = self.note_path(album)
        if not self._is_a_note(path):
            return ""
        try:
            return path.read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"The album note {path} cannot be read ({error})."
            ) from None

    def _is_a_note(self, path: Path) -> bool:
        """The album's name comes from the site: it may lead elsewhere, or be one that no
        file here can have (too long, with a NUL, not in this machine's encoding)."""
        try:
            path.lstat()
            return path.resolve().is_relative_to(self._notes.resolve())
        except ValueError:
            return False
        except OSError as error:
            return error.errno != errno.ENAMETOOLONG


def glossary(config: Config) -> tuple[str, ...]:
    """The words of the glossary that altsync.toml names, without its comments. Raises
    ConfigError."""
    if not config.generate.glossary:
        return ()
    path = config.base / config.generate.glossary
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"[generate] glossary: {path} cannot be read ({error})."
        ) from None
    words = (line.strip() for line in lines)
    return tuple(word for word in words if word and not word.startswith("#"))


class Known:
    """What is known about the images of one mirror, and what the lint says to a text on
    one of them. Belongs to the thread of its connection."""

    def __init__(self, config: Config, conn: sqlite3.Connection) -> None:
        """Raises ConfigError for rules that make no sense."""
        self.house = House(config)
        self.rules = lint.ruleset(
            config.lint.profile, config.lint.rules, config.lint.banned
        )
        self._conn = conn
        self._of_file = functools.lru_cache(1000)(
            lambda file: list(several.elsewhere(conn, file))
        )
        """A logo has a thousand images."""

    def of(self, mirrored: Mirrored) -> Evidence:
        """Everything that is known about an image. Raises ConfigError."""
        image = mirrored.image
        candidates = told.of(self._conn, image.id)
        uses = self.uses(image.id)
        links = {use.link for use in uses if use.functional and use.link}
        evidence = Evidence.of(
            image,
            uses,
            (
                *self.house.evidence(image.album),
                *self.of_medium(image),
                *(text for one in candidates for text in lasting(one.context)),
            ),
            (word for one in candidates if (word := _read(one.flags))),
            usages.titles(self._conn, links),
        )
        published = _published(image.alt, candidates)
        by_model = mirrored.origin is Origin.AI and bool(published)
        return replace(
            evidence,
            published=published[0].decision if published else None,
            unread=by_model and all(one.unread for one in published),
            others=self._elsewhere(image),
            read=picture_notes.read_in(self._conn, image.id),
        )

    def _elsewhere(self, image: SiteImage) -> tuple[Elsewhere, ...]:
        """The places of other images with the same file, in the same language."""
        if image.file is None:
            return ()
        return tuple(
            place
            for other, language, place in self._of_file(image.file)
            if other != image.id and language == image.language
        )

    def uses(self, image: str) -> list[Use]:
        """Every page and every text that shows an image, the most telling one first."""
        return whereabouts.every(self._conn, image)

    def of_medium(self, image: SiteImage) -> tuple[str, ...]:
        """What the medium says that an image embeds, in its language or in those that
        the medium has; nothing of any other image."""
        return tuple(usages.medium_texts(self._conn, image.id))

    def findings(
        self,
        mirrored: Mirrored,
        alt: str,
        decision: Decision | None = None,
        flags: Mapping[str, Any] | None = None,
        *,
        by_model: bool = False,
    ) -> tuple[Finding, ...]:
        """What the owner's rules say to this text on this image; `by_model`: it is a
        model's, word for word. Raises ConfigError."""
        evidence = self.of(mirrored)
        text = evidence.text(alt, decision, flags, by_model=by_model)
        return lint.check(text, self.rules)


def lasting(context: str) -> Iterator[str]:
    """What a model was told that neither the mirror nor the owner's files keep: a note
    of the command line, what the picture's file says of itself, and what the pictures
    beside it said by then.

    `context` is JSON, as it is stored with a candidate.
    """
    pieces = json.loads(context)
    for piece in pieces if isinstance(pieces, list) else ():
        if piece.get("kind") in (NOTE, BESIDE) or piece.get("trust") == IN_FILE:
            yield piece["text"]


def _read(flags: str) -> str:
    return str(json.loads(flags).get(READ) or "")


def _published(alt: str | None, candidates: Sequence[Told]) -> list[Told]:
    """Those with the very text of the site, the newest first. An empty text is only what
    a person says that it is."""
    if is_blank(alt):
        return []
    return [one for one in candidates if same_text(one.alt, alt)]
