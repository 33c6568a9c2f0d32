"""What stands around the pictures of a page, once all of it was walked.

Which words belong to a picture: those of its own part of the page; those of its own piece
alone where that is a teaser, which speaks of another page than its neighbours do.

Which heading: the one that it stands in; else the nearest before it among the words that
belong to it; else, in a piece of the page that begins with the picture, the first heading
after it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from altsync.models import PictureKind, Placed, Region, Use
from altsync.texts.words import (
    AROUND,
    CAPTION,
    SHORT,
    alike,
    beginning,
    ending,
    visible,
)
from altsync.uses import files
from altsync.uses.galleries import in_galleries
from altsync.uses.pictured import Found
from altsync.uses.spots import Heading, Link, Part, Section, Spot
from altsync.uses.teasers import Teasers
from altsync.uses.walking import Walk

_NO_LETTER = re.compile(r"[\W_]+")
_MOST_PASSED = 100
"""Headings of pieces that are passed on the way to one that governs a picture."""
_MOST_NAMED = 10
"""Elements that one attribute may point to."""

Scope = Part | Section


class Surroundings:
    """Of one walked page."""

    def __init__(self, url: str, root: Any, walk: Walk, pictures: list[Found]) -> None:
        self._url = url
        self._walk = walk
        self._pictures = pictures
        self._teasers = Teasers(url, walk.blocks)
        self._galleries = in_galleries([one for one in pictures if self._is_own(one)])
        self._named = _named(root, pictures)
        self._held: list[bool] = []

    @property
    def needs_main_text(self) -> bool:
        """Does a picture stand in what the page itself says, and is that more than is
        kept of it anyhow?"""
        if not any(map(self._is_own, self._pictures)):
            return False
        numbers = range(len(self._walk.blocks))
        said = (len(self._walk.blocks[n].text) for n in numbers if self._counts(n))
        return sum(said) > AROUND

    def hold(self, main_text: str) -> None:
        """Only what this text has counts as words of the page's content, if it has any
        of them."""
        whole = _letters(main_text)
        held = [_letters(block.text) in whole for block in self._walk.blocks]
        if whole and any(held):
            self._held = held

    def text(self, most: int) -> str:
        """The beginning of the words of the page's content."""
        found: list[str] = []
        length = 0
        for number, block in enumerate(self._walk.blocks):
            if block.spot.part.region is Region.MAIN and self._counts(number):
                found.append(block.text)
                length += len(block.text)
            if length > most:
                break
        return beginning(" ".join(found), most)

    def placed(self, found: Found, place: int, title: str) -> Placed:
        """A picture with everything around it."""
        scope = self._scope(found.spot)
        link = found.spot.link
        address = link.address if link else ""
        label = self._label(found, link)
        words = link.text or self._beside(found, link) if link else ""
        link_text = label or words
        heading = self._heading(found, scope)
        caption = self._caption(found)
        before, after = self._words(found, scope)
        use = Use(
            page_url=self._url,
            page_title=title,
            before=before,
            after=after,
            place=place,
            kind=found.kind,
            language=found.spot.language,
            region=self._region(found),
            heading=heading,
            caption=caption,
            link=address,
            link_text=link_text,
            labelled=bool(label),
            link_title=_link_title(found, link),
            to_file=files.same_file(address, found.addresses),
            button=found.kind is PictureKind.INPUT or bool(link and link.button),
            hidden=found.hidden,
            width=found.width,
            height=found.height,
            alt=found.alt,
            same=self._same(found, scope, (link_text, caption, heading)),
        )
        return Placed(use, found.kind, found.addresses, found.uuid)

    # Where

    def _scope(self, spot: Spot) -> Scope:
        """What a place belongs to: a teaser, or a part of the page."""
        if spot.part.region is not Region.MAIN:
            return spot.part
        return self._teasers.around(spot.section) or spot.part

    def _is_own(self, found: Found) -> bool:
        """In what the page itself says: neither in its margins nor in a teaser."""
        return self._scope(found.spot) is found.spot.content

    def _region(self, found: Found) -> Region:
        if isinstance(self._scope(found.spot), Section):
            return Region.TEASER
        return (
            Region.GALLERY if id(found) in self._galleries else found.spot.part.region
        )

    # Words

    @cached_property
    def _blocks(self) -> dict[int, list[int]]:
        """The numbers of the blocks of each scope."""
        return self._by_scope(range(len(self._walk.blocks)))

    @cached_property
    def _counted(self) -> dict[int, list[int]]:
        """Of these the ones that count as words of the scope."""
        counts = filter(self._counts, range(len(self._walk.blocks)))
        return self._by_scope(counts)

    def _by_scope(self, numbers: Iterable[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number in numbers:
            scope = self._scope(self._walk.blocks[number].spot)
            found.setdefault(id(scope), []).append(number)
        return found

    def _counts(self, number: int) -> bool:
        """A heading, a caption, what stands in no `main` text of its own, and what the
        extractor holds."""
        spot = self._walk.blocks[number].spot
        if spot.heading is not None or self._scope(spot) is not spot.content:
            return True
        if self._walk.has_main and not spot.main:
            return False
        return spot.caption is not None or not self._held or self._held[number]

    def _words(self, found: Found, scope: Scope) -> tuple[str, str]:
        numbers = self._counted.get(id(scope), [])
        at = bisect_left(numbers, found.at)
        before = _some(self._said(found, (numbers[n] for n in range(at - 1, -1, -1))))
        after = _some(self._said(found, (numbers[n] for n in range(at, len(numbers)))))
        return ending(" ".join(reversed(before))), beginning(" ".join(after))

    def _said(self, found: Found, numbers: Iterable[int]) -> Iterator[str]:
        """The words of blocks; the picture's own caption is told apart."""
        own = found.captioned()
        for number in numbers:
            block = self._walk.blocks[number]
            if own is None or block.spot.caption is not own:
                yield block.text

    def _same(self, found: Found, scope: Scope, texts: tuple[str, ...]) -> str:
        if not found.alt or found.alt.isspace():
            return ""
        numbers = self._blocks.get(id(scope), [])
        at = bisect_left(numbers, found.at)
        beside = (self._walk.blocks[n].text for n in numbers[max(at - 1, 0) : at + 1])
        return next((text for text in (*texts, *beside) if alike(text, found.alt)), "")

    # Headings

    @cached_property
    def _headings(self) -> dict[int, list[Heading]]:
        """Of each scope, in the order of the page."""
        found: dict[int, list[Heading]] = {}
        for heading in self._walk.headings:
            if (
                heading.text
                and heading.spot is not None
                and heading.spot.caption is None
            ):
                found.setdefault(id(self._scope(heading.spot)), []).append(heading)
        return found

    def _heading(self, found: Found, scope: Scope) -> str:
        if found.spot.heading is not None:
            return found.spot.heading.text
        nearest = self._nearest(found, scope)
        if nearest is None and isinstance(scope, Section):
            nearest = self._nearest(found, found.spot.part)
        return nearest.text if nearest else ""

    def _nearest(self, found: Found, scope: Scope) -> Heading | None:
        own = self._headings.get(id(scope), [])
        at = bisect_left(own, found.at, key=lambda heading: heading.at)
        last = own[max(at - _MOST_PASSED, 0) : at][::-1]
        around = {id(section) for section in _sections(found.spot)}
        open_ones = (heading for heading in last if _is_open(heading, around))
        before = next(open_ones, last[0] if last else None)
        after = own[at] if at < len(own) else None
        if after is not None and self._begins_with(found, scope, before, after):
            return after
        return before

    def _begins_with(
        self, found: Found, scope: Scope, before: Heading | None, after: Heading
    ) -> bool:
        """Does the piece that a picture stands in begin with it, so that the heading
        after it is its own?"""
        section = found.spot.section
        if section is scope:
            return before is None
        if section is None or not section.first <= after.at < section.last:
            return False
        if before is not None and before.at >= section.first:
            return False
        if section.kind == "article":
            return before is None or after.level <= before.level
        if section.kind == "section":
            return not self._teasers.words_between(section.first, after.at)
        return True

    # Captions and links

    def _caption(self, found: Found) -> str:
        own = found.captioned()
        if own is not None and own.text:
            return own.text
        return self._by_id(found.described_by, CAPTION) or found.caption

    def _label(self, found: Found, link: Link | None) -> str:
        """The name that a link or button bears itself."""
        if found.kind is PictureKind.INPUT:
            return found.label
        if link is None:
            return ""
        return self._by_id(link.labelled_by, SHORT) or link.label

    def _beside(self, found: Found, link: Link) -> str:
        """What names the link of a picture without a text: the other pictures in it."""
        if found.alt and not found.alt.isspace():
            return ""
        return visible(" ".join(self._in_links[id(link)][:_MOST_NAMED]), SHORT)

    @cached_property
    def _in_links(self) -> dict[int, list[str]]:
        """The texts of the pictures in each link."""
        found: dict[int, list[str]] = defaultdict(list)
        for one in self._pictures:
            if one.alt and not one.hidden:
                found[id(one.spot.link)].append(one.alt)
        return found

    def _by_id(self, names: str, most: int) -> str:
        texts = (self._named.get(name, "") for name in _ids(names))
        return visible(" ".join(texts), most)


def _sections(spot: Spot | None) -> Iterator[Section]:
    section = spot.section if spot else None
    while section is not None:
        yield section
        section = section.outer


def _is_open(heading: Heading, around: set[int]) -> bool:
    """A heading says nothing of what stands after its own item, card or article."""
    return all(
        section.kind == "section" or id(section) in around
        for section in _sections(heading.spot)
    )


def _ids(said: str) -> list[str]:
    return said.split(None, _MOST_NAMED)[:_MOST_NAMED]


def _named(root: Any, pictures: list[Found]) -> dict[str, str]:
    """The words of every element that a picture or its link points to, by its id."""
    pointed = [one.described_by for one in pictures]
    pointed += [one.spot.link.labelled_by for one in pictures if one.spot.link]
    wanted = {name for said in pointed for name in _ids(said)}
    if not wanted:
        return {}
    return {
        node.get("id"): visible(" ".join(islice(node.itertext(), 100)), CAPTION)
        for node in root.iter()
        if node.get("id") in wanted
    }


def _link_title(found: Found, link: Link | None) -> str:
    if found.kind is PictureKind.INPUT:
        return found.title
    return link.title if link else ""


def _some(texts: Iterator[str]) -> list[str]:
    """As many as are kept of the words on one side."""
    found: list[str] = []
    length = 0
    for text in texts:
        found.append(text)
        length += len(text) + 1
        if length > AROUND + 1:
            break
    return found


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())
