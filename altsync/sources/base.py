"""What every source promises.

Terminology
-----------
site     the one Drupal site that a database mirrors.
image    one alt *slot* on the site, named by an id `album/name` that stays the same
         between pulls.
listing  one walk over the site: what is there. Complete, partial or incremental.
flat     the editable document of an image: alt, title, caption and, where the site has
         it, label.
entity   what one PATCH changes as a whole. The caller never touches one entity from two
         threads.
fresh    what the site says now, past every cache: read to decide a write, and handed
         back to `write`.

Rules for all sources
---------------------
* Values are exact: NULL and '' stay apart, no trimming, no normalising.
* `read`, `fresh`, `write`, `stored` and `pixels` may be called from many threads; one entity from
  one thread at a time.
* Errors are those of `altsync.errors`; no secret is ever part of a message.
* A source stores nothing and knows nothing of the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from altsync.errors import SourceError
from altsync.models import FileFacts, Flat, SiteImage


@dataclass(frozen=True, slots=True)
class Unread:
    """An image that exists but could not be read: recorded as a failure, never marked gone."""

    id: str
    error: SourceError


Place = tuple[str, str | None]
"""An entity and a language of it (None: it has none)."""


class Listing(Protocol):
    """One walk. Iterate it once; `complete` and `notes` count only after the last item.

    An item is an image id (str) that the caller has to `read`, a whole SiteImage where
    the listing carries it, or an Unread. Ids may repeat; the caller dedupes. An
    exception while iterating makes the walk partial. A listing may have `hidden`, a
    collection of `Place`s that are there though this login may not see them: they need
    not be asked for; `reread`, those that a walk for what changed met, with all the images
    that they show; `undecided`, a collection of the ids of images that it listed and
    of which the mirror knows better where they stand; `unseen`, what it found out about
    what it does not see, None where it could not ask; `faults`, the names of whole parts
    that gave nothing or broke off, so that the walk cannot be called done; and
    `inventory`, True where it is the owner's own list of images: what is on the site and
    not in it is left out.
    """

    @property
    def complete(self) -> bool:
        """True where what was not listed is not on the site. False for partial and
        incremental walks."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences for the owner: what was left out, and why."""

    def __iter__(self) -> Iterator[str | SiteImage | Unread]: ...


class Fresh(Protocol):
    """What the site says now about the images asked for, all of one entity and language.

    It may have `spelled`: image id -> how the alt of an image in a text is written there
    (`alt=x`), for the journal.
    """

    @property
    def flats(self) -> Mapping[str, Flat]:
        """Image id -> flat document. An image that is not on the site any more is left out."""


@dataclass(frozen=True, slots=True)
class ImageFile:
    """The file of an image, as it was fetched."""

    data: bytes
    facts: FileFacts
    """By which the same file is known again."""


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence of `probe`: what the site is, has or lacks. `ok` False asks the
    owner to do something."""

    ok: bool
    sentence: str
    step: str = ""
    """What to do, as the end of "Next: …"; empty: the sentence says it."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the owner tells `altsync init` about the site. Empty: nothing."""

    url: str
    model: str = ""
    user: str = ""
    client: str = ""
    front: str = ""
    inventory: tuple[str, ...] = ()
    pixels: str = ""
    label: str = ""
    insist: bool = False
    """The owner says that it is this kind of site: what speaks against it is an error."""


@dataclass(frozen=True, slots=True)
class FoundSite:
    """What a kind of source found out about a site that speaks it."""

    toml: str
    """The text of altsync.toml; no secret is in it."""
    notes: Sequence[Note] = ()
    looked: bool = True
    """The notes say all there is. False: the source that `toml` names has yet to be
    probed."""
    instead: str = ""
    """What to do where it is another kind of site after all, which did not answer."""


