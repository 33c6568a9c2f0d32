"""Over a real socket: who is answered, who is logged in, from where a verdict comes."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from altsync.config import Config
from altsync.reviewers import OWNER
from altsync.web.context import Setup
from altsync.web.login import COOKIE, LEFT, LinkFile, Login
from altsync.web.serve import application
from tests.web.addresses import examples, patterns
from tests.web.mirrors import build
from tests.web.shown import Serving
from tests.web.test_review import form_of
from tests.web.wire import Answered, as_owner, ask

REVIEW = "/-/altsync/review"


@pytest.fixture
def serving(config: Config) -> Iterator[Serving]:
    with Serving(config) as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """For tests that neither log in nor write."""
    with Serving(build(tmp_path_factory.mktemp("mirror"))[0]) as server:
        yield server


def cookie_of(answer: Answered) -> str:
    return answer.headers["set-cookie"].partition(";")[0]


def test_nothing_is_answered_without_the_login(shared: Serving) -> None:
    """Tables, free SQL, exports, pictures, static files, versions; with the address that
    nobody can guess, and without."""
    paths = [path for one in patterns(shared.datasette) for path in examples(one)]
    paths += [
        "/",
        "/altsync.json?sql=select+1",
        "/altsync/images.csv?_stream=on",
        "/-/altsync",
        REVIEW,
        f"/-/altsync/picture/{'0' * 64}.jpg",
        "/-/static-plugins/altsync/altsync.css",
        "/favicon.ico",
        "/no/such/thing",
    ]
    texts = set()
    for base in (shared.origin, shared.url):
        for path in paths:
            for headers in ({}, {"cookie": f"{COOKIE}=wrong; ds_actor=wrong"}):
                answer = ask(base + path, headers=headers)
                assert answer.status == 403, path
                texts.add(answer.text)
    assert len(texts) == 1
    (text,) = texts
    assert "altsync review" in text
    assert shared.setup.config.site.url not in text
    assert not re.search(r"<(link|script|img)|url\(", text), "nothing to be loaded"


def test_what_is_refused_may_have_its_own_style_and_nothing_else(
    shared: Serving,
) -> None:
    answer = ask(shared.url + REVIEW)
    found = re.search("<style>(.*)</style>", answer.text, re.DOTALL)
    assert found is not None
    taken = hashlib.sha256(found.group(1).encode()).digest()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{base64.b64encode(taken).decode()}';" in policy
    assert "default-src 'none'" in policy
    assert "self" not in policy


def test_datasettes_own_cookies_and_tokens_are_no_login(shared: Serving) -> None:
    signed = shared.datasette.sign({"a": {"id": "root"}}, "actor")
    answer = ask(
        f"{shared.url}/altsync/images", headers={"cookie": f"ds_actor={signed}"}
    )
    assert answer.status == 403


def test_the_link_works_once_and_a_head_does_not_use_it(serving: Serving) -> None:
    for _ in range(2):
        looked = ask(serving.link, "HEAD")
        assert (looked.status, looked.text) == (403, "")
        assert "set-cookie" not in looked.headers
    assert ask(f"{serving.link}x").status == 403
    assert ask(serving.link.partition("?")[0]).status == 403
    first = ask(serving.link)
    assert first.status == 200
    assert f'url={serving.login.path}-/altsync/review"' in first.text
    attributes = first.headers["set-cookie"].split("; ")[1:]
    assert attributes == [f"Path={serving.login.path}", "HttpOnly", "SameSite=Strict"]
    assert first.headers["cache-control"] == "private, no-store"
    mine = {"cookie": cookie_of(first)}
    assert ask(f"{serving.url}/altsync/images", headers=mine).status == 200
    second = ask(serving.link)
    assert second.status == 403
    assert "set-cookie" not in second.headers
    assert "run the same command again" in second.text
    assert "maria" not in second.text


def test_a_second_click_of_whoever_is_logged_in_goes_to_the_page(
    serving: Serving,
) -> None:
    mine = {"cookie": cookie_of(ask(serving.link))}
    for address in (serving.link, serving.link.partition("?")[0]):
        again = ask(address, headers=mine)
        assert again.status == 302
        assert again.headers["location"] == serving.login.landing


def test_a_link_that_is_clicked_while_logged_in_is_not_used_up(
    serving: Serving,
) -> None:
    assert ask(serving.link, headers=as_owner(serving)).status == 302
    assert ask(serving.link).status == 200


def test_a_visit_from_elsewhere_is_opened_once_more_from_here(shared: Serving) -> None:
    """The browser kept the cookie back (SameSite=Strict); from here it sends it."""
    address = f"{shared.url}{REVIEW}?album=sydney&x=%22%3E"
    refresh = '<meta http-equiv="refresh"'
    for site in ("cross-site", "same-site"):
        answer = ask(address, headers={"sec-fetch-site": site})
        assert answer.status == 403
        path = address.removeprefix(shared.origin).replace("&", "&amp;")
        assert f'{refresh} content="0; url={path}">' in answer.text
        # nobody is sent on from an address that is not ours
        elsewhere = f"{shared.origin}//evil.example/"
        assert refresh not in ask(elsewhere, headers={"sec-fetch-site": site}).text
    for headers in ({}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-origin"}):
        assert refresh not in ask(address, headers=headers).text


def test_the_cookie_is_good_for_the_address_that_nobody_can_guess_alone(
    shared: Serving,
) -> None:
    mine = as_owner(shared)
    for base in (shared.origin, f"{shared.origin}/{'x' * 22}"):
        assert ask(f"{base}/altsync/images", headers=mine).status == 403
        assert ask(f"{base}{REVIEW}", "POST", mine).status == 403


def test_no_page_of_altsync_even_sees_a_post_from_elsewhere(shared: Serving) -> None:
    """Nor those that read no form."""
    mine = {**as_owner(shared), "content-length": "0"}
    theirs = {**mine, "sec-fetch-site": "same-site"}
    for path in ("/-/altsync/audit", REVIEW):
        answer = ask(shared.url + path, "POST", theirs)
        assert (answer.status, answer.headers["content-type"][:10]) == (
            403,
            "text/plain",
        )
    unsaid = {name: mine[name] for name in ("cookie", "content-length")}
    assert ask(f"{shared.url}/-/altsync/audit", "POST", unsaid).status == 403


def test_a_cookie_of_the_same_name_from_another_port_changes_nothing(
    shared: Serving,
) -> None:
    mine = as_owner(shared)["cookie"]
    for tossed in (f"{COOKIE}=evil; {mine}", f"{mine}; {COOKIE}=evil"):
        answer = ask(f"{shared.url}/altsync/images", headers={"cookie": tossed})
        assert answer.status == 200


def test_a_login_is_for_one_start_of_altsync(config: Config) -> None:
    with Serving(config) as before:
        mine = as_owner(before)
    with Serving(config) as now:
        assert now.url != before.url
        assert ask(f"{now.url}/altsync/images", headers=mine).status == 403
        path = before.link.removeprefix(before.origin)
        assert ask(now.origin + path).status == 403


def verdict(serving: Serving, **headers: str | None) -> Answered:
    """A POST of the owner's that approves, with these headers changed (None: left out)."""
    mine = as_owner(serving)
    fields = form_of(ask(serving.url + REVIEW, headers=mine).text)
    csrf = {"cookie": mine["cookie"] + f"; ds_csrftoken={fields['csrftoken']}"}
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {**mine, **csrf, "content-type": "application/x-www-form-urlencoded"}
    sent = {k: v for k, v in {**sent, **changed}.items() if v is not None}
    body = urlencode({**fields, "action": "approve"}).encode()
    return ask(serving.url + REVIEW, "POST", sent, body)


