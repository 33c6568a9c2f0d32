"""What most commands need: the configuration, the store, the source, a polite
Ctrl-C."""

from __future__ import annotations

import contextlib
import functools
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from altsync.cli import _command, _waiting

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.sources.base import Source
    from altsync.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])
HANGUP: signal.Signals | None = getattr(signal, "SIGHUP", None)
"""A terminal that was closed; Windows has none."""
STOPPING = "\nStopping after what is in flight (Ctrl-C again: at once) …"
HEARD = 1.0
"""Seconds that the end of a command waits for that sentence to be read."""
LATE = 5.0
"""Seconds that a command waits to store what an earlier one could not."""


def load(ctx: click.Context) -> Config:
    """The configuration that --config, ALTSYNC_CONFIG or the working directory names."""
    from altsync import config

    found = config.load(_command.asked(ctx).config)
    if _command.asked(ctx).verbose:
        from altsync.cli import _more

        _more.tell_config(found)
    return found


@contextlib.contextmanager
def opened(
    config: Config, *, create: bool = False, plans: bool = False, money: bool = False
) -> Iterator[Store]:
    """The database, bound to the configured site. `plans`: a plan, a work list or a
    count will be made of it, without what altsync.toml leaves out. `money`: it will say
    what was paid, by the prices of altsync.toml too."""
    from altsync.store.store import Store

    with Store.open(config.database, create=create) as store:
        if create or store.site() is not None:
            store.claim(config.site.url, config.site.source)
        for note in (*store.notes, *_late(store)):
            _command.warn(note)
        if plans:
            _leave_out(config, store)
        if money:
            _learn_prices(config, store)
        with _meaning(store):
            yield store


@contextlib.contextmanager
def _meaning(store: Store) -> Iterator[None]:
    """An image that is unknown is told with the one that was meant."""
    from altsync.errors import UnknownImage
    from altsync.store import on_record

    try:
        yield
    except UnknownImage as error:
        with store.read() as conn:
            meant = on_record.near_image(conn, error.image)
        raise UnknownImage(error.image, meant) from None


def _learn_prices(config: Config, store: Store) -> None:
    """A price that was set since prices what is stored. Raises ConfigError."""
    from altsync.generate.cost import own_prices
    from altsync.store import ledger

    ledger.learn_prices(store, own_prices(config.generate.prices))


def _leave_out(config: Config, store: Store) -> None:
    """What altsync.toml does not name any more is out of reach at once, not only from
    the next pull on: before a plan, a work list or a count is made."""
    from altsync.sources.kinds import KINDS
    from altsync.store import pulls

    leaves_out = config.table(KINDS[config.site.source].config).leaves_out
    with store.read() as conn:
        new = pulls.to_leave_out(conn, leaves_out, new=True)
    if new and not store.access.refused:
        with store.write() as tx:
            pulls.leave_out(tx, leaves_out, inventory=True)


def _late(store: Store) -> list[str]:
    """Paid answers that an earlier run could not store are stored now, before anything
    is read or sent. Where they cannot be yet, the command goes on without."""
    from altsync.errors import StoreError
    from altsync.store.spill import Spill

    try:
        return Spill(store.path).take_in(store, LATE).told
    except StoreError as error:
        return [f"Paid answers of an earlier run are not stored yet: {error}"]


@contextlib.contextmanager
def site(config: Config, *, writing: bool = False) -> Iterator[Source]:
    """The configured source, checked once: a login that fails stops here, before any work.

    A run that is only `writing` needs none where the kind's fresh read is one.
    """
    from altsync.sources import open_source
    from altsync.sources.kinds import KINDS

    source = open_source(config)
    with _waiting.told(), contextlib.closing(source):
        if not (writing and KINDS[config.site.source].checked_by_fresh):
            source.check()
        yield source


