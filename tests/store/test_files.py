"""What is known about the file of an image."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.sources.memory import MemorySource
from altsync.store import files
from altsync.store.files import KnownFile
from altsync.store.store import Store
from tests.scene import Scene, image

FIRST, SECOND = "1" * 64, "2" * 64


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        site = MemorySource([image("a/one", image_url="https://x.test/1")])
        made = Scene(site, store)
        made.pull()
        yield made


def test_an_image_that_no_model_has_seen(scene: Scene) -> None:
    with scene.store.read() as conn:
        assert files.known(conn, "a/one") == KnownFile("https://x.test/1", None)
        assert files.seen(conn, "a/one") is None


def test_the_last_file_that_a_model_saw_counts(scene: Scene) -> None:
    for sha256 in (FIRST, SECOND, None):
        scene.propose("a/one", "A text.", by="", image_sha256=sha256)
    with scene.store.read() as conn:
        assert files.known(conn, "a/one") == KnownFile("https://x.test/1", SECOND)
        assert files.seen(conn, "a/one") == SECOND


def test_an_image_that_is_not_in_the_mirror(scene: Scene) -> None:
    with scene.store.read() as conn:
        assert files.known(conn, "no/such") is None
        assert files.seen(conn, "no/such") is None
