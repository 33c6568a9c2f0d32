"""An image whose title alone changed between two moments: no text to mark, in any
format."""

from __future__ import annotations

from dataclasses import replace

from altsync.models import Change, Moved, Origin, Refused
from altsync.render import csv as table
from altsync.render import html, markdown, terminal
from altsync.render import json as document
from altsync.render.shown import DESCRIPTION, Head, Shown, of, of_moved

ONE = Shown(
    "changed", "a/1", "a", "A dog.", "A dog.", fields=(("title", "old", "new"),)
)
HEAD = Head(title="t", site="s", total="1 changed")


def test_markdown_and_html_show_the_field_and_no_text() -> None:
    shown = "".join(markdown.document(HEAD, [ONE]))
    assert "```diff" not in shown
    assert "old" in shown
    page = "".join(html.document(HEAD, [ONE], lambda image: None))
    assert "<del>" not in page
    assert "old" in page


LONG = "# Rain\n\n- 2010: 800 ```mm``` <b>\x1b[31m\u202e\n- 2019"
DESCRIBED = Change(
    "a/1",
    "a/1",
    None,
    1,
    "",
    "A chart.",
    Origin.AI,
    "m",
    "anna",
    described=("", LONG),
)


def test_a_long_description_is_shown_line_by_line_in_every_format() -> None:
    one = of(DESCRIBED)
    lines = list(terminal.shown_lines(one))
    assert lines[2:] == [
        '    + "A chart."',
        "    long description",
        "      - (none)",
        "      + # Rain",
        "      + ",
        "      + - 2010: 800 ```mm``` <b>\\u001b[31m\\u202e",
        "      + - 2019",
    ]
    marked = list(markdown.document(HEAD, [one]))
    at = marked.index("long description:")
    assert marked[at + 2 : at + 8] == [
        "````diff",
        "+ # Rain",
        "+ ",
        "+ - 2010: 800 ```mm``` <b>\\u001b[31m\\u202e",
        "+ - 2019",
        "````",
    ]
    page = "".join(html.document(HEAD, [one], lambda image: None))
    assert "<dt>long description before</dt>" in page
    assert "# Rain\n\n- 2010: 800 ```mm``` &lt;b&gt;\\u001b[31m\\u202e\n" in page
    (_, row) = list(table.document([one]))
    assert "# Rain\n\n- 2010" in row
    assert document.change(DESCRIBED)["patch"][-1]["value"] == LONG


def test_one_that_is_kept_back_is_said() -> None:
    kept = replace(DESCRIBED, described=None, kept_back="the site has one")
    said = "its long description is not sent: the site has one"
    assert said in of(kept).said
    assert said in "".join(table.document([of(kept)]))
    assert document.change_of(document.change(kept)) == kept
    assert document.change_of(document.change(DESCRIBED)) == DESCRIBED


def test_what_replaces_words_of_a_person_says_so_in_every_format() -> None:
    over = replace(DESCRIBED, described=None, over_person=True)
    by_rule = replace(over, replaces="cut,file-name")
    for change, said in (
        (over, "; replaces words of a person"),
        (by_rule, "; replaces words of a person (cut,file-name)"),
    ):
        shown = of(change)
        assert shown.said.endswith(said)
        lines = [
            *terminal.shown_lines(shown),
            *markdown.document(HEAD, [shown]),
            *html.document(HEAD, [shown], lambda image: None),
        ]
        assert sum("replaces words of a person" in line for line in lines) == 3
        assert document.change_of(document.change(change)) == change
    refused = of(Refused(by_rule, "--replace-human", "it would replace them"))
    assert refused.said == "it would replace them (allow with --replace-human)"


def test_two_moments_show_what_moved_at_length() -> None:
    moved = Moved(
        "a/1",
        "a",
        {"alt": "A chart.", "long_description": "Old."},
        {"alt": "A chart.", "long_description": "New."},
        Origin.AI,
    )
    (shown,) = of_moved([moved])
    assert shown.fields == (("long description", "Old.", "New."),)


def test_in_words_no_sign_says_what_goes_and_what_comes() -> None:
    one = Shown(
        "changed",
        "a/1",
        "a",
        "A red dog.",
        "A brown dog.",
        said="by a person",
        label=(None, "human"),
        fields=(("title", "Dog", "Rex"), (DESCRIPTION, "Old.", None)),
    )
    assert list(terminal.shown_lines(one, words=True)) == [
        "changed: a/1  (by a person)",
        '    was "A red dog."',
        '    now "A brown dog."',
        "    label from (unset) to human",
        '    title from "Dog" to "Rex"',
        "    long description",
        "      was Old.",
        "      now (none)",
    ]
    gone = Shown("gone", "a/1", "a", "Old.", None, said="gone")
    assert list(terminal.shown_lines(gone, words=True))[1] == '    was "Old."'
