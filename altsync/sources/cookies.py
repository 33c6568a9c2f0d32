"""The cookies of one site, shared by all threads that ask it."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from requests import Response
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.models import PreparedRequest


class Jar:
    """From any thread."""

    def __init__(self) -> None:
        self._cookies = RequestsCookieJar()
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Of the cookies that go with the next request."""
        with self._lock:
            return [cookie.name for cookie in self._cookies]

    def forget(self, names: Iterable[str]) -> None:
        """Send those no more."""
        forgotten = set(names)
        with self._lock:
            for one in [each for each in self._cookies if each.name in forgotten]:
                self._cookies.clear(one.domain, one.path, one.name)

    def put_on(self, request: PreparedRequest) -> None:
        with self._lock:
            if len(self._cookies):
                request.prepare_cookies(self._cookies)

    def take(self, request: PreparedRequest, response: Response) -> None:
        """What the answer sets and deletes.

        A late answer to an older session deletes that one, by its name: not the one
        that we have got since.
        """
        sent = request.headers.get("Cookie", "")
        with self._lock:
            before = [*iter(self._cookies)]
            extract_cookies_to_jar(self._cookies, request, response.raw)  # type: ignore[no-untyped-call]
            left = {cookie.name for cookie in self._cookies}
            for one in before:
                if one.name not in left and f"{one.name}={one.value}" not in sent:
                    self._cookies.set_cookie(one)
