"""The questions of a run, into a file for somebody else to answer.

Steps, and a machine may die between any two of them: the lines are written into a file
beside the wanted one; they are on record, with their handover; the file takes its place;
that is on record. `finish_what_died` goes on from there. Nobody but the owner decides
when questions are given up: what was given away may be answered at any time.
"""

from __future__ import annotations

import functools
import json
import re
import shutil
import sys
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from altsync.errors import Interrupted, Unwritable, UsageError
from altsync.generate import context as contexts
from altsync.generate import work
from altsync.generate.batches.host import OF_THE_BATCH
from altsync.generate.batches.lines import LineFile
from altsync.generate.books import Books
from altsync.generate.ending import Ending
from altsync.generate.generated import Generated
from altsync.generate.handed import line_of
from altsync.generate.inquiry import Came
from altsync.generate.job import Job, as_json
from altsync.generate.prompt import in_parts
from altsync.generate.settings import Settings, Ways
from altsync.generate.stage import Generate
from altsync.generate.task import Outcome
from altsync.generate.written_down import WritesDown
from altsync.handover import answers, lines
from altsync.handover.answers import NoAnswerLine
from altsync.handover.lines import Form, Jpeg, Pictures
from altsync.handover.noted import NotedLines
from altsync.models import HandedTo, LineCame, Mirrored
from altsync.models.underway import Work
from altsync.render.text import count
from altsync.report import Report
from altsync.stage import Context
from altsync.store import handovers
from altsync.store.handovers import NewHandover
from altsync.store.store import Store

PART = "{}.{}.part"
"""A file with lines that is not in its place yet: by the name of that, or of the
database, and the handover's token."""
CHAT, RESPONSES = "/chat/completions", "/responses"
"""How the paths of OpenAI's questions end, whatever stands before."""

Writer: TypeAlias = Callable[[Job, str], bytes | Outcome]
"""A question -> its line; with what the model is told of its last answer to it, which
could not be used, or ''."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the questions go, and how they are written."""

    file: Path | None = None
    """None: stdout."""
    form: Form = "altsync"
    pictures: Pictures = "path"
    """In altsync's own form; in OpenAI's they are always data."""


@dataclass(slots=True)
class HandedOut:
    """What an export did."""

    run: Generated
    handover: int | None = None
    """None: there was nothing to give away."""
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Export:
    """Write the question about every target; none is asked, nothing is paid."""

    context: Context
    settings: Settings
    """Of one model. See `opening.given_away`."""
    targets: Iterable[Mirrored]
    ways: Ways = field(default_factory=Ways)
    to: Destination = field(default_factory=Destination)

    def run(self) -> HandedOut:
        """Once. Raises what `Generate.run` raises, and OSError where the file cannot be
        written: then nothing was given away."""
        store = self.context.store
        with store.alone("generate"):
            finish_what_died(store, self.context.report)
        to = _checked(store, self.to)  # what died may have its place there by now
        _check_form(to, self.settings)
        token = uuid.uuid4().hex
        part = _part(store.path, to.file, token)
        part.parent.stat()  # a directory that is not there was mistyped
        spool = LineFile(part)
        try:
            with NotedLines(store.path.parent) as noted:
                return self._write(to, spool, noted, token)
        finally:
            spool.remove()

    def _write(
        self, to: Destination, spool: LineFile, noted: NotedLines, token: str
    ) -> HandedOut:
        store, settings = self.context.store, self.settings
        giving: list[GivingAway] = []

        def gives(kept: Books, ending: Ending) -> GivingAway:
            _remove_left(store, to.file, token)  # the lock of generate is held
            giving.append(
                GivingAway(store, settings, kept, ending, to, spool, noted, token)
            )
            return giving[0]

        asked = (self.context, settings, self.targets, self.ways)
        try:
            done = Generate(*asked, gives, Work.HAND_OVER).run()
        except Interrupted:
            raise Interrupted(
                "Stopped: nothing was given away, and no file was written. The pictures"
                " that were prepared are kept; run the same command again."
            ) from None
        return HandedOut(done, giving[0].handover, giving[0].number)


