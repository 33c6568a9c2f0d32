"""The names that the mirror knows."""

from __future__ import annotations

import pytest

from altsync.models import Verdict
from altsync.store import on_record
from tests.scene import image
from tests.store.conftest import Shelf


def test_every_name_that_is_on_record(shelf: Shelf) -> None:
    shelf.pull(image("b/1", "", language="nl"), image("a/1", ""), image("gone/1", ""))
    shelf.pull(image("b/1", "", language="nl"), image("a/1", ""))
    candidate = shelf.propose("a/1", "A dog.", model="m", resolved_model="m-2026")
    shelf.propose("b/1", "A person's.", model=None)
    shelf.judge(candidate, Verdict.UNSURE, by="anna", asked="otto")
    with shelf.store.read() as conn:
        assert on_record.albums(conn) == ["a", "b", "gone"]
        assert on_record.models(conn) == ["m", "m-2026"]
        assert on_record.languages(conn) == ["nl"]
        assert on_record.people(conn) == ["anna", "otto"]
        assert on_record.run(conn, "pull", 2) == (True, 2)
        assert on_record.run(conn, "pull", 3) == (False, 2)
        assert on_record.run(conn, "push", 1) == (False, 0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("in-the-mountain/high", "in-the-mountains/high"),
        ("in-the-mountains/hihg", "in-the-mountains/high"),
        ("elsewhere/high", "in-the-mountains/high"),
        ("hihg", None),
        ("high", "in-the-mountains/high"),
        ("space/zzz-zzz-zzz-zzz", None),
    ],
)
def test_the_image_that_was_meant(shelf: Shelf, typed: str, meant: str | None) -> None:
    ids = ("in-the-mountains/high", "in-the-mountains/low", "space/deep-field")
    shelf.pull(*(image(one, "") for one in ids))
    with shelf.store.read() as conn:
        assert on_record.near_image(conn, typed) == meant
