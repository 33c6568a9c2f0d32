"""A blank that an editor typed into a required field: the image only decorates, and a
person said so."""

from __future__ import annotations

import json

from tests.cli.conftest import Owner

CAT, SKY = "at-home/chelsea", "space/deep-field"
TYPED = "\u3000"


def test_a_blank_that_somebody_typed(owner: Owner) -> None:
    owner.site.edit(SKY, alt=TYPED)
    owner.init()
    owner.run("pull")
    status = json.loads(owner.run("status", "--json").out)
    assert status["states"]["decorative"] == 1
    assert SKY not in owner.run("lint").out
    whose = owner.rows("SELECT origin, alt FROM images WHERE id = ?", SKY)
    assert whose == [("human", TYPED)]
    owner.run("generate")
    assert not owner.rows("SELECT * FROM candidates WHERE image_id = ?", SKY)
    assert "has a person's words (or a person emptied it)" in (
        owner.run("generate", SKY, code=2).err
    )

    # Replaced with two permissions, and brought back to the byte.
    owner.run("generate", SKY, "--suggest-for-human")
    owner.run("approve", SKY)
    assert "--replace-human" in owner.run("diff", SKY).out
    owner.run("push", SKY, "--replace-human", "--yes")
    owner.run("revert", SKY, "--yes")
    assert owner.site.document(SKY)["alt"] == TYPED
    owner.run("pull")
    whose = owner.rows("SELECT origin, alt FROM images WHERE id = ?", SKY)
    assert whose == [("human", TYPED)]
    assert json.loads(owner.run("status", "--json").out)["states"]["decorative"] == 1


def test_a_blank_in_the_place_of_what_altsync_sent(approved: Owner) -> None:
    approved.run("push", "--yes")
    approved.site.edit(CAT, alt="\xa0", verified=0)
    approved.run("pull")
    found = approved.rows(
        "SELECT i.origin, s.state FROM images i JOIN image_states s ON s.image_id = i.id"
        " WHERE i.id = ?",
        CAT,
    )
    assert found == [("human", "decorative")]
