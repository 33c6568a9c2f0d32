"""What the site said at a moment, and what two moments differ in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from altsync.errors import OtherSite, StoreError, UsageError
from altsync.models import Flat, Label, Moved, Origin
from altsync.store import export, history, moments
from altsync.store.moments import Image
from altsync.store.store import Store
from tests.scene import Scene, image, scene
from tests.store.conftest import Shelf


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    made = scene(tmp_path)
    yield made
    made.store.close()


def between(
    loop: Scene, since: str | None, until: str | None = None
) -> dict[str, Moved]:
    with (
        loop.store.snapshot() as conn,
        moments.moment(loop.store, conn, since) as a,
        moments.moment(loop.store, conn, until) as b,
    ):
        return {m.image: m for m in moments.compare(a.images(), b.images())}


def test_moments_keep_null_and_empty_apart_and_see_what_came_and_went(
    loop: Scene, tmp_path: Path
) -> None:
    with loop.store.snapshot() as conn:
        export.write(conn, tmp_path / "before")
    loop.site.edit("cats/two", alt="")
    loop.site.remove("dogs/one")
    loop.site.add(loop.site.now("cats/one").__class__("zoo/new", "zoo", "new", "New."))
    loop.pull(allow_shrink=True)
    found = between(loop, str(tmp_path / "before"))
    assert set(found) == {"cats/two", "dogs/one", "zoo/new"}
    assert (found["cats/two"].before or {})["alt"] is None
    assert (found["cats/two"].after or {})["alt"] == ""
    assert found["dogs/one"].after is None
    assert found["zoo/new"].before is None
    assert between(loop, str(tmp_path / "before"), str(tmp_path / "before")) == {}
    with loop.store.snapshot() as conn:
        export.write(conn, tmp_path / "after")
    assert set(between(loop, str(tmp_path / "before"), str(tmp_path / "after"))) == set(
        found
    )
    assert set(between(loop, str(loop.store.path), str(tmp_path / "before"))) == set(
        found
    )


def test_exports_and_databases_know_what_stands_there_at_length(
    loop: Scene, tmp_path: Path
) -> None:
    """Dates and pushes do not: of them alt and label are remembered."""
    before, after = str(tmp_path / "before"), str(tmp_path / "after")
    loop.site.edit("cats/one", long_description="")
    loop.pull()
    with loop.store.snapshot() as conn:
        export.write(conn, tmp_path / "before")
    loop.propose("cats/one", "A cat.", long_description="# A cat")
    number = loop.push().push_id
    with loop.store.snapshot() as conn:
        export.write(conn, tmp_path / "after")
    for since, until in ((before, None), (before, after)):
        moved = between(loop, since, until)["cats/one"]
        assert (moved.before or {}).get("long_description") == ""
        assert (moved.after or {}).get("long_description") == "# A cat"
    assert "long_description" not in (
        between(loop, str(number))["cats/one"].after or {}
    )


def test_a_push_names_the_moment_before_it(loop: Scene) -> None:
    loop.propose("cats/one", "First.")
    first = loop.push().push_id
    loop.propose("cats/two", "Second.")
    second = loop.push().push_id
    assert set(between(loop, str(first))) == {"cats/one", "cats/two"}
    assert set(between(loop, str(second))) == {"cats/two"}
    assert set(between(loop, str(first), str(second))) == {"cats/one"}
    back = loop.revert(second).push_id
    assert set(between(loop, str(first))) == {"cats/one"}, (
        "what was taken back is as it was"
    )
    assert set(between(loop, str(back))) == {"cats/two"}


def test_what_altsync_sent_names_its_model(loop: Scene) -> None:
    first = loop.propose("cats/one", "First.")
    second = loop.propose("cats/two", "Second.")
    push = loop.push().push_id
    (model,) = loop.store.conn.execute(
        "SELECT DISTINCT model FROM candidates WHERE id IN (?, ?)", (first, second)
    ).fetchone()
    assert model
    loop.site.edit("cats/two", alt="Hers.")
    loop.pull()
    for until in (None, "9999-01-01"):
        found = between(loop, str(push), until)
        assert {one.image: one.model for one in found.values()} == {
            "cats/one": model,
            "cats/two": None,
        }


@pytest.mark.parametrize("name", ["99", "yesterday", "no/such/dir"])
def test_what_names_no_moment_is_said(loop: Scene, name: str) -> None:
    with pytest.raises(UsageError):
        between(loop, name)


def test_other_sites_and_other_files_are_refused(loop: Scene, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with Store.open(tmp_path / "other" / "x.db", create=True) as other:
        other.claim("https://other.example", "memory")
        with other.snapshot() as conn:
            export.write(conn, tmp_path / "out")
    with pytest.raises(OtherSite):
        between(loop, str(tmp_path / "other" / "x.db"))
    with pytest.raises(OtherSite):
        between(loop, str(tmp_path / "out"))
    (tmp_path / "notes.txt").write_text(
        "hello, this is no database at all, whatever it may be"
    )
    with pytest.raises(StoreError, match="no database"):
        between(loop, str(tmp_path / "notes.txt"))
    with pytest.raises(UsageError, match="no export"):
        between(loop, str(tmp_path / "other"))


def test_every_field_that_a_moment_knows(loop: Scene) -> None:
    with (
        loop.store.snapshot() as conn,
        moments.moment(loop.store, conn, None) as now,
        moments.moment(loop.store, conn, "9999-01-01") as seen,
    ):
        assert (now.name, seen.name) == ("now", "9999-01-01")
        told = {one.id: one for one in now.images()}
        known = {one.id: one for one in seen.images()}
        assert [one.place for one in now.images()] == sorted(
            one.place for one in told.values()
        )
    flat: Flat = {"alt": None, "title": "Two", "caption": "A cat"}
    assert told["cats/two"] == Image("cats", "cats/two", flat, None)
    flat = {"alt": "", "title": None, "caption": None, "label": "ai"}
    assert told["dogs/one"] == Image("dogs", "dogs/one", flat, None)
    assert known["dogs/one"] == Image(
        "dogs", "dogs/one", {"alt": "", "label": "ai"}, None
    )
    assert told["cats/three"].origin is known["cats/three"].origin is Origin.HUMAN


def test_only_what_both_moments_know_is_compared() -> None:
    before = [
        Image("a", "a/1", {"alt": "One.", "title": "Old."}, None),
        Image("a", "a/2", {"alt": "Two.", "label": None}, None),
        Image("b", "b/1", {"alt": "Gone."}, Origin.HUMAN),
    ]
    after = [
        Image("a", "a/1", {"alt": "One."}, Origin.AI),
        Image("a", "a/2", {"alt": "Two.", "label": "ai", "title": "T"}, Origin.AI),
        Image("a", "a/3", {"alt": "New."}, Origin.AI),
    ]
    assert list(moments.compare(iter(before), iter(after))) == [
        Moved(
            "a/2",
            "a",
            {"alt": "Two.", "label": None},
            {"alt": "Two.", "label": "ai"},
            Origin.AI,
        ),
        Moved("a/3", "a", None, {"alt": "New."}, Origin.AI),
        Moved("b/1", "b", {"alt": "Gone."}, None, Origin.HUMAN),
    ]


def test_a_moment_sees_what_was_there_then(loop: Scene) -> None:
    loop.site.edit("dogs/one", label=Label.HUMAN)
    loop.pull()
    with loop.store.read() as conn:
        (at,) = conn.execute("SELECT max(seen_at) FROM observations").fetchone()
    loop.site.remove("dogs/two")
    loop.pull(allow_shrink=True)
    assert {name: one.after for name, one in between(loop, at).items()} == {
        "dogs/two": None
    }
    assert set(between(loop, "2001-01-01", at)) == set(loop.site.ids) | {"dogs/two"}


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("2026-11-22", "2026-11-22T00:00:00.000000+00:00"),
        ("2026-11-22T10:00", "2026-11-22T10:00:00.000000+00:00"),
        ("2026-11-22T10:00+02:00", "2026-11-22T08:00:00.000000+00:00"),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000000+00:00"),
    ],
)
def test_a_date_is_its_first_moment_in_utc(name: str, at: str) -> None:
    assert moments.time_of(name) == at


def test_a_label_that_came_to_be_read_with_an_edit_was_not_known_before(
    shelf: Shelf,
) -> None:
    """Of before nothing is known but the text."""
    plain = image("a/1", "A text.")
    shelf.pull(plain, image("b/1", "Another.", has_label=True))
    push = shelf.begin_push()
    edited = replace(plain, alt="An edit.", has_label=True, label=Label.AI)
    shelf.pull(edited, image("b/1", "Another.", has_label=True, label=Label.AI))
    with (
        shelf.store.snapshot() as conn,
        moments.moment(shelf.store, conn, str(push)) as before,
        moments.moment(shelf.store, conn, None) as after,
    ):
        found = list(moments.compare(before.images(), after.images()))
    assert [(one.before, one.after) for one in found] == [
        ({"alt": "A text."}, {"alt": "An edit."}),
        ({"alt": "Another.", "label": None}, {"alt": "Another.", "label": "ai"}),
    ]
    kinds = [one.kind for one in history.events(shelf.store.conn, ["a/1"])]
    assert kinds.count("edited") == 1


def test_what_was_read_in_another_way_in_between_is_not_compared(loop: Scene) -> None:
    """The label at that moment was read by another setting, or by none."""
    before = "9998-01-01"
    assert between(loop, before) == {}
    with loop.store.write() as tx:
        tx.execute(
            "INSERT INTO observations (image_id, alt, label, seen_at, pull_id, reread)"
            " SELECT id, alt, 'human', '9999-01-01', 1, 1 FROM images"
            " WHERE id = 'cats/two'"
        )
        tx.execute("UPDATE images SET label = 'human', has_label = 1")
    assert "cats/two" not in between(loop, before)
    assert between(loop, before), "the others are"
    assert "cats/two" not in between(loop, "9999-02-02")
    with loop.store.write() as tx:
        tx.execute("UPDATE images SET alt = 'New.' WHERE id = 'cats/two'")
    moved = between(loop, before)["cats/two"]
    assert (moved.before, moved.after) == ({"alt": None}, {"alt": "New."})
