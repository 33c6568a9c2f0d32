"""What stands before the fake Drupal, its tokens and sessions. Numbers are recordings."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.doubles.drupal import Challenge, Consumer, DemoDrupal, FrontDoor, OAuth

DOOR = ("staging", "staging-lab-pass")
EDITOR = ("editor", "editor-lab-pass")
GRANT = {
    "grant_type": "client_credentials",
    "client_id": "altsync",
    "client_secret": "altsync-lab-secret",
}


def me(document: Any) -> bool:
    return "me" in document.get("meta", {}).get("links", {})


def test_nothing_is_there_without_the_front_doors_credentials() -> None:
    with DemoDrupal(media=1, gates=[FrontDoor()]) as site:
        picture = next(iter(site.state.files.values())).url
        for path in ("/", "/jsonapi", "/user/login?_format=json", picture):
            for auth in (None, EDITOR):
                answer = requests.get(site.url + path, auth=auth, timeout=10)
                assert answer.status_code == 401
                assert answer.headers["WWW-Authenticate"] == 'Basic realm="Staging"'
                assert "html" in answer.headers["Content-Type"]
        assert requests.get(site.url + picture, auth=DOOR, timeout=10).ok
        assert [seen.user for seen in site.ledger] == [None] * 9


def test_a_cookie_works_behind_the_door_where_basic_auth_is_not_installed() -> None:
    for installed in (False, True):
        with DemoDrupal(gates=[FrontDoor()]) as site:
            site.switches.basic_auth = installed
            session = requests.Session()
            session.auth = DOOR
            given = {"name": "editor", "pass": "editor-lab-pass"}
            login = session.post(
                f"{site.url}/user/login?_format=json", json=given, timeout=10
            )
            assert login.ok
            entry = session.get(f"{site.url}/jsonapi", timeout=10)
            assert me(entry.json()) is not installed


def test_a_session_that_ends_is_anonymous_and_its_writes_are_403() -> None:
    with DemoDrupal(media=1) as site:
        item = site.entity("media--image", 1)
        session = requests.Session()
        given = {"name": "editor", "pass": "editor-lab-pass"}
        login = session.post(
            f"{site.url}/user/login?_format=json", json=given, timeout=10
        )
        token = login.json()["csrf_token"]

        def patch() -> tuple[int, str]:
            answer = session.patch(
                f"{site.url}/jsonapi/media/image/{item.uuid}",
                json={"data": {"type": item.type, "id": item.uuid}},
                headers={
                    "Content-Type": "application/vnd.api+json",
                    "X-CSRF-Token": token,
                },
                timeout=10,
            )
            if answer.ok:
                return 200, ""
            return answer.status_code, answer.json()["errors"][0]["detail"]

        assert patch() == (200, "")
        site.forget_tokens()
        assert patch() == (403, "X-CSRF-Token request header is invalid")
        site.end_sessions()
        status, detail = patch()
        assert status == 403
        assert "'image: edit any media'" in detail
        assert not session.cookies, "core deletes the cookie of a session it forgot"
        assert not me(session.get(f"{site.url}/jsonapi", timeout=10).json())


@pytest.mark.parametrize("status", [403, 503])
def test_a_challenge_page_takes_the_place_of_every_answer(status: int) -> None:
    with DemoDrupal(gates=[Challenge(status, spares=1)]) as site:
        assert requests.get(f"{site.url}/jsonapi", timeout=10).ok
        answer = requests.get(f"{site.url}/jsonapi", timeout=10)
        assert answer.status_code == status
        assert answer.headers["cf-mitigated"] == "challenge"
        assert "<title>Just a moment...</title>" in answer.text


def test_a_token_is_the_consumers_user_until_it_ends() -> None:
    # 882, 888, 891, 895, 896
    with DemoDrupal(media=1, oauth=OAuth()) as site:
        told = requests.post(f"{site.url}/oauth/token", data=GRANT, timeout=10).json()
        assert (told["token_type"], told["expires_in"]) == ("Bearer", 300)
        headers = {"Authorization": f"Bearer {told['access_token']}"}
        entry = f"{site.url}/jsonapi"
        assert me(requests.get(entry, headers=headers, timeout=10).json())
        site.clock.now += 300
        item = site.entity("media--image", 1)
        for method, path in (("GET", ""), ("PATCH", f"/media/image/{item.uuid}")):
            answer = requests.request(method, entry + path, headers=headers, timeout=10)
            assert answer.status_code == 401
            assert "html" in answer.headers["Content-Type"]
            assert answer.headers["WWW-Authenticate"] == (
                'Bearer realm="OAuth", error="access_denied",'
                ' error_description="Access token could not be verified"'
            )
        # Basic works beside it (900), and anonymous still reads.
        assert me(requests.get(entry, auth=EDITOR, timeout=10).json())
        assert requests.get(entry, timeout=10).ok


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),  # 884
        ({"client_id": "nobody"}, 401, "invalid_client"),  # 885
        ({"scope": "nope"}, 400, "invalid_scope"),  # 886
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),  # 887
    ],
)
def test_a_token_is_refused(change: dict[str, str], status: int, error: str) -> None:
    with DemoDrupal(oauth=OAuth()) as site:
        answer = requests.post(
            f"{site.url}/oauth/token", data=GRANT | change, timeout=10
        )
        assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_token_may_not_be_asked_for_as_json_nor_of_a_half_made_consumer() -> None:
    with DemoDrupal(oauth=OAuth((Consumer(user=None),))) as site:
        address = f"{site.url}/oauth/token"
        assert requests.post(address, json=GRANT, timeout=10).status_code == 400
        answer = requests.post(address, data=GRANT, timeout=10)
        assert answer.json()["error"] == "server_error"
    with DemoDrupal() as site:
        answer = requests.post(f"{site.url}/oauth/token", data=GRANT, timeout=10)
        assert answer.status_code == 404  # the module is not there
