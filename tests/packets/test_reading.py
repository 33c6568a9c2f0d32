"""What comes back becomes verdicts: exactly, once, merged by time, or with a reason."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from altsync.packets.reading import BREATH, CORRECTED
from altsync.pull import Pull
from altsync.stage import Context
from altsync.store import looks
from altsync.store.queue import Filter
from altsync.store.store import Store
from altsync.verdicts import acts
from altsync.verdicts.acts import Given
from tests.packets.desk import Cells, Desk, said, saved

TRAM, CLOCK, BRIDGE = "prague/tram", "prague/clock", "sydney/bridge"
HARBOUR, TALK, TEAM = "sydney/harbour", "sydney/talk", "sydney/team"
TRAM_TEXT = "A red tram number 22 climbs a cobbled street."
OWN = "Tram 22 on the way to the castle."


def test_every_kind_of_verdict_is_taken_by_a_person_who_looked(desk: Desk) -> None:
    packet = desk.hand_out("Anna").packet
    back = desk.come_back(
        packet,
        {
            TRAM: said("approve", note="fine"),
            CLOCK: said("reject", note="one dial only"),
            BRIDGE: said("own text", "“Coathanger”\nbridge, seen from a ferry"),
            TALK: said("", "=A speaker"),
            HARBOUR: said("Decorative", by="Ben"),
            TEAM: said("UNSURE", note="who are they?"),
        },
    )
    done = desk.read(back)
    assert (done.refused, done.empty) == ([], 1)
    assert sorted(desk.reviews()) == [
        (CLOCK, desk.lines(packet)[CLOCK].shown, "rejected", "Anna", "one"),
        (TRAM, TRAM_TEXT, "approved", "Anna", "one"),
        (BRIDGE, "“Coathanger”\nbridge, seen from a ferry", "approved", "Anna", "one"),
        (HARBOUR, "", "approved", "Ben", "one"),
        (TALK, "=A speaker", "approved", "Anna", "one"),
        (TEAM, desk.lines(packet)[TEAM].shown, "unsure", "Anna", "one"),
    ]
    assert desk.state(TEAM) == "unsure"
    kept = "SELECT r.note FROM reviews r WHERE r.note IS NOT NULL ORDER BY 1"
    assert desk.rows(kept) == [("fine",), ("one dial only",), ("who are they?",)]
    origins = desk.rows("SELECT origin FROM candidates WHERE alt = '=A speaker'")
    assert origins == [("human",)]


def test_what_was_read_changes_nothing_and_a_correction_only_its_line(
    desk: Desk,
) -> None:
    packet = desk.hand_out().packet
    first = {TRAM: said("approve"), CLOCK: said("approve"), TEAM: said("", "A team.")}
    back = desk.come_back(packet, first)
    assert sum(desk.read(back).taken.values()) == 3
    before = desk.reviews()

    again = desk.read(back, back)
    assert (again.same, again.taken, desk.reviews()) == (6, {}, before)

    mended = {**first, CLOCK: said("reject"), TEAM: said("reject")}
    done = desk.read(desk.come_back(packet, mended))
    assert (done.same, dict(done.taken)) == (1, {"reject": 2})
    assert [(image, what) for image, _, what, *_ in desk.reviews()[3:]] == [
        (CLOCK, "withdrawn"),
        (CLOCK, "rejected"),
        (TEAM, "rejected"),
        (TEAM, "rejected"),
    ]
    assert (desk.approved(TEAM), desk.state(TEAM)) == (None, "rejected")
    assert desk.approved(TRAM) == TRAM_TEXT


def test_an_older_file_of_a_line_is_outdone(desk: Desk) -> None:
    packet = desk.hand_out().packet
    old = said("reject", at="2026-01-02T10:00:00Z")
    new = said("approve", at="2026-01-02T11:00:00Z")
    desk.read(desk.come_back(packet, {TRAM: new}))
    late = desk.read(desk.come_back(packet, {TRAM: old}))
    assert (late.outdone, late.taken) == (1, {})
    assert desk.approved(TRAM) == TRAM_TEXT
    for cells in (new, old):
        assert desk.read(desk.come_back(packet, {TRAM: cells})).same == 1


@pytest.mark.parametrize("column", ["image", "candidate", "proposed text"])
def test_what_was_changed_in_a_line_is_named_and_nothing_written(
    desk: Desk, column: str
) -> None:
    packet = desk.hand_out().packet
    cells = {**said("approve"), column: "17"}
    done = desk.read(desk.come_back(packet, {TRAM: cells, CLOCK: said("approve")}))
    (refused,) = done.refused
    assert f"the column “{column}” was changed: it says “17”" in refused.reason
    assert [image for image, *_ in desk.reviews()] == [CLOCK]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"packet": "zzzzzzzz"}, "there is no packet “zzzzzzzz” in this database"),
        ({"packet": ""}, "its packet is not named"),
        ({"line": "99"}, "has no line 99"),
        ({"line": "3.0e1"}, "the column “line” has no number any more"),
        ({"checksum": "bcdfghjkmnñþ€"}, "rows or cells were mixed up"),
        ({"verdict": "yes"}, "“yes” is no verdict"),
        ({"your text": "x" * 513}, "The text has 513 characters"),
    ],
)
def test_what_no_verdict_can_be_is_refused_with_its_reason(
    desk: Desk, cells: dict[str, str], reason: str
) -> None:
    packet = desk.hand_out().packet
    done = desk.read(desk.come_back(packet, {TRAM: {**said("approve"), **cells}}))
    (refused,) = done.refused
    assert reason in refused.reason
    assert desk.reviews() == []
    assert desk.rows("SELECT * FROM packet_verdicts") == []


def test_swapped_cells_are_seen(desk: Desk) -> None:
    """Somebody sorted a part of the columns."""
    packet = desk.hand_out().packet
    rows = desk.written(packet)
    for row in rows:
        row["verdict"] = "approve"
    rows[0]["image"], rows[1]["image"] = rows[1]["image"], rows[0]["image"]
    rows[2]["line"], rows[3]["line"] = rows[3]["line"], rows[2]["line"]
    back = desk.folder / "sorted.csv"
    back.write_bytes(saved(rows))
    done = desk.read(back)
    assert [one.where[-5:] for one in done.refused] == [
        "row 2",
        "row 3",
        "row 4",
        "row 5",
    ]
    assert sum(done.taken.values()) == len(rows) - 4


@pytest.mark.parametrize(
    "encoding",
    [
        "mac_roman",
        "cp1250",
        "cp1251",
        "cp1254",
        "latin-1",
        "shift_jis",
        "cp850",
        "twice",
    ],
)
def test_an_encoding_that_loses_letters_is_seen(desk: Desk, encoding: str) -> None:
    """Where the file reads as Windows-1252, and was none: nobody's text is written
    wrong."""
    packet = desk.hand_out().packet
    rows = desk.written(packet)
    for row in rows:
        row["your text"] = "Žižkov, Ağrı, Москва, 東京 by night"
    back = desk.folder / "lost.csv"
    if encoding == "twice":
        back.write_bytes(saved(rows, encoding="utf-8").decode("latin-1").encode())
    else:
        back.write_bytes(saved(rows, encoding=encoding))
    done = desk.read(back)
    assert (done.taken, desk.reviews()) == ({}, [])
    told = " ".join(one.reason for one in done.refused)
    assert "letters were lost" in told or "its encoding is not known" in told


def on_the_pages(desk: Desk) -> None:
    with desk.store.write() as tx:
        look = looks.look(tx, TRAM)
        assert look is not None
        given = Given(TRAM, look.seen, look.candidates[0].id)
        acts.reject(tx, given, "Eve")


def on_the_site(desk: Desk) -> None:
    desk.site.edit(TRAM, alt="A tram, by the editor.")
    Pull(Context(desk.site, desk.store)).run()


def gone(desk: Desk) -> None:
    with desk.store.write() as tx:
        tx.execute("UPDATE images SET gone_at = '2026' WHERE id = ?", (TRAM,))


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (on_the_pages, "Eve"),
        (on_the_site, "“A tram, by the editor.”"),
        (gone, "The image is not on the site any more"),
    ],
)
def test_what_moved_on_is_refused(
    desk: Desk, meanwhile: Callable[[Desk], None], reason: str
) -> None:
    packet = desk.hand_out().packet
    meanwhile(desk)
    before = desk.reviews()
    done = desk.say(packet, TRAM, "approve")
    (refused,) = done.refused
    assert reason in refused.reason
    assert (desk.reviews(), done.moved) == (before, 1)


def test_what_was_read_stays_read_whatever_moves_on(desk: Desk) -> None:
    packet = desk.hand_out().packet
    back = desk.come_back(packet, {TRAM: said("approve")})
    desk.read(back)
    on_the_pages(desk)
    on_the_site(desk)
    again = desk.read(back)
    assert (again.same, again.refused) == (1, [])
    (refused,) = desk.say(packet, TRAM, "reject").refused
    assert refused.image == TRAM


def test_a_verdict_that_was_taken_back_on_the_pages_stays_so(desk: Desk) -> None:
    first, second = desk.hand_out().packet, desk.hand_out("Ben").packet
    desk.say(first, TRAM, "approve")
    with desk.store.write() as tx:
        acts.undo(tx, "Anna")
    assert "Anna took back" in desk.say(second, TRAM, "approve").refused[0].reason


def test_two_who_judge_differently_are_both_named_and_the_later_counts(
    desk: Desk,
) -> None:
    one, two = desk.hand_out("Anna").packet, desk.hand_out("Ben").packet
    early = said("approve", at="2026-01-01T10:00:00+01:00")
    late = said("", OWN, at="2026-01-01 09:30")
    files = [
        desk.come_back(two, {TRAM: late, CLOCK: said("reject", at="2026-01-01")}),
        desk.come_back(one, {TRAM: early, CLOCK: said("reject", at="2026-01-01")}),
    ]
    done = desk.read(*files)
    (difference,) = done.differences
    assert difference.image == TRAM
    assert [(who.by, who.answer) for who in difference.said] == [
        ("Anna", "approve"),
        ("Ben", "own text"),
    ]
    assert [who.by for who in difference.counts] == ["Ben"]
    assert desk.approved(TRAM) == OWN


def test_an_outdone_text_counts_when_what_outdid_it_is_taken_back(desk: Desk) -> None:
    one, two = desk.hand_out("Anna").packet, desk.hand_out("Ben").packet
    desk.say(one, TRAM, "approve", at="2026-01-02T00:00Z")
    assert desk.say(two, TRAM, "", text=OWN, at="2026-01-01T00:00Z").outdone == 1
    assert desk.approved(TRAM) == TRAM_TEXT
    desk.say(one, TRAM, "reject", at="2026-01-03T00:00Z")
    assert desk.approved(TRAM) == OWN


def test_a_correction_that_kept_its_time_is_of_now(desk: Desk) -> None:
    packet = desk.hand_out().packet
    at = "2026-01-02T10:00:00Z"
    desk.say(packet, TRAM, "approve", at=at)
    desk.say(packet, TRAM, "reject", at=at)
    assert (desk.approved(TRAM), desk.state(TRAM)) == (None, "rejected")
    assert desk.rows("SELECT timed FROM packet_verdicts ORDER BY id") == [(1,), (0,)]


def test_no_reading_of_older_files_takes_a_correction_back(desk: Desk) -> None:
    """Whatever they are called: "anna (1).csv" is read before "anna.csv"."""
    packet = desk.hand_out().packet
    post = desk.folder / "post"
    post.mkdir()
    at = "2026-01-02T10:00:00Z"
    first = {TRAM: said("approve"), CLOCK: said("approve", at=at)}
    desk.come_back(packet, first).rename(post / "anna.csv")
    desk.read(post)
    mended = {TRAM: said("reject"), CLOCK: said("reject", at=at)}
    desk.come_back(packet, mended).rename(post / "anna (1).csv")
    assert dict(desk.read(post).taken) == {"reject": 2}
    desk.say(packet, CLOCK, "approve", note="both dials")
    before = desk.reviews()
    again = desk.read(post)
    assert (again.taken, again.same, desk.reviews()) == ({}, 4, before)
    assert again.remarks[CORRECTED] == 2
    assert desk.state(TRAM) == "rejected"


def test_files_that_contradict_each_other_are_refused(desk: Desk) -> None:
    packet = desk.hand_out().packet
    at = "2026-01-02T10:00:00Z"
    both = said("approve", at=at)
    one = {TRAM: said("approve"), CLOCK: said("approve"), TEAM: both, TALK: both}
    two = {
        TRAM: said("reject"),
        CLOCK: said("approve"),
        TEAM: said("reject", at=at),
        TALK: said("reject", at="2026-01-03"),
    }
    files = [
        desk.come_back(packet, cells, name)
        for cells, name in ((one, "1.csv"), (two, "2.csv"))
    ]
    done = desk.read(*files)
    assert sorted(refused.image for refused in done.refused) == [TRAM, TRAM, TEAM, TEAM]
    assert {"fill in “checked at”" in one.reason for one in done.refused} == {True}
    assert (dict(done.taken), done.same) == ({"approve": 2, "reject": 1}, 1)
    assert desk.read(files[0]).refused == []


def test_others_write_while_many_are_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what they wrote is seen by the lines that are left."""
    packet = desk.hand_out().packet
    given = {one: said("approve", at="2026-01-01") for one in (CLOCK, BRIDGE, TEAM)}
    given[TRAM] = said("approve", at="2026-01-02")
    back = desk.come_back(packet, given)
    other = Store.open(desk.config.database)
    turns: list[float] = []

    def meanwhile(seconds: float) -> None:
        turns.append(seconds)
        if len(turns) > 1:
            return
        with other.write(wait=0) as tx:
            look = looks.look(tx, TRAM)
            assert look is not None
            chosen = Given(TRAM, look.seen, look.candidates[0].id)
            acts.reject(tx, chosen, "Eve")

    monkeypatch.setattr("altsync.packets.reading.HELD", -1)
    monkeypatch.setattr("altsync.packets.reading.time.sleep", meanwhile)
    done = desk.read(back)
    other.close()
    assert turns == [BREATH] * 3
    assert dict(done.taken) == {"approve": 3}
    assert [one.image for one in done.refused] == [TRAM]
    assert "Eve" in done.refused[0].reason


