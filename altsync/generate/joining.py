"""A Dask cluster that exists already is joined for a run, once every worker of it has said
that it can do the work: the same altsync, the site, the models, the keys."""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from altsync.config import Config
from altsync.errors import AltsyncError, UsageError
from altsync.generate import station
from altsync.generate.cluster import Cluster, failed
from altsync.generate.reference import settings_of
from altsync.generate.settings import Settings
from altsync.generate.station import Orders
from altsync.generate.watch import WORKERS, Watch
from altsync.generate.workforce import Workforce
from altsync.installation import extra
from altsync.pictures.words import Reader
from altsync.render.text import count
from altsync.sources.inventory import is_address
from altsync.sources.kinds import AlbumConfig

ANSWER = "10s"
"""For a scheduler to answer at all."""
INTRODUCTION = 60.0
"""Seconds for a worker to open the models, and to ask the site once."""
CLOSING = 5.0
SCHEDULER = "the scheduler"
"""Among those that cannot do the work: it unpacks what it passes on."""


@contextlib.contextmanager
def joined(
    address: str,
    config: Config,
    settings: Settings,
    reader: Reader | None,
    tell: Callable[[str], object],
) -> Iterator[Cluster]:
    """A cluster that exists already, once every worker of it has said that it can do
    the work. `tell`: is given what it waits for. Raises UsageError: nothing was asked
    then."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            f"--dask needs an extra: {extra('dask')}, here and on every worker."
        ) from None
    orders = _orders(config, settings, reader)
    with _silence():
        try:
            with warnings.catch_warnings():  # its table of versions: we ask for ours
                warnings.simplefilter("ignore")
                client: Any = Client(address, timeout=ANSWER, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(
                f"--dask {address}: no scheduler answers there"
                f" ({type(error).__name__})."
            ) from None
        watch = None
        try:
            fit = introduced(client, address, orders, tell)
            workforce = Workforce(fit, functools.partial(_unfit, client, orders), tell)
            watch = Watch(client, address, workforce)
            threading.Thread(
                target=watch.run, daemon=True, name="altsync-cluster"
            ).start()
            yield Cluster(client, orders, settings.cache, watch, workforce)
        finally:
            if watch is not None:
                watch.end()
            client.close(timeout=CLOSING)


def _orders(config: Config, settings: Settings, reader: Reader | None) -> Orders:
    # a worker has a directory of its own, from which a relative path would count there
    path = config.path.absolute() if config.path else None
    return Orders(
        version("altsync"),
        replace(config, path=path),
        settings.side,
        _asked(config, settings),
        settings.options,
        settings.timeout,
        reader,
        _folders(config),
    )


def _folders(config: Config) -> tuple[Path, ...]:
    """Of pictures, on this machine."""
    album = config.table(AlbumConfig)
    local = (one for one in (album.pixels, *album.inventory) if one)
    paths = (
        (config.base / Path(one).expanduser()).absolute()
        for one in local
        if not is_address(one)
    )
    return tuple(path for path in paths if path.is_dir())


def _asked(config: Config, settings: Settings) -> tuple[str, ...]:
    """The models that may be asked in this run, the reference among them."""
    models = [*settings.opened(), *settings.in_their_place()]
    with contextlib.suppress(AltsyncError):  # it is left out of the run, which is said
        beside = settings_of(settings, config.generate.reference)
        models += beside.opened() if beside else ()
    return tuple(model.name for model in models)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Dask tells of what happens to it in sentences of its own, with tracebacks."""
    loggers = [
        logging.getLogger(name) for name in ("distributed", "distributed.client")
    ]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)


def introduced(
    client: Any, address: str, orders: Orders, tell: Callable[[str], object]
) -> list[str]:
    """Every worker has the same altsync, the site, the models and the keys: their
    addresses. Raises UsageError that names those which have not."""
    if not client.nthreads():
        tell(f"The cluster {address} has no worker yet: waiting for one.")
    try:
        client.wait_for_workers(1, timeout=WORKERS)
    except TimeoutError:
        raise UsageError(
            f"--dask {address}: the cluster has no worker. Start some: dask worker"
            f" {address}"
        ) from None
    workers = list(client.nthreads())
    unfit = _other_versions(client, orders.version, workers)
    unfit = unfit | _scheduler(client, orders.version) or _unable(
        client, orders, workers
    )
    if not unfit:
        return workers
    raise UsageError(
        f"--dask {address}: {_counted(unfit)} cannot do the work, and nothing"
        f" was asked. Mend or end them. {_by_reason(unfit)}"
    )


def _counted(unfit: Mapping[str, str]) -> str:
    workers = len(unfit) - (SCHEDULER in unfit)
    who = [count(workers, "worker")] if workers else []
    return " and ".join([*who, *([SCHEDULER] if SCHEDULER in unfit else [])])


def _by_reason(unfit: Mapping[str, str]) -> str:
    """Each reason once, after the workers that it is of."""
    workers: dict[str, list[str]] = {}
    for worker, why in sorted(unfit.items()):
        workers.setdefault(why, []).append(worker)
    return " ".join(f"{', '.join(names)}: {why}" for why, names in workers.items())


def _unfit(client: Any, orders: Orders, workers: Sequence[str]) -> dict[str, str]:
    """Why workers that joined in the midst of a run cannot do the work, of those that
    cannot. Raises nothing."""
    try:
        unfit = _other_versions(client, orders.version, workers)
        able = [worker for worker in workers if worker not in unfit]
        return unfit | _unable(client, orders, able)
    except Exception as error:  # Dask raises what it likes where somebody has gone
        return dict.fromkeys(workers, failed(error))


def _other_versions(client: Any, here: str, workers: Sequence[str]) -> dict[str, str]:
    """Of altsync, by worker. By a function of Python's own: it needs no altsync there."""
    found = client.run(version, "altsync", on_error="return", workers=list(workers))
    told = {worker: _other_version(there, here) for worker, there in found.items()}
    return {worker: why for worker, why in told.items() if why}


def _scheduler(client: Any, here: str) -> dict[str, str]:
    """The same, of the scheduler."""
    try:
        there = client.run_on_scheduler(version, "altsync")
    except Exception as error:
        there = error
    why = _other_version(there, here)
    return {SCHEDULER: why} if why else {}


def _other_version(there: str | Exception, here: str) -> str:
    """Why that is no version to work with; '' where it is."""
    if isinstance(there, Exception):
        return f"altsync is not installed there ({type(there).__name__})."
    if there == here:
        return ""
    return f"altsync {there} is installed there, {here} here."


def _unable(client: Any, orders: Orders, workers: Sequence[str]) -> dict[str, str]:
    """What each worker lacks, that lacks something."""
    asked = {
        worker: client.submit(
            station.introduce, orders.packed(), workers=[worker], pure=False, retries=0
        )
        for worker in workers
    }
    unfit = {}
    for worker, future in asked.items():
        try:
            why = future.result(timeout=INTRODUCTION)
        except Exception as error:
            why = failed(error)  # or it did not answer in time
        if why:
            unfit[worker] = why
    return unfit