class GivingAway(WritesDown):
    """Into one file."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        kept: Books,
        ending: Ending,
        to: Destination,
        spool: LineFile,
        noted: NotedLines,
        token: str,
    ) -> None:
        super().__init__(store, settings, kept, ending)
        (self._model,) = settings.opened()
        self._to = to
        self._spool = spool
        self._token = token
        self._line = _writer(to, settings)
        self._lock = threading.Lock()
        self._keys: set[bytes] = set()
        self._noted = noted
        self.handover: int | None = None

    @property
    def number(self) -> int:
        """Of lines."""
        return len(self._noted)

    def close(self) -> None:
        """Every line is written: give them away."""
        self._spool.sync()
        if not self._noted:
            return
        with self._store.write() as tx:
            self.handover = handovers.begin(tx, self._new(), self._noted)
        try:
            _deliver(self._spool, self._to.file)
        except OSError:
            _give_up(self._store, self.handover)
            raise
        _delivered(self._store, self.handover, self._to.file)

    def _has(self, job: Job) -> bool:
        return bytes.fromhex(job.key) in self._keys

    def _write(self, job: Job) -> Came:
        line = self._line(job, self._reason(job))
        if isinstance(line, Outcome):
            return self._not_written(job, line)
        with self._lock:
            try:
                self._noted.add(line_of(job, self._settings))
                self._spool.add(line)
            except OSError as error:
                self._ending.because(_full(self._spool, error))
                return Came.OPEN
            self._keys.add(bytes.fromhex(job.key))
        return Came.OPEN

    def _new(self) -> NewHandover:
        return NewHandover(
            HandedTo.FILE,
            self._model.name,
            self._token,
            run_id=self._books.done.run,
            options=as_json(self._settings.options),
            remote_file=None if self._to.file is None else str(self._to.file),
        )


def _checked(store: Store, to: Destination) -> Destination:
    """With the file that a link leads to. Raises UsageError where it holds questions
    that nobody has answered yet, or answers, where it is a directory, a device or a
    pipe, and where its name is no UTF-8."""
    if to.file is None:
        return to
    file = to.file.resolve()
    if file.exists() and not file.is_file():
        raise UsageError(
            f"{to.file} is no regular file, so the questions cannot take its place."
            " Name another; for stdout: -"
        )
    if not _is_recordable(file):
        raise UsageError(
            f"{to.file}, or a directory in which it is, has a name that is no UTF-8, and"
            " could not be put on record. Name another file."
        )
    if file.exists() and _has_answers(file):
        raise UsageError(
            f"{to.file} has answers, so it stays. Take them (altsync work import"
            f" {to.file}), or name another file."
        )
    if not file.exists():  # one that was moved may be anywhere
        return Destination(file, to.form, to.pictures)
    with store.read() as conn:
        for one in handovers.not_done(conn):
            of_file = one.way is HandedTo.FILE and one.sent_at is not None
            if of_file and one.remote_file == str(file):
                raise UsageError(
                    f"{to.file} has the questions of handover {one.id}, and"
                    f" {count(one.open, 'of them is', 'of them are')} open. Name another"
                    f" file, or give them up: altsync work cancel {one.id}"
                )
    return Destination(file, to.form, to.pictures)


def _is_recordable(file: Path) -> bool:
    """Whether the database can hold its name; an old disk may have others."""
    try:
        str(file).encode()
    except UnicodeEncodeError:
        return False
    return True


def _has_answers(file: Path) -> bool:
    """Whether it begins with one: somebody's work, and nowhere else before it is taken."""
    with file.open("rb") as given:
        for number, line in answers.numbered(given):
            try:
                return not answers.read(line, number).error
            except NoAnswerLine:
                return False
    return False


def _check_form(to: Destination, settings: Settings) -> None:
    """Raises UsageError for a model that is not asked in this form."""
    (model,) = settings.opened()
    if to.form == "openai" and not model.is_openais:
        raise UsageError(
            f"{model.name} is not asked in OpenAI's format, so no such line can be"
            " written. Leave out --format openai: altsync's own lines are for any model."
        )


