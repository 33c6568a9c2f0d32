"""What becomes of an image's long description on the site: sent along with its text, kept
back, or taken back with it. Pure.

The field belongs to the entity, so it is one for all its images; and what altsync did not
write there is a person's, whom no permission overrides.
"""

from __future__ import annotations

from dataclasses import dataclass

from altsync.models import PlanRow, RevertRow, is_blank, same_text


@dataclass(frozen=True, slots=True)
class Described:
    """What a change says of it."""

    change: tuple[str, str] | None = None
    """Before and after; None: it stays as it is."""
    kept_back: str = ""
    """Why it stays although there is one to send, as half a sentence."""
    conflict: str = ""
    """Why nothing of the image may be taken back."""


NOTHING = Described()
PERSONS = "the site has one there that altsync did not write for this image"
NO_FIELD = "the site has no field for it any more"
MOVED = "the site's long description is another one now: somebody was there"


class Claims:
    """Which image of an entity has its field, in one run through the rows of a plan: the
    first that wants it. Neighbours share an entity and a language."""

    def __init__(self) -> None:
        self._place: tuple[str, str | None] | None = None
        self._image = ""

    def holder(self, row: PlanRow) -> str:
        """The other image that has it; '' for none."""
        return self._image if self._place == (row.entity, row.language) else ""

    def take(self, row: PlanRow) -> None:
        """This image's is sent."""
        self._place, self._image = (row.entity, row.language), row.image


def to_send(row: PlanRow, holder: str) -> Described:
    """Of a candidate. Sent only where nothing stands there, or what altsync sent this
    very image last; `holder`: another image of its entity that fills the field."""
    now, new = row.site_description, row.description
    if now is None or not new or same_text(now, new):
        return NOTHING
    if holder:
        return Described(kept_back=f"the one field of its item takes that of {holder}")
    if is_blank(now) or same_text(now, row.sent_description):
        return Described((now, new))
    return Described(kept_back=PERSONS)


def to_take_back(row: RevertRow) -> Described:
    """Of a journal row: what stood there before it comes back, to the byte."""
    now, sent, former = (
        row.site_description,
        row.sent_description,
        row.former_description,
    )
    if sent is None or former is None:
        return NOTHING
    if now is None:
        return Described(kept_back=NO_FIELD)
    if now == former:
        return NOTHING
    if not same_text(now, sent):
        return Described(conflict=MOVED)
    return Described((now, former))
