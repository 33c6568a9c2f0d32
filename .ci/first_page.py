"""From `pip install` to the first review page, in an environment that has the wheel alone.

    python .ci/first_page.py build/dist        # the wheel is in it; prints the seconds

The demonstration runs to its end, the review answers, and every file that its page names
is there. Packages come through pip's ordinary index.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

WAIT = 300
"""Seconds after which something hangs."""


def main() -> None:
    """Raises SystemExit, or what went wrong."""
    (wheel,) = Path(sys.argv[1]).resolve().glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        venv.create(at / "env", with_pip=True)
        begun = time.monotonic()
        _run(at, "python", "-m", "pip", "install", "--quiet", str(wheel))
        installed = time.monotonic()
        _run(at, "altsync", "demo", "demo")
        shown = time.monotonic()
        with _review(at) as link:
            count = _first_page(link)
        ended = time.monotonic()
    print(
        f"pip install {installed - begun:.0f} s, altsync demo {shown - installed:.0f} s,"
        f" review {ended - shown:.0f} s: {ended - begun:.0f} s from pip install to the"
        f" first review page, with {count} files that it names."
    )


def _clean(at: Path) -> dict[str, str]:
    """Nothing of the checkout, and no key or log of who runs this."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return {**kept, "HOME": str(at), "LLM_USER_PATH": str(at / "llm")}


def _run(at: Path, program: str, *args: str) -> None:
    ran = subprocess.run(
        [str(at / "env" / "bin" / program), *args],
        cwd=at,
        env=_clean(at),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=WAIT,
        check=False,
    )
    if ran.returncode:
        sys.exit(
            f"{program} {' '.join(args)} ended with {ran.returncode}:\n{ran.stdout}"
        )


@contextmanager
def _review(at: Path) -> Iterator[str]:
    """The one-time link of a review of the demonstration."""
    process = subprocess.Popen(
        [str(at / "env" / "bin" / "altsync"), "review", "--no-open", "--port", "0"],
        cwd=at / "demo",
        env=_clean(at),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        link = process.stdout.readline().strip()
        assert link.startswith("http://127.0.0.1:"), f"no link, but {link!r}"
        yield link
    finally:
        process.terminate()
        process.wait(WAIT)
        process.stdout.close()


def _first_page(link: str) -> int:
    """Log in as a browser does, and ask for all that the page names. How many that is."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page, text = _opened(browser, link)
    if (on := re.search(r'http-equiv="refresh"[^>]*url=([^"]+)"', text, re.I)) or (
        on := re.search(r'location\.replace\("([^"]+)"', text)
    ):
        page, text = _opened(browser, urljoin(page, on[1].strip("'")))
    assert "Judging as" in text, text[:2000]
    links = re.findall(r'(?:src|href)="([^"]+\.(?:js|css|svg|jpg)(?:\?[^"]*)?)"', text)
    whole = {urljoin(page, one) for one in links}
    named = {one for one in whole if one.startswith(urljoin(page, "/"))}
    assert any(".css" in one for one in named), named
    assert any(".jpg" in one for one in named), named
    for one in named:
        with browser.open(one, timeout=WAIT) as answer:
            assert answer.read(), one
    return len(named)


def _opened(browser: OpenerDirector, address: str) -> tuple[str, str]:
    with browser.open(address, timeout=WAIT) as answer:
        return answer.url, answer.read().decode("utf-8")


if __name__ == "__main__":
    main()
