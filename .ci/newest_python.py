"""Print the newest Python on this machine that is newer than the one that runs this.

Looked for in the PATH and where pyenv keeps its versions. Prints nothing where there is
none; a release candidate or an interpreter that does not start is left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ASK = (
    "import sys; i = sys.version_info;"
    " print(*i[:3]) if i.releaselevel == 'final' else sys.exit(1)"
)


def candidates() -> Iterator[str]:
    for minor in range(sys.version_info.minor + 1, sys.version_info.minor + 10):
        found = shutil.which(f"python3.{minor}")
        if found:
            yield found
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from map(str, sorted(versions.glob("3.*/bin/python")))


def version_of(python: str) -> tuple[int, ...]:
    """Its version; nothing for one that does not start (a shim without a Python)."""
    try:
        ran = subprocess.run([python, "-c", ASK], capture_output=True, text=True)
    except OSError:
        return ()
    return tuple(map(int, ran.stdout.split()))


def main() -> None:
    newer = [
        (version, python)
        for python in candidates()
        if (version := version_of(python)) and version[:2] > sys.version_info[:2]
    ]
    if newer:
        print(max(newer)[1])


if __name__ == "__main__":
    main()
