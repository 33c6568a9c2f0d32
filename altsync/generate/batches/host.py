"""What the batches of all providers have in common: how they are looked for, at, and
given up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Generator, Iterable, Iterator
from typing import Any, TypeVar

from altsync.generate.asking import Model
from altsync.generate.batches.base import (
    BatchTrouble,
    LineAnswer,
    Remote,
    RemoteState,
    Sought,
)
from altsync.generate.batches.calls import Calls
from altsync.generate.batches.counting import whole
from altsync.generate.batches.settling import settled
from altsync.generate.trouble import Remedy, Trouble

T = TypeVar("T")
OF_THE_BATCH = ("stream", "stream_options")
"""Parts of a question that a batch does not take: its answers are whole."""


class Host(ABC):
    """See `base.Batches`. Each request goes through a provider's own client."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.calls = Calls(model)

    @abstractmethod
    def first_page(self) -> Any:
        """The client's page of one batch."""

    @abstractmethod
    def seek(self, sought: Sought) -> Remote | None:
        """As `find`, once."""

    @abstractmethod
    def told(self, remote_id: str) -> Remote:
        """By one request of the client's."""

    @abstractmethod
    def stopped(self, remote_id: str) -> Remote:
        """By one request of the client's."""

    @abstractmethod
    def lines(self, remote: Remote) -> Generator[LineAnswer, None, None]:
        """All results that are there."""

    @property
    def without(self) -> str:
        """That the host has no batches."""
        return (
            f"The host of {self.model.name} has no batches. Ask without --batch, or hand"
            " the questions over as a file: `altsync work export`."
        )

    def check(self) -> None:
        """See `base.Batches`."""
        page = self.calls.read(self.first_page, self.without)
        if not isinstance(getattr(page, "data", None), list):
            # a host that answers everything, with a page of its own
            raise BatchTrouble(Trouble(Remedy.STOP, self.without), gone=True)

    def find(self, sought: Sought) -> Remote | None:
        """See `base.Batches`."""
        return settled(self.model.name, lambda: self.seek(sought))

    def look(self, remote_id: str) -> Remote:
        """See `base.Batches`."""
        return self.calls.read(lambda: self.told(remote_id), self._unknown(remote_id))

    def cancel(self, remote_id: str) -> Remote:
        """See `base.Batches`."""
        now = self.look(remote_id)
        if now.state is not RemoteState.UNDER_WAY:
            return now
        unknown = self._unknown(remote_id)
        try:
            return self.calls.read(lambda: self.stopped(remote_id), unknown)
        except BatchTrouble:
            now = self.look(remote_id)  # it may have ended meanwhile
            if now.state is RemoteState.UNDER_WAY:
                raise
            return now

    def answers(self, remote: Remote, ours: Container[str]) -> Iterator[LineAnswer]:
        """See `base.Batches`."""
        return whole(remote, self.model.name, ours, self.lines(remote))

    def deleted(self, do: Callable[[], object]) -> int:
        """One thing, by one request of the client's: 0 where it was gone."""
        try:
            self.calls.read(do, f"The host of {self.model.name} deletes nothing.")
        except BatchTrouble as trouble:
            if trouble.gone and not trouble.cannot:
                return 0
            raise
        return 1

    def _unknown(self, remote_id: str) -> str:
        return (
            f"The provider of {self.model.name} knows no batch {remote_id}: it was"
            " deleted, or it was made with the key of another project."
        )


def named_by(told: Any) -> str:
    """The id in an answer. Raises TypeError for what is no such answer: the clients take
    anything for one."""
    found = told.id
    if not isinstance(found, str) or not found:
        raise TypeError("an answer without an id")
    return found


def each_once(listed: Iterable[T]) -> Iterator[T]:
    """Batches of a list, page after page, until one comes again: a host that does not
    know of pages gives its only one for ever."""
    seen: set[str] = set()
    for one in listed:
        name = named_by(one)
        if name in seen:
            return
        seen.add(name)
        yield one
