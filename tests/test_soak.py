"""Killed at random moments, over both kinds of site: nothing stored is lost, nothing is
sent twice, no person's text is overwritten; and the counts would say so."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import fields

import pytest

from tests import soak_providers
from tests.soak import (
    FEW,
    HOUSES,
    IMAGES,
    Counts,
    Cycle,
    lane,
    main,
    prepared,
    sent_twice,
)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", HOUSES)
def test_killed_at_random_moments(kind: str) -> None:
    seed, rounds = random.randrange(2**32), sum(FEW.values())
    print(f"seed {seed}")  # shown when it fails
    counts = lane(kind, rounds, seed, FEW)
    print("\n".join(counts.lines()))
    assert counts.rounds == rounds
    assert counts.landed > rounds // 2
    assert counts.patches > rounds // 2
    assert counts.answers > rounds // 2
    assert not counts.faults()


@pytest.fixture
def begun() -> Iterator[Cycle]:
    with prepared("album", random.Random(1)) as cycle:
        cycle.run(0)
        assert not cycle.counts.faults()
        cycle.counts = Counts()
        yield cycle


@pytest.mark.slow
def test_what_is_wrong_is_counted(begun: Cycle) -> None:
    """The soak can fail: each promise is broken by hand."""
    image, text = begun.house.sent()[-1]
    begun.persons[image] = "A person's words"
    begun.house.site.edit(image, alt=text)  # type: ignore[attr-defined]
    conn = sqlite3.connect(begun.directory / "data" / "altsync.db")
    with conn:
        conn.execute("DROP TRIGGER push_items_fixed")
        conn.execute("UPDATE push_items SET status = 'intended' WHERE id = 1")
        conn.execute("DROP TRIGGER candidates_kept")
    conn.close()
    begun._judge()
    assert begun.counts.overwritten_words == 1
    assert begun.counts.unfinished == 1
    assert begun.counts.faults() == 2


def test_a_patch_that_changes_nothing_is_one_too_many() -> None:
    assert sent_twice([("a", "x"), ("b", "x"), ("a", ""), ("a", "x")]) == 0
    assert sent_twice([("a", "x"), ("b", "y"), ("a", "x")]) == 1


def test_faults_are_all_that_has_to_be_0() -> None:
    every = Counts(**{one.name: 1 for one in fields(Counts)})
    assert every.faults() == 5
    assert len(list(every.lines())) == len(fields(Counts))


def test_the_exit_code_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    for counts, code in ((Counts(rounds=3), 0), (Counts(lost_answers=1), 1)):
        monkeypatch.setattr("tests.soak.soak", lambda *_, told=counts: told)
        with pytest.raises(SystemExit) as ended:
            main(["--rounds", "3"])
        assert ended.value.code == code


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_while_three_providers_are_asked() -> None:
    """SIGKILL each time: Anthropic and Ollama through their real plugins."""
    pytest.importorskip("llm_anthropic")
    pytest.importorskip("llm_ollama")
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown when it fails
    tally = soak_providers.soak(2, seed)
    print("\n".join(tally.lines()))
    assert tally.kills == 2
    assert tally.answers == 3 * IMAGES + tally.in_flight
    assert all(paid >= IMAGES for paid in tally.by_model.values())
    assert not tally.faults


def test_what_is_wrong_with_three_providers_is_counted() -> None:
    tally = soak_providers.Tally()
    tally.round(paid=9, kept=2)
    tally.model("double", paid=43, kept={f"{one}": 1 + (one == 0) for one in range(39)})
    assert (tally.in_flight, tally.lost, tally.twice, tally.unfinished) == (4, 3, 1, 1)
    assert tally.faults == 5
