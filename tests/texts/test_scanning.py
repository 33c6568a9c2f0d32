"""The scanner finds what browsers find: by hand, and against two parsers."""

from __future__ import annotations

from random import Random

import pytest

from altsync.texts.scanning import Mark, attributes, by_name, unescaped
from altsync.texts.slots import marks_of
from tests.texts.trees import (
    FOREIGN,
    PLAIN,
    Attributes,
    by_lexbor,
    by_offset,
    for_lexbor,
    made,
    plain,
)


def found(text: str) -> list[tuple[int, Attributes]]:
    return [
        (mark.start, told(text, mark))
        for mark in marks_of(text)
        if mark.name in ("img", "image", "drupal-media") and not mark.closing
    ]


def told(text: str, mark: Mark) -> Attributes:
    named = by_name(attributes(text, mark))
    return plain({name: one.value for name, one in named.items()})


PICTURE = "<img src=a>"
NAMED = (
    "&amp",
    "&not",
    "in",
    "&copy;",
    "&AMP",
    "&ngE",
    "&acE;",
    "&Dot",
    "&notin",
    "&#x8",
)
NOTHING = """
<!-- {} -->
<!-- {}
<!--!>{}
<!---!>{}
<!-- -- >{}
<!-{}
<!{}
<?{}
</{}
</ {}
<![CDATA[ {} ]]>
<![CDATA[ > {} ]]>
<![CDATA[ > {}
<script>{}</script>
<script>{}
<SCRIPT>{}</script >
<script x='>'>{}
<script></scriptx>{}</script>
<script><!-- <script></script>{}</script>
<script><!-- <script> </script> {} --></script>
<script><!--<script>{}</script>
<style>{}</style>
<style></stylex>{}
<textarea>{}</textarea>
<title>{}
<xmp>{}</xmp>
<iframe>{}</iframe>
<noembed>{}</noembed>
<noframes>{}</noframes>
<noscript>{}</noscript>
<plaintext></plaintext>{}
<template>{}</template>
<template><template></template>{}
<a href='{}
<a href='{}'>
<a title="{}">
<a title="{}" x='
<p title={}
<p {}
<svg><image href=a></svg><!--{}-->
<svg><![CDATA[{}]]></svg>
<svg><!-- {} --></svg>
<svg></svg><![CDATA[ > {}
<svg><style>&lt;img src=a></style></svg><!--{}
""".strip().splitlines()
"""What `{}` stands in, so that a picture there is none."""
SOMETHING = """
{}
<p>{}
<!-->{}-->
<!--->{}-->
<!-- --!>{}
<!-- --->{}
<!-- <!-->{}
<!>{}
</>{}
<{}
<1{}
< p {}
<script></script>{}
<script></SCRIPT\t>{}
<script></script x='>'>{}
<script><!-- </script>{}
<script><!-- <script> --></script>{}
<script><!--> <script> </script>{}
<script><!-- <script></script> </script>{}
<script><!-- <scripts></script>{}
<style></style/>{}
<style/></style>{}
<scripts>{}
<ſcript>{}
<textarea></TEXTAREA>{}
</script>{}
</style>{}
<table>{}</table>
<table><tr>{}
<ul>{}
</body></html>{}
<body>{}
<frameset>{}
<head>{}
<colgroup>{}
<pre>{}</pre>
<object>{}</object>
<svg>{}</svg>
<svg><style>{}</style></svg>
<svg><title/>{}
<svg><style/></svg>{}
<svg/>{}
<math><mi>{}
<svg><foreignObject>{}</svg>
<select></select>{}
<template></template>{}
<a b='>'c=">">{}
<a b=c'>{}
<a =>{}
<a b= >{}
<a b=>{}
<a/b/=c/>{}
""".strip().splitlines()
"""What stands beside `{}`, so that a picture there is one."""


@pytest.mark.parametrize("around", NOTHING)
def test_what_is_no_picture(around: str) -> None:
    assert found(around.format(PICTURE)) == []


@pytest.mark.parametrize("around", SOMETHING)
def test_what_is_a_picture(around: str) -> None:
    at = around.index("{}")
    assert found(around.format(PICTURE)) == [(at, (("src", "a"),))]
    assert by_offset(around.format(PICTURE)) == [(at, (("src", "a"),))]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("", ""),
        ("a &amp; b &ampc &amp= &amp;= &lt", "a & b &ampc &amp= &= <"),
        (
            "&notit; &notin; &unknown; & &; &#; &#x; &#y",
            "&notit; ∉ &unknown; & &; &#; &#x; &#y",
        ),
        ("&#65;&#x42&#X43;&#0068", "ABCD"),
        ("&#0;&#xD800;&#1114112;&#99999999999;&#x110000", "\ufffd" * 5),
        ("&#128;&#x9f;&#129;&#1;&#xfffe;&#13;", "€Ÿ\x81\x01\ufffe\r"),
        ("a\0b\udfffc\r\n", "a\ufffdb\ufffdc\r\n"),
    ],
)
def test_references_in_values(raw: str, value: str) -> None:
    assert unescaped(raw) == value


def test_references_are_read_as_a_parser_reads_them() -> None:
    random = Random(18)
    pieces = [
        *("&", "#", "x", "X", ";", "=", "0", "6", "9", "8", "f", " ", "1"),
        *NAMED,
    ]
    for _ in range(1000):
        text = f"<img src='{''.join(random.choices(pieces, k=8))}'>"
        assert found(text) == by_offset(text), text


@pytest.mark.parametrize(
    "pieces", [PLAIN, (*PLAIN, *FOREIGN)], ids=["plain", "foreign"]
)
def test_a_parser_in_python_finds_the_same_tags(pieces: tuple[str, ...]) -> None:
    """But for what stands in a CDATA section (none, and it says so) and where that parser
    has a comment end with `<!--!>`, as the standard and the parser in C do not."""
    random = Random(15)
    for _ in range(1500):
        text = made(random, pieces).replace("<!--!>", "")
        assert found(text) == by_offset(text), text


@pytest.mark.slow
def test_a_parser_in_c_finds_the_same_pictures() -> None:
    random = Random(16)
    for number in range(20_000):
        text = for_lexbor(made(random, PLAIN if number % 4 else (*PLAIN, *FOREIGN)))
        assert sorted(told for _, told in found(text)) == by_lexbor(text), text
