"""What a worker of a cluster does: look at an image, read the words in it, make one call.

It gets plain data and gives plain data, and knows nothing of the database. The site's
token and the model's key are its own, of its environment or llm's key store: no task
holds a secret. Its functions raise nothing that was foreseen: an error that is raised in
a task is Dask's to deal with, one that is given back is ours.
"""

from __future__ import annotations

import functools
import pickle
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

from altsync.config import Config
from altsync.errors import AltsyncError, ClusterGone, PictureError
from altsync.generate import infile
from altsync.generate.asking import Model
from altsync.generate.context import Piece
from altsync.generate.once import OneCall, once
from altsync.generate.opening import open_model
from altsync.generate.revived import Stilled, stilled
from altsync.generate.task import Reply, Task
from altsync.generate.tickets import Ticket
from altsync.generate.told import without
from altsync.generate.trouble import Remedy, Trouble
from altsync.generate.work import UNMISTAKEN
from altsync.models import FileFacts, ReadLine, SiteImage
from altsync.pictures import words
from altsync.pictures.drawn import Drawn
from altsync.pictures.prepare import draw
from altsync.render.text import plain
from altsync.sources import open_source
from altsync.sources.base import Source

HELD_KEY = "The answer held the key that it was asked with."


@dataclass(frozen=True, slots=True)
class Orders:
    """What every worker is told of a run."""

    version: str
    """Of altsync: another one may mean something else by the same data."""
    config: Config
    side: int
    models: tuple[str, ...]
    options: Mapping[str, Any]
    timeout: float
    """Seconds for one call."""
    reader: words.Reader | None
    """What reads the words in pictures."""
    folders: tuple[Path, ...] = ()
    """Of pictures, which a worker has at the same place."""

    def packed(self) -> bytes:
        """As each task takes them along."""
        return pickle.dumps(self)


@dataclass(frozen=True, slots=True)
class HeldPicture:
    """An image that a worker has looked at. It keeps it until nobody asks any more."""

    name: str
    """SHA-256 of the file."""
    drawn: Drawn
    in_file: tuple[Piece, ...]
    facts: FileFacts


@dataclass(frozen=True, slots=True)
class CallOfAWorker:
    """What came of a call there."""

    came: OneCall
    response: Stilled | None = None
    """For llm's log."""


class NotAsked(StrEnum):
    """Why a worker made no call."""

    TAKEN = "taken"
    """Somebody else has the ticket: a worker that is gone, most likely."""
    OTHER_PICTURE = "other picture"
    """The picture was lost with its worker, and the site has another one now."""
    STRANDED = "stranded"
    """All workers that might have asked have gone, or all that might have the picture."""


_opening = threading.Lock()


def _source(orders: bytes) -> tuple[Orders, Source]:
    """What this process is told, and the site. Raises what `_opened` raises."""
    with _opening:
        return _opened(orders)


@functools.lru_cache(2)
def _opened(orders: bytes) -> tuple[Orders, Source]:
    """Once a process: a login is for all its threads. Raises ClusterGone where another
    altsync is here, and what opening a source raises."""
    told: Orders = pickle.loads(orders)  # noqa: S301 - of our own client
    here = version("altsync")
    if told.version != here:
        raise ClusterGone(
            f"altsync {here} is installed there, and {told.version} gives the work:"
            " install the same."
        )
    return told, open_source(told.config)


def introduce(orders: bytes) -> str:
    """'' where this process can do the work, else why it cannot."""
    try:
        told, source = _source(orders)
        if told.reader is not None and not words.is_there():
            words.reader()
        for name in told.models:
            open_model(name, told.options, told.timeout)
        source.check()
    except AltsyncError as error:
        return str(error)
    gone = [str(path) for path in told.folders if not path.is_dir()]
    if gone:
        return (
            f"There is no folder {plain(gone[0])} there, of which pictures are taken."
        )
    return ""


def look(orders: bytes, image: SiteImage) -> HeldPicture | AltsyncError:
    """Fetch the image's file, and prepare what a model sees."""
    try:
        told, source = _source(orders)
        file = source.file(image)
        name, drawn = draw(file.data, told.side)
        in_file = tuple(infile.read(file.data, place=told.config.generate.place))
    except AltsyncError as error:
        if error.stops_run:
            error.args = (_named(str(error)),)
        return error.with_traceback(None)
    return HeldPicture(name, drawn, in_file, file.facts)


def read(
    orders: bytes, looked: HeldPicture | AltsyncError
) -> tuple[ReadLine, ...] | AltsyncError:
    """The words that can be read in a picture. One whose worker died may not be had
    again."""
    if isinstance(looked, AltsyncError):
        return looked
    told, _ = _source(orders)
    assert told.reader is not None
    drawn = looked.drawn
    try:
        return tuple(
            line
            for jpeg in drawn.parts or (drawn.whole,)
            for line in words.read(jpeg, told.reader.function)
        )
    except PictureError as error:
        return error.with_traceback(None)


def ask(
    orders: bytes,
    looked: HeldPicture | AltsyncError | None,
    task: Task,
    question: str,
    ticket: str,
) -> CallOfAWorker | NotAsked:
    """Make one call, if nobody else has its ticket. `looked` None: the task has the
    picture. The thread leaves the worker's own: calls wait, and take no processor."""
    from distributed import secede

    secede()  # type: ignore[no-untyped-call]
    if looked is not None:
        if isinstance(looked, AltsyncError) or looked.name != task.held:
            return NotAsked.OTHER_PICTURE
        first, *more = looked.drawn.parts or (looked.drawn.whole,)
        task = replace(task, jpeg=first, more=tuple(more))
    try:
        _source(orders)
        model = open_model(task.model, task.options, task.timeout)
    except AltsyncError as error:
        return CallOfAWorker(OneCall(None, Trouble(Remedy.STOP, _named(str(error)))))
    mine = Ticket(ticket)
    try:
        if not mine.take():
            return NotAsked.TAKEN
        return _asked(model, task, question)
    finally:
        mine.done()


def _asked(model: Model, task: Task, question: str) -> CallOfAWorker:
    came = once(model, task, question)
    reply, trouble = came.reply, came.trouble
    response = None
    if reply is not None:
        if task.keep and reply.response is not None:
            response = stilled(reply.response)
        reply = _fit(reply.plain(), model.secrets(), broke=trouble is not None)
    if trouble is not None and trouble.remedy is Remedy.STOP:
        trouble = replace(trouble, sentence=_named(trouble.sentence))
    return CallOfAWorker(OneCall(reply, trouble, dict(came.headers)), response)


def _fit(reply: Reply, secrets: tuple[str, ...], *, broke: bool) -> Reply:
    """As it may leave this process, whose key may be another than the client's."""
    if any(len(key) >= UNMISTAKEN and key in reply.text for key in secrets):
        return replace(reply, text=without(reply.text, secrets), fault=HELD_KEY)
    return replace(reply, text=without(reply.text, secrets)) if broke else reply


def _named(sentence: str) -> str:
    """A key or an account is a worker's own: which one's is said."""
    return f"On the worker {_name()}: {sentence}"


def _name() -> str:
    from distributed import get_worker

    return str(get_worker().address)
