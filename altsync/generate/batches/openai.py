"""OpenAI's Batch API, and that of hosts which speak its protocol.

Its facts, from the Batch guide, the reference of `POST /batches` and the client's own
types (developers.openai.com/api/docs/guides/batch, openai 3.54): a file of up to 50,000
lines and 200 MB, one model and one endpoint a batch, a window of 24 hours, half the price;
what was answered before a batch expired is in its output file, and paid; files go after
30 days. Up to 16 pairs of metadata, of 64 and 512 signs.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Generator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2

from altsync.generate.asking import Model
from altsync.generate.batches.base import (
    BatchLine,
    BatchTrouble,
    LineAnswer,
    LineFate,
    Remote,
    RemoteCounts,
    RemoteState,
    Sought,
    Uploaded,
    parsed,
)
from altsync.generate.batches.calls import SILENT
from altsync.generate.batches.host import OF_THE_BATCH, Host, each_once, named_by
from altsync.generate.batches.settling import DRIFT
from altsync.generate.cut import Captured
from altsync.generate.hearing import CONNECT
from altsync.generate.raised import STATUS_OF
from altsync.generate.told import fit, with_reason
from altsync.generate.trouble import Remedy

if TYPE_CHECKING:
    import openai
    from openai.types import Batch as Told
    from openai.types import BatchRequestCounts

MARK = "altsync"
"""Of the metadata: what a batch is found by."""
VERSION = "/v1"
"""What an endpoint begins with, whatever the host's address ends with."""
PAGE = 100
LOOKED_BACK = timedelta(days=60)
"""How far before a batch was sent, by this machine's clock, the list is looked through: the
token tells for sure, so a clock that runs ahead hides none.
"""
STATES = {
    "failed": RemoteState.FAILED,
    "completed": RemoteState.ENDED,
    "expired": RemoteState.ENDED,
    "cancelled": RemoteState.ENDED,
    "cancelling": RemoteState.STOPPING,
}
"""`validating`, `in_progress` and `finalizing` are under way, and so is what is new."""
QUEUE_FULL = "token_limit_exceeded"
"""What small accounts meet first: a batch fails as it is looked over."""
_NO_FILE = re.compile(r"(cannot|could not) find file|no such file", re.I)
EXPIRED, CANCELLED = "batch_expired", "batch_cancelled"
"""Codes of lines that were not asked."""