def given(config: Config) -> list[tuple[str, str]]:
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute("SELECT verdict, reviewer FROM reviews").fetchall()
    finally:
        conn.close()


@pytest.mark.parametrize("site", ["same-origin", None])
@pytest.mark.parametrize("origin", ["own", None])
def test_a_verdict_comes_from_a_page_of_this_server(
    serving: Serving, config: Config, site: str | None, origin: str | None
) -> None:
    """Browsers say both; older ones one of them, or only the page before (Referer)."""
    answer = verdict(
        serving,
        sec_fetch_site=site,
        origin=serving.origin if origin else None,
        referer=serving.url + REVIEW,
    )
    assert answer.status == 303
    assert given(config) == [("approved", "maria")]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-site", "origin": "http://127.0.0.1:9"},
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "cross-site", "origin": "null"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": ""},
        {"origin": "http://127.0.0.1:9"},
        {"origin": "null"},
        {"origin": ""},
        {"sec_fetch_site": None, "origin": "http://127.0.0.1:9"},
        {"sec_fetch_site": None, "origin": "http://localhost"},
        {"sec_fetch_site": None, "origin": "http://127.0.0.1"},
        {"sec_fetch_site": None, "origin": "null"},
        {"sec_fetch_site": None, "origin": "http://["},
        {"sec_fetch_site": None, "origin": None},
        {"sec_fetch_site": None, "origin": None, "referer": "http://127.0.0.1:9/x"},
    ],
    ids=str,
)
def test_a_verdict_from_anywhere_else_is_refused(
    serving: Serving, config: Config, headers: dict[str, str | None]
) -> None:
    answer = verdict(serving, **headers)
    assert answer.status == 403
    assert "nothing was written" in unescape(answer.text)
    assert given(config) == []