def test_a_later_packet_stands_on_what_an_earlier_one_did(desk: Desk) -> None:
    """And on nothing that was before."""
    desk.say(desk.hand_out("Anna").packet, TRAM, "approve")
    with desk.store.write() as tx:
        acts.undo(tx, "Anna")
    fresh, other = desk.hand_out("Ben").packet, desk.hand_out("Cy").packet
    assert desk.say(fresh, TRAM, "reject").refused == []
    assert desk.say(other, TRAM, "", text=OWN).refused == []
    assert desk.say(fresh, TRAM, "approve").refused == []
    assert desk.approved(TRAM) == TRAM_TEXT


def test_a_text_that_is_outdone_has_to_be_one(desk: Desk) -> None:
    one, two = desk.hand_out("Anna").packet, desk.hand_out("Ben").packet
    desk.say(one, TRAM, "approve", at="2026-01-02")
    for cells in ({"text": "x" * 513}, {"text": OWN, "note": "x" * 501}):
        (refused,) = desk.say(two, TRAM, "", at="2026-01-01", **cells).refused
        assert "Shorten it: nothing was cut" in refused.reason
    assert desk.rows("SELECT count(*) FROM packet_verdicts") == [(1,)]


def test_a_file_of_any_size_is_not_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("altsync.packets.reading.LARGEST", 10)
    packet = desk.hand_out().packet
    (refused,) = desk.say(packet, TRAM, "approve").refused
    assert refused.reason == "it is larger than any packet"


