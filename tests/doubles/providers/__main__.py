"""`python -m tests.doubles.providers`: the contract of all providers as a table in Markdown,
from runs over their doubles through the real plugins."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["LLM_LOAD_PLUGINS"] = "altsync"  # before llm is imported

from altsync.sources.memory import MemorySource
from altsync.store.store import Store
from tests.doubles.providers import situations
from tests.doubles.providers.hosting import Patch, hosted
from tests.doubles.providers.playing import IMAGES, Played, hurry, play
from tests.doubles.providers.situations import Situation
from tests.generate.conftest import Bench

HEAD = """\
| provider | it answers | verdict | calls | paid | on record | dollars | what is said |
|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Print the table; end with 1 where a row is not as it has to be."""
    warnings.simplefilter("ignore", ResourceWarning)
    print(HEAD)
    wrong = 0
    for situation in situations.ALL:
        played = _played(situation)
        right = (
            played.verdict is situation.verdict and played.books.calls == played.paid
        )
        wrong += not right
        print(_row(situation, played), flush=True)
    print(f"\n{len(situations.ALL)} situations, {wrong} not as they have to be.")
    sys.exit(bool(wrong))


def _played(situation: Situation) -> Played:
    """A run over a new database."""
    with tempfile.TemporaryDirectory() as place, Patch.context() as patch:
        home = Path(place, "llm")
        patch.setenv("LLM_USER_PATH", str(home))
        hurry(patch)
        with hosted(situation.provider, home) as double:
            store = Store.open(Path(place, "altsync.db"), create=True)
            with store:
                store.claim("http://site.test", "memory")
                bench = Bench(MemorySource(), store, home)
                for number in range(6 if situation.always else IMAGES):
                    bench.add(number)
                bench.pull()
                return play(situation, double, bench)


def _row(situation: Situation, played: Played) -> str:
    """Of the table; `calls` are those for the images that the answers were for."""
    books = played.books
    money = f"{books.dollars:.5f}"
    if books.estimated:
        money += f", {books.estimated:.5f} of it estimated"
    cells = (
        situation.provider,
        situation.name,
        str(played.verdict),
        str(played.calls),
        str(played.paid),
        str(books.calls),
        money,
        played.said.strip(),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    main()
