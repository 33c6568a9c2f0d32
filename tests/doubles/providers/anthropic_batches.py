"""Anthropic's Message Batches beside its Messages, as strict as they are.

From the guide and the reference: 1 to 100,000 requests, 256 MB, ids of 1 to 64 of
[a-zA-Z0-9_-], each once; a body is looked at when it is asked; all counts stand at
`processing` until the whole batch has ended; results only then, in no order; a batch that
is cancelled goes on as `canceling` for a while."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.doubles.providers.anthropic import Anthropic, error_body, message
from tests.doubles.providers.base import Act
from tests.doubles.providers.batching import Batching, Came, Lot, Said, new_id

MOST_LINES, MOST_BYTES = 100_000, 256_000_000
PATH = "/v1/messages/batches"
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class AnthropicBatches(Batching, Anthropic):
    """The server."""

    STEPS = ("create", "list", "look", "results", "cancel", "delete")

    def new_id(self) -> str:
        return new_id("msgbatch_")

    def whole(self, act: Act, body: dict[str, Any]) -> Any:
        found = message(act, body)
        found["usage"]["service_tier"] = "batch"
        return found

    def error(self, code: int, kind: str, message: str) -> Said:
        return Said(code, error_body(kind, message))

    def refusal(self, came: Came) -> Said | None:
        if "x-api-key" not in came.headers:
            return self.error(401, "authentication_error", "x-api-key is missing")
        if "anthropic-version" not in came.headers:
            return self.error(400, "invalid_request_error", "no anthropic-version")
        return None

    def route(
        self, method: str, path: str
    ) -> tuple[str, Callable[[Came], Said]] | None:
        if not path.startswith(PATH):
            return None
        match method, path.removeprefix(PATH).strip("/").split("/"):
            case "POST", [""]:
                return "create", self._create
            case "GET", [""]:
                return "list", self._list
            case "GET", [_]:
                return "look", self._look
            case "DELETE", [_]:
                return "delete", self._delete
            case "GET", [_, "results"]:
                return "results", self._results
            case "POST", [_, "cancel"]:
                return "cancel", self._cancel
        return None

    def _create(self, came: Came) -> Said:
        kind = "invalid_request_error"
        if len(came.body) > MOST_BYTES:
            return self.error(413, "request_too_large", "More than 256 MB.")
        try:
            asked = json.loads(came.body)["requests"]
        except (ValueError, LookupError):
            return self.error(400, kind, "requests: no list")
        if not 1 <= len(asked) <= MOST_LINES:
            return self.error(400, kind, "requests: from 1 to 100000")
        lines: dict[str, dict[str, Any]] = {}
        for one in asked:
            key = one.get("custom_id", "")
            if set(one) != {"custom_id", "params"} or not ID.fullmatch(key):
                return self.error(400, kind, "requests: custom_id, params")
            if key in lines:
                return self.error(400, kind, "requests: custom_id is used twice")
            if one["params"].get("stream"):
                return self.error(400, kind, "stream: not in a batch")
            lines[key] = one["params"]
        betas = came.headers.get("anthropic-beta", "")
        return Said(200, self._told(self.hold(lines, betas=betas)))

    def _list(self, came: Came) -> Said:
        if not 1 <= int(came.query.get("limit", "20")) <= 1000:
            return self.error(400, "invalid_request_error", "limit: 1 to 1000")
        found, more = self.newest(came.query.get("after_id", ""))
        told = [self._told(lot) for lot in found]
        first = told[0]["id"] if told else None
        last = told[-1]["id"] if told else None
        page = {"data": told, "has_more": more, "first_id": first, "last_id": last}
        return Said(200, page)

    def _look(self, came: Came) -> Said:
        lot = self.lots.get(came.path.split("/")[4])
        if lot is None:
            return self.error(404, "not_found_error", "No such batch.")
        lot.looks += 1
        if lot.state == "canceling":
            self.end(lot, "ended")
        elif lot.state == "in_progress" and self.looks and lot.looks >= self.looks:
            self.work(lot)
            self.end(lot, "ended")
        return Said(200, self._told(lot))

    def end(self, lot: Lot, state: str) -> None:
        """`canceled` and `expired` are what comes of the lines that are left."""
        canceled = lot.state == "canceling" or state == "canceled"
        lot.asked["left"] = "canceled" if canceled else "expired"
        super().end(lot, "ended")

    def _cancel(self, came: Came) -> Said:
        lot = self.lots.get(came.path.split("/")[4])
        if lot is None:
            return self.error(404, "not_found_error", "No such batch.")
        if lot.state == "ended":
            return self.error(400, "invalid_request_error", "It has ended.")
        lot.state = "canceling"
        lot.asked["canceled"] = self.now()
        return Said(200, self._told(lot))

    def _delete(self, came: Came) -> Said:
        lot = self.lots.get(came.path.split("/")[4])
        if lot is None:
            return self.error(404, "not_found_error", "No such batch.")
        if lot.state != "ended":
            return self.error(400, "invalid_request_error", "It has not ended.")
        del self.lots[lot.id]
        return Said(200, {"id": lot.id, "type": "message_batch_deleted"})

    def _results(self, came: Came) -> Said:
        lot = self.lots.get(came.path.split("/")[4])
        if lot is None or lot.state != "ended":
            return self.error(404, "not_found_error", "There are no results.")
        lines = [
            {"custom_id": key, "result": self._result(lot, key)} for key in lot.lines
        ]
        text = "".join(json.dumps(line) + "\n" for line in reversed(lines))
        return Said(200, text.encode(), {"Content-Type": "application/x-jsonl"})

    def _result(self, lot: Lot, key: str) -> dict[str, Any]:
        if key not in lot.results:
            return {"type": lot.asked["left"]}
        act, body = lot.results[key]
        if act.error is not None or act.raw is not None:
            return {"type": "errored", "error": {**body, "request_id": new_id("req_")}}
        return {"type": "succeeded", "message": body}

    def _told(self, lot: Lot) -> dict[str, Any]:
        counts = dict.fromkeys(("succeeded", "errored", "canceled", "expired"), 0)
        counts["processing"] = len(lot.lines)
        if lot.state == "ended":
            counts["processing"] = 0
            for key in lot.lines:
                counts[self._result(lot, key)["type"]] += 1
        over = lot.state == "ended"
        return {
            "id": lot.id,
            "type": "message_batch",
            "processing_status": lot.state,
            "request_counts": counts,
            "created_at": _date(lot.created),
            "expires_at": _date(lot.created, 24),
            "ended_at": _date(lot.ended) if over and lot.ended else None,
            "cancel_initiated_at": _date(lot.asked.get("canceled")),
            "archived_at": None,
            "results_url": f"{self.base}{PATH}/{lot.id}/results" if over else None,
        }


def _date(seconds: float | None, hours: int = 0) -> str | None:
    if seconds is None:
        return None
    return (datetime.fromtimestamp(seconds, UTC) + timedelta(hours=hours)).isoformat()
