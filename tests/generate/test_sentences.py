"""Where sentences end, in whatever language, and what is left of a text that is too
long."""

from __future__ import annotations

import pytest

from altsync.generate.sentences import head, split, tail, whole_after, whole_before


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It is one. Two! Three? Four… Five", 5),
        ("He said “stop.” Then he went.", 2),
        ("See e.g. Dr. J. R. Meyer of the U.S. Navy, no. 4. He sings.", 2),
        ("Am 4. Mai kam Prof. Huber. Danach regnete es.", 2),
        ("Version 4.2 of altsync.org is out. It is quick.", 2),
        ("川に古い橋がある。「渡るな。」と書いてある！誰も読まない。", 4),
        ("पुल पुराना है। नदी चौड़ी है।", 2),
        ("هل الجسر قديم؟ نعم. إنه قديم.", 3),
        ("no end at all", 1),
        ("   ", 0),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    found = split(text)
    assert len(found) == count
    assert "".join(found) == text.rstrip() or not text.strip()


TEXT = "The first one. The second one is longer. The third."


@pytest.mark.parametrize(
    ("most", "first", "last"),
    [
        (60, TEXT, TEXT),
        (
            45,
            "The first one. The second one is longer. …",
            "… The second one is longer. The third.",
        ),
        (20, "The first one. …", "… The third."),
        (9, "The…", "…third."),
        (3, "", ""),
    ],
)
def test_as_much_as_fits(most: int, first: str, last: str) -> None:
    assert head(TEXT, lambda text: len(text) <= most) == first
    assert tail(TEXT, lambda text: len(text) <= most) == last


def test_a_script_without_blanks_is_cut_too() -> None:
    text = "川に架かる古い橋は洪水の後に再建されました" * 9
    assert head(text, lambda shown: len(shown) <= 60) == text[:48] + "…"


def test_the_rest_of_a_sentence_goes() -> None:
    assert whole_before("…end of it. One. Two.") == "… One. Two."
    assert whole_before("…の橋。川。") == "…川。"
    assert (
        whole_after("This is one. This is two. And th…")
        == "This is one. This is two. …"
    )
    for text in ("…no end", "no end…", "One. Two.", ""):
        assert whole_before(text) == whole_after(text) == text
