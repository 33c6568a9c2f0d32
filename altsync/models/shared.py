"""One picture at several places: the images of it, and what each place makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from altsync.models.site import Mirrored, fold
from altsync.models.standing import WhereInText
from altsync.models.use import Match, PictureKind, Use


class Roles(StrEnum):
    """How alike the roles are that one picture has at its places, the least first."""

    ONE_TEXT = "unlike-one-text"
    """Unlike, and two images say the same there: a link here, an illustration there."""
    UNLIKE = "unlike"
    """It is a link or button at some places, and at others none, or to another page."""
    ALIKE = "alike"
    """As far as that is known."""

    @property
    def unlike(self) -> bool:
        """What serves one place need not serve another."""
        return self is not Roles.ALIKE


@dataclass(frozen=True, slots=True)
class SharedImage:
    """One image of a picture that has several."""

    mirrored: Mirrored
    uses: tuple[Use, ...]
    """Every place of it that is known, the most telling first."""
    says: str | None
    """What is heard at its places: its own text, or its medium's where it inherits."""
    followers: int = 0
    """Of a medium: so many embeds show its text."""

    @property
    def roles(self) -> frozenset[str]:
        """What it is at its places, as far as listeners get it: an address that it leads
        to, "button", or '' for a picture and no more."""
        return frozenset(role(use) for use in self.uses if is_heard(use))


@dataclass(frozen=True)
class SharedPicture:
    """All images of one picture."""

    asked: str
    """The image that was asked for, or the first."""
    images: tuple[SharedImage, ...]
    """That one first, then by id."""
    more: int = 0
    """So many further images were not looked at."""

    @cached_property
    def places(self) -> int:
        """At how many places it stands, as far as that is known. An embedded medium and
        the image of the medium share theirs."""
        embedded = {one.mirrored.image.medium for one in self.images}
        apart = [
            one for one in self.images if one.mirrored.image.entity not in embedded
        ]
        in_texts = sum(use.match is Match.TEXT for one in apart for use in one.uses)
        read = {
            _spot(use)
            for one in self.images
            for use in one.uses
            if use.match is not Match.TEXT
        }
        return in_texts + len(read) + sum(not one.uses for one in apart)

    def own_uses(self, one: SharedImage) -> list[Use]:
        """Its places, without those of texts that embed it, which are images themselves."""
        if one.mirrored.image.in_text:
            return list(one.uses)
        return [
            use
            for use in one.uses
            if use.match is not Match.TEXT and _spot(use) not in self._in_texts
        ]

    @cached_property
    def _in_texts(self) -> set[tuple[str, int]]:
        """The places that images in texts have on pages that were read."""
        tags = (one for one in self.images if one.mirrored.image.in_text)
        return {_spot(use) for one in tags for use in one.uses}

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What it is said to show, each text once."""
        said = (one.says for one in self.images)
        return tuple(dict.fromkeys(text for text in said if text))

    @cached_property
    def alike(self) -> Roles:
        """How alike its places are."""
        roles = [one.roles for one in self.images if one.roles]
        if len(frozenset().union(*roles)) < 2:
            return Roles.ALIKE
        by_text: dict[str, set[frozenset[str]]] = {}
        for one in self.images:
            if one.says and one.roles:
                by_text.setdefault(fold(one.says), set()).add(one.roles)
        if any(len(found) > 1 for found in by_text.values()):
            return Roles.ONE_TEXT
        return Roles.UNLIKE


@dataclass(frozen=True, slots=True)
class PictureInShort:
    """One line of the list of pictures that stand in several places."""

    image: str
    """One of its images, by which to ask for all."""
    title: str | None
    where: WhereInText
    images: int
    places: int
    texts: tuple[str, ...]
    alike: Roles
    at_least: bool = False
    """It has more images than were looked at."""


def is_heard(use: Use) -> bool:
    """A text of it reaches listeners there, and whether it is a link there is known."""
    seen = use.kind in (PictureKind.IMG, PictureKind.INPUT) and not use.hidden
    return seen and use.tells_links


def role(use: Use) -> str:
    """What an image is at a place: an address that it leads to, "button", or ''."""
    if use.button:
        return "button"
    return use.link if use.functional else ""


def _spot(use: Use) -> tuple[str, int]:
    return use.page_url, use.place
