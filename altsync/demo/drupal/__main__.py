"""`python -m altsync.demo.drupal`: run the demonstration Drupal until Ctrl-C, or print
what it does not cover."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from altsync.demo.drupal import NOT_COVERED, DemoDrupal


def main(arguments: Sequence[str]) -> None:
    out = sys.stdout
    if "--not-covered" in arguments:
        out.write("\n".join(NOT_COVERED) + "\n")
        return
    with DemoDrupal(media=200, articles=20) as site:
        out.write(
            f"{site.url} - log in as editor with editor-lab-pass; Ctrl-C ends it.\n"
        )
        out.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
