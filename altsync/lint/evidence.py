"""What is known about an image when a text on it is judged, and the one way from there
to what the rules look at. Pure.

Whoever asks the lint, gathers an `Evidence` and takes `evidence.text(alt, …)`: the same
text on the same image then gets the same findings, whether a model has just written it,
a person types it, or the site shows it. `altsync.uses` gathers from the mirror, the
pages and the owner's files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from altsync.lint.text import Text
from altsync.models import Decision, SiteImage, Use

READ = "text_in_image"
"""The flag of a candidate that holds the words which its model read in the picture."""
INCOMPLETE = "incomplete"
"""The flag of a candidate that names what its model's answer did not say."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything trusted that is known about one image; what is None or empty is not
    known. Plain data, which can be sent to another process."""

    title: str | None = None
    caption: str | None = None
    album: str | None = None
    file: str | None = None
    """The file's name, with or without its extension."""
    page_title: str | None = None
    """Of the page that the image stands on; of several, the first."""
    before: str | None = None
    """The text right before the image there, or the one that stands beside it."""
    after: str | None = None
    page_url: str | None = None
    """Where a person can see it; no evidence by itself."""
    language: str | None = None
    """BCP 47 tag of the image."""
    notes: tuple[str, ...] = ()
    """Every other trusted text: further pages, the owner's notes, instructions and
    glossary, what the file says of itself."""
    words: tuple[str, ...] = ()
    """Words that a model read in the picture: they vouch for a name, and accuse no text."""
    published: Decision | None = None
    """What the text on the site was written for, where altsync knows it."""

    @classmethod
    def of(
        cls,
        image: SiteImage,
        uses: Sequence[Use] = (),
        notes: Iterable[str] = (),
        words: Iterable[str] = (),
    ) -> Evidence:
        """An image of the mirror with the pages that show it and what else is known.

        The first page is the one that it stands on, where the site's own fields do not
        say that. Every word of all pages is evidence.
        """
        first = uses[0] if uses else Use(image.page_url or "")
        around = [
            text
            for use in uses
            for text in (use.page_title, use.before, use.after)
            if text
        ]
        return cls(
            title=image.title,
            caption=image.caption,
            album=image.album,
            file=file_name(image),
            page_title=image.page_title or first.page_title or None,
            before=image.page_text or first.before or None,
            after=first.after or None,
            page_url=first.page_url or None,
            language=image.language,
            notes=tuple(dict.fromkeys([*around, *notes])),
            words=tuple(dict.fromkeys(words)),
        )

    def adding(self, notes: Iterable[str]) -> Evidence:
        """The same image, of which more is known."""
        return replace(self, notes=tuple(dict.fromkeys([*self.notes, *notes])))

    def text(
        self,
        alt: str | None,
        decision: Decision | None = None,
        flags: Mapping[str, Any] | None = None,
        *,
        stopped: bool = False,
    ) -> Text:
        """A text on this image, as the rules look at it.

        `flags`: what the model said of this answer of its own; `stopped`: it ran into
        its limit of tokens.
        """
        own = (flags or {}).get(READ)
        words = dict.fromkeys([*self.words, str(own or "")])
        beside = {self.page_title, self.before, self.after}
        notes = (note for note in self.notes if note not in beside)
        return Text(
            alt,
            title=self.title,
            caption=self.caption,
            album=self.album,
            file=self.file,
            before=self.before,
            after=self.after,
            page_title=self.page_title,
            language=self.language,
            notes="\n".join(notes) or None,
            words="\n".join(filter(None, words)) or None,
            decision=decision,
            incomplete=(flags or {}).get(INCOMPLETE),
            stopped=stopped,
        )


def file_name(image: SiteImage) -> str:
    """The last part of the picture's address, else the image's name."""
    try:
        last = unquote(urlsplit(image.image_url or "").path).rsplit("/", 1)[-1]
    except ValueError:
        last = ""
    return last if "." in last else image.name
