"""Many people, whom a reverse proxy has logged in: it says in a header who asks, and is
believed because nobody else can reach the socket that it asks on."""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass
from html import escape
from pathlib import Path

from altsync.errors import UsageError
from altsync.web.login import PAGE

_UNKNOWN = (
    "<p>You are logged in as <strong>{}</strong>, and that is none of those who judge"
    " here. Ask whoever runs altsync to add this name to <code>[review] actors</code> in"
    " altsync.toml, spelled exactly so.</p>"
)
_NOBODY = (
    "<p>The proxy before altsync did not say who you are: the header"
    " <code>{}</code> has to come once, with one name. Log in anew; if that does not help,"
    " tell whoever runs altsync.</p>"
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """What is believed, and for whom it is open."""

    host: str
    """As browsers name it: `reviews.example.org`, with a port where it is not 443."""
    header: str
    """That says who asks, in lower case."""
    actors: frozenset[str]
    """Those who may come in. They judge; all others see nothing."""

    def name(self, value: str | None) -> str:
        """The name that the header gives; '' where it is missing, there twice, or no
        text."""
        try:
            return (value or "").encode("latin-1").decode("utf-8").strip()
        except UnicodeError:
            return ""

    def stranger(self, name: str) -> str:
        """The page for somebody who may not come in."""
        body = _UNKNOWN.format(escape(name))
        if not name:
            body = _NOBODY.format(escape(self.header))
        return PAGE.format(title="You may not judge here", head="", body=body)


def behind(host: str, header: str, actors: tuple[str, ...]) -> Proxy:
    """Raises UsageError for what cannot be meant."""
    from altsync.reviewers import wrong_name

    named = host.strip().lower()
    if not named or set(named) & set("/@?# ") or "," in named:
        raise UsageError(
            "--host must be the name in the address that people open, such as"
            " reviews.example.org."
        )
    if not header.replace("-", "").isalnum() or not header.isascii():
        raise UsageError("--header must be the name of a header, such as Remote-User.")
    if not actors:
        raise UsageError(
            "Name those who judge in altsync.toml, as the header spells them:"
            ' [review] actors = ["anna", "ben"]. Nobody else is let in.'
        )
    for name in actors:
        if name == "root" or wrong_name(name):
            raise UsageError(
                f"[review] actors must not name {name!r} here: Datasette takes it for"
                " somebody who may do more."
            )
    return Proxy(named, header.lower(), frozenset(actors))


def only_for(path: Path, group: str = "") -> socket.socket:
    """A Unix socket that the owner alone can open (0600), or also a group (0660).

    Raises UsageError: where somebody else could put another in its place, where it is in
    use, for what is no socket, and for a group that this user is not in.
    """
    _check_place(path)
    _clear(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)  # from its first moment on; nothing else runs yet
    try:
        sock.bind(str(path))
    except OSError as error:
        sock.close()
        raise UsageError(f"--socket {path} cannot be made ({error}).") from None
    finally:
        os.umask(before)
    if group:
        _open_to(sock, path, group)
    return sock


def _check_place(path: Path) -> None:
    try:
        mode = path.parent.stat().st_mode
    except OSError as error:
        raise UsageError(f"--socket {path} cannot be made ({error}).") from None
    if mode & stat.S_IWOTH:
        raise UsageError(
            f"Every user of this machine can write to {path.parent}, and could put a"
            " socket of his own there. Name one in a directory of yours, such as"
            " /run/altsync."
        )


def _clear(path: Path) -> None:
    """Take away what an altsync that was killed left."""
    if not path.is_symlink() and not path.exists():
        return
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise UsageError(f"--socket {path} is there already, and is no socket.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except OSError as error:
            raise UsageError(f"--socket {path} cannot be used ({error}).") from None
        else:
            raise UsageError(f"Another program serves on {path} already.")


def _open_to(sock: socket.socket, path: Path, group: str) -> None:
    import grp  # Windows has none, and no such sockets

    try:
        os.chown(path, -1, grp.getgrnam(group).gr_gid)
        path.chmod(0o660)
    except (KeyError, OSError) as error:
        sock.close()
        path.unlink()
        raise UsageError(
            f"--group {group}: the socket cannot be given to that group ({error}). It has"
            " to be one that this user is in."
        ) from None