class Source(Protocol):
    """The site, as the stages see it.

    A source may have `remarks`, sentences for the owner about pictures that it had to
    fetch in another way than altsync.toml asks for; and `read_only`, the albums that its
    configuration says are never written: a pull marks what the mirror has of them,
    listed or not; `reading`, how its configuration has the site read (`kinds.reading`):
    where it is not as in the last pull, what differs is not taken for the site's doing,
    and the whole site is read; and `describes`, whether the configuration names a field for long
    descriptions. One whose site may answer from a copy that got stuck has
    `is_stale(image, fresh=None)`: whether the site has it from a later save than `fresh`
    shows, else than it was listed with. It is asked where a text seems to be back at what
    stood there before a push, and costs a request; False where nobody can tell. Raises
    Interrupted.

    A source whose site has pages has `visiting(logged_in=False)`, a context manager that
    gives the `Http` to read them with: as everybody gets them, past a front door, or with
    the login of altsync.toml (UsageError where pages take none); and may have
    `page_addresses(tell)`, the addresses of pages that it can list, `tell` being given a
    sentence for what it cannot.
    """

    kind: str
    """Its name in `kinds.KINDS`."""

    def check(self) -> None:
        """One cheap request before any work. Raises LoginFailed, ReadOnly, Unreachable; a
        refused login is never tried again."""

    def probe(self) -> Sequence[Note]:
        """What `altsync init` tells the owner about this site. Raises nothing but Unreachable."""

    def listing(self, since: str | None = None) -> Listing:
        """Walk the site. `since` (UTC, ISO 8601) asks for what changed after it, where
        the source can; a source that cannot walks everything and may then be complete.
        """

    def read(self, image_id: str) -> SiteImage:
        """One image as the site has it; a cache may have answered. Raises NotThere and
        other SourceErrors."""

    def fresh(self, images: Sequence[SiteImage]) -> Fresh:
        """Read past every cache. `images` share one entity and language and come from
        the mirror."""

    def write(
        self, fresh: Fresh, new: Mapping[str, Flat], message: str
    ) -> Mapping[str, Flat]:
        """Send the new flat documents of some of `fresh`'s images in as few writes as
        the site allows (one).

        Only what differs from `fresh` is changed; everything else on the entity stays
        byte for byte. A text that comes back is written as its `spelled` says, where that
        says just that text. Returns per image what the answer shows, which may be an echo of
        what was sent; an image whose alt the answer does not show is left out: `stored`
        tells. `message` is for the site's revision log, where it has one. Raises
        AnswerLost where the write may or may not have happened, ChangedMeanwhile where
        the site moved since `fresh` (GuardMoved: perhaps not the text, read again),
        NotAllowed where a permission is missing for this entity or its type, HasDraft,
        Rejected, RateLimited (not done), Overtaken (done, over a save in between). Never
        retries after an answer that leaves it open whether the write was done.
        """

    def stored(self, images: Sequence[SiteImage]) -> Mapping[str, Flat]:
        """What the site has of images of one entity and language just after a write,
        past every cache: image id -> flat document. An image that is not there is left
        out, and only such a one: a pull marks it gone. Like `fresh`, but at once, and
        nothing is written on its word. Raises Hidden where this login may not see them,
        LeftOut where `leaves_out`, and other SourceErrors where nobody can tell."""

    def may_be_put_back(self, image: SiteImage) -> bool:
        """A form of the site that was open while altsync wrote this image can put the
        old text back, unseen by whoever saves it. Asks nothing of the site."""

    def leaves_out(
        self, album: str, language: str | None, in_text: bool = False
    ) -> bool:
        """altsync.toml does not name this album (a type's field) or language any more:
        what the mirror has of it is neither listed nor gone. Asks nothing of the site.
        """

    def pixels(self, image: SiteImage, max_bytes: int = 60_000_000) -> bytes:
        """The image file's bytes. Raises PictureError past `max_bytes`, SourceError
        where there are none."""

    def file(self, image: SiteImage, max_bytes: int = 60_000_000) -> ImageFile:
        """The same, with the facts of the file."""

    def facts(self, image: SiteImage) -> FileFacts:
        """The facts of the image's file, without fetching it: empty where they cannot
        be had. Raises Unreachable and RateLimited, where fetching would fare no
        better."""

    def halt(self) -> None:
        """The owner wants to stop: what waits before its next try ends with Interrupted
        (it was not done), what is in flight arrives. From any thread; the source can
        still be asked, but tries once.
        """

    def close(self) -> None:
        """Give connections back. The source is not used afterwards."""
