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
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from altsync.config import parse
from altsync.generate.choosing import Targets
from altsync.generate.opening import given_away
from altsync.generate.settings import Settings
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
TOML = '[site]\nurl = "http://site.test"\nsource = "memory"\ndatabase = "altsync.db"\n'


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


def export(directory: Path, count: int, form: Form) -> None:
    settings = Settings((MODEL,), cache=Cache(directory / "thumbnails"), again=True)
    to = Destination(directory / f"{form}.jsonl", form)
    with (
        Store.open(directory / "altsync.db") as store,
        given_away(MODEL, {}, settings.timeout),
        store.snapshot() as conn,
    ):
        targets = Targets(conn, Worklist())
        done = Export(Context(Small(count), store), settings, targets, to=to).run()
    assert done.lines == count, done


def take(directory: Path, count: int) -> None:
    config = parse(TOML, directory / "altsync.toml")
    with (
        Store.open(config.database) as store,
        (directory / "answers.jsonl").open("rb") as given,
    ):
        assert Import(config, store, given).run().made == count


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
    used = process(
        [sys.executable, "-m", __spec__.name, name, str(directory), str(count)]
    )
    row(f"{name}: {count:,} lines, peak memory", used.peak, f"under {MOST:.0f}", "MB")
    row(f"{name}: {count:,} lines, time", used.wall, "", "s")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as made:
        directory = Path(made)
        fill(directory, count)
        part("openai", directory, count)
        with (directory / "answers.jsonl").open("w") as file:
            file.writelines(answers(directory / "openai.jsonl"))
        part("import", directory, count)


def child(name: str, directory: Path, count: int) -> None:
    """One part, in a process of its own."""
    if name == "import":
        take(directory, count)
    elif name == "openai":
        export(directory, count, "openai")
    else:
        export(directory, count, "altsync")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
