"""How a connection is made and listened to: only to where `Reach` allows, and never
longer than a moment that is set beforehand.

A timeout of `requests` counts from byte to byte, so a site that sends one now and then
is listened to for ever: in its status line, after a hundred "100 Continue", in its
headers, in the line before a chunk. Here the moment is the socket's own, below all of
these.
"""

from __future__ import annotations

import functools
import http.client
import io
import math
import socket
import time
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.poolmanager import PoolManager

from altsync.sources.answers import ONLY_INTERIM
from altsync.sources.inside import Reach

MOST_INTERIM = 20
"""Answers of status 1xx before the real one."""
CONNECT = 3.5
"""Seconds until a host that does not take a connection is given up, all its addresses
together: one that is there answers within a fraction of it."""
LEAST = 0.5
"""Seconds that each of its addresses has at the least."""
UNASKED = 1_000_000
"""Bytes that are taken of an answer nobody reads: the body of a 503 before the next try.
"""


class Listened(io.RawIOBase):
    """What a socket gives, until the moment `ends`, and at most `most` bytes."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock = sock
        self._given = sock.makefile("rb", buffering=0)
        self.ends = ends
        self.most: float = UNASKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """As a socket's: raises TimeoutError once it is over, OSError past `most`."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole answer took too long")
        patience = self._sock.gettimeout()
        if patience is None or left < patience:
            self._sock.settimeout(left)
        size: int | None = self._given.readinto(buffer)
        self.most -= size or 0
        if self.most < 0:
            raise OSError("the answer is longer than it may be")
        return size

    def close(self) -> None:
        self._given.close()
        super().close()


class Bounded(http.client.HTTPResponse):
    """An answer whose status and headers arrive within `seconds`; see `until`."""

    def __init__(self, sock: socket.socket, *args: Any, seconds: float, **kw: Any):
        super().__init__(sock, *args, **kw)
        self.fp.close()
        self._listened = Listened(sock, time.monotonic() + seconds)
        self.fp = io.BufferedReader(self._listened)

    def until(self, seconds: float) -> None:
        """The body is wanted, and may take so many seconds from now."""
        self._listened.ends = time.monotonic() + seconds
        self._listened.most = math.inf

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the real answer. http.client takes any 1xx but 100 for it,
        and the real one then for the answer to the next request."""
        for _ in range(MOST_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(ONLY_INTERIM)


class _Bound:
    """Mixed into a connection: its answers are `Bounded`."""

    def __init__(self, *args: Any, seconds: float, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.response_class = functools.partial(Bounded, seconds=seconds)


class _Guarded(_Bound):
    """And it is made only to addresses that `reach` allows, looked up once: what was
    checked is what is connected to."""

    def __init__(self, *args: Any, reach: Reach, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._reach = reach

    def _new_conn(self) -> socket.socket:
        connection: Any = self
        name = connection._dns_host
        patience = connection.timeout
        failed: Exception | None = None
        try:
            targets = self._reach.targets(name, connection.port)
        except socket.gaierror as error:
            raise NameResolutionError(name, connection, error) from error
        for address in targets:
            connection._dns_host = address
            connection.timeout = _share(patience, len(targets))
            try:
                made: socket.socket = super()._new_conn()  # type: ignore[misc]
                return made
            except (NewConnectionError, ConnectTimeoutError) as error:
                failed = error
            finally:
                connection._dns_host = name
                connection.timeout = patience
        raise failed or NewConnectionError(connection, "no address")


def _share(patience: float | None, targets: int) -> float | None:
    """Seconds for one of several addresses of a host."""
    return patience and min(patience, max(LEAST, patience / targets))


class Adapter(HTTPAdapter):
    """requests' adapter, over connections that are guarded and bounded.

    Behind a proxy of the environment it is the proxy that looks names up and connects:
    those connections are bounded only.
    """

    def __init__(self, reach: Reach, seconds: float, **kw: Any) -> None:
        self._reach = reach
        self._seconds = seconds
        super().__init__(**kw)

    def init_poolmanager(self, *args: Any, **kw: Any) -> None:
        super().init_poolmanager(*args, **kw)
        _use(self.poolmanager, _Guarded, reach=self._reach, seconds=self._seconds)

    def proxy_manager_for(self, proxy: str, **kw: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **kw)
        if not known:
            _use(manager, _Bound, seconds=self._seconds)
        return manager


def _use(manager: PoolManager, mixed: type[Any], **settings: Any) -> None:
    """Let the pools of `manager` make connections with `mixed` in them."""
    manager.pool_classes_by_scheme = {
        scheme: _pool_of(pool, mixed, settings)
        for scheme, pool in manager.pool_classes_by_scheme.items()
    }


def _pool_of(
    pool: Callable[..., Any], mixed: type[Any], settings: dict[str, Any]
) -> Any:
    def make(*args: Any, **kw: Any) -> Any:
        made = pool(*args, **kw)
        both = type(mixed.__name__, (mixed, made.ConnectionCls), {})
        made.ConnectionCls = functools.partial(both, **settings)
        return made

    return make