IMAGES = (BRIDGE, HARBOUR, TALK, TEAM)


def answers(chance: random.Random, number: int) -> dict[str, Cells]:
    """What one person says of some of the images, each at a time of its own."""
    given: dict[str, Cells] = {}
    for image in chance.sample(IMAGES, chance.randint(1, len(IMAGES))):
        verdict = chance.choice(["approve", "reject", "decorative", "unsure", ""])
        text = f"Text of {number}." if verdict == "" else ""
        at = f"2026-02-{1 + chance.randrange(28):02}T{number % 24:02}:{number % 60:02}:00Z"
        note = "?" if verdict == "unsure" else ""
        given[image] = said(verdict, text, note, at=at)
    return given


def outcome(desk: Desk) -> list[tuple[object, ...]]:
    return [(one, desk.state(one), desk.approved(one)) for one in IMAGES]


def handed_out(folder: Path) -> tuple[Path, list[Path]]:
    """A mirror with a hundred packets out, and what came back of them."""
    chance = random.Random(17)
    desk = Desk.at(folder)
    files = []
    for number in range(100):
        wanted = Filter(album="sydney")
        packet = desk.hand_out(f"Reader {number}", wanted=wanted).packet
        given = answers(chance, number)
        files.append(desk.come_back(packet, given))
    desk.store.close()
    return folder, files


