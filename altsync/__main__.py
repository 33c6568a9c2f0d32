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

    if sys.stdout is None:  # closed by whoever started altsync
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
    from altsync.cli import main

    signal.signal(signal.SIGINT, heard)
    try:
        main()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _end_at_once()
        raise
    finally:
        signal.signal(signal.SIGINT, quiet)


def _end_at_once() -> None:
    """Without waiting for threads that somebody's library has on its way: what is kept
    is kept by now."""
    import contextlib
    import os
    import sys

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    start()
