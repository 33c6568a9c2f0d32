"""That no answer is missing among those that were read."""

from __future__ import annotations

from collections.abc import Iterator

from altsync.generate.batches.base import BatchTrouble, LineAnswer, LineFate, Remote
from altsync.generate.trouble import Remedy, Trouble


def whole(
    remote: Remote, model: str, answers: Iterator[LineAnswer]
) -> Iterator[LineAnswer]:
    """The answers, each key once. Raises BatchTrouble after the last where the provider
    counts more than it gave: a line that was answered is paid, and is not sent again."""
    seen: set[str] = set()
    answered = 0
    for answer in answers:
        if answer.custom_id in seen:
            continue
        seen.add(answer.custom_id)
        answered += answer.fate is LineFate.ANSWERED
        yield answer
    if answered < remote.counts.answered:
        missing = remote.counts.answered - answered
        raise BatchTrouble(
            Trouble(
                Remedy.AGAIN,
                f"{missing} answers of batch {remote.id} are paid, and {model} does not"
                " give them yet: fetch them again later.",
            )
        )
