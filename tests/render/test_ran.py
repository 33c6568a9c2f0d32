"""What a run that nobody watched did, in lines, Markdown and JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from altsync.models import OpenPatch, Severity, State, Status, Unseen, UnseenKind
from altsync.models.ran import RunDone, RunStage, StageFate, StageRun
from altsync.models.underway import Paid
from altsync.render.ran import as_dict, for_a_person, lines, markdown

MOMENT = "2026-11-29T03:00:00+00:00"
OPEN = OpenPatch(1, 1, "a/b", MOMENT, [])


def status(**more: Any) -> Status:
    states = dict.fromkeys(map(str, State), 0) | more.pop("states", {})
    return Status("https://s.test", 9, states, 0.5, MOMENT, None, 0, **more)


def done(**more: Any) -> RunDone:
    stages = [
        StageRun(RunStage.PULL, StageFate.DONE, "9 images listed."),
        StageRun(RunStage.PUSH, StageFate.UNWANTED, "Not asked for."),
        StageRun(RunStage.GENERATE, StageFate.PARTLY, "a|b \x1b[31m<b>."),
        StageRun(RunStage.LINT, StageFate.SKIPPED, "Not begun."),
    ]
    return RunDone("https://s.test", MOMENT, MOMENT, stages, **more)


def whole(**more: Any) -> RunDone:
    """A run in which nothing went wrong."""
    return replace(done(**more), stages=[])


def test_what_waits_for_a_person_is_named_with_what_goes_on() -> None:
    states = {
        "needs-review": 2,
        "unsure": 1,
        "would-replace": 1,
        "approved": 3,
        "conflict": 1,
        "missing": 7,
    }
    found = status(states=states, open=(OPEN,))
    assert for_a_person(done(status=found, conflicts=3, too_grave=True)) == [
        "what went wrong: generate",
        "4 images to judge (altsync review)",
        "1 text approved and not sent (altsync diff)",
        "3 images that the site changed under an approved text (altsync review)",
        "1 change of an earlier push not settled (altsync status)",
        "findings of the lint that [run] fail_on names (altsync lint)",
    ]
    assert for_a_person(whole(status=status())) == []
    assert for_a_person(whole()) == []
    assert for_a_person(done(interrupted=True)) == []


def test_lines_say_each_stage_and_steer_no_terminal() -> None:
    found = list(lines(done(paid=Paid(0.5, 0, 2.0), status=status())))
    assert found[:6] == [
        "altsync run, https://s.test, 2026-11-29 03:00 UTC to 2026-11-29 03:00 UTC",
        "  pull      done     9 images listed.",
        "  push               Not asked for.",
        "  generate  in part  a|b \\u001b[31m<b>.",
        "  lint      skipped  Not begun.",
        "Paid: $0.50 of $2.00.",
    ]
    assert found[-2:] == ["For a person:", "  what went wrong: generate"]
    assert list(lines(whole()))[-1] == "Nothing waits for a person."
    assert not [line for line in found if line.startswith("Next:")]
    assert list(lines(whole(conflicts=1)))[-2:] == [
        "For a person:",
        "  1 image that the site changed under an approved text (altsync review)",
    ]


def test_markdown_shows_what_a_site_wrote_as_it_is() -> None:
    hidden = Unseen(UnseenKind.HIDDEN, "node", 3)
    found = status(states={"missing": 2}, in_vain=1, unseen=(hidden,))
    found = replace(found, failures=4)
    said = list(markdown(done(paid=Paid(0.25), status=found, conflicts=1)))
    assert any(line.startswith("- **1 image that the site changed") for line in said)
    assert "| generate | in part | a\\|b \\\\u001b\\[31m\\<b\\>\\. |" in said
    assert "Paid: $0\\.25." in said
    assert "| missing | 2 |" in said
    assert "| ai | 0 |" not in said
    assert "Still failing\\: 4 images \\(altsync failures\\)\\." in said
    assert "Without a text from a model\\: 1 image\\." in said
    assert any(line.startswith("Not seen") for line in said)
    bare = list(markdown(whole()))
    assert "Nothing waits for a person\\." in bare
    assert not [line for line in bare if "Paid" in line or "state" in line]
    assert not [line for line in markdown(done(status=status())) if "Not seen" in line]


def test_a_document_says_null_for_what_nobody_knows() -> None:
    bare = as_dict(done(), 5)
    assert [bare["paid"], bare["findings"], bare["status"]] == [None] * 3
    assert bare["exit_code"] == 5
    full = as_dict(
        done(paid=Paid(1.0, 2), findings={Severity.ERROR: 3}, status=status()), 0
    )
    assert full["paid"] == {"dollars": 1.0, "unpriced": 2, "budget": None}
    assert full["findings"] == {"error": 3}
    assert full["status"] is not None
    assert [one["fate"] for one in full["stages"]] == [
        "done",
        "unwanted",
        "partly",
        "skipped",
    ]


def test_what_is_not_done_wholly_is_known() -> None:
    assert [one.stage for one in done().undone] == ["generate", "lint"]
