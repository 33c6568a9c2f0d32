"""Every error that altsync raises on purpose.

A message says what happened, why it stopped, and what to do next. `exit_code` is what
the command ends with; `stops_run` tells a stage that no later image can fare better, so
it stops instead of failing image by image.

    AltsyncError                 1
    ├── UsageError               2   the command line or a file it names
    │   ├── ConfigError          2   altsync.toml
    │   └── UnknownImage         2   an id that is not in the mirror
    ├── StoreError               1   the database
    │   ├── Locked               1   another program holds it for too long
    │   ├── Unwritable           1   disk full, read-only, damaged
    │   ├── NewerDatabase        1   written by a newer altsync
    │   └── OtherSite            1   mirrors another site
    ├── Unsafe                   1   refused without a named permission
    ├── PlanMoved                4   the plan is no longer the one that was shown
    ├── SourceError              1   the site
    │   ├── Unreachable          1   no answer (a GET), after bounded retries
    │   ├── AnswerLost           1   a write without its answer: settle it by reading
    │   ├── Overtaken            1   a write was done over a save that nothing guarded: told
    │   ├── BadAnswer            1   an answer that is not what the contract says
    │   ├── RateLimited          1   still 429 or 503 after bounded retries: nothing was done
    │   ├── NotThere             1   404: this image is not on the site
    │   │   └── PathGone         1   404 with a page: the path of a whole type is not there
    │   ├── Rejected             1   the site refused this one request (400, 403, 415, 422)
    │   │   ├── HasDraft         1   a draft is in the way: skipped, never retried
    │   │   ├── NotAllowed       1   403: a permission is missing for this type or item: skipped
    │   │   │   ├── Hidden       1   401 or 403 to a read: it is there, not for this login
    │   │   │   └── LeftOut      1   altsync.toml does not name its field or language
    │   │   ├── NeverWritten     1   an item that altsync does not write: skipped
    │   │   ├── PartRefused      1   some images of one write: the others go without them
    │   │   └── ChangedMeanwhile 4   somebody saved it since it was read: a conflict
    │   │       └── GuardMoved   4   the same, though perhaps not the text: read again
    │   ├── Challenged           1   a firewall answered in the site's place (stops the run)
    │   ├── LoginFailed          1   not logged in as configured          (stops the run)
    │   │   └── FrontDoor        1   a password is asked for before the site answers
    │   ├── Rewritten            1   the site stored another text         (stops the run)
    │   ├── FilesOff             1   the site shows no image to anybody   (stops the run)
    │   └── ReadOnly             1   the site accepts no writes           (stops the run)
    ├── PictureError             1   this picture cannot be sent to a model
    ├── ClusterGone              1   nobody of a Dask cluster is left       (stops the run)
    ├── ModelError               1   the model gave no usable answer for this image
    │   └── ModelStopped         1   no image can succeed: bad key, no quota (stops the run)
    │       └── UnknownModel     2   llm knows no model of this name here
    ├── ChangesPending           3   diff --exit-code, lint --fail-on; verify; run
    ├── ConflictsRemain          4   done, but conflicts are left for a person
    ├── PartlyDone               5   some images failed, the rest is done
    ├── AtWork                   6   another `altsync run` is at work
    └── Interrupted              130 Ctrl-C: what arrived is kept
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AltsyncError(Exception):
    """Base of the tree. `str(error)` is a sentence for the owner; it never holds a secret."""

    exit_code = 1
    stops_run = False


class UsageError(AltsyncError):
    """The command line, or a file that it names, cannot be used as given."""

    exit_code = 2


class ConfigError(UsageError):
    """altsync.toml: the message names the file and the key or line."""


class UnknownImage(UsageError):
    """The mirror has no image of this id; the one sentence that says so."""

    def __init__(self, image: str, meant: str | None = None) -> None:
        """`meant`: the one that was most likely meant."""
        more = (
            f"Did you mean {meant}? Nothing was done."
            if meant
            else "Ids look like album/name (`altsync browse` lists them); `altsync pull`"
            " mirrors new ones."
        )
        super().__init__(f"There is no image {image} in the mirror. {more}")
        self.image = image


class StoreError(AltsyncError):
    """The database cannot be used."""


class Locked(StoreError):
    """Another program holds the database's lock. It passes: the same may work in a
    moment."""


class Unwritable(StoreError):
    """The disk refuses (full, read-only, broken): nothing can be stored until somebody
    mends that."""


class NewerDatabase(StoreError):
    """The database holds migrations that this altsync does not know."""


class OtherSite(StoreError):
    """The database mirrors another site than altsync.toml names."""


class Unsafe(AltsyncError):
    """Refused without a named permission; the message names it."""


class MovedOn(AltsyncError):
    """An image is no longer as its reviewer saw it. The message says what changed;
    nothing was written."""

    exit_code = 4


class PlanMoved(AltsyncError):
    """The plan is no longer the one whose checksum was given."""

    exit_code = 4


class SourceError(AltsyncError):
    """The site gave something else than the contract says. `status` is the HTTP status,
    if there was one."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(SourceError):
    """No answer to a read, after bounded retries."""


class AnswerLost(SourceError):
    """A write was sent and its answer did not arrive (or cannot be trusted): settle it
    by reading."""


