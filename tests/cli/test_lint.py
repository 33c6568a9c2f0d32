"""altsync lint and altsync rules, as a person or another program calls them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from altsync import lint
from altsync.cli import main
from altsync.models import SiteImage
from altsync.store import mirror, pulls
from altsync.store.store import Store
from tests.processes import PATIENT

Run = Callable[..., tuple[int, str, str]]
TOML = '[site]\nurl = "https://h.test"\nsource = "memory"\n'


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALTSYNC_CONFIG", raising=False)

    def call(*args: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            main(args)
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def site(tmp_path: Path) -> None:
    (tmp_path / "altsync.toml").write_text(TOML, "utf-8")
    with Store.open(tmp_path / "data" / "altsync.db", create=True) as store:
        store.claim("https://h.test", "memory")
        with store.write() as tx:
            mirror.save(
                tx,
                pulls.begin(tx, "full"),
                [
                    SiteImage(
                        id="a/1",
                        album="a",
                        name="1",
                        alt="A Zwartevos.",
                        page_url="https://h.test/p",
                        page_text="Zwartevos.org",
                    ),
                    SiteImage(id="a/2", album="a", name="2", alt="A dog on a beach."),
                    SiteImage(id="b/3", album="b", name="3", alt="A photo of a cat."),
                    SiteImage(id="b/4", album="b", name="4", alt="A photo of a cat."),
                ],
            )


def test_one_text(run: Run) -> None:
    assert run("lint", "--text", "A dog on a beach.") == (0, "Nothing to remark.\n", "")
    args = (
        "lint",
        "--text",
        "Three engineers wave at the Maasdorp.",
        "--page-title",
        "The town opens Maasdorp.gov",
    )
    said = (
        "ERROR cut: The alt text ends in “Maasdorp.” where the page has a longer name: it"
        " was cut at the dot.\n"
    )
    assert run(*args) == (0, said, "")
    assert run(*args, "--fail-on", "error") == (3, said, "")
    assert run("lint", "--text", "A photo of a dog.", "--fail-on", "error")[0] == 0
    assert run("lint", "--text", "A photo of a dog.", "--fail-on", "warning")[0] == 3
    assert run("lint", "--text", "A dog on a beach.", "--fail-on", "warning")[0] == 0


def test_everything_known_about_one_text_counts(run: Run) -> None:
    for option in (
        "title",
        "caption",
        "album",
        "page-title",
        "after",
        "before",
    ):
        _, out, _ = run(
            "lint",
            "--text",
            "Red barn in the evening sun of May",
            f"--{option}",
            "Red barn in the evening sun of May",
        )
        assert "WARNING redundant-text" in out, option
    named = ("lint", "--text", "Our barn", "--file", "our-barn.jpg")
    assert "WARNING redundant-text" in run(*named)[1]
    assert (
        "WARNING language"
        in run(
            "lint", "--text", "Een man leest een boek op de bank.", "--language", "en"
        )[1]
    )


def test_what_the_house_says_counts_in_every_mode(run: Run, tmp_path: Path) -> None:
    """altsync.toml's glossary, instructions and album notes, as for the site's texts."""
    text = {"text": "A view of Zierikzee in the rain.", "album": "a"}
    one = ("lint", "--text", text["text"], "--album", "a", "--by-model")
    line = json.dumps({**text, "by_model": True}).encode()
    assert "untrusted-name" in run(*one)[1]
    assert run(*one[:-1])[1] == "Nothing to remark.\n"
    assert "--by-model goes with --text" in run("lint", "--by-model")[2]
    assert "untrusted-name" in run("lint", "--ndjson", stdin=line)[1]
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / "a.md").write_text("We lived in Zierikzee.", "utf-8")
    (tmp_path / "altsync.toml").write_text(TOML, "utf-8")
    assert run(*one)[1] == "Nothing to remark.\n"
    assert json.loads(run("lint", "--ndjson", stdin=line)[1])["findings"] == []


def test_one_text_in_every_format(run: Run) -> None:
    args = ("lint", "--text", "A dog on the", "--format")
    assert json.loads(run(*args, "json")[1])["findings"][0]["rule"] == "cut"
    assert json.loads(run(*args, "sarif")[1])["version"] == "2.1.0"
    assert run(*args, "csv")[1].startswith('"severity","rule","image"')
    assert "## Error: cut (1)" in run(*args, "markdown")[1]


def test_only_some_rules(run: Run) -> None:
    text = ("lint", "--text", "A photo of a dog on the")
    assert run(*text, "--rule", "hedge,person")[1] == "Nothing to remark.\n"
    assert "cut" not in run(*text, "--rule", "hedge, redundant-words")[1]
    code, out, err = run(*text, "--rule", "cuts")
    assert (code, out, err) == (
        2,
        "",
        "There is no rule “cuts”. Did you mean `cut`? `altsync rules` lists them all.\n",
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--text", "a", "--ndjson"], "Give --text or --ndjson, not both.\n"),
        (["--title", "a"], "--title goes with --text TEXT, and there is none.\n"),
        (
            ["--page-title", "a", "--ndjson"],
            "--page-title goes with --text TEXT, and there is none.\n",
        ),
        (
            ["--ndjson", "--album", "a"],
            (
                "--ndjson reads the album from each object and answers in JSON: "
                "leave out --album and --format.\n"
            ),
        ),
        (
            [],
            (
                "There is no altsync.toml here or above. Make one with `altsync init"
                " URL`, or name it with --config PATH.\n"
            ),
        ),
    ],
)
def test_what_does_not_go_together(run: Run, args: list[str], message: str) -> None:
    assert run("lint", *args) == (2, "", message)


def test_the_owners_settings_hold_where_there_is_a_file(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "altsync.toml").write_text(
        TOML + '[lint.rules]\nredundant-words = "off"\n', "utf-8"
    )
    assert run("lint", "--text", "A photo of a dog.")[1] == "Nothing to remark.\n"
    assert "redundant-words (off)" in run("rules")[1]
    (tmp_path / "altsync.toml").write_text(
        TOML + '[lint.rules]\nphoto = "off"\n', "utf-8"
    )
    code, _, err = run("lint", "--text", "A photo of a dog.")
    assert (code, err) == (
        2,
        (
            "altsync.toml: lint.rules.photo is not a rule. `altsync rules` lists them"
            " all.\n"
        ),
    )
    assert run("--config", "other.toml", "lint", "--text", "x")[0] == 2


def test_ndjson(run: Run) -> None:
    lines = [
        b'{"text": "A Zwartevos.", "before": "Zwartevos.org"}',
        b"",
        b'{"text": "\xe7\x8a\xac"}',
        b'{"text": "A photo of a dog."}',
    ]
    code, out, err = run("lint", "--ndjson", stdin=b"\n".join(lines))
    assert (code, err) == (0, "")
    answers = [json.loads(line) for line in out.splitlines()]
    assert [[f["rule"] for f in one["findings"]] for one in answers] == [
        ["cut"],
        [],
        ["redundant-words"],
    ]
    assert set(answers[0]) == {"text", "findings"}
    assert set(answers[0]["findings"][0]) == {"rule", "severity", "message"}
    assert (
        run("lint", "--ndjson", "--fail-on", "error", stdin=b"\n".join(lines))[0] == 3
    )
    assert run("lint", "--ndjson", "--fail-on", "error", stdin=lines[3])[0] == 0
    assert (
        run("lint", "--ndjson", "--rule", "person", stdin=lines[0])[1]
        == '{"text": "A Zwartevos.", "findings": []}\n'
    )
    assert run("lint", "--ndjson") == (0, "", "")


def test_ndjson_goes_on_after_a_bad_line_and_says_which(run: Run) -> None:
    code, out, err = run(
        "lint", "--ndjson", stdin=b'nope\n{"text": "A dog on a beach."}\n{"alt": 1}\n'
    )
    assert code == 5
    answers = [json.loads(line) for line in out.splitlines()]
    assert [one.get("error") for one in answers] == [
        "Line 1 is not JSON: Expecting value: line 1 column 1 (char 0).",
        None,
        'Line 3 has no "text".',
    ]
    assert "Line 3" in err
    assert err.endswith("2 lines could not be read; the others are answered.\n")


def test_ndjson_answers_each_line_at_once(tmp_path: Path) -> None:
    code = "from altsync.cli import main; main(['lint', '--ndjson'])"
    env = {key: value for key, value in os.environ.items() if key != "ALTSYNC_CONFIG"}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=env,
    ) as child:
        assert child.stdin
        assert child.stdout
        for _ in range(2):
            child.stdin.write(b'{"text": "A dog on a beach."}\n')
            child.stdin.flush()
            assert json.loads(child.stdout.readline()) == {
                "text": "A dog on a beach.",
                "findings": [],
            }
        child.stdin.close()
        assert child.wait(PATIENT) == 0


@pytest.mark.usefixtures("site")
def test_the_site(run: Run) -> None:
    code, out, err = run("lint")
    assert (code, err) == (0, "")
    assert out.splitlines()[:4] == [
        (
            "ERROR cut: 1 image."
            f" {next(r.sentence for r in lint.all_rules() if r.id == 'cut')}"
        ),
        '  a/1  "A Zwartevos."',
        (
            "      The alt text ends in “Zwartevos.” where the page has a longer name: it"
            " was cut at the dot."
        ),
        "      used on https://h.test/p",
    ]
    assert "WARNING corpus: 2 images." in out
    assert (
        out.splitlines()[-1]
        == "4 images checked, 3 with a finding: cut 1 error, redundant-words 2"
        " warnings, corpus 2 warnings."
    )
    assert run("lint", "--fail-on", "error")[0] == 3
    assert run("lint", "--fail-on", "error", "--rule", "corpus")[0] == 0
    assert (
        run("lint", "--rule", "cut")[1].splitlines()[-1]
        == "4 images checked, 1 with a finding: cut 1 error."
    )


@pytest.mark.usefixtures("site")
def test_one_album(run: Run) -> None:
    assert (
        run("lint", "--album", "a")[1].splitlines()[-1]
        == "2 images checked, 1 with a finding: cut 1 error."
    )
    code, _, err = run("lint", "--album", "c")
    assert (code, err) == (
        2,
        "There is no album `c` in the mirror. Known: a, b. Nothing was done.\n",
    )


@pytest.mark.usefixtures("site")
def test_the_site_in_every_format(run: Run) -> None:
    assert json.loads(run("lint", "--format", "json")[1])["images"] == 4
    assert (
        len(json.loads(run("lint", "--format", "sarif")[1])["runs"][0]["results"]) == 5
    )
    assert len(run("lint", "--format", "csv")[1].splitlines()) == 6
    assert "## Warning: corpus (2)" in run("lint", "--format", "markdown")[1]


def test_rules_lists_and_explains(run: Run) -> None:
    """A list that a person can read; one rule from its own source, when it is asked for."""
    code, out, err = run("rules")
    assert (code, err) == (0, "")
    unwrapped = " ".join(out.split())
    for rule in lint.all_rules():
        assert f"{rule.id} ({rule.severity}) {rule.sentence} " in unwrapped
    assert "limits: info = 160, warning = 250, error = 512" in out
    assert "`altsync rules ID` says why" in out
    assert "passes:" not in out
    code, out, _ = run("rules", "cut")
    assert "  What: The text ends in the middle: a quote or bracket left open" in out
    assert "  Why: Whoever listens hears a sentence that stops" in out
    assert '  Example: "A chart of ferries that run between the"\n  Instead: "A' in out
    assert "  … and " in out
    code, out, _ = run("rules", "cut", "hedge")
    assert out.count("passes:") == 2
    assert run("rules", "cuts")[0] == 2
    code, out, _ = run("rules", "misread")
    assert "  (in the picture: Visitors | 1.240 | 880)" in out
