"""A picture that was replaced after its text was approved, as its owner meets it."""

from __future__ import annotations

from collections import Counter

from tests.cli.conftest import Owner

CAT, SKY = "at-home/chelsea", "space/deep-field"


def replaced(owner: Owner) -> None:
    """Another picture is uploaded under the same name."""
    owner.site.edit(CAT, file=owner.site._images[SKY].file)
    owner.site.forget()


def test_nothing_is_sent_and_a_person_judges(approved: Owner) -> None:
    replaced(approved)
    ran = approved.run("push", "--yes", code=4)
    assert "8 applied, 1 conflict, 0 failed" in ran.out
    assert f"Conflict at {CAT}: the picture was replaced" in ran.err
    asked = Counter((entry.method, entry.route) for entry in approved.site.ledger)
    assert asked["HEAD", "pixels"] == 9
    assert asked["GET", "pixels"] == 1, "only the one that moved is fetched"
    assert asked["PATCH", "patch"] == 8
    assert approved.site.document(CAT)["alt"] == ""

    assert "1  conflict" in approved.run("status").out
    assert "conflict: the picture was replaced" in approved.run("diff").out
    approved.site.forget()
    approved.run("push", "--yes", code=4)
    assert not approved.site.ledger
    assert "nothing to approve" in approved.run("approve", CAT, code=2).err

    approved.run("generate", CAT)
    approved.run("approve", CAT)
    assert "1 applied" in approved.run("push", "--yes").out
    assert approved.site.document(CAT)["alt"].startswith("Hundreds of small")


def test_a_server_without_head_costs_a_download(approved: Owner) -> None:
    approved.site.fail("status", method="HEAD", route="pixels", status=405)
    approved.site.forget()
    assert "9 applied" in approved.run("push", "--yes").out
    assert len(approved.site.requests("GET", "pixels")) == 9


def test_pictures_that_cannot_be_had_are_said_and_nothing_is_sent(
    approved: Owner,
) -> None:
    approved.site.fail("status", route="pixels", image=CAT, status=404)
    ran = approved.run("push", "--yes", code=5)
    assert "8 applied, 0 conflicts, 1 failed" in ran.out
    assert f"Failed at {CAT}: its picture could not be looked at again" in ran.err
    approved.site.heal()
    assert "1 applied" in approved.run("push", "--yes").out
