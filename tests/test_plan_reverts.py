"""What may be taken back, as tables."""

from __future__ import annotations

from dataclasses import replace

import jsonpatch
import pytest

from altsync.models import Change, Conflict, Converged, Label, RevertRow, Selection
from altsync.plan import build_reverts, checksum

REVERT = RevertRow("a/1", "a/1", None, "a", 7, 3, "sent", Label.AI, True, "sent", Label.AI, "old", None, True, None)


@pytest.mark.parametrize(
    ("site", "label", "sent", "former", "expected"),
    [
        ("sent", Label.AI, "sent", "old", Change),
        ("sent", Label.AI, "sent", "", Change),
        ("sent", Label.AI, "sent", None, Change),
        ("sent", Label.HUMAN, "sent", "old", Conflict),
        ("sent", Label.REVIEWED, "sent", "old", Conflict),
        ("sent", None, "sent", "old", Conflict),
        ("edited", Label.AI, "sent", "old", Conflict),
        ("sent ", Label.AI, "sent", "old", Conflict),
        ("", Label.AI, "sent", "old", Conflict),
        (None, Label.AI, "", "old", Conflict),
        ("old", Label.AI, "sent", "old", Converged),
        ("", None, "sent", "", Converged),
    ],
)
def test_what_may_be_taken_back(
    site: str | None, label: Label | None, sent: str | None, former: str | None, expected: type
) -> None:
    row = replace(REVERT, site=site, label=label, sent=sent, former=former)
    (entry,) = build_reverts([row], Selection(by="olga"))
    assert type(entry) is expected
    if isinstance(entry, Change):
        flat = {"alt": site, "title": "T", "caption": None, "label": label and str(label)}
        back = jsonpatch.JsonPatch(entry.patch).apply(flat)
        assert back == {**flat, "alt": former, "label": None}
        assert (entry.candidate, entry.reverts, entry.reviewer) == (None, 7, "olga")


def test_a_revert_of_a_row_that_knew_no_label_respects_the_label_of_now() -> None:
    row = replace(REVERT, labelled=False, label=Label.HUMAN, sent_label=None)
    assert isinstance(next(build_reverts([row], Selection())), Conflict)
    (entry,) = build_reverts([replace(row, label=Label.AI)], Selection())
    assert isinstance(entry, Change)
    assert not entry.relabels


def test_the_checksum_of_a_revert_names_what_it_takes_back() -> None:
    sums = {checksum("s", build_reverts([replace(REVERT, item=n)], Selection(by=by))) for n in (7, 8) for by in "ab"}
    assert len(sums) == 4
