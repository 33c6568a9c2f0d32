"""altsync packet: handed out, brought back, told."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Owner
from tests.cli.printed import document


def fill(
    folder: Path, verdicts: dict[str, str], name: str = "back.csv", at: str = ""
) -> Path:
    """The packet's table with these verdicts by image; as Excel in German saves it."""
    text = (folder / "packet.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for row in rows:
        row["verdict"] = verdicts.get(row["image"], "")
        row["checked at"] = at
    back = folder.parent / name
    back.parent.mkdir(exist_ok=True)
    with back.open("w", encoding="cp1252", newline="", errors="replace") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return back


@pytest.fixture
def waiting(mirrored: Owner) -> Owner:
    mirrored.run("generate")
    return mirrored


def test_it_goes_out_and_comes_back(waiting: Owner) -> None:
    out = waiting.run("packet", "out", "--to", "Anna", "--limit", "3", "--by", "olga")
    assert out.out.startswith("Wrote packet ")
    assert "3 images, 3 texts to judge. Open out/packet.html" in out.out
    assert "that fit too." in out.err
    assert "What comes back: altsync packet read FILE…" in out.err
    (made,) = waiting.rows("SELECT made_by, given_to, selection FROM packets")
    assert made == ("olga", "Anna", "state needs-review")
    images = [one for (one,) in waiting.rows("SELECT image_id FROM packet_lines")]

    verdicts = dict(zip(images, ("approve", "reject", "perhaps"), strict=True))
    back = fill(Path("out"), verdicts)
    ran = waiting.run("packet", "read", str(back), code=5)
    assert "Took 2 verdicts of 1 packet: 1 approved, 1 rejected." in ran.out
    assert f"Refused: {back}, row 4 ({images[2]}): “perhaps” is no verdict" in ran.out
    assert "No time given, so that of reading counts: 2 verdicts." in ran.err
    assert "1 line refused. Mend that and read the file again" in ran.err
    assert "approved" in waiting.run("log").out

    ran = waiting.run("packet", "read", str(fill(Path("out"), {images[0]: "approve"})))
    assert ran.out == "Took 0 verdicts of 1 packet.\n"
    assert ran.err == (
        "Read before and unchanged: 1 verdict.\nWithout a verdict: 2 lines.\n"
    )


def test_who_differs_is_named(waiting: Owner) -> None:
    waiting.run("packet", "one", "--to", "Anna", "--limit", "1")
    waiting.run("packet", "two", "--to", "Ben", "--limit", "1")
    (image, _), *_ = waiting.rows("SELECT image_id, packet_id FROM packet_lines")
    files = (
        fill(Path("one"), {image: "approve"}, "one.csv"),
        fill(Path("two"), {image: "reject"}, "two.csv"),
    )
    waiting.run("packet", "read", str(files[0]))
    ran = waiting.run("packet", "read", str(files[1]))
    assert f"Judged differently: {image}: approved by Anna (packet " in ran.out
    assert "What counts: rejected by Ben (packet " in ran.out
    third = fill(Path("one"), {image: "decorative"}, "three.csv", "2030-01-01")
    told = document(
        "packet-read", waiting.run("packet", "read", str(third), "--json").out
    )
    assert told["taken"]["decorative"] == 1
    assert told["differences"][0]["image"] == image


def test_what_a_later_verdict_outdid_and_what_is_no_packet_is_told(
    waiting: Owner,
) -> None:
    for name in ("one", "two"):
        waiting.run("packet", name, "--to", name, "--limit", "1")
    (image, _), *_ = waiting.rows("SELECT image_id, packet_id FROM packet_lines")
    waiting.run("packet", "read", str(fill(Path("one"), {image: "reject"})))
    older = fill(Path("two"), {image: "approve"}, "post/two.csv", "2026-01-01")
    (older.parent / "other.csv").write_text("a,b\n", "utf-8")
    ran = waiting.run("packet", "read", "post")
    assert ran.out.startswith("Took 0 verdicts of 1 packet.\nJudged differently: ")
    assert ran.err == (
        "Kept, but outdone by a later one on paper: 1 verdict.\n"
        "post/other.csv was left out: it is no table of a packet.\n"
    )


def test_what_moved_on_is_to_be_judged_anew(waiting: Owner) -> None:
    waiting.run("packet", "one", "--to", "Anna", "--limit", "1")
    ((image,),) = waiting.rows("SELECT image_id FROM packet_lines")
    waiting.run("reject", image, "--by", "eve")
    back = fill(Path("one"), {image: "approve"})
    ran = waiting.run("packet", "read", str(back), code=5)
    assert f"Refused: {back}, row 2 ({image}): " in ran.out
    assert "eve" in ran.out
    assert "Judge what moved on in altsync review, or on a new packet" in ran.err
    again = waiting.run("packet", "read", str(back), "--json", code=5).out
    assert document("packet-read", again)["refused"][0]["image"] == image


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--to", "sample:1"), "--to must be another"),
        (("--state", "gone"), "gone is none of"),
        (("--rule", "nonsense"), "There is no rule “nonsense”"),
        (("--album", "nowhere"), "There is no album `nowhere` in the mirror."),
        (("--words", "nowhere"), "No image fits (state needs-review, "),
    ],
)
def test_what_cannot_be_handed_out(
    waiting: Owner, args: tuple[str, ...], says: str
) -> None:
    assert says in waiting.run("packet", "out", *args, code=2).err
    assert not Path("out").exists()


def test_a_folder_called_read_and_no_openpyxl(
    waiting: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    ran = waiting.run("packet", "./read", "--words", "a")
    assert "No packet.xlsx: that needs an extra" in ran.err
    assert sorted(one.name for one in Path("read").iterdir()) == [
        "packet.csv",
        "packet.html",
        "pictures",
    ]
    assert "is not empty; nothing was written" in (
        waiting.run("packet", "./read", code=2).err
    )
    assert "does not exist" in waiting.run("packet", "read", "nothing", code=2).err
