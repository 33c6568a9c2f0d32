"""What push and revert show before they ask, and what they print as JSON."""

from __future__ import annotations

import json
import os
import shlex
import signal
import threading
import time

import pytest

from tests.cli.conftest import Owner, Ran
from tests.cli.printed import document
from tests.cli.ptys import on_a_terminal


def test_a_pipe_has_the_summary_alone(approved: Owner) -> None:
    checksum = json.loads(approved.run("diff", "--json").out)["checksum"]
    total = f"Plan {checksum}: 9 changes, 0 conflicts.\n"
    assert approved.run("push", code=2).err.startswith(total)
    some = approved.run("push", "--show", "2", code=2).err
    assert some.count("\n~ ") + some.startswith("~ ") == 4
    assert "… 5 more changes, not shown here: altsync diff\n" in some
    every = approved.run("push", "--show", "all", code=2).err
    assert every.startswith(approved.run("diff").out)
    ran = approved.run("push", "--show", "few", code=2)
    assert "few is none of all, summary, or a number from 1" in ran.err
    ran = approved.run("push", "--limit", "3", "-y", "--show", "1")
    assert "… 1 more change, not shown here: altsync diff --limit 3\n" in ran.err
    ran = approved.run("push", "-y")
    assert ran.out == "Push 2: 6 applied, 0 conflicts, 0 failed.\n"
    assert ran.err.splitlines()[1:] == ["Take it back with: altsync revert 2"]
    back = approved.run("revert", "2", "1", "--show", "1", code=2).err
    shown = "altsync diff --revert 2 --revert 1"
    assert f"… 7 more changes, not shown here: {shown}\n" in back
    plain = back.partition("Nothing was sent")[0].splitlines()[-1]
    assert approved.run(*shown.split()[1:]).out.splitlines()[-1] == plain


def test_what_goes_on_from_a_plan_sends_what_it_shows(approved: Owner) -> None:
    approved.run("push", "-y")
    for narrowed in (["--limit", "2"], ["--album", "space"]):
        ran = approved.run("diff", "--revert", "1", *narrowed)
        shown, total = ran.out.count("\n    + "), ran.out.splitlines()[-1]
        commands = (
            ran.err.partition(" with: altsync ")[2].rstrip().split(" && altsync ")
        )
        *before, last = [shlex.split(command) for command in commands]
        for command in before:
            approved.run(*command)
        ran = approved.run(*last, "--yes")
        assert ran.err.startswith(f"{total}\n")
        assert f" {shown} applied" in ran.out
    refused = approved.run("diff", "--revert", "1", "--rule", "cut", code=2)
    assert "--rule, --allow-empty and --replace-human have no place" in refused.err


def test_an_interrupted_revert_goes_on_with_revert(approved: Owner) -> None:
    approved.run("push", "-y")
    ran = _interrupted(approved, "revert", "1", "-y", "--json")
    assert "For the rest: altsync revert 1\n" in ran.err
    assert document("push", ran.out)["next"] == "altsync revert 1"


def test_on_a_terminal_it_asks_below_both_ends(approved: Owner) -> None:
    wide = "犬が芝生の上で走っている。" * 40
    first = json.loads(approved.run("diff", "--json").out)["changes"][0]["image"]
    approved.site.edit(first, title=wide)
    approved.run("pull", "--full")
    checksum = json.loads(approved.run("diff", "--json").out)["checksum"]
    seen, code = on_a_terminal(
        ["push", "--show", "2"],
        approved.directory,
        answers={"Type yes": "no"},
        columns=40,
    )
    assert code == 1
    assert seen.count("\x1b[7m") > 0 or "\x1b[31m" in seen
    asked = seen.index("Send 9 changes to ")
    assert seen.index("… 5 more changes") < seen.index(f"Plan {checksum}") < asked
    assert seen.rstrip().endswith("Nothing was sent.")
    seen, _ = on_a_terminal(
        ["push"],
        approved.directory,
        answers={"Type yes": "no"},
        env={"NO_COLOR": "1"},
    )
    assert "\x1b[" not in seen
    assert seen.count("\n    + ") == 9, "both ends of nine meet"
    assert not set(seen) & set("│─┌┐└┘├┤")


