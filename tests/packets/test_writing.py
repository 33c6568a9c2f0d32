"""A packet's folder: whole, private, and never over anything."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from altsync.errors import UsageError
from altsync.models import State
from altsync.packets import tables, xlsx
from altsync.packets.writing import Packing
from altsync.pictures.cache import Cache, preview
from altsync.pictures.thumbnails import Thumbnails
from altsync.store.queue import Filter
from tests.packets.desk import Desk, said
from tests.web.mirrors import EVIL, picture


def test_a_folder_has_all_that_is_needed_and_is_the_owners_alone(desk: Desk) -> None:
    done = desk.hand_out("Anna")
    folder = desk.packed[done.packet]
    assert (done.images, done.lines, done.left, done.xlsx) == (7, 7, 0, True)
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*")}
    pictures = {name for name in files if name.startswith("pictures/")}
    assert files - pictures == {"packet.html", "packet.csv", "packet.xlsx", "pictures"}
    assert len(pictures) == done.pictures == 7
    for file in folder.rglob("*"):
        assert file.stat().st_mode & 0o777 == (0o700 if file.is_dir() else 0o600)
    page = (folder / "packet.html").read_text("utf-8")
    assert EVIL not in page
    for name in pictures:
        assert f'src="{name}"' in page
    assert "http-equiv" in page
    rows = desk.written(done.packet)
    with desk.store.read() as conn:
        assert conn.execute("SELECT given_to, selection FROM packets").fetchall() == [
            ("Anna", "all")
        ]
    (table,) = {tuple(row) for row in rows}
    assert table == tables.COLUMNS
    sheet = xlsx.parse((folder / "packet.xlsx").read_bytes())
    assert (sheet.rows, sheet.empty) == ((), 7)


def test_nothing_is_written_over_anything(desk: Desk) -> None:
    done = desk.hand_out()
    before = (desk.packed[done.packet] / "packet.csv").read_bytes()
    desk.packed.pop(done.packet)
    with pytest.raises(UsageError, match="is not empty; nothing was written"):
        desk.hand_out()
    assert (desk.folder / "packet-0" / "packet.csv").read_bytes() == before
    assert desk.rows("SELECT count(*) FROM packets") == [(1,)]


def test_where_nothing_waits_there_is_no_packet(desk: Desk) -> None:
    with pytest.raises(
        UsageError, match=r"No image fits \(all\): no packet was written"
    ):
        desk.hand_out(wanted=Filter(album="nowhere"))
    assert not (desk.folder / "packet-0").exists()


def test_a_folder_that_is_not_written_hands_nothing_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else `--new` would leave those images out for ever."""
    (desk.folder / "file").write_text("x", "utf-8")
    nowhere = desk.folder / "file" / "packet"
    packing = Packing(desk.config, desk.store, nowhere, Filter(), "all", "owner")
    with pytest.raises(OSError, match="file"):
        packing.run()

    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(Thumbnails, "jpeg", interrupted)
    with pytest.raises(KeyboardInterrupt):
        desk.hand_out()
    assert desk.rows("SELECT count(*) FROM packets") == [(0,)]


def test_the_work_can_be_shared_out(desk: Desk) -> None:
    """Each packet has the next images that no other has."""
    found = []
    for limit in (3, 3, 3):
        done = desk.hand_out(limit=limit, new=True)
        found.append((done.images, done.left))
        assert len(desk.lines(done.packet)) == done.images
    assert found == [(3, 4), (3, 4), (1, 6)]
    everything = desk.rows("SELECT count(DISTINCT image_id) FROM packet_lines")
    assert everything == [(7,)]


def test_images_without_a_candidate_can_be_given_a_text(desk: Desk) -> None:
    done = desk.hand_out(wanted=Filter(state=State.MISSING, words="divider"))
    assert list(desk.lines(done.packet)) == ["prague/line"]
    desk.say(done.packet, "prague/line", "decorative")
    assert desk.approved("prague/line") == ""
    page = (desk.packed[done.packet] / "packet.html").read_text("utf-8")
    assert "Nothing is proposed" in page


