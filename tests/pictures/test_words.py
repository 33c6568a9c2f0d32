"""Words in pictures: what comes from the engine is data of strangers, and the engine may
err, break, or talk."""

from __future__ import annotations

import json
import sys

import pytest
from PIL import Image, ImageDraw, ImageFont

from altsync.errors import ConfigError, PictureError
from altsync.models import LONGEST_LINE, ReadLine
from altsync.pictures import apart, words
from altsync.pictures.prepare import Picture, prepare
from altsync.pictures.words import Reader
from tests.pictures.made import boxed, encoded

HERE = __name__
JPEG = encoded(boxed(), "JPEG")


def says(jpeg: bytes) -> bytes:
    """An engine that reads the size of the file."""
    print("loading model …", flush=True)
    sys.stdout.write("100%")
    return json.dumps([[f"{len(jpeg)}", 0.1, 0.9]]).encode()


def strange(jpeg: bytes) -> bytes:
    """Signs that steer a terminal, and more than anybody wants."""
    lines = [["OPEN\x1b[2J\u202eDAY\n", 0.2, 7], ["\x00", 0.1, 0.9], ["x" * 9999, 1, 1]]
    return json.dumps(lines).encode()


def nothing(jpeg: bytes) -> bytes:
    return b"[]"


def no_lines(jpeg: bytes) -> bytes:
    return b'[["half a li'


def other_shape(jpeg: bytes) -> bytes:
    return b'{"a": 1, "b": 2}'


def breaks(jpeg: bytes) -> bytes:
    raise RuntimeError("a tensor of another shape")


def test_lines_come_back_whatever_the_engine_prints() -> None:
    assert words.read(JPEG, f"{HERE}:says") == (ReadLine(f"{len(JPEG)}", 0.1, 0.9),)
    assert words.read(JPEG, f"{HERE}:nothing") == ()


def test_what_is_read_is_printable_and_bounded() -> None:
    first, second = words.read(JPEG, f"{HERE}:strange")
    assert first == ReadLine("OPEN [2J DAY", 0.2, 1.0)
    assert second.text == "x" * LONGEST_LINE


@pytest.mark.parametrize("engine", ["no_lines", "other_shape", "breaks"])
def test_what_breaks_the_engine_is_an_error_of_this_picture(engine: str) -> None:
    with pytest.raises(PictureError):
        words.read(JPEG, f"{HERE}:{engine}")
    assert words.read(JPEG, f"{HERE}:nothing") == (), "the next one is read"


def test_a_reader_has_a_process_of_its_own_with_more_room() -> None:
    def process(*, words: bool) -> bytes:
        return apart.run("tests.pictures.test_apart:process", b"", words=words)

    assert process(words=True) != process(words=False)
    assert process(words=True) == process(words=True)


def test_every_part_of_a_long_picture_is_read() -> None:
    picture = Picture("ab", JPEG, more=(Picture("ab", JPEG + b"."),))
    lines = Reader("double", f"{HERE}:says").lines(picture)
    assert [line.text for line in lines] == [f"{len(JPEG)}", f"{len(JPEG) + 1}"]


def test_without_the_extra_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_PACKAGES", ("sys", "no_such_package"))
    with pytest.raises(ConfigError, match=r"pip install 'altsync\[ocr\]'"):
        words.reader()


def test_the_real_engine_reads_a_sign_and_nothing_where_nothing_stands() -> None:
    pytest.importorskip("rapidocr")
    picture = Image.new("RGB", (900, 500), "white")
    letters = ImageFont.load_default(60)
    pen = ImageDraw.Draw(picture)
    pen.text((60, 60), "Platform 9", font=letters, fill="black")
    pen.text((60, 300), "1,240 seats", font=letters, fill="black")
    reader = words.reader()
    assert reader.engine.startswith("rapidocr ")
    lines = reader.lines(prepare(encoded(picture)))
    assert [line.text for line in lines] == ["Platform 9", "1,240 seats"]
    assert all(line.sure > 0.9 and 0.05 < line.height < 0.3 for line in lines)
    assert reader.lines(prepare(encoded(boxed((300, 200))))) == ()
