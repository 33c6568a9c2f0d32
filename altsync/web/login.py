"""Who may come in: the one-time link, the cookie that it gives, and the file that hands
the link to a browser.

The address has a part that nobody can guess, and the cookie is for that part alone:
cookies know no ports (RFC 6265, 8.5), so that one for the whole of 127.0.0.1 would be
sent to every server that any user of this machine runs.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path

from altsync.reviewers import OWNER

COOKIE = "altsync"
PLACE = "-/altsync/login"
LEFT = "altsync-login-"
"""How the directory begins that holds the file for the browser; then comes the number of
the process that made it."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f7f6f3; --sheet: #ffffff; --ink: #1c1b19; --line: #dcd8d0;
  --accent: #14532d; --accent-ink: #ffffff; --matte: #e9e6df; --link: #0f5132;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #151614; --sheet: #1f211e; --ink: #eceae4; --line: #363832;
    --accent: #86d7a2; --accent-ink: #0b2415; --matte: #101110; --link: #93dcab;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
}
header {
  padding: .7rem clamp(1rem, 3vw, 2rem); font-weight: 700;
  background: var(--sheet); border-bottom: 1px solid var(--line);
}
header span {
  margin-right: .5rem; padding: .35rem .4rem; border-radius: 6px; font-size: .75rem;
  background: var(--accent); color: var(--accent-ink);
}
main {
  max-width: 44rem; margin: 2rem auto; padding: 1rem clamp(1rem, 5vw, 2.5rem);
  background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
}
h1 { font-size: 1.375rem; line-height: 1.2; }
a { color: var(--link); text-underline-offset: .18em; }
a:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px; }
code {
  padding: .1em .35em; border-radius: 5px; background: var(--matte);
  font: .875em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
@media (max-width: 46rem) { main { margin: 1rem; } }
"""
"""The looks of altsync's pages, in the page itself: who is not logged in gets no file of
the server."""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""For the policy, which lets no other style in."""

_IN_A_FORMAT = STYLE.replace("{", "{{").replace("}", "}}")
PAGE = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{title}}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>{_IN_A_FORMAT}</style>
{{head}}</head>
<body>
<header><span aria-hidden="true">alt</span>altsync</header>
<main>
<h1>{{title}}</h1>
{{body}}
</main>
</body>
</html>
"""
_REFRESH = '<meta http-equiv="refresh" content="0; url={}">\n'
_LINK = '<p><a href="{}">Go on to altsync</a></p>'
_STRANGER = (
    "<p>This page is for whoever started altsync, and this browser is not logged in. A"
    " login link works once, and only until altsync is stopped.</p>\n"
    "<p>Open the link that altsync printed in its terminal. Was it used already? Stop"
    " altsync there with Ctrl-C and run the same command again (<code>altsync"
    " review</code> or <code>altsync browse</code>): it prints a new one.</p>\n"
    "<p>Were you in the middle of a text? What was typed is kept in that browser, and is"
    " offered at its image after the login.</p>\n"
    '<p><a href="">Try this address again</a> once you are logged in in another tab.</p>'
)


def forward(address: str) -> str:
    """A page that goes on to an address by itself. Not a redirect: a browser keeps a
    `SameSite=Strict` cookie back from the redirect of a visit that began elsewhere, in
    the file for the browser too."""
    address = escape(address)
    return PAGE.format(
        title="Logging in",
        head=_REFRESH.format(address),
        body=_LINK.format(address),
    )


def stranger(again: str | None = None) -> str:
    """What everybody reads who is not logged in. `again`: the address is opened once
    more from here, since the cookie may only have been kept back."""
    head = ""
    if again is not None:
        head = _REFRESH.format(escape(again))
    return PAGE.format(title="Log in first", head=head, body=_STRANGER)


class Login:
    """The login of one start of altsync. Nothing of it outlives the process, and
    nothing of it is in Datasette's configuration."""

    def __init__(self, landing: str = "/") -> None:
        self.path = f"/{secrets.token_urlsafe(16)}/"
        """Everything is served beneath this."""
        self.landing = self.path + landing.lstrip("/")
        self.used: Callable[[], object] = lambda: None
        """Called when the link was used."""
        self._token: str | None = secrets.token_urlsafe(32)
        self._sessions: dict[str, str] = {}

    @property
    def link(self) -> str:
        """The path of the one-time link; of one that works no more once it was used."""
        return f"{self.path}{PLACE}?token={self._token or ''}"

    def here(self, path: str) -> bool:
        """Whether a path of a request is beneath ours."""
        return _same(path[: len(self.path)], self.path)

    def use(self, token: str) -> str | None:
        """The cookie for the bearer of the right token, who is the owner. Once."""
        if self._token is None or not _same(token, self._token):
            return None
        self._token = None
        self.used()
        return self.admit(OWNER)

    def admit(self, actor: str) -> str:
        """The value of a cookie that makes its bearer this actor."""
        session = secrets.token_urlsafe(32)
        self._sessions[session] = actor
        return session

    def actor(self, cookies: list[str]) -> str | None:
        """Who bears one of these values of our cookie. All count: another port may have
        set one of the same name before ours."""
        for session, actor in self._sessions.items():
            if any(_same(value, session) for value in cookies):
                return actor
        return None

    def cookie(self, session: str) -> str:
        """The header `Set-Cookie`."""
        return f"{COOKIE}={session}; Path={self.path}; HttpOnly; SameSite=Strict"


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8"), other.encode("utf-8"))


class LinkFile:
    """A file that only the owner can read and that leads a browser to the link: in an
    argument list every user of the machine would read it (`ps`)."""

    def __init__(self, link: str, folder: Path) -> None:
        """Put it into a directory of its own in `folder`, where browsers that are
        locked up (snap) may read; else where temporary files are."""
        for left in folder.glob(f"{LEFT}*"):
            if not _in_use(left.name):  # of a start that was killed
                shutil.rmtree(left, ignore_errors=True)
        self._directory = Path(_private(folder)).absolute()
        self.file = self._directory / "open.html"
        handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(forward(link))

    def remove(self) -> None:
        """Take it away; twice is fine."""
        shutil.rmtree(self._directory, ignore_errors=True)


def _private(folder: Path) -> str:
    prefix = f"{LEFT}{os.getpid()}-"
    with contextlib.suppress(OSError):
        return tempfile.mkdtemp(prefix=prefix, dir=folder)
    return tempfile.mkdtemp(prefix=prefix)


def _in_use(name: str) -> bool:
    """Whether the process still runs that made this directory: a colleague may have
    started beside, whose browser has not read its file yet."""
    number = name.removeprefix(LEFT).partition("-")[0]
    if not number.isdigit() or int(number) == os.getpid():
        return False
    if os.name == "nt":
        return True  # there os.kill would end it
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is somebody else's
        return True
    return True
