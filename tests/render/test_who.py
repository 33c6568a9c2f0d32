"""Who wrote a text, and what happened to it: every branch of the lines and of the
JSON-LD."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from altsync.models import Event, How, Origin, Ownership, Scope, Tag, WhereInText
from altsync.render import history, who

FULL = Ownership(
    image="a/1",
    album="a",
    alt="A dog.",
    origin=Origin.AI,
    label=None,
    language="en",
    image_url="https://site.test/a.jpg",
    page_url="https://site.test/a",
    since="2026-11-22T20:15:00+00:00",
    candidate=3,
    written_by=Origin.AI,
    model="m",
    resolved_model="m-2026",
    prompt="abc",
    context='{"title": "t"}',
    recorded=True,
    proposed_at="2026-11-22T20:14:00+00:00",
    reviewer="ann",
    scope=Scope.BULK,
    judged_at="2026-11-22T20:14:30+00:00",
    push=1,
    sent_at="2026-11-22T20:15:00+00:00",
    sha256=None,
)
BARE = replace(
    FULL,
    recorded=False,
    resolved_model="m",
    prompt=None,
    context="{}",
    reviewer=None,
    scope=Scope.ONE,
    language=None,
    image_url="/srv/a.jpg",
    page_url=None,
)


@pytest.mark.parametrize(
    ("owned", "said"),
    [
        (FULL, "a machine: m"),
        (replace(FULL, model=None), "a machine: model unknown"),
        (replace(FULL, origin=Origin.HUMAN), "a machine: m; a person vouches for it"),
        (replace(FULL, handed="batch 3"), "a machine: m, by batch 3"),
        (replace(FULL, written_by=Origin.HUMAN), "a person: ann, in review"),
        (
            replace(FULL, written_by=Origin.HUMAN, reviewer=None),
            "a person: name unknown, in review",
        ),
        (
            replace(FULL, candidate=None),
            "a machine, says the site's label; altsync has no record of it",
        ),
        (replace(FULL, candidate=None, origin=Origin.HUMAN), "a person, on the site"),
        (replace(FULL, candidate=None, origin=None), "nobody"),
    ],
)
def test_half_a_sentence(owned: Ownership, said: str) -> None:
    assert who.sentence(owned) == said


def test_a_paragraph_says_what_is_known_and_no_more() -> None:
    full = "\n".join(who.lines([FULL]))
    for word in (
        "recorded",
        "answered    m-2026",
        "prompt      abc",
        "context",
        "by ann (in bulk)",
        "push 1",
    ):
        assert word in full
    bare = "\n".join(who.lines([BARE]))
    for word in ("recorded", "answered", "prompt", "context", "approved"):
        assert word not in bare
    assert "by ann," in "\n".join(who.lines([replace(FULL, scope=Scope.ONE)]))
    assert "push" not in "\n".join(who.lines([replace(FULL, candidate=None)]))
    assert "seen since  unknown" in "\n".join(who.lines([replace(FULL, since=None)]))


def test_json_ld_names_the_creator_and_leaves_out_what_is_not_known() -> None:
    owned = [
        FULL,
        replace(BARE, image="a b/2"),
        replace(FULL, candidate=None),
        replace(FULL, alt=""),
        replace(FULL, candidate=None, origin=Origin.HUMAN, reviewer=None),
        replace(FULL, written_by=Origin.HUMAN),
        replace(FULL, model=None, resolved_model=None),
    ]
    page = json.loads(
        "".join(who.json_ld("https://site.test/", owned, lambda key: f"text of {key}"))
    )
    items = page["items"]
    assert len(items) == 6
    assert items[0]["altsync:prompt"] == {"sha256": "abc", "text": "text of abc"}
    assert items[0]["target"] == {
        "id": "https://site.test/a.jpg",
        "type": "Image",
        "scope": "https://site.test/a",
    }
    assert items[1]["target"] == {
        "id": "https://site.test/#altsync-image/a%20b/2",
        "type": "Image",
    }
    assert "language" not in items[1]["body"]
    assert [item["creator"].get("name") for item in items] == [
        "m",
        "m",
        "unknown model",
        None,
        "ann",
        "unknown model",
    ]
    assert items[0]["creator"]["nickname"] == "m-2026"


def test_every_cell_of_the_table_has_a_head() -> None:
    head, row = list(who.table([FULL]))[:2]
    assert head.count(",") == len(who.COLUMNS) - 1
    assert "yes" in row
    assert "yes" not in list(who.table([BARE]))[1]


def test_what_a_reviewer_said_is_told_in_every_format() -> None:
    one = replace(FULL, scope=Scope.ONE, note="I was\nthere.", how=How.WORDS)
    lines = list(who.lines([one]))
    at = lines.index("    approved    by ann (without the picture), 2026-11-22 20:14")
    assert lines[at + 1] == '    note        "I was\\nthere."'
    seen = "".join(who.lines([replace(one, how=How.PICTURE)]))
    assert "without the picture" not in seen
    (row,) = csv.DictReader(io.StringIO("".join(who.table([one]))))
    assert (row["note"], row["shown"]) == ("I was\nthere.", "words")
    (annotation,) = json.loads("".join(who.json_ld("https://x.test", [one], str)))[
        "items"
    ]
    assert annotation["altsync:note"] == "I was\nthere."
    assert annotation["altsync:shown"] == "words"


PUSHED = Event(
    at="2026-11-22T20:15:01.5+00:00",
    kind="pushed",
    image="a/1",
    run="push 3",
    alt="A dog.",
    by="m",
    detail="applied",
)


def test_events() -> None:
    lines = list(
        history.lines(
            [
                PUSHED,
                replace(PUSHED, kind="pull", image=None, by=None, detail=None),
                replace(PUSHED, kind="failed"),
                replace(PUSHED, kind="edited", run=None, by=None, detail=None),
            ]
        )
    )
    assert (
        lines[0]
        == "2026-11-22 20:15:01  pushed              a/1  (push 3, by m, applied)"
    )
    assert lines[1] == '    "A dog."'
    assert lines[2] == "2026-11-22 20:15:01  pull                push 3"
    assert "failed" in lines[3]
    assert lines[4].split("  ")[1] == "edited on the site"
    asked = replace(PUSHED, kind="judged", run=None, detail="unsure, asks jon")
    noted = replace(asked, note="Is it\x1b this?")
    assert next(history.lines([noted])).endswith(
        "(by m, unsure, asks jon: Is it\\u001b this?)"
    )
    found = json.loads("".join(history.document([PUSHED, noted])))
    assert [one["note"] for one in found] == [None, "Is it\x1b this?"]
    assert json.loads("".join(history.document([]))) == []


def test_what_stands_there_at_length_is_one_line() -> None:
    shown = list(who.lines([replace(FULL, long_description="# Rain\n\x1b[2J- 2010")]))
    assert shown[1] == '    at length   "# Rain\\n\\u001b[2J- 2010"'


IN_TEXT = WhereInText(Tag.MEDIA, "Ferries", before="At noon.", link="/times")
EMBED = replace(FULL, image="node--page.body/7.en.media-1", where=IN_TEXT)


def test_an_image_in_a_text_is_told_with_its_page_and_place() -> None:
    said = list(who.lines([EMBED]))
    assert said[0] == f'{EMBED.image} "Ferries"  "A dog."'
    assert (
        said[1] == "    stands      in body, a link to /times: “At noon. [the image]”"
    )
    assert "At noon. [the image]" in "".join(who.table([EMBED]))
    follows = replace(EMBED, alt=None, candidate=None)
    assert who.sentence(follows) == "nobody: it shows the text of its medium"
    assert who.sentence(replace(follows, where=replace(IN_TEXT, tag=Tag.IMG))) != (
        who.sentence(follows)
    )


def test_so_are_its_events() -> None:
    event = replace(PUSHED, image=EMBED.image, where=IN_TEXT)
    first, second, third = history.lines([event])
    assert f'{EMBED.image} "Ferries"  (push 3, by m, applied)' in first
    assert second == "    in body, “At noon. [the image]”"
    assert third == '    "A dog."'
    bare = replace(event, where=WhereInText(Tag.IMG))
    assert list(history.lines([bare]))[1] == "    in body"
    told, plain = json.loads("".join(history.document([event, PUSHED])))
    assert told["where"]["before"] == "At noon."
    assert "where" not in plain
