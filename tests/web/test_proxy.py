"""Many people behind a proxy: who is believed, who is let in, from where a verdict comes,
and who can reach the socket at all."""

from __future__ import annotations

import grp
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from altsync.cli import cli
from altsync.config import Config, ReviewConfig
from altsync.errors import UsageError
from altsync.web.proxy import behind, only_for
from tests.processes import PATIENT
from tests.web.addresses import examples, patterns
from tests.web.hosted import HEADER, HOST, ORIGIN, Hosted, ReverseProxy, ask_on
from tests.web.mirrors import build
from tests.web.test_review import form_of
from tests.web.wire import Answered, ask

REVIEW = "/-/altsync/review"


@pytest.fixture
def config(config: Config) -> Config:
    """Two people judge."""
    return replace(config, review=ReviewConfig(actors=("anna", "ben")))


@pytest.fixture
def hosted(config: Config, tmp_path: Path) -> Iterator[Hosted]:
    with Hosted(config, tmp_path / "review.sock") as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """For tests that write nothing."""
    place = tmp_path_factory.mktemp("hosted")
    with Hosted(build(place)[0], place / "review.sock") as server:
        yield server


def given(config: Config) -> list[tuple[str, str]]:
    conn = sqlite3.connect(config.database)
    try:
        sql = "SELECT verdict, reviewer FROM reviews ORDER BY id"
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def look(proxy: ReverseProxy, session: str, **headers: str) -> Answered:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(proxy.url + REVIEW, headers={"x-session": session, **sent})


def judge(
    proxy: ReverseProxy, session: str, fields: dict[str, str], **headers: str | None
) -> Answered:
    """A verdict as a browser sends it from the page, with these headers changed."""
    own = {
        "x-session": session,
        "origin": ORIGIN,
        "sec-fetch-site": "same-origin",
        "cookie": f"ds_csrftoken={fields.get('csrftoken', '')}",
        "content-type": "application/x-www-form-urlencoded",
    }
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {k: v for k, v in {**own, **changed}.items() if v is not None}
    body = urlencode({**fields, "action": "approve"}).encode()
    return ask(proxy.url + REVIEW, "POST", sent, body)


def test_each_judges_under_the_name_of_the_proxy(
    hosted: Hosted, config: Config
) -> None:
    with ReverseProxy(hosted.path) as proxy:
        for session, name in (("1a", "anna"), ("2b", "ben")):
            page = look(proxy, session)
            assert f"Judging as <strong>{name}</strong>" in page.text
            assert 'href="/-/altsync/grid"' in page.text
            assert "altsync=" not in page.headers.get("set-cookie", "")
            answer = judge(proxy, session, form_of(page.text))
            assert answer.status == 303
            assert answer.headers["location"].startswith("/-/altsync/review?")
    assert given(config) == [("approved", "anna"), ("approved", "ben")]


def test_one_takes_back_only_what_is_ones_own(hosted: Hosted, config: Config) -> None:
    with ReverseProxy(hosted.path) as proxy:
        fields = form_of(look(proxy, "1a").text)
        assert judge(proxy, "1a", fields).status == 303
        undo = {"csrftoken": fields["csrftoken"], "action": "undo"}
        body = urlencode(undo).encode()
        sent = {
            "origin": ORIGIN,
            "cookie": f"ds_csrftoken={fields['csrftoken']}",
            "content-type": "application/x-www-form-urlencoded",
        }
        address = proxy.url + REVIEW
        of_ben = ask(address, "POST", {**sent, "x-session": "2b"}, body)
        assert of_ben.status == 400
        assert "There is no verdict of yours" in of_ben.text
        assert ask(address, "POST", {**sent, "x-session": "1a"}, body).status == 303
    assert given(config) == [("approved", "anna"), ("withdrawn", "anna")]


def test_who_is_not_named_sees_nothing(shared: Hosted) -> None:
    """Tables, free SQL, pictures, static files; and nobody learns who is named."""
    paths = [path for one in patterns(shared.datasette) for path in examples(one)]
    paths += ["/", REVIEW, "/altsync.json?sql=select+1", "/-/altsync/login?token=x"]
    texts = set()
    for path in paths:
        for headers in ([], [(HEADER, "mallory")], [("cookie", "altsync=x")]):
            answer = ask_on(shared.path, path, headers=[("host", HOST), *headers])
            assert answer.status == 403, path
            texts.add(answer.text)
    assert len(texts) == 2
    assert not any("anna" in text for text in texts)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ([], "has to come once"),
        ([(HEADER, "")], "has to come once"),
        ([(HEADER, "anna"), (HEADER, "anna")], "has to come once"),
        ([(HEADER, "mallory"), (HEADER.lower(), "anna")], "has to come once"),
        ([(HEADER, b"\xff\xfe")], "has to come once"),
        ([("Remote_User", "anna")], "has to come once"),
        ([("X-Remote-User", "anna")], "has to come once"),
        ([(HEADER, "anna, mallory")], "anna, mallory</strong>, and that is none"),
        ([(HEADER, "Anna")], "Anna</strong>, and that is none"),
        ([(HEADER, "root")], "none of those who judge"),
        ([(HEADER, "altsync-owner")], "none of those who judge"),
        ([(HEADER, "<b>anna")], "&lt;b&gt;anna"),
    ],
    ids=str,
)
def test_a_name_comes_once_and_as_it_is_listed(
    shared: Hosted, headers: list[tuple[str, str | bytes]], says: str
) -> None:
    for method in ("GET", "POST"):
        answer = ask_on(shared.path, REVIEW, method, [("host", HOST), *headers])
        assert answer.status == 403
        assert says in answer.text
        assert "content-security-policy" in answer.headers


