"""What the rules reach on real, labelled texts: the promise that a change of a rule
must not break."""

from __future__ import annotations

import json

import pytest

from altsync import lint
from benchmarks.lint_corpus import HERE, Tally, tally, wilson


@pytest.fixture(scope="module")
def result() -> Tally:
    rows = [
        json.loads(line)
        for line in (HERE / "dri-es-sample.ndjson").read_text("utf-8").splitlines()
    ]
    labels = [
        json.loads(line)
        for line in (HERE / "labels.ndjson").read_text("utf-8").splitlines()
    ]
    assert [(row["album"], row["image"], row["page"]) for row in rows] == [
        (one["album"], one["image"], one["page"]) for one in labels
    ]
    return tally(rows, labels, lint.ruleset())


def test_every_error_rule_is_precise(result: Tally) -> None:
    for (rule, severity), flagged in result.flagged.items():
        if severity == "error":
            assert result.right[rule, severity] / flagged >= 0.95, rule


def test_what_is_cut_or_leaked_is_found(result: Tally) -> None:
    for rule in ("cut", "leak", "empty"):
        assert result.labelled[rule]
        assert result.found[rule] / result.labelled[rule] >= 0.9, rule


def test_the_lint_stays_quiet_about_good_texts(result: Tally) -> None:
    assert result.good > 400
    assert result.good_warned / result.good <= 0.15
    assert result.good_stopped / result.good <= 0.01


def test_wilson() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(28, 30)
    assert (round(low, 3), round(high, 3)) == (0.787, 0.982)
