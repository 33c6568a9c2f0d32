"""altsync sample, approve --by-sample and compare, as commands on a real mirror."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from altsync.cli import approve, cli
from altsync.cli.sample import Share
from altsync.errors import AltsyncError, UsageError
from altsync.render.text import percent
from altsync.store import candidates, comparisons, looks
from altsync.store.store import Store
from altsync.verdicts import acts, bounds, reading
from altsync.verdicts.statements import statement
from tests.cli.printed import document
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
    assert drawn.stdout == "Sample 1: 0 right, 0 wrong, 2 to judge of 2.\n"
    assert "Drew sample 1: 2 texts of 5 by gpt-5.4-mini." in drawn.stderr
    assert "altsync review --sample 1" in drawn.stderr

    again = run("sample", "--bound", "60%")
    assert again.exit_code == 1
    assert "never drawn again" in str(again.exception)

    early = run("approve", "--by-sample", "1")
    assert isinstance(early.exception, AltsyncError)
    assert "2 are still to judge" in str(early.exception)

    with sqlite3.connect("data/altsync.db") as conn:
        images = [row[0] for row in conn.execute("SELECT image_id FROM sample_items")]
    conn.close()
    assert run("approve", *images, "--by", "maria").exit_code == 0
    said = run("sample", "--show", "1")
    assert said.stdout.splitlines() == [
        "Sample 1: 2 right, 0 wrong, 0 to judge of 2.",
        (
            "At most 2 (40.00%) of all 5 texts are wrong, at 90% confidence: the bound of"
            " 60% holds."
        ),
        "Of the 3 that nobody read, at most 2 (66.67%).",
        "Judged: maria 2 (how is not recorded).",
    ]
    rest = run("approve", "--by-sample", "1")
    assert rest.stdout == (
        "Approved 3 candidates as sample:1: at most 2 of them wrong, at 90% confidence.\n"
    )


def test_who_approves_all_past_an_open_sample_is_asked(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("sample", "--bound", "60%", "--confidence", "0.9")
    asked = run("approve", "--all")
    assert isinstance(asked.exception, UsageError)
    assert "Sample 1 is open: 2 to judge" in asked.stderr
    assert "it speaks for 5 texts of these" in asked.stderr
    assert "say --yes" in str(asked.exception)
    somebody = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(approve, "sys", somebody)
    for answer, approved in (("no", 0), ("yes", 6)):
        CliRunner().invoke(cli, ["approve", "--all"], input=f"{answer}\n")
        with sqlite3.connect("data/altsync.db") as conn:
            assert (
                conn.execute("SELECT count(*) FROM reviews").fetchone()[0] == approved
            )
        conn.close()
    assert run("approve", "--all", "--yes").exit_code == 0


def test_known_bad_texts_are_mixed_in_and_tell_of_their_reader(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = run("sample", "--bound", "60%", "--seeded")
    assert "takes true ones" in str(none.exception)
    run("approve", "prague/clock", "--by", "maria")
    drawn = run("sample", "--bound", "60%", "--confidence", "0.8", "--seeded")
    assert drawn.exit_code == 0, drawn.output
    assert "1 known-bad text mixed in.\nWho catches all 1 of them" in drawn.stderr
    assert "5 texts were wanted" in drawn.stderr
    judged = int(drawn.stdout.split(" judged, ")[1].split(" to judge")[0])
    assert drawn.stdout == f"Sample 1: 0 judged, {judged} to judge.\n"
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        for one in reading.open_places(statement(tx, 1)):
            given = acts.Given(one.image, looks.sight(tx, one.image))
            reading.judge(tx, 1, one.place, "approve", given, "maria", lambda *_: ())
    said = run("sample", "--show", "1").stdout
    assert "You caught 0 of 1 planted errors [0.00, 0.90]." in said
    assert "at most 4 (100.00%) of all 4 texts are wrong" in said
    asked = run("approve", "--by-sample", "1")
    assert "only for a reader who misses nothing" in str(asked.exception)
    assert "You caught 0 of 1" in asked.stderr
    assert run("approve", "--by-sample", "1", "--yes").exit_code == 0
    with sqlite3.connect("data/altsync.db") as conn:
        sql = "SELECT note FROM reviews WHERE reviewer = 'sample:1'"
        notes = {row[0] for row in conn.execute(sql)}
    conn.close()
    assert "Approved on its word: 2 texts." in run("sample", "--show", "1").stdout
    told = document("sample", run("sample", "--show", "1", "--json").stdout)
    assert (told["planted"], told["caught"], told["approved"]) == (1, 0, 2)
    assert len(notes) == 1
    assert notes.pop().endswith("its reader may have missed, 4 of all 4")


def test_a_sample_that_may_end_early_says_where(here: Path) -> None:
    drawn = run("sample", "--bound", "60%", "--confidence", "0.9", "--early")
    assert "It ends after 2 texts if none is wrong, after" in drawn.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("sample",),
        ("sample", "--bound", "2"),
        ("sample", "--bound", "x"),
        ("sample", "--bound", "2%", "--show", "1"),
        ("sample", "--show", "9"),
        ("sample", "--show", "1", "--seeded"),
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


def test_what_the_grades_say_in_every_format(here: Path) -> None:
    images = ("prague/tram", "prague/clock", "sydney/team")
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        for image in images:
            candidates.add(tx, candidate(image, "Other text.", model="other"))
    named = [word for image in images for word in ("--images", image)]
    assert run("compare", "-m", "gpt-5.4-mini", "-m", "other", *named).exit_code == 0
    assert "Nothing is judged yet." in run("compare", "--show", "1").stdout
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        for one in comparisons.choices(tx, 1):
            mine = one.model == "other"
            comparisons.mark(tx, one.id, "A" if mine else "C", "maria")
    said = run("compare", "--show", "1").stdout
    assert said.startswith(
        "Comparison 1: 3 of 3 images judged.\nNot decided between other"
    )
    assert "No strengths: under 10 judged images" in said
    rows = run("compare", "--show", "1", "--format", "csv").stdout.splitlines()
    assert len(rows) == 7
    assert sum('"maria","A"' in row for row in rows) == 3
    results = run("compare", "--show", "1", "--format", "results-csv").stdout
    assert [line.split(",")[1:5] for line in results.splitlines()[1:3]] == [
        ['"all"', '"other"', '"3"', '"3.0"'],
        ['"all"', '"gpt-5.4-mini"', '"3"', '"0.0"'],
    ]
    found = json.loads(run("compare", "--show", "1", "--format", "json").stdout)
    assert found["together"]["pairs"][0]["first"] == "other"
    assert found["graders"][0]["grader"] == "maria"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Say -m MODEL -m MODEL to draw a comparison, or --show RUN"),
        (("-m", "a", "-m", "b", "--show", "1"), "or --show RUN to look at one"),
        (("--show", "9"), r"There is no comparison 9 \(known: none yet"),
        (("-m", "a", "--prompt", "p"), "needs two models, or one with two --prompt"),
    ],
)
def test_a_comparison_that_is_not_meant_is_a_usage_error(
    here: Path, args: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        CliRunner().invoke(cli, ["compare", *args], catch_exceptions=False)


def test_one_model_is_no_comparison(here: Path) -> None:
    result = run("compare", "-m", "gpt-5.4-mini", "-m", "gpt-5.4-mini")
    assert "needs two models" in str(result.exception)


@pytest.mark.parametrize("share", ["99.9%", "0.7%", "95%", "0.999", "0.0001%"])
def test_a_share_is_told_as_it_was_said(share: str) -> None:
    found = Share().convert(share, None, None)
    assert percent(found) == {"0.999": "99.9%"}.get(share, share)
    if share == "0.7%":
        assert bounds.tolerable(1000, found) == 7
