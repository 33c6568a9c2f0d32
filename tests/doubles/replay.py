"""Send a recorded request to the fake, byte for byte, and compare the answers by their
facts."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jsonpatch

from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import State, listed
from tests.doubles.drupal.rebuilt import recorded
from tests.doubles.drupal.recorded import Exchange

_LAB = b"http:\\/\\/127.0.0.1:8899"
HEADERS = ("Allow", "Content-language", "Content-Type", "WWW-Authenticate")
_TIMES = ("revision_created", "revision_timestamp", "created")
"""Attributes that are compared only by being there."""
_REVISIONS = ("drupal_internal__vid", "drupal_internal__revision_id")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def document(self, origin: str) -> Any:
        """The body as JSON, with the recorder's address in its links."""
        mine = origin.replace("/", "\\/").encode()
        return json.loads(self.body.replace(mine, _LAB))


def send(site: DemoDrupal, exchange: Exchange) -> Answer:
    """The fake's answer to the recorded request, at the recorded moment."""
    site.clock.now = exchange.moment
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    try:
        headers = dict(exchange.headers)
        if exchange.name == "err-content-type-none":
            headers.pop("Content-Type")  # what the note of 299 says was sent
        connection.putrequest(
            exchange.method,
            exchange.path.replace(" ", "%20").replace("<", "%3C"),
            skip_accept_encoding=True,
        )
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(exchange.body)))
        connection.endheaders(exchange.body or None)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


@dataclass
class Revisions:
    """Revision ids are other numbers here than on the recorded site: they have to stay
    and move alike."""

    pairs: dict[tuple[str, Any], Any] = field(default_factory=dict)

    def differ(self, theirs: Any, mine: Any) -> bool:
        """One of `theirs` is always the same one of `mine`, and the other way round."""
        here = self.pairs.setdefault(("theirs", theirs), mine)
        there = self.pairs.setdefault(("mine", mine), theirs)
        return (here, there) != (mine, theirs)


def replayed(
    state: State,
    numbers: Collection[int],
    before: Callable[[DemoDrupal, Exchange], None] | None = None,
) -> list[str]:
    """Every difference between the recorded answers and the fake's, which begins with
    `state`. `before`: what a person does on the site before one of them."""
    wrong: list[str] = []
    revisions = Revisions()
    with DemoDrupal(state=state) as site:
        site.clock.tick = 0
        for exchange in recorded(numbers):
            if before is not None:
                before(site, exchange)
            wrong += differences(exchange, site.url, send(site, exchange), revisions)
    return wrong


def differences(
    exchange: Exchange,
    origin: str,
    answer: Answer,
    revisions: Revisions,
    headers: tuple[str, ...] = HEADERS,
) -> Iterator[str]:
    """In a sentence each."""
    here = f"{exchange.number} {exchange.name}"
    if answer.status != exchange.status:
        yield (
            f"{here}: status {answer.status}, recorded {exchange.status}:"
            f" {answer.body[:400]!r}"
        )
        return
    for name in headers:
        mine_has = _header(answer.headers, name)
        recorded_has = _header(exchange.answer_headers, name)
        if mine_has != recorded_has:
            yield f"{here}: {name} {mine_has}, recorded {recorded_has}"
    if "json" not in exchange.answer_headers.get("Content-Type", ""):
        return
    if exchange.method == "HEAD":
        return
    # The order of rows that were not sorted is nobody's promise (351).
    ordered = "sort=" in exchange.path
    mine = facts(answer.document(origin), ordered=ordered)
    theirs = facts(exchange.document, ordered=ordered)
    mine_ids, their_ids = mine.pop("revisions", {}), theirs.pop("revisions", {})
    if mine != theirs:
        patch = jsonpatch.make_patch(theirs, mine)
        yield f"{here}: recorded -> fake {str(patch)[:1500]}"
    for which, number in their_ids.items():
        if which in mine_ids and revisions.differ(number, mine_ids[which]):
            yield f"{here}: revision {which}: {mine_ids[which]}, recorded {number}"


def _header(headers: Mapping[str, str], name: str) -> str | None:
    """Of a challenge only its kind: the realm is the site's name."""
    value = headers.get(name)
    return value.split(" realm=")[0] if value and name == "WWW-Authenticate" else value


def facts(document: Any, *, ordered: bool = True) -> dict[str, Any]:
    """What is compared of an answer."""
    if "errors" in document:
        errors = [
            [e["status"], e["detail"], e.get("source", {}).get("pointer", "")]
            for e in document["errors"]
        ]
        return {"errors": sorted(errors)}
    if "data" not in document:
        return {"keys": sorted(document)}
    data, meta = document["data"], document.get("meta", {})
    links = document.get("links", {})
    rows = listed(data)
    if not ordered:
        rows = sorted(rows, key=lambda item: item["id"])
    more = sorted(document.get("included", ()), key=lambda item: item["id"])
    hidden = meta.get("omitted", {}).get("links", {})
    return {
        "one": not isinstance(data, list),
        "rows": [_row(item) for item in rows],
        "included": [_row(item) for item in more],
        "pages": sorted({"first", "next", "prev"} & set(links)),
        "omitted": sorted(
            [link["href"].rpartition("/")[2], link["meta"]["detail"]]
            for key, link in hidden.items()
            if key != "help"
        ),
        "me": meta.get("links", {}).get("me", {}).get("meta"),
        "revisions": dict(p for item in [*rows, *more] for p in _revisions(item)),
    }


def _row(item: dict[str, Any]) -> dict[str, Any]:
    a = {k: _attribute(k, v) for k, v in item.get("attributes", {}).items()}
    links = {
        name: [_link(entry) for entry in listed(part.get("data"))]
        for name, part in item.get("relationships", {}).items()
    }
    return {
        "type": item["type"],
        "id": item["id"],
        "a": a,
        "r": links,
        "k": sorted(item),
    }


def _attribute(name: str, value: Any) -> Any:
    if name in _TIMES:
        return value is not None
    if name in _REVISIONS:
        return "revision"
    if isinstance(value, list):
        return [_attribute(name, item) for item in value]
    if isinstance(value, dict):
        return {k: v if k != "processed" else _visible(v) for k, v in value.items()}
    return value


def _visible(processed: str) -> Any:
    """What a visitor gets of a formatted text: its words, and its pictures."""
    from lxml import html

    if not processed.strip():
        return None
    root = html.fragment_fromstring(processed, create_parent="div")
    pictures = [
        {name: image.get(name, "").partition("?itok")[0] for name in image.attrib}
        for image in root.iter("img")
    ]
    return " ".join(root.text_content().split()), pictures


def _link(entry: dict[str, Any]) -> Any:
    """Of a bundle only its name: its uuid is configuration's own."""
    meta = {k: v for k, v in entry.get("meta", {}).items() if k != "target_revision_id"}
    kind = entry["type"].partition("--")[0]
    config = kind.endswith(("_type", "paragraphs_type", "vocabulary"))
    return [entry["type"], None if config else entry["id"], meta]


def _revisions(item: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = item["type"].partition("--")[0]
    for name in _REVISIONS:
        if name in item.get("attributes", {}):
            yield f"{kind} {item['id']}", (kind, item["attributes"][name])
    for part in item.get("relationships", {}).values():
        for entry in listed(part.get("data")):
            if "target_revision_id" in entry.get("meta", {}):
                below = entry["type"].partition("--")[0]
                number = (below, entry["meta"]["target_revision_id"])
                yield f"{item['id']} -> {entry['id']}", number
