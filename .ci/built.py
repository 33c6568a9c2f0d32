"""Hold what was built against the checkout: nothing is missing, nothing else came along.

python .ci/built.py build/dist             # one wheel and one sdist are in it
python .ci/built.py build/dist --release   # and what only a release needs is done
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
COPIED = {"altsync/web/metadata.yml": "metadata.yml"}
"""Where the build puts a file in the wheel -> where the checkout has it."""
INFO = {
    "METADATA",
    "RECORD",
    "WHEEL",
    "entry_points.txt",
    "licenses/LICENSE",
}
"""What a wheel says of itself."""
NEVER = re.compile(r"\.(db|db-wal|db-shm|pyc|log|env)$|(^|/)(keys\.json|\.git)(/|$)")
"""Mirrors, logs and keys: in no archive, whatever the checkout holds."""
NEEDED = ("py.typed", "metadata.yml", "store/views.sql", "web/static/altsync.css")


def main() -> None:
    """Raises SystemExit with every fault that was found."""
    folder = Path(sys.argv[1])
    wheel, sdist = _only(folder, "*.whl"), _only(folder, "*.tar.gz")
    faults = [
        *faults_of_wheel(_in_wheel(wheel), _tracked()),
        *faults_of_sdist(_in_sdist(sdist), _tracked()),
        *faults_of_words(_metadata(wheel), _project()),
    ]
    if "--release" in sys.argv:
        faults += list(faults_of_release(_project(), _changes()))
    if faults:
        sys.exit("\n".join(faults))
    print(f"{wheel.name} and {sdist.name}: all that belongs in them, and nothing else.")


def faults_of_wheel(names: set[str], tracked: set[str]) -> Iterator[str]:
    """The wheel is the package of the checkout, metadata.yml and what it says of itself."""
    package = {one for one in tracked if one.startswith("altsync/")} | set(COPIED)
    said = {one for one in names if ".dist-info/" in one}
    yield from _unlike("The wheel", names - said, package)
    yield from _unlike("The wheel's dist-info", _inside(said), INFO)
    yield from _never("The wheel", names)
    for needed in NEEDED:
        if not any(one.endswith(needed) for one in names):
            yield f"The wheel lacks {needed}."


def faults_of_sdist(names: set[str], tracked: set[str]) -> Iterator[str]:
    """The sdist is the checkout as git has it."""
    yield from _unlike("The sdist", _inside(names) - {"PKG-INFO"}, tracked)
    yield from _never("The sdist", names)


def faults_of_words(
    told: dict[str, list[str]], project: dict[str, object]
) -> list[str]:
    """What the wheel says of itself is what pyproject.toml says, and it has addresses."""
    faults = []
    if told.get("Version") != [project["version"]]:
        faults.append(f"The wheel is of version {told.get('Version')}.")
    urls = [line.partition(", ")[0] for line in told.get("Project-URL", [])]
    if set(urls) != set(project["urls"]):  # type: ignore[call-overload]
        faults.append(f"The wheel has the addresses {urls}.")
    text = "".join(told.get("Description", []))
    for link in re.findall(r"\]\((?!https://|#)([^)]+)\)", text):
        faults.append(f"README links to {link}, which no index has.")
    return faults


def faults_of_release(project: dict[str, object], changes: str) -> Iterator[str]:
    """What only whoever publishes can say."""
    urls = project["urls"]
    assert isinstance(urls, dict)
    for name, url in urls.items():
        if str(urlsplit(url).hostname).endswith(".example"):
            yield f"{name} is {url}: nobody can open that. Write the real address."
    version = re.escape(str(project["version"]))
    if not re.search(rf"^## \[{version}\] - \d{{4}}-\d\d-\d\d$", changes, re.M):
        yield f"CHANGELOG.md has no dated section of {project['version']}."


def _unlike(what: str, names: set[str], wanted: set[str]) -> Iterator[str]:
    for one in sorted(wanted - names):
        yield f"{what} lacks {one}."
    for one in sorted(names - wanted):
        yield f"{what} holds {one}, which does not belong there."


def _never(what: str, names: Iterable[str]) -> Iterator[str]:
    for one in sorted(names):
        if NEVER.search(one):
            yield f"{what} holds {one}: that is nobody else's."


def _inside(names: Iterable[str]) -> set[str]:
    """Without the folder that all of them are in."""
    return {str(PurePosixPath(*PurePosixPath(one).parts[1:])) for one in names}


def _only(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        sys.exit(f"{folder} has {len(found)} files {pattern}; one is wanted.")
    return found[0]


def _in_wheel(file: Path) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        return {one for one in archive.namelist() if not one.endswith("/")}


def _in_sdist(file: Path) -> set[str]:
    with tarfile.open(file) as archive:
        return {one.name for one in archive if not one.isdir()}


def _metadata(file: Path) -> dict[str, list[str]]:
    with zipfile.ZipFile(file) as archive:
        name = next(
            one for one in archive.namelist() if one.endswith(".dist-info/METADATA")
        )
        told = message_from_bytes(archive.read(name))
    found = {key: told.get_all(key, []) for key in set(told.keys())}
    return {**found, "Description": [str(told.get_payload())]}


def _tracked() -> set[str]:
    """What git has, but for what pyproject.toml leaves out of archives."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = {one for one in listed.stdout.split("\0") if one}
    return {one for one in names if (ROOT / one).is_file()}


def _project() -> dict[str, object]:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    found: dict[str, object] = tomllib.loads(text)["project"]
    return found


def _changes() -> str:
    return (ROOT / "CHANGELOG.md").read_text("utf-8")


if __name__ == "__main__":
    main()
