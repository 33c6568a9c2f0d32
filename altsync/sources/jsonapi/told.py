"""What a listing tells the owner of images that altsync will never write, or cannot see
whole. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from altsync.models import OutOfReach
from altsync.render.text import count
from altsync.sources.jsonapi import says

_NAMED = 3
"""Items of a kind that a note names."""


def out_of_reach(counts: Mapping[OutOfReach, int], undecided: int) -> Iterator[str]:
    """What altsync lists and will never write, or cannot place."""
    inline, unused = counts[OutOfReach.INLINE], counts[OutOfReach.UNUSED]
    if inline:
        yield (
            f"{count(inline, 'image')} in blocks of one Layout Builder page: seen, and"
            f" never written. {says.see('inline-blocks')}"
        )
    if unused:
        yield (
            f"{count(unused, 'image')} in paragraphs that no page shows: kept, and"
            f" nothing is proposed for them. {says.see('paragraphs')}"
        )
    external = counts[OutOfReach.EXTERNAL]
    if external:
        yield (
            f"{count(external, 'picture')} in texts that lie on other hosts, or in the text"
            " itself: judged, and nothing is proposed for them unless altsync.toml says"
            f" texts_external = true. {says.see('texts')}"
        )
    if undecided:
        yield (
            f"{count(undecided, 'image')} in paragraphs of which this login cannot see"
            f" whether a page shows them: taken as before. {says.see('paragraphs')}"
        )


def unseen_media(number: int) -> Iterator[str]:
    if number:
        yield (
            f"{count(number, 'medium', 'media')} that texts embed: not shown to this login,"
            " or not on the site. What embeds one is an image without a picture."
            f" {says.see('texts')}"
        )


def left_alone(numbers: Mapping[str, int]) -> Iterator[str]:
    """`numbers`: by the item whose texts hold them."""
    if numbers:
        where = ", ".join(list(numbers)[:_NAMED]) + ", …" * (len(numbers) > _NAMED)
        yield (
            f"{count(sum(numbers.values()), 'picture')} in texts ({where}) of which"
            " browsers and Drupal need not agree what they are, as in a CDATA section or"
            " with two alts in one tag: left alone."
            f" {says.see('texts')}"
        )


def unread(why: Mapping[str, str]) -> Iterator[str]:
    """`why`: by the type whose texts could not be read."""
    for kind, reason in sorted(why.items()):
        yield (
            f"The texts of {kind} could not be read, so their pictures stay as they were."
            f" {reason}"
        )


def unasked(fields: Sequence[str], most: int = 8) -> Iterator[str]:
    """Fields that may hold texts, and were too many to ask about."""
    if fields:
        more = f" and {len(fields) - most} more" if len(fields) > most else ""
        yield (
            f"Not looked at, for there are too many: {', '.join(fields[:most])}{more}. Name"
            f" those whose texts hold pictures in jsonapi.texts. {says.see('texts')}"
        )
