"""Whatever the umask: files that altsync makes are 0600, directories 0700."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Owner
from tests.processes import PATIENT
from tests.warm import WARM

pytestmark = pytest.mark.slow


@pytest.fixture(params=[0o000, 0o022], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(directory: Path) -> dict[str, int]:
    """Of all that is in it."""
    return {
        str(path.relative_to(directory)): stat.S_IMODE(path.lstat().st_mode)
        for path in sorted(directory.rglob("*"))
    }


def not_its_owners_alone(directory: Path) -> dict[str, str]:
    return {
        name: oct(mode)
        for name, mode in modes(directory).items()
        if mode != (0o700 if (directory / name).is_dir() else 0o600)
    }


@pytest.mark.usefixtures("umask")
def test_what_the_whole_loop_makes_is_its_owners_alone(owner: Owner) -> None:
    here = owner.directory
    owner.init()
    owner.run("pull", "--pictures")
    owner.run("generate")
    owner.run("sample", "--bound", "50%")
    owner.run("approve", "--all", "--yes", "--by", "ann")
    owner.run("diff", "--html", "report.html")
    owner.run("diff", "--plan", "plan.json")
    owner.run("push", "--yes")
    owner.run("export")
    owner.run("export", "--html")
    owner.run("import")
    process = subprocess.Popen(
        [*WARM, "-m", "altsync", "browse", "--no-open"],
        cwd=here,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline().startswith(b"http")
    found = modes(here)
    wrong = not_its_owners_alone(here)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENT)
    assert wrong == {}
    assert {"altsync.toml", "report.html", "plan.json"} < found.keys()
    for kind in (
        "altsync.db",
        "altsync.db.push",
        "altsync.db.generate",
        "altsync.db.import",
        "llm.db",
        ".backup.db",
        ".jpg",
        ".ndjson",
        ".html",
    ):
        assert any(name.endswith(kind) for name in found if "data" in name), kind
    assert not_its_owners_alone(Path.home() / ".local") == {}, "names are remembered"


@pytest.mark.usefixtures("umask")
def test_what_the_owner_opened_to_others_stays_open(mirrored: Owner) -> None:
    data = mirrored.directory / "data"
    data.chmod(0o750)
    (data / "altsync.db").chmod(0o640)
    (mirrored.directory / "report.html").touch()
    (mirrored.directory / "report.html").chmod(0o644)
    mirrored.run("generate")
    mirrored.run("diff", "--html", "report.html")
    found = modes(mirrored.directory)
    assert (found["data"], found["data/altsync.db"]) == (0o750, 0o640)
    assert found["report.html"] == 0o644
    assert found["data/llm.db"] == 0o600
