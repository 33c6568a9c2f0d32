"""A question that somebody else answered: its line on record -> the task that it was; and
what came of it -> a row of the books, which stands with the line or not at all."""

from __future__ import annotations

import functools
import json
import sqlite3
from dataclasses import dataclass, replace

from altsync.config import Config
from altsync.generate import checking, context, cost, prompt
from altsync.generate import setup as setups
from altsync.generate.answer import Answer
from altsync.generate.books import sent
from altsync.generate.job import Job, as_json
from altsync.generate.prompt import Prompt
from altsync.generate.settings import Settings
from altsync.generate.task import Outcome, Task
from altsync.generate.trouble import Remedy
from altsync.lint import Evidence
from altsync.models import (
    HandedLine,
    Handover,
    LineCame,
    Mirrored,
    NewCandidate,
    Origin,
)
from altsync.pictures import words
from altsync.store import history, mirror, picture_notes
from altsync.store.handovers import NewLine
from altsync.store.ledger import NewFailure
from altsync.store.paid import PaidAnswer, SettledLine
from altsync.uses import Known

ATTEMPTS = 2
"""Of one piece of work that was handed over: an answer that cannot be used is asked for
once more, and is final then."""


@dataclass(frozen=True, slots=True)
class HandedQuestion:
    """A line of a handover, with all that its answer is judged by."""

    handover: Handover
    line: HandedLine
    task: Task

    @property
    def last(self) -> bool:
        """It is not handed over again."""
        return self.line.attempt >= ATTEMPTS


class HandedQuestions:
    """Makes them of their lines. Belongs to the thread of its connection."""

    def __init__(self, config: Config, conn: sqlite3.Connection) -> None:
        """Raises ConfigError."""
        self._config = config
        self._conn = conn
        self._known = Known(config, conn)
        self._wishes = setups.wishes(config)
        self._engine = words.reader().engine if config.generate.ocr else None
        self._prompt = functools.lru_cache(100)(self._read_prompt)

    def of(self, handover: Handover, line: HandedLine) -> HandedQuestion:
        """What was asked, and what is known of its image now."""
        pieces = context.read(line.context)
        (target,) = mirror.named(self._conn, [line.image])
        known = checking.beside(self._known.of(target), pieces, self._wishes)
        task = Task(
            model=handover.model,
            prompt=self._prompt(line.prompt),
            pieces=pieces,
            jpeg=b"",
            options=json.loads(handover.options),
            timeout=self._config.generate.timeout,
            evidence=self._with_words(known, target, line),
            rules=self._known.rules,
        )
        return HandedQuestion(handover, line, task)

    def _with_words(
        self, known: Evidence, target: Mirrored, line: HandedLine
    ) -> Evidence:
        """With what was read in the picture, before it was handed over."""
        if self._engine is None:
            return known
        found = picture_notes.words(self._conn, line.image_sha256, self._engine)
        return known if found is None else replace(known, read=found)

    def _read_prompt(self, name: str) -> Prompt:
        found = history.prompt(self._conn, name)
        assert found is not None  # a line has its prompt (foreign key, and triggers)
        return prompt.read_back(*found)


def line_of(job: Job, settings: Settings) -> NewLine:
    """A question on record, before it is given away."""
    image = job.target.image
    return NewLine(
        work_key=job.key,
        image_id=image.id,
        base=image.alt,
        place=image.place,
        system=job.asked.system,
        prompt=job.asked.text,
        context=context.as_json(job.pieces),
        image_sha256=job.picture.sha256,
        question=job.question or None,
        replaces=job.replaces,
        reference=settings.reference,
    )


def came_of(outcome: Outcome) -> LineCame:
    """What came of a line."""
    if outcome.answer is not None:
        return LineCame.MADE
    if outcome.refused:
        return LineCame.REFUSED
    return LineCame.UNUSABLE if outcome.paid else LineCame.FAILED


def row_of(
    question: HandedQuestion, outcome: Outcome, options: str, paid: float | None
) -> PaidAnswer:
    """What came of a question, as it is stored. `options`: as the model had them;
    `paid`: what the answer cost, None where nobody knows."""
    line = question.line
    came, again = came_of(outcome), outcome.again
    settled = SettledLine(line.handover, line.work_key, came, again)
    row: NewCandidate | NewFailure
    if outcome.answer is not None:
        row = _candidate(question, outcome.answer, outcome, options, paid)
    else:
        row = _failure(question, outcome, paid)
    return PaidAnswer(row, line=settled)


def _candidate(
    question: HandedQuestion,
    answer: Answer,
    outcome: Outcome,
    options: str,
    paid: float | None,
) -> NewCandidate:
    handover, line, last = question.handover, question.line, outcome.replies[-1]
    into, out = cost.tokens(outcome.replies)
    findings = checking.findings(answer, question.task.evidence, question.task.rules)
    return NewCandidate(
        image_id=line.image,
        base=line.base,
        place=line.place,
        alt=answer.alt,
        origin=Origin.AI,
        decision=answer.decision,
        model=handover.model,
        resolved_model=last.resolved_model,
        response_id=last.response_id,
        prompt_id=line.prompt,
        context=line.context,
        image_sha256=line.image_sha256,
        options=options,
        flags=as_json(answer.flags),
        findings=findings,
        long_description=answer.long_description or None,
        work_key=line.work_key,
        run_id=handover.run,
        replaces=line.replaces,
        reference=line.reference,
        input_tokens=into,
        output_tokens=out,
        cost_usd=paid,
        handover_id=handover.id,
        asked_seq=handover.seq,
    )


def _failure(
    question: HandedQuestion, outcome: Outcome, paid: float | None
) -> NewFailure:
    """Final where asking the same again would help nobody."""
    handover, line = question.handover, question.line
    into, out = cost.tokens(outcome.replies)
    settled = outcome.paid or outcome.refused
    final = settled and outcome.remedy is Remedy.IMAGE
    return NewFailure(
        line.image,
        outcome.problem,
        model=handover.model,
        run_id=handover.run,
        work_key=line.work_key if final else None,
        prompt_id=line.prompt,
        question=line.question if final else None,
        input_tokens=into,
        output_tokens=out,
        cost_usd=paid,
        answer=sent(outcome),
        reason=outcome.reason or None,
        handover_id=handover.id,
    )