def test_https_of_the_same_name_and_port_is_another_place(
    serving: Serving, config: Config
) -> None:
    other = serving.origin.replace("http:", "https:")
    assert verdict(serving, origin=other).status == 403
    assert given(config) == []


def test_a_verdict_without_the_login_is_refused(
    serving: Serving, config: Config
) -> None:
    assert verdict(serving, cookie="ds_csrftoken=x").status == 403
    assert given(config) == []


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "localhost:x"],
)
def test_another_host_name_is_not_answered(
    serving: Serving, config: Config, host: str
) -> None:
    """DNS rebinding: the page of that name is, for the browser, of this server."""
    address = f"{serving.url}/altsync/images.json"
    answer = ask(address, headers={**as_owner(serving), "host": host})
    assert answer.status == 421
    assert verdict(serving, host=host, origin=f"http://{host}").status == 421
    assert ask(serving.link, headers={"host": host}).status == 421
    assert given(config) == []
    assert ask(serving.link).status == 200


def test_a_tunnel_to_another_port_works(serving: Serving, config: Config) -> None:
    """`ssh -L 9000:127.0.0.1:8001`: the browser names the port that it knows."""
    answer = verdict(serving, host="localhost:9000", origin="http://localhost:9000")
    assert answer.status == 303
    assert len(given(config)) == 1


def test_every_page_says_that_its_address_is_nobodys_business(
    shared: Serving,
) -> None:
    for path in ("/", "/altsync/images", "/-/versions.json", REVIEW, "/no/such"):
        headers = ask(shared.url + path, headers=as_owner(shared)).headers
        assert headers["referrer-policy"] in ("same-origin", "no-referrer"), path
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.slow
def test_every_link_of_every_page_leads_on(shared: Serving) -> None:
    """Datasette's pages too know the address that they are served beneath."""
    mine = as_owner(shared)
    pages = ["/", "/altsync", "/altsync/images", "/altsync/missing", REVIEW]
    pages += [
        "/altsync/images?_facet=album",
        "/altsync/candidates?_size=2",
        "/-/altsync",
    ]
    pages += ["/altsync?sql=select+1+as+x", "/altsync/-/query?sql=select+1+as+x"]
    seen = {
        unescape(link).partition("#")[0]
        for page in pages
        for link in re.findall(
            r'(?:href|src|action)="(/[^"]*|https?:[^"]*)"',
            ask(shared.url + page, headers=mine).text,
        )
    }
    assert len(seen) > 60
    for link in seen:
        if link.startswith("/"):
            link = shared.origin + link
        if not link.startswith(shared.origin.rpartition(":")[0]):
            continue  # a page of the site, or Datasette's own
        assert link.startswith(shared.url), link
        assert shared.login.path not in link.removeprefix(shared.url), link
        status = ask(link, headers=mine).status
        assert status in (200, 302), link


