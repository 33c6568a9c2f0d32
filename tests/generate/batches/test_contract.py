"""What holds for the batches of every provider: over real sockets, through the providers'
own clients, against doubles as strict as they are."""

from __future__ import annotations

import functools
import json
import tempfile
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from altsync.generate import pace, work
from altsync.generate.batches import calls, settling
from altsync.generate.batches.base import (
    BatchTrouble,
    LineAnswer,
    LineFate,
    Remote,
    RemoteState,
    Unsure,
    Uploaded,
)
from altsync.generate.trouble import Remedy
from tests.doubles.providers.base import Act, mark
from tests.doubles.providers.batching import Lot
from tests.doubles.providers.hosting import BATCHING, DOUBLES
from tests.generate.batches.side import NOW, OURS, TOKEN, Side, all_of, error, key_at
from tests.generate.conftest import Hosts


@pytest.fixture(params=BATCHING)
def side(request: pytest.FixtureRequest, hosts: Hosts, tmp_path: Path) -> Side:
    return Side(request.param, hosts(request.param), tmp_path)


class TestContract:
    """For every provider."""

    def test_from_questions_to_texts(self, side: Side) -> None:
        """Every answer comes to its own picture, at whatever place it stands."""
        side.batches.check()
        made = side.submit(3)
        assert made.state is RemoteState.UNDER_WAY
        assert not made.state.over
        remote = side.batches.look(made.id)
        assert (remote.state, remote.id) == (RemoteState.ENDED, made.id)
        assert (remote.counts.total, remote.counts.answered) == (3, 3)
        assert remote.created is not None
        assert remote.ended is not None
        assert remote.expires is not None
        assert remote.expires - remote.created == timedelta(days=1)
        found = all_of(side, remote)
        assert [*found] == [key_at(2), key_at(1), key_at(0)], "in another order"
        for number in range(3):
            task = side.task(number)
            outcome = work.taken(task, found[key_at(number)].heard)
            assert outcome.answer is not None, outcome.problem
            assert mark(task.jpeg) in outcome.answer.alt
            (reply,) = outcome.replies
            assert (reply.input_tokens, reply.output_tokens) == (1000, 50)
        assert side.double.paid_for.most_common(1)[0][1] == 1, "paid twice: 0"
        assert (side.double.paid, side.double.calls) == (3, 0)

    def test_what_is_asked_is_what_a_live_call_asks(self, side: Side) -> None:
        side.ended(2)
        for number in range(2):
            assert work.work(side.task(number)).answer is not None
            live = side.double.requests[-1]
            live.pop("stream", None)
            assert side.lot.lines[key_at(number)] == live

    def test_no_key_is_in_a_line(self, side: Side) -> None:
        path, endpoint = side.written(2)
        assert side.key not in path.read_text() + endpoint
        side.batches.submit(path, 2, TOKEN, endpoint)
        assert side.key in str(side.double.headers[-1]), "its own host is told"

    def test_a_line_that_failed_is_no_others(self, side: Side) -> None:
        """An error of a line is judged as a live one, and nothing is paid for it."""
        wrong = error(side, 400, "invalid_request_error", "This picture is no picture.")
        bad = mark(side.task(1).jpeg)

        def act(body: dict[str, Any]) -> Act:
            picture = side.double.picture(body)
            return wrong if mark(picture) == bad else side.double.described(body)

        side.double.act = act
        remote = side.ended(3)
        assert (remote.counts.answered, remote.counts.errored) == (2, 1)
        found = all_of(side, remote)
        assert found[key_at(1)].fate is LineFate.ERRORED
        outcome = work.taken(side.task(1), found[key_at(1)].heard)
        assert (outcome.remedy, outcome.paid) == (Remedy.IMAGE, False)
        assert "no picture" in outcome.said
        assert found[key_at(2)].fate is LineFate.ANSWERED
        assert side.double.paid == 2

    def test_a_limit_of_one_line_may_pass(self, side: Side) -> None:
        kinds = {"openai": "rate_limit_exceeded", "anthropic": "rate_limit_error"}
        side.double.acts = [error(side, 429, kinds[side.name], "Too many.")]
        (answer,) = all_of(side, side.ended(1)).values()
        outcome = work.taken(side.task(0), answer.heard)
        assert (outcome.remedy, outcome.paid) == (Remedy.AGAIN, False)

    def test_what_was_answered_before_it_expired_is_there(self, side: Side) -> None:
        side.double.looks = None
        made = side.submit(3)
        side.batches.look(made.id)
        side.double.work(side.lot, 1)
        side.double.end(side.lot, "expired")
        remote = side.batches.look(made.id)
        assert remote.state is RemoteState.ENDED
        counts = remote.counts
        assert (counts.answered, counts.expired, counts.total) == (1, 2, 3)
        fates = [one.fate for one in all_of(side, remote).values()]
        assert sorted(fates) == ["answered", "expired", "expired"]
        assert side.double.paid == 1

    def test_cancelling_takes_a_moment(self, side: Side) -> None:
        """And what was answered by then is paid, and there."""
        side.double.looks = None
        made = side.submit(3)
        side.batches.look(made.id)
        side.double.work(side.lot, 1)
        stopping = side.batches.cancel(made.id)
        assert stopping.state is RemoteState.STOPPING
        assert not stopping.state.over
        remote = side.batches.look(made.id)
        assert (remote.state, remote.counts.cancelled) == (RemoteState.ENDED, 2)
        fates = [one.fate for one in all_of(side, remote).values()]
        assert sorted(fates) == ["answered", "cancelled", "cancelled"]

    def test_what_has_ended_is_not_cancelled(self, side: Side) -> None:
        remote = side.ended()
        assert side.batches.cancel(remote.id) == remote
        assert side.double.asked["cancel"] == 0

    def test_what_was_sent_is_deleted_once_it_is_needed_no_more(
        self, side: Side
    ) -> None:
        """The pictures first, with OpenAI; answers only where that is asked for. What is
        gone already is no failure."""
        remote = side.ended()
        sent = Uploaded(TOKEN, NOW, remote.file)
        uploaded = int(side.name == "openai")
        assert side.batches.delete(sent, remote, answers=False) == uploaded
        assert len(all_of(side, remote)) == 3, "the answers are there still"
        assert side.batches.delete(sent, remote, answers=False) == 0
        assert side.batches.delete(sent, remote, answers=True) == 1
        with pytest.raises(BatchTrouble, match="are not there any more"):
            all_of(side, remote)
        assert side.batches.delete(sent, remote, answers=True) == 0

    def test_it_may_end_while_it_is_cancelled(self, side: Side) -> None:
        """Seen running, and over when the word came."""
        side.double.looks = None
        made = side.submit()
        side.batches.look(made.id)
        refused = side.double.error(409, "", "It has ended.")
        side.double.steps["cancel"] = [Act(code=400, raw=refused.data)]
        side.double.looks = 3
        assert side.batches.cancel(made.id).state is RemoteState.ENDED

    def test_one_that_could_not_be_cancelled_goes_on(self, side: Side) -> None:
        side.double.looks = None
        made = side.submit()
        refused = side.double.error(403, "permission_error", "Not with this key.")
        side.double.steps["cancel"] = [Act(code=403, raw=refused.data)]
        with pytest.raises(BatchTrouble, match="refused the key"):
            side.batches.cancel(made.id)
        assert side.batches.look(made.id).state is RemoteState.UNDER_WAY

    def test_results_are_larger_than_what_is_heard(self, side: Side) -> None:
        """Of a long answer the beginning is kept, to be judged; all of it is read."""
        side.double.acts = [Act.alt("A cat. " * calls.KEPT)]
        found = all_of(side, side.ended(2))
        assert all(len(one.body) > 7 * calls.KEPT for one in found.values())

    def test_a_disk_that_is_full_is_no_silence_of_the_provider(
        self, side: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        remote = side.ended(1)
        full = functools.partial(open, "/dev/full", "w+b")
        monkeypatch.setattr(tempfile, "TemporaryFile", full)
        with pytest.raises(BatchTrouble, match="No space left") as caught:
            all_of(side, remote)
        assert caught.value.trouble.remedy is Remedy.STOP

    def test_a_batch_that_nobody_knows(self, side: Side) -> None:
        for ask in (side.batches.look, side.batches.cancel):
            with pytest.raises(BatchTrouble, match="knows no batch none_1") as caught:
                ask("none_1")
            assert caught.value.gone
            assert caught.value.trouble.remedy is Remedy.STOP

    def test_results_that_are_gone(self, side: Side) -> None:
        remote = side.ended()
        step = "content" if side.name == "openai" else "results"
        gone = side.double.error(404, "not_found_error", "It was deleted.")
        side.double.steps[step] = [Act(code=404, raw=gone.data)]
        with pytest.raises(BatchTrouble, match="not there any more") as caught:
            all_of(side, remote)
        assert caught.value.gone

    def test_an_answer_that_is_missing_is_said(self, side: Side) -> None:
        """It is paid for: whoever took it for unanswered would pay for it twice."""
        remote = side.ended()
        _lose_a_line(side)
        read: list[LineAnswer] = []
        with pytest.raises(BatchTrouble, match="1 answer of batch") as caught:
            read.extend(side.batches.answers(remote, OURS))
        assert len(read) == 2, "the others are given first"
        assert caught.value.trouble.remedy is Remedy.AGAIN

    def test_what_has_the_key_of_another_stands_for_no_line_of_ours(
        self, side: Side
    ) -> None:
        """Else a paid line that is missing would not be missed, and be paid twice."""
        remote = side.ended()
        ours = {key_at(0), key_at(1), key_at(77)}
        read: list[LineAnswer] = []
        with pytest.raises(BatchTrouble, match="1 answer of batch"):
            read.extend(side.batches.answers(remote, ours))
        assert {one.custom_id for one in read} == {key_at(0), key_at(1)}

    def test_results_that_break_off_are_read_again(self, side: Side) -> None:
        remote = side.ended(5)
        step = "content" if side.name == "openai" else "results"
        side.double.steps[step] = ["cut", "lost"]
        assert len(all_of(side, remote)) == 5
        assert side.double.asked[step] == 3

    def test_a_look_is_tried_again(self, side: Side) -> None:
        made = side.submit()
        busy = side.double.error(500, "api_error", "A fault.")
        side.double.steps["look"] = ["drop", Act(code=500, raw=busy.data), "cut"]
        assert side.batches.look(made.id).state is RemoteState.ENDED
        assert side.double.asked["look"] == 4

    def test_a_look_is_not_tried_for_ever(self, side: Side) -> None:
        made = side.submit()
        side.double.steps["look"] = ["drop"] * 9
        with pytest.raises(BatchTrouble, match="did not answer"):
            side.batches.look(made.id)
        assert side.double.asked["look"] == calls.TRIES

    def test_nobody_waits_for_long_without_a_word(self, side: Side) -> None:
        kinds = {"openai": "rate_limit_exceeded", "anthropic": "rate_limit_error"}
        said = side.double.error(429, kinds[side.name], "Too many.")
        late = Act(code=429, raw=said.data, headers={"Retry-After": "120"})
        side.double.steps["look"] = [late]
        with pytest.raises(BatchTrouble, match="limiting the rate"):
            side.batches.look("some_1")
        assert side.double.asked["look"] == 1

    def test_a_wait_is_broken_off(
        self, side: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By a Ctrl-C: what it waited over is said."""
        monkeypatch.setattr(calls, "BACKOFF", 20.0)
        monkeypatch.setattr(pace.of(side.model.name), "stopped", lambda: True)
        side.double.steps["look"] = ["drop"]
        with pytest.raises(BatchTrouble, match="did not answer"):
            side.batches.look("some_1")
        assert side.double.asked["look"] == 1


class TestSending:
    """A batch is made once, whatever becomes of its answer."""

    @pytest.mark.parametrize("wrong", ["lost", "cut"])
    def test_an_answer_that_was_lost(self, side: Side, wrong: Any) -> None:
        """It was made: it is not sent again, and is found."""
        side.double.steps["create"] = [wrong]
        said = "did not say that it took the batch"
        with pytest.raises(BatchTrouble, match=said) as caught:
            side.submit()
        assert caught.value.unknown
        assert side.double.asked["create"] == 1
        assert side.key not in str(caught.value)
        found = self._found(side)
        assert found is not None
        assert found.id == side.lot.id

    def _found(self, side: Side, **how: Any) -> Remote | None:
        """At once, or when it has ended."""
        try:
            return side.batches.find(side.sought(**how))
        except Unsure as unsure:
            assert side.lot.id in str(unsure)
            side.batches.look(side.lot.id)
            return side.batches.find(side.sought(**how))

    def test_one_that_was_not_made_is_not_found(self, side: Side) -> None:
        side.double.steps["create"] = ["drop"]
        with pytest.raises(BatchTrouble) as caught:
            side.submit()
        assert caught.value.unknown
        assert side.batches.find(side.sought()) is None
        assert side.double.asked["list"] == 2, "whoever sent it may just have died"

    def test_one_that_is_made_late_is_found(
        self, side: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The host goes on with what it was sent, though its sender has gone."""
        path, endpoint = side.written(3)
        side.double.steps["create"] = ["hold"]

        def send() -> None:
            side.batches.submit(path, 3, TOKEN, endpoint)

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        assert side.double.reached["create"].wait(5)
        monkeypatch.setattr(
            pace.of(side.model.name), "rest", lambda _: _until_made(side, sender)
        )
        found = self._found(side)
        assert found is not None

    def test_a_batch_of_somebody_else_is_not_ours(self, side: Side) -> None:
        """With as many lines, and another word or other ids."""
        remote = side.ended()
        other = side.sought(token="run-7-2", keys={key_at(99)})
        assert side.batches.find(other) is None
        assert self._found(side) == remote

    def test_it_is_found_among_many(self, side: Side) -> None:
        """Lists come by pages, the newest first."""
        remote = side.ended(2)
        side.double.page = 2
        for _ in range(5):
            _another(side, 3)
        assert self._found(side, count=2) == remote

    def test_what_is_older_is_not_looked_through(self, side: Side) -> None:
        side.ended(2)
        side.lot.created -= 100 * 86_400
        side.double.page = 1
        for _ in range(4):
            _another(side, 3).created -= 90 * 86_400
        assert side.batches.find(side.sought(count=2)) is None
        assert side.double.asked["list"] == 2

    def test_a_clock_that_is_wrong_hides_none(self, side: Side) -> None:
        days = {"openai": 30, "anthropic": 1}  # OpenAI's are told by their token
        side.double.skew = -86_400 * days[side.batches.way]
        remote = side.ended(2)
        assert self._found(side, count=2) == remote

    def test_a_wait_that_is_broken_off_says_that_nobody_knows(
        self, side: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settling, "SETTLES", 60.0)
        monkeypatch.setattr(pace.of(side.model.name), "stopped", lambda: True)
        with pytest.raises(Unsure, match="Nobody knows yet"):
            side.batches.find(side.sought())

    def test_a_limit_is_waited_for_and_it_is_sent_again(self, side: Side) -> None:
        """429 says that nothing was made."""
        kinds = {"openai": "rate_limit_exceeded", "anthropic": "rate_limit_error"}
        said = side.double.error(429, kinds[side.name], "Too many.")
        busy = Act(code=429, raw=said.data, headers={"Retry-After": "0.01"})
        side.double.steps["create"] = [busy, busy]
        assert side.submit().id == side.lot.id
        assert side.double.asked["create"] == 3

    def test_an_error_of_theirs_leaves_it_open(self, side: Side) -> None:
        """500 does not say that nothing was made."""
        said = side.double.error(500, "api_error", "A fault.")
        side.double.steps["create"] = [Act(code=500, raw=said.data)]
        with pytest.raises(BatchTrouble) as caught:
            side.submit()
        assert caught.value.unknown
        assert side.double.asked["create"] == 1

    def test_a_host_that_is_not_there_made_nothing(self, side: Side) -> None:
        path, endpoint = side.written(1)
        side.double._server.shutdown()
        side.double._server.server_close()
        with pytest.raises(BatchTrouble) as caught:
            side.batches.submit(path, 1, TOKEN, endpoint)
        assert not caught.value.unknown
        assert caught.value.trouble.remedy is Remedy.AGAIN


REFUSALS: list[tuple[int, str, str, str]] = [
    (401, "authentication_error", "Wrong one: {key}.", "refused the key"),
    (402, "billing_error", "Nothing is left.", "no credit left"),
    (404, "not_found_error", "No such address.", "has no batches"),
    (413, "request_too_large", "Too much.", "did not do as it was asked"),
    (400, "invalid_request_error", "Not so.", "did not do as it was asked"),
]


class TestRefusals:
    """Judged as those of a live call, and no key is in what is said."""

    @pytest.mark.parametrize(("code", "kind", "said", "told"), REFUSALS)
    def test_a_batch_that_is_refused(
        self, side: Side, code: int, kind: str, said: str, told: str
    ) -> None:
        refused = side.double.error(code, kind, said.format(key=side.key))
        side.double.steps["create"] = [Act(code=code, raw=refused.data)]
        with pytest.raises(BatchTrouble) as caught:
            side.submit()
        assert told in str(caught.value)
        assert side.key not in f"{caught.value} {caught.value.trouble}"
        assert caught.value.trouble.remedy is Remedy.STOP
        assert not caught.value.unknown
        assert not side.double.lots

    def test_a_host_without_batches_is_found_out_before_any_work(
        self, side: Side
    ) -> None:
        none = side.double.error(404, "", "Nothing here.")
        side.double.steps["list"] = [Act(code=404, raw=none.data)]
        with pytest.raises(BatchTrouble, match="has no batches"):
            side.batches.check()
        side.double.steps["list"] = [Act(raw=b'{"hello": "you"}')]
        with pytest.raises(BatchTrouble, match="has no batches"):
            side.batches.check()
        page = Act(raw=b"<html>Welcome</html>", headers={"Content-Type": "text/html"})
        side.double.steps["list"] = [page] * calls.TRIES
        with pytest.raises(BatchTrouble, match="a page, in place of an answer"):
            side.batches.check()

    def test_an_answer_that_is_none_leaves_it_open(self, side: Side) -> None:
        """A proxy's: the batch may stand behind it."""
        side.double.steps["create"] = [Act(raw=b'{"hello": "you"}')]
        with pytest.raises(BatchTrouble) as caught:
            side.submit()
        assert caught.value.unknown
        with pytest.raises(BatchTrouble):
            side.double.steps["look"] = [Act(raw=b'{"hello": "you"}')]
            side.batches.look("some_1")

    @pytest.mark.parametrize("step", ["list", "look", "create"])
    def test_a_redirect_takes_no_key_to_another_host(
        self, side: Side, step: str
    ) -> None:
        asked: dict[str, Callable[[], Any]] = {
            "list": side.batches.check,
            "look": lambda: side.batches.look("some_1"),
            "create": side.submit,
        }
        with DOUBLES[side.name]() as other:
            place = {"Location": other.host + "/v1/elsewhere"}
            side.double.steps[step] = [Act(code=307, raw=b"{}", headers=place)]
            with pytest.raises(BatchTrouble, match="sends its callers to another"):
                asked[step]()
            assert other.connections == 0

    def test_a_line_that_is_there_twice_is_refused(self, side: Side) -> None:
        """As by the real ones: by one at once, by the other as it looks the file over."""
        path, endpoint = side.written(2)
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(lines[0] + lines[0])
        if side.name == "anthropic":
            with pytest.raises(BatchTrouble, match="used twice"):
                side.batches.submit(path, 2, TOKEN, endpoint)
            return
        made = side.batches.submit(path, 2, TOKEN, endpoint)
        remote = side.batches.look(made.id)
        assert remote.state is RemoteState.FAILED
        assert remote.state.over
        assert "nothing is paid" in remote.problem
        assert "Used twice" in remote.problem


def _another(side: Side, count: int) -> Lot:
    """A batch of somebody else's, that has ended."""
    body = json.loads(side.line(50).data)
    asked = body.get("body") or body["params"]
    lot = side.double.hold(
        {f"other-{number}": asked for number in range(count)},
        endpoint="/v1/chat/completions",
        input_file_id="file-none",
    )
    side.double.end(lot, "completed")
    return lot


def _lose_a_line(side: Side) -> None:
    """One answer is not among the results."""
    if side.name == "openai":
        file = side.lot.asked["output_file_id"]
        files: dict[str, bytes] = side.double.files  # type: ignore[attr-defined]
        files[file] = b"".join(files[file].splitlines(keepends=True)[1:]) + b"no JSON\n"
        return
    step = "results"
    lines = [
        {
            "custom_id": key,
            "result": {"type": "succeeded", "message": side.lot.results[key][1]},
        }
        for key in [key_at(0), key_at(1), key_at(1)]
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines) + "7\n"
    side.double.steps[step] = [Act(raw=text.encode())]


def _until_made(side: Side, sender: threading.Thread) -> None:
    side.double.release()
    sender.join(5)
