"""Many reviewers at once, in two processes on one database: what each was told of each
verdict is what is in `reviews`, no more and no less."""

from __future__ import annotations

import random
import re
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from altsync.config import Config, parse
from altsync.models import SiteImage
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates
from altsync.store.store import Store
from tests.processes import PATIENT
from tests.web.hosted import HEADER, HOST, ORIGIN, Hosted, ask_on
from tests.web.mirrors import TOML, candidate
from tests.web.test_review import form_of
from tests.web.wire import Answered

REVIEW = "/-/altsync/review"
NAMES = tuple(f"reviewer {number}" for number in range(8))
IMAGES = 40
VERDICTS = {"approve": "approved", "reject": "rejected", "undo": "withdrawn"}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Forty images that wait, each with one candidate."""
    file = tmp_path / "altsync.toml"
    actors = ", ".join(f'"{name}"' for name in NAMES)
    text = TOML.format(database="data/altsync.db").replace('"anna"', actors)
    file.write_text(text, "utf-8")
    config = parse(text, file)
    ids = [f"album/image-{number:02}" for number in range(IMAGES)]
    site = MemorySource(
        [
            SiteImage(id=one, album="album", name=one.split("/")[1], alt=None)
            for one in ids
        ]
    )
    with Store.open(config.database, create=True) as store:
        store.claim(config.site.url, "memory")
        Pull(Context(site, store)).run()
        with store.write() as tx:
            prompt = candidates.add_prompt(tx, "Describe.", "For the page.")
            for one in ids:
                text = f"A bridge, seen from {one}."
                candidates.add(tx, candidate(one, text, prompt_id=prompt))
    return config


@contextmanager
def another_process(config: Config, path: Path) -> Iterator[Path]:
    """`altsync review` on the same database, on a socket of its own."""
    command = [sys.executable, "-m", "altsync", "--config", str(config.path), "review"]
    process = subprocess.Popen(
        [*command, "--socket", str(path), "--host", HOST],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield path
    finally:
        process.terminate()
        process.communicate(timeout=PATIENT)


@dataclass
class Reviewer:
    """Judges what the queue gives, and keeps what was answered."""

    name: str
    path: Path
    written: list[tuple[str, str]] = field(default_factory=list)
    """(image, verdict) that the page said was given."""
    refused: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def ask(
        self, method: str, target: str, body: bytes = b"", token: str = ""
    ) -> Answered:
        headers: list[tuple[str, str | bytes]] = [
            ("host", HOST),
            (HEADER, self.name),
            ("origin", ORIGIN),
            ("sec-fetch-site", "same-origin"),
            ("cookie", f"ds_csrftoken={token}"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-length", str(len(body))),
        ]
        return ask_on(self.path, target, method, headers, body)

    def give(self, action: str, fields: dict[str, str]) -> Answered:
        body = urlencode({**fields, "action": action}).encode()
        answer = self.ask("POST", REVIEW, body, fields["csrftoken"])
        if answer.status == 303:
            self.written.append((fields["image"], VERDICTS[action]))
        else:
            assert "Nothing was written" in answer.text
            self.refused.append(answer.status)
        return answer

    def judge_all(self) -> Reviewer:
        """Until nothing waits."""
        dice = random.Random(self.name)
        while True:
            page = self.ask("GET", REVIEW).text
            if 'class="card' not in page:
                assert "<strong>0</strong> needs-review" in page
                return self
            fields = form_of(page)
            self.shown.append(fields["image"])
            if dice.random() < 0.2:
                fields["text"] += f" Seen by {self.name}."
            self.give(dice.choice(["approve", "reject"]), fields)

    def undo(self) -> str:
        """The image whose verdict was taken back."""
        page = self.ask("GET", REVIEW)
        token = re.search(r'name="csrftoken" value="([^"]*)"', page.text)
        fields = {"csrftoken": token[1] if token else "", "action": "undo"}
        body = urlencode(fields).encode()
        answer = self.ask("POST", REVIEW, body, fields["csrftoken"])
        assert answer.status == 303, answer.text
        return answer.headers["location"].partition("image=")[2].partition("&")[0]


def rows(config: Config) -> list[tuple[str, str, str]]:
    """(image, verdict, reviewer), in order."""
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute(
            "SELECT c.image_id, r.verdict, r.reviewer FROM reviews r"
            " JOIN candidates c ON c.id = r.candidate_id ORDER BY r.id"
        ).fetchall()
    finally:
        conn.close()


@pytest.mark.slow
def test_what_each_was_told_is_what_is_written(config: Config, tmp_path: Path) -> None:
    with (
        Hosted(config, tmp_path / "one.sock") as one,
        another_process(config, tmp_path / "other.sock") as other,
    ):
        people = [
            Reviewer(name, other if number % 2 else one.path)
            for number, name in enumerate(NAMES)
        ]
        with ThreadPoolExecutor(len(people)) as pool:
            list(pool.map(Reviewer.judge_all, people))
        told = Counter((*each, one.name) for one in people for each in one.written)
        assert Counter(rows(config)) == told
        judged = Counter(image for image, _, _ in told.elements())
        assert judged == dict.fromkeys(judged, 1)
        assert len(judged) == IMAGES
        assert {status for one in people for status in one.refused} <= {409, 503}
        busy = [one for one in people if one.written]
        assert len(busy) > 1
        with ThreadPoolExecutor(len(busy)) as pool:
            list(pool.map(Reviewer.undo, busy))
    taken = Counter((*one.written[-1], one.name) for one in busy)
    after = rows(config)[IMAGES:]
    back = Counter((image, name) for image, _, name in after)
    assert back == Counter((image, name) for image, _, name in taken.elements())
    assert {verdict for _, verdict, _ in after} == {"withdrawn"}


def test_of_many_who_judge_one_image_one_is_first(
    config: Config, tmp_path: Path
) -> None:
    """All saw it, all press at once: one verdict, and the others read who was faster."""
    gate = threading.Barrier(len(NAMES))

    def at_once(one: Reviewer) -> Answered:
        fields = form_of(one.ask("GET", f"{REVIEW}?image=album/image-07").text)
        gate.wait(PATIENT)
        return one.give("approve", fields)

    with Hosted(config, tmp_path / "one.sock") as server:
        people = [Reviewer(name, server.path) for name in NAMES]
        with ThreadPoolExecutor(len(people)) as pool:
            answers = list(pool.map(at_once, people))
    ((image, verdict, winner),) = rows(config)
    assert (image, verdict) == ("album/image-07", "approved")
    assert [one.name for one in people if one.written] == [winner]
    late = [answer for answer in answers if answer.status != 303]
    assert {answer.status for answer in late} == {409}
    assert all(winner in answer.text for answer in late)


def test_two_of_one_process_do_not_meet(config: Config, tmp_path: Path) -> None:
    """Both look, then both judge: neither sees the other's image, nobody is refused."""
    with Hosted(config, tmp_path / "one.sock") as server:
        people = [Reviewer(name, server.path) for name in NAMES[:2]]
        for _ in range(4):
            seen = [form_of(one.ask("GET", REVIEW).text) for one in people]
            for one, fields in zip(people, seen, strict=True):
                one.shown.append(fields["image"])
                one.give("approve", fields)
    anna, ben = people
    assert not anna.refused + ben.refused
    assert not set(anna.shown) & set(ben.shown)
