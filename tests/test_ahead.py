"""How many images an inventory has, before they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from altsync import ahead
from altsync.errors import BadAnswer, SourceError
from altsync.models import SiteImage
from altsync.sources.base import Unread


class Names:
    """A listing of ids; `inventory`: an owner's."""

    complete = True
    notes: Sequence[str] = ()

    def __init__(self, *ids: str, inventory: bool = True, breaks: bool = False) -> None:
        self.inventory = inventory
        self.given = 0
        self._ids = ids
        self._breaks = breaks

    def __iter__(self) -> Iterator[str | SiteImage | Unread]:
        for one in self._ids:
            self.given += 1
            yield one
        if self._breaks:
            raise BadAnswer("Cut.")


def test_an_inventory_says_how_many_images_it_has() -> None:
    items, total = ahead.of(Names("a/1", "a/2", "a/1"))
    assert list(items) == ["a/1", "a/2", "a/1"]
    assert total == 2
    assert ahead.of(Names())[1] == 0


def test_what_a_site_lists_itself_comes_as_it_is_asked_for() -> None:
    listing = Names("a/1", inventory=False)
    items, total = ahead.of(listing)
    assert (total, listing.given) == (None, 0)
    assert list(items) == ["a/1"]


def test_a_long_inventory_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "MOST", 2)
    listing = Names("a/1", "a/2", "a/3")
    items, total = ahead.of(listing)
    assert (total, listing.given) == (None, 2)
    assert list(items) == ["a/1", "a/2", "a/3"]


def test_an_error_comes_after_what_was_named_before_it() -> None:
    items, total = ahead.of(Names("a/1", breaks=True))
    assert total is None
    named = iter(items)
    assert next(named) == "a/1"
    with pytest.raises(SourceError, match="Cut"):
        next(named)