def test_who_hears_it_is_told_in_words(approved: Owner) -> None:
    plain = {"ACCESSIBLE": "1", "NO_COLOR": "1"}
    seen, _ = on_a_terminal(
        ["push", "--show", "1"],
        approved.directory,
        answers={"Type yes": "no"},
        env=plain,
    )
    first = seen.splitlines()
    assert first[0].startswith("change: ")
    assert first[1] == '    was ""'
    assert first[2].startswith('    now "')
    assert not {line.lstrip()[:1] for line in first} & {"~", "-", "+"}
    seen, _ = on_a_terminal(["approve", "--all"], approved.directory, env=plain)
    assert "Left alone: " in seen
    assert "\x1b" not in seen, "a dumb terminal shows it, a reader reads it out"


def test_all_of_it_goes_through_the_pager(approved: Owner) -> None:
    seen, _ = on_a_terminal(
        ["push", "--show", "all"],
        approved.directory,
        answers={"Type yes": "no"},
        env={"PAGER": "sed s/^/paged:/", "NO_COLOR": "1"},
    )
    assert seen.count("paged:    + ") == 9
    assert "paged:Plan " in seen
    assert "\nSend 9 changes to " in seen
    seen, _ = on_a_terminal(
        ["push", "--show", "all", "--json", "--yes", "--limit", "1"],
        approved.directory,
        env={"PAGER": "sed s/^/paged:/", "NO_COLOR": "1"},
    )
    assert "paged:" not in seen, "the document alone stands on stdout"


def test_what_was_sent_and_what_was_not_as_json(approved: Owner) -> None:
    plan = json.loads(approved.run("diff", "--json").out)
    lost, moved = (change["image"] for change in plan["changes"][:2])
    approved.site.fail("status", image=lost, route="patch", status=422)
    approved.site.edit(moved, alt="A person's own.")
    ran = approved.run("push", "-y", "--json", code=5)
    told = document("push", ran.out)
    assert told["checksum"] == plan["checksum"]
    (push,) = told["pushes"]
    assert (push["applied"], push["conflicts"], push["failed"]) == (7, 1, 1)
    left = {one["image"]: one["status"] for one in told["not_applied"]}
    assert left == {lost: "failed", moved: "conflict"}
    assert told["take_back"] == "altsync revert 1"
    assert told["next"] == "altsync push"
    assert "1 image failed and stays approved" in ran.err
    approved.site.heal()
    approved.run("push", "-y", "--json", code=4)
    back = document("push", approved.run("revert", "1", "-y", "--json").out)
    assert back["pushes"][0]["applied"] == 7
    assert back["next"] is None
    nothing = document("push", approved.run("revert", "1", "-y", "--json").out)
    assert (nothing["pushes"], nothing["take_back"]) == ([], None)


def test_a_canary_that_died_is_printed_too(approved: Owner) -> None:
    image = json.loads(approved.run("diff", "--json").out)["changes"][0]["image"]
    approved.site.fail("status", image=image, route="patch", status=422)
    ran = approved.run("push", "-y", "--json", "--canary", "2", code=1)
    told = document("push", ran.out)
    assert [push["failed"] for push in told["pushes"]] == [1]
    assert told["next"] == "altsync push"
    assert "Stopped: " in ran.err


@pytest.mark.parametrize("form", [["--json"], []])
def test_an_interrupted_push_says_what_was_sent(
    approved: Owner, form: list[str]
) -> None:
    ran = _interrupted(approved, "push", "-y", *form)
    ((sent,),) = approved.rows(
        "SELECT count(*) FROM push_items WHERE status = 'applied'"
    )
    assert 0 < sent < 9
    assert "Take it back with: altsync revert 1" in ran.err
    assert f"Stopped after {sent} of 9 changes" in ran.err
    if form:
        told = document("push", ran.out)
        assert told["pushes"][0]["applied"] == sent
        assert (told["take_back"], told["next"]) == ("altsync revert 1", "altsync push")
    else:
        assert ran.out == f"Push 1: {sent} applied, 0 conflicts, 0 failed.\n"


def _interrupted(owner: Owner, *args: str) -> Ran:
    """Ctrl-C comes with the first text that is sent."""
    owner.site.forget()
    owner.site.latency = 0.2

    def interrupt() -> None:
        while not owner.site.requests("PATCH"):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    somebody = threading.Thread(target=interrupt)
    somebody.start()
    ran = owner.run(*args, "--workers", "1", code=130)
    somebody.join()
    return ran
