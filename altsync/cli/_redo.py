"""`altsync lint --fix-list`: texts that a person could write anew in one go."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from altsync.cli import _command, _excel, _printing

if TYPE_CHECKING:
    from altsync.models import Mirrored, ToRedo
    from altsync.uses import Known


def refuse(wanted: Collection[str], form: str) -> None:
    """Raises UsageError for a rule that is not trusted with it, and for a format that
    knows no such list."""
    from altsync.errors import UsageError
    from altsync.lint import redo
    from altsync.render.redo import FORMATS

    if form not in FORMATS:
        raise UsageError(
            f"--fix-list has a row an image, which {form} does not know. Say --format"
            f" {', '.join(FORMATS)}."
        )
    redo.check(sorted(wanted))


def listed(
    images: Iterable[Mirrored],
    known: Known,
    wanted: Collection[str],
    form: str,
    album: str | None,
    edit: Callable[[str], str | None],
) -> bool:
    """Print them, and the command that goes on. Whether there are any. `wanted` narrows
    to some of the rules; `album` did so to its images; `edit`: where a person edits one."""
    from altsync.lint import redo
    from altsync.render.redo import FORMATS
    from altsync.render.text import count

    ids = [one for one in redo.TRUSTED if not wanted or one in wanted]
    found: dict[str, bool] = {}
    """Image -> altsync may propose for it."""
    by: set[str] = set()

    def noted(rows: Iterable[ToRedo]) -> Iterator[ToRedo]:
        for one in rows:
            found[one.mirrored.image.id] = one.mirrored.image.out_of_reach is None
            by.update(one.rules)
            yield one

    rows = redo.fix_list(images, known.of, known.rules, ids, edit)
    for piece in _excel.marked(FORMATS[form](noted(rows))):
        _printing.put(piece)
    if any(found.values()):
        named = ",".join(one for one in ids if one in by)
        narrowed = f" --album {shlex.quote(album)}" if album else ""
        _command.say(
            "Write them on the site, or have texts proposed for them: altsync generate"
            f" --replace rule={named}{narrowed}",
        )
    beyond = list(found.values()).count(False)
    if beyond:
        _command.warn(
            f"{count(beyond, 'of these', 'of these')} cannot be changed with this login:"
            " nothing is proposed there (altsync status).",
        )
    return bool(found)
