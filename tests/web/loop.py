"""The loop in a terminal as an animated SVG, as one that stands still, and as text: real
commands on the demonstration site.

    python -m tests.web.loop docs/_static      # loop.svg, loop-still.svg, loop.txt

rich draws it; nothing is loaded by it. Lines come one after the other within five
seconds, once, and stay. Pages show the one that stands still where less motion is wanted.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from altsync.demo.site import DemoSite

WIDTH = 84
SECONDS = 4.5
IMAGE = "in-the-mountains/forest-stream"
COMMANDS = (
    ("pull", ()),
    ("generate", ("--album", "in-the-mountains", "--limit", "3")),
    ("approve", (IMAGE, "--by", "maria")),
    ("diff", ()),
    ("push", ("--yes",)),
    ("verify", ()),
    ("revert", ("1", "--yes")),
)
KEPT = {
    "pull": "images listed",
    "generate": "candidates stored",
    "approve": "Approved",
    "diff": "",
    "push": "Push 1|Take it back",
    "verify": "pages read|shows the mirror",
    "revert": "Push 2",
}
"""Of each command the lines that are shown, out of what it printed."""
THEME = TerminalTheme(
    (18, 20, 23),
    (233, 236, 239),
    [(18, 20, 23), *[(233, 236, 239)] * 7],
    [(134, 216, 165)] * 8,
)
FORMAT = """<svg class="rich-terminal" width="{width}" height="{height}" \
viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" \
aria-labelledby="{unique_id}-title">
<title id="{unique_id}-title">altsync in a terminal</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", \
monospace; font-size: {char_height}px; line-height: {line_height}px; }}
@keyframes come {{ from {{ opacity: 0 }} to {{ opacity: 1 }} }}
@media (prefers-reduced-motion: no-preference) {{ text.later \
{{ animation: come 1ms linear both; animation-delay: var(--at) }} }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" \
height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" \
clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_TEXT = re.compile(r'<text (class="[^"]*")([^>]*clip-path="url\(#loop-line-(\d+)\)")')


def main(folder: Path) -> None:
    shown = record()
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(line for lines in shown for line in [*lines, ""])
    (folder / "loop.txt").write_text(text.rstrip() + "\n", "utf-8")
    still = drawn(shown)
    (folder / "loop-still.svg").write_text(still, "utf-8")
    (folder / "loop.svg").write_text(animated(still), "utf-8")


def record() -> list[list[str]]:
    """Of each command what was typed, and what is shown of what it printed."""
    with tempfile.TemporaryDirectory() as place, DemoSite() as site:
        environment = {**os.environ, "ALTSYNC_TOKEN": site.token, "COLUMNS": str(WIDTH)}

        def typed(*args: str) -> list[str]:
            ran = subprocess.run(
                [sys.executable, "-m", "altsync", *args],
                cwd=place,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=True,
            )
            return ran.stdout.splitlines()

        inventory = ("--inventory", f"{site.url}/sitemap.xml")
        about = ("--pixels", site.pixels, "--label", "verified", "--model")
        typed("init", site.url, *inventory, *about, "altsync-demo")
        return [
            [
                f"$ altsync {shlex.join((name, *args))}",
                *(line for line in typed(name, *args) if re.search(KEPT[name], line)),
            ]
            for name, args in COMMANDS
        ]


def drawn(shown: list[list[str]]) -> str:
    """The SVG with all lines at once."""
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    for command, *lines in shown:
        console.print(Text(command, style="bold"), soft_wrap=False)
        for line in lines:
            console.print(Text(line), soft_wrap=False)
        console.print()
    return console.export_svg(
        title="altsync", theme=THEME, code_format=FORMAT, unique_id="loop"
    )


def animated(svg: str) -> str:
    """The same, each line with the moment at which it comes."""
    last = max(int(number) for _, _, number in _TEXT.findall(svg))

    def timed(found: re.Match[str]) -> str:
        at = SECONDS * int(found[3]) / last
        group = found[1].replace('class="', 'class="later ')
        return f'<text style="--at: {at:.2f}s" {group}{found[2]}'

    return _TEXT.sub(timed, svg)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
