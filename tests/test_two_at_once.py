"""Two processes on one database: no text is sent or paid for twice, no journal row
settled by a stranger."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.demo.site import DemoSite
from altsync.errors import StoreError
from altsync.models import Origin
from altsync.pull import Pull
from altsync.stage import Context
from altsync.store.store import Store
from tests.doubles.providers.openai import serving
from tests.processes import PATIENT
from tests.scene import Scene, scene
from tests.warm import WARM

CATS = ("cats/one", "dogs/one")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    made = scene(tmp_path)
    yield made
    made.store.close()


def second(world: Scene) -> Scene:
    """What another process has: the same site, the same file, a connection of its own."""
    return Scene(world.source, Store.open(world.store.path))


def test_a_push_during_a_push_sends_nothing_and_settles_nothing(world: Scene) -> None:
    for image_id in CATS:
        world.propose(image_id, f"A text for {image_id}.")
    other = second(world)
    met: list[str] = []

    def meanwhile(step: str, ids: tuple[str, ...]) -> None:
        if step == "write" and not met:
            met.append("busy")
            with pytest.raises(StoreError, match="Another push is at work"):
                other.push()

    world.site.before = meanwhile
    done = world.push()
    assert (met, done.applied, done.failed) == (["busy"], 2, 0)
    assert world.site.counts["write"] == 2
    rows = world.store.conn.execute(
        "SELECT status, count(*) FROM push_items GROUP BY status"
    ).fetchall()
    assert rows == [("applied", 2)]
    assert other.push().applied == 0, "free again"
    other.store.close()


def test_the_lock_ends_with_its_process(world: Scene) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from altsync.store.store"
        " import Store\nstore = Store.open(Path(sys.argv[1]))\nwith"
        " store.alone('generate'):\n    print('held', flush=True); sys.stdin.read(1);"
        " os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with subprocess.Popen(
        [*WARM, "-c", code, str(world.store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline().strip() == b"held"
        with (
            pytest.raises(StoreError, match="Another generate"),
            world.store.alone("generate"),
        ):
            pass
        with world.store.alone("push"):
            pass  # another stage is no matter
        process.stdin.write(b"x")
        process.stdin.close()
        process.wait(PATIENT)
    with world.store.alone("generate"):
        pass


def test_what_a_pull_read_before_a_push_confirmed_it_is_not_a_persons_edit(
    world: Scene,
) -> None:
    world.propose("cats/one", "A cat.")
    other = second(world)
    calls = 0

    def meanwhile(step: str, ids: tuple[str, ...]) -> None:
        nonlocal calls
        if step == "read" and not calls:
            calls += 1
            stale.append(world.site.now("cats/one"))
            other.push()

    stale: list[object] = []
    read = world.site.read

    def slow(image_id: str) -> object:
        found = read(image_id)
        return stale[0] if image_id == "cats/one" and stale else found

    world.site.before = meanwhile
    world.site.read = slow  # type: ignore[assignment, method-assign]
    drift: list[object] = []
    context = Context(world.source, world.store, threads=1)
    Pull(context, drifted=drift.append).run()
    assert calls == 1
    assert drift == []
    assert (world.state("cats/one"), world.origin("cats/one")) == ("ai", Origin.AI)
    world.site.read = read  # type: ignore[method-assign]
    world.site.edit("cats/one", alt="A person's cat.")
    world.pull()
    assert world.origin("cats/one") == Origin.HUMAN
    other.store.close()


@pytest.mark.slow
@pytest.mark.parametrize("link", ["symbolic", "hard"])
def test_two_commands_under_two_names_of_one_database_pay_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    """Two owners of one mirror, each in a directory of his own."""
    with DemoSite() as site, serving(Path(os.environ["LLM_USER_PATH"])) as model:
        monkeypatch.setenv("ALTSYNC_TOKEN", site.token)
        model.latency = 0.2
        config = HOUSE.format(site=site)
        for owner in ("anna", "bert"):
            (tmp_path / owner / "data").mkdir(parents=True)
            (tmp_path / owner / "altsync.toml").write_text(config, "utf-8")
        command(tmp_path / "anna", "pull").communicate(timeout=PATIENT)
        ours, theirs = (
            tmp_path / owner / "data" / "altsync.db" for owner in ("anna", "bert")
        )
        if link == "hard":
            os.link(ours, theirs)
        else:
            theirs.symlink_to(ours)
        both = [
            command(tmp_path / owner, "generate", "--yes") for owner in ("anna", "bert")
        ]
        said = [process.communicate(timeout=PATIENT)[1].decode() for process in both]
        command(tmp_path / "bert", "generate", "--yes").communicate(timeout=PATIENT)
        with Store.open(ours) as store, store.read() as conn:
            told = "SELECT count(*), count(DISTINCT image_id) FROM candidates"
            made, images = conn.execute(told).fetchone()
    assert sorted(process.returncode for process in both)[0] == 0, said
    assert model.paid == made == images > 5


HOUSE = """\
[site]
url = "{site.url}"
[album]
inventory = ["{site.url}/sitemap.xml"]
pixels = "{site.pixels}"
[generate]
model = "double"
workers = 3
"""


def command(directory: Path, *args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*WARM, "-m", "altsync", *args],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
