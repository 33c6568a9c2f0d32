"""What would be sent, what was sent, and what moved on the site."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from altsync.documents.seen import WhereItem
from altsync.models import Origin, PushStatus, Severity


class FindingItem(TypedDict):
    """One remark of the lint about one text."""

    rule: str
    severity: Severity
    message: str


class OperationItem(TypedDict):
    """One operation of a JSON Patch (RFC 6902) on the flat document of an image: `/alt`,
    `/label`, `/long_description`, `/place`. The tests come first."""

    op: Literal["test", "replace", "add", "remove"]
    path: str
    value: NotRequired[str | None]


class ChangeItem(TypedDict):
    """One image's new text."""

    image: str
    title: str | None
    entity: str
    """What is saved together on the site."""
    language: str | None
    candidate: int | None
    origin: Origin | None
    model: str | None
    reviewer: str
    patch: list[OperationItem]
    findings: list[FindingItem]
    reverts: NotRequired[int]
    """The row of `push_items` that this takes back."""
    replaces_human: NotRequired[bool]
    replaces: NotRequired[list[str]]
    """The rules by which a person's words are none."""
    kept_back: NotRequired[str]
    """Why a long description is not sent along."""
    where: NotRequired[WhereItem]


class ConflictItem(TypedDict):
    """An image that says something else than both base and new."""

    image: str
    title: str | None
    candidate: int | None
    base: str | None
    site: str | None
    new: str | None
    why: NotRequired[str]
    where: NotRequired[WhereItem]


class ConvergedItem(TypedDict):
    """An image that says already what would be sent."""

    image: str
    candidate: int | None
    site: str | None
    where: NotRequired[WhereItem]


class RefusedItem(ChangeItem):
    """A change that needs a permission."""

    permission: str
    """The option that allows it; '' where nothing does."""
    reason: str


class SummaryItem(TypedDict):
    """A plan in numbers."""

    changes: int
    conflicts: int
    converged: int
    refused: int


class PlanDocument(TypedDict):
    """Exactly what push would send."""

    site: str
    checksum: str
    """Names exactly these changes in this order: `altsync push --plan CHECKSUM`."""
    asked: NotRequired[dict[str, object]]
    """Only in a plan that was saved: what it was narrowed to, and what it may do."""
    changes: list[ChangeItem]
    conflicts: list[ConflictItem]
    converged: list[ConvergedItem]
    refused: list[RefusedItem]
    summary: SummaryItem


class MovedOperationItem(TypedDict):
    """The same between two moments; an image that is new or gone is moved whole, at the
    path ''."""

    op: Literal["test", "replace", "add", "remove"]
    path: str
    value: NotRequired[str | dict[str, str | None] | None]


MovedKind = Literal["new", "changed", "gone"]


class MovedItem(TypedDict):
    """One image that differs between two moments."""

    image: str
    kind: MovedKind
    origin: Origin | None
    """Whose text the later moment has."""
    model: str | None
    patch: list[MovedOperationItem] | None
    where: NotRequired[WhereItem]


class MovedSummaryItem(TypedDict):
    """Two moments in numbers."""

    new: int
    changed: int
    gone: int


MovedDocument = TypedDict(
    "MovedDocument",
    {
        "site": str,
        "from": str,
        "to": str,
        "changes": list[MovedItem],
        "summary": MovedSummaryItem,
    },
)


class PushedItem(TypedDict):
    """One push, in images."""

    push: int
    applied: int
    mangled: int
    """So many of the applied ones stand there otherwise than they were sent."""
    converged: int
    conflicts: int
    failed: int
    skipped: int
    """Taken back since the plan."""
    arrived: int
    """An earlier push had sent them."""
    waiting: int
    """Not sent: an earlier change of theirs is still open."""
    overtook: int
    """So many of the applied ones went over somebody's save."""
    denied: int
    """Not sent, for want of a permission."""
    recovered: int
    """Changes of earlier pushes that were settled; `left_open` are not yet."""
    left_open: int
    stopped: str
    """Why it ended before the plan did; '' where it did not."""


class DeniedItem(TypedDict):
    """Images of one type that wait for the same permission of the site's."""

    kind: str
    needed: str
    grant: str
    """What to do about it."""
    example: str
    images: int


class NotAppliedItem(TypedDict):
    """An image that a push did not change."""

    image: str
    push: int
    status: PushStatus
    error: str | None


class PushDocument(TypedDict):
    """What a push or a revert did."""

    site: str
    checksum: str
    """Of the plan that was shown and sent."""
    summary: SummaryItem
    pushes: list[PushedItem]
    """None where there was nothing to send, two after a canary."""
    not_applied: list[NotAppliedItem]
    """Conflicts and failures, one by one."""
    denials: list[DeniedItem]
    take_back: str | None
    """The command that takes it back; null where nothing was applied."""
    next: str | None
    """The command that goes on where not all was done; null where it was."""


class SettledItem(TypedDict):
    """One change that was settled."""

    push: int
    text: str | None
    """What was sent."""


class SettleDocument(TypedDict):
    """What was settled by a person's word."""

    image: str
    applied: bool
    by: str
    settled: list[SettledItem]
    next: str | None
