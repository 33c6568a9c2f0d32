"""One thread at a time for each piece of work."""

from __future__ import annotations

import threading

import pytest

from altsync.generate.alone import Alone
from tests.processes import PATIENT


def test_one_key_is_worked_on_by_one_thread_at_a_time() -> None:
    alone = Alone()
    inside: list[str] = []
    most: list[int] = []
    lock = threading.Lock()
    begin = threading.Barrier(8)

    def work(key: str) -> None:
        begin.wait()
        for _ in range(200):
            with alone.at(key):
                with lock:
                    inside.append(key)
                    most.append(inside.count(key))
                with lock:
                    inside.remove(key)

    threads = [threading.Thread(target=work, args=("ab"[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 1600
    assert max(most) == 1


def test_other_keys_do_not_wait() -> None:
    alone = Alone()
    seen = threading.Event()

    def other() -> None:
        with alone.at("b"):
            seen.set()

    with alone.at("a"):
        thread = threading.Thread(target=other)
        thread.start()
        assert seen.wait(PATIENT)
    thread.join()


def test_work_that_fails_lets_the_next_in() -> None:
    alone = Alone()
    with pytest.raises(ValueError, match="broken"), alone.at("a"):
        raise ValueError("broken")
    with alone.at("a"):
        pass
