"""Where only a tree can tell what is an element, a tree is asked."""

from __future__ import annotations

import subprocess
import sys

import pytest

from altsync.texts import left_alone, slots
from altsync.texts.referee import elements, needs_referee

PICTURE = "<img src=a>"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("<p><img src=a><!-- svg --><svgs><table>", False),
        ("<SVG/>", True),
        ("<math >", True),
        ("<select\n>", True),
        ("<template>", True),
        ("<![CDATA[", True),
    ],
)
def test_a_tree_is_asked_where_it_has_to_be(text: str, asked: bool) -> None:
    assert needs_referee(text) is asked


def test_offsets_are_those_of_the_text_as_it_came() -> None:
    text = "\r\n\0ü😀<svg>\r\n<image src=a><drupal-media></svg>\r\n<IMG src=b><drupal-media>"
    assert elements(text) == {text.index("<IMG"), text.rindex("<drupal")}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (PICTURE, 0),
        (f"<![CDATA[ {PICTURE} ]]>", 0),
        (f"<![CDATA[ > {PICTURE} ]]>{PICTURE}", 1),
        (f"<![CDATA[ > {PICTURE} {PICTURE}", 2),
        (f"<svg><![CDATA[ > {PICTURE} ]]></svg>", 0),
        (f"<template>{PICTURE}</template>", 0),
        (f"<svg></svg><!-- {PICTURE}", 0),
    ],
)
def test_of_what_parsers_do_not_agree_is_left_alone_and_counted(
    text: str, number: int
) -> None:
    assert left_alone([text, "", "<svg>"]) == number
    assert len(elements(text)) == number + len(slots([text]))


def test_an_image_of_html_is_one_in_a_drawing_too() -> None:
    text = "<svg><image src=a /><desc><image src=b alt=x></desc></svg>"
    assert [slot.src for slot in slots([text])] == ["b"]


def test_a_comment_stays_one_where_the_tree_errs() -> None:
    """It has a comment end with `<!--!>`, as no browser does."""
    text = f"<svg></svg><!--!>{PICTURE}-->"
    assert elements(text)
    assert slots([text]) == ()
    assert left_alone([text]) == 1


def test_the_tree_is_not_loaded_for_what_the_scanner_knows() -> None:
    script = (
        "import sys\nfrom altsync.texts import slots, spliced\n"
        "(slot,) = slots(['<p><img src=a>'])\n"
        "spliced(['<p><img src=a>'], {slot.key: 'x'})\nassert 'justhtml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
