"""Lines on their way to the journal."""

from __future__ import annotations

from pathlib import Path

from altsync.handover.noted import NotedLines
from altsync.store.handovers import NewLine


def line(number: int, prompt: str) -> NewLine:
    return NewLine(
        f"{number:064x}",
        f"a/{number}",
        None if number else "Half a letter: \ud800",
        None,
        "Be brief." if number else None,
        prompt,
        '[{"kind": "title"}]',
        "a1" * 32,
        replaces="cut",
        reference=bool(number),
    )


def test_what_was_noted_is_read_as_it_was_and_leaves_nothing(tmp_path: Path) -> None:
    lines = [line(0, "One\n"), line(1, "Two"), line(2, "One\n"), line(3, "Two")]
    with NotedLines(tmp_path) as noted:
        assert not noted
        for one in lines:
            noted.add(one)
        assert len(noted) == 4
        assert list(noted) == lines
        assert list(noted) == lines
        assert not list(tmp_path.iterdir())
    assert len(noted) == 4