def test_what_is_odd_about_a_text_is_said(desk: Desk) -> None:
    desk.propose("prague/tram", "Tram.", base="Elsewhere.", reference=True)
    desk.propose("prague/river", "A river.")
    with desk.store.write() as tx:
        tx.execute("UPDATE images SET language = 'de' WHERE album = 'prague'")
    desk.say(desk.hand_out("Ann").packet, "prague/clock", "approve")
    waits = desk.hand_out(wanted=Filter(state=State.NEEDS_REVIEW, album="prague"))
    page = (desk.packed[waits.packet] / "packet.html").read_text("utf-8")
    assert "Asked for to compare others with." in page
    assert "Proposed for an earlier text or picture" in page
    assert 'lang="de"' in page
    approved = desk.hand_out(wanted=Filter(state=State.APPROVED))
    page = (desk.packed[approved.packet] / "packet.html").read_text("utf-8")
    assert "Approved by Ann already." in page
    desk.say(approved.packet, "prague/clock", "unsure", note="Two dials?")
    asked = desk.hand_out("Ben", wanted=Filter(state=State.UNSURE))
    page = (desk.packed[asked.packet] / "packet.html").read_text("utf-8")
    assert "Anna is unsure and asks: Two dials?" in page
    desk.say(asked.packet, "prague/clock", "approve")
    assert desk.state("prague/clock") == "approved"
    human = desk.hand_out(wanted=Filter(state=State.HUMAN))
    page = (desk.packed[human.packet] / "packet.html").read_text("utf-8")
    assert "The site has a person&#x27;s words there." in page


def test_a_long_description_is_shown_and_approved_with_its_text(desk: Desk) -> None:
    long = "# Visitors\n\n- 2010: 1,000"
    desk.propose("prague/line", "A chart.", long_description=long)
    packet = desk.hand_out().packet
    assert {row["long description"] for row in desk.written(packet)} == {"", long}
    desk.say(packet, "prague/line", "approve")
    sql = (
        "SELECT c.long_description FROM image_heads h"
        " JOIN candidates c ON c.id = h.candidate_id WHERE h.image_id = 'prague/line'"
    )
    assert desk.rows(sql) == [(long,)]


def test_a_broken_picture_is_left_out_and_said(desk: Desk) -> None:
    url = "https://photos.example/files/prague/line.jpg"
    cache = Cache.beside(desk.config.database)
    cache.keep(preview("prague/line", url), 768, picture(1)[:200])
    done = desk.hand_out(wanted=Filter(state=State.MISSING))
    assert (done.images, done.pictures) == (1, 0)
    page = (desk.packed[done.packet] / "packet.html").read_text("utf-8")
    assert "no picture" in page


def test_ids_that_look_like_dates_come_back(tmp_path: Path) -> None:
    """Of an album 2024 with an image 01, in a CSV that a spreadsheet saved."""
    desk = Desk.at(tmp_path)
    with desk.store.write() as tx:
        tx.execute(
            "INSERT INTO images (id, album, name, entity, pulled_at, raw)"
            " VALUES ('2024/01', '2024', '01', '2024/01', '2026', '{}')"
        )
    desk.propose("2024/01", "A dog.")
    packet = desk.hand_out(wanted=Filter(album="2024")).packet
    (row,) = csv.DictReader(
        io.StringIO((desk.packed[packet] / "packet.csv").read_text("utf-8-sig"))
    )
    assert row["image"] == "'2024/01"
    assert desk.say(packet, "2024/01", "approve").refused == []
    (refused,) = desk.read(
        desk.come_back(packet, {"2024/01": {**said("reject"), "image": "01.01.2024"}})
    ).refused
    assert "it says “01.01.2024”, and the packet said “2024/01”" in refused.reason
    desk.store.close()
