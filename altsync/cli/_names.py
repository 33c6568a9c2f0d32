"""Names that a command was given and the mirror does not know: said before anything is
done, with the one that was meant."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from altsync.planning import Request
    from altsync.store.store import Store

Known = Callable[[sqlite3.Connection], Sequence[str]]


def check(
    conn: sqlite3.Connection,
    *,
    albums: Iterable[str | None] = (),
    models: Iterable[str | None] = (),
    languages: Iterable[str | None] = (),
    people: Iterable[str | None] = (),
) -> None:
    """Raise UsageError for the first that is not on record. None: the
    option was not given. An empty name (a shell's unset variable) is on no record."""
    from altsync.store import on_record

    _first(conn, "There is no album {} in the mirror.", albums, on_record.albums)
    _first(conn, "No text on record is by the model {}.", models, on_record.models)
    _first(conn, "No image has the language {}.", languages, on_record.languages)
    _first(conn, "Nobody called {} judged or was asked.", people, on_record.people)


def _first(
    conn: sqlite3.Connection,
    sentence: str,
    names: Iterable[str | None],
    known: Known,
) -> None:
    from altsync.errors import UsageError
    from altsync.near import did_you_mean
    from altsync.render.text import plain

    wanted = [name for name in names if name is not None]
    if not wanted:
        return
    there = known(conn)
    for name in wanted:
        if name not in there:
            said = sentence.format(f"`{plain(name)}`")
            meant = plain(did_you_mean(name, there))
            raise UsageError(" ".join(filter(None, [said, meant, "Nothing was done."])))


@contextlib.contextmanager
def checked(store: Store, request: Request) -> Iterator[None]:
    """Before a plan is made: raise UsageError for an album, an image or a model that is
    not on record."""
    from altsync.errors import UnknownImage
    from altsync.store import history

    chosen = request.selection
    with store.read() as conn:
        for image in history.unknown(conn, chosen.images):
            raise UnknownImage(image)
        check(conn, albums=chosen.albums, models=chosen.models)
    yield


def a_model(
    ctx: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """A model of llm, as an option's callback: an empty name would be the default."""
    from altsync.errors import UsageError

    if "" in given:
        raise UsageError(
            "There is no model ``. `altsync models` lists them. Nothing was done."
        )
    return given


def check_run(conn: sqlite3.Connection, kind: str, number: int) -> None:
    """Raise UsageError where there is no such run: pull, generate, push."""
    from altsync.errors import UsageError
    from altsync.store import on_record

    there, last = on_record.run(conn, kind, number)
    if not there:
        others = f"The last is {last}." if last else "There is none yet."
        raise UsageError(f"There is no {kind} {number}. {others}")
