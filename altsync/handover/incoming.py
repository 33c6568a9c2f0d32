"""The answers of a file, into the database: each is judged by the same code as a live
one, and stands with its line or not at all.

No model is called, and nothing is paid. The same file twice, half of it and then the
whole, two at once in two processes: a line is settled once. A line that cannot be taken
is told with its number and its reason, and the rest goes on.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import dataclass, field
from typing import BinaryIO

from altsync.config import Config
from altsync.errors import ModelStopped, UsageError
from altsync.generate import cost, estimate, work
from altsync.generate.asking import Model
from altsync.generate.cost import Price
from altsync.generate.handed import HandedQuestion, HandedQuestions, came_of, row_of
from altsync.generate.hearing import Heard
from altsync.generate.job import as_json
from altsync.generate.opening import given_away
from altsync.generate.task import Outcome, Reply
from altsync.generate.told import fit
from altsync.generate.trouble import Remedy
from altsync.handover import answers
from altsync.handover.answers import GivenAnswer, NoAnswerLine
from altsync.models import HandedLine, Handover, LineCame
from altsync.models.underway import Work
from altsync.report import Quiet, Report
from altsync.store import handovers
from altsync.store.paid import PaidAnswer
from altsync.store.store import Store

TOLD = 1000
"""Lines that are told one by one: of the others the number is."""
JSON = {"content-type": "application/json"}
NOBODY = "Whoever was to answer had no answer for this image."


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that could not be taken."""

    number: int
    reason: str


@dataclass(slots=True)
class TakenBack:
    """What became of the lines of a file."""

    lines: int = 0
    made: int = 0
    known: int = 0
    """Had been taken before."""
    unusable: int = 0
    failed: int = 0
    """Say that there is no answer."""
    spent: float = 0.0
    unpriced: int = 0
    refused: int = 0
    told: list[RefusedLine] = field(default_factory=list)
    """The first TOLD of them."""

    def refuse(self, number: int, reason: str) -> None:
        self.refused += 1
        if len(self.told) < TOLD:
            self.told.append(RefusedLine(number, reason))

    def count(self, row: PaidAnswer, outcome: Outcome) -> None:
        """One line was stored."""
        came = came_of(outcome)
        self.made += came is LineCame.MADE
        self.failed += came is LineCame.FAILED
        self.unusable += came in (LineCame.UNUSABLE, LineCame.REFUSED)
        if came.answered and row.row.cost_usd is None:
            self.unpriced += 1
        self.spent += row.row.cost_usd or 0.0


@dataclass(frozen=True, slots=True)
class Import:
    """Take the answers of a file."""

    config: Config
    store: Store
    file: BinaryIO
    report: Report = field(default_factory=Quiet)

    def run(self) -> TakenBack:
        """Once. Raises StoreError where the database cannot be written: what was taken
        is kept, and the same file goes on."""
        done = TakenBack()
        self.report.start(Work.TAKE_ANSWERS, None)
        with self.store.snapshot() as conn, _Models(self.config) as models:
            conn.rollback()  # each line sees what is committed by then
            taking = _Taking(self.config, self.store, conn, models, done)
            for number, line in answers.numbered(self.file):
                done.lines += 1
                try:
                    taking.take(line, number)
                except NoAnswerLine as error:
                    done.refuse(number, str(error))
                self.report.step(failed=0)
        return done