def test_a_name_in_any_script_is_read(tmp_path: Path) -> None:
    """As UTF-8, which is what proxies pass on."""
    config = replace(build(tmp_path)[0], review=ReviewConfig(actors=("Zoë Müller",)))
    with Hosted(config, tmp_path / "review.sock") as server:
        page = ask_on(
            server.path,
            REVIEW,
            headers=[("host", HOST), (HEADER, "Zoë Müller".encode())],
        )
    assert "Judging as <strong>Zoë Müller</strong>" in page.text


def test_what_a_client_says_of_itself_is_nothing(hosted: Hosted) -> None:
    """A proxy replaces the header. One that forgets to is refused, as long as it says
    who asks as well."""
    with ReverseProxy(hosted.path) as proxy:
        assert look(proxy, "3c", remote_user="anna").status == 403
        assert look(proxy, "", remote_user="anna").status == 403
    with ReverseProxy(hosted.path, forgetful=True) as proxy:
        told = look(proxy, "3c", remote_user="anna")
        assert told.status == 403
        assert "has to come once" in told.text


def test_a_cookie_or_token_of_datasettes_makes_nobody_another(hosted: Hosted) -> None:
    """Signed with the right key, too: another Datasette may have it (DATASETTE_SECRET)."""
    sign = hosted.datasette.sign
    cookie = sign({"a": {"id": "ben"}}, "actor")
    told = {"a": "ben", "token": "dstok", "t": int(time.time())}
    for name, value in (
        ("cookie", f"ds_actor={cookie}"),
        ("authorization", f"Bearer dstok_{sign(told, namespace='token')}"),
    ):
        asked: list[tuple[str, str | bytes]] = [("host", HOST), (name, value)]
        assert ask_on(hosted.path, REVIEW, headers=asked).status == 403
        page = ask_on(hosted.path, REVIEW, headers=[*asked, (HEADER, "anna")])
        assert "Judging as <strong>anna</strong>" in page.text, name


