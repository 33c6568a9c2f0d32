"""Pictures in texts: 10,000 articles of 20 kB with three pictures each, pulled with their
texts and without, and the splice of one alt with its proof.

python -m benchmarks in_text --texts 1000     # fewer
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path
from statistics import median

from altsync.texts import slots, spliced
from benchmarks.measure import Used, altsync, process, row
from tests.doubles.drupal import DemoDrupal, content
from tests.doubles.drupal.editor import img
from tests.doubles.drupal.model import File

TEXTS, SIZE, PICTURES = 10_000, 20_000, 3
ROUNDS = 200
"""Texts that are spliced."""
TOML = """
[site]
url = "{url}"
source = "jsonapi"
workers = 4
[jsonapi]
user = "editor"
fields = ["node--article.field_image"]
texts = {texts}
"""
SENTENCE = (
    "the heron stands at the edge of a slow river while rain falls on far hills and"
    " nobody counts the reeds that bend in the wind before evening comes"
)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--texts", type=int, default=TEXTS, metavar="N")
    number = given.parse_args().texts
    with DemoDrupal() as site:
        files = [_file(site, f"picture-{one}.png") for one in range(50)]
        chance = random.Random(15)
        bodies = [body(chance, files) for _ in range(number)]
        for one, html in enumerate(bodies):
            site.add_article(f"Article {one}", body=html)
        pulls(site, number)
    splices(bodies[:ROUNDS])


def _file(site: DemoDrupal, name: str) -> File:
    grey = content.grey()
    picture = content.Picture(name, grey.data, grey.size, grey.mime)
    return content.add_file(site.state, picture)


def body(chance: random.Random, files: list[File]) -> str:
    """A text as CKEditor writes it."""
    pictures = [f"<p>{img(chance.choice(files))}</p>" for _ in range(PICTURES)]
    parts = []
    size = sum(map(len, pictures))
    while size < SIZE:
        sentence = " ".join(chance.choices(SENTENCE.split(), k=60))
        parts.append(f'<p>{sentence} <a href="/node/1">and on</a>.</p>')
        size += len(parts[-1])
    for picture in pictures:
        parts.insert(chance.randrange(len(parts)), picture)
    return "\r\n".join(parts)


def pulls(site: DemoDrupal, number: int) -> None:
    """In turn, without texts and with them, each into a new database; the quicker of two
    counts."""
    runs: dict[str, list[Used]] = {"false": [], "true": []}
    for texts in ("false", "true", "false", "true"):
        runs[texts].append(_pull(site, texts))
    few, many = (min(one.wall for one in runs[how]) for how in ("false", "true"))
    print(
        f"  {number:,} articles with a text of {SIZE // 1000} kB and {PICTURES} pictures:"
        f" {few:.1f} s without the texts, {many:.1f} s with {PICTURES * number:,} images"
        " more"
    )
    row("pull with texts against without", many / few, "(<= 1.5)", "")
    own = [min(one.cpu for one in runs[how]) for how in ("false", "true")]
    row("the same without what the site takes", own[1] / own[0], "(<= 1.5)", "")


def _pull(site: DemoDrupal, texts: str) -> Used:
    with tempfile.TemporaryDirectory() as name:
        settings = TOML.format(url=site.url, texts=texts)
        (Path(name) / "altsync.toml").write_text(settings, "utf-8")
        command = altsync("pull")
        return process(command, Path(name), ALTSYNC_PASSWORD=site.password)


def splices(bodies: list[str]) -> None:
    """One alt in each text, with the proof that nothing else changed."""
    reads, writes = [], []
    for html in bodies:
        began = time.perf_counter()
        found = slots([html])
        read = time.perf_counter()
        spliced([html], {found[1].key: "A heron at the edge of a slow river."})
        reads.append(1000 * (read - began))
        writes.append(1000 * (time.perf_counter() - read))
    row("the pictures of a text", median(reads), "(no target)", "ms")
    row("splice and proof of a text", median(writes), "(under 5)", "ms")


if __name__ == "__main__":
    main()
