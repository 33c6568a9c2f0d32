"""altsync sample, approve --by-sample and compare, as commands on a real mirror."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from altsync.cli import cli
from altsync.errors import AltsyncError
from altsync.store import candidates
from altsync.store.store import Store
from tests.web.mirrors import build, candidate


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, args)


def test_from_the_draw_to_the_approval_of_the_rest(here: Path) -> None:
    drawn = run("sample", "--bound", "60%", "--confidence", "0.9", "--by", "maria")
    assert drawn.exit_code == 0, drawn.output
    assert drawn.stdout == "Sample 1: 0 right, 0 wrong, 3 to judge of 3.\n"
    assert "Drew sample 1: 3 texts of 5 by gpt-5.4-mini." in drawn.stderr
    assert "altsync review --sample 1" in drawn.stderr

    early = run("approve", "--by-sample", "1")
    assert isinstance(early.exception, AltsyncError)
    assert "3 of 3 are open" in str(early.exception)

    with sqlite3.connect("data/altsync.db") as conn:
        images = [row[0] for row in conn.execute("SELECT image_id FROM sample_items")]
    conn.close()
    assert run("approve", *images, "--by", "maria").exit_code == 0
    said = run("sample", "--show", "1")
    assert said.stdout.splitlines() == [
        "Sample 1: 3 right, 0 wrong, 0 to judge of 3.",
        (
            "At most 53.58% of 5 texts are wrong, at 90% confidence: the bound holds"
            " (60.00%)."
        ),
    ]
    rest = run("approve", "--by-sample", "1")
    assert (
        rest.stdout
        == "Approved 2 candidates as sample:1: at most 53.58% wrong at 90% confidence.\n"
    )
    again = run("sample", "--bound", "60%")
    assert again.exit_code == 1
    assert "never drawn again" in str(again.exception)


@pytest.mark.parametrize(
    "args",
    [
        ("sample",),
        ("sample", "--bound", "2"),
        ("sample", "--bound", "x"),
        ("sample", "--bound", "2%", "--show", "1"),
        ("sample", "--show", "9"),
        ("approve", "--all", "--by-sample", "1"),
        ("approve", "--by-sample", "7"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    here: Path, args: tuple[str, ...]
) -> None:
    result = run(*args)
    code = (
        result.exit_code
        if not isinstance(result.exception, AltsyncError)
        else result.exception.exit_code
    )
    assert code == 2


def test_texts_that_are_there_are_compared_without_asking_anybody(here: Path) -> None:
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        for image in ("prague/tram", "prague/clock"):
            candidates.add(tx, candidate(image, "Other text.", model="other"))
    names = ("--images", "prague/tram", "--images", "prague/clock")
    result = run("compare", "-m", "gpt-5.4-mini", "-m", "other", *names)
    assert result.exit_code == 0, result.output
    assert result.stdout == "Comparison 1: 2 images, gpt-5.4-mini, other.\n"
    assert "/-/altsync/compare?run=1" in result.stderr


def test_one_model_is_no_comparison(here: Path) -> None:
    result = run("compare", "-m", "gpt-5.4-mini", "-m", "gpt-5.4-mini")
    assert "needs two models" in str(result.exception)
