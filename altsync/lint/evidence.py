"""What is known about an image when a text on it is judged, and the one way from there
to what the rules look at. Pure.

Whoever asks the lint, gathers an `Evidence` and takes `evidence.text(alt, …)`: the same
text on the same image then gets the same findings, whether a model has just written it,
a person types it, or the site shows it. `altsync.uses` gathers from the mirror, the
pages and the owner's files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from altsync.lint.destination import address_words
from altsync.lint.elsewhere import Elsewhere, unlike
from altsync.lint.text import Text
from altsync.models import (
    Decision,
    PictureKind,
    ReadLine,
    Region,
    SiteImage,
    Use,
    same_text,
)

READ = "text_in_image"
"""The flag of a candidate that holds the words which its model read in the picture."""
INCOMPLETE = "incomplete"
"""The flag of a candidate that names what its model's answer did not say."""


PLACES = 200
"""Places whose words are evidence: what stands on thousands of pages is a logo."""
_HEARD = (PictureKind.IMG, PictureKind.INPUT)
"""By what a text reaches anybody."""


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
    """The text right before the image there, or the one that stands beside it (of an
    image in a text that is all of its page)."""
    after: str | None = None
    heading: str | None = None
    """The nearest heading before the image, or that of its own piece of the page."""
    link: str | None = None
    """Where the image leads wherever it can be seen: an address; '' where it is no link
    on any page that was read; None where that is not known, or not the same
    everywhere."""
    link_text: str | None = None
    """The other words of the link or button that the image is in."""
    link_title: str | None = None
    destination: str | None = None
    """The title of the page that the image leads to."""
    button: bool = False
    """The image is a button, or in one, wherever it can be seen."""
    shown: str | None = None
    """The alt that the page shows."""
    same: str | None = None
    """What the page says right beside the image that says the same as `shown`."""
    unheard: bool = False
    """Wherever it was read, nobody who listens is told of it."""
    page_url: str | None = None
    """Where a person can see it; no evidence by itself."""
    language: str | None = None
    """BCP 47 tag of the image."""
    notes: tuple[str, ...] = ()
    """Every other trusted text: further pages, the owner's notes, instructions and
    glossary, what the file says of itself."""
    far: frozenset[str] = frozenset()
    """Those of `notes` that stand far from the image: the rest of its text, and places
    that tell less than the one that it stands in."""
    words: tuple[str, ...] = ()
    """Words that a model read in the picture: they vouch for a name, and accuse no text."""
    read: tuple[ReadLine, ...] = ()
    """Lines that a program of its own read in the picture: what a text has otherwise is
    doubtful (`misread`)."""
    others: tuple[Elsewhere, ...] = ()
    """Places of other images with the same file."""
    published: Decision | None = None
    """What the text on the site was written for, where altsync knows it."""
    unread: bool = False
    """The text on the site is a model's, word for word, and no person approved it one by
    one."""

    @classmethod
    def of(
        cls,
        image: SiteImage,
        uses: Sequence[Use] = (),
        notes: Iterable[str] = (),
        words: Iterable[str] = (),
        titles: Mapping[str, str] | None = None,
    ) -> Evidence:
        """An image of the mirror with the places that show it, the most telling first,
        and what else is known. `titles`: of pages that links lead to, by address.

        The first place where it can be seen is the one that it stands in, where the
        site's own fields do not say that. Every word of the first PLACES is evidence.
        """
        seen = [use for use in uses if not use.hidden and use.kind in _HEARD]
        first = next(iter([*seen, *uses]), Use(image.page_url or ""))
        beside, whole = image.page_text, ""
        if image.in_text:  # its own words are nearer than all of the text
            beside, whole = None, image.page_text or ""
        around = [text for use in uses[:PLACES] for text in _said(use, titles or {})]
        leading = _leading(seen)
        return cls(
            title=image.title,
            caption=image.caption or first.caption or None,
            album=image.album,
            file=file_name(image),
            page_title=image.page_title or first.page_title or None,
            before=beside or first.before or None,
            after=first.after or None,
            heading=first.heading or None,
            link=leading,
            link_text=first.link_text or None,
            link_title=first.link_title or None,
            destination=(titles or {}).get(first.link) or None,
            button=bool(seen) and all(use.button for use in seen),
            shown=first.alt,
            same=first.same or None,
            unheard=bool(uses) and all(map(_is_unheard, uses)),
            page_url=first.page_url or None,
            language=image.language,
            notes=tuple(dict.fromkeys(filter(None, [*around, whole, *notes]))),
            far=_far(first, uses[:PLACES], whole),
            words=tuple(dict.fromkeys(words)),
        )

    def adding(self, notes: Iterable[str]) -> Evidence:
        """The same image, of which more is known."""
        return replace(self, notes=tuple(dict.fromkeys([*self.notes, *notes])))

    @property
    def _beside(self) -> set[str | None]:
        """What a text on this image has in fields of their own."""
        return {
            self.caption,
            self.page_title,
            self.before,
            self.after,
            self.heading,
            self.link_text,
            self.link_title,
            self.destination,
        }

    @property
    def _role(self) -> str | None:
        """Where it leads; nothing is said of buttons."""
        return None if self.button else self.link

    def text(
        self,
        alt: str | None,
        decision: Decision | None = None,
        flags: Mapping[str, Any] | None = None,
        *,
        stopped: bool = False,
        by_model: bool = False,
    ) -> Text:
        """A text on this image, as the rules look at it.

        `flags`: what the model said of this answer of its own; `stopped`: it ran into
        its limit of tokens; `by_model`: it is the model's own, word for word.
        """
        own = (flags or {}).get(READ)
        read = (line.text for line in self.read)
        words = dict.fromkeys([*self.words, *read, str(own or "")])
        notes = (note for note in self.notes if note not in self._beside)
        return Text(
            alt,
            title=self.title,
            caption=self.caption,
            album=self.album,
            file=self.file,
            before=self.before,
            after=self.after,
            page_title=self.page_title,
            heading=self.heading,
            link=self.link,
            link_text=self.link_text,
            link_title=self.link_title,
            destination=self.destination,
            button=self.button,
            elsewhere=unlike(alt, self._role, self.others),
            unheard=self.unheard,
            same=self.same if same_text(alt, self.shown) else None,
            language=self.language,
            notes="\n".join(notes) or None,
            words="\n".join(filter(None, words)) or None,
            read=self.read,
            decision=decision,
            by_model=by_model,
            incomplete=(flags or {}).get(INCOMPLETE),
            stopped=stopped,
        )


