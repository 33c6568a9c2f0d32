"""A call on a cluster is made once, whatever its scheduler does.

Dask runs a task again that was on a worker which died (`allowed-failures`, whatever
`retries=0` says), and one whose result died with its worker. So a call needs a ticket,
which lies with the scheduler and can be taken once: by the worker that is about to ask,
or by the client, which then knows that nobody has asked and nobody will.
"""

from __future__ import annotations

import uuid
from typing import Any

TAKING = 0.2
"""Seconds for the scheduler's word that nobody has it yet."""


class Ticket:
    """For one call. `take` from a worker's task, or from the client's process."""

    def __init__(self, name: str, client: Any = None) -> None:
        """`client`: where this is the client's process. Raises what Dask raises where
        the scheduler cannot be reached."""
        from distributed import Queue

        # A place for one: who puts something into it has taken the ticket.
        self._place: Any = Queue(name, client=client, maxsize=1)  # type: ignore[no-untyped-call]
        self.name = name

    @classmethod
    def new(cls, client: Any) -> Ticket:
        """Of a name that no other has."""
        return cls(f"altsync-{uuid.uuid4().hex}", client)

    def take(self) -> bool:
        """Whether nobody had it: it is taken now. In doubt somebody had it."""
        try:
            self._place.put(1, timeout=TAKING)
        except Exception:  # a full place (TimeoutError), or a scheduler that has gone
            return False
        return True

    def done(self) -> None:
        """This process needs it no longer. Only once the task cannot run again."""
        self._place.close()
