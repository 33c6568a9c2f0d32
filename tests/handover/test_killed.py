"""Whatever kills an export or an import, between any two of its steps: no question is
with two people, no answer is lost, and none is booked twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from pathlib import Path

import pytest

from altsync.store.store import Store
from tests.generate.conftest import Bench
from tests.handover.conftest import CALL, answers, export, questions, take
from tests.lengths import LENGTH
from tests.processes import PATIENT
from tests.warm import WARM

EXPORT = """
import os, signal, sys
from pathlib import Path
from altsync.handover import outgoing
from altsync.sources.memory import MemorySource
from altsync.store import handovers
from altsync.store.store import Store
from tests.generate.conftest import photo
from tests.handover.conftest import export

class Site(MemorySource):
    def pixels(self, image, max_bytes=0):
        return photo(int(image.name[1:]))

def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

module = {"outgoing": outgoing, "handovers": handovers}[sys.argv[3]]
assert hasattr(module, sys.argv[4])
setattr(module, sys.argv[4], dies)
with Store.open(Path(sys.argv[1])) as store:
    export(Site(), store, Path(sys.argv[2]))
"""
IMPORT = """
import sys
from pathlib import Path
from altsync.store.store import Store
from tests.handover.conftest import take

with Store.open(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    take(store, Path(sys.argv[2]))
"""
STEPS = (
    ("handovers", "begin"),
    ("outgoing", "_deliver"),
    ("outgoing", "_delivered"),
)
"""Where an export dies: nothing is on record; the file is not in its place; that is not
on record."""


def start(script: str, *words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*WARM, "-c", script, *map(str, words)],
        stdout=subprocess.PIPE,
        env=dict(os.environ),
    )


@pytest.mark.parametrize("step", STEPS)
def test_an_export_that_was_killed_is_gone_on_with(
    step: tuple[str, str], site: Bench, tmp_path: Path
) -> None:
    died, next_one = tmp_path / "died.jsonl", tmp_path / "next.jsonl"
    process = start(EXPORT, site.store.path, died, *step)
    assert process.wait(PATIENT) == -signal.SIGKILL
    assert process.stdout
    process.stdout.close()
    done = export(site.source, site.store, next_one)
    given = [
        one for file in (died, next_one) if file.exists() for one in questions(file)
    ]
    assert len({one["work_key"] for one in given}) == len(given) == 12
    assert done.lines == (12 if step == STEPS[0] else 0)
    answered = tmp_path / "answers.jsonl"
    answered.write_bytes(answers(given))
    assert take(site.store, answered).made == 12
    assert site.rows("SELECT count(*) FROM handover_lines WHERE came IS NULL") == [(0,)]
    parts = [path for path in tmp_path.glob("*.part") if path.name.startswith("next")]
    assert not parts


@pytest.mark.slow
@pytest.mark.timeout(120 * LENGTH)
def test_two_imports_at_once_killed_at_random_take_each_answer_once(
    site: Bench, tmp_path: Path
) -> None:
    for number in range(12, 36):
        site.add(number)
    site.pull()
    file, answered = tmp_path / "q.jsonl", tmp_path / "answers.jsonl"
    export(site.source, site.store, file)
    answered.write_bytes(answers(questions(file)))
    path = site.store.path
    for _ in range(2 * LENGTH):
        both = [start(IMPORT, path, answered) for _ in range(2)]
        for process in both:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
        wanted = _made(path) + random.randint(1, 8)
        while _made(path) < wanted and any(one.poll() is None for one in both):
            pass
        for process in both:
            process.kill()
            process.wait()
            assert process.stdout
            process.stdout.close()
    take(site.store, answered)
    (row,) = site.rows(
        "SELECT count(*), count(DISTINCT work_key), count(DISTINCT image_id),"
        " sum(cost_usd) FROM candidates"
    )
    assert row[:3] == (36, 36, 36)
    assert row[3] == pytest.approx(36 * CALL)


def _made(path: Path) -> int:
    with Store.open(path) as store, store.read() as conn:
        return int(conn.execute("SELECT count(*) FROM candidates").fetchone()[0])
