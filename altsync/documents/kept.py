"""What is kept: the log, whose each text is, exports."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from altsync.documents.moment import Instant
from altsync.documents.seen import WhereItem
from altsync.models import How, Label, Origin, Scope


class EventItem(TypedDict):
    """One thing that happened."""

    at: Instant
    event: str
    """pull, push, generate (a run began); pulled, edited, reread (nothing changed on the
    site: altsync.toml has it read otherwise), gone, proposed, judged, pushed, reverted,
    failed."""
    image: str | None
    run: str | None
    """Such as `push 3`."""
    alt: str | None
    by: str | None
    detail: str | None
    answer: str | None
    """What a model sent that was no text."""
    note: str | None
    where: NotRequired[WhereItem]


class OwnershipItem(TypedDict):
    """Whose text an image has on the site now, and how it came to be."""

    image: str
    album: str
    alt: str | None
    origin: Origin | None
    """None where there is no text and nobody decided that."""
    label: Label | None
    language: str | None
    image_url: str | None
    page_url: str | None
    since: Instant | None
    """When altsync first saw this text stand there."""
    candidate: int | None
    """The candidate that wrote it, where altsync sent it; else null, and so is all that
    tells of it."""
    written_by: Origin | None
    model: str | None
    resolved_model: str | None
    prompt: str | None
    context: str | None
    recorded: bool
    proposed_at: Instant | None
    reviewer: str | None
    scope: Scope | None
    judged_at: Instant | None
    push: int | None
    sent_at: Instant | None
    sha256: str | None
    title: str | None
    long_description: str | None
    note: str | None
    how: How | None
    handed: str | None
    """By which batch or file the answer came ("batch 3", "file 4"); null for one to a
    live call."""
    where: NotRequired[WhereItem]


class ExportDocument(TypedDict):
    """What an export wrote."""

    directory: str
    rows: dict[str, int]
    """Table -> rows."""
    written: int
    """Files that changed."""
    removed: int


class ExportPagesDocument(TypedDict):
    """What `export --html` wrote."""

    index: str
    """The file to open."""
    images: int
    albums: int


class ImportDocument(TypedDict):
    """What an import read."""

    directory: str
    database: str
    rows: int
    backup: str | None
    """The database as it was, if there was one."""
