"""Which workers may be given work."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from altsync.generate.workforce import Workforce
from tests.processes import until


def test_strangers_are_asked_once_and_named_where_they_cannot() -> None:
    asked: list[Sequence[str]] = []
    told: list[object] = []

    def introduces(strangers: Sequence[str]) -> dict[str, str]:
        asked.append(strangers)
        return {name: "No key." for name in strangers if name == "bad"}

    workforce = Workforce(["old"], introduces, told.append)
    workforce.seen(["old", "bad", "new"])
    until(lambda: workforce.fit == {"old", "new"})
    until(lambda: bool(told))
    workforce.seen(["old", "bad", "new"])
    assert asked == [["bad", "new"]]
    assert told == [
        "The worker bad joined and is left out of this run, since it cannot do the work:"
        " No key."
    ]
    workforce.seen(["bad"])
    assert workforce.fit == set()
    workforce.seen(["bad", "old"])
    until(lambda: workforce.fit == {"old"})
    assert asked[1:] == [["old"]], "who went and came again is a stranger"


def test_nobody_is_told_of_once_the_run_is_over() -> None:
    told: list[object] = []
    goes_on = threading.Event()

    def introduces(strangers: Sequence[str]) -> dict[str, str]:
        goes_on.wait(10.0)
        return dict.fromkeys(strangers, "It has gone.")

    workforce = Workforce((), introduces, told.append)
    workforce.seen(["new"])
    workforce.seen(["new"])
    workforce.end()
    goes_on.set()
    until(
        lambda: (
            not any(one.name == "altsync-workforce" for one in threading.enumerate())
        )
    )
    assert (told, workforce.fit) == ([], frozenset())
