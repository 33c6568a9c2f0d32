"""That no answer is missing among those that were read."""

from __future__ import annotations

from collections.abc import Container, Iterator

from altsync.generate.batches.base import BatchTrouble, LineAnswer, LineFate, Remote
from altsync.generate.trouble import Remedy, Trouble
from altsync.render.text import count


def whole(
    remote: Remote, model: str, ours: Container[str], answers: Iterator[LineAnswer]
) -> Iterator[LineAnswer]:
    """The answers to our keys, each once. Raises BatchTrouble after the last where the
    provider counts more than it gave: a line that was answered is paid, and is not sent
    again. What has another's key stands for no line of ours."""
    seen: set[str] = set()
    answered = 0
    for answer in answers:
        if answer.custom_id in seen or answer.custom_id not in ours:
            continue
        seen.add(answer.custom_id)
        answered += answer.fate is LineFate.ANSWERED
        yield answer
    if answered < remote.counts.answered:
        missing = remote.counts.answered - answered
        raise BatchTrouble(
            Trouble(
                Remedy.AGAIN,
                f"{count(missing, 'answer')} of batch {remote.id}: paid, and {model} does"
                " not give them yet. Fetch them again later.",
            )
        )