@pytest.mark.slow
def test_a_hundred_packets_come_to_the_same_in_any_order(tmp_path: Path) -> None:
    """All at once, or one by one as the post brings them: the later verdict counts."""
    (tmp_path / "start").mkdir()
    start, files = handed_out(tmp_path / "start")
    found = []
    for turn in range(2):
        folder = tmp_path / f"turn-{turn}"
        shutil.copytree(start, folder)
        desk = Desk.at_again(folder)
        here = [folder / one.name for one in files]
        if turn == 0:
            done = desk.read(folder)
            assert done.refused == []
            assert {one.image for one in done.differences} == set(IMAGES)
        else:
            random.Random(turn).shuffle(here)
            for file in here:
                assert desk.read(file).refused == []
        found.append(outcome(desk))
        before = desk.reviews()
        assert desk.read(folder).taken == {}
        assert desk.reviews() == before
        desk.store.close()
    assert found[0] == found[1]


def test_times_that_cannot_be_are_said(desk: Desk) -> None:
    packet = desk.hand_out().packet
    back = desk.come_back(
        packet,
        {
            TRAM: said("approve", at="2999-01-01T00:00:00Z"),
            CLOCK: said("approve", at="last week"),
            TEAM: said("approve"),
            TALK: said("approve", at="0001-01-01T00:00+14:00"),
        },
    )
    assert dict(desk.read(back).remarks) == {
        "A time that is still to come, so that of reading counts": 1,
        "A time that cannot be read, so that of reading counts": 2,
        "No time given, so that of reading counts": 1,
    }
    assert desk.rows("SELECT sum(timed) FROM packet_verdicts") == [(0,)]


