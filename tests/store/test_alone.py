"""The locks of the stages: who holds them, who may take them, what they leave."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from altsync.errors import StoreError, Unwritable
from altsync.store import alone
from tests.doubles.storage import WITHOUT_RIGHTS


def test_any_number_may_be_at_work_until_it_is_alone(tmp_path: Path) -> None:
    file = tmp_path / "altsync.db"
    with alone.beside(file, "import"), alone.beside(file, "import"):
        with (
            pytest.raises(StoreError, match=r"^A pull is\. Nothing was done"),
            alone.alone(file, "import", "A pull is."),
        ):
            pass
        with alone.alone(file, "push"):
            pass
    with alone.alone(file, "import"):
        with (
            pytest.raises(StoreError, match="An import is at work"),
            alone.beside(file, "import"),
        ):
            pass
        with (
            pytest.raises(StoreError, match="Another import is at work"),
            alone.alone(file, "import"),
        ):
            pass
    with (
        alone.alone(file, "pages"),
        pytest.raises(StoreError, match="Another `altsync pages` or `altsync verify`"),
        alone.alone(file, "pages"),
    ):
        pass


@pytest.mark.parametrize("mode", [0o600, 0o660, 0o644])
def test_whoever_may_write_the_database_may_take_its_locks(
    tmp_path: Path, mode: int
) -> None:
    file = tmp_path / "altsync.db"
    file.touch()
    file.chmod(mode)
    if os.geteuid() == 0:
        os.chown(file, 12345, 54321)
    with alone.alone(file, "push"):
        pass
    lock, like = (tmp_path / "altsync.db.push").stat(), file.stat()
    assert stat.S_IMODE(lock.st_mode) == mode
    assert (lock.st_uid, lock.st_gid) == (like.st_uid, like.st_gid)


def test_a_lock_of_a_database_that_is_not_there_yet(tmp_path: Path) -> None:
    with alone.alone(tmp_path / "altsync.db", "import"):
        mode = (tmp_path / "altsync.db.import").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_lock_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    file = tmp_path / "none" / "altsync.db"
    (tmp_path / "none").touch()
    with (
        pytest.raises(Unwritable, match="cannot be made"),
        alone.alone(file, "push"),
    ):
        pass


TAKE = """
import sys
from pathlib import Path
from altsync.errors import Unwritable
from altsync.store import alone
from tests.doubles.storage import WITHOUT_RIGHTS
try:
    with alone.alone(Path(sys.argv[1]), "push"):
        print("taken")
except Unwritable as error:
    print(error)
"""


def test_a_lock_that_may_only_be_read_is_not_taken(tmp_path: Path) -> None:
    """SQLite would let two processes in."""
    (tmp_path / "altsync.db.push").touch(0o400)
    done = subprocess.run(
        [*WITHOUT_RIGHTS, sys.executable, "-c", TAKE, tmp_path / "altsync.db"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "lock of another user" in done.stdout
