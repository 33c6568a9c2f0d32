"""Search by words: an image is found by what is said of it now, and by nothing else."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from altsync.models import SiteImage, State
from altsync.store import backup, export, importing, queue, search
from altsync.store.queue import Filter
from altsync.store.store import Store
from altsync.terms import asked, said
from tests.lengths import SHARED
from tests.scene import image
from tests.store.conftest import Shelf

SITE = ("https://example.org", "memory")
TYPABLE = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
WORDS = st.sampled_from(
    [
        "red",
        "redder",
        "Café",
        "IMG_1234",
        "東京タワー",
        "京",
        "🎉",
        "old town",
        '"',
        "*",
    ]
)


def found(shelf: Shelf, words: str) -> list[str]:
    with shelf.store.read() as conn:
        return sorted(search.found(conn, words))


def fill(shelf: Shelf, limit: int = search.STEP) -> int:
    with shelf.store.write() as tx:
        return search.fill(tx, limit)


@pytest.fixture
def park(shelf: Shelf) -> Shelf:
    """Three images with words everywhere, one of them proposed."""
    shelf.pull(
        image("park/IMG_1234", title="Café in the park", caption="Old town"),
        image("park/b", alt="A red bench, 東京タワー behind it."),
        image("zoo/c"),
    )
    shelf.propose("zoo/c", "Two redder pandas.")
    return shelf


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("cafe", "park/IMG_1234"),
        ("CAF", "park/IMG_1234"),
        ("1234", "park/IMG_1234"),
        ("img_12", "park/IMG_1234"),
        ("park", "park/IMG_1234 park/b"),
        ("park red", "park/b"),
        ("京タ", "park/b"),
        ("red", "park/b zoo/c"),
        ('"red"', "park/b"),
        ('"old town"', "park/IMG_1234"),
        ('"town old"', ""),
        ('"park old"', ""),
        ("pandas zoo", "zoo/c"),
        ("nowhere", ""),
        ("--", ""),
    ],
)
def test_words_are_found(park: Shelf, words: str, ids: str, filled: bool) -> None:
    """The same before the index knows them, and after."""
    if filled:
        assert fill(park) == 3
        assert fill(park) == 0
    assert found(park, words) == ids.split()


def test_the_queue_keeps_its_order_and_its_other_filters(park: Shelf) -> None:
    park.propose("park/b", "Red again.", base="A red bench, 東京タワー behind it.")
    wanted = Filter(words="red")
    with park.store.read() as conn:
        assert queue.count(conn, wanted) == 2
        assert queue.waiting(conn, wanted, 9) == ["park/b", "zoo/c"]
        assert queue.waiting(conn, wanted, 9, after="park/b") == ["zoo/c"]
        assert queue.waiting(conn, wanted, 9, before="zoo/c") == ["park/b"]
        assert queue.count(conn, Filter(words="red", album="zoo")) == 1
        assert queue.count(conn, Filter(State.MISSING, words="cafe")) == 1
        assert queue.count(conn, Filter(words="cafe")) == 0


def test_what_is_found_in_most_of_a_mirror(
    park: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked one by one; remembered until the index changes."""
    monkeypatch.setattr(search, "FEW", 1)
    fill(park)
    with park.store.read() as conn:
        assert queue.count(conn, Filter(State.MISSING, words="park")) == 1
        assert found(park, "park") == found(park, "park") != []
    park.pull(image("zoo/c", title="park"))
    fill(park)
    assert found(park, "park") == ["park/IMG_1234", "park/b", "zoo/c"]


def test_words_that_are_no_more_find_nothing(park: Shelf) -> None:
    fill(park)
    park.pull(
        image("park/IMG_1234", title="A bar"),
        image("park/b", alt="A red bench."),
    )
    for _ in range(2):
        assert found(park, "cafe") == []
        assert found(park, "bar") == ["park/IMG_1234"]
        assert found(park, "東京") == []
        assert found(park, "pandas") == ["zoo/c"], "gone, and known by its words"
        fill(park)


