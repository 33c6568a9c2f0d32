"""altsync approve and reject: what is left alone is said, and what was left is not stuck."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from altsync.cli import cli
from altsync.errors import UnknownImage, UsageError
from altsync.models import Scope, Verdict
from altsync.store import candidates
from altsync.store.store import Store
from tests.cli.conftest import Owner
from tests.cli.printed import document
from tests.verdicts.given import ERROR
from tests.web.mirrors import build, candidate


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, args)


def propose(here: Path, image: str, text: str, *, bulk: bool = False) -> None:
    """A text with an error; `bulk`: approved over many, as an older altsync did."""
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        made = candidates.add(tx, candidate(image, text, findings=(ERROR,)))
        if bulk:
            candidates.judge(tx, made, Verdict.APPROVED, "anna", Scope.BULK)


def test_what_is_left_alone_is_said_with_the_command_that_goes_on(here: Path) -> None:
    propose(here, "prague/line", "Sure! Here is the text.")
    done = run("approve", "--all", "--by", "maria")
    assert done.stdout == "Approved 6 candidates.\n"
    assert done.stderr.splitlines() == [
        "Left alone: 1 image: complex, which wants a person's eye.",
        "Left alone: 1 image: the lint found leak.",
        "Look at what was left in: altsync review; or name it: altsync approve"
        " prague/chart",
        "Look at what would be sent with: altsync diff",
    ]
    assert run("approve", "prague/line").stdout == "Approved 1 candidate.\n"
    assert "Sure! Here is the text." in run("diff").stdout


def test_where_there_is_a_choice_a_name_says_which_text_it_took(here: Path) -> None:
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        candidates.add(tx, candidate("prague/tram", "A hasty tram.", model="hasty"))
    left = run("approve", "--all").stderr.splitlines()
    assert "Left alone: 1 image: candidates of several models to choose from." in left
    assert left[2].endswith("or name it: altsync approve prague/chart")
    run("approve", "prague/chart")
    left = run("approve", "--all").stderr.splitlines()
    assert left[1] == "Look at what was left in: altsync review"
    done = run("approve", "prague/tram", "--quiet")
    assert done.stderr.splitlines()[0] == (
        'prague/tram: of 2 texts the newest, by hasty: "A hasty tram."'
        " (all: altsync log prague/tram; another: --model MODEL)"
    )


def test_of_several_texts_one_is_named_by_its_model(here: Path) -> None:
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        ((tram,),) = candidates.open_candidates(tx, ["prague/tram"])
        candidates.add(tx, candidate("prague/tram", "A hasty tram.", model="hasty"))
    for model, text in (("hasty", "A hasty tram."), (str(tram.model), tram.alt)):
        done = run("approve", "prague/tram", "--model", model)
        assert (done.exit_code, "newest" in done.stderr) == (0, False)
        assert f'+ "{text}"' in run("diff").stdout


def test_a_text_by_a_model_that_there_is_not(here: Path) -> None:
    propose(here, "prague/tram", "Mine.")
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        candidates.add(tx, candidate("prague/line", "A hasty line.", model="hasty"))
    asked = run("approve", "prague/tram", "--model", "hastey")
    assert "by the model `hastey`. Did you mean `hasty`?" in str(asked.exception)
    lacking = run("approve", "prague/tram", "--model", "hasty")
    assert "prague/tram has nothing to approve by hasty" in str(lacking.exception)
    everything = run("approve", "--all", "--model", "hasty")
    assert "about images that are named" in str(everything.exception)
    assert ": 0 changes" in run("diff").stdout + run("diff").stderr


def test_what_was_left_and_what_was_chosen_as_a_document(here: Path) -> None:
    with Store.open(here / "data/altsync.db") as store, store.write() as tx:
        candidates.add(tx, candidate("prague/tram", "A hasty tram.", model="hasty"))
    told = document("approve", run("approve", "--all", "--json").stdout)
    assert "prague/tram" in {one["image"] for one in told["left"]}
    told = document("approve", run("approve", "prague/tram", "--json").stdout)
    (chosen,) = told["chosen"]
    assert (chosen["alt"], chosen["waited"]) == ("A hasty tram.", 2)


def test_the_unflagged_ones_only(here: Path) -> None:
    done = run("approve", "--unflagged")
    assert done.stdout == "Approved 5 candidates.\n"
    assert "1 image: the lint has something to say." in done.stderr


def test_a_text_that_was_approved_over_many_is_freed_by_its_name(here: Path) -> None:
    propose(here, "prague/line", "Sure! Here is the text.", bulk=True)
    refused = run("diff").stdout + run("diff").stderr
    assert "nobody approved this very text" in refused
    assert run("approve", "prague/line").stdout == "Approved 1 candidate.\n"
    freed = run("diff").stdout
    assert "nobody approved" not in freed
    assert "Sure! Here is the text." in freed
    again = run("approve", "prague/line")
    assert isinstance(again.exception, UsageError)
    assert "nothing to approve (its state is approved)" in str(again.exception)


def test_a_rejected_text_is_not_approved_with_the_rest(here: Path) -> None:
    assert run("reject", "prague/tram").stdout == (
        "Rejected the candidates for 1 image.\n"
    )
    assert run("approve", "--all").stdout == "Approved 5 candidates.\n"
    assert "prague/tram" not in run("diff").stdout


@pytest.mark.parametrize("command", ["approve", "reject"])
def test_an_image_that_there_is_not(here: Path, command: str) -> None:
    done = run(command, "prague/nowhere", "prague/tram")
    assert isinstance(done.exception, UnknownImage)


def test_nobody_judges_under_a_name_of_altsyncs_own(owner: Owner) -> None:
    """Before anything else: there is neither a configuration nor a database."""
    for command in (
        *("approve --all", "reject X", "settle X --applied", "revert 1"),
        *("sample --bound 2%", "compare -m A -m B", "review", "browse"),
    ):
        ran = owner.run(*command.split(), "--by", "sample:1", code=2)
        assert ran.err == (
            "--by must be another: verdicts of altsync itself bear that name.\n"
        )


def test_who_is_unsure_asks_and_an_answer_by_name_frees_it(here: Path) -> None:
    """Every verdict by name can bear a note; the log and `who` know them."""
    asked = run(
        "ask", "prague/tram", "--note", " Is it 22? ", "--of", "jon", "--by", "ann"
    )
    assert asked.stdout == "Asked jon about 1 image.\n"
    left = run("approve", "--all").stderr
    assert "1 image: somebody is unsure of it and asked a colleague." in left
    assert "prague/tram" not in run("diff").stdout
    answered = run("approve", "prague/tram", "--note", "It is.", "--by", "jon")
    assert answered.stdout == "Approved 1 candidate.\n"
    assert "prague/tram" in run("diff").stdout
    run("reject", "prague/tram", "--note", "Not any more.", "--by", "jon")
    log = run("log", "prague/tram").stdout
    assert "(by ann, unsure, asks jon: Is it 22?)" in log
    assert "(by jon, approved: It is.)" in log
    assert "(by jon, rejected: Not any more.)" in log
    anybody = run("ask", "prague/clock", "--note", "Which hour?")
    assert anybody.stdout == "Asked anybody about 1 image.\n"


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["ask", "prague/tram", "--note", " "], "Say what is unclear"),
        (["ask", "prague/tram", "--note", "x" * 501], "nothing was cut"),
        (["ask", "prague/tram", "--note", "?", "--of", "sample:1"], "must be another"),
        (["ask", "prague/river", "--note", "?"], "has nothing to ask about"),
        (["approve", "--all", "--note", "Fine."], "about images that are named"),
        (["reject", "prague/tram", "--note", "x" * 501], "nothing was cut"),
    ],
)
def test_a_question_or_note_that_cannot_be_kept_writes_nothing(
    here: Path, args: list[str], why: str
) -> None:
    refused = run(*args)
    assert isinstance(refused.exception, UsageError)
    assert why in str(refused.exception)
    with Store.open(here / "data/altsync.db") as store:
        assert store.conn.execute("SELECT count(*) FROM reviews").fetchone() == (0,)
