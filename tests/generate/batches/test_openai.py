"""What is OpenAI's own: files, metadata, states, the lines of its results."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from altsync.generate import work
from altsync.generate.batches.base import (
    BatchTrouble,
    LineAnswer,
    LineFate,
    RemoteState,
    Uploaded,
)
from altsync.generate.batches.openai import OpenAIBatches as Ours
from altsync.generate.batches.providers import of_model
from altsync.generate.batches.settling import DRIFT
from altsync.generate.context import Piece, Trust
from altsync.generate.cut import Captured
from altsync.generate.opening import open_model
from altsync.generate.trouble import Remedy
from tests.doubles.providers.base import Act
from tests.doubles.providers.openai_batches import OpenAIBatches
from tests.generate.batches.side import NOW, OURS, TOKEN, Side, all_of, key_at
from tests.generate.conftest import Hosts


@pytest.fixture
def side(hosts: Hosts, tmp_path: Any) -> Side:
    return Side("openai", hosts("openai"), tmp_path)


def host(side: Side) -> OpenAIBatches:
    assert isinstance(side.double, OpenAIBatches)
    return side.double


STATES = [
    ("validating", RemoteState.UNDER_WAY),
    ("in_progress", RemoteState.UNDER_WAY),
    ("finalizing", RemoteState.UNDER_WAY),
    ("cancelling", RemoteState.STOPPING),
    ("cancelled", RemoteState.ENDED),
    ("completed", RemoteState.ENDED),
    ("expired", RemoteState.ENDED),
    ("failed", RemoteState.FAILED),
    ("a state that is new", RemoteState.UNDER_WAY),
]


@pytest.mark.parametrize(("said", "state"), STATES)
def test_every_state(
    side: Side, said: str, state: RemoteState, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = side.submit(2)
    side.lot.state = said
    monkeypatch.setattr(host(side), "_step", lambda lot: None)
    remote = side.batches.look(made.id)
    assert (remote.state, remote.said) == (state, said)
    assert bool(remote.problem) == (state is RemoteState.FAILED)


def test_it_counts_while_it_works(side: Side) -> None:
    side.double.looks = None
    made = side.submit(3)
    side.batches.look(made.id)
    side.double.work(side.lot, 2)
    counts = side.batches.look(made.id).counts
    assert (counts.total, counts.answered, counts.expired) == (3, 2, 0)


def test_a_host_that_does_not_count(side: Side) -> None:
    made = side.submit(1)
    told = {**host(side)._told(side.lot), "request_counts": None}
    side.double.steps["look"] = [Act(raw=json.dumps(told).encode())]
    assert side.batches.look(made.id).counts.total == 0


def test_a_queue_that_is_full_pays_nothing(side: Side) -> None:
    """What small accounts meet first: the batch is made, and fails as it is looked over."""
    host(side).queue = 2
    made = side.submit(3)
    remote = side.batches.look(made.id)
    assert (remote.state, remote.results) == (RemoteState.FAILED, ())
    assert "hand over fewer at a time (--limit)" in remote.problem
    assert "enqueued tokens" in remote.problem
    assert side.double.paid == 0
    assert all_of(side, remote) == {}


def test_a_batch_says_whose_it_is(side: Side) -> None:
    remote = side.submit()
    assert side.lot.asked["metadata"] == {"altsync": TOKEN}
    assert side.lot.asked["endpoint"] == "/v1/chat/completions"
    assert remote.file == side.lot.asked["input_file_id"]


def test_a_file_whose_answer_was_lost_is_sent_again(side: Side) -> None:
    """A file that nobody asks about costs nothing."""
    side.double.steps["upload"] = ["lost", "drop"]
    made = side.submit()
    assert (side.double.asked["upload"], side.double.asked["create"]) == (3, 1)
    assert side.batches.look(made.id).state is RemoteState.ENDED
    assert side.double.paid == 3


def test_an_upload_that_nobody_heard_of_is_deleted_by_its_name(side: Side) -> None:
    """Through pages; the file of another handover, and one of the owner's own, stay."""
    side.double.steps["upload"] = ["lost"]
    remote = side.submit(1)
    path, endpoint = side.written(1)
    side.batches.submit(path, 1, "run-7-2", endpoint)
    double = host(side)
    double.page = 1
    other = Uploaded("run-7-3", NOW)
    assert side.batches.delete(other, None, answers=True) == 0
    assert side.batches.delete(Uploaded(TOKEN, NOW), remote, answers=False) == 2
    (left,) = [
        name for file, (name, _) in double.uploads.items() if file in double.files
    ]
    assert left == "altsync-run-7-2.jsonl"
    assert (
        side.batches.delete(Uploaded("run-7-2", NOW + DRIFT * 2), None, answers=True)
        == 0
    )


def test_a_host_that_lists_no_files_deletes_the_one_on_record(side: Side) -> None:
    remote = side.submit(1)
    side.double.steps["files"] = [Act(code=404, raw=b"{}")]
    assert (
        side.batches.delete(Uploaded(TOKEN, NOW, remote.file), remote, answers=False)
        == 1
    )
    side.double.steps["files"] = [Act(code=401, raw=b"{}")]
    with pytest.raises(BatchTrouble, match="key"):
        side.batches.delete(Uploaded(TOKEN, NOW), remote, answers=False)
    side.double.steps["files"] = [Act(code=403, raw=b"{}")]
    known = Uploaded(TOKEN, NOW, "file-1")
    assert side.batches.delete(known, remote, answers=False) == 0, "it is gone already"
    assert side.double.asked["delete"] == 2
    side.double.steps["delete"] = [Act(code=405, raw=b"{}")]
    with pytest.raises(BatchTrouble, match="deletes nothing"):
        side.batches.delete(known, remote, answers=False)


