"""The demonstration site keeps the album contract, and breaks it only on demand."""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from altsync.demo.faults import WAYS
from altsync.demo.pictures import DemoImage
from altsync.demo.site import DemoSite

IMAGE = "space/deep-field"
GET, PATCH = f"/album/{IMAGE}/get", f"/album/{IMAGE}/patch"


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite() as made:
        yield made


def ask(
    site: DemoSite, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One raw request, path as given; the right token unless told otherwise."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    sent = {
        "Authorization": site.token,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    if data is not None:
        sent.setdefault("Content-Type", "application/json")
    try:
        connection.request(
            method, path, data, {name: value for name, value in sent.items() if value}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def document(site: DemoSite, path: str = GET, **headers: str) -> Any:
    status, _, body = ask(site, "GET", path, **headers)
    assert status == 200
    return json.loads(body)


# The photos


def test_thirteen_images_in_four_albums_mixed(site: DemoSite) -> None:
    documents = [site.document(image_id) for image_id in site.ids]
    assert len(documents) == 13
    assert len({image_id.split("/")[0] for image_id in site.ids}) == 4
    assert sum(not d["alt"] for d in documents) == 10
    assert sum(bool(d["alt"]) and d["verified"] == 1 for d in documents) == 2
    assert sum(bool(d["alt"]) and d["verified"] == 0 for d in documents) == 1


def test_the_photos_are_those_that_are_credited() -> None:
    folder = files("altsync.demo").joinpath("photos")
    readme = folder.joinpath("README.md").read_text("utf-8")
    for entry in json.loads(folder.joinpath("albums.json").read_text("utf-8")):
        data = folder.joinpath(entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        assert entry["license"]
        assert entry["creator"]
        assert f"`{entry['file']}`: {entry['creator']}" in readme
        assert not Image.open(io.BytesIO(data)).getexif()
    assert "CC-BY-4.0" in folder.joinpath("LICENSE-lomiri-wallpapers.txt").read_text(
        "utf-8"
    )


# The contract


def test_get_and_patch(site: DemoSite) -> None:
    before = document(site)
    assert before == {"title": "Deep field", "alt": "", "caption": "", "verified": 0}
    status, _, body = ask(site, "PATCH", PATCH, {"alt": "Stars", "verified": 1})
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert (
        document(site)
        == {**before, "alt": "Stars", "verified": 1}
        == site.document(IMAGE)
    )


@pytest.mark.parametrize("token", ["", "wrong", "Bearer demo", "demo2", "DEMO"])
def test_only_the_bare_token_opens(site: DemoSite, token: str) -> None:
    for method, path, body in (
        ("GET", GET, None),
        ("PATCH", PATCH, {"alt": "x"}),
        ("GET", "/album/a/b/get", None),
    ):
        assert ask(site, method, path, body, Authorization=token)[0] == 403
    assert site.document(IMAGE)["alt"] == ""
    assert {entry.token for entry in site.ledger} == {"wrong" if token else "none"}
    assert not any("authorization" in entry.headers for entry in site.ledger)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ("alt", 400),
        (b"{", 400),
        (b"", 400),
        ({"alt": None}, 422),
        ({"alt": 3}, 422),
        ({"alt": "x", "title": []}, 422),
        ({"alt": "x", "nid": "1"}, 400),
        ({"alt": "x", "verified": 2}, 422),
        ({"alt": "x", "verified": True}, 422),
        ({"alt": "x", "verified": "1"}, 422),
    ],
)
def test_a_wrong_body_changes_nothing(site: DemoSite, body: Any, status: int) -> None:
    before = site.document(IMAGE)
    assert ask(site, "PATCH", PATCH, body)[0] == status
    assert site.document(IMAGE) == before
    assert not site.ledger[-1].applied


def test_a_wrong_type_or_method_or_name(site: DemoSite) -> None:
    assert ask(site, "PATCH", PATCH, {"alt": "x"}, Content_Type="text/plain")[0] == 415
    assert ask(site, "PATCH", GET, {"alt": "x"})[0] == 405
    assert ask(site, "GET", PATCH)[0] == 405
    assert ask(site, "POST", "/", {})[0] == 405
    for path in (
        "/album/space/nothing/get",
        "/album/space/get",
        "/album/space/../space/deep-field/get",
        "/album/%ff/x/get",
    ):
        assert ask(site, "GET", path)[0] == 404


def test_without_the_label_field(site: DemoSite) -> None:
    site.label = False
    assert "verified" not in document(site)
    assert ask(site, "PATCH", PATCH, {"alt": "x", "verified": 0})[0] == 400
    assert site.document(IMAGE)["alt"] == ""


def test_names_are_taken_as_quoted(site: DemoSite) -> None:
    for image_id, path in (
        ("a b/c#?%", "a%20b/c%23%3F%25"),
        ("../..", "%2E%2E/%2e%2e"),
        ("o/i/n", "o/i/n"),
        ("p%20q/r", "p%2520q/r"),
    ):
        site.add(DemoImage(image_id, title=image_id))
        assert document(site, f"/album/{path}/get")["title"] == image_id


def test_texts_are_kept_exactly(site: DemoSite) -> None:
    for text in ("", " x \n", "é\u200b🦊", "x" * 10_000):
        ask(site, "PATCH", PATCH, {"alt": text})
        assert document(site)["alt"] == text


def test_a_persons_edit(site: DemoSite) -> None:
    site.edit(IMAGE, alt="Mine")
    assert (document(site)["alt"], document(site)["verified"]) == ("Mine", 1)
    site.edit(IMAGE, alt="", verified=0)
    assert (document(site)["alt"], document(site)["verified"]) == ("", 0)
    site.remove(IMAGE)
    assert ask(site, "GET", GET)[0] == 404


# Public pages


def test_pictures_need_no_token(site: DemoSite) -> None:
    for image_id in site.ids:
        status, headers, body = ask(
            site, "GET", f"/files/cache/{image_id}-1280w.jpg", Authorization=""
        )
        picture = Image.open(io.BytesIO(body))
        assert (status, headers["Content-Type"]) == (
            200,
            f"image/{str(picture.format).lower()}",
        )
    assert ask(site, "GET", "/files/cache/space/nothing-1280w.jpg")[0] == 404


class Pictures(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.found.append(dict(attrs))


def test_a_page_shows_every_picture_with_its_alt(site: DemoSite) -> None:
    site.edit(IMAGE, alt='Stars & <"galaxies">')
    status, _, body = ask(site, "GET", "/album/space")
    page = Pictures(body.decode())
    assert status == 200
    assert [picture["alt"] for picture in page.found] == [
        site.document(image_id)["alt"]
        for image_id in site.ids
        if image_id.startswith("space/")
    ]
    assert {"html", "title", "main", "h1", "figure", "figcaption"} <= set(page.tags)
    assert b'<html lang="en">' in body
    for picture in page.found:
        assert ask(site, "GET", picture["src"] or "")[0] == 200
    assert (
        Pictures(ask(site, "GET", f"/album/{IMAGE}")[2].decode()).found[0]["alt"]
        == 'Stars & <"galaxies">'
    )
    assert b"/album/in-the-mountains" in ask(site, "GET", "/")[2]
    assert ask(site, "GET", "/album/nothing")[0] == 404


def test_drawn_images_by_the_number() -> None:
    with DemoSite(250) as site:
        assert len(site.ids) == len(set(site.ids)) == 250
        first, second = (
            ask(site, "GET", f"/files/cache/{i}-1280w.jpg")[2] for i in site.ids[:2]
        )
        assert first != second
        assert Image.open(io.BytesIO(first)).size == (320, 240)
        assert document(site, f"/album/{site.ids[-1]}/get")["alt"] == ""


# Faults


def test_status_and_retry_after_for_the_first_n(site: DemoSite) -> None:
    site.fail("status", status=429, retry_after=7, times=2)
    answers = [ask(site, "GET", GET) for _ in range(3)]
    assert [a[0] for a in answers] == [429, 429, 200]
    assert [a[1]["Retry-After"] for a in answers] == ["7", "7", None]


def test_every_kth_of_one_image(site: DemoSite) -> None:
    site.fail("status", status=500, every=3, image=IMAGE)
    assert [ask(site, "GET", GET)[0] for _ in range(6)] == [200, 200, 500] * 2
    assert {
        ask(site, "GET", "/album/space/eileen-collins/get")[0] for _ in range(4)
    } == {200}
    site.heal()
    assert {ask(site, "GET", GET)[0] for _ in range(3)} == {200}


@pytest.mark.parametrize("after", [False, True])
def test_a_reset_before_or_after_the_write(site: DemoSite, after: bool) -> None:
    site.fail("reset", method="PATCH", after=after)
    with pytest.raises(ConnectionResetError):
        ask(site, "PATCH", PATCH, {"alt": "x"})
    assert site.document(IMAGE)["alt"] == ("x" if after else "")
    assert (site.ledger[-1].applied, site.ledger[-1].status) == (after, None)


@pytest.mark.parametrize("after", [False, True])
def test_a_failure_before_or_after_the_write(site: DemoSite, after: bool) -> None:
    site.fail("status", method="PATCH", status=500, after=after)
    assert ask(site, "PATCH", PATCH, {"alt": "x"})[0] == 500
    assert site.ledger[-1].applied == after == (site.document(IMAGE)["alt"] == "x")


def test_a_truncated_body(site: DemoSite) -> None:
    site.fail("truncate")
    with pytest.raises(http.client.IncompleteRead):
        ask(site, "GET", GET)


def test_a_login_page_and_a_redirect(site: DemoSite) -> None:
    site.fail("login-page", times=1)
    status, headers, body = ask(site, "PATCH", PATCH, {"alt": "x"})
    assert (status, headers["Content-Type"], b"Log in" in body) == (
        200,
        "text/html; charset=utf-8",
        True,
    )
    site.fail("redirect", location="http://x.example/")
    status, headers, _ = ask(site, "PATCH", PATCH, {"alt": "x"})
    assert (status, headers["Location"]) == (302, "http://x.example/")
    assert site.document(IMAGE)["alt"] == ""


def test_a_cache_that_ignores_changes(site: DemoSite) -> None:
    site.stale = True
    assert document(site)["alt"] == ""
    ask(site, "PATCH", PATCH, {"alt": "new"})
    assert document(site)["alt"] == ""
    assert document(site, Cache_Control="no-cache")["alt"] == "new"
    assert document(site)["alt"] == ""


def test_latency(site: DemoSite) -> None:
    site.latency = 0.1
    start = time.monotonic()
    document(site)
    assert time.monotonic() - start >= 0.1


def test_drip(site: DemoSite) -> None:
    site.fail("drip", pause=0.0001)
    assert document(site)["title"] == "Deep field"


# Being a server


def test_a_connection_stays_open(site: DemoSite) -> None:
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    connection.connect()
    assert isinstance(connection.sock, socket.socket)
    own = connection.sock.getsockname()
    for _ in range(20):
        connection.request("GET", GET, headers={"Authorization": site.token})
        assert connection.getresponse().read()
    assert connection.sock.getsockname() == own
    connection.close()


def test_many_at_once_and_none_lost_in_the_ledger(site: DemoSite) -> None:
    def both(n: int) -> int:
        ask(site, "PATCH", PATCH, {"alt": str(n)})
        return ask(site, "GET", GET)[0]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(both, range(40))) == {200}
    assert (
        len(site.requests("GET", "get")) == len(site.requests("PATCH", "patch")) == 40
    )
    assert {entry.json["alt"] for entry in site.requests("PATCH")} == {
        str(n) for n in range(40)
    }
    assert site.document(IMAGE)["alt"] == site.requests("PATCH")[-1].json["alt"]
    site.forget()
    assert site.ledger == []


def test_closing_ends_open_connections() -> None:
    site = DemoSite().start()
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    connection.request("GET", "/")
    connection.getresponse().read()
    site.close()
    assert isinstance(connection.sock, socket.socket)
    assert connection.sock.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        ask(site, "GET", "/")


# What a PATCH stores, and says


@pytest.mark.parametrize("answers", ["status", "empty", "204", "echo", "stored"])
@pytest.mark.parametrize("lies", [True, False])
def test_a_lie_is_answered_like_the_truth(
    site: DemoSite, answers: Any, lies: bool
) -> None:
    site.answers = answers
    if lies:
        site.fail("lies", times=1)
    assert document(site)["alt"] == ""
    status, _, body = ask(site, "PATCH", PATCH, {"alt": "new"})
    stored = "" if lies else "new"
    assert site.document(IMAGE)["alt"] == stored
    assert status == (204 if answers == "204" else 200)
    assert site.ledger[-1].applied == (not lies)
    if answers == "stored":
        assert json.loads(body)["alt"] == stored
    else:
        assert (
            body
            == {
                "status": b'{"status": "ok"}',
                "empty": b"{}",
                "204": b"",
                "echo": b'{"alt": "new"}',
            }[answers]
        )


@pytest.mark.parametrize("way", WAYS)
def test_a_mangling_site_stores_its_own_way(site: DemoSite, way: str) -> None:
    site.fail("mangles", way=way)
    text = ' A "café" & more. ' + "word " * 200
    ask(site, "PATCH", PATCH, {"alt": text, "title": text})
    assert site.document(IMAGE)["alt"] == WAYS[way](text) != text
    assert site.document(IMAGE)["title"] == text
    ask(site, "PATCH", PATCH, {"title": "t"})
    assert site.document(IMAGE)["title"] == "t"


def test_what_a_screen_reader_says_is_no_text_beside_the_picture() -> None:
    """Else the lint would find that each alt text repeats its page."""
    with DemoSite() as site:
        image = next(one for one in site.ids if site.document(one)["alt"])
        alt = site.document(image)["alt"]
        answer = requests.get(f"{site.url}/album/{image}", timeout=10)
    page = LexborHTMLParser(answer.text)
    (spoken,) = page.css("p.alt")
    assert spoken.attributes["data-spoken"] == f"Alt text: {alt}"
    assert page.body is not None
    assert alt not in page.body.text()
