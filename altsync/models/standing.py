"""Where an image in a text stands, for people."""

from __future__ import annotations

from dataclasses import dataclass

from altsync.models.site import SiteImage, Tag


@dataclass(frozen=True, slots=True)
class WhereInText:
    """Where an image in a text stands: to be shown beside its id, which is long and says
    little. No part of any patch, nor of a plan's checksum.

    Texts are as in `SiteImage`; without a tag it is no image in a text, and nothing of
    it is shown.
    """

    tag: Tag | None = None
    page: str | None = None
    """What the page is called."""
    place: str | None = None
    before: str | None = None
    after: str | None = None
    heading: str | None = None
    link: str | None = None
    link_text: str | None = None

    @classmethod
    def of(cls, image: SiteImage) -> WhereInText:
        """That of an image of the mirror."""
        if image.tag is None:
            return IN_NO_TEXT
        return cls(
            image.tag,
            image.page_title,
            image.place,
            image.before,
            image.after,
            image.heading,
            image.link,
            image.link_text,
        )


IN_NO_TEXT = WhereInText()
"""That of an image field."""