@contextlib.contextmanager
def stoppable(source: Source | None = None) -> Iterator[threading.Event]:
    """Ctrl-C sets the event: what is in flight arrives and is kept, what waits for a
    busy site (None: there is none) waits no longer. So does a terminal that is closed
    (SIGHUP).

    A second Ctrl-C ends at once; SIGHUP never does: of one terminal there may be two.
    """
    event = threading.Event()
    tells = threading.Thread(target=_command.warn, args=(STOPPING,), daemon=True)

    def on_signal(number: int, frame: FrameType | None) -> None:
        if event.is_set():
            if number == HANGUP:
                return
            raise KeyboardInterrupt
        event.set()
        # In threads: the signal may have come while this one held a lock that halt
        # needs, or was in the midst of a sentence, into which no other can be written.
        if source is not None:
            threading.Thread(target=source.halt, daemon=True).start()
        tells.start()

    if threading.current_thread() is not threading.main_thread():
        yield event
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    if HANGUP is not None and signal.getsignal(HANGUP) is not signal.SIG_IGN:
        numbers.append(HANGUP)  # else nohup said that it shall go on
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if tells.ident is not None:
            tells.join(HEARD)


@contextlib.contextmanager
def asking() -> Iterator[None]:
    """While a question waits for its answer Ctrl-C is a no, also inside `stoppable`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def left_out() -> None:
    """Say which of llm's plugins cannot be used here. After models were opened."""
    from altsync.generate import plugins
    from altsync.render.text import plain

    for sentence in plugins.left_out():
        _command.warn(plain(sentence))


def person() -> str:
    """Who gives a verdict, where --by does not say: the user of this machine."""
    import getpass

    from altsync.reviewers import wrong_name

    try:
        name = getpass.getuser()
    except (ImportError, KeyError, OSError):  # Windows has no list of users
        name = ""
    return "owner" if wrong_name(name) else name


def by(what: str) -> Callable[[F], F]:
    """The option --by: the name under which something is recorded, that of the user of
    this machine where it is not said."""

    def named(ctx: click.Context, option: click.Parameter, given: str | None) -> str:
        from altsync.errors import UsageError
        from altsync.reviewers import wrong_name

        if given is None:
            return person()
        if wrong := wrong_name(given):
            raise UsageError(f"--by must {wrong}.")
        return given

    return click.option(
        "--by",
        metavar="NAME",
        callback=named,
        help=f"{what} (default: the user of this machine).",
    )


NOTE = click.option(
    "--note",
    metavar="TEXT",
    default="",
    help="What you say beside it; kept with the verdict, 500 characters at most.",
)


def permissions(function: F) -> F:
    """The named permissions, the same for diff and push: there is no general force."""
    for option in (
        click.option(
            "--allow-empty",
            is_flag=True,
            help="Send an empty text where one was approved.",
        ),
        click.option(
            "--replace-human",
            is_flag=True,
            help="Replace a person's words where that was approved.",
        ),
    ):
        function = option(function)
    return function


def _split(
    ctx: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """`--rule cut,leak --rule hedge`, checked."""
    from altsync.cli import _rules

    return tuple(sorted(_rules.chosen(given))) if given else ()


def narrowing(function: F) -> F:
    """Which part of the plan is meant, the same for diff and push: it is part of the
    plan and of its checksum."""
    for option in (
        click.option(
            "--limit", type=click.IntRange(1), help="At most so many changes."
        ),
        click.option(
            "--rule",
            "rules",
            multiple=True,
            metavar="RULE[,RULE]",
            callback=_split,
            help="Only texts with a finding of these lint rules.",
        ),
        click.option(
            "--model",
            "models",
            multiple=True,
            metavar="MODEL",
            help="Only texts of this model.",
        ),
        click.option(
            "--album",
            "albums",
            multiple=True,
            metavar="ALBUM",
            help="Only images of this album.",
        ),
        click.argument("images", nargs=-1, metavar="[IMAGE]…"),
    ):
        function = option(function)
    return function


def as_request(function: F) -> F:
    """Hand what `narrowing` and `permissions` say to the command as one Request. Stands
    below both."""

    @functools.wraps(function)
    def command(
        *args: Any,
        images: tuple[str, ...],
        albums: tuple[str, ...],
        models: tuple[str, ...],
        rules: tuple[str, ...],
        limit: int | None,
        replace_human: bool,
        allow_empty: bool,
        **rest: Any,
    ) -> Any:
        from altsync.models import Selection
        from altsync.plan import Permissions
        from altsync.planning import Request

        request = Request(
            Selection(images, albums, models, rules),
            Permissions(replace_human, allow_empty),
            limit,
        )
        return function(*args, request=request, **rest)

    return cast(F, command)
