"""OpenAI's Batch API beside its questions: files, batches, results, as strict as it is.

From the guide and the reference: 50,000 lines, 200 MB, a custom_id once, one endpoint and
one model a batch, 16 pairs of metadata; a batch is `validating` when it is made, counts as
it works, is `cancelling` for a while, and has what was answered when it expires."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.doubles.providers.base import Act
from tests.doubles.providers.batching import Batching, Came, Lot, Said, new_id
from tests.doubles.providers.openai import (
    Double,
    completion,
    picture_of,
    picture_put,
    response,
    words_in,
)

ENDPOINTS = ("/v1/chat/completions", "/v1/responses")
MOST_LINES, MOST_BYTES = 50_000, 200_000_000
OVER = ("completed", "expired", "cancelled", "failed")


class OpenAIBatches(Batching, Double):
    """The server."""

    STEPS = ("upload", "create", "list", "look", "content", "cancel", "files", "delete")

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, tuple[str, int]] = {}
        """Name and moment of each file that was sent."""
        self.late = 0
        """So many times a file that has just come is not found yet."""
        self.queue: int | None = None
        """The most lines that wait at a time; beyond, a batch is refused as it is looked
        over."""

    def new_id(self) -> str:
        return new_id("batch_")

    def answer(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        return [json.dumps(self.whole(act, body)).encode()]

    def whole(self, act: Act, body: dict[str, Any]) -> Any:
        make = completion if "messages" in body else response
        return make(act, body["model"])

    def picture(self, body: dict[str, Any]) -> bytes:
        if "messages" in body:
            return picture_of(body)
        return picture_put(body["input"][-1]["content"])

    def words(self, body: dict[str, Any]) -> str:
        asked = body.get("messages") or body["input"]
        return words_in(asked[-1]["content"])

    def error(self, code: int, kind: str, message: str) -> Said:
        error = {
            "message": message,
            "type": "invalid_request_error",
            "param": None,
            "code": kind or None,
        }
        return Said(code, {"error": error})

    def refusal(self, came: Came) -> Said | None:
        if came.headers.get("authorization", "").startswith("Bearer "):
            return None
        return self.error(401, "invalid_api_key", "No key was given.")

    def route(
        self, method: str, path: str
    ) -> tuple[str, Callable[[Came], Said]] | None:
        parts = path.removeprefix(self.prefix).strip("/").split("/")
        match method, parts:
            case "POST", ["files"]:
                return "upload", self._upload
            case "GET", ["files"]:
                return "files", self._files
            case "DELETE", ["files", _]:
                return "delete", self._delete
            case "GET", ["files", _, "content"]:
                return "content", self._content
            case "POST", ["batches"]:
                return "create", self._create
            case "GET", ["batches"]:
                return "list", self._list
            case "GET", ["batches", _]:
                return "look", self._look
            case "POST", ["batches", _, "cancel"]:
                return "cancel", self._cancel
        return None

    def _upload(self, came: Came) -> Said:
        parts = _form(came)
        if parts["purpose"] != b"batch":
            return self.error(400, "invalid_purpose", "No such purpose.")
        data = parts["file"]
        if len(data) > MOST_BYTES:
            return self.error(413, "file_too_large", "More than 200 MB.")
        file = new_id("file-")
        self.files[file] = data
        self.uploads[file] = parts["filename"].decode(), int(self.now())
        return Said(200, self._told_of(file))

    def _told_of(self, file: str) -> dict[str, Any]:
        name, created = self.uploads[file]
        told = {"id": file, "object": "file", "bytes": len(self.files[file])}
        told |= {"purpose": "batch", "status": "processed"}
        return {**told, "filename": name, "created_at": created}

    def _files(self, came: Came) -> Said:
        """The newest first, and no more than a page."""
        found = [file for file in reversed(self.uploads) if file in self.files]
        after = came.query.get("after", "")
        found = found[found.index(after) + 1 :] if after else found
        told = [self._told_of(file) for file in found[: self.page]]
        more = len(found) > self.page
        return Said(200, {"object": "list", "data": told, "has_more": more})

    def _delete(self, came: Came) -> Said:
        """Also of a file that a batch is made of: that one fails."""
        file = came.path.split("/")[-1]
        if self.files.pop(file, None) is None:
            return self.error(404, "", "There is no such file.")
        return Said(200, {"id": file, "object": "file", "deleted": True})

    def _create(self, came: Came) -> Said:
        asked = json.loads(came.body)
        file = asked["input_file_id"]
        self.late -= 1
        if file not in self.files or self.late >= 0:
            said = f"Cannot find file {file}, or project p does not have access to it."
            return self.error(400, "", said)
        if asked["endpoint"] not in ENDPOINTS:
            return self.error(400, "invalid_endpoint", "No such endpoint.")
        if asked["completion_window"] != "24h":
            return self.error(400, "invalid_window", "24h is all there is.")
        if not _is_metadata(asked.get("metadata") or {}):
            return self.error(400, "invalid_metadata", "16 pairs of 64 and 512.")
        lot = self.hold({}, **asked)
        lot.state = "validating"
        return Said(200, self._told(lot))

    def _list(self, came: Came) -> Said:
        limit = int(came.query.get("limit", "20"))
        if not 1 <= limit <= 100:
            return self.error(400, "invalid_limit", "From 1 to 100.")
        found, more = self.newest(came.query.get("after", ""))
        told = [self._told(lot) for lot in found]
        ends = {"first_id": told[0]["id"], "last_id": told[-1]["id"]} if told else {}
        return Said(200, {"object": "list", "data": told, "has_more": more, **ends})

    def _look(self, came: Came) -> Said:
        lot = self.lots.get(came.path.split("/")[-1])
        if lot is None:
            return self.error(404, "", "There is no such batch.")
        self._step(lot)
        return Said(200, self._told(lot))

    def _step(self, lot: Lot) -> None:
        """What happens between two looks."""
        lot.looks += 1
        if lot.state == "validating":
            self.validate(lot)
        elif lot.state == "cancelling":
            self.end(lot, "cancelled")
        due = self.looks is not None and lot.looks >= self.looks
        if lot.state == "in_progress" and due:
            self.work(lot)
            self.end(lot, "completed")

    def validate(self, lot: Lot) -> None:
        """Its lines are looked over; with a fault it has failed."""
        data = self.files.get(lot.asked["input_file_id"], b"")
        try:
            lines = [json.loads(line) for line in data.splitlines()]
            lot.problem = _faults(lines, lot.asked["endpoint"])
        except ValueError:
            lot.problem = [_fault("invalid_json_line", "A line is no JSON.", 1)]
        if not lot.problem and self.queue is not None:
            waiting = sum(len(one.left) for one in self.lots.values())
            if waiting + len(lines) > self.queue:
                said = "The limit of enqueued tokens is reached for this model."
                lot.problem = [_fault("token_limit_exceeded", said, None)]
        if lot.problem:
            self.end(lot, "failed")
            return
        lot.lines.update((line["custom_id"], line["body"]) for line in lines)
        lot.state = "in_progress"

    def _cancel(self, came: Came) -> Said:
        lot = self.lots.get(came.path.split("/")[-2])
        if lot is None:
            return self.error(404, "", "There is no such batch.")
        if lot.state in OVER:
            return self.error(409, "", f"A batch that is {lot.state} stays so.")
        lot.state = "cancelling"
        return Said(200, self._told(lot))

    def _content(self, came: Came) -> Said:
        data = self.files.get(came.path.split("/")[-2])
        if data is None:
            return self.error(404, "", "There is no such file.")
        return Said(200, data, {"Content-Type": "application/octet-stream"})

    def end(self, lot: Lot, state: str) -> None:
        super().end(lot, state)
        good: list[dict[str, Any]] = []
        bad: list[dict[str, Any]] = []
        for key, (act, body) in lot.results.items():
            code = act.code if act.error is not None or act.raw is not None else 200
            response = {"status_code": code, "request_id": new_id("req_"), "body": body}
            line = {"id": new_id("batch_req_"), "custom_id": key, "response": response}
            (good if code == 200 else bad).append({**line, "error": None})
        if state in ("expired", "cancelled"):
            bad += [_unasked(key, state) for key in lot.left]
        lot.asked["output_file_id"] = self._keep(good)
        lot.asked["error_file_id"] = self._keep(bad)

    def _keep(self, lines: list[dict[str, Any]]) -> str | None:
        """In another order than they were asked; no file where there is no line."""
        if not lines:
            return None
        file = new_id("file-")
        text = "".join(json.dumps(line) + "\n" for line in reversed(lines))
        self.files[file] = text.encode()
        return file

    def _told(self, lot: Lot) -> dict[str, Any]:
        failed = sum(
            act.error is not None or act.raw is not None
            for act, _ in lot.results.values()
        )
        counts = {
            "total": len(lot.lines),
            "completed": len(lot.results) - failed,
            "failed": failed,
        }
        told: dict[str, Any] = {
            "id": lot.id,
            "object": "batch",
            "endpoint": lot.asked["endpoint"],
            "errors": {"object": "list", "data": lot.problem} if lot.problem else None,
            "input_file_id": lot.asked["input_file_id"],
            "completion_window": "24h",
            "status": lot.state,
            "output_file_id": lot.asked.get("output_file_id"),
            "error_file_id": lot.asked.get("error_file_id"),
            "created_at": int(lot.created),
            "expires_at": int(lot.created) + 86_400,
            "request_counts": counts,
            "metadata": lot.asked.get("metadata"),
        }
        if lot.state in OVER and lot.ended is not None:
            told[f"{lot.state}_at"] = int(lot.ended)
        return told


def _unasked(key: str, state: str) -> dict[str, Any]:
    said = {"code": f"batch_{state}", "message": "It was not asked in time."}
    return {
        "id": new_id("batch_req_"),
        "custom_id": key,
        "response": None,
        "error": said,
    }


def _is_metadata(pairs: dict[str, Any]) -> bool:
    if len(pairs) > 16:
        return False
    return all(
        len(name) <= 64 and isinstance(value, str) and len(value) <= 512
        for name, value in pairs.items()
    )


def _fault(code: str, message: str, line: int | None) -> dict[str, Any]:
    return {"code": code, "message": message, "line": line, "param": None}


def _faults(lines: list[dict[str, Any]], endpoint: str) -> list[dict[str, Any]]:
    """What is wrong with the lines of a file."""
    if not lines:
        return [_fault("empty_file", "There is no line.", None)]
    if len(lines) > MOST_LINES:
        return [_fault("too_many_tasks", "More than 50,000 lines.", None)]
    found = []
    times = Counter(line.get("custom_id") for line in lines)
    models = {line.get("body", {}).get("model") for line in lines}
    for number, line in enumerate(lines, 1):
        if set(line) != {"custom_id", "method", "url", "body"}:
            found.append(_fault("invalid_line", "Four names a line.", number))
        elif times[line["custom_id"]] > 1:
            found.append(_fault("duplicate_custom_id", "Used twice.", number))
        elif (line["method"], line["url"]) != ("POST", endpoint):
            found.append(_fault("url_mismatch", "Not the batch's.", number))
        elif line["body"].get("stream"):
            found.append(_fault("invalid_request", "Nothing streams.", number))
    if len(models) > 1:
        found.append(_fault("model_mismatch", "One model a batch.", None))
    return found


def _form(came: Came) -> dict[str, bytes]:
    """The fields of a form, by name."""
    boundary = came.headers["content-type"].partition("boundary=")[2].strip('"')
    fields = {}
    for part in came.body.split(b"--" + boundary.encode())[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        name = head.partition(b' name="')[2].partition(b'"')[0].decode()
        fields[name] = data.removesuffix(b"\r\n")
        if b'filename="' in head:
            fields["filename"] = head.partition(b'filename="')[2].partition(b'"')[0]
    return fields