def test_who_judged_has_to_be_known(desk: Desk) -> None:
    packet = desk.hand_out("").packet
    done = desk.read(
        desk.come_back(
            packet,
            {
                TRAM: said("approve"),
                CLOCK: said("approve", by="sample:1"),
                TEAM: said("approve", by=" Zoë  Q "),
            },
        )
    )
    assert sorted(one.reason for one in done.refused) == [
        "nobody says who judged (the column “judged by”)",
        "the name of who judged must be another: verdicts of altsync itself bear that"
        " name",
    ]
    assert [by for *_, by, _ in desk.reviews()] == ["Zoë Q"]


def test_a_folder_is_read_through_and_what_is_no_packet_is_left_out(
    desk: Desk,
) -> None:
    packet = desk.hand_out().packet
    inside = desk.folder / "post" / "anna"
    shutil.copytree(desk.packed[packet], inside)
    desk.come_back(packet, {TRAM: said("approve")}).rename(inside / "mine.csv")
    (inside / "list.csv").write_text("a,b\n1,2\n", "utf-8")
    (inside / "~$packet.xlsx").write_text("lock", "utf-8")
    (inside / "notes.txt").write_text("hello", "utf-8")
    done = desk.read(inside.parent)
    assert (done.refused, dict(done.taken)) == ([], {"approve": 1})
    assert done.notes == [
        f"{inside / 'list.csv'} was left out: it is no table of a packet",
        f"{inside / 'notes.txt'} was left out: only the saved verdicts (JSON), CSV and"
        " XLSX are read",
    ]
    (inside / "notes.txt").rename(inside.parent / "anna.ods")
    (refused,) = desk.read(inside.parent).refused
    assert refused.reason == "save it as XLSX or as CSV"
    (inside.parent / "anna.ods").rename(inside / "notes.txt")

    rows = [{**row, "mine": "x"} for row in desk.written(packet)]
    (inside / "list.csv").write_bytes(saved(rows))
    assert desk.read(inside).notes[0] == (
        f"{inside / 'list.csv'}: the column “mine” is not read"
    )
    (inside / "list.csv").write_text("a,b\n1,2\n", "utf-8")

    done = desk.read(inside / "list.csv", inside / "packet.html", inside / "notes.txt")
    assert [one.reason for one in done.refused] == [
        "it is no table of a packet",
        "the page holds no verdicts: open it, and press “Save my verdicts”",
        "only the saved verdicts (JSON), CSV and XLSX are read",
    ]


