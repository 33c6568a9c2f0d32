"""Start Datasette on loopback, with the mirror, llm's log and metadata.yml. Works on
Datasette 0.65 and 1.0."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from altsync.config import Config
from altsync.errors import AltsyncError, UsageError
from altsync.store.connecting import access
from altsync.web.context import Setup, set_up
from altsync.web.login import LinkFile, Login
from altsync.web.proxy import Proxy, only_for
from altsync.web.readonly import only_reads
from altsync.web.whole import gives_all

HOST = "127.0.0.1"
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
PORT = 8001


def metadata_file() -> Path:
    """metadata.yml: inside the installed package, or at the top of the checkout. There
    is one file; the build copies it."""
    here = Path(__file__)
    for file in (here.with_name("metadata.yml"), here.parents[2] / "metadata.yml"):
        if file.exists():
            return file
    raise AltsyncError(
        "metadata.yml is missing: this altsync is not installed completely. Install it"
        " again."
    )


def metadata(config: Config) -> dict[str, Any]:
    """metadata.yml, with its database under the name that Datasette gives to the file
    in use."""
    import yaml

    # the same in C, where PyYAML was built with it: eight times as quick
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = metadata_file().read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, loader)  # noqa: S506  (both are safe)
    data["databases"] = {
        {"altsync": config.database.stem, "llm": config.llm_log.stem}[name]: found
        for name, found in data["databases"].items()
    }
    return data


def application(config: Config, setup: Setup) -> Any:
    """A Datasette bound to this configuration. The database must exist and be up to date."""
    from datasette.app import Datasette

    data = metadata(config)
    found = [
        access(file)
        for file in (config.database, config.llm_log)
        if file == config.database or file.exists()
    ]
    files = [str(one.read) for one in found if not one.immutable]
    still = [str(one.read) for one in found if one.immutable]
    settings: dict[str, Any] = {"default_page_size": 50, "allow_download": False}
    settings["max_csv_mb"] = 0  # no limit: a file that ends early looks whole
    settings["base_url"] = setup.base
    settings["force_https_urls"] = setup.proxy is not None
    more = {}
    if hasattr(Datasette, "_config"):
        # From 1.0a8 on it takes queries from its configuration, and descriptions from
        # metadata; 1.0a14 stumbles over queries there.
        more["config"] = data
        data = {**data, "databases": _without_queries(data["databases"])}
    datasette = Datasette(
        files, immutables=still, metadata=data, settings=settings, **more
    )
    for database in datasette.databases.values():
        # not Datasette's own, which it keeps its catalogue in
        if database.path in (*files, *still):
            only_reads(database)
            gives_all(database)
    set_up(datasette, setup)
    datasette.altsync_reads = found  # a copy that is read is there as long as these are
    return datasette


def _without_queries(databases: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in about.items() if key != "queries"}
        for name, about in databases.items()
    }


def listener(port: int | None) -> socket.socket:
    """A socket on loopback: `port`, or the usual one, or any where the usual one is
    taken. Raises UsageError."""
    for number in [port] if port is not None else [PORT, 0]:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, number))
        except (OSError, OverflowError) as error:
            sock.close()
            if port is not None:
                raise UsageError(
                    f"Port {port} cannot be used ({error}). Name another one with"
                    " --port."
                ) from None
            continue
        return sock
    raise AltsyncError("No port of this machine could be opened.")


def serve(
    config: Config,
    *,
    owner: str,
    landing: str,
    port: int | None = None,
    ready: Callable[[str], None] = lambda _: None,
    browse: Callable[[str], object] | None = None,
) -> None:
    """Serve until Ctrl-C. Once the server listens, `ready` is given the one-time login
    link, and `browse` the address of a file that leads to it and that nobody else can
    read: an argument list is public."""
    login = Login(landing)
    datasette = application(config, Setup(config, owner, NAMES, login))

    with listener(port) as sock, contextlib.ExitStack() as here:

        def listening() -> None:
            link = f"http://{HOST}:{sock.getsockname()[1]}{login.link}"
            ready(link)
            if browse is not None:
                link_file = LinkFile(link, config.database.parent)
                here.callback(link_file.remove)
                login.used = link_file.remove
                browse(link_file.file.as_uri())

        _run(datasette, sock, listening, here.close)


def host(
    config: Config,
    proxy: Proxy,
    path: Path,
    *,
    group: str = "",
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve those whom `proxy` logs in until Ctrl-C, on a Unix socket that only it can
    open. Raises UsageError for a socket that cannot be made so."""
    datasette = application(config, Setup(config, proxy=proxy))
    with only_for(path, group) as sock, contextlib.ExitStack() as here:
        here.callback(path.unlink, missing_ok=True)
        _run(datasette, sock, ready, here.close)


def _run(
    datasette: Any,
    sock: socket.socket,
    listening: Callable[[], None],
    ending: Callable[[], None],
) -> None:
    """Serve until Ctrl-C. `listening` is called once it answers, `ending` before it ends,
    by SIGTERM too: what was left in files is taken away."""
    import uvicorn

    class Server(uvicorn.Server):
        """Says so when it answers; takes away what it left when it ends."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            # 1.0a2 and before leave it to their command
            await datasette.invoke_startup()
            await super().startup(sockets=sockets)
            if self.started:
                listening()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            ending()
            await super().shutdown(sockets=sockets)

    settings = uvicorn.Config(
        datasette.app(),
        log_level="warning",
        lifespan="on",
        ws="none",
        server_header=False,
        proxy_headers=False,
    )
    with contextlib.suppress(KeyboardInterrupt):
        Server(settings).run(sockets=[sock])