def test_nothing_is_made_where_the_file_was_not_taken(side: Side) -> None:
    said = side.double.error(401, "invalid_api_key", "Wrong one.")
    side.double.steps["upload"] = [Act(code=401, raw=said.data)]
    with pytest.raises(BatchTrouble, match="refused the key") as caught:
        side.submit()
    assert not caught.value.unknown
    assert side.double.asked["create"] == 0


def test_a_file_that_is_not_found_yet_is_waited_for(side: Side) -> None:
    host(side).late = 2
    assert side.submit().id == side.lot.id
    assert (side.double.asked["upload"], side.double.asked["create"]) == (1, 3)
    side.double.lots.clear()
    host(side).late = 9
    with pytest.raises(BatchTrouble, match="Cannot find file") as caught:
        side.submit()
    assert not caught.value.unknown


@pytest.mark.parametrize("model", ["gpt-5-mini", "gpt-4o"])
def test_models_of_both_protocols(hosts: Hosts, side: Side, model: str) -> None:
    """Chat Completions and Responses: the endpoint is the one that the plugin asks."""
    opened = open_model(model, {}, 5.0)
    side.model, side.batches = opened, of_model(opened)
    remote = side.ended(2)
    wanted = "/v1/responses" if model == "gpt-5-mini" else "/v1/chat/completions"
    assert side.lot.asked["endpoint"] == wanted
    for key, answer in all_of(side, remote).items():
        assert work.taken(side.task(int(key, 16)), answer.heard).answer is not None


def test_an_endpoint_is_named_from_the_version_on(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands before it in the address of the host."""
    client = side.model.inner.get_client(None).with_options(
        base_url="https://host.test/openai/v1"
    )
    assert isinstance(side.batches, Ours)
    monkeypatch.setattr(side.batches, "_client", client)
    asked = Captured("POST", "/openai/v1/chat/completions", {}, b'{"stream": false}')
    line = side.batches.line("k", asked)
    assert line.endpoint == "/v1/chat/completions"
    assert json.loads(line.data)["body"] == {}


def test_a_host_without_pages_is_asked_for_the_next_one_once(side: Side) -> None:
    """It gives all that it has, whatever comes after: for ever, if it were asked on."""
    side.submit(1)
    double = host(side)
    page = {"object": "list", "data": [double._told(side.lot)]}
    double.steps["list"] = [Act(raw=json.dumps(page).encode())] * 9
    assert side.batches.seek(side.sought(1, token="none")) is None  # type: ignore[attr-defined]
    assert double.asked["list"] == 2


LINES: list[tuple[dict[str, Any], LineFate | None, int]] = [
    ({"response": {"status_code": 200, "body": {}}}, LineFate.ANSWERED, 200),
    ({"response": {"status_code": 503, "body": {}}}, LineFate.ERRORED, 503),
    ({"error": {"code": "batch_expired"}}, LineFate.EXPIRED, 0),
    ({"error": {"code": "batch_cancelled"}}, LineFate.CANCELLED, 0),
    ({"error": {"code": "rate_limit_exceeded"}}, LineFate.ERRORED, 429),
    ({"error": {"code": "new", "message": "?"}}, LineFate.ERRORED, 500),
    ({"response": {"status_code": None}}, None, 0),
    ({"response": None, "error": None}, None, 0),
]


@pytest.mark.parametrize(("told", "fate", "status"), LINES)
def test_every_line_of_results(
    side: Side, told: dict[str, Any], fate: LineFate | None, status: int
) -> None:
    remote = side.ended(1)
    line = json.dumps({"custom_id": key_at(0), **told})
    (file,) = remote.results
    host(side).files[file] = f"{line}\n".encode()
    read: list[LineAnswer] = []
    try:
        read.extend(side.batches.answers(remote, OURS))
    except BatchTrouble:
        assert fate is not LineFate.ANSWERED, "what is paid is missed"
    assert [(one.fate, one.status) for one in read] == (
        [] if fate is None else [(fate, status)]
    )


def test_an_error_of_a_line_is_judged_by_its_code(side: Side) -> None:
    remote = side.ended(1)
    error = {"code": "rate_limit_exceeded", "message": "Too many at once."}
    line = {"custom_id": key_at(0), "response": None, "error": error}
    (file,) = remote.results
    host(side).files[file] = json.dumps(line).encode()
    answer = next(iter(side.batches.answers(remote, OURS)))
    outcome = work.taken(side.task(0), answer.heard)
    assert (outcome.remedy, outcome.paid) == (Remedy.AGAIN, False)


def test_the_context_goes_along(side: Side) -> None:
    """Letters of every kind, as they are."""
    piece = Piece("title", "Heu – “Wiese” 猫 \u2028 é", Trust.SITE, "title")
    task = dataclasses.replace(side.task(1), pieces=(piece,))
    captured = work.would_send(task)
    assert isinstance(captured, Captured)
    line = side.batches.line(key_at(1), captured)
    assert line.data.count(b"\n") == 1
    assert "猫" in side.double.words(json.loads(line.data)["body"])