def _said(use: Use, titles: Mapping[str, str]) -> Iterator[str]:
    """Every text of one place that is evidence."""
    said = (
        use.page_title,
        use.heading,
        use.caption,
        use.before,
        use.after,
        use.link_text,
        use.link_title,
        titles.get(use.link, ""),
        " ".join(address_words(use.link)),
    )
    return filter(None, said)


def _far(first: Use, uses: Sequence[Use], whole: str) -> frozenset[str]:
    """What stands in places that tell less than `first`, and in the rest of a text: as
    far as no nearer place has it too."""
    parts = list(Region)
    less = parts[max(parts.index(first.region), parts.index(Region.GALLERY)) + 1 :]
    near, far = set[str](), {whole}
    for use in uses:
        kept = far if use.region in less else near
        kept.update(_said(use, {}))
    return frozenset(filter(None, far - near))


def _is_unheard(use: Use) -> bool:
    return bool(use.place) and (use.hidden or use.kind is PictureKind.CSS)


def _leading(seen: Sequence[Use]) -> str | None:
    """Where an image leads that can be seen in these places; '' nowhere. None where
    that is not known (neither its page nor its text was read), or not the same
    everywhere.
    """
    links = {(use.functional, use.link if use.functional else "") for use in seen}
    unread = not all(use.tells_links for use in seen)
    if len(links) != 1 or (unread and links == {(False, "")}):
        return None
    return links.pop()[1]


def file_name(image: SiteImage) -> str:
    """The last part of the picture's address, else the image's name."""
    try:
        last = unquote(urlsplit(image.image_url or "").path).rsplit("/", 1)[-1]
    except ValueError:
        last = ""
    return last if "." in last else image.name
