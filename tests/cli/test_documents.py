"""Every command and snippet of the documents: run where it can be, else at least read by
what would run it; what is neither says why, in its source."""

from __future__ import annotations

import ast
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pytest
import yaml

from altsync.cli import cli
from altsync.cli.demo import Demonstration, show
from altsync.config import parse
from altsync.demo.site import DemoSite
from tests.cli.conftest import TOKEN, Owner, Prepared
from tests.cli.snippets import (
    PAGES,
    ROOT,
    Line,
    Snippet,
    lines,
    mentions,
    named,
    shows,
    snippets,
)

ALL = [snippet for page in PAGES for snippet in snippets(page)]
TYPED = [one for one in ALL if one.language in ("sh", "console") and not one.reason]
CALLED = re.compile(r"(?:^|[\s/=])altsync ((?:[a-z]+)(?: [^|&;\n]*)?)")
"""A command in another program's configuration."""
TUTORIAL = "docs/tutorial.md"
NOT_RUN = {
    "installs packages (make build, tests/test_newcomer.py)",
    "serves until it is stopped (tests/web/test_plain_datasette.py)",
    "another program's configuration",
    "commands of a Drupal, which is not here",
    "needs a proxy with a login before it, tried by hand",
    "needs other machines (tests/generate/test_cluster.py)",
    "needs Ray and Spark",
}
"""Every reason that a page gives."""
ELSEWHERE = {
    "docs/how-to/audit.md": "tests/cli/test_audit.py",
    "docs/how-to/generate.md": "tests/cli/test_generating.py",
    "docs/how-to/hand-over.md": "tests/cli/test_work.py",
}
"""Pages with Python, and the test that runs it and looks at what came of it."""
APPROVED = ("forest-stream", "high-path", "summit-sunset")
"""Of one album; the first two are sent before anything of a page is typed."""
NAMES = {
    "gpt-5.4-mini": "altsync-demo",
    "gemini-3-flash": "altsync-demo-hasty",
    "MODEL-A": "altsync-demo",
    "MODEL-B": "altsync-demo-hasty",
    "model=gpt-4o": "model=altsync-demo",
    "12": "1",
    "14": "2",
    "holiday": "at-home",
    "holiday/beach": "at-home/chelsea",
    "album/image": "in-the-mountains/forest-stream",
    "IMAGE": "at-home/dandelions",
    "berlin": "at-home",
    "ALBUM/NAME": "at-home/chelsea",
    "clients/museum.example/altsync.toml": "altsync.toml",
}
"""Names that a reader replaces by their own, and the ones that are here."""
ONLY_READ = {
    "altsync sample --bound 2% --seeded": "drawn already (tests/cli/test_sample.py)",
    "altsync keys set": "asks for a key",
    "altsync plugins install": "installs a package (tests/cli/test_plugins.py)",
    "altsync review": "serves until Ctrl-C (tests/cli/test_review.py)",
    "altsync settle": "nothing is open here (tests/cli/test_settle.py)",
    "altsync work import": "nothing was answered here (tests/cli/test_work.py)",
    "altsync packet read": "nothing came back here (tests/cli/test_packet.py)",
    "altsync compare": "of other texts than are here (tests/cli/test_sample.py)",
    "altsync generate --use": "no medium in a text here (tests/cli/test_uses.py)",
    "altsync generate --batch --": "no provider here (tests/cli/test_batches.py)",
    "altsync init": "the mirror is there (tests/cli/test_loop.py)",
    "altsync approve --by-sample": "nothing was judged (tests/cli/test_sample.py)",
    "altsync pages ~/export/html": "a directory of the reader's",
    "altsync diff --from old.db": "a file of the reader's",
    "altsync diff --from 12": "two pushes are not here (tests/cli/test_audit.py)",
    "altsync pages https://": "another site (tests/cli/test_pages.py)",
    "altsync verify https://": "another site (tests/cli/test_verify.py)",
}
"""Commands whose words and options are read, and that are not carried out here: why."""


def read(words: Sequence[str]) -> None:
    """The words as click reads them, up to what would be done. Raises UsageError."""
    context = cli.make_context("altsync", list(words))
    command: click.Command = cli
    rest = [*context._protected_args, *context.args]
    while isinstance(command, click.Group) and rest:
        name, inner, rest = command.resolve_command(context, rest)
        assert inner is not None
        context = inner.make_context(name, rest, parent=context)
        command, rest = inner, [*context._protected_args, *context.args]


def here(words: Sequence[str]) -> list[str]:
    return [NAMES.get(word, word) for word in words]


def only_read(words: Sequence[str]) -> bool:
    typed = " ".join(words)
    return any(typed.startswith(prefix) for prefix in ONLY_READ)


