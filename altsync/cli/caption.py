"""altsync caption"""

from __future__ import annotations

import click

from altsync.cli import _command, _json, _rules, _session


@_command.command(
    examples=(
        "altsync caption photo.jpg -m altsync-demo  # A text for a file.",
        (
            "altsync caption photo.jpg -m altsync-demo --language nl --context 'Our party.'"
            "  # In Dutch, with what you know of it."
        ),
    )
)
@click.argument("images", nargs=-1, required=True, metavar="FILE|URL…")
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    required=True,
    metavar="MODEL",
    help="Model to ask; repeat it.",
)
@click.option(
    "-o",
    "--option",
    "options",
    nargs=2,
    multiple=True,
    metavar="KEY VALUE",
    help="An option of the model.",
)
@click.option(
    "--context", "note", default="", metavar="TEXT", help="What you know of the image."
)
@click.option(
    "--language", default="", metavar="TAG", help="Language of the text, such as nl."
)
@click.option(
    "--prompt",
    "instructions",
    default="",
    metavar="TEXT",
    help="Your own instructions to the model.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(1),
    default=120.0,
    show_default=True,
    help="Seconds for one call.",
)
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    images: tuple[str, ...],
    models: tuple[str, ...],
    options: tuple[tuple[str, str], ...],
    note: str,
    language: str,
    instructions: str,
    timeout: float,
    as_json: bool,
) -> None:
    """Texts for files or addresses, from one or more models, always as JSON. Needs no
    database and no altsync.toml; where there is one, its rules of the lint hold.

    A model that fails is in "errors"; the others still answer, and the exit code is 5.
    """
    from altsync.errors import PartlyDone
    from altsync.generate.captions import Captioned, caption
    from altsync.generate.prompt import Wishes
    from altsync.generate.settings import Settings

    settings = Settings(
        models=models,
        options=dict(options),
        timeout=timeout,
        wishes=Wishes(language, instructions=instructions),
        rules=_rules.configured(_rules.settings(ctx)),
    )
    done: list[Captioned] = []
    try:
        caption(images, settings, note, into=done)
    finally:  # an interruption loses no answer that was paid for
        shown = [one.as_dict() for one in done]
        whole = shown[0] if len(images) == 1 and shown else shown
        if shown:
            _json.show(whole)
        _session.left_out()
    if any(one.errors for one in done):
        raise PartlyDone('Some models gave no text: see "errors".')
