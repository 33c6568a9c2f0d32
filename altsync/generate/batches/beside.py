"""The questions of the reference, in a batch of its own beside those of a run.

It compares texts that are there, so it is asked about images of earlier runs: those of this
one are there once they have been taken in.
"""

from __future__ import annotations

from dataclasses import replace

from altsync.generate.batches.stage import BatchesSent, SendBatches
from altsync.generate.reference import Reference
from altsync.generate.settings import Ways
from altsync.stage import Context


def hand_over(
    reference: Reference, context: Context, ways: Ways, sent: BatchesSent | None
) -> BatchesSent | None:
    """`sent`: what the run handed over, from the same budget. None where there is nothing
    to ask about. Raises what SendBatches raises."""
    run = sent.run.run if sent else None
    with context.store.snapshot() as conn:
        targets = reference.due(conn, run)
    if not targets:
        return None
    settings = reference.settings
    if settings.budget is not None and sent is not None:
        left = max(0.0, settings.budget - sent.aside)
        settings = replace(settings, budget=left)
    return SendBatches(context, settings, targets, ways).run()