def _part(database: Path, file: Path | None, token: str) -> Path:
    beside = database if file is None else file
    return beside.with_name(PART.format(beside.name, token))


def _remove_left(store: Store, file: Path | None, token: str) -> None:
    """What killed exports left beside this file, before they had given anything away:
    pictures are in it. Not that of this one (`token`), nor what is on record and has its
    place to take."""
    with store.read() as conn:
        needed = {one.token for one in handovers.not_done(conn) if one.sent_at is None}
    kept = {_part(store.path, file, one).name for one in (token, *needed)}
    beside = store.path if file is None else file
    named = re.compile(PART.format(re.escape(beside.name), "[0-9a-f]{32}"))
    for left in beside.parent.iterdir():
        if named.fullmatch(left.name) and left.name not in kept:
            left.unlink(missing_ok=True)


def _deliver(spool: LineFile, file: Path | None) -> None:
    """Raises OSError."""
    if file is None:
        with spool.path.open("rb") as whole:
            shutil.copyfileobj(whole, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        spool.close()
        spool.path.replace(file)


def _delivered(store: Store, handover: int, file: Path | None) -> None:
    with store.write() as tx:
        name = None if file is None else str(file)
        handovers.sent(tx, handover, remote_file=name)


def _full(spool: LineFile, error: OSError) -> Unwritable:
    return Unwritable(
        f"The questions cannot be written into {spool.path}"
        f" ({error.strerror or error}). Nothing was given away. Free some space, or name"
        " another place."
    )


def _give_up(store: Store, handover: int) -> None:
    """It reached nobody."""
    with store.write() as tx:
        handovers.give_up(tx, handover, LineCame.UNSENT)
        handovers.fetched(tx, handover)


def finish_what_died(store: Store, report: Report) -> None:
    """Exports that ended after their lines were on record and before that they were
    given away. For whoever holds the lock of `generate`.

    A whole file takes its place. Of what went to stdout nobody knows how much arrived:
    those questions go on as ordinary work, and an answer is still welcome.
    """
    with store.read() as conn:
        died = [
            one
            for one in handovers.not_done(conn)
            if one.way is HandedTo.FILE and one.sent_at is None
        ]
    for one in died:
        file = None if one.remote_file is None else Path(one.remote_file)
        part = _part(store.path, file, one.token)
        if file is None or not (part.exists() or file.exists()):
            part.unlink(missing_ok=True)
            _give_up(store, one.id)
            continue
        if part.exists():
            part.replace(file)
        _delivered(store, one.id, file)
        report.say(
            f"{file}: written now, with {count(one.lines, 'question')}. The export that"
            f" began it had ended before (handover {one.id})."
        )


def _writer(to: Destination, settings: Settings) -> Writer:
    if to.form == "openai":
        return functools.partial(_openai, settings=settings)
    return functools.partial(_own, how=to.pictures)


def _own(job: Job, reason: str, *, how: Pictures) -> bytes:
    pictures = (job.picture, *job.picture.more)
    shown = in_parts(len(pictures), across=job.picture.across)
    line = lines.question(
        key=job.key,
        image=job.target.image.id,
        model=job.model.name,
        system=job.asked.system,
        prompt=job.asked.ask(job.pieces, reason, shown),
        context=json.loads(contexts.as_json(job.pieces)),
        schema=job.asked.schema,
        options=json.loads(as_json(job.model.typed_options)),
        parts=[Jpeg(one.jpeg, one.path) for one in pictures],
        sha256=job.picture.sha256,
        how=how,
    )
    return lines.written(line)


def _openai(job: Job, reason: str, *, settings: Settings) -> bytes | Outcome:
    captured = work.would_send(job.task(settings, (0, 0), keep=False), reason)
    if isinstance(captured, Outcome):
        return captured
    parts = captured.json.items()
    body = {name: part for name, part in parts if name not in OF_THE_BATCH}
    return lines.written(lines.openai_question(job.key, _url(captured.path), body))


def _url(path: str) -> str:
    """As batch files have it: the path of the API, whatever the host's begins with."""
    ending = RESPONSES if path.partition("?")[0].endswith(RESPONSES) else CHAT
    return f"/v1{ending}"
