"""Questions of a run -> lines of batches, which are sent as they get full.

A machine may die between any two steps: the lines are in a file beside the database;
they are on record, with their handover; the provider has them; that is on record. What
was on record before it was sent is found again (`recovering`), and sent by nobody twice.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from altsync.errors import AltsyncError, Unwritable
from altsync.generate import pace, work
from altsync.generate.batches.base import Batches, BatchTrouble, Unsure
from altsync.generate.batches.lines import LineFile
from altsync.generate.batches.recovering import Recovering, note_arrival
from altsync.generate.books import Books
from altsync.generate.ending import Ending
from altsync.generate.estimate import Estimate
from altsync.generate.handed import line_of
from altsync.generate.inquiry import Came
from altsync.generate.job import Job, as_json
from altsync.generate.purse import Empty, Purse
from altsync.generate.settings import Settings
from altsync.generate.task import Outcome
from altsync.generate.written_down import WritesDown
from altsync.models import HandedTo, Handover
from altsync.render.money import money
from altsync.store import handovers
from altsync.store.handovers import NewHandover, NewLine
from altsync.store.store import Store


@dataclass(slots=True)
class _Lot:
    """The lines of one batch that is being written."""

    file: LineFile
    token: str
    endpoint: str
    lines: list[NewLine] = field(default_factory=list)


class Writing(WritesDown):
    """Into the batches of their models."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        batches: Mapping[str, Batches],
        expected: Sequence[Estimate],
        kept: Books,
        ending: Ending,
    ) -> None:
        """`batches`: of every model that may be asked, by its name; `expected`: of each
        of them, at half price."""
        super().__init__(store, settings, kept, ending)
        self._batches = batches
        self._shares = {line.model: line.call for line in expected}
        self._tokens = {line.model: line.tokens for line in expected}
        self._lock = threading.Lock()
        self._keys: set[str] = set()
        """Of lines that are not on record yet."""
        self._lots: dict[tuple[str, str], _Lot] = {}
        """By model and endpoint."""
        self._aside = 0.0
        """Dollars that all lines are set aside for."""
        for model in batches:
            turn = pace.of(model)
            turn.stopped, turn.held = ending.is_set, lambda: kept.hold
        self.sent: list[int] = []
        """The handovers that arrived, or may have."""

    def give_up(self) -> int:
        """What was written and not sent is given up; nothing is paid for it."""
        self._drop()
        return 0

    def close(self) -> None:
        """Every line is written: send what is left. Raises what sending raises."""
        try:
            for lot in list(self._lots.values()):
                self._send(lot)
        except OSError as error:
            raise self._told(error) from error
        finally:
            self._drop()

    def _has(self, job: Job) -> bool:
        return job.key in self._keys or self._books.waits(job)

    def _write(self, job: Job) -> Came:
        model = job.model.name
        task = job.task(self._settings, self._tokens[model], keep=False)
        asked = work.would_send(task, self._reason(job))
        if isinstance(asked, Outcome):
            return self._not_written(job, asked)
        line = self._batches[model].line(job.key, asked)
        with self._lock:
            if self._ending.is_set() or not self._set_aside(model):
                return Came.OPEN
            try:
                self._add(job, line.data, line.endpoint)
            except (AltsyncError, OSError) as error:
                self._ending.because(self._told(error))
                return Came.OPEN
        return Came.WAITS

    def _told(self, error: AltsyncError | OSError) -> AltsyncError:
        """A line may stand half in its file: nothing of that is sent."""
        if isinstance(error, AltsyncError):
            return error
        return Unwritable(
            f"The lines of a batch cannot be written beside {self._store.path}"
            f" ({error.strerror or error}), and were not handed over. Mend that (free"
            " some space), and run the same again."
        )

    def _set_aside(self, model: str) -> bool:
        """The budget covers one line more; else the run ends, and what is written is
        sent."""
        budget, share = self._settings.budget, self._shares[model]
        if budget is None or share is None:
            return True
        if self._aside + share * Purse.MARGIN > budget:
            self._ending.because(
                Empty(f"The budget of {money(budget)} does not cover another line.")
            )
            return False
        self._aside += share * Purse.MARGIN
        return True

    def _add(self, job: Job, data: bytes, endpoint: str) -> None:
        """Into the file of its batch; a full one is sent before."""
        batches, named = self._batches[job.model.name], (job.model.name, endpoint)
        lot = self._lots.get(named)
        if lot is not None and not lot.file.has_room(data, batches):
            self._send(lot)
            lot = None
        if lot is None:
            token = secrets.token_hex(16)
            lot = _Lot(LineFile.beside(self._store.path, token), token, endpoint)
            self._lots[named] = lot
        lot.file.add(data)
        self._keys.add(job.key)
        lot.lines.append(line_of(job, self._settings))

    def _send(self, lot: _Lot) -> None:
        """On record, then on its way, then on record that it arrived. Raises
        BatchTrouble where it did not arrive."""
        ((model, endpoint),) = (key for key, one in self._lots.items() if one is lot)
        del self._lots[model, endpoint]
        try:
            lot.file.sync()
            handover = self._begin(lot, model)
            self._keys.difference_update(line.work_key for line in lot.lines)
            self._submit(lot, handover, self._batches[model])
            self.sent.append(handover.id)
        finally:
            lot.file.remove()

    def _submit(self, lot: _Lot, handover: Handover, batches: Batches) -> None:
        """Where the provider did not say that it has it: see whether it has. While nobody
        can know, that is on record, and nothing else of it is sent. Raises BatchTrouble
        where it has not."""
        asked = (lot.file.path, len(lot.lines), lot.token, lot.endpoint)
        try:
            remote = batches.submit(*asked)
        except BatchTrouble as trouble:
            with contextlib.suppress(Unsure):
                if Recovering(self._store).of(handover, batches, trouble) is None:
                    raise
            return
        with self._store.write() as tx:
            note_arrival(tx, handover.id, remote)

    def _begin(self, lot: _Lot, model: str) -> Handover:
        share = self._shares[model]
        new = NewHandover(
            HandedTo(self._batches[model].way),
            model,
            lot.token,
            run_id=self._books.done.run,
            options=as_json(self._settings.options),
            endpoint=lot.endpoint,
            estimate_usd=None if share is None else share * len(lot.lines),
        )
        with self._store.write() as tx:
            number = handovers.begin(tx, new, lot.lines)
            found = handovers.one(tx, number)
        assert found is not None  # it was begun a moment ago
        return found

    def _drop(self) -> None:
        for lot in self._lots.values():
            lot.file.remove()
        self._lots.clear()
