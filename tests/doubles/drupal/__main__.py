"""`python -m tests.doubles.drupal`: run the demonstration Drupal until Ctrl-C.

--not-covered    print what it leaves out
--loop DIR       show the whole loop of altsync on it, in a new directory
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from tests.doubles.drupal import NOT_COVERED, DemoDrupal, photo_site

USAGE = "usage: python -m tests.doubles.drupal [--not-covered | --loop DIR]\n"


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case []:
            serve()
        case ["--not-covered"]:
            sys.stdout.write("\n".join(NOT_COVERED) + "\n")
        case ["--loop", directory]:
            loop(directory)
        case _:
            sys.exit(USAGE)


def serve() -> None:
    out = sys.stdout
    with DemoDrupal(media=200, articles=20) as site:
        furnish(site)
        out.write(
            f"{site.url} - log in as editor with editor-lab-pass; Ctrl-C ends it.\n"
        )
        out.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            out.write("\n")


def furnish(site: DemoDrupal) -> None:
    """A few of everything that a Drupal may keep pictures in, also of what is hard to
    see: drafts, paragraphs that nothing shows, blocks in a layout, rows that are hidden."""
    page = site.add_page("Paragraphs", "<p>Text with <img src='/a.png'> in it.</p>")
    section = site.add_paragraph(kind="paragraph--section", parent=page)
    site.add_paragraph("", parent=page, words="Words beside a picture.")
    site.add_paragraph("", parent=section)
    site.add_paragraph(["", None], kind="paragraph--pictures", parent=page)
    site.add_paragraph("", parent=page, listed=False)
    site.add_paragraph("", parent=None)
    site.add_block("")
    site.add_block("", page=page, reusable=False)
    site.add_term("", name="Harbour")
    site.add_user("", name="editor")
    site.add_comment("", on=page)
    site.add_custom("")
    site.add_media("", name="Hidden", status=False)
    site.add_media("", name="Kept private", private=True)


def loop(directory: str) -> None:
    """What `altsync demo` does, on a Drupal with JSON:API."""
    from altsync.cli.demo import Demonstration, show

    with photo_site() as site:
        demonstration = Demonstration(
            url=site.url,
            secrets={"ALTSYNC_PASSWORD": site.password},
            init=(
                *("init", site.url),
                *("--source", "jsonapi"),
                *("--user", site.user),
                *("--model", "altsync-demo"),
            ),
        )
        show(demonstration, directory)


if __name__ == "__main__":
    main(sys.argv[1:])
