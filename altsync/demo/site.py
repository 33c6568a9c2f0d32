"""The demonstration site: an album API on loopback, over real sockets. It is also the
test double for that API.

    with DemoSite() as site:
        site.url, site.token
        site.edit("space/deep-field", alt="A person's words")
        site.fail("status", status=429, retry_after=1, times=2)
        site.ledger         # every request: asked, answered, whether it was applied

It is no kinder than the contract: the token is compared whole, names are taken as quoted,
an unknown field or a wrong type is refused, the answer to a PATCH says nothing about the
image unless `answers` says otherwise, and no write is guarded unless `guard.kind` says so.
Pictures, pages and lists need no token.
"""

from __future__ import annotations

import hmac
import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs
from zlib import crc32

from altsync.demo import pages
from altsync.demo.faults import WRITES, Fault, Faults, Kind
from altsync.demo.guard import SiteGuard
from altsync.demo.pictures import DemoImage, drawn, shipped
from altsync.demo.routes import route_of, without_secrets
from altsync.demo.server import SiteServer

TOKEN = "demo"  # noqa: S105
HTML = "text/html; charset=utf-8"
CARRIED_OUT = ("truncate", "drip", *WRITES)
"""Faults of a request that is carried out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as the site saw it. `headers` are lower case and hold no secret: see
    `token`."""

    method: str
    path: str
    route: str
    image: str | None
    headers: dict[str, str]
    body: bytes
    token: str
    """ok, wrong or none"""
    status: int | None
    """None where no answer was sent."""
    applied: bool
    """It was a write, and it changed the site."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class SiteReply:
    """An answer before it is sent."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    applied: bool = False


