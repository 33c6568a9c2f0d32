"""Anthropic's Message Batches.

Their facts, from the guide (platform.claude.com/docs/en/build-with-claude/batch-processing)
and the client's own types (anthropic 1.17): up to 100,000 requests and 256 MB, half the
price, 24 hours; errored, canceled and expired requests are not billed; counts stand at
`processing` until the whole batch has ended; results stay for 29 days, in no order. An id
has 1 to 64 of [a-zA-Z0-9_-]. A batch carries no word of the sender's.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx2

from altsync.generate.asking import Model
from altsync.generate.batches.base import (
    BatchLine,
    LineAnswer,
    LineFate,
    Remote,
    RemoteCounts,
    RemoteState,
    Sought,
    Unsure,
    Uploaded,
    parsed,
)
from altsync.generate.batches.calls import SILENT
from altsync.generate.batches.host import OF_THE_BATCH, Host, each_once, named_by
from altsync.generate.batches.settling import DRIFT
from altsync.generate.cut import Captured
from altsync.generate.hearing import CONNECT
from altsync.generate.raised import STATUS_OF

if TYPE_CHECKING:
    import anthropic
    from anthropic.types.messages import MessageBatch

PATH = "/v1/messages/batches"
BETAS = "anthropic-beta"
OF_BATCHES = "message-batches-2024-09-24"
"""What the client adds to the betas of a batch."""
PAGE = 100
OPENS, CLOSES = b'{"requests":[', b"]}"
STATES = {"ended": RemoteState.ENDED, "canceling": RemoteState.STOPPING}
"""`in_progress` is under way, and so is what is new."""


class AnthropicBatches(Host):
    """See `base.Batches`."""

    way = "anthropic"
    most_lines = 100_000
    most_bytes = 190_000_000

    def __init__(self, model: Model) -> None:
        import anthropic

        super().__init__(model)
        inner = model.inner
        client = getattr(inner, "altsync_client", None)
        if client is None:
            client = anthropic.Anthropic(
                api_key=inner.get_key(None),
                base_url=inner.base_url,
                max_retries=0,
                timeout=httpx2.Timeout(SILENT, connect=CONNECT),
            )
            inner.altsync_client = client  # closed with the model
        self._client: anthropic.Anthropic = client

    def first_page(self) -> Any:
        """See `Host`."""
        return self._client.messages.batches.list(limit=1)

    def line(self, key: str, asked: Captured) -> BatchLine:
        """See `base.Batches`."""
        parts = asked.json.items()
        body = {name: part for name, part in parts if name not in OF_THE_BATCH}
        endpoint = asked.path.partition("?")[0]
        betas = asked.headers.get(BETAS)
        if betas:
            endpoint += f"?betas={quote(betas)}"
        line = {"custom_id": key, "params": body}
        return BatchLine(json.dumps(line).encode() + b"\n", endpoint)

    def submit(self, lines: Path, count: int, token: str, endpoint: str) -> Remote:
        """See `base.Batches`. The lines go as they stand in the file, so that no more
        than one of them is in memory."""
        from anthropic.types.messages import MessageBatch

        size = lines.stat().st_size - 1 + len(OPENS) + len(CLOSES)
        headers = {"Content-Length": str(size)}
        path = PATH
        betas = parse_qs(urlsplit(endpoint).query).get("betas", [])
        if betas:
            headers[BETAS] = ",".join([*betas, OF_BATCHES])
            path += "?beta=true"

        def make() -> Remote:
            made = self._client.post(
                path,
                content=_body(lines),
                cast_to=MessageBatch,
                options={"headers": headers},
            )
            return _remote(made)

        return self.calls.make(make, self.without)

    def seek(self, sought: Sought) -> Remote | None:
        """See `Host`. A batch of as many lines that has not ended may be it."""
        doubtful = None
        for one in self._listed(sought):
            if one.state is not RemoteState.ENDED:
                doubtful = one
            elif self._holds(one, sought):
                return one
        if doubtful is not None:
            raise Unsure(
                f"Batch {doubtful.id} of {self.model.name} may be the one whose answer"
                " was lost on its way, which only its results can tell. Its lines are not"
                " sent again until it has ended: run the same again then."
            )
        return None

    def _listed(self, sought: Sought) -> list[Remote]:
        """Those that it may be, the newest first."""
        oldest = sought.since - DRIFT

        def do() -> list[Remote]:
            found = []
            for one in each_once(self._client.messages.batches.list(limit=PAGE)):
                if one.created_at < oldest:
                    break
                remote = _remote(one)
                if one.id not in sought.known and remote.counts.total == sought.count:
                    found.append(remote)
            return found

        return self.calls.read(do, self.without)

    def _holds(self, remote: Remote, sought: Sought) -> bool:
        """Whether the results are those of the lines that are sought."""
        answers = self.lines(remote)
        try:
            return any(one.custom_id in sought.keys for one in answers)
        finally:
            answers.close()

    def told(self, remote_id: str) -> Remote:
        """See `Host`."""
        return _remote(self._client.messages.batches.retrieve(remote_id))

    def stopped(self, remote_id: str) -> Remote:
        """See `Host`."""
        return _remote(self._client.messages.batches.cancel(remote_id))

    def lines(self, remote: Remote) -> Generator[LineAnswer, None, None]:
        """See `Host`."""
        gone = (
            f"The answers of batch {remote.id} are not there any more: Anthropic keeps"
            " them for 29 days."
        )
        opened = functools.partial(self._opened, remote)
        with self.calls.download(opened, gone) as results:
            yield from filter(None, map(_answer, results))

    def delete(self, sent: Uploaded, ended: Remote | None, *, answers: bool) -> int:
        """See `base.Batches`. Questions and answers are one thing here."""
        if not answers or ended is None:
            return 0
        return self.deleted(lambda: self._client.messages.batches.delete(ended.id))

    def _opened(self, remote: Remote) -> AbstractContextManager[Any]:
        """The results. Behind a proxy of the owner's their address may name Anthropic
        itself, where the key is not to go: then they are asked of the proxy."""
        own = urlsplit(str(self._client.base_url)).netloc
        if all(urlsplit(address).netloc == own for address in remote.results):
            streamed = self._client.messages.batches.with_streaming_response
            return streamed.results(remote.id)
        path = f"{PATH}/{quote(remote.id, '')}/results"
        return nullcontext(self._client.get(path, cast_to=httpx2.Response))


def _body(lines: Path) -> Iterator[bytes]:
    """The file as the one document that is sent."""
    yield OPENS
    between = b""
    with lines.open("rb") as opened:
        for line in opened:
            yield between + line.rstrip(b"\n")
            between = b","
    yield CLOSES


def _remote(told: MessageBatch) -> Remote:
    counts = told.request_counts
    gone = (counts.succeeded, counts.errored, counts.expired, counts.canceled)
    return Remote(
        id=named_by(told),
        state=STATES.get(told.processing_status, RemoteState.UNDER_WAY),
        said=told.processing_status,
        counts=RemoteCounts(counts.processing + sum(gone), *gone),
        created=told.created_at,
        expires=told.expires_at,
        ended=told.ended_at,
        results=() if told.results_url is None else (told.results_url,),
    )


def _answer(line: bytes) -> LineAnswer | None:
    """None for what is no line of results: it is missed when they are counted."""
    told = parsed(line)
    key, result = told.get("custom_id"), told.get("result")
    if not isinstance(key, str) or not isinstance(result, Mapping):
        return None
    kind = result.get("type")
    if kind == "succeeded":
        body = json.dumps(result.get("message")).encode()
        return LineAnswer(key, LineFate.ANSWERED, 200, body)
    if kind == "errored":
        return _errored(key, result.get("error"))
    if kind in ("expired", "canceled"):
        fate = LineFate.EXPIRED if kind == "expired" else LineFate.CANCELLED
        return LineAnswer(key, fate)
    return None


def _errored(key: str, error: Any) -> LineAnswer:
    inner = error.get("error", error) if isinstance(error, Mapping) else {}
    inner = inner if isinstance(inner, Mapping) else {}
    status = STATUS_OF.get(str(inner.get("type")), 500)
    body = json.dumps({"type": "error", "error": inner}).encode()
    return LineAnswer(key, LineFate.ERRORED, status, body)
