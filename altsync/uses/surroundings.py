"""What stands around the pictures of a page, once all of it was walked.

Which words belong to a picture: those of its own part of the page; those of its own piece,
where that is a teaser, which speaks of another page than its neighbours.

Which heading: the one that it stands in; else the nearest before it among the words that
belong to it; else, in an item of a list, a card, an article or a section that begins with
the picture, the first heading after it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from altsync.models import PictureKind, Placed, Region, Use
from altsync.uses import files
from altsync.uses.galleries import in_galleries
from altsync.uses.pictured import Found
from altsync.uses.spots import Caption, Heading, Link, Part, Section, Spot
from altsync.uses.walking import Walk
from altsync.uses.words import AROUND, CAPTION, SHORT, alike, beginning, ending, visible

_SHORT_PIECE = 1_000
"""Characters of a teaser; a longer piece is an article of its own."""
_NO_LETTER = re.compile(r"[\W_]+")

Scope = Part | Section


class Surroundings:
    """Of one walked page."""

    def __init__(self, url: str, root: Any, walk: Walk) -> None:
        self._url = url
        self._root = root
        self._walk = walk
        self._teasers: dict[int, Section | None] = {}
        self.pictures = _without_fallbacks(walk.pictures)
        self._held: list[bool] | None = None
        self._galleries = in_galleries(
            [
                found
                for found in self.pictures
                if found.spot.part.region is Region.MAIN
                and self._teaser(found.spot.section) is None
            ]
        )

    def hold(self, main_text: str) -> None:
        """Only what this text has counts as words of the page's content."""
        whole = _letters(main_text)
        self._held = [
            block.spot.heading is not None
            or block.spot.caption is not None
            or _letters(block.text) in whole
            for block in self._walk.blocks
        ]

    def text(self, most: int) -> str:
        """The beginning of the words of the page's content."""
        found: list[str] = []
        length = 0
        for number, block in enumerate(self._walk.blocks):
            if self._is_content(block.spot) and (not self._held or self._held[number]):
                found.append(block.text)
                length += len(block.text)
            if length > most:
                break
        return beginning(" ".join(found), most)

    def _is_content(self, spot: Spot) -> bool:
        """In the page's content: in `main`, where it has one."""
        inside = spot.main or not self._walk.has_main
        return inside and spot.part.region is Region.MAIN

    def placed(self, found: Found, place: int, title: str) -> Placed:
        """A picture with everything around it."""
        scope = self._scope(found.spot)
        link = found.spot.link
        link_text, link_title = self._link_words(found, link)
        heading = self._heading(found, scope)
        caption = self._caption(found)
        before, after = self._words(found, scope)
        address = link.address if link else ""
        use = Use(
            page_url=self._url,
            page_title=title,
            before=before,
            after=after,
            place=place,
            language=found.spot.language,
            region=self._region(found),
            heading=heading,
            caption=caption,
            link=address,
            link_text=link_text,
            link_title=link_title,
            to_file=bool(address) and files.same_file(address, found.addresses),
            button=found.kind is PictureKind.INPUT or bool(link and link.button),
            hidden=found.hidden,
            width=found.width,
            height=found.height,
            alt=found.alt,
            same=self._same(found, scope, (link_text, caption, heading)),
        )
        return Placed(use, found.kind, found.addresses, found.uuid)

    # Scopes and regions

    def _scope(self, spot: Spot) -> Scope:
        return self._teaser(spot.section) or spot.part

    def _region(self, found: Found) -> Region:
        if found.spot.part.region is not Region.MAIN:
            return found.spot.part.region
        if self._teaser(found.spot.section):
            return Region.TEASER
        return Region.GALLERY if id(found) in self._galleries else Region.MAIN

    def _teaser(self, section: Section | None) -> Section | None:
        """The innermost piece around that leads to another page."""
        if section is None:
            return None
        if id(section) not in self._teasers:
            own = section if self._leads_on(section) else None
            self._teasers[id(section)] = own or self._teaser(section.outer)
        return self._teasers[id(section)]

    def _leads_on(self, section: Section) -> bool:
        if section.whole or section.kind == "section":
            return False
        ways = [section.lead]
        if section.kind in ("li", "teaser"):
            ways.append(section.pictured)
        if section.kind == "teaser":
            ways.append(section.onward)
        if not any(self._is_elsewhere(way) for way in ways):
            return False
        blocks = self._walk.blocks[section.first : section.last]
        return 0 < sum(len(block.text) for block in blocks) <= _SHORT_PIECE

    def _is_elsewhere(self, address: str) -> bool:
        if not address or files.is_picture_file(address):
            return False
        return address.partition("#")[0] != self._url.partition("#")[0]

    @cached_property
    def _by_scope(self) -> dict[int, list[int]]:
        """The numbers of the blocks of each scope."""
        found: dict[int, list[int]] = {}
        for number, block in enumerate(self._walk.blocks):
            found.setdefault(id(self._scope(block.spot)), []).append(number)
        return found

    # Words

    def _words(self, found: Found, scope: Scope) -> tuple[str, str]:
        before, after = self._beside(found, scope, held=True)
        if before or after:
            return before, after
        return self._beside(found, scope, held=False)

    def _beside(self, found: Found, scope: Scope, *, held: bool) -> tuple[str, str]:
        numbers = self._by_scope.get(id(scope), [])
        at = bisect_left(numbers, found.at)
        before = _some(self._say(found, numbers[:at][::-1], held))
        after = _some(self._say(found, numbers[at:], held))
        return ending(" ".join(reversed(before))), beginning(" ".join(after))

    def _say(self, found: Found, numbers: list[int], held: bool) -> Iterator[str]:
        own = self._own_caption(found)
        for number in numbers:
            block = self._walk.blocks[number]
            if block.spot.part.region is Region.MAIN and not self._counts(number, held):
                continue
            if own is None or block.spot.caption is not own:
                yield block.text

    def _counts(self, number: int, held: bool) -> bool:
        """Is a block of the page's content one of its words? `held`: by the extractor
        too."""
        spot = self._walk.blocks[number].spot
        if spot.heading is not None:
            return True
        if held and self._held is not None and not self._held[number]:
            return False
        return self._is_content(spot)

    def _heading(self, found: Found, scope: Scope) -> str:
        if found.spot.heading is not None:
            return found.spot.heading.text
        own = [h for h in self._headings if self._scope_of(h) is scope and h.text]
        before = [h for h in own if h.at < found.at]
        near = before[-1] if before else None
        if isinstance(scope, Section):
            first = next((h for h in own if h.at >= found.at), None)
            return self._text(near or first) or self._heading(found, found.spot.part)
        return self._text(self._of_piece(found, own, near) or near)

    @cached_property
    def _headings(self) -> list[Heading]:
        return self._walk.headings

    def _scope_of(self, heading: Heading) -> Scope:
        assert heading.spot is not None
        return self._scope(heading.spot)

    @staticmethod
    def _text(heading: Heading | None) -> str:
        return heading.text if heading else ""

    def _of_piece(
        self, found: Found, own: list[Heading], near: Heading | None
    ) -> Heading | None:
        """The first heading after a picture that its own piece begins with."""
        section = found.spot.section
        if section is None or (near is not None and near.at >= section.first):
            return None
        after = next((h for h in own if found.at <= h.at < section.last), None)
        if after is None:
            return None
        if section.kind == "article":
            return after if near is None or after.level <= near.level else None
        between = self._walk.blocks[section.first : after.at]
        if section.kind == "section" and any(b.spot.caption is None for b in between):
            return None
        return after

    # Captions and links

    def _own_caption(self, found: Found) -> Caption | None:
        figure = found.spot.figure
        while figure is not None and figure.caption is None:
            figure = figure.outer
        return (
            (figure.caption if figure else None)
            or found.own_caption
            or found.spot.caption
        )

    def _caption(self, found: Found) -> str:
        own = self._own_caption(found)
        if own is not None and own.text:
            return own.text
        return self._by_id(found.described_by, CAPTION) or found.caption

    def _link_words(self, found: Found, link: Link | None) -> tuple[str, str]:
        if found.kind is PictureKind.INPUT:
            return found.label, found.title
        if link is None:
            return "", ""
        text = link.label or self._by_id(link.labelled_by, SHORT)
        return text or visible("".join(link.words), SHORT), link.title

    def _by_id(self, names: str, most: int) -> str:
        texts = (self._named.get(name, "") for name in names.split()[:10])
        return visible(" ".join(texts), most)

    @cached_property
    def _named(self) -> dict[str, str]:
        """The words of every element that another one points to."""
        wanted = {
            name
            for found in self.pictures
            for said in (
                found.described_by,
                found.spot.link and found.spot.link.labelled_by,
            )
            for name in (said or "").split()[:10]
        }
        return {
            node.get("id"): visible("".join(node.itertext())[: 2 * CAPTION])
            for node in self._root.iter()
            if wanted and node.get("id") in wanted
        }

    def _same(self, found: Found, scope: Scope, texts: tuple[str, ...]) -> str:
        if not found.alt or not found.alt.strip():
            return ""
        numbers = self._by_scope.get(id(scope), [])
        at = bisect_left(numbers, found.at)
        beside = [
            self._walk.blocks[number].text
            for number in numbers[max(at - 1, 0) : at + 1]
        ]
        return next((text for text in (*texts, *beside) if alike(text, found.alt)), "")


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


def _without_fallbacks(pictures: list[Found]) -> list[Found]:
    """What a `noscript` repeats for visitors without scripts counts once."""
    kept: list[Found] = []
    for number, found in enumerate(pictures):
        if not found.addresses and not found.uuid and not _follows(pictures, number):
            continue
        if found.spot.fallback and (twin := _twin(pictures, number)):
            if not twin.addresses or twin.addresses[0].startswith("data:"):
                twin.addresses = found.addresses
            continue
        if found.spot.fallback and (found.width or 9) <= 1:
            continue
        kept.append(found)
    return [found for found in kept if found.addresses or found.uuid]


def _follows(pictures: list[Found], number: int) -> bool:
    return number + 1 < len(pictures) and pictures[number + 1].spot.fallback


def _twin(pictures: list[Found], number: int) -> Found | None:
    """The picture whose fallback this one is: the one before it, or the one after."""
    own = pictures[number]
    for other in (number - 1, number + 1):
        if not 0 <= other < len(pictures) or pictures[other].spot.fallback:
            continue
        twin = pictures[other]
        empty = not twin.addresses or twin.addresses[0].startswith("data:")
        if empty or any(files.is_same(one, twin.addresses) for one in own.addresses):
            return twin
    return None