def test_no_page_tells_the_token(shared: Serving) -> None:
    token = shared.link.partition("=")[2]
    for path in ("settings", "plugins", "databases", "config", "metadata", "actor"):
        text = ask(f"{shared.url}/-/{path}.json", headers=as_owner(shared)).text
        assert token not in text
        assert as_owner(shared)["cookie"].partition("=")[2] not in text


def test_the_owner_is_not_datasettes_root(shared: Serving) -> None:
    """Whom 1.0 gives every permission there is or will be."""
    actor = ask(f"{shared.url}/-/actor.json", headers=as_owner(shared)).text
    assert f'"id": "{OWNER}"' in actor.replace('":"', '": "')
    assert not getattr(shared.datasette, "root_enabled", False)


def test_root_of_another_login_is_not_the_owner(config: Config) -> None:
    from altsync.web.context import writes

    started = Setup(config, login=Login())
    other = Setup(config)
    assert writes(started, {"id": OWNER})
    assert writes(started, {"id": "anna"})
    assert not writes(started, {"id": "root"})
    assert writes(other, {"id": "root"})
    assert not writes(other, {"id": OWNER})
    for setup in (started, other):
        assert not writes(setup, None)
        assert not writes(setup, {"id": 1})


def test_the_address_is_where_datasette_is(config: Config) -> None:
    login = Login()
    datasette = application(config, Setup(config, login=login))
    assert datasette.setting("base_url") == login.path


def test_the_file_for_the_browser_is_the_owners_alone(tmp_path: Path) -> None:
    link_file = LinkFile("http://127.0.0.1:1/a/-/altsync/login?token=x&y", tmp_path)
    text = link_file.file.read_text("utf-8")
    assert 'content="0; url=http://127.0.0.1:1/a/-/altsync/login?token=x&amp;y"' in text
    assert stat.S_IMODE(link_file.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(link_file.file.parent.stat().st_mode) == 0o700
    assert link_file.file.is_relative_to(tmp_path)
    assert "token" not in link_file.file.as_uri()
    link_file.remove()
    link_file.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_start_left_goes_at_the_next(tmp_path: Path) -> None:
    """Not what belongs to a start that runs beside this one."""
    LinkFile("http://127.0.0.1:1/", tmp_path)
    for of_nobody in ("altsync-login-x", "altsync-login-9" * 9, f"{LEFT}{2**40}-x"):
        (tmp_path / of_nobody).mkdir()
    beside = tmp_path / f"{LEFT}{os.getppid()}-x"
    beside.mkdir()
    of_root = tmp_path / f"{LEFT}1-x"
    of_root.mkdir()
    now = LinkFile("http://127.0.0.1:2/", tmp_path)
    assert {now.file.parent, beside, of_root} == set(tmp_path.iterdir())
    now.remove()


def test_where_the_database_is_read_only_the_file_is_a_temporary_one(
    tmp_path: Path,
) -> None:
    link_file = LinkFile("http://127.0.0.1:1/", tmp_path / "not" / "there")
    assert link_file.file.exists()
    assert stat.S_IMODE(link_file.file.parent.stat().st_mode) == 0o700
    link_file.remove()
    assert not link_file.file.parent.exists()