def test_what_is_broken_in_a_folder_is_refused_since_verdicts_may_stand_in_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = desk.hand_out().packet
    post = desk.folder / "post"
    post.mkdir()
    back = desk.come_back(packet, {TRAM: said("approve")})
    (post / "cut.json").write_bytes(b'{"format": ')
    (post / "cut.csv").write_bytes(back.read_bytes().replace(b"checksum", b"sum"))
    (post / "cut.xlsx").write_bytes(b"PK")
    assert [one.reason for one in desk.read(post).refused] == [
        "its column “checksum” is missing",
        "it is no whole JSON",
        "it is no whole XLSX file: File is not a zip file",
    ]
    zeros = desk.folder / "zeros.csv"
    zeros.symlink_to("/dev/zero")
    assert [one.reason for one in desk.read(zeros).refused] == ["it is no regular file"]

    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    (refused,) = desk.read(back).refused
    assert refused.reason == "it cannot be read (Permission denied)"


def test_texts_of_several_models_are_judged_each(desk: Desk) -> None:
    other = desk.propose(TRAM, "Tram.", model="another")
    packet = desk.hand_out().packet
    rows = desk.written(packet)
    mine = [row for row in rows if row["image"] == TRAM]
    assert [row["candidate"] for row in mine] == [str(other), "6"]
    mine[0]["verdict"], mine[1]["verdict"] = "reject", "approve"
    back = desk.folder / "both.csv"
    back.write_bytes(saved(rows))
    done = desk.read(back)
    assert (done.refused, done.differences) == ([], [])
    assert desk.approved(TRAM) == TRAM_TEXT
    with desk.store.read() as conn:
        verdicts = [one.verdict for one in looks.candidates_of(conn, TRAM)]
    assert verdicts == ["rejected", "approved"]
