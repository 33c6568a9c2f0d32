"""One alt changes, and not a byte beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync.models import Tag
from altsync.texts import SpliceRefused, TextSlot, left_alone, slots, spliced
from altsync.texts.scanning import mark_at
from tests.lengths import LENGTH
from tests.recordings import formatted_texts, recordings
from tests.texts.trees import (
    FOREIGN,
    MEDIUM,
    PLAIN,
    UUID,
    by_lexbor,
    for_lexbor,
    line_ends,
    made,
)

KEPT = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
"""What a text can hold."""


def changed(text: str, alt: str | None) -> str:
    return spliced([text], {slots([text])[0].key: alt})[0]


@pytest.mark.parametrize(
    ("before", "alt", "after"),
    [
        ("<p>x<img src=a>\r\n", "k", '<p>x<img alt="k" src=a>\r\n'),
        ("<img/src=a/>", "k", '<img alt="k"/src=a/>'),
        ("<IMG SRC=a ALT=x>", 'a "b" & c', '<IMG SRC=a ALT="a &quot;b&quot; &amp; c">'),
        ("<img src=a alt='x'>", "it's > <", "<img src=a alt='it&#39;s &gt; &lt;'>"),
        ("<img alt src=a>", "k", '<img alt="k" src=a>'),
        ("<img src=a alt=>", "k", '<img src=a alt="k">'),
        ('<img alt="k" src=a>', None, "<img src=a>"),
        ('<img alt="k"/src=a/>', None, "<img/src=a/>"),
        ('<img alt="k"src=a>', None, "<img src=a>"),
        ("<img src=a>", None, "<img src=a>"),
        ("<img src=a alt='<svg >'></img>", "k", "<img src=a alt='k'></img>"),
        ("<img src=a alt='&amp;'>", "&", "<img src=a alt='&amp;'>"),
        (
            f"<drupal-media data-entity-type=media data-entity-uuid={UUID}>",
            "",
            f'<drupal-media alt="&quot;&quot;" data-entity-type=media data-entity-uuid={UUID}>',
        ),
    ],
)
def test_what_is_written(before: str, alt: str | None, after: str) -> None:
    assert changed(before, alt) == after


@pytest.mark.parametrize("alt", ["a\0b", "a\ud800"])
def test_what_no_text_can_hold_is_refused(alt: str) -> None:
    with pytest.raises(SpliceRefused, match="no text can hold"):
        changed("<img src=a>", alt)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<img src=a alt=x>", "<img src=a>"),
        ("<img src='a'alt=x>", "<img src='a'>"),
        ("<img src=a\talt=x title=y>", "<img src=a title=y>"),
        ("<img src=a alt='x'title=y>", "<img src=a title=y>"),
        ("<img src=a alt='x'/>", "<img src=a />"),
        ("<img\nalt='x'/src=a>", "<img/src=a>"),
        ("<img/alt='x'src=a>", "<img/src=a>"),
    ],
)
def test_what_another_attribute_leaves_behind(before: str, after: str) -> None:
    assert changed(before, None) == after


@pytest.mark.parametrize(
    ("now", "spelled", "after"),
    [
        ("<img src=a ALT = 'x'>", "alt=k", "<img src=a alt=k>"),
        ('<img alt="x" src=a>', "alt='&#107'", "<img alt='&#107' src=a>"),
        ("<img src=a>", "alt=k", '<img alt="k" src=a>'),
        *(
            ('<img src=a alt="x"/>', odd, '<img src=a alt="k"/>')
            for odd in (
                *(
                    "alt=k",
                    "alt='K'",
                    "alt",
                    "",
                    "title='k'",
                    "k",
                    "alt='k' ",
                    " alt='k'",
                ),
                *(
                    "alt='k' title=z",
                    "alt='k' alt='z'",
                    "alt='k'><b",
                    "alt='k",
                    "<alt='k'",
                ),
                *("alt='k'/>", "alt='k'\0", "alt='k'--", "alt=k ", "src=b alt='k'"),
            )
        ),
        ('<img src=a alt="x"title=y>', "alt=k", '<img src=a alt="k"title=y>'),
    ],
)
def test_a_spelling_is_used_where_it_is_one_attribute_that_says_it(
    now: str, spelled: str, after: str
) -> None:
    key = slots([now])[0].key
    assert spliced([now], {key: "k"}, {key: spelled, "src-0": "alt=z"}) == [after]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda text: text.replace("alt=old", 'alt="new"').replace("p>", "P>"),
        lambda text: text.replace("alt=old", 'alt="new"') + "\n",
        lambda text: text.replace("alt=old", 'alt="new" title=x'),
        lambda text: text.replace("alt=old", 'alt="new"').replace("src=a", 'src="a"'),
        lambda text: text.replace("alt=old", 'ALT="new" alt=old'),
        lambda text: text.replace("alt=old", 'alt="new"').replace("alt=b", "alt=c"),
        lambda text: text.replace("alt=old", 'alt="new"').replace("<p", "<div", 1),
        lambda text: text.replace("alt=old", 'alt="new"').replace(
            "<img src=b alt=b>", ""
        ),
        lambda text: text.replace("alt=old", 'alt="new"').replace("&amp;", "&#38;"),
        lambda text: text.replace("alt=old", 'alt="new"').replace("word", "words"),
        lambda text: text.replace("alt=old", "alt=other"),
        lambda text: text,
    ],
)
def test_a_writer_that_errs_is_found_out(
    wrong: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("altsync.texts.splice._with", lambda value, *_: wrong(value))
    with pytest.raises(SpliceRefused, match="the new text would"):
        changed("<p>&amp; word</p><img src=a alt=old><img src=b alt=b>", "new")


def test_values_of_a_field_are_written_at_once() -> None:
    values = [
        "<img src=a>&<img src=b>",
        "",
        "no picture <",
        "<img src=a alt=x><img src=c>",
    ]
    a, b, second, c = (slot.key for slot in slots(values))
    assert spliced(values, {c: "C", a: "A", second: None, b: None}) == [
        '<img alt="A" src=a>&<img src=b>',
        "",
        "no picture <",
        '<img src=a><img alt="C" src=c>',
    ]


def test_a_text_of_300_kb_with_everything_that_is_broken() -> None:
    broken = "<p title='>'>\0\r\n&amp &lt <b>ü<i><td><!-- <img> --><?x?>" * 2000
    broken += "many words " * 20_000
    text = f"{broken}<img src=a ALT = old>{broken[-999:]}<img src=b><img src="
    assert len(text) > 300_000
    first, other = slots([text])
    (written,) = spliced([text], {first.key: "A red kite", other.key: "B"})
    meant = text.replace("old", '"A red kite"').replace(
        "<img src=b", '<img alt="B" src=b'
    )
    assert written == meant
    back = spliced([written], {first.key: "old", other.key: None})
    assert back == [text.replace("old", '"old"')]


def test_a_slot_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="src-0"):
        spliced(["<img src=a>"], {"src-0": "k"})


ALTS = (
    *("", "A red kite", '"it\'s" <b> & &amp; > x=y', "a\r\nb", "ü\xa0日", "' onload='"),
    *("/", "=", "&quot", "&#39;", "-->", "]]>", "</p><script>"),
)


def check(text: str, slot: TextSlot, alt: str) -> None:
    """One alt is written: no byte beside its tag moves, a browser finds that alt and no
    other change, and the text comes back."""
    (after,) = spliced([text], {slot.key: alt})
    written = '""' if slot.tag is Tag.MEDIA and not alt else alt
    tag = mark_at(text, slot.start)
    assert tag is not None
    assert after.startswith(text[: tag.start])
    assert after.endswith(text[tag.end :])
    assert len(after) - len(text) <= len(' alt=""') + 6 * len(written)
    was, now = Counter(by_lexbor(text)), Counter(by_lexbor(after))
    if slot.alt == alt:
        assert after == text
    else:
        ((removed, one),), ((added, other),) = (was - now).items(), (now - was).items()
        assert one == other == 1
        assert dict(added) == dict(removed) | {"alt": line_ends(written)}
    (back,) = spliced([after], {slot.key: slot.alt})
    if slot.alt is None:
        assert back == text
    else:
        assert slot.spelled is not None
        kept = {slot.key: slot.spelled}
        assert spliced([after], {slot.key: slot.alt}, kept) == [text]
    if slot.alt or slot.tag is Tag.IMG:  # a medium is spelt as CKEditor does
        assert Counter(by_lexbor(back)) == was


@pytest.mark.parametrize("alt", ['""', "'\"\"'", "&quot&quot", "", "'here'"])
def test_a_medium_comes_back_as_it_was(alt: str) -> None:
    text = MEDIUM.replace(">", f" alt={alt} title=t>") if alt else MEDIUM
    check(text, slots([text])[0], "k")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_of_a_text_only_the_alt_that_is_meant_changes(data: st.DataObject) -> None:
    pieces = data.draw(
        st.lists(st.sampled_from(PLAIN) | st.text(max_size=5), max_size=12)
    )
    text = for_lexbor("".join(pieces) + "<img src=z>")
    text = text.replace("\0", "").replace("\ufeff", "")
    found = slots([text])
    if found:
        slot = data.draw(st.sampled_from(found))
        check(text, slot, data.draw(st.sampled_from(ALTS) | st.text(KEPT, max_size=9)))


@pytest.mark.slow
@pytest.mark.timeout(120 * LENGTH)
def test_of_thousands_of_texts_only_the_alt_that_is_meant_changes_for_long() -> None:
    random = Random(17)
    for number in range(6_000 * LENGTH):
        text = for_lexbor(made(random, PLAIN if number % 8 else (*PLAIN, *FOREIGN)))
        for slot in slots([text])[:1]:
            check(text, slot, random.choice(ALTS))


@pytest.mark.skipif(recordings() is None, reason="the recordings are not at hand")
def test_every_text_of_a_real_site() -> None:
    texts = {text["value"] or "" for text in formatted_texts()}
    assert len(texts) > 20
    for text in texts:
        assert left_alone([text]) == 0
        for slot in slots([text]):
            check(text, slot, 'A "red" kite & more')
