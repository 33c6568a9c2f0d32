"""CPU of `altsync --help` and `altsync diff` against a bare interpreter with argparse,
sqlite3 and json."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from altsync.store.store import Store
from benchmarks.measure import altsync, in_turn, process, row

BARE = [sys.executable, "-c", "import argparse, sqlite3, json"]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "altsync.toml").write_text(
            '[site]\nurl = "http://site.test"\nsource = "memory"\n', "utf-8"
        )
        Store.open(directory / "data" / "altsync.db", create=True).close()
        for args in (["--help"], ["diff"], ["status"]):
            _, _, ratio = in_turn(
                lambda args=args: process(altsync(*args), directory).cpu,  # type: ignore[misc]
                lambda: process(BARE).cpu,
                rounds=15,
            )
            row(
                f"altsync {' '.join(args)}: CPU against the bare interpreter",
                ratio,
                "(--help: at most 3)",
            )
