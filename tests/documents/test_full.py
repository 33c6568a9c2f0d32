"""What has everything that can be said fits its schema: also what a small site never
prints, such as images in texts, reverts, a person's words that were replaced."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from altsync.models import (
    Arrival,
    Conflict,
    Converged,
    Delivered,
    DrawnPages,
    Entry,
)
from altsync.planning import Plan
from altsync.render import audit, history, redo, several, visitors, who
from altsync.render import json as plans
from tests.cli.printed import document
from tests.render import test_audit as audits
from tests.render import test_redo as redone
from tests.render import test_several as pictures
from tests.render import test_visitors as visited
from tests.render import test_who as owned
from tests.render.test_lines import CHANGE

GOLDEN = Path(__file__).parents[1] / "render" / "golden"


def text(found: Any) -> str:
    return json.dumps(found)


def test_plans_and_what_moved() -> None:
    plan = document("plan", (GOLDEN / "plan.json").read_text("utf-8"))
    assert {"where", "replaces_human", "reverts"} & {
        name for change in plan["changes"] for name in change
    }
    document("moved", (GOLDEN / "moved.json").read_text("utf-8"))


def pieces(found: Iterable[str]) -> str:
    return "".join(found)


def test_what_visitors_get() -> None:
    found = replace(
        visited.FINE,
        differences=(visited.ONE,),
        strangers=(visited.LOGO,),
        push=3,
        sent=(Delivered("a/1", "Sent.", Arrival.NOT_YET, 2),),
        drawn=DrawnPages(("http://s/1",), 1, 9, 1, 0.5, 0.95),
    )
    told = document("verify", pieces(visitors.as_json(found)))
    assert told["differences"][0]["images"]
    assert told["drawn"]["of"] == 9


def test_findings_and_what_is_to_be_redone() -> None:
    document("lint", pieces(audit.as_json(audits.AUDIT)))
    document("lint", pieces(audit.as_json(audits.NOTHING)))
    rows = [redone.PLAIN, redone.IN_TEXT, redone.NOBODYS]
    (_, in_text, nobodys) = document("fix-list", pieces(redo.as_json(rows)))
    assert in_text["where"]["tag"] == "img"
    assert nobodys["state"] is None


def test_pictures_owners_and_events() -> None:
    document("uses", text(several.as_dict(pictures.PICTURE)))
    document("pictures", text(several.list_dict(pictures.FOUND)))
    (full, bare) = document("who", pieces(who.document([owned.FULL, owned.BARE])))
    assert set(full) == set(bare)
    document("log", pieces(history.document([owned.PUSHED])))


def test_where_an_image_in_a_text_stands_is_told_of_every_entry() -> None:
    where = redone.IN_TEXT.where
    image = redone.IN_TEXT.mirrored.image.id
    entries: list[Entry] = [
        Conflict(image, 1, "", "theirs", "ours", why="a person vouches", where=where),
        Conflict(image, 1, "", "theirs", "ours"),
        Converged(image, "node/1", 1, "same", None, where=where),
        Converged(image, "node/1", 1, "same", None),
        replace(CHANGE, image=image, where=where, kept_back="it is too long"),
    ]
    made = Plan.made("http://s", entries)
    told = document("plan", pieces(plans.document(made.summary, made.entries())))
    assert [entry.get("where") is None for entry in told["conflicts"]] == [False, True]
    assert [entry.get("where") is None for entry in told["converged"]] == [False, True]
    assert told["changes"][0]["kept_back"] == "it is too long"
    one = replace(owned.FULL, image=image, where=where)
    assert document("who", pieces(who.document([one])))[0]["where"]["tag"] == "img"
