"""Packets in the database: kept as they were, line by line, and never changed."""

from __future__ import annotations

import sqlite3

import pytest

from altsync.models.packet import OnPaper, PacketLine, Ticked
from altsync.store import packets
from tests.scene import image
from tests.store.conftest import Shelf

LINE = PacketLine("bcdfghjk", 1, "a/1", None, "s0", "")
SAID = OnPaper("bcdfghjk", 1, "a/1", None, Ticked.TEXT, "Words.", "", "Anna", "2026")


def put(tx: sqlite3.Connection) -> None:
    packets.add(tx, "bcdfghjk", "owner", "Anna", "all", [LINE])
    packets.keep(tx, SAID, None, "s0", "s0")


def test_what_was_handed_out_and_came_back_is_read_as_it_was(shelf: Shelf) -> None:
    shelf.pull(image("a/1"))
    with shelf.store.write() as tx:
        put(tx)
        assert list(packets.lines(tx, "bcdfghjk")) == [LINE]
        assert packets.handed_out(tx, ["a/1", "a/2"]) == ["a/1"]
        found = packets.packet(tx, "bcdfghjk")
        assert found is not None
        assert (found.made_by, found.given_to, found.selection) == (
            "owner",
            "Anna",
            "all",
        )
        assert packets.packet(tx, "zzz") is None
        (back,) = packets.returned(tx, "a/1")
        assert (back.verdict, back.review, back.after) == (SAID, None, "s0")
        orders = tx.execute(
            "SELECT p.seq < v.seq FROM packets p, packet_verdicts v"
        ).fetchall()
        assert orders == [(1,)]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM packets",
        "UPDATE packets SET given_to = 'Eve'",
        "DELETE FROM packet_lines",
        "UPDATE packet_lines SET shown = 'x'",
        "DELETE FROM packet_verdicts",
        "UPDATE packet_verdicts SET reviewer = 'Eve'",
    ],
)
def test_nothing_of_it_is_ever_changed(shelf: Shelf, sql: str) -> None:
    shelf.pull(image("a/1"))
    with shelf.store.write() as tx:
        put(tx)
    with (
        pytest.raises(sqlite3.IntegrityError, match="packets are append-only"),
        shelf.store.write() as tx,
    ):
        tx.execute(sql)
