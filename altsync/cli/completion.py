"""altsync completion"""

from __future__ import annotations

import click

from altsync.cli import _command

SHELLS = ("bash", "zsh", "fish")


@_command.command(
    examples=(
        "altsync completion bash > altsync.bash  # The script of a shell.",
        (
            "altsync completion fish > altsync.fish"
            "  # Kept in ~/.config/fish/completions it is there in every new shell."
        ),
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print what makes a shell complete altsync's lines with Tab: commands, options, and
    the albums, images, models, rules, people and pushes of the mirror here.

    bash, in ~/.bashrc: eval "$(altsync completion bash)"

    zsh, in ~/.zshrc after compinit: eval "$(altsync completion zsh)"

    fish, once, in ~/.config/fish/completions: altsync completion fish > altsync.fish

    Nothing is sent or written for it, and what the shell would run is quoted.
    """
    from altsync.cli import _shells

    click.echo(_shells.of(shell).source())