class Overtaken(SourceError):
    """A write was done, and somebody had saved the entity between the read and the
    write: nothing could guard it. The message has what they wrote, where the site still
    has it."""

    def __init__(self, message: str, *, shown: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.shown = shown
        """Image -> flat document, as the answer shows it."""


class BadAnswer(SourceError):
    """An answer that is not what the contract says: not JSON, cut short, a wrong shape,
    a redirect on a write."""


class RateLimited(SourceError):
    """Still 429 or 503 after bounded retries: the request was not done."""


class NotThere(SourceError):
    """404: the image is not on the site."""


class NoJsonapi(NotThere):
    """No JSON:API answers at the site: it may be of another kind."""


class PathGone(NotThere):
    """404 with a page of the site's: the path of a whole type is not there, which says
    nothing of one item."""


class Rejected(SourceError):
    """The site refused this one request; other images may fare better."""


class HasDraft(Rejected):
    """A draft (working copy) is in the way: skipped and reported, never retried."""


class NeverWritten(Rejected):
    """The fresh read shows an item that altsync never writes, whatever the mirror says
    of it: skipped and reported, nothing was sent."""


class PartRefused(Rejected):
    """Nothing was sent or stored: some of the images of one write can never go, and the
    others may without them."""

    def __init__(self, refused: Mapping[str, SourceError]) -> None:
        super().__init__("; ".join(dict.fromkeys(map(str, refused.values()))))
        self.refused = refused
        """Image -> why."""


class ChangedMeanwhile(Rejected):
    """Compare-and-set failed: somebody saved the entity since it was read. A conflict,
    not a fault."""

    exit_code = 4


class GuardMoved(ChangedMeanwhile):
    """Compare-and-set failed by a guard that also moves where the text did not: nothing
    was stored. Read again and decide."""


class NotAllowed(Rejected):
    """Logged in, without the permission that this type or this item asks for. It is
    skipped, and others may fare better."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        needed: str = "",
        grant: str = "",
        alone: bool = False,
    ) -> None:
        super().__init__(message, status=status)
        self.needed = needed or message
        """What is missing, in the site's own words: a sentence."""
        self.grant = grant
        """What the owner of the site can do about it: a sentence."""
        self.alone = alone
        """It goes by the item: another one of its type may well be allowed."""


class Hidden(NotAllowed):
    """401 or 403 to a read: it is on the site, and this login may not see it."""


class LeftOut(NotAllowed):
    """altsync.toml does not name the image's field or language: the site is not asked."""


class LoginFailed(SourceError):
    """Not logged in as configured. Never retried: five tries lock a Drupal account."""

    stops_run = True


class FrontDoor(LoginFailed):
    """Something before the site asks for a password of its own (HTTP Basic). It says
    nothing about the site's own login."""


class Challenged(SourceError):
    """A firewall answered in the site's place, with a page for people. It says nothing
    about the login; whether a write got past it only reading tells."""

    stops_run = True


class Rewritten(SourceError):
    """A write was done, and the answer shows that the site stored more than what was
    sent, or less: it would do so to the next text too. The message has what was sent,
    what came and what to do. `done` False: for that reason this one was not sent."""

    stops_run = True

    def __init__(self, message: str, *, done: bool = True) -> None:
        super().__init__(message)
        self.done = done


class FilesOff(SourceError):
    """The site shows every image field as empty, whatever it holds: nothing can be read,
    and a write would be blind."""

    stops_run = True


class ReadOnly(SourceError):
    """The site accepts no writes at all."""

    stops_run = True


class PictureError(AltsyncError):
    """This picture cannot be sent to a model. `kind` is one of unsupported, too small,
    too big, too long, blank, damaged."""

    def __init__(self, message: str, *, kind: str = "unsupported") -> None:
        super().__init__(message)
        self.kind = kind


class ClusterGone(AltsyncError):
    """A Dask cluster does no more work: its scheduler, the network or every worker has
    gone. What arrived is kept."""

    stops_run = True


class ModelError(AltsyncError):
    """The model gave no usable answer for this image."""


class ModelStopped(ModelError):
    """No image can succeed with this model now: bad key, no quota, unknown model."""

    stops_run = True


class UnknownModel(ModelStopped):
    """llm knows no model of this name here: the command line or altsync.toml."""

    exit_code = 2


class ChangesPending(AltsyncError):
    """There is something to push (diff --exit-code), to mend (lint --fail-on, verify,
    failures), or for a person to do (run)."""

    exit_code = 3


class ConflictsRemain(AltsyncError):
    """Everything else is done; conflicts are left for a person."""

    exit_code = 4


class PartlyDone(AltsyncError):
    """Some images failed and are recorded, a site was not listed whole, or stages of a
    run; the rest is done."""

    exit_code = 5


class AtWork(AltsyncError):
    """Another `altsync run` is at work on this database; nothing was done."""

    exit_code = 6


class Interrupted(AltsyncError):
    """Ctrl-C: what arrived is kept, and the same command goes on."""

    exit_code = 130

    def __init__(self, message: str = "", *, done: object = None) -> None:
        super().__init__(message)
        self.done = done
        """What the stage had done by then, where it can say it."""
