"""The canary: the first few, and whether the site kept to what it confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync import canary
from altsync.models import Change, Converged, Label
from altsync.plan import Permissions
from tests.scene import Scene, scene

ALL = Permissions(replace_human=True)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    made = scene(tmp_path)
    for n, image in enumerate(made.site.ids):
        made.propose(image, f"Machine text {n}.")
    yield made
    made.store.close()


def test_first_and_rest_are_the_plan(loop: Scene) -> None:
    loop.site.edit("cats/one", alt="Machine text 0.")
    loop.pull()
    entries = loop.plan(ALL)
    assert [type(e) for e in entries].count(Converged) == 1
    whole = loop.summary(entries)
    for number in (1, 3, 99):
        first, rest = (
            list(canary.first(entries, number)),
            list(canary.rest(entries, number)),
        )
        assert [e for e in first + rest if isinstance(e, Change)] == [
            e for e in entries if isinstance(e, Change)
        ]
        assert [type(e) for e in rest].count(Converged) == 1, (
            "what has converged is recorded once, with the rest"
        )
        part = canary.part(whole, first)
        assert (part.changes, part.checksum) == (min(number, 6), whole.checksum)


def test_what_was_edited_unlabelled_or_removed_has_strayed(loop: Scene) -> None:
    entries = [e for e in loop.plan(ALL) if isinstance(e, Change)]
    done = loop.send(entries)
    applied = {e.image for e in entries}
    assert done.applied == 7
    loop.site.stale = True
    assert canary.read_back(loop.source, loop.store, entries, applied) == []
    loop.site.edit("cats/one", alt="Cut.")
    loop.site.edit("dogs/one", label=Label.HUMAN)
    loop.site.remove("dogs/two")
    strayed = {
        one.image: one
        for one in canary.read_back(loop.source, loop.store, entries, applied)
    }
    assert set(strayed) == {"cats/one", "dogs/one", "dogs/two"}
    assert strayed["cats/one"].says == "Cut."
    assert strayed["dogs/one"].label
    assert strayed["dogs/two"].says is None
    assert canary.read_back(loop.source, loop.store, entries, {"cats/two"}) == []
