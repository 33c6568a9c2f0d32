"""What becomes of answers when the owner waits no longer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from altsync.generate.books import Books
from altsync.generate.keeping import Keeper
from tests.doubles.providers.openai import Double
from tests.generate.conftest import Bench


def test_an_answer_that_has_come_is_stored_before_all_ends(
    filled: Callable[[int], Bench], double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = filled(1)
    stop, storing = threading.Event(), threading.Event()
    keep = Keeper.keep

    def slowly(self: Keeper, answer: Any) -> None:
        storing.set()
        time.sleep(0.6)
        keep(self, answer)

    def twice(self: Books, on_the_way: int) -> None:
        """Ctrl-C, and once more."""
        if storing.is_set():
            stop.set()
            raise KeyboardInterrupt

    monkeypatch.setattr(Keeper, "keep", slowly)
    monkeypatch.setattr(Books, "retry", twice)
    with pytest.raises(KeyboardInterrupt) as ended:
        bench.run(stop=stop)
    assert "given up" not in str(ended.value)
    assert bench.rows("SELECT count(*) FROM candidates") == [(1,)]
    assert bench.rows("SELECT count(*) FROM failures") == [(0,)]
    assert double.paid == 1
