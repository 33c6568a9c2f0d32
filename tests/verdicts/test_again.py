"""The same verdict twice, and what happened meanwhile, in words."""

from __future__ import annotations

import pytest

from altsync.models import Verdict
from altsync.store import looks
from altsync.store.looks import Happened
from altsync.store.seeds import SampleStep
from altsync.verdicts import again, reading
from altsync.verdicts.acts import Given
from altsync.verdicts.meanwhile import UNKNOWN, told, what_happened
from tests.verdicts.conftest import Desk

AT = "2026-11-29T14:02:31Z"


def happened(verdict: Verdict | None, **more: object) -> Happened:
    values: dict[str, object] = {
        **{"seq": 1, "at": AT, "verdict": verdict, "reviewer": "anna", "alt": "A cup."},
        **{"long_description": None, "candidate": 1, "note": None, "asked": None},
        **{"scope": None, "sent": False, **more},
    }
    return Happened(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (happened(Verdict.APPROVED), "anna approved “A cup.”"),
        (happened(Verdict.APPROVED, alt=""), "anna approved an empty text"),
        (happened(Verdict.REJECTED), "anna rejected “A cup.”"),
        (happened(Verdict.UNSURE), "anna is unsure of “A cup.”"),
        (happened(Verdict.WITHDRAWN), "anna took back the verdict on “A cup.”"),
        (
            happened(Verdict.UNSURE, reviewer="maria"),
            "You, in another window, are unsure of “A cup.”",
        ),
        (happened(None, sent=True), "altsync sent “A cup.” to the site"),
        (happened(None, alt=None), "A pull saw no text on the site"),
    ],
)
def test_what_happened_in_words(one: Happened, words: str) -> None:
    assert told(one, "maria") == f"{words}, 2026-11-29 14:02 UTC."


def test_a_note_and_whom_it_asks_are_told() -> None:
    one = happened(Verdict.UNSURE, note="Is it a mug?", asked="ben")
    assert told(one, "maria").endswith("UTC. Asked: ben. The note: “Is it a mug?”")


def test_of_an_image_that_nothing_happened_to_nothing_is_told(desk: Desk) -> None:
    assert what_happened(desk.store.conn, "a/none", "maria") == UNKNOWN


def test_a_verdict_is_written_already_only_if_it_is_the_very_same(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.")
    other = desk.propose("a/1", "Other.")
    old = looks.sight(desk.store.conn, "a/1")
    given = Given("a/1", old, one, text="Text.")

    def written(act: str, given: Given, reviewer: str = "maria") -> bool:
        return again.is_written(desk.store.conn, act, given, reviewer)

    assert not written("approve", given), "nothing happened yet"
    desk.judge(one, "approved", "maria")
    assert written("approve", given)
    assert written("approve", Given("a/1", old, one)), "as it stands"
    assert not written("approve", Given("a/1", old, other))
    assert not written("approve", given, "anna")
    assert not written("reject", given)
    assert not written("decorative", given)
    assert not written("eat", given)
    assert not written("approve", Given("a/1", old, one, text="Text!"))
    assert not written("approve", Given("a/1", old, one, text="Text.", note="But."))
    now = looks.sight(desk.store.conn, "a/1")
    assert not written("approve", Given("a/1", now, one)), "it is seen, and meant again"
    desk.judge(one, "approved", "maria", scope="bulk")
    assert not written("approve", given), "over many"
    desk.judge(one, "rejected", "maria")
    assert written("reject", given)
    assert not written("reject", Given("a/1", old, other))
    empty = desk.propose("a/1", "")
    desk.judge(empty, "approved", "maria")
    assert written("decorative", given)
    desk.judge(one, "unsure", "maria", note="What?", asked="ben")
    asked = Given("a/1", old, one, note="What?", asked="ben")
    assert written("unsure", asked)
    assert not written("unsure", Given("a/1", old, one, note="What?"))


def test_what_a_step_in_a_sample_was() -> None:
    def act(verdict: str, alt: str | None) -> str:
        return reading._act_of(
            SampleStep(1, AT, "anna", 1, "a/1", verdict, alt, None), "Drawn."
        )

    assert act("approved", "Drawn.") == act("approved", None) == "approve"
    assert act("approved", "Own.") == act("rewritten", None) == "rewritten"
    assert act("approved", "") == act("decorative", None) == "decorative"
    assert act("rejected", "Drawn.") == "reject"
    assert act("withdrawn", "Drawn.") == "withdrawn"