class OpenAIBatches(Host):
    """See `base.Batches`."""

    way = "openai"
    most_lines = 50_000
    most_bytes = 190_000_000

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        shared: openai.OpenAI = model.inner.get_client(None)
        self._client = shared.with_options(
            max_retries=0, timeout=httpx2.Timeout(SILENT, connect=CONNECT)
        )

    def first_page(self) -> Any:
        """See `Host`."""
        return self._client.batches.list(limit=1)

    def line(self, key: str, asked: Captured) -> BatchLine:
        """See `base.Batches`."""
        before = urlsplit(str(self._client.base_url)).path.rstrip("/")
        path = asked.path.partition("?")[0]
        endpoint = VERSION + path.removeprefix(before)
        parts = asked.json.items()
        body = {name: part for name, part in parts if name not in OF_THE_BATCH}
        line = {"custom_id": key, "method": "POST", "url": endpoint, "body": body}
        return BatchLine(json.dumps(line).encode() + b"\n", endpoint)

    def submit(self, lines: Path, count: int, token: str, endpoint: str) -> Remote:
        """See `base.Batches`."""
        file = self.calls.read(lambda: self._upload(lines, token), self.without)

        def make() -> Remote:
            made = self._client.batches.create(
                input_file_id=file,
                endpoint=endpoint,  # type: ignore[arg-type]  # the capture's own
                completion_window="24h",
                metadata={MARK: token},
            )
            return self._remote(made)

        return self.calls.make(make, self.without, _is_late)

    def _upload(self, lines: Path, token: str) -> str:
        """Again after a failure: a file that nobody asks about costs nothing."""
        with lines.open("rb") as opened:
            named = (_name(token), opened, "application/jsonl")
            return named_by(self._client.files.create(file=named, purpose="batch"))

    def seek(self, sought: Sought) -> Remote | None:
        """See `Host`."""
        oldest = (sought.since - LOOKED_BACK).timestamp()

        def do() -> Remote | None:
            for one in each_once(self._client.batches.list(limit=PAGE)):
                if (one.metadata or {}).get(MARK) == sought.token:
                    return self._remote(one)
                if one.created_at < oldest:
                    return None
            return None

        return self.calls.read(do, self.without)

    def told(self, remote_id: str) -> Remote:
        """See `Host`."""
        return self._remote(self._client.batches.retrieve(remote_id))

    def stopped(self, remote_id: str) -> Remote:
        """See `Host`."""
        return self._remote(self._client.batches.cancel(remote_id))

    def lines(self, remote: Remote) -> Generator[LineAnswer, None, None]:
        """See `Host`."""
        gone = (
            f"The answers of batch {remote.id} are not there any more: OpenAI keeps them"
            " for 30 days, or until batch_keep = false has them deleted."
        )
        streamed = self._client.files.with_streaming_response
        for file in remote.results:
            opened = functools.partial(streamed.content, file)
            with self.calls.download(opened, gone) as results:
                yield from filter(None, map(_answer, results))

    def delete(self, sent: Uploaded, ended: Remote | None, *, answers: bool) -> int:
        """See `base.Batches`. An upload whose answer was lost has no other one's name."""
        files = {sent.file} | self._uploaded(sent)
        if answers and ended is not None:
            files.update(ended.results)
        return sum(
            self.deleted(functools.partial(self._client.files.delete, file))
            for file in sorted(files - {""})
        )

    def _uploaded(self, sent: Uploaded) -> set[str]:
        """Files with the name that `submit` gave; none where a host does not list them,
        and where this key may not see the list and the one on record is known."""
        oldest, name = (sent.since - DRIFT).timestamp(), _name(sent.token)

        def do() -> set[str]:
            found = set()
            listed = self._client.files.list(purpose="batch", order="desc")
            for one in each_once(listed):
                if one.created_at < oldest:
                    break
                if one.filename == name:
                    found.add(one.id)
            return found

        try:
            return self.calls.read(do, self.without)
        except BatchTrouble as trouble:
            known = sent.file and trouble.trouble.remedy is not Remedy.AGAIN
            if trouble.gone or known:
                return set()
            raise

    def _remote(self, told: Told) -> Remote:
        state = STATES.get(told.status, RemoteState.UNDER_WAY)
        results = (told.output_file_id, told.error_file_id)
        ended = told.completed_at or told.expired_at or told.cancelled_at
        return Remote(
            id=named_by(told),
            state=state,
            said=told.status,
            counts=_counts(told.request_counts, told.status),
            created=_moment(told.created_at),
            expires=_moment(told.expires_at),
            ended=_moment(ended or told.failed_at),
            file=told.input_file_id or "",
            results=tuple(one for one in results if one),
            problem=self._problem(told) if state is RemoteState.FAILED else "",
        )

    def _problem(self, told: Told) -> str:
        """Why a batch was not taken, in the provider's words."""
        errors = (told.errors.data if told.errors else None) or []
        said = "; ".join(
            f"line {one.line}: {one.message}" if one.line else str(one.message)
            for one in errors[:3]
        )
        sentence = f"{self.model.name} did not take the batch, and nothing is paid."
        if any(one.code == QUEUE_FULL for one in errors):
            sentence += (
                " More would wait in your account than may: hand over fewer at a time"
                " (--limit), or once other batches have ended."
            )
        return with_reason(sentence, fit(said, self.model.secrets()))


def _name(token: str) -> str:
    """Of the file with the lines of a handover."""
    return f"altsync-{token}.jsonl"


def _is_late(broke: BatchTrouble) -> bool:
    """A file that has just gone up is not found everywhere at once: met by
    others who made many batches in a row."""
    return bool(_NO_FILE.search(broke.trouble.reason))


def _counts(told: BatchRequestCounts | None, status: str) -> RemoteCounts:
    if told is None:
        return RemoteCounts()
    left = max(0, told.total - told.completed - told.failed)
    return RemoteCounts(
        total=told.total,
        answered=told.completed,
        errored=told.failed,
        expired=left if status == "expired" else 0,
        cancelled=left if status == "cancelled" else 0,
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _answer(line: bytes) -> LineAnswer | None:
    """None for what is no line of results: it is missed when they are counted."""
    told = parsed(line)
    key, response, error = (told.get(n) for n in ("custom_id", "response", "error"))
    if not isinstance(key, str):
        return None
    if isinstance(response, Mapping):
        return _heard(key, response)
    if not isinstance(error, Mapping):
        return None
    code = str(error.get("code"))
    if code in (EXPIRED, CANCELLED):
        fate = LineFate.EXPIRED if code == EXPIRED else LineFate.CANCELLED
        return LineAnswer(key, fate)
    body = json.dumps({"error": error}).encode()
    return LineAnswer(key, LineFate.ERRORED, STATUS_OF.get(code, 500), body)


def _heard(key: str, response: Mapping[str, Any]) -> LineAnswer | None:
    status = response.get("status_code")
    if not isinstance(status, int):
        return None
    good = 200 <= status < 300
    body = json.dumps(response.get("body")).encode()
    fate = LineFate.ANSWERED if good else LineFate.ERRORED
    return LineAnswer(key, fate, status, body)
