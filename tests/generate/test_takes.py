"""What one call takes, as a run goes on."""

from __future__ import annotations

from altsync.generate.takes import Takes
from altsync.generate.task import Reply


def test_a_run_learns_what_its_calls_take() -> None:
    takes = Takes({"m": (600, 90), "other": (700, 80)})
    takes.learn("m", [Reply("", 5, 5, lost=True), Reply("", None, 7)])
    assert takes.of("m") == (600, 90), "nothing was said yet"
    takes.learn("m", [Reply("", 1000, 50), Reply("", 2000, 951)])
    assert takes.of("m") == (1500, 500)
    assert takes.of("other") == (700, 80)
