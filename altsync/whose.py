"""Whose words a text on the site is, decided when a pull sees it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from altsync.models import Label, Origin, SiteImage, is_blank, is_typed_blank, same_text


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What altsync has on record about an image before this pull."""

    alt: str | None
    label: Label | None
    origin: Origin | None
    pushed: bool = False
    """altsync has tried to set this image's text (so a label `ai` may be its own, about
    an older text)."""
    had_text: bool = False
    """Some text was seen here before (so a label `ai` may be about that one)."""
    ours: Origin | None = None
    """The text that the site has now is one that altsync sent to this image, at the
    place where it stands: its candidate's origin."""
    place: str | None = None
    """As in `SiteImage`."""
    label_is_new: bool = False
    """The label was not read before, or may have been read in another way: what it said
    then does not tell whether it says something else now."""
    one_text: bool = True
    """No other text than the one that the site has now was ever seen here."""


def who_wrote(now: SiteImage, known: OnRecord | None) -> Origin | None:
    """Whose text the site has now; None where there is no text and nobody decided that.

    In doubt it is a person's. A label other than `ai` says so outright. A text that
    changed while the label kept saying `ai` was edited by somebody who did not know of
    labels. A label `ai` is believed for a text that was there at the first look, that
    is the first this image ever had, or that came together with the label; one that
    altsync did not read before may be older than the text. A label that is not read any
    more unsays nothing. A blank that somebody typed is a person's decision that the image
    only decorates, until it is removed again.
    """
    blank = is_blank(now.alt)
    if now.in_text:
        return _who_wrote_in_text(now, known, blank)
    if now.label is not None and now.label is not Label.AI:
        return None if now.alt is None else Origin.HUMAN  # '' and labelled: on purpose

    if known is not None and known.ours is not None:
        return Origin.HUMAN if _is_vouched_for(now, known) else known.ours
    if is_typed_blank(now.alt):
        return Origin.HUMAN

    says_ai = now.label is Label.AI
    if known is None:
        if blank:
            return None
        return Origin.AI if says_ai else Origin.HUMAN

    perhaps_our_label = known.label is None and known.pushed
    relabelled = says_ai and known.label is not Label.AI and not perhaps_our_label
    if known.label_is_new and not known.one_text:
        relabelled = False
    removed = is_typed_blank(known.alt)
    if same_text(now.alt, known.alt) and not relabelled and not removed:
        return known.origin

    if blank:
        return None
    first_text = says_ai and not known.had_text and not known.pushed
    return Origin.AI if relabelled or first_text else Origin.HUMAN


def _is_vouched_for(now: SiteImage, known: OnRecord) -> bool:
    """A label said that the text is a person's, and is not read now."""
    same = same_text(now.alt, known.alt)
    return same and known.origin is Origin.HUMAN and not now.has_label


def _who_wrote_in_text(
    now: SiteImage, known: OnRecord | None, blank: bool
) -> Origin | None:
    """The same for an image in a text, which has no label.

    Where one picture stands more than once in a text, its tags are told apart by their
    order and the words around them alone: once those have moved, a text is a person's,
    whatever it says and whoever sent it. An empty alt is somebody's wish there, since no
    editor writes one unasked: without a text a tag has no alt at all.
    """
    if known is not None:
        if now.place != known.place and not blank:
            return Origin.HUMAN
        if now.place == known.place and same_text(now.alt, known.alt):
            return known.origin
        if known.ours is not None:
            return known.ours
    if blank and now.alt is None:
        return None
    return Origin.HUMAN
