"""Whose words a text is, as tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.models import Label, Origin, SiteImage, Tag
from altsync.whose import OnRecord, who_wrote

NOW = SiteImage(id="a/1", album="a", name="1", alt="text")
AI, HUMAN = Origin.AI, Origin.HUMAN
LABELLED = replace(NOW, has_label=True, label=Label.AI)


@pytest.mark.parametrize(
    ("now", "known", "expected"),
    [
        (NOW, None, HUMAN),
        (LABELLED, None, AI),
        (replace(LABELLED, label=Label.HUMAN), None, HUMAN),
        (replace(LABELLED, label=Label.REVIEWED), None, HUMAN),
        (replace(LABELLED, label=Label.HUMAN, alt=""), None, HUMAN),
        (replace(LABELLED, label=Label.HUMAN, alt=None), None, None),
        (replace(LABELLED, label=Label.HUMAN, alt=" "), None, HUMAN),
        (replace(LABELLED, alt=" "), None, HUMAN),
        (replace(NOW, alt=" "), None, HUMAN),
        (replace(NOW, alt="\xa0"), None, HUMAN),
        (replace(NOW, alt="\u3000"), OnRecord("text", None, AI, pushed=True), HUMAN),
        (replace(NOW, alt="\u200b"), OnRecord("", None, None), HUMAN),
        (replace(NOW, alt=" "), OnRecord(" ", None, None), HUMAN),
        (replace(NOW, alt=" "), OnRecord("", None, AI, pushed=True), HUMAN),
        (replace(NOW, alt=" "), OnRecord("a", None, AI, pushed=True, ours=AI), AI),
        (replace(NOW, alt=""), OnRecord("\xa0", None, HUMAN), None),
        (replace(LABELLED, alt=""), OnRecord("\u200b", Label.AI, HUMAN), None),
        (replace(NOW, alt=""), None, None),
        (replace(NOW, alt=None), None, None),
        (NOW, OnRecord("", None, None, pushed=True, ours=AI), AI),
        (
            replace(LABELLED, label=Label.HUMAN),
            OnRecord("", Label.AI, None, pushed=True, ours=AI),
            HUMAN,
        ),
        (NOW, OnRecord("text", None, AI, pushed=True), AI),
        (NOW, OnRecord("text ", None, AI, pushed=True), AI),
        (NOW, OnRecord("ours", None, AI, pushed=True), HUMAN),
        (NOW, OnRecord("", None, None), HUMAN),
        (LABELLED, OnRecord("", Label.AI, None), AI),
        (LABELLED, OnRecord("", Label.AI, None, pushed=True), HUMAN),
        (LABELLED, OnRecord("", Label.AI, None, had_text=True), HUMAN),
        (LABELLED, OnRecord("other", Label.AI, AI, had_text=True), HUMAN),
        (LABELLED, OnRecord("other", Label.HUMAN, HUMAN), AI),
        (LABELLED, OnRecord("text", None, HUMAN), AI),
        (LABELLED, OnRecord("text", None, HUMAN, pushed=True), HUMAN),
        (LABELLED, OnRecord("text", Label.AI, HUMAN, pushed=True), HUMAN),
        (NOW, OnRecord("text", Label.HUMAN, HUMAN, pushed=True, ours=AI), HUMAN),
        (NOW, OnRecord("text", None, HUMAN, pushed=True, ours=AI), HUMAN),
        (LABELLED, OnRecord("text", None, HUMAN, pushed=True, ours=AI), AI),
        (NOW, OnRecord("other", None, HUMAN, pushed=True, ours=AI), AI),
        (LABELLED, OnRecord("text", None, HUMAN, label_is_new=True), AI),
        (
            LABELLED,
            OnRecord("text", None, HUMAN, label_is_new=True, one_text=False),
            HUMAN,
        ),
        (
            LABELLED,
            OnRecord(
                "other",
                Label.HUMAN,
                HUMAN,
                had_text=True,
                label_is_new=True,
                one_text=False,
            ),
            HUMAN,
        ),
        (replace(NOW, alt=""), OnRecord("text", None, AI, pushed=True), None),
        (replace(NOW, alt=""), OnRecord("", None, AI), AI),
    ],
)
def test_whose_words(
    now: SiteImage, known: OnRecord | None, expected: Origin | None
) -> None:
    assert who_wrote(now, known) is expected


TEXT = replace(NOW, tag=Tag.IMG, place="1 of 2: a | b")
HERE, THERE, ALONE = TEXT.place, "1 of 2: c | d", None
MEDIUM = replace(NOW, tag=Tag.MEDIA, alt=None)


@pytest.mark.parametrize(
    ("now", "known", "expected"),
    [
        (TEXT, None, HUMAN),
        (replace(TEXT, alt=None), None, None),
        (replace(TEXT, alt=""), None, HUMAN),
        (replace(TEXT, alt=" "), None, HUMAN),
        (MEDIUM, None, None),
        (replace(MEDIUM, alt=""), None, HUMAN),
        (TEXT, OnRecord("text", None, AI, place=HERE), AI),
        (TEXT, OnRecord("text", None, AI, place=THERE), HUMAN),
        (TEXT, OnRecord("text", None, AI, place=ALONE), HUMAN),
        (replace(TEXT, place=ALONE), OnRecord("text", None, AI, place=HERE), HUMAN),
        (TEXT, OnRecord("text", None, AI, ours=AI, place=THERE), HUMAN),
        (TEXT, OnRecord(None, None, None, ours=AI, place=THERE), HUMAN),
        (TEXT, OnRecord(None, None, None, ours=AI, place=HERE), AI),
        (TEXT, OnRecord("text", None, HUMAN, ours=AI, place=HERE), HUMAN),
        (TEXT, OnRecord("other", None, AI, place=HERE), HUMAN),
        (replace(TEXT, alt=""), OnRecord(None, None, None, place=HERE), HUMAN),
        (replace(TEXT, alt=""), OnRecord("text", None, AI, place=THERE), HUMAN),
        (replace(TEXT, alt=""), OnRecord("", None, AI, place=HERE), AI),
        (replace(TEXT, alt=""), OnRecord(None, None, None, ours=AI, place=HERE), AI),
        (replace(TEXT, alt=None), OnRecord("text", None, AI, place=HERE), None),
        (replace(TEXT, alt=None), OnRecord("text", None, HUMAN, place=THERE), None),
        (MEDIUM, OnRecord("text", None, HUMAN), None),
    ],
)
def test_whose_words_in_a_text(
    now: SiteImage, known: OnRecord | None, expected: Origin | None
) -> None:
    assert who_wrote(now, known) is expected


texts = st.one_of(st.none(), st.sampled_from(["", " ", "a", "b"]), st.text(max_size=5))


@given(texts, st.booleans(), st.sampled_from([None, *Label]), texts, st.booleans())
def test_in_doubt_it_is_a_persons(
    alt: str | None,
    has_label: bool,
    label: Label | None,
    before: str | None,
    pushed: bool,
) -> None:
    """Only a label `ai`, or altsync's own record, makes a text a machine's."""
    now = replace(NOW, alt=alt, has_label=has_label, label=label)
    if who_wrote(now, OnRecord(before, None, HUMAN, pushed=pushed)) is AI:
        assert label is Label.AI


def test_the_flat_document_has_a_label_only_where_the_site_has() -> None:
    assert NOW.flat() == {"alt": "text", "title": None, "caption": None}
    assert LABELLED.flat()["label"] == "ai"
    assert replace(LABELLED, label=None).flat()["label"] is None
