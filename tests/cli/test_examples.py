"""Every example of every help does what it says: typed as it stands there, on the
demonstration site, of which all but a chart is approved."""

from __future__ import annotations

import io
import itertools
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from altsync import demo
from altsync.canary import Canary
from altsync.cli import COMMANDS, _command, _llm, cli
from altsync.generate import installed
from altsync.web import serve
from tests.cli.conftest import Owner
from tests.cli.test_settle import crashed
from tests.cli.test_work import answer, exported

PUSHED = ("push --yes",)
COMPARED = ("compare -m altsync-demo -m altsync-demo-hasty --sample 3",)
BEFORE: dict[str, tuple[str, ...]] = {
    "altsync compare --show 1": COMPARED,
    "altsync compare --show 1 --format results-csv --excel > models.csv": COMPARED,
    "altsync import data/export": ("export",),
    "altsync import data/export --config other.toml": ("export",),
    "altsync log --run push:1": PUSHED,
    "altsync packet read out": ("packet out",),
    "altsync packet read out/packet.csv --json": ("packet out",),
    "altsync push --plan plan.json --yes": ("diff --plan plan.json",),
    "altsync revert 1": PUSHED,
    "altsync revert at-home/chelsea --yes": PUSHED,
    "altsync sample --show 1": ("sample --bound 5%",),
    "altsync verify --push 1": PUSHED,
}
"""What was done before an example is typed."""
ENDS = {"run": 3}
"""Commands that end otherwise than with 0: something waits for a person."""
UNJUDGED = ("sample", "reject", "ask", "generate", "packet", "work")
"""Commands whose examples are about texts that wait."""


class Terminal(io.StringIO):
    """Somebody who types yes."""

    def isatty(self) -> bool:
        return True


def _examples() -> dict[str, tuple[str, ...]]:
    """Those of each command, and of each command of a command."""
    found = {}
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert isinstance(command, _command.Helpful)
        found[name] = command.examples
        below = command.commands if isinstance(command, click.Group) else {}
        for other, one in below.items():
            assert isinstance(one, _command.Helpful)
            found[f"{name} {other}"] = one.examples
    return found


BUT_ONE = ("keys list", "keys path")
"""Commands without an option: there is but one way to type them."""


def test_every_command_has_two_or_three_examples() -> None:
    for name, examples in _examples().items():
        assert (1 if name in BUT_ONE else 2) <= len(examples) <= 4, name
        for example in examples:
            typed, mark, about = example.partition("  # ")
            assert typed.startswith(f"altsync {name}"), example
            assert len(typed) <= 78, example
            assert mark, example
            assert about.endswith("."), example


def _typed() -> list[str]:
    lines = [one.partition("  # ")[0] for each in _examples().values() for one in each]
    return list(dict.fromkeys(lines))


@pytest.mark.parametrize("typed", _typed())
def test_an_example_works_as_it_stands(
    typed: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(typed)
    name, waiting = words[1], words[1] in UNJUDGED
    owner: Owner = request.getfixturevalue("mirrored" if waiting else "approved")
    if waiting and name not in ("generate", "work"):
        owner.run("generate")
    _prepare(owner, name, monkeypatch)
    for line in BEFORE.get(typed, ()):
        owner.run(*line.split())
    _nobody_waits(monkeypatch)
    monkeypatch.setattr(sys, "stdin", Terminal("yes\nyes\n"))
    if "<" in words:
        monkeypatch.setattr(sys, "stdin", io.StringIO("s3cret\n"))
    words = list(itertools.takewhile(lambda word: word not in "<>", words))
    here = [word.replace("https://example.org", owner.site.url) for word in words]
    assert owner.run(*here[1:], code=ENDS.get(name, 0))


def _prepare(owner: Owner, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an example takes to be there."""
    here = owner.directory
    if name == "keys":
        monkeypatch.setenv("LLM_USER_PATH", str(here / "llm"))
        monkeypatch.setattr(click, "prompt", lambda *_, **__: "s3cret")
    if name == "plugins":
        monkeypatch.setattr(_llm, "apart", lambda *_: 0)
        monkeypatch.setattr(installed, "check_plugins", lambda _: None)
        monkeypatch.setattr(installed, "no_plugins", lambda _: [])
    if name == "settle":
        assert crashed(owner) == "at-home/chelsea"
    if name == "caption":
        photo = Path(demo.__file__).parent / "photos" / "at-home" / "chelsea.jpg"
        shutil.copy(photo, here / "photo.jpg")
    if name == "init":
        (here / "altsync.toml").unlink()
    if name == "import":
        text = (here / "altsync.toml").read_text("utf-8")
        other = text.replace("data/altsync.db", "other/altsync.db")
        (here / "other.toml").write_text(other, "utf-8")
    if name == "work":
        monkeypatch.setenv("LLM_USER_PATH", str(here / "llm"))
        exported(owner, "given.jsonl", "-m", "altsync-demo", "--limit", "2")
        answer(owner, "given.jsonl", "answers.jsonl")


def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are served until Ctrl-C: what serves them is tested in tests/web. A canary
    is waited for, and a demonstration site stays up."""

    def served(
        *args: object, ready: Callable[[str], None], landing: str, **how: object
    ) -> None:
        ready(f"http://127.0.0.1{landing}")

    monkeypatch.setattr(serve, "serve", served)
    monkeypatch.setattr("altsync.cli.demo._wait", lambda: None)
    begun = Canary.__init__

    def hasty(self: Canary, *args: object, **how: object) -> None:
        begun(self, *args, **how)  # type: ignore[arg-type]
        object.__setattr__(self, "pause", 0.0)

    monkeypatch.setattr(Canary, "__init__", hasty)
