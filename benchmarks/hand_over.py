"""altsync work: 10,000 questions into a file, and their answers back, in flat memory.

    python -m benchmarks.hand_over [lines]

Each part is a process of its own; the peak is the operating system's account. The
pictures are as large as a photo's (130 kB in base64), and lie in the cache.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from altsync.config import parse
from altsync.generate.choosing import Targets
from altsync.generate.opening import given_away
from altsync.generate.settings import Settings
from altsync.handover import outgoing
from altsync.handover.incoming import Import
from altsync.handover.lines import Form
from altsync.handover.outgoing import Destination, Export
from altsync.models import SiteImage
from altsync.pictures.cache import Cache
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from benchmarks.measure import process, row

LINES = 10_000
SIDE = 768
MOST = 300.0
"""Megabytes."""
MODEL = "Qwen/Qwen2.5-VL-7B-Instruct"
TOML = f"""
[site]
url = "http://site.test"
source = "memory"
database = "altsync.db"
[generate.prices]
"{MODEL}" = {{ input = 1.0, output = 10.0 }}
"""
HERE = "benchmarks.hand_over"


class Small(MemorySource):
    """Images whose files are another one each, and small: what is measured is what
    becomes of them."""

    def __init__(self, count: int) -> None:
        super().__init__(
            SiteImage(
                id=f"a/{n:06d}", album="a", name=f"{n:06d}", alt="", title=f"T {n}"
            )
            for n in range(count)
        )
        out = io.BytesIO()
        Image.effect_noise((64, 48), 60).convert("RGB").save(out, "PNG")
        self.photo = out.getvalue()

    def pixels(self, image: SiteImage, max_bytes: int = 60_000_000) -> bytes:
        return self.photo + image.id.encode()


def fill(directory: Path, count: int) -> None:
    """A mirror, and the pictures of its images in the cache."""
    source, cache = Small(count), Cache(directory / "thumbnails")
    with Store.open(directory / "altsync.db", create=True) as store:
        store.claim("http://site.test", "memory")
        Pull(Context(source, store)).run()
    out = io.BytesIO()
    noise = Image.effect_noise((SIDE // 2, SIDE * 3 // 8), 40).convert("RGB")
    noise.resize((SIDE, SIDE * 3 // 4)).save(out, "JPEG", quality=85)
    first: Path | None = None
    for number in range(count):
        name = hashlib.sha256(source.photo + f"a/{number:06d}".encode()).hexdigest()
        if first is None:
            first = cache.keep(name, SIDE, out.getvalue())
            continue
        path = cache.path(name, SIDE)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(first, path)


def export(directory: Path, count: int, form: Form, name: str = "") -> None:
    settings = Settings((MODEL,), cache=Cache(directory / "thumbnails"), again=True)
    to = Destination(directory / f"{name or form}.jsonl", form)
    with (
        Store.open(directory / "altsync.db") as store,
        given_away(MODEL, {}, settings.timeout),
        store.snapshot() as conn,
    ):
        targets = Targets(conn, Worklist())
        done = Export(Context(Small(count), store), settings, targets, to=to).run()
    assert done.lines + done.run.waiting == count, done


def take(directory: Path, count: int) -> None:
    config = parse(TOML, directory / "altsync.toml")
    with (
        Store.open(config.database) as store,
        (directory / "answers.jsonl").open("rb") as given,
    ):
        done = Import(config, store, given).run()
    assert done.made + done.known == count


def answers(file: Path) -> Iterator[str]:
    """What somebody says to each question of a file of OpenAI's format."""
    alt = {
        "decision": "informative",
        "alt": "A picture of grey noise.",
        "long_description": "",
        "text_in_image": "",
        "people": False,
        "unsure": False,
        "why": "",
    }
    message = {"role": "assistant", "content": json.dumps(alt)}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 50, "total_tokens": 950},
    }
    with file.open("rb") as lines:
        for line in lines:
            response = {"status_code": 200, "request_id": "r", "body": body}
            key = json.loads(line)["custom_id"]
            yield json.dumps({"id": "1", "custom_id": key, "response": response}) + "\n"


def part(name: str, directory: Path, count: int) -> None:
    used = process([sys.executable, "-m", HERE, name, str(directory), str(count)])
    row(f"{name}: {count:,} lines, peak memory", used.peak, f"under {MOST:.0f}", "MB")
    row(f"{name}: {count:,} lines, time", used.wall, "", "s")


def under_kills(
    count: int = 60, kills: int = 6
) -> tuple[str, int, int, float, int, int]:
    """Way, images, lines answered, dollars booked, paid twice, lost: an export that dies
    between two steps, and imports of one file that are killed at random, two at a time."""
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        fill(directory, count)
        _ended("died", directory, count)
        export(directory, count, "openai")  # puts the file into its place
        given = [*answers(directory / "died.jsonl")]
        (directory / "answers.jsonl").write_text("".join(given))
        for _ in range(kills):
            both = [_begun("import", directory, count) for _ in range(2)]
            time.sleep(random.uniform(2.0, 5.0))
            for process in both:
                process.kill()
                process.wait()
        child("import", directory, count)
        with Store.open(directory / "altsync.db") as store, store.read() as conn:
            sql = "SELECT count(*), count(DISTINCT work_key), sum(cost_usd) FROM candidates"
            stored, works, dollars = conn.execute(sql).fetchone()
    return "file", count, len(given), dollars, stored - works, count - works


def _begun(name: str, directory: Path, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", HERE, name, str(directory), str(count)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _ended(name: str, directory: Path, count: int) -> None:
    assert _begun(name, directory, count).wait() == -signal.SIGKILL


def _dies(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        fill(directory, count)
        part("openai", directory, count)
        with (directory / "answers.jsonl").open("w") as file:
            file.writelines(answers(directory / "openai.jsonl"))
        part("import", directory, count)
    way, images, lines, dollars, twice, lost = under_kills()
    print(
        f"  {way} under kills: {images} images, {lines} lines, ${dollars:.4f} booked,"
        f" {twice} paid twice, {lost} lost"
    )


def child(name: str, directory: Path, count: int) -> None:
    """One part, in a process of its own."""
    if name == "import":
        take(directory, count)
    elif name == "died":
        setattr(outgoing, "_deliver", _dies)  # noqa: B010
        export(directory, count, "openai", "died")
    elif name == "openai":
        export(directory, count, "openai")
    else:
        export(directory, count, "altsync")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
