"""A picture takes at most so much time and memory, and brings down nothing but the
process that decodes it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from altsync.errors import PictureError
from altsync.generate import infile
from altsync.pictures import apart, frames
from altsync.pictures.prepare import prepare
from tests.pictures.made import boxed, encoded
from tests.processes import PATIENT

HERE = f"{__name__}"


@pytest.fixture(autouse=True)
def nothing_idle() -> Iterator[None]:
    apart._close_all()
    yield
    apart._close_all()


def of_many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan stands there again and again: 50 bytes each,
    and a walk through all blocks."""
    whole = encoded(Image.new("L", (4000, 4000), 90), "JPEG", progressive=True)
    last = whole[whole.rfind(b"\xff\xda") : -2]
    return whole[:-2] + last * count + b"\xff\xd9"


def well_behaved() -> bytes:
    return encoded(boxed(), "PNG")


# What a decoder may be asked to do in these tests; it runs in that process.


def backwards(data: bytes, *, extra: str = "") -> bytes:
    return data[::-1] + extra.encode()


def dies(data: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return data


def eats(data: bytes) -> bytes:
    return data * 1000


def spins(data: bytes) -> bytes:
    while True:
        data = data[::-1]


def sleeps(data: bytes) -> bytes:
    time.sleep(60)
    return data


def surroundings(data: bytes) -> bytes:
    return json.dumps(dict(os.environ)).encode()


def process(data: bytes) -> bytes:
    time.sleep(0.05)
    return str(os.getpid()).encode()


def writes(data: bytes) -> bytes:
    Path(data.decode()).write_bytes(b"x" * 10)
    return b""


def stands(data: bytes) -> bytes:
    return str(Path().absolute()).encode()


def test_a_function_is_run_elsewhere() -> None:
    assert apart.run(f"{HERE}:backwards", b"abc", extra="!") == b"cba!"
    assert int(apart.run(f"{HERE}:process", b"")) != os.getpid()


def test_a_process_serves_many_pictures() -> None:
    assert len({apart.run(f"{HERE}:process", b"") for _ in range(3)}) == 1


def test_so_many_are_decoded_at_once_and_no_more() -> None:
    found: set[bytes] = set()
    threads = [
        threading.Thread(target=lambda: found.add(apart.run(f"{HERE}:process", b"")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(found) <= apart.COUNT


def test_a_decoder_that_dies_is_this_pictures_fault_alone() -> None:
    with pytest.raises(PictureError, match="brings the decoder down") as caught:
        apart.run(f"{HERE}:dies", b"")
    assert caught.value.kind == "damaged"
    assert apart.run(f"{HERE}:backwards", b"ab") == b"ba"


def test_too_much_memory_is_told_and_the_next_is_well() -> None:
    with pytest.raises(PictureError, match="over 400 MB of memory") as caught:
        apart.run(f"{HERE}:eats", b"x" * 1_000_000)
    assert caught.value.kind == "too big"
    assert apart.run(f"{HERE}:backwards", b"ab") == b"ba"


def test_what_a_used_process_has_no_room_for_is_tried_in_a_new_one() -> None:
    apart.run(f"{HERE}:backwards", b"ab")
    (used,) = apart._idle
    with pytest.raises(PictureError, match="memory"):
        apart.run(f"{HERE}:eats", b"x" * 1_000_000)
    assert not used.lives()
    assert not apart._idle


def test_too_much_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 1)
    with pytest.raises(PictureError, match="over 1 s to decode") as caught:
        apart.run(f"{HERE}:spins", b"abc")
    assert caught.value.kind == "too big"
    assert apart.run(f"{HERE}:backwards", b"ab") == b"ba"


def test_time_is_counted_for_each_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has served for long is not out of time."""
    monkeypatch.setattr(apart, "SECONDS", 1)
    scans = of_many_scans(12)  # takes some tenths of a second
    for _ in range(8):
        apart.run("altsync.pictures.shrink:shrink", scans, side=64)
    assert apart._idle[0].served == 8


def test_one_that_only_waits_is_ended_by_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 1.0)
    with pytest.raises(PictureError, match="s to decode"):
        apart.run(f"{HERE}:sleeps", b"")
    assert not apart._idle


def test_a_decoder_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTSYNC_TOKEN", "very-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret")
    assert b"very-secret" not in apart.run(f"{HERE}:surroundings", b"")


def test_a_decoder_writes_no_file(tmp_path: Path) -> None:
    """RLIMIT_FSIZE is 0: SIGXFSZ ends it, or the write fails."""
    with pytest.raises(PictureError):
        apart.run(f"{HERE}:writes", str(tmp_path / "x").encode())
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").stat().st_size


def test_a_decoder_outlives_the_directory_that_it_was_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pillow asks where it stands, and would call each picture damaged."""
    here = tmp_path / "gone"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.syspath_prepend("")
    assert apart.run(f"{HERE}:stands", b"") == os.sep.encode()
    monkeypatch.chdir(tmp_path)
    here.rmdir()
    assert apart.run(f"{HERE}:stands", b"") == os.sep.encode()


def test_a_fork_does_not_share_its_decoders() -> None:
    apart.run(f"{HERE}:backwards", b"ab")
    assert apart._idle
    child = os.fork()
    if child == 0:
        os._exit(len(apart._idle))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert apart._idle


def test_decoders_end_with_us_however_we_end() -> None:
    code = (
        "import os, signal\n"
        "from altsync.pictures import apart\n"
        f"print(apart.run('{HERE}:process', b'').decode(), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    decoder = int(ran.stdout)
    ends = time.monotonic() + PATIENT
    while time.monotonic() < ends:
        try:
            os.kill(decoder, 0)
        except ProcessLookupError:
            break
        time.sleep(0.02)
    else:
        pytest.fail("the decoder lives on")


def test_an_interrupt_leaves_no_answer_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apart.run(f"{HERE}:backwards", b"ab")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(frames, "read_answer", interrupted)
        with pytest.raises(KeyboardInterrupt):
            apart.run(f"{HERE}:backwards", b"cd")
    assert apart.run(f"{HERE}:backwards", b"ef") == b"fe"


def test_a_jpeg_of_six_thousand_scans_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "SECONDS", 1)
    with pytest.raises(PictureError, match="over 1 s to decode"):
        prepare(of_many_scans(6000))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "mode", "size", "fits"),
    [
        ("PNG", "RGB", (8000, 6000), True),
        ("PNG", "RGBA", (8000, 6000), False),
        ("PNG", "I;16", (8000, 6000), True),
        ("TIFF", "RGB", (8000, 6000), True),
        ("JPEG", "RGB", (8000, 6000), True),
        ("WEBP", "RGB", (8000, 6000), False),
        ("WEBP", "RGBA", (4900, 3650), True),
        ("AVIF", "RGB", (6000, 4900), True),
        ("AVIF", "RGB", (8000, 6000), False),
    ],
)
def test_no_picture_takes_more_memory(
    form: str, mode: str, size: tuple[int, int], fits: bool
) -> None:
    """Of 48 megapixels, or what its decoder can do within the bounds."""
    quickly: dict[str, dict[str, object]] = {
        "PNG": {"compress_level": 1},
        "AVIF": {"speed": 10},
        "TIFF": {"compression": "tiff_lzw"},
    }
    whole = Image.linear_gradient("L").resize(size).convert(mode)
    data = encoded(whole, form, **quickly.get(form, {}))
    del whole
    if not fits:
        with pytest.raises(PictureError) as caught:
            prepare(data)
        assert "have the site offer a smaller derivative" in str(caught.value)
        return
    assert Image.open(io.BytesIO(prepare(data).jpeg)).width == 768
    status = Path(f"/proc/{apart._idle[0].process.pid}/status").read_text()
    (peak,) = [line for line in status.splitlines() if line.startswith("VmPeak")]
    assert int(peak.split()[1]) * 1024 <= apart.MEMORY


def test_what_a_file_says_is_read_apart() -> None:
    """Pillow decodes a PNG to the end to find its EXIF."""
    before = apart._idle[:]
    assert infile.read(well_behaved()) == []
    assert apart._idle != before
    assert infile.read(b"no picture") == []


def test_a_process_killed_while_it_idled_is_not_the_next_pictures_fault() -> None:
    """The kernel ends what idles when memory is short; the picture is whole."""
    picture = well_behaved()
    prepare(picture)
    for decoder in apart._idle:
        decoder.process.kill()
        decoder.process.wait()
        decoder.process.returncode = None
    assert prepare(picture)