class _Models(contextlib.ExitStack):
    """Those that were asked for, each opened once; none is asked."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self._config = config
        self._opened: dict[tuple[str, str], tuple[Model, Price | None]] = {}

    def of(self, handover: Handover) -> tuple[Model, Price | None]:
        """The model, and its price. Raises ModelStopped and UsageError."""
        key = handover.model, handover.options
        if key not in self._opened:
            wanted = self._config.generate
            options = json.loads(handover.options)
            opened = given_away(handover.model, options, wanted.timeout)
            model = self.enter_context(opened)
            price = estimate.price_of(model, wanted.prices)
            self._opened[key] = model, price
        return self._opened[key]


class _Taking:
    """Takes line after line."""

    def __init__(
        self,
        config: Config,
        store: Store,
        conn: sqlite3.Connection,
        models: _Models,
        done: TakenBack,
    ) -> None:
        self._store = store
        self._conn = conn
        self._models = models
        self._questions = HandedQuestions(config, conn)
        self._done = done
        self._handovers: dict[int, Handover] = {}

    def take(self, line: bytes, number: int) -> None:
        """One line of the file. Raises NoAnswerLine."""
        given = answers.read(line, number)
        handed = self._line(given)
        while not self._taken(given, handed):
            handed = self._line(given)  # another process was faster

    def _taken(self, given: GivenAnswer, handed: HandedLine) -> bool:
        """Whether it is dealt with. Raises NoAnswerLine."""
        if handed.came is not None and given.error:
            self._done.known += 1
            return True
        try:
            if handed.came is not None and handed.came.answered:
                self._again(given, handed)
                return True
            return self._stored(given, handed)
        except (ModelStopped, UsageError) as error:  # llm, or a plugin, was changed
            raise NoAnswerLine(str(error)) from None

    def _line(self, given: GivenAnswer) -> HandedLine:
        handed = handovers.exported(self._conn, given.key)
        if handed is None:
            raise NoAnswerLine(
                "It answers no question that was exported from this database."
            )
        if given.picture not in (None, handed.image_sha256):
            raise NoAnswerLine(
                f"It is of another picture than the one of {handed.image} that was"
                " asked about."
            )
        return handed

    def _stored(self, given: GivenAnswer, handed: HandedLine) -> bool:
        """False where its line was settled meanwhile."""
        question = self._question(handed)
        model, price = self._models.of(question.handover)
        outcome = self._judged(given, question)
        paid = cost.paid(outcome.replies, price)
        row = row_of(question, outcome, as_json(model.options), paid)
        answered = came_of(outcome).answered
        if answered and handovers.taken_before(self._conn, given.key, row.row):
            self._done.known += 1  # to an export before this one
            return True
        with self._store.write() as tx:
            stored = row.store(tx)
            if stored:
                handovers.fetched_if_none_is_open(tx, handed.handover)
        if stored:
            self._done.count(row, outcome)
        return stored

    def _question(self, handed: HandedLine) -> HandedQuestion:
        number = handed.handover
        if number not in self._handovers:
            found = handovers.one(self._conn, number)
            assert found is not None  # its line is there
            self._handovers[number] = found
        return self._questions.of(self._handovers[number], handed)

    def _again(self, given: GivenAnswer, handed: HandedLine) -> None:
        """An answer to a line that has one. Raises NoAnswerLine for another one."""
        question = self._question(handed)
        found = self._judged(given, question).answer
        said = None
        if found is not None:
            said = (found.alt, found.decision, found.long_description or None)
        if said != handovers.said(self._conn, handed.handover, handed.work_key):
            raise NoAnswerLine(
                "It is another answer than the one that came before to the same"
                " question: the first counts."
            )
        self._done.known += 1

    def _judged(self, given: GivenAnswer, question: HandedQuestion) -> Outcome:
        """What a live call would have made of it. Raises NoAnswerLine."""
        model, _ = self._models.of(question.handover)
        if given.error:
            return Outcome(None, NOBODY, Remedy.AGAIN, reason=fit(given.error))
        if given.body is None:
            return work.said(question.task, _reply(given), last=question.last)
        if not model.is_openais:
            raise NoAnswerLine(
                f"It is in OpenAI's format, in which {model.name} is not asked: give"
                ' "work_key", "text" and "model".'
            )
        came = Heard(200, JSON, json.dumps(given.body).encode(), whole=True)
        return work.taken(question.task, came, question.line.reason, last=question.last)


def _reply(given: GivenAnswer) -> Reply:
    return Reply(
        text=given.text or "",
        input_tokens=given.input_tokens,
        output_tokens=given.output_tokens,
        cached_tokens=given.cached_tokens,
        cost_usd=given.cost_usd,
        resolved_model=given.model,
    )
