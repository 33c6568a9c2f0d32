"""Questions that were given away, as a table."""

from __future__ import annotations

from dataclasses import replace

from altsync.models import HandedTo, Handover
from altsync.render.handovers import lines

OPEN = Handover(
    id=7,
    seq=70,
    run=3,
    way=HandedTo.FILE,
    model="qwen\x1b[2J",
    options="{}",
    endpoint=None,
    token="t",
    lines=1200,
    estimate_usd=None,
    remote_id=None,
    remote_file="/srv/q\u202e.jsonl",
    created_at="2026-11-29T10:00:00+00:00",
    sent_at="2026-11-29T10:00:01+00:00",
    expires_at=None,
    cancelled_at=None,
    ended_at=None,
    fetched_at=None,
    error=None,
    came={"made": 1000, "refused": 1},
)


def test_a_line_says_what_is_open_and_what_came() -> None:
    begun = replace(OPEN, id=8, sent_at=None, lines=1, came={}, remote_file=None)
    over = replace(OPEN, id=9, lines=2, came={"cancelled": 2}, remote_file="q.jsonl")
    unsent = replace(over, sent_at=None, came={"unsent": 2})
    assert list(lines([OPEN, begun, over, unsent])) == [
        "   7  2026-11-29  qwen\\u001b[2J: 1,200 questions, 199 open, 1,000 with a text,"
        " 1 refused; /srv/q\\u202e.jsonl",
        "   8  2026-11-29  qwen\\u001b[2J: 1 question, not written yet, 1 open; (stdout)",
        "   9  2026-11-29  qwen\\u001b[2J: 2 questions, 2 given up; q.jsonl",
        "   9  2026-11-29  qwen\\u001b[2J: 2 questions, 2 never written; q.jsonl",
    ]