class DemoSite:
    """`images` 0: the pictures that ship; a number: so many drawn ones. `label`: the
    site has the field `verified`."""

    def __init__(
        self,
        images: int | Iterable[DemoImage] = 0,
        *,
        token: str = TOKEN,
        label: bool = True,
        port: int = 0,
    ) -> None:
        self._images = {image.id: image for image in _given(images)}
        self._lock = threading.RLock()
        self._ledger: list[Entry] = []
        self._cache: dict[str, bytes] = {}
        self._faults = Faults()
        self.token = token
        self.label = label
        self.latency = 0.0
        """Seconds before each answer."""
        self.stale = False
        """A cache before the site: GET without no-cache answers what it answered first,
        for ever."""
        self.patch_answer: bytes | None = None
        """Body of a successful PATCH; None: what `answers` says."""
        self.answers: Literal["status", "empty", "204", "echo", "stored"] = "status"
        """What a PATCH that is done is answered with: {"status": "ok"}, {}, no body at
        all, the request's own body, the whole object as it is stored."""
        self.guard = SiteGuard()
        self._server = SiteServer(self, port)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    def __enter__(self) -> DemoSite:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> DemoSite:
        """Serve, until `close`."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving, and close what connections are left."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def pixels(self) -> str:
        """The URL template of the pictures."""
        return f"{self.url}/files/cache/{{album}}/{{image}}-1280w.jpg"

    @property
    def ids(self) -> list[str]:
        with self._lock:
            return list(self._images)

    @property
    def ledger(self) -> list[Entry]:
        """Every request so far, in the order of the answers."""
        with self._lock:
            return list(self._ledger)

    def requests(
        self, method: str | None = None, route: str | None = None
    ) -> list[Entry]:
        """The ledger's entries of one method or route."""
        return [
            e
            for e in self.ledger
            if method in (None, e.method) and route in (None, e.route)
        ]

    def forget(self) -> None:
        """Empty the ledger."""
        with self._lock:
            self._ledger.clear()

    def document(self, image_id: str) -> dict[str, Any]:
        """The truth about one image, past every cache. KeyError where there is none."""
        with self._lock:
            return self._images[image_id].document(label=self.label)

    def edit(self, image_id: str, **fields: Any) -> None:
        """A person edits the image; a new alt makes it verified, unless `verified` is given."""
        with self._lock:
            if "alt" in fields:
                fields.setdefault("verified", 1)
            for name, value in fields.items():
                setattr(self._images[image_id], name, value)
            self.guard.saved(image_id)

    def add(self, image: DemoImage) -> None:
        with self._lock:
            self._images[image.id] = image

    def remove(self, image_id: str) -> None:
        with self._lock:
            del self._images[image_id]

    def fail(self, kind: Kind, **options: Any) -> Fault:
        """Switch a fault on; see `faults.Fault` for the options."""
        return self._faults.add(kind, **options)

    def heal(self) -> None:
        """Switch every fault off."""
        self._faults.clear()

    def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[SiteReply, Fault | None]:
        """What to answer, and the fault in sending it, if any. Writes the ledger."""
        if self.latency:
            time.sleep(self.latency)
        route, image_id = route_of(path)
        with self._lock:  # the ledger is in the order in which things happened
            fault = self._faults.meet(method, route, image_id)
            reply = SiteReply(500)
            if fault is None or fault.after or fault.kind in CARRIED_OUT:
                reply = self._carry_out(
                    method, path, route, image_id, headers, body, fault
                )
            applied = reply.applied
            if fault is not None:
                reply = _spoilt(fault, reply)
            token = self._shown(headers.get("authorization"))
            reset = fault is not None and fault.kind == "reset"
            entry = Entry(
                method=method,
                path=path,
                route=route,
                image=image_id,
                headers=without_secrets(headers),
                body=body,
                token=token,
                status=None if reset else reply.status,
                applied=applied,
            )
            self._ledger.append(entry)
        return reply, fault

    def _shown(self, given: str | None) -> str:
        """What the ledger keeps of a login: never the token."""
        if given is None:
            return "none"
        return "ok" if self._accepts(given) else "wrong"

    def _accepts(self, given: str | None) -> bool:
        return given is not None and hmac.compare_digest(
            given.encode(), self.token.encode()
        )

    def _carry_out(
        self,
        method: str,
        path: str,
        route: str,
        image_id: str | None,
        headers: dict[str, str],
        body: bytes,
        fault: Fault | None,
    ) -> SiteReply:
        if route in ("get", "patch"):
            if not self._accepts(headers.get("authorization")):
                return _problem(403, "The token is missing or wrong.")
            if method != ("GET" if route == "get" else "PATCH"):
                return _problem(405, "Method not allowed.")
            image = self._images.get(image_id or "")
            if image is None:
                return _problem(404, "No such image.")
            if route == "get":
                return self._get(image, headers)
            return self._patch(image, headers, body, fault)
        if method not in ("GET", "HEAD"):
            return _problem(405, "Method not allowed.")
        return self._public(path, route, image_id)

    def _get(self, image: DemoImage, headers: dict[str, str]) -> SiteReply:
        body = json.dumps(image.document(label=self.label)).encode()
        if self.stale and "no-cache" not in headers.get("cache-control", ""):
            body = self._cache.setdefault(image.id, body)
        return SiteReply(200, body, headers=self.guard.headers(image.id, headers))

    def _patch(
        self,
        image: DemoImage,
        headers: dict[str, str],
        body: bytes,
        fault: Fault | None,
    ) -> SiteReply:
        kind = headers.get("content-type", "").partition(";")[0].strip()
        if kind != "application/json":
            return _problem(415, "Send application/json.")
        try:
            fields = json.loads(body)
        except ValueError:
            return _problem(400, "Not JSON.")
        if not isinstance(fields, dict) or not fields:
            return _problem(400, "Send an object with the fields to change.")
        for name, value in fields.items():
            wrong = self._wrong(name, value)
            if wrong is not None:
                return wrong
        if self.guard.refuses(image.id, headers):
            return _problem(412, "The image has changed.")
        stored = fields if fault is None else fault.stored(fields)
        for name, value in stored.items():
            setattr(image, name, value)
        if stored:
            self.guard.saved(image.id)
        return self._done(image, body, applied=bool(stored))

    def _done(self, image: DemoImage, body: bytes, *, applied: bool) -> SiteReply:
        """The answer to a PATCH that is done, or that the site says is done."""
        if self.patch_answer is not None:
            return SiteReply(200, self.patch_answer, applied=applied)
        answer = {
            "status": b'{"status": "ok"}',
            "empty": b"{}",
            "204": b"",
            "echo": body,
            "stored": json.dumps(image.document(label=self.label)).encode(),
        }[self.answers]
        status = 204 if self.answers == "204" else 200
        return SiteReply(status, answer, applied=applied)

    def _wrong(self, name: str, value: Any) -> SiteReply | None:
        """The refusal of a field that is not there, or of a value of another type."""
        if name == "verified" and self.label:
            if type(value) is int and value in (0, 1):
                return None
            return _problem(422, "verified is 0 or 1.")
        if name not in ("title", "alt", "caption"):
            return _problem(400, "Unknown field.")
        if not isinstance(value, str):
            return _problem(422, f"{name} is a text.")
        return None

    def _public(self, path: str, route: str, image_id: str | None) -> SiteReply:
        name, _, query = path.partition("?")
        if route == "pixels" and image_id in self._images:
            data, kind = self._images[image_id].pixels()
            return SiteReply(200, data, kind, {"ETag": f'"{crc32(data):08x}"'})
        if route == "inventory":
            number = parse_qs(query).get("page", ["0"])[0]
            if number.isascii() and number.isdigit():
                body, headers = pages.inventory(
                    self.url, name, int(number), list(self._images)
                )
                return SiteReply(200, body, headers=headers)
        if route == "sitemap":
            return self._sitemap(name)
        found = self._page(name, image_id) if route == "page" else None
        if found is not None:
            return SiteReply(200, found, HTML)
        missing = pages.page("Not found", "<p>There is no such page.</p>")
        return SiteReply(404, missing, HTML)

    def _page(self, name: str, place: str | None) -> bytes | None:
        """The page of the front, of an image or of an album."""
        if name == "/":
            return pages.front(self._albums())
        if place in self._images:
            return pages.image_page(self._images[place])
        inside = [image for image in self._images.values() if image.album == place]
        if place and inside:
            return pages.album_page(place, inside)
        return None

    def _sitemap(self, name: str) -> SiteReply:
        images = self._images.values()
        data: bytes | None
        if name in ("/sitemap.xml", "/sitemap.xml.gz"):
            data = pages.sitemap(self.url, images, self._albums())
            if name.endswith(".gz"):
                import gzip

                data = gzip.compress(data, mtime=0)
        elif name == "/sitemap-index.xml":
            data = pages.sitemap_index(self.url, -(-len(images) // pages.PER_SITEMAP))
        else:
            data = pages.numbered_sitemap(name, self.url, images)
        if data is None:
            return _problem(404, "No such sitemap.")
        return SiteReply(
            200, data, "application/gzip" if name.endswith(".gz") else "application/xml"
        )

    def _albums(self) -> list[str]:
        return list(dict.fromkeys(image.album for image in self._images.values()))


def _given(images: int | Iterable[DemoImage]) -> Iterable[DemoImage]:
    if not isinstance(images, int):
        return images
    return drawn(images) if images else shipped()


def _problem(status: int, message: str) -> SiteReply:
    return SiteReply(status, json.dumps({"message": message}).encode())


def _spoilt(fault: Fault, reply: SiteReply) -> SiteReply:
    if fault.kind == "status":
        told = {}
        if fault.retry_after is not None:
            told["Retry-After"] = str(fault.retry_after)
        return SiteReply(fault.status, b'{"message": "No."}', headers=told)
    if fault.kind == "login-page":
        return SiteReply(200, pages.login_page(), HTML)
    if fault.kind == "redirect":
        return SiteReply(302, headers={"Location": fault.location})
    return reply
