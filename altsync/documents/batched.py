"""Batches of providers: what `altsync generate --batch` and its kin say."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from altsync.documents.moment import Instant


class BatchItem(TypedDict):
    """One batch of a provider."""

    batch: int
    """Its number: `altsync generate --batch-cancel NUMBER`."""
    provider: str
    model: str
    state: Literal["unsent", "waits", "cancelling", "ended", "done"]
    """unsent: nobody has heard yet whether it arrived."""
    lines: int
    open: int
    """Of which nothing has come yet."""
    made: int
    """Lines with a candidate."""
    unusable: int
    """Answers that are no text, and refusals: they are paid for."""
    failed: int
    """Errors in place of an answer: they go on as ordinary work."""
    left: int
    """Expired, cancelled or never sent: they go on as ordinary work."""
    answered: int | None
    """By the provider's own count; null where it does not say, or was not asked."""
    since: Instant
    expires: Instant | None
    estimate_usd: float | None
    """For all of its lines, at half price; null where nobody knows the price."""
    problem: str
    """Why it could not be asked, or was not taken; '' otherwise."""


class BatchSentDocument(TypedDict):
    """What `altsync generate --batch` handed over."""

    run: int | None
    """Its row in `runs`; null where there was nothing to do."""
    images: int
    """That were asked for."""
    lines: int
    """In all batches, the reference's too."""
    batches: list[BatchItem]
    estimate_usd: float | None
    """For all of them, at half price."""
    reused: int
    """Took an answer that had been paid for already."""
    known: int
    """Had been answered before: not asked again."""
    refused: int
    """Had no usable answer to the same question before: not asked again."""
    waiting: int
    """Were handed over before: not once more."""
    failed: int
    passed_over: int
    """Not chosen: the same question got no text before."""
    problem: str
    """Of the image that failed last; '' where none did."""
    stopped: str
    """Why the run ended early; '' where it did not."""
    next: str | None


class BatchFetchDocument(TypedDict):
    """What `altsync generate --batch-fetch` took in, in lines."""

    made: int
    unusable: int
    failed: int
    left: int
    """Expired, cancelled or never sent: they go on as ordinary work."""
    waiting: int
    """Open still."""
    cost_usd: float
    """As far as it is known: the cost of `unpriced` answers is not in it."""
    unpriced: int
    problem: str
    """Of the line that failed last; '' where none did."""
    deleted: int
    """Files and batches that were deleted at providers, as nothing of them is needed."""
    batches: list[BatchItem]
    """Those that were not done before."""
    next: str | None
