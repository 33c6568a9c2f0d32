"""The way in, for `altsync` and `python -m altsync`.

Ctrl-C before a command has begun, or after it has ended, has nothing to keep: then the
process just ends by the signal, as if Python's handler (and its traceback) were not
there. Hence nothing is imported above that costs time.
"""

import signal

INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def start() -> None:
    """Run the command that was typed."""
    heard = signal.getsignal(signal.SIGINT)
    if heard is not signal.default_int_handler:
        heard = signal.SIG_IGN  # as a shell starts what shall run in the background
    quiet = signal.SIG_DFL if heard is signal.default_int_handler else heard

    signal.signal(signal.SIGINT, quiet)
    import os
    import sys
    from pathlib import Path

    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started altsync
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115
    from altsync.cli import main

    _speak_utf8()
    _talk_on()
    signal.signal(signal.SIGINT, heard)
    try:
        main()
    except SystemExit as end:
        _do_not_wait(end.code)
        raise
    finally:
        signal.signal(signal.SIGINT, quiet)
    _do_not_wait(0)


def _speak_utf8() -> None:
    """Words are UTF-8 whatever the code page of this machine says, and nothing that
    cannot be written stops a command. A file or a program gets the line ends that were
    written, which on Windows would become others."""
    import io
    import sys

    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            written = None if stream is sys.stdin or stream.isatty() else "\n"
            errors = "replace" if stream is sys.stdin else "backslashreplace"
            stream.reconfigure(encoding="utf-8", errors=errors, newline=written)


def _talk_on() -> None:
    """Whoever does not listen any more stops no work."""
    import io
    import sys

    from altsync.cli import _stderr

    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _stderr.like(sys.stderr)


def _do_not_wait(code: object) -> None:
    """End here after a Ctrl-C, or where a plugin was given up that never came back:
    Python would wait for its threads. What is kept is kept by now."""
    import contextlib
    import os
    import sys

    overdue = sys.modules.get("altsync.generate.overdue")
    given_up = overdue is not None and overdue.given_up.is_set()
    if not isinstance(code, int) or not (given_up or code == INTERRUPTED):
        return
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    start()
