"""One request to a provider that is no question to a model: heard as those are, judged by
the same table, and tried again where that may help."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from types import ModuleType
from typing import IO, Any, TypeVar

from altsync.generate import hearing
from altsync.generate.asking import Model
from altsync.generate.batches.base import BatchTrouble
from altsync.generate.hearing import Ear, Heard
from altsync.generate.pace import Stopped
from altsync.generate.pace import of as pace_of
from altsync.generate.raised import causes
from altsync.generate.trouble import Remedy, Trouble, judge

T = TypeVar("T")
TRIES = 4
BACKOFF = 0.5
"""Seconds, doubled at each try."""
PATIENCE = 60.0
"""Seconds that are waited at a time; whoever asks for more is asked another time."""
LONGEST = 3600.0
"""Seconds for one request: a file of 190 MB goes up over a thin line."""
SILENT = 300.0
"""Seconds without a byte, once all was sent: the provider looks a large file over."""
KEPT = 200_000
"""Bytes of an answer that are kept to be judged: results are larger than memory."""
NOT_HERE = (404, 405, 410, 501)
NO_SUCH_THING = (405, 501)
PERHAPS_DONE = (408, 409)
"""Refusals that do not say that nothing was done."""
UNREACHED = {"ConnectError", "ConnectTimeout", "UnsupportedProtocol"}
"""What is raised before a request has left."""


class LedElsewhere(Exception):
    """A library was about to follow an answer to another host, with the key."""


class NoRoom(Exception):
    """This machine cannot keep what a provider gives."""


class _Passing(Ear):
    """Lets answers of any size through: of a long one the beginning is kept. All go to
    the host that is asked first."""

    def __init__(self) -> None:
        super().__init__(LONGEST)
        self._host = ""

    def instead(self, request: Any, library: ModuleType) -> None:
        host = f"{request.url.scheme}://{request.url.netloc.decode()}"
        self._host = self._host or host
        if host != self._host:
            raise LedElsewhere

    def take(self, part: bytes) -> None:
        if self._size < KEPT:
            super().take(part[:KEPT])


class Calls:
    """The requests of one model's batches. Every failure is a BatchTrouble."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def read(self, do: Callable[[], T], missing: str) -> T:
        """What changes nothing: tried again where the failure may pass. `missing`: the
        sentence where it is not there."""
        return self._patiently(do, missing, _may_pass, "did not answer")

    def make(
        self,
        do: Callable[[], T],
        missing: str,
        unready: Callable[[BatchTrouble], bool] = lambda broke: False,
    ) -> T:
        """What makes something: tried again only where nothing was made, and that may
        pass. `unready`: so does this refusal."""

        def again(broke: BatchTrouble) -> bool:
            return not broke.unknown and (_may_pass(broke) or unready(broke))

        unsaid = "did not say that it took the batch"
        return self._patiently(do, missing, again, unsaid)

    def download(
        self, opened: Callable[[], AbstractContextManager[Any]], missing: str
    ) -> IO[bytes]:
        """The body of an answer, in a file without a name."""

        def do() -> IO[bytes]:
            file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asks closes it)
            try:
                with opened() as response:
                    for part in response.iter_bytes():
                        _keep(file, part)
            except BaseException:
                with contextlib.suppress(OSError):  # what did not fit is written again
                    file.close()
                raise
            file.seek(0)
            return file

        return self.read(do, missing)

    def _patiently(
        self,
        do: Callable[[], T],
        missing: str,
        again: Callable[[BatchTrouble], bool],
        unsaid: str,
    ) -> T:
        """`unsaid`: what it means that no answer came."""
        tried = 0
        while True:
            try:
                return self._once(do, missing, unsaid)
            except BatchTrouble as broke:
                tried += 1
                wait = broke.trouble.wait or BACKOFF * 2.0**tried
                if tried == TRIES or wait > PATIENCE or not again(broke):
                    raise
                try:
                    pace_of(self._model.name).rest(wait)
                except Stopped:
                    raise broke from None

    def _once(self, do: Callable[[], T], missing: str, unsaid: str) -> T:
        try:
            with hearing.listening(_Passing()):
                return do()
        except (Exception, SystemExit) as error:
            heard = hearing.heard()
            raise self._judged(error, heard, missing, unsaid) from error
        finally:
            hearing.forget()

    def _judged(
        self, error: BaseException, heard: Heard | None, missing: str, unsaid: str
    ) -> BatchTrouble:
        name = self._model.name
        trouble = judge(error, name, heard, self._model.secrets())
        status = None if heard is None else heard.status
        unknown = _may_be_done(error, status)
        if status in NOT_HERE:
            gone = replace(trouble, remedy=Remedy.STOP, sentence=missing)
            return BatchTrouble(gone, gone=True, cannot=status in NO_SUCH_THING)
        if any(isinstance(one, LedElsewhere) for one in causes(error)):
            trouble = replace(trouble, remedy=Remedy.STOP, sentence=_elsewhere(name))
        elif isinstance(error, NoRoom):
            trouble = replace(trouble, remedy=Remedy.STOP, sentence=str(error))
        elif trouble.remedy is Remedy.IMAGE:
            trouble = _of_all(trouble, name, status)
        elif trouble.lost or (status is None and trouble.remedy is Remedy.AGAIN):
            cause = type(causes(error)[-1]).__name__
            sentence = f"The provider of {name} {unsaid} ({cause})."
            trouble = replace(trouble, sentence=sentence)
        return BatchTrouble(trouble, unknown=unknown)


def _keep(file: IO[bytes], part: bytes) -> None:
    try:
        file.write(part)
        file.flush()
    except OSError as error:
        raise NoRoom(
            f"Answers could not be kept in {tempfile.gettempdir()} until they are read"
            f" ({error.strerror}). Make room there, or name another place in TMPDIR."
        ) from error


def _elsewhere(model: str) -> str:
    return (
        f"The host of {model} names another host for what it was asked, which is not"
        " followed: your key would go along."
    )


def _of_all(trouble: Trouble, model: str, status: int | None) -> Trouble:
    """Here no image was asked about."""
    said = "" if status is None else f" ({status})"
    sentence = f"The provider of {model} did not do as it was asked{said}."
    return replace(trouble, remedy=Remedy.STOP, sentence=sentence, refused=False)


def _may_be_done(error: BaseException, status: int | None) -> bool:
    """Whether what was asked for may have been done, though this came of it."""
    if status is None:
        return UNREACHED.isdisjoint(type(one).__name__ for one in causes(error))
    refused = 300 <= status < 500 and status not in PERHAPS_DONE
    return not refused


def _may_pass(broke: BatchTrouble) -> bool:
    return broke.trouble.remedy is Remedy.AGAIN
