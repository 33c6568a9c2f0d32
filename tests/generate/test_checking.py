"""The lint on what a model wrote: asked once more, or stored with the candidate; and
which texts `--rule` redoes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from altsync.config import parse
from altsync.errors import UsageError
from altsync.generate.answer import Answer
from altsync.generate.checking import findings, flagged
from altsync.generate.context import Piece, Trust
from altsync.generate.prompt import Wishes
from altsync.models import Decision, Label
from altsync.store.worklist import Worklist
from tests.doubles.openai import Act, Double, words_of
from tests.generate.conftest import Bench
from tests.generate.test_choosing import chosen

Filled = Callable[[int], Bench]


@pytest.mark.parametrize(
    "bad",
    [
        "I'm sorry, I can't help with identifying people.",
        "Sure, here is the alt text: A cat on a mat.",
        "Map and chart showing U.",
        "**A cat** on a mat.",
        "image",
    ],
)
def test_what_is_no_text_is_asked_for_once_more(
    filled: Filled, double: Double, bad: str
) -> None:
    bench = filled(1)
    double.acts = [Act.alt(bad), Act.alt("A ginger cat sleeps on a mat.")]
    assert bench.run().made == 1
    assert double.calls == 2
    assert "could not be used" in words_of(double.requests[1])
    assert bench.rows("SELECT alt FROM candidates") == [
        ("A ginger cat sleeps on a mat.",)
    ]


def test_a_model_that_keeps_talking_is_a_failure(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    double.acts = [Act("I'm sorry, but I can't describe this picture.")]
    assert bench.run(models=("double-plain",)).failed == 1
    assert bench.rows("SELECT count(*) FROM candidates") == [(0,)]


def test_other_findings_are_stored_for_the_reviewer(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    double.acts = [Act.alt("Mount Kilimanjaro behind a herd of elephants.")]
    assert bench.run().made == 1
    (stored,) = bench.rows("SELECT findings FROM candidates")[0]
    assert "untrusted-name" in {finding["rule"] for finding in json.loads(stored)}


def test_a_name_of_the_house_glossary_is_trusted() -> None:
    answer = Answer(
        "Mount Kilimanjaro behind a herd of elephants.", Decision.INFORMATIVE
    )
    assert "untrusted-name" not in {
        one.rule for one in findings(answer, (), "en", house=["Mount Kilimanjaro"])
    }


def test_the_glossary_reaches_the_findings_of_a_run(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    double.acts = [Act.alt("Mount Kilimanjaro behind a herd of elephants.")]
    bench.run(wishes=Wishes(glossary=("Mount Kilimanjaro",)))
    assert bench.rows("SELECT findings FROM candidates") == [("[]",)]


def test_a_name_that_the_context_has_is_trusted() -> None:
    answer = Answer(
        "Mount Kilimanjaro behind a herd of elephants.", Decision.INFORMATIVE
    )
    assert "untrusted-name" in {one.rule for one in findings(answer, (), "en")}
    for piece in (
        Piece("title", "Mount Kilimanjaro", Trust.SITE, "title"),
        Piece("note", "Taken at Mount Kilimanjaro.", Trust.OWNER, "--context"),
        Piece("text before", "We saw Mount Kilimanjaro.", Trust.PAGE, "p"),
    ):
        assert "untrusted-name" not in {
            one.rule for one in findings(answer, (piece,), "en")
        }


def test_texts_that_a_rule_flags_are_redone(bench: Bench, double: Double) -> None:
    for number, alt in enumerate(
        [
            "Bar chart comparing Drupal 4.",
            "A ginger cat sleeps on a mat.",
            "DSC_0042.jpg",
        ]
    ):
        bench.add(number, alt=alt, label=Label.AI, has_label=True)
    bench.add(3, alt="Map showing U.")  # a person's
    bench.pull()
    config = parse('[site]\nurl = "https://example.org"\n')
    assert chosen(bench, flagged=flagged(config, ["cut"])) == ["a/n00000"]
    assert chosen(bench, flagged=flagged(config, ["cut", "file-name"])) == [
        "a/n00000",
        "a/n00002",
    ]
    assert chosen(bench, flagged=flagged(config, ["cut", "file-name"]), limit=1) == [
        "a/n00000"
    ]
    assert bench.run(Worklist(flagged=flagged(config, ["file-name"]))).made == 1
    with pytest.raises(UsageError, match="no such rule"):
        flagged(config, ["nonesuch"])
