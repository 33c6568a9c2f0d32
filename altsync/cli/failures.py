"""altsync failures"""

from __future__ import annotations

import click

from altsync.cli import _command, _json, _printing, _session

STAGES = ("pull", "generate", "push")


@_command.command(
    examples=(
        "altsync failures  # What failed and still fails, the newest first.",
        "altsync failures --stage generate --json  # Of one stage, for a program.",
    )
)
@click.option("--stage", type=click.Choice(STAGES), help="Only of this stage.")
@_json.option
@click.pass_context
def command(ctx: click.Context, stage: str | None, as_json: bool) -> None:
    """Say which images failed and still do, why, and what to do.

    What was read, written, approved or sent since is not listed any more; `altsync log`
    tells all that ever failed. Ends with 3 where something fails, with 0 where nothing
    does.
    """
    from altsync.errors import ChangesPending
    from altsync.render import failures as render
    from altsync.render.text import count
    from altsync.store import failures

    config = _session.load(ctx)
    with _session.opened(config, plans=True) as store, store.snapshot() as conn:
        many = failures.count(conn, stage)
        found = failures.now(conn, stage)
        if as_json:
            for piece in render.document(found):
                _printing.put(piece)
        else:
            _printing.paged(render.lines(found))
    if many:
        verb = "fails" if many == 1 else "fail"
        raise ChangesPending(f"{count(many, 'image')} still {verb}.")
    _command.say("Nothing fails.")
