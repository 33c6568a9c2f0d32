"""What people call an image, and where one in a text stands: as the store tells it to
plans, reverts, history and moments."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from altsync.models import IN_NO_TEXT, SiteImage, Tag, WhereInText
from altsync.store import export, history, journal, mirror, moments, pulls, reverts
from tests.scene import image
from tests.store.conftest import Shelf

PLAIN = image("a/1", "", title="Its title", page_title="Its page")
IN_TEXT = image(
    "node--page.body/7.en.img-1.1",
    "",
    tag=Tag.IMG,
    title="A tooltip",
    page_title="Ferry times",
    place="2 of 3: …at eight. | every hour…",
    before="We leave at eight.",
    after="And every hour.",
    heading="Crossings",
    link="/times",
    link_text="All times",
)
WHERE = WhereInText(
    Tag.IMG,
    "Ferry times",
    "2 of 3: …at eight. | every hour…",
    "We leave at eight.",
    "And every hour.",
    "Crossings",
    "/times",
    "All times",
)
TOLD = {
    PLAIN.id: ("Its title", IN_NO_TEXT),
    IN_TEXT.id: ("Ferry times", WHERE),
}


def pushed(shelf: Shelf, *images: SiteImage) -> None:
    shelf.pull(*images)
    for one in images:
        shelf.apply(one.id, shelf.approve(one.id, "A boat."), "A boat.")


def test_a_standing_is_that_of_its_image() -> None:
    assert WhereInText.of(IN_TEXT) == WHERE
    assert WhereInText.of(PLAIN) == IN_NO_TEXT


def test_a_plan_row_tells_it(shelf: Shelf) -> None:
    shelf.pull(PLAIN, IN_TEXT)
    for one in (PLAIN, IN_TEXT):
        shelf.approve(one.id, "A boat.")
    with shelf.store.read() as conn:
        told = {row.image: (row.title, row.where) for row in journal.plan_rows(conn)}
    assert told == TOLD


def test_so_do_reverts_and_history(shelf: Shelf) -> None:
    pushed(shelf, PLAIN, IN_TEXT)
    with shelf.store.read() as conn:
        back = {
            row.image: (row.title, row.where)
            for row in reverts.rows(conn, [PLAIN.id, IN_TEXT.id])
        }
        owned = {one.image: (one.title, one.where) for one in history.who(conn)}
        events = {one.image: one.where for one in history.events(conn) if one.image}
    assert back == owned == TOLD
    assert events == {PLAIN.id: IN_NO_TEXT, IN_TEXT.id: WHERE}


def said_at(shelf: Shelf, name: str | None) -> dict[str, WhereInText]:
    with shelf.store.read() as conn, moments.moment(shelf.store, conn, name) as one:
        return {image.id: image.where for image in one.images()}


def test_what_drifted_tells_it(shelf: Shelf) -> None:
    shelf.pull(PLAIN, IN_TEXT)
    moved = [replace(one, alt="New.") for one in (PLAIN, IN_TEXT)]
    with shelf.store.write() as tx:
        drift = mirror.save(tx, pulls.begin(tx, "full"), moved)
    assert {one.image: one.where for one in drift} == {
        PLAIN.id: IN_NO_TEXT,
        IN_TEXT.id: WHERE,
    }


def test_so_does_every_moment(shelf: Shelf, tmp_path: Path) -> None:
    shelf.pull(PLAIN, IN_TEXT)
    with shelf.store.read() as conn:
        export.write(conn, tmp_path / "out")
    for name in (None, "2999-01-01", str(tmp_path / "out")):
        assert said_at(shelf, name) == {PLAIN.id: IN_NO_TEXT, IN_TEXT.id: WHERE}


def test_two_moments_say_where_what_moved_stands(shelf: Shelf) -> None:
    was = moments.Image("a", "a/1", {"alt": "Was."}, None, WHERE)
    now = moments.Image("a", "a/1", {"alt": "Is."}, None, WHERE)
    for before, after in (([was], [now]), ([was], []), ([], [now])):
        (moved,) = moments.compare(iter(before), iter(after))
        assert moved.where == WHERE


def test_a_copy_from_before_there_were_images_in_texts_is_read_too(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.pull(PLAIN)
    old = tmp_path / "old.db"
    conn = sqlite3.connect(old)
    with shelf.store.read() as here:
        here.backup(conn)
    drop = "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')"
    for kind, name in conn.execute(drop).fetchall():
        conn.execute(f"DROP {kind} {name}")
    conn.execute("DROP INDEX images_by_state")
    conn.execute("ALTER TABLE images DROP COLUMN tag")
    conn.commit()
    conn.close()
    assert said_at(shelf, str(old)) == {PLAIN.id: IN_NO_TEXT}