class Shell:
    """A reader who types what a page says."""

    def __init__(self, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
        self._owner = owner
        self._monkeypatch = monkeypatch

    def type(self, words: list[str]) -> str:
        """One line; what it printed."""
        if "|" in words:
            at = words.index("|")
            assert words[0] == "echo"
            stream = io.TextIOWrapper(
                io.BytesIO(" ".join(words[1:at]).encode() + b"\n")
            )
            self._monkeypatch.setattr(sys, "stdin", stream)
            words = words[at + 1 :]
        if ">" in words:
            words = words[: words.index(">")]
        if words[0] == "altsync":
            return self._altsync(words)
        OTHERS[words[0]](words[1:])
        return ""

    def _altsync(self, words: list[str]) -> str:
        if only_read(words):
            self._lay_out(words)
            read(words[1:])
            return ""
        read(words[1:])
        args = here(words[1:])
        if args[0] in ("push", "revert", "generate") and "--yes" not in args:
            args.append("--yes")
        if "--canary" in args:
            args += ["--pause", "0"]
        ran = self._owner.run(*args, code=None)
        assert ran.code not in (1, 2), ran
        return ran.out + ran.err

    def _lay_out(self, words: Sequence[str]) -> None:
        """The files that came back from somebody: named here, and empty."""
        for word in words:
            file = self._owner.directory / word
            if word.endswith("/"):
                file.mkdir()
            elif file.suffix in (".json", ".jsonl", ".xlsx"):
                file.touch()


def _llm(words: list[str]) -> None:
    from llm.cli import cli as llm

    name, command, rest = llm.resolve_command(click.Context(llm), words)
    assert command is not None
    command.make_context(name, rest)


def _datasette(words: list[str]) -> None:
    from datasette.cli import cli as datasette

    _, command, rest = datasette.resolve_command(click.Context(datasette), words)
    assert command is not None
    assert rest[0].endswith(".db")


def _pip(words: list[str]) -> None:
    """`pip install .`, or altsync with an extra that there is."""
    assert words[0] == "install"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for word in words[1:]:
        assert word == "." or word.removeprefix("altsync[").rstrip("]") in extras, word


def _python(words: list[str]) -> None:
    """`python -m benchmarks NAME`."""
    assert words[:2] == ["-m", "benchmarks"]
    assert (ROOT / "benchmarks" / f"{words[2]}.py").exists(), words


def _make(words: list[str]) -> None:
    rules = (ROOT / "Makefile").read_text("utf-8")
    assert f"\n{words[0]}:" in rules, words


def _nothing(words: list[str]) -> None:
    """What a shell does by itself."""


OTHERS: dict[str, Callable[[list[str]], None]] = {
    ".": _nothing,
    "cd": _nothing,
    "datasette": _datasette,
    "export": _nothing,
    "llm": _llm,
    "make": _make,
    "pip": _pip,
    "python": _python,
    "set": _nothing,
    "vllm": _nothing,
}
"""Other programs of the pages, and what is made sure of them."""


def _work(owner: Owner) -> None:
    """A mirror in the midst of its work: some pushed, some approved, some waiting."""
    owner.init()
    owner.run("pull")
    owner.run("pages")
    owner.run("generate", "--limit", "8")
    owner.run("export")


@pytest.fixture
def shell(owner: Owner, prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> Shell:
    prepared.give(owner, "documents", lambda: _work(owner))
    owner.run("approve", *(f"in-the-mountains/{name}" for name in APPROVED))
    owner.run("push", "--limit", "2", "--yes")
    with (owner.directory / "altsync.toml").open("a", encoding="utf-8") as file:
        file.write("\n[run]\nbudget = 2.00\n")
    (owner.directory / "secrets").write_text("", "utf-8")
    return Shell(owner, monkeypatch)


@pytest.mark.parametrize("page", sorted({one.page for one in TYPED} - {TUTORIAL}))
def test_what_a_page_says_can_be_typed(page: str, shell: Shell) -> None:
    for snippet in TYPED:
        if snippet.page == page:
            for line in lines(snippet):
                printed = shell.type(line.words)
                assert shows(line, printed) is None, (str(snippet), printed)


def test_the_tutorial_goes_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On one site, in order. The first block is of the shell (test_newcomer.py)."""
    typed = [line for one in TYPED if one.page == TUTORIAL for line in lines(one)]
    start = next(n for n, line in enumerate(typed) if line.words[1] == "demo")
    with DemoSite(token=TOKEN) as site:
        monkeypatch.chdir(tmp_path)
        init = ("init", site.url, "--inventory", f"{site.url}/sitemap.xml")
        about = ("--pixels", site.pixels, "--label", "verified", "--model")
        demo = Demonstration(
            site.url, {"ALTSYNC_TOKEN": TOKEN}, (*init, *about, "altsync-demo")
        )
        show(demo, typed[start].words[3])
        monkeypatch.chdir(tmp_path / "my-first-mirror")
        monkeypatch.setenv("ALTSYNC_TOKEN", TOKEN)
        own = Shell(Owner(site, tmp_path / "my-first-mirror", capsys), monkeypatch)
        for line in typed[start + 1 :]:
            assert shows(line, own.type(line.words)) is None, line


def test_every_command_in_a_sentence_is_one() -> None:
    """Its name, and the options that it names; so too in what is not run."""
    said = [(named(page), mention) for page in PAGES for mention in mentions(page)]
    assert len(said) > 100
    said += [
        (str(snippet), f"altsync {words}")
        for snippet in ALL
        if snippet.reason or snippet.language == "yaml"
        for words in CALLED.findall(snippet.text)
    ]
    for where, mention in said:
        known, wanted = _options(mention.split()[1:])
        assert wanted <= known, (where, mention)


def test_no_exception_is_idle() -> None:
    typed = [" ".join(line.words) for one in TYPED for line in lines(one)]
    words = {word for line in typed for word in line.split()}
    assert [one for one in NAMES if one not in words] == []
    assert [one for one in ONLY_READ if not any(map(of_prefix(one), typed))] == []


def of_prefix(prefix: str) -> Callable[[str], bool]:
    return lambda typed: typed.startswith(prefix)


def _options(words: list[str]) -> tuple[set[str], set[str]]:
    """The options of the command that the words name; those that they use."""
    command: click.Command | None = cli
    known: set[str] = set()
    for word in words:
        inner = None
        if isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), word)
            assert inner is not None or command is not cli, words
        command = inner or command
        assert command is not None
        for option in command.get_params(click.Context(command)):
            known |= {*option.opts, *option.secondary_opts}
    return known, {word for word in words if word.startswith("--")}


def of(*languages: str) -> list[Snippet]:
    return [one for one in ALL if one.language in languages and not one.reason]


@pytest.mark.parametrize("snippet", of("toml"), ids=str)
def test_toml_is_a_configuration(snippet: Snippet) -> None:
    text = snippet.text
    if "[site]" not in text:
        text = f'[site]\nurl = "https://example.org"\n{text}'
    parse(text)


@pytest.mark.parametrize("snippet", of("yaml"), ids=str)
def test_yaml_can_be_read(snippet: Snippet) -> None:
    assert yaml.safe_load(snippet.text)


@pytest.mark.parametrize("snippet", of("json"), ids=str)
def test_json_can_be_read(snippet: Snippet) -> None:
    assert json.loads(snippet.text)


@pytest.mark.parametrize("snippet", of("python"), ids=str)
def test_python_is_run_by_a_test(snippet: Snippet) -> None:
    ast.parse(snippet.text)
    runs = (ROOT / ELSEWHERE[snippet.page]).read_text("utf-8")
    assert f'"{Path(snippet.page).name}"' in runs


def test_sql_can_be_asked(shell: Shell, owner: Owner) -> None:
    asked = of("sql")
    assert asked
    for snippet in asked:
        assert owner.rows(snippet.text), str(snippet)


@pytest.mark.skipif(not shutil.which("php"), reason="there is no php")
@pytest.mark.parametrize("snippet", of("php"), ids=str)
def test_php_is_php(snippet: Snippet, tmp_path: Path) -> None:
    file = tmp_path / "snippet.php"
    start = "" if snippet.text.startswith("<?php") else "<?php\n"
    file.write_text(start + snippet.text, "utf-8")
    said = subprocess.run(
        ["php", "-l", str(file)], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout


def test_what_is_not_run_says_why() -> None:
    """And every block says what it is."""
    run = {"console", "json", "php", "python", "sh", "sql", "toml", "yaml"}
    by_itself = {"text", "{include}", "{toctree}"}
    for snippet in ALL:
        assert snippet.reason or snippet.language in run | by_itself, str(snippet)
    assert {snippet.reason for snippet in ALL} - {""} == NOT_RUN


def test_a_line_that_is_not_shown_is_found() -> None:
    line = Line(["altsync", "push"], ["Push …: 2 applied", "Done."])
    assert shows(line, "Push 7: 2 applied\nDone.") is None
    assert shows(line, "Done.\nPush 7: 2 applied") == "Done."


def test_an_option_that_is_none_is_found() -> None:
    with pytest.raises(click.UsageError, match="--forever"):
        read(["push", "--forever"])
