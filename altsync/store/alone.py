"""One process of a kind at a time: locks beside the database."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from altsync import atomic
from altsync.errors import AltsyncError, AtWork, StoreError, Unwritable
from altsync.store.refusal import LOCKED, MASK

_CALLED = {"pages": "`altsync pages` or `altsync verify`"}
"""Stages of which one lock keeps two."""


@contextlib.contextmanager
def alone(file: Path, stage: str, busy: str = "") -> Iterator[None]:
    """Hold the lock of a stage on the database `file` (its only name). Raises
    StoreError with the words of `busy` where somebody else holds it.

    The lock is SQLite's own, on an empty file beside the database: it works wherever
    the database does, and a killed process leaves it open.
    """
    says = busy or f"Another {_CALLED.get(stage, stage)} is at work on {file}."
    with _locked(file, stage, "BEGIN EXCLUSIVE", says):
        yield


@contextlib.contextmanager
def named(file: Path, stage: str, who: str) -> Iterator[None]:
    """The same, and whoever comes second is told `who` is at work: that stands in a file
    beside the lock meanwhile. Raises AtWork where somebody else holds it."""
    note = file.with_name(f"{file.name}.{stage}.who")
    busy = f"Another {stage} is at work on {file}{_holder(note)}."
    with _locked(file, stage, "BEGIN EXCLUSIVE", busy, AtWork):
        with atomic.replacing(note) as part:
            part.write_text(who, "utf-8")
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


def _holder(note: Path) -> str:
    """Who is at work, as far as that can be read. What a killed process left behind is
    never shown: where its lock is open, the next one takes it."""
    try:
        return f" ({note.read_text('utf-8')})"
    except OSError:
        return ""


@contextlib.contextmanager
def beside(file: Path, stage: str) -> Iterator[None]:
    """Be at work where that stage must not be: any number may, until it is `alone`.
    Raises StoreError while it is."""
    with _locked(file, stage, "BEGIN", f"An {stage} is at work on {file}."):
        yield


@contextlib.contextmanager
def _locked(
    file: Path,
    stage: str,
    begin: str,
    busy: str,
    kind: type[AltsyncError] = StoreError,
) -> Iterator[None]:
    lock = file.with_name(f"{file.name}.{stage}")
    _make(lock, file)
    conn = sqlite3.connect(lock, timeout=0, check_same_thread=False)
    conn.isolation_level = None
    try:
        try:
            conn.execute(begin)
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & MASK not in LOCKED:
                raise
            raise kind(
                f"{busy} Nothing was done. Let it end, or stop it with Ctrl-C; then run"
                " this again."
            ) from None
        yield
    finally:
        conn.close()


def _make(lock: Path, file: Path) -> None:
    """Whoever may write the database has to get its locks too. One that can only be
    read would let two in: SQLite takes its BEGIN EXCLUSIVE for a BEGIN."""
    try:
        mode = atomic.rights(file)
        if not atomic.make_file(lock, atomic.FILE if mode is None else mode):
            if os.access(lock, os.W_OK):
                return
            raise Unwritable(
                f"You may not write {lock}, the lock of another user of this database."
                " Nothing was done. Let its owner give you the right that you have to"
                " the database itself (chmod), or delete it while altsync does not run."
            )
    except OSError as error:
        raise Unwritable(
            f"The lock {lock} cannot be made: {error}. Nothing was done."
        ) from error
    if mode is None or not hasattr(os, "chown"):
        return
    like = file.stat()
    with contextlib.suppress(OSError):
        # only root gives files away; the group may be one of the user's
        os.chown(lock, like.st_uid if os.geteuid() == 0 else -1, like.st_gid)
