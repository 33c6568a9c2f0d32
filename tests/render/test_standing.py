"""Where an image in a text stands, in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from altsync.models import (
    IN_NO_TEXT,
    Audit,
    Drift,
    DriftKind,
    Finding,
    Group,
    Origin,
    Remark,
    Severity,
    Tag,
    WhereInText,
)
from altsync.render import audit, html, markdown, standing, terminal
from altsync.render.drift import Listed
from altsync.render.shown import Head, Shown

IMAGE = "node--page.body/7.en.img-1"
WHERE = WhereInText(
    Tag.IMG,
    "Ferry times",
    "2 of 3: …at eight. | every hour…",
    "We leave at eight.",
    "And every hour.",
    "Crossings",
    "https://anna:pw@example.org/times",
    "All times",
)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (IN_NO_TEXT, ""),
        (WhereInText(Tag.IMG), "in body"),
        (WhereInText(Tag.MEDIA, place="odd"), "in body"),
        (WhereInText(Tag.IMG, after="Then."), "in body: “[the image] Then.”"),
        (WhereInText(Tag.IMG, before="Now:"), "in body: “Now: [the image]”"),
        (WhereInText(Tag.IMG, link="/a"), "in body, a link to /a"),
        (
            WHERE,
            "in body, 2 of 3 with this picture, under “Crossings”, a link to"
            " https://example.org/times, “All times”: “We leave at eight. [the image]"
            " And every hour.”",
        ),
    ],
)
def test_one_line(where: WhereInText, said: str) -> None:
    assert standing.sentence(IMAGE, where) == said


def test_what_the_site_says_is_cut_and_steers_nothing() -> None:
    nasty = f"\x1b[31m\u202e{'x' * 500}"
    where = WhereInText(Tag.IMG, nasty, nasty, nasty, nasty, nasty, nasty, nasty)
    for line in (*standing.lines(IMAGE, where), standing.page(where)):
        assert line.isprintable()
        assert len(line) < 600
    said = standing.in_words(IMAGE, where)
    assert said is not None
    assert (said.to_url, said.which) == ("", "")
    found = standing.in_words(IMAGE, WHERE)
    assert found is not None
    assert found.to_url == "https://example.org/times"


def test_a_page_without_a_title_is_not_named() -> None:
    assert standing.page(WHERE) == ' "Ferry times"'
    assert standing.page(replace(WHERE, page=None)) == ""
    assert standing.page(replace(WHERE, tag=None)) == ""


def test_as_json_it_is_exact_but_for_what_opens_a_door() -> None:
    assert standing.as_dict(IMAGE, IN_NO_TEXT) is None
    assert standing.as_dict(IMAGE, WhereInText(Tag.IMG)) == {
        "field": "node--page.body",
        "tag": "img",
        **dict.fromkeys(
            ("page", "place", "heading", "before", "after", "link", "link_text")
        ),
    }
    told = standing.as_dict(IMAGE, WHERE)
    assert told is not None
    assert told["link"] == "https://example.org/times"
    assert told["before"] == WHERE.before


def test_html_says_what_there_is_and_no_more() -> None:
    head = Head(title="t", site="s", total="1 changed")
    bare = Shown("change", IMAGE, "a", None, "A.", where=WhereInText(Tag.IMG))
    page = "".join(html.document(head, [bare], lambda image: None))
    assert "<dt>in the text</dt>" in page
    assert "<dt>heading</dt>" not in page


def test_a_remark_of_the_lint_names_the_page_and_the_place() -> None:
    finding = Finding("cut", Severity.ERROR, "It was cut.")
    remark = Remark(IMAGE, "node--page.body", "A", finding, where=WHERE)
    group = Group("cut", Severity.ERROR, "Cut.", (remark,))
    found = Audit(1, 1, (group,))
    lines = list(audit.text(found))
    assert lines[1] == f'  {IMAGE} "Ferry times"  "A"'
    assert lines[2].startswith("      in body, 2 of 3 with this picture, under")
    assert lines[3].strip() == "“We leave at eight. [the image] And every hour.”"
    (told,) = json.loads("".join(audit.as_json(found)))["rules"][0]["images"]
    assert told["where"]["before"] == WHERE.before
    for form in (audit.as_csv(found), audit.as_markdown(found)):
        assert "2 of 3 with this picture" in "".join(form)


def test_so_does_what_the_site_changed() -> None:
    listed = Listed(9)
    listed.add(Drift(IMAGE, DriftKind.CHANGED, "Old.", "New.", None, where=WHERE))
    _, first, second, third, *_ = listed.lines({"listed": 1, "new": 0, "changed": 1})
    assert first.startswith(f'  changed   {IMAGE} "Ferry times" by ')
    assert second.strip().startswith("in body, 2 of 3")
    assert third.strip() == "“We leave at eight. [the image] And every hour.”"


def test_a_place_that_moved_is_said_and_whose_its_text_is_then() -> None:
    listed = Listed(9)
    for by in (Origin.HUMAN, None):
        listed.add(Drift(IMAGE, DriftKind.CHANGED, "A.", "A.", by, where=WHERE))
    _, moved, where, _, other, *_ = listed.lines({"listed": 2, "new": 0, "changed": 2})
    said = (
        f'  changed   {IMAGE} "Ferry times": title, caption, or its place among equals'
    )
    assert moved == f"{said} in the text; its text counts as a person's"
    assert where.strip().startswith("in body, 2 of 3")
    assert other == f"{said} in the text"


def test_an_embed_without_a_text_has_its_mediums() -> None:
    embed = WhereInText(Tag.MEDIA)
    said = "(none: its medium's own is shown)"
    assert standing.text_of(None, embed) == said
    assert standing.text_of("", embed) == '""'
    assert standing.text_of(None, WHERE) == "(none)"
    one = Shown("change", IMAGE, "a", None, "A.", where=embed)
    assert f"    - {said}" in list(terminal.shown_lines(one))
    head = Head(title="t", site="s", total="1 changed")
    assert f"- {said}" in list(markdown.document(head, [one]))
    page = "".join(html.document(head, [one], lambda image: None))
    assert "none: its medium&#x27;s own is shown" in page


@pytest.mark.parametrize("colour", [False, True])
def test_nothing_at_one_place_is_told_from_the_mediums_own(colour: bool) -> None:
    """ "" and no text at all have no words to mark, and are not the same."""
    embed = replace(WHERE, tag=Tag.MEDIA)
    one = Shown("change", IMAGE, "node--page.body", None, "", where=embed)
    text = "\n".join(terminal.shown_lines(one, colour))
    assert "- (none: its medium's own is shown)" in text
    assert '+ ""' in text
    assert "~ " not in text.partition("\n")[2]
