"""What an import does where something comes in between."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import UsageError
from altsync.generate.handed import row_of
from altsync.handover import incoming
from altsync.handover.incoming import Import
from altsync.models import FileFacts
from altsync.store import candidates, files
from altsync.store.files import SeenFile
from altsync.store.store import Store
from tests.generate.conftest import Bench, photo
from tests.handover.conftest import (
    ENGINE,
    answers,
    config_of,
    export,
    questions,
    take,
)


@pytest.fixture
def given(site: Bench, tmp_path: Path) -> list[dict[str, Any]]:
    """Questions that are with somebody."""
    file = tmp_path / "q.jsonl"
    export(site.source, site.store, file)
    return questions(file)


def imported(store: Store, raw: bytes) -> incoming.TakenBack:
    return Import(config_of(store), store, io.BytesIO(raw)).run()


def test_whoever_is_faster_is_the_one_who_takes_it(
    site: Bench,
    given: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another import takes the very line between its look and its writing."""
    raw = answers(given[:1])
    (tmp_path / "a.jsonl").write_bytes(raw)

    def slow(*what: Any) -> Any:
        monkeypatch.undo()
        with Store.open(site.store.path) as other:
            assert take(other, tmp_path / "a.jsonl").made == 1
        return row_of(*what)

    monkeypatch.setattr(incoming, "row_of", slow)
    done = imported(site.store, raw)
    assert (done.made, done.known, done.refused) == (0, 1, 0)
    assert site.rows("SELECT count(*) FROM candidates") == [(1,)]


def test_a_file_of_something_else_is_told_to_an_end(site: Bench) -> None:
    done = imported(site.store, b"{}\n" * 1500 + b"\n")
    assert (done.lines, done.refused, len(done.told)) == (1500, 1500, incoming.TOLD)
    assert imported(site.store, b"").lines == 0


def test_what_llm_does_not_take_any_more_is_told(
    site: Bench, given: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise UsageError("It does not take the option odd.")

    monkeypatch.setattr(incoming, "given_away", gone)
    done = imported(site.store, answers(given[:1]))
    assert done.told[0].reason == "It does not take the option odd."
    assert done.made == 0


def test_a_run_of_answers_is_of_the_run_that_gave_the_questions_away(
    site: Bench, given: list[dict[str, Any]]
) -> None:
    lines = [json.loads(line) for line in answers(given).splitlines()]
    lines[0]["cost_usd"] = 0.25
    del lines[1]["usage"]
    lines[2]["text"] = ""
    del lines[2]["usage"]
    raw = "\n".join(map(json.dumps, lines)).encode()
    done = imported(site.store, raw)
    assert (done.made, done.unusable, done.unpriced) == (11, 1, 2)
    assert done.spent == pytest.approx(0.25 + 9 * 0.0015)
    assert site.rows(
        "SELECT DISTINCT run_id, handover_id, model, asked_seq < seq FROM candidates"
    ) == [(1, 1, ENGINE, 1)]
    assert site.rows("SELECT fetched_at IS NULL FROM handovers") == [(0,)]


def test_what_became_of_an_image_meanwhile_is_what_its_answer_meets(
    site: Bench, given: list[dict[str, Any]]
) -> None:
    """Gone from the site; with a person's words; with another picture: the answer was
    paid for and is kept, and none of the three is sent as it stands."""
    gone, edited, replaced, plain = (one["image"] for one in given[:4])
    site.source.remove(gone)
    site.source.edit(edited, alt="Somebody's own words.")
    site.source.add(site.source.now(replaced), photo(200))
    site.pull()
    with site.store.write() as tx:
        files.remember(tx, replaced, SeenFile("b2" * 32, FileFacts()))
    done = imported(site.store, answers(given[:4]))
    assert (done.made, done.refused) == (4, 0)
    states = dict(site.rows("SELECT image_id, state FROM image_states"))
    assert states[gone] == "gone"
    assert states[edited] == "human"
    assert states[plain] == "needs-review"
    with site.store.read() as conn:
        (found,) = candidates.open_candidates(conn, [replaced])
        (other,) = candidates.open_candidates(conn, [plain])
    assert (found[0].moved, other[0].moved) == (True, False)


def test_an_answer_of_before_is_none_to_the_question_that_is_asked_once_more(
    site: Bench, given: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The old file is taken again while the new one is with somebody: nothing is booked
    twice, and the answer that was paid for anew finds its question open."""
    text, vain = [json.loads(line) for line in answers(given[:2]).splitlines()]
    vain |= {"text": "no object", "cost_usd": 0.5}
    old = "\n".join(map(json.dumps, (text, vain))).encode()
    assert imported(site.store, old).unusable == 1
    both = [one["image"] for one in given[:2]]
    more = export(site.source, site.store, tmp_path / "more.jsonl", again=both)
    assert more.lines == 2
    done = imported(site.store, old)
    assert (done.known, done.made, done.unusable, done.spent) == (2, 0, 0, 0)
    assert site.rows("SELECT sum(cost_usd) FROM failures") == [(0.5,)]
    text["usage"]["input_tokens"] += 1
    vain["text"] = "still no object"
    done = imported(site.store, "\n".join(map(json.dumps, (text, vain))).encode())
    assert (done.made, done.unusable, done.refused) == (1, 1, 0)
