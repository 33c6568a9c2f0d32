"""A blank that an editor typed into a required field: the image only decorates, and a
person said so."""

from __future__ import annotations

import json

from tests.cli.conftest import Owner

CAT, SKY = "at-home/chelsea", "space/deep-field"
TYPED = "\u3000"


def whose(owner: Owner) -> dict[str, tuple[str | None, ...]]:
    sql = """
    SELECT i.id, i.origin, i.alt, s.state
    FROM images i JOIN image_states s ON s.image_id = i.id
    WHERE i.id IN (?, ?)
    """
    return {image: tuple(rest) for image, *rest in owner.rows(sql, CAT, SKY)}


def test_a_blank_that_somebody_typed(owner: Owner) -> None:
    owner.site.edit(SKY, alt=TYPED)
    owner.init()
    owner.run("pull")
    status = json.loads(owner.run("status", "--json").out)
    assert status["states"]["decorative"] == 1
    assert SKY not in owner.run("lint").out
    assert whose(owner)[SKY] == ("human", TYPED, "decorative")
    owner.run("generate")
    assert not owner.rows("SELECT * FROM candidates WHERE image_id = ?", SKY)
    assert "has a person's words (or a person emptied it)" in (
        owner.run("generate", SKY, code=2).err
    )

    # Replaced with two permissions, and brought back to the byte.
    owner.run("generate", SKY, "--suggest-for-human")
    owner.run("approve", SKY, CAT)
    assert "--replace-human" in owner.run("diff", SKY).out
    owner.run("push", "--replace-human", "--yes")
    owner.run("revert", SKY, "--yes")
    assert owner.site.document(SKY)["alt"] == TYPED

    # And one in the place of what altsync sent; removed, it is a decision no more.
    owner.site.edit(CAT, alt="\xa0", verified=0)
    assert f"changed   {CAT} by a person" in owner.run("pull").out
    assert whose(owner) == {
        CAT: ("human", "\xa0", "decorative"),
        SKY: ("human", TYPED, "decorative"),
    }
    owner.site.edit(CAT, alt="", verified=0)
    owner.site.edit(SKY, alt="", verified=0)
    owner.run("pull")
    assert whose(owner) == {CAT: (None, "", "cleared"), SKY: (None, "", "cleared")}
