"""altsync sample"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _session

if TYPE_CHECKING:
    from altsync.verdicts.sampling import Statement


class Share(click.ParamType[float]):
    """2% or 0.02 -> 0.02"""

    name = "share"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """A share between 0 and 1, neither of them."""
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%"))
        except ValueError:
            share = 0.0
        if text.endswith("%"):
            share /= 100
        if not 0 < share < 1:
            self.fail(f"{text} is not a share such as 2% or 0.02", param, ctx)
        return share


@click.command()
@click.option(
    "--bound",
    type=Share(),
    help="At most this share of the texts may be wrong, such as 2%.",
)
@click.option(
    "--confidence",
    type=Share(),
    default="95%",
    show_default=True,
    help="How sure that has to be.",
)
@click.option(
    "--errors",
    type=click.IntRange(0, 100),
    default=0,
    show_default=True,
    help="Plan for so many wrong texts.",
)
@click.option("-m", "--model", help="The model whose texts the sample speaks for.")
@click.option("--prompt", help="The prompt's id or its first characters.")
@click.option(
    "--show",
    "run",
    type=int,
    help="State what sample RUN proves by now, drawing nothing.",
)
@click.option(
    "--by", metavar="NAME", help="Who draws (default: the user of this machine)."
)
@click.pass_context
def command(
    ctx: click.Context,
    bound: float | None,
    confidence: float,
    errors: int,
    model: str | None,
    prompt: str | None,
    run: int | None,
    by: str | None,
) -> None:
    """Draw a random sample to judge by eye, and state the bound that it proves for the
    texts that nobody read.

    A sample is drawn once, from texts of one model and prompt in which the lint found
    nothing. Judge it in `altsync review`; then `altsync approve --by-sample RUN`
    approves the rest, if the bound holds.
    """
    from altsync.errors import UsageError
    from altsync.render.text import count
    from altsync.verdicts import sampling

    if (bound is None) == (run is None):
        raise UsageError(
            "Say --bound 2% to draw a sample, or --show RUN to look at one."
        )
    config = _session.load(ctx)
    with _session.opened(config) as store:
        if bound is not None:
            sample = sampling.draw(
                store,
                bound=bound,
                confidence=confidence,
                by=by or _session.person(),
                model=model,
                prompt=prompt,
                tolerated=errors,
            )
            run = sample.id
            drawn = f"{count(sample.size, 'text')} of {sample.population:,}"
            click.echo(f"Drew sample {run}: {drawn} by {sample.model}.", err=True)
        with store.read() as conn:
            _show(sampling.statement(conn, run or 0))


def _show(said: Statement) -> None:
    """The sample in one line, and what to do next."""
    sample = said.sample
    judged = (
        f"Sample {sample.id}: {said.right:,} right, {said.wrong:,} wrong, {said.open:,}"
        f" to judge of {sample.size:,}."
    )
    click.echo(judged)
    if said.upper is None:
        click.echo(f"Judge it with: altsync review --sample {sample.id}", err=True)
        return
    verdict = "the bound holds" if said.holds else "the bound does not hold"
    click.echo(
        f"At most {said.upper:.2%} of {sample.population:,} texts are wrong, at"
        f" {sample.confidence:.0%} confidence: {verdict} ({sample.bound:.2%})."
    )
    if said.holds:
        click.echo(
            f"Approve the rest with: altsync approve --by-sample {sample.id}", err=True
        )