ELSEWHERE: tuple[dict[str, str | None], ...] = (
    {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
    {"sec_fetch_site": "same-site", "origin": "https://wiki.example.org"},
    {"sec_fetch_site": "none"},
    {"origin": "https://evil.example"},
    {"origin": f"http://{HOST}"},
    {"origin": f"{ORIGIN}:8443"},
    {"origin": "null"},
    {"sec_fetch_site": None, "origin": f"http://{HOST}"},
    {"sec_fetch_site": None, "origin": f"https://{HOST}.evil.example"},
    {"sec_fetch_site": None, "origin": "https://["},
    {"sec_fetch_site": None, "origin": None},
    {"sec_fetch_site": None, "origin": None, "referer": f"http://{HOST}/x"},
    {"sec_fetch_site": None, "origin": None, "referer": "https://evil.example/"},
)
OURS: tuple[dict[str, str | None], ...] = (
    {},
    {"origin": None},
    {"sec_fetch_site": None},
    {"sec_fetch_site": None, "origin": None, "referer": f"{ORIGIN}{REVIEW}"},
)


def test_a_verdict_comes_from_a_page_of_ours(hosted: Hosted, config: Config) -> None:
    """The cookie of the proxy may go with any other: whether it is anna's page is told by
    what no page can change."""
    with ReverseProxy(hosted.path) as proxy:
        fields = form_of(look(proxy, "1a").text)
        for headers in ELSEWHERE:
            answer = judge(proxy, "1a", fields, **headers)
            assert answer.status == 403, headers
            assert "nothing was written" in answer.text
        assert given(config) == []
        for headers in OURS:
            fields = form_of(look(proxy, "1a").text)
            assert judge(proxy, "1a", fields, **headers).status == 303, headers
    assert given(config) == [("approved", "anna")] * len(OURS)


def test_only_the_host_that_people_open_is_answered(shared: Hosted) -> None:
    for host in ("127.0.0.1", "localhost", f"{HOST}:8443", f"x.{HOST}", ""):
        headers: list[tuple[str, str | bytes]] = [("host", host), (HEADER, "anna")]
        assert ask_on(shared.path, REVIEW, headers=headers).status == 421, host


def test_datasette_writes_nothing_for_people_either(shared: Hosted) -> None:
    headers: list[tuple[str, str | bytes]] = [
        ("host", HOST),
        (HEADER, "anna"),
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
    ]
    for path in ("/altsync/-/create", "/altsync/reviews/-/insert", "/-/create-token"):
        assert ask_on(shared.path, path, "POST", headers).status == 405


def test_the_socket_is_its_owners_alone(tmp_path: Path) -> None:
    """From its first moment on, whatever the umask."""
    path = tmp_path / "review.sock"
    before = os.umask(0)
    try:
        with only_for(path):
            assert stat.S_IMODE(path.lstat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_group_may_open_it(tmp_path: Path) -> None:
    path = tmp_path / "review.sock"
    group = grp.getgrgid(os.getgid()).gr_name
    with only_for(path, group):
        found = path.lstat()
    assert (stat.S_IMODE(found.st_mode), found.st_gid) == (0o660, os.getgid())


def test_a_group_that_is_none_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "review.sock"
    with pytest.raises(UsageError, match="cannot be given to that group"):
        only_for(path, "no-such-group")
    assert not path.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_another_user_of_the_machine_cannot_ask(hosted: Hosted) -> None:
    hosted.path.parent.chmod(0o755)
    code = (
        "import os, socket, sys; os.setgid(65534); os.setuid(65534)\n"
        "socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    )
    tried = subprocess.run(
        [sys.executable, "-c", code, str(hosted.path)], capture_output=True, text=True
    )
    assert "PermissionError" in tried.stderr


def test_what_a_killed_altsync_left_goes(tmp_path: Path) -> None:
    path = tmp_path / "review.sock"
    only_for(path).close()
    assert path.exists()
    with only_for(path) as sock:
        sock.listen()
        with pytest.raises(UsageError, match="Another program serves on"):
            only_for(path)


def test_nothing_else_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "review.sock"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is no socket"):
        only_for(path)
    assert path.read_text() == "mine"
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is no socket"):
        only_for(path)


def test_a_place_that_others_can_change_is_refused(tmp_path: Path) -> None:
    everybodys = tmp_path / "everybodys"
    everybodys.mkdir()
    everybodys.chmod(0o1777)
    with pytest.raises(UsageError, match="could put a socket of his own there"):
        only_for(everybodys / "review.sock")
    for path in (tmp_path / "no" / "such", tmp_path / ("x" * 120)):
        with pytest.raises(UsageError, match="cannot be made"):
            only_for(path)


@pytest.mark.parametrize(
    ("host", "header", "actors", "says"),
    [
        ("", "Remote-User", ("anna",), "--host must be the name"),
        ("https://x.example", "Remote-User", ("anna",), "--host must be the name"),
        ("x.example", "Remote User", ("anna",), "--header must be the name"),
        ("x.example", "", ("anna",), "--header must be the name"),
        ("x.example", "Remote-User", (), "Name those who judge"),
        ("x.example", "Remote-User", ("root",), "must not name 'root'"),
        ("x.example", "Remote-User", ("sample:1",), "must not name 'sample:1'"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    host: str, header: str, actors: tuple[str, ...], says: str
) -> None:
    with pytest.raises(UsageError, match=says.replace("[", r"\[")):
        behind(host, header, actors)


def test_the_command_serves_people_until_it_is_ended(
    config: Config, tmp_path: Path
) -> None:
    path = tmp_path / "review.sock"
    command = [sys.executable, "-m", "altsync", "--config", str(config.path), "review"]
    options = ["--socket", str(path), "--host", HOST, "--header", "X-Who"]
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{ORIGIN}{REVIEW}\n"
        headers: list[tuple[str, str | bytes]] = [("host", HOST), ("X-Who", "anna")]
        assert ask_on(path, REVIEW, headers=headers).status == 200
    finally:
        process.terminate()
        _, told = process.communicate(timeout=PATIENT)
    assert "which says who asks in X-Who. Judging: anna. Ctrl-C ends it." in told
    assert not path.exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--socket", "s", "--host", HOST, "--by", "anna"], "--by is for one person"),
        (["--socket", "s", "--host", HOST, "--port", "1"], "--port is for one person"),
        (["--socket", "s", "--sample", "1"], "--sample is for one person"),
        (["--host", HOST], "are for --socket PATH"),
        (["--group", "staff"], "are for --socket PATH"),
        (["--header", "X-Who"], "are for --socket PATH"),
    ],
)
def test_options_for_one_person_and_for_many_are_not_mixed(
    config: Config, options: list[str], says: str
) -> None:
    args = ["--config", str(config.path), "review", *options]
    refused = CliRunner().invoke(cli, args).exception
    assert isinstance(refused, UsageError)
    assert says in str(refused)


def test_nothing_listens_but_the_socket(shared: Hosted) -> None:
    families = {one.family for one in _listening(shared)}
    assert families == {socket.AF_UNIX}


def _listening(hosted: Hosted) -> list[socket.socket]:
    return [sock for server in hosted.servers for sock in server.sockets]
