"""Facts that the store gives and the pages and reports show."""

from __future__ import annotations

from dataclasses import dataclass

from altsync.models.candidate import Finding, Severity
from altsync.models.site import Flat, Origin


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a page shows an image, with the words around it; '' where none
    are known."""

    page_url: str
    page_title: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding about one image, with what a person needs to go and look."""

    image: str
    album: str
    alt: str | None
    finding: Finding
    page: str | None = None
    """The page where the image is used, where the source knows it."""
    picture: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """All remarks of one rule and severity, by image id."""

    rule: str
    severity: Severity
    sentence: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """What the rules say about `images` images, `flagged` of which have a finding."""

    images: int
    flagged: int
    groups: tuple[Group, ...]

    def reaches(self, level: Severity) -> bool:
        """Whether any finding is as grave as `level`, or graver."""
        return any(group.severity.gravity <= level.gravity for group in self.groups)


@dataclass(frozen=True, slots=True)
class Moved:
    """One image that differs between two moments of the site; None where it was not there.

    Only what both moments know is compared: history remembers alt and label, an export
    every field.
    """

    image: str
    album: str
    before: Flat | None
    after: Flat | None
    origin: Origin | None = None
    """Whose text the later moment has."""
    model: str | None = None
