"""Which images the reference model is still to be asked about."""

from __future__ import annotations

import pytest

from altsync.models import Origin, Verdict
from altsync.store import compared, ledger
from altsync.store.compared import Among
from altsync.store.ledger import NewFailure
from tests.scene import image
from tests.store.conftest import Shelf


@pytest.fixture
def proposed(shelf: Shelf) -> Shelf:
    """Five images, three of which have a text by a model that waits."""
    shelf.pull(
        image("a/1"),
        image("a/2"),
        image("b/3"),
        image("b/4"),
        image("b/5", "A person's."),
    )
    with shelf.store.write() as tx:
        run = ledger.begin(tx, '["m"]', "{}", None, None)
    shelf.propose("a/1", "One.", model="m")
    shelf.propose("a/2", "Two.", model="m", run_id=run)
    shelf.propose("b/3", "Three.", model="m")
    shelf.propose("b/5", "Five.", model="m", base="A person's.")
    return shelf


def waiting(shelf: Shelf, among: Among | None = None) -> list[str]:
    return compared.waiting(shelf.store.conn, "strong", among or Among())


def test_texts_of_models_that_wait(proposed: Shelf) -> None:
    """A suggestion for a person's words only where it is named."""
    assert waiting(proposed) == ["a/1", "a/2", "b/3"]
    assert waiting(proposed, Among(album="b")) == ["b/3"]
    assert waiting(proposed, Among(run=1)) == ["a/2"]
    assert waiting(proposed, Among(images=("b/3", "b/5"))) == ["b/3", "b/5"]


def test_not_what_was_judged_or_asked_already(proposed: Shelf) -> None:
    proposed.judge(1, Verdict.REJECTED)
    proposed.propose("a/2", "Two dogs.", model="strong", reference=True)
    assert waiting(proposed) == ["b/3"]
    failure = NewFailure("b/3", "It refused.", model="strong", work_key="k")
    with proposed.store.write() as tx:
        ledger.fail(tx, failure)
    assert waiting(proposed) == []


def test_not_a_persons_own(shelf: Shelf) -> None:
    shelf.pull(image("a/1"))
    shelf.propose("a/1", "Mine.", origin=Origin.HUMAN, model=None)
    assert waiting(shelf) == []
