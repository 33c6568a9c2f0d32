"""Real texts to measure on. None of them is part of the repository: a directory of
theirs is named on the command line.

    python -m benchmarks lint_corpus --corpus DIR

In DIR and its `fresh/`, NDJSON: an alt text a line, `alt` or `text`, with what is known
of it (`title`, `caption`, `album`, `page_title`, `before`, `after`, `heading`, `link`
with `link_text`, `link_title` and `destination`, `language`, `file`, or `image` and
`ext`). A line may hold its own labels (`defects`, and `reviewed` unless it was not read);
of the others, benchmarks/corpus/labels.ndjson knows those that were read here, by a hash.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from altsync import lint

LABELS = Path(__file__).parent / "corpus" / "labels.ndjson"
LONG = 250
"""Characters over which a text has the defect `length`."""
_ESCAPED = re.compile(r"\\(?=[()\[\]_*#+-])")
SHORT = 40
"""Characters up to which that label says that a text is too short."""
KNOWN = (
    "title",
    "caption",
    "album",
    "page_title",
    "before",
    "after",
    "heading",
    "link",
    "link_text",
    "link_title",
    "destination",
    "language",
)


class NoCorpus(SystemExit):
    """The texts are not there. Says so, and what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """One alt text as a site published it."""

    set: str
    """The file it came from, without its ending."""
    alt: str | None
    page: str
    """What names its page, in the words of its set."""
    evidence: lint.Evidence
    defects: frozenset[str] | None
    """Rules that have something to say to it, as read by a person, and `length` by its
    definition; None: not read."""
    as_read: frozenset[str] | None = None
    """The same with `length` as it was read."""

    @property
    def text(self) -> lint.Text:
        """As the lint sees it."""
        return self.evidence.text(self.alt)


def parser(about: str | None, *, needed: bool = True) -> argparse.ArgumentParser:
    """Arguments of a benchmark on real texts."""
    found = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found.add_argument(
        "--corpus",
        type=Path,
        metavar="DIR",
        required=False,
        help="where the texts are; they are not in the repository"
        + ("" if needed else " (without it: the rules' own examples)"),
    )
    return found


def published(folder: Path | None) -> list[Published]:
    """Every text of a corpus. Raises NoCorpus."""
    if folder is None:
        raise NoCorpus(
            "This reads real texts, which are not part of the repository: name their"
            " directory with --corpus DIR (what has to be in it: benchmarks/texts.py)."
        )
    files = [*sorted(folder.glob("*.ndjson")), *sorted(folder.glob("fresh/*.ndjson"))]
    if not files:
        raise NoCorpus(f"There is no corpus in {folder}: it has no *.ndjson.")
    return [_published(file.stem, row) for file in files for row in _rows(file)]


def name_of(page: str, image: str, alt: str | None) -> str:
    """What a use is called in labels.ndjson: it names a text and holds none."""
    whole = json.dumps([page, image, alt])
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _published(name: str, row: dict[str, Any]) -> Published:
    alt = row["alt"] if "alt" in row else row["text"]
    page = str(row.get("page") or row.get("at") or row.get("page_title") or "")
    known: dict[str, Any] = {key: row.get(key) or None for key in KNOWN}
    image = str(row.get("image") or row.get("file") or "")
    file = f"{image}.{row['ext']}" if "ext" in row else image
    defects = _labels().get(name_of(page, image, alt))
    if "defects" in row and row.get("reviewed") != "no":
        defects = frozenset(row["defects"])
    as_read = defects
    if defects is not None:
        defects = _measured(alt or "", defects)
    evidence = lint.Evidence(file=file or None, **known)
    return Published(name, _as_shown(alt), page, evidence, defects, as_read)


def _as_shown(alt: str | None) -> str | None:
    """Without the backslashes of Markdown: exports have them, pages do not."""
    return None if alt is None else _ESCAPED.sub("", alt)


def _measured(alt: str, defects: frozenset[str]) -> frozenset[str]:
    """The labels with `length` as it is defined by now (over LONG characters), whatever
    it was when they were made; that a text is too short was read, and stays."""
    if len(alt) > LONG:
        return defects | {"length"}
    return defects - {"length"} if len(alt) > SHORT else defects


@functools.cache
def _labels() -> dict[str, frozenset[str]]:
    return {row["use"]: frozenset(row["defects"]) for row in _rows(LABELS)}