def test_an_image_that_an_owner_deleted_leaves_the_index(park: Shelf) -> None:
    fill(park)
    with contextlib.closing(sqlite3.connect(park.store.path)) as conn, conn:
        conn.execute("DELETE FROM images WHERE id = 'park/b'")
    for _ in range(2):
        assert found(park, "bench") == []
        fill(park)
    counts = "SELECT (SELECT count(*) FROM image_terms), count(*) FROM image_numbers"
    assert park.all(counts) == [(2, 2)]


def test_a_copy_and_an_import_find_the_same(park: Shelf, tmp_path: Path) -> None:
    """The index is in a backup, and in no export: it is made again."""
    fill(park)
    with park.store.snapshot() as conn:
        copy = backup.copy(conn, park.store.path)
        export.write(conn, tmp_path / "export")
    assert not [one for one in (tmp_path / "export").iterdir() if "terms" in one.name]
    importing.load(tmp_path / "export", park.store.path, SITE)
    for path in (copy, park.store.path):
        with Store.open(path) as store:
            other = Shelf(store)
            assert found(other, "red") == ["park/b", "zoo/c"]
            search.catch_up(store)
            assert found(other, "red") == ["park/b", "zoo/c"]
            assert found(other, "1234") == ["park/IMG_1234"]
            assert other.all("SELECT * FROM terms_due") == []
    importing.load(tmp_path / "export", park.store.path, SITE)


@given(TYPABLE, TYPABLE)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=SHARED,
)
def test_whatever_is_typed_finds_or_finds_nothing(
    park: Shelf, typed: str, title: str
) -> None:
    fill(park)
    with park.store.write() as tx:
        tx.execute("UPDATE images SET title = ? WHERE id = 'zoo/c'", (title,))
    fill(park)
    found(park, typed)
    for word in title.split():
        assert not asked(word) or "zoo/c" in found(park, word), word


class Searched(RuleBasedStateMachine):
    """Pulls, candidates, VACUUM and half-filled indexes, against the words themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "altsync.db"
        self.shelf = Shelf(Store.open(path, create=True))
        self.shelf.store.claim(*SITE)
        self.site: dict[str, SiteImage] = {}
        self.texts: dict[str, list[str]] = {}

    def teardown(self) -> None:
        self.shelf.store.close()
        self.folder.cleanup()

    @rule(
        name=st.sampled_from("abcd"),
        title=st.lists(WORDS, max_size=3).map(" ".join),
        alt=WORDS | st.none(),
    )
    def pull(self, name: str, title: str, alt: str | None) -> None:
        self.site[f"x/{name}"] = image(f"x/{name}", title=title, alt=alt)
        self.texts.setdefault(f"x/{name}", [])
        self.shelf.pull(*self.site.values())

    @rule(name=st.sampled_from("abcd"))
    def leave(self, name: str) -> None:
        if len(self.site) > 1 and f"x/{name}" in self.site:
            del self.site[f"x/{name}"]
            self.shelf.pull(*self.site.values())

    @rule(name=st.sampled_from("abcd"), text=WORDS)
    def propose(self, name: str, text: str) -> None:
        if f"x/{name}" in self.site:
            self.shelf.propose(f"x/{name}", text)
            self.texts[f"x/{name}"].append(text)

    @rule(limit=st.integers(1, 4))
    def fill(self, limit: int) -> None:
        fill(self.shelf, limit)

    @rule()
    def vacuum(self) -> None:
        self.shelf.store.conn.execute("VACUUM")

    @invariant()
    def finds_what_is_said(self) -> None:
        known = "SELECT id, title, caption, alt FROM images"
        words = {
            one: said([one, *texts, *self.texts[one]])
            for one, *texts in self.shelf.all(known)
        }
        for typed in ("red", '"red"', "1234", "cafe", "京", "東京", "🎉", "red old"):
            phrases = asked(typed)
            assert found(self.shelf, typed) == sorted(
                one
                for one, text in words.items()
                if all(phrase.stands_in(text) for phrase in phrases)
            )


TestSearched = Searched.TestCase
TestSearched.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
