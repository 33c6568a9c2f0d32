"""altsync settle, and what status and push say of changes that a crash left open."""

from __future__ import annotations

import json
from pathlib import Path

from altsync.planning import Plan, Request
from altsync.store import journal
from altsync.store.store import Store
from tests.cli.conftest import Owner


def crashed(owner: Owner) -> str:
    """A push is killed between a journal row and its PATCH. Returns the image."""
    with Store.open(owner.directory / Path("data/altsync.db")) as store:
        with Plan.of(store, Request()) as plan:
            change = next(plan.changes())
        with store.write() as tx:
            push = journal.begin_push(tx, "x", 1)
            journal.intend(tx, push, change, change.patch)
    return change.image


def test_one_private_image_blocks_no_push(approved: Owner) -> None:
    """Whatever is listed first, and whether or not that is the image."""
    image = crashed(approved)
    approved.site.fail("status", image=image, route="get", status=403)
    ran = approved.run("push", "--yes", code=5)
    assert "8 applied, 0 conflicts, 0 failed, 1 not sent" in ran.out
    assert f"Left open: {image}, of push 1. The site refuses this image" in ran.err
    assert f"altsync settle {image} --applied (or --not-applied)" in ran.err
    assert "`altsync settle IMAGE` settles by your word" in ran.err

    status = approved.run("status").out
    assert f"    1  {image}, push 1, " in status
    (row,) = json.loads(approved.run("status", "--json").out)["open"]
    assert (row["item"], row["push"], row["image"], row["base"]) == (1, 1, image, "")
    assert row["text"] in status

    told = approved.run("settle", image, "--not-applied", "--by", "ann")
    assert told.out == f'{image}, push 1: "{row["text"]}" settled as not applied.\n'
    approved.site.heal()
    assert "1 applied" in approved.run("push", "--yes").out
    assert "settle" not in approved.run("status").out
    patches = approved.site.requests("PATCH")
    assert len(patches) == len({entry.image for entry in patches}) == 9


def test_a_refused_token_stops_as_before(approved: Owner) -> None:
    crashed(approved)
    approved.site.token = "another-t0ken"
    approved.site.forget()
    ran = approved.run("push", "--yes", code=1)
    assert "The site refused the token" in ran.err
    assert len(approved.site.requests("GET", "get")) <= 3
    assert not approved.site.requests("PATCH")
    (error,) = approved.rows("SELECT error FROM pushes ORDER BY id DESC LIMIT 1")
    assert error[0].startswith("The site refused the token")


def test_settle_says_what_it_cannot_do(approved: Owner) -> None:
    image = crashed(approved)
    asked = approved.run("settle", image, code=2).err.splitlines()
    text = json.loads(approved.rows("SELECT patch FROM push_items")[0][0])[-1]["value"]
    assert asked[0].startswith(f"{image}, push 1, ")
    assert asked[1:3] == ['    - ""', f'    + "{text}"']
    assert asked[3].startswith("Say --applied or --not-applied")
    unknown = approved.run("settle", "no/such", "--applied", code=2).err
    assert "There is no image no/such in the mirror" in unknown
    other = approved.rows("SELECT id FROM images WHERE id <> ?", image)[0][0]
    settled = approved.run("settle", other, "--applied", code=2).err
    assert f"No change of {other} is open" in settled
    approved.run("settle", image, "--applied")
    assert approved.rows("SELECT status FROM push_items") == [("applied",)]


def test_a_change_that_an_earlier_push_had_sent_was_not_taken_back(
    approved: Owner,
) -> None:
    image = crashed(approved)
    text = approved.rows("SELECT patch FROM push_items")[0][0]
    approved.site.edit(image, alt=json.loads(text)[-1]["value"], verified=0)
    ran = approved.run("push", "--yes")
    assert "1 had arrived with an earlier push" in ran.out
    assert "taken back" not in ran.out
