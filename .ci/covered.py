"""Hold each room to the part of it that the tests have to reach: lines and branches.

`make coverage` leaves out what Hypothesis draws for: which branches that reaches differs
from run to run, and a branch wants a test that says what it is for.

python .ci/covered.py            after `coverage run` in this directory: say what each
                                 room reaches, name what is missing by file and line,
                                 and end with 1 where a room falls short
python .ci/covered.py --files    the files of the rooms, for `coverage run --include`:
                                 tracing all the others too takes twice as long
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Room:
    paths: tuple[str, ...]
    """Files, or directories with a slash at the end."""
    percent: int

    def has(self, path: str) -> bool:
        return any(
            path.startswith(one) if one.endswith("/") else path == one
            for one in self.paths
        )


ROOMS = {
    "plan": Room(("altsync/plan.py",), 100),
    "whose": Room(("altsync/whose.py",), 100),
    "descriptions": Room(("altsync/descriptions.py",), 100),
    "typed_tables": Room(("altsync/typed_tables.py",), 100),
    "planning": Room(("altsync/planning.py",), 100),
    "verdicts/policy": Room(("altsync/verdicts/policy.py",), 100),
    "texts": Room(("altsync/texts/",), 100),
    "claims": Room(("altsync/claims/", "altsync/wordlists.py"), 100),
    "lint": Room(("altsync/lint/",), 100),
    "render": Room(("altsync/render/",), 100),
    "documents": Room(("altsync/documents/",), 100),
    "models": Room(("altsync/models/",), 100),
    "terms": Room(("altsync/terms.py",), 100),
    "addresses": Room(("altsync/addresses.py", "altsync/derivatives.py"), 100),
    "names": Room(
        (
            "altsync/manual.py",
            "altsync/near.py",
            "altsync/reviewers.py",
            "altsync/variables.py",
        ),
        100,
    ),
    "sources/kinds": Room(("altsync/sources/kinds.py",), 100),
    "packets": Room(
        (
            "altsync/packets/cells.py",
            "altsync/packets/tables.py",
            "altsync/packets/understanding.py",
            "altsync/packets/telling.py",
            "altsync/packets/xlsx.py",
        ),
        100,
    ),
    "handover": Room(
        ("altsync/handover/lines.py", "altsync/handover/answers.py"),
        100,
    ),
    "handover, all": Room(("altsync/handover/",), 95),
    "packets, all": Room(("altsync/packets/",), 95),
    "push": Room(("altsync/push/",), 95),
    "pull": Room(("altsync/pull.py",), 95),
    "store": Room(("altsync/store/",), 95),
}


def files() -> dict[str, Any]:
    """Path -> what coverage found out about the file."""
    command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", "-"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)["files"]
    return {path.replace("\\", "/"): about for path, about in found.items()}


def reached(abouts: list[Any]) -> float:
    """Percent of the statements and branches of these files."""
    sums = [about["summary"] for about in abouts]
    all_of = sum(one["num_statements"] + one["num_branches"] for one in sums)
    done = sum(one["covered_lines"] + one["covered_branches"] for one in sums)
    return 100 * done / all_of if all_of else 0.0


def missing(path: str, about: Any) -> str:
    """One line: where the tests have not been."""
    lines = [str(number) for number in about["missing_lines"]]
    branches = [
        f"{start}->{end if end > 0 else 'exit'}"
        for start, end in about["missing_branches"]
        if start not in about["missing_lines"]
    ]
    return f"      {path}: {', '.join([*lines, *branches])}"


def patterns() -> str:
    """What `coverage run --include` takes."""
    paths = [path for room in ROOMS.values() for path in room.paths]
    return ",".join(f"{path}*" if path.endswith("/") else path for path in paths)


def main() -> None:
    if sys.argv[1:] == ["--files"]:
        print(patterns())
        return
    found = files()
    short = []
    for name, room in ROOMS.items():
        mine = {path: about for path, about in found.items() if room.has(path)}
        percent = reached(list(mine.values()))
        good = percent >= room.percent
        mark = "ok" if good else "!!"
        print(f"{mark}  {name:<16} {percent:6.2f} %  (wanted: {room.percent})")
        if good:
            continue
        short.append(name)
        for path, about in mine.items():
            if about["missing_lines"] or about["missing_branches"]:
                print(missing(path, about))
    if short:
        sys.exit(f"Not reached far enough by the tests: {', '.join(short)}.")


if __name__ == "__main__":
    assert Path("altsync").is_dir(), "run it at the top of the checkout"
    main()
