"""The lint on what a model wrote: asked once more, or stored with the candidate; and
which texts `--rule` redoes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from altsync import lint
from altsync.config import parse
from altsync.errors import UsageError
from altsync.generate.answer import Answer
from altsync.generate.checking import beside, findings, flagged
from altsync.generate.context import Piece, Trust
from altsync.generate.prompt import Wishes
from altsync.lint import Evidence
from altsync.models import Decision, Finding, Label
from altsync.store.worklist import Worklist
from altsync.uses import Known
from tests.doubles.providers.openai import Act, Double, decided, words_of
from tests.generate.conftest import Bench
from tests.generate.test_choosing import chosen

Filled = Callable[[int], Bench]


@pytest.mark.parametrize(
    "bad",
    [
        "I'm sorry, I can't help with identifying people.",
        "Sure, here is the alt text: A cat on a mat.",
        "Diagram showing U.",
        "**A cat** on a mat.",
        "image",
        "May be an image of a cat and a mat.",
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


LONG = "A ginger cat sleeps on a mat, and " + "beside it sleeps another one, " * 8


@pytest.mark.parametrize(
    ("setting", "decision", "calls"),
    [
        ({}, "informative", 2),
        ({"length": "off"}, "informative", 1),
        ({"length": "info"}, "informative", 1),
        ({"length": {"warning": 400}}, "informative", 1),
        ({"length": {"error": 100, "warning": 90}}, "text", 1),
        ({}, "text", 1),
    ],
)
def test_the_owners_length_decides_what_is_too_long(
    filled: Filled, double: Double, setting: dict[str, Any], decision: str, calls: int
) -> None:
    """Over 250 characters an answer was refused whatever altsync.toml said."""
    bench = filled(1)
    text = LONG.strip(", ") + "."
    assert 250 < len(text) < 400
    double.acts = [Act(decided(text, decision)), Act.alt("A cat.")]
    bench.run(rules=lint.ruleset("default", setting))
    assert double.calls == calls
    assert bench.rows("SELECT alt FROM candidates") == [
        (text if calls == 1 else "A cat.",)
    ]


@pytest.mark.parametrize(
    ("setting", "kept"), [({}, 1), ({"length": {"error": 250}}, 0)]
)
def test_a_long_text_that_is_long_again_goes_to_a_person(
    filled: Filled, double: Double, setting: dict[str, Any], kept: int
) -> None:
    """Over 250 characters both answers were thrown away, though the site takes 512."""
    bench = filled(1)
    text = LONG.strip(", ") + "."
    double.acts = [Act.alt(text), Act.alt(text)]
    bench.run(rules=lint.ruleset("default", setting))
    assert double.calls == 2
    assert bench.rows("SELECT alt FROM candidates") == [(text,)] * kept


def test_what_the_site_cannot_take_is_refused_by_no_rule(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    double.acts = [Act.alt("x" * 513), Act.alt("A cat.")]
    bench.run(rules=lint.ruleset("default", {"length": "off"}))
    assert bench.rows("SELECT alt FROM candidates") == [("A cat.",)]


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


def test_the_glossary_reaches_the_findings_of_a_run(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    double.acts = [Act.alt("Mount Kilimanjaro behind a herd of elephants.")]
    bench.run(wishes=Wishes(glossary=("Mount Kilimanjaro",)))
    assert bench.rows("SELECT findings FROM candidates") == [("[]",)]


def test_what_the_model_was_told_besides_is_known() -> None:
    answer = Answer(
        "Mount Kilimanjaro behind a herd of elephants.", Decision.INFORMATIVE
    )
    assert rules_of(findings(answer, Evidence())) == {"untrusted-name"}
    note = Piece("note", "Taken at Mount Kilimanjaro.", Trust.OWNER, "--context")
    file = Piece("description in the file", "Mount Kilimanjaro", Trust.FILE, "EXIF")
    for pieces, wishes in (
        ((note,), Wishes()),
        ((file,), Wishes()),
        ((), Wishes(glossary=("Mount Kilimanjaro",))),
        ((), Wishes(instructions="Say Mount Kilimanjaro, not Kili.")),
    ):
        known = beside(Evidence(), pieces, wishes)
        assert rules_of(findings(answer, known)) == set()


def test_what_the_mirror_knows_is_not_taken_from_the_pieces() -> None:
    """Else review and audit, which have no pieces, would know less."""
    piece = Piece("title", "Mount Kilimanjaro", Trust.SITE, "title")
    assert beside(Evidence(), (piece,), Wishes()) == Evidence()


def rules_of(found: tuple[Finding, ...]) -> set[str]:
    return {one.rule for one in found}


@pytest.mark.parametrize(
    "overrides",
    [{"leak": "off"}, {"leak": "warning"}, {"leak": {"severity": "info"}}],
)
def test_a_rule_that_the_owner_switched_off_refuses_nothing(
    filled: Filled, double: Double, overrides: dict[str, Any]
) -> None:
    bench = filled(1)
    double.acts = [Act.alt("**A cat** on a mat.")]
    assert bench.run(rules=lint.ruleset("default", overrides)).made == 1
    assert double.calls == 1
    assert bench.rows("SELECT alt FROM candidates") == [("**A cat** on a mat.",)]


def test_a_rule_that_is_on_refuses_with_the_evidence_of_the_image(
    bench: Bench, double: Double
) -> None:
    bench.add(1, page_text="The city works with Maasdorp.gov.")
    bench.pull()
    double.acts = [Act.alt("Two men at the Maasdorp."), Act.alt("Two men at a desk.")]
    assert bench.run().made == 1
    assert double.calls == 2
    assert bench.rows("SELECT alt FROM candidates") == [("Two men at a desk.",)]


def test_texts_that_a_rule_flags_are_redone(bench: Bench, double: Double) -> None:
    for number, alt in enumerate(
        [
            "Bar chart comparing Zwartevos 4.",
            "A ginger cat sleeps on a mat.",
            "DSC_0042.jpg",
        ]
    ):
        bench.add(number, alt=alt, label=Label.AI, has_label=True)
    bench.add(3, alt="Diagram showing U.")  # a person's
    bench.pull()
    config = parse('[site]\nurl = "https://example.org"\n')
    known = Known(config, bench.store.conn)
    assert chosen(bench, flagged=flagged(known, ["cut"])) == ["a/n00000"]
    assert chosen(bench, flagged=flagged(known, ["cut", "file-name"])) == [
        "a/n00000",
        "a/n00002",
    ]
    assert chosen(bench, flagged=flagged(known, ["cut", "file-name"]), limit=1) == [
        "a/n00000"
    ]
    assert bench.run(Worklist(flagged=flagged(known, ["file-name"]))).made == 1
    with pytest.raises(UsageError, match="no such rule"):
        flagged(known, ["nonesuch"])
