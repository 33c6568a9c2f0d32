"""What models were asked in vain."""

from __future__ import annotations

from typing import Any

from altsync.store import ledger, reports, vain, worklist
from altsync.store.ledger import NewFailure
from altsync.store.worklist import Worklist
from tests.store.conftest import Shelf


def fail(shelf: Shelf, image: str, model: str = "m", **more: Any) -> None:
    with shelf.store.write() as tx:
        ledger.fail(tx, NewFailure(image, f"{model} had none.", model=model, **more))


def test_only_what_was_answered_counts(two: Shelf) -> None:
    """A model that was not reached may have a text yet."""
    fail(two, "a/1")
    with two.store.read() as conn:
        assert vain.count(conn) == 0
        assert vain.questions(conn, ["m"]) == {}
    fail(two, "a/1", work_key="key", question="asked")
    fail(two, "a/2", work_key="older than questions")
    fail(two, "a/2", "n", work_key="key 2", question="asked too")
    with two.store.read() as conn:
        assert vain.count(conn) == reports.status(conn).in_vain == 2
        assert vain.questions(conn, ["m"]) == {("a/1", "asked"): "m had none."}
        assert vain.questions(conn, ["n", "m"]) == {
            ("a/1", "asked"): "m had none.",
            ("a/2", "asked too"): "n had none.",
        }


def test_a_text_from_another_model_ends_it(two: Shelf) -> None:
    fail(two, "a/1", work_key="key", question="asked")
    two.propose("a/1", "A text.")
    with two.store.read() as conn:
        assert vain.count(conn) == 0


def test_a_work_list_of_those_alone_and_of_the_others(two: Shelf) -> None:
    fail(two, "a/1", work_key="key", question="asked")
    for chosen, expected in (
        (Worklist(in_vain=True), ["a/1"]),
        (Worklist(passed_over=("a/1",)), ["a/2"]),
        (Worklist(passed_over=("a/1",), limit=1), ["a/2"]),
    ):
        with two.store.read() as conn:
            found = [image.image.id for image in worklist.select(conn, chosen)]
            assert worklist.count(conn, chosen) == len(found)
        assert found == expected


def test_a_text_for_another_base_is_none(two: Shelf) -> None:
    for image in ("a/1", "a/2"):
        fail(two, image, work_key=image, question="asked")
    two.propose("a/1", "A text.", base="Something else.", model="n")
    two.propose("a/2", "A text.", base="", model="n")
    with two.store.read() as conn:
        assert vain.texts(conn, ["m", "n"]) == {("a/2", "n")}
        assert vain.texts(conn, ["m"]) == set()
