"""altsync sample"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _names, _session

if TYPE_CHECKING:
    import sqlite3

    from altsync.config import Config
    from altsync.documents.judged import SampleDocument
    from altsync.models import Decision, Finding, Mirrored
    from altsync.store.samples import Sample
    from altsync.verdicts.sampling import Planting
    from altsync.verdicts.statements import Statement


class Share(click.ParamType[float]):
    """2% or 0.02 -> 0.02"""

    name = "share"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """A share between 0 and 1, neither of them."""
        text = str(value).strip()
        try:
            number = Decimal(text.removesuffix("%"))
        except InvalidOperation:
            number = Decimal(0)
        if text.endswith("%"):
            number /= 100
        share = float(number)
        if not 0 < share < 1:
            self.fail(f"{text} is not a share such as 2% or 0.02", param, ctx)
        return share


@_command.command(
    examples=(
        (
            "altsync sample --bound 2%"
            "  # Draw texts that can prove that at most one in fifty is wrong."
        ),
        "altsync sample --bound 5% --confidence 90% --early  # As few as will do.",
        "altsync sample --show 1  # What sample 1 proves by now.",
    )
)
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
    help="Plan for so many wrong texts.  [default: 0]",
)
@click.option(
    "--early",
    is_flag=True,
    help="Let it end as soon as the bound is proven: sooner where none is wrong, later"
    " where some are, up to --errors (2, unless you say). At the same confidence.",
)
@click.option(
    "--seeded",
    type=click.IntRange(0),
    is_flag=False,
    flag_value=0,
    metavar="[N]",
    help="Mix in N known-bad texts unseen (one in 10, at least 5, unless you say), to tell"
    " how many errors you catch. They are never sent.",
)
@click.option("-m", "--model", help="The model whose texts the sample speaks for.")
@click.option("--prompt", help="The prompt's id or its first characters.")
@click.option(
    "--show",
    "run",
    type=int,
    help="State what sample RUN proves by now, drawing nothing.",
)
@_session.by("Who draws")
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    bound: float | None,
    confidence: float,
    errors: int | None,
    early: bool,
    seeded: int | None,
    model: str | None,
    prompt: str | None,
    run: int | None,
    by: str,
    as_json: bool,
) -> None:
    """Draw a random sample to judge by eye, and state the bound that it proves for the
    texts that nobody read.

    A sample is drawn once, from texts of one model and prompt in which the lint found
    nothing, and speaks for exactly those that it could draw. Judge it in `altsync
    review`; then `altsync approve --by-sample RUN` approves those that nobody read, if
    the bound holds. The first verdict on a text is the one that counts.
    """
    from altsync.errors import UsageError
    from altsync.render.text import count
    from altsync.verdicts import sampling
    from altsync.verdicts.statements import statement

    if (bound is None) == (run is None):
        raise UsageError(
            "Say --bound 2% to draw a sample, or --show RUN to look at one."
        )
    if run is not None and seeded is not None:
        raise UsageError("--seeded is for the draw: say --bound 2% --seeded.")
    config = _session.load(ctx)
    with _session.opened(config) as store:
        if bound is not None:
            with store.read() as conn:
                _names.check(conn, models=[model])
            sample = sampling.draw(
                store,
                bound=bound,
                confidence=confidence,
                by=by,
                model=model,
                prompt=prompt,
                tolerated=_tolerated(errors, early),
                early=early,
                planting=_planting(config, seeded),
            )
            run = sample.id
            drawn = f"{count(sample.size, 'text')} of {sample.population:,}"
            drawn = "up to " * (len(sample.stops) > 1) + drawn
            _command.say(f"Drew sample {run}: {drawn} by {sample.model}.")
            _tell_stops(sample)
            if seeded is not None:
                with store.read() as conn:
                    _tell_planted(statement(conn, run), seeded)
        with store.read() as conn:
            _show(statement(conn, run or 0), as_json)


EARLY = 2
"""Wrong texts that a sample goes on for, where it may end early."""


def _tolerated(errors: int | None, early: bool) -> int:
    if errors is None:
        return EARLY * early
    return errors


def _planting(config: Config, seeded: int | None) -> Planting | None:
    """Known-bad texts in which the owner's rules find nothing."""
    from altsync.uses import Known
    from altsync.verdicts.sampling import Planting

    if seeded is None:
        return None

    def check(
        conn: sqlite3.Connection, image: Mirrored, text: str, decision: Decision
    ) -> tuple[Finding, ...]:
        return Known(config, conn).findings(image, text, decision)

    return Planting(seeded or None, check)


def _tell_planted(said: Statement, wanted: int) -> None:
    from altsync.render.text import count
    from altsync.verdicts import seeding, telling

    wanted = wanted or seeding.number_for(said.stops[0].read)
    made = len(said.seeds)
    _command.say(f"{count(made, 'known-bad text')} mixed in.")
    _command.say(telling.at_best(said))
    if made < wanted:
        _command.warn(
            f"{count(wanted, 'text')} were wanted: there are too few true ones to make"
            " them of, which a person wrote or approved by themselves on other images.",
        )


def _tell_stops(sample: Sample) -> None:
    """Where it may end, if not only at its end."""
    from altsync.render.text import count

    (first, _), *others = sample.stops
    if others:
        between = "".join(
            f", after {read:,} if no more than {count(wrong, 'text')} is wrong"
            for read, wrong in others[:-1]
        ).replace("texts is wrong", "texts are wrong")
        last = others[-1][0]
        _command.say(
            f"It ends after {first:,} texts if none is wrong{between}, after {last:,} at"
            " the latest.",
        )


def _show(said: Statement, as_json: bool) -> None:
    """The sample in a line, what it proves, and what to do next."""
    from altsync.render.text import plain
    from altsync.verdicts import telling

    told = [telling.progress(said), *telling.proves(said), *telling.besides(said)]
    judge, approve = _following(said)
    if as_json:
        _json.show(_as_dict(said, told, approve or judge))
    else:
        for sentence in told:
            click.echo(plain(sentence))
    if judge:
        _command.say(f"Judge it with: {judge}")
    if approve:
        _command.say(f"Approve those with: {approve}")


def _following(said: Statement) -> tuple[str, str]:
    """The commands that judge on, and that approve; '' for none."""
    run = said.sample.id
    judge = f"altsync review --sample {run}" if said.open and not said.failed else ""
    approve = f"altsync approve --by-sample {run}" if said.may_approve else ""
    return judge, approve


def _as_dict(said: Statement, told: list[str], following: str) -> SampleDocument:
    sample, ended = said.sample, said.most is not None
    return {
        "sample": sample.id,
        "model": sample.model,
        "prompt": sample.prompt_id,
        "population": sample.population,
        "bound": sample.bound,
        "confidence": sample.confidence,
        "stops": [{"read": stop.read, "wrong": stop.wrong} for stop in said.stops],
        "judged": said.judged,
        "right": None if said.hides else said.right,
        "wrong": None if said.hides else said.wrong,
        "open": said.open,
        "lost": said.lost,
        "most": said.most,
        "most_of_rest": said.most_of_rest,
        "most_missed": said.most_missed,
        "holds": said.holds if ended else None,
        "failed": said.failed,
        "planted": len(said.seeds),
        "caught": said.caught if said.seeds and not said.hides else None,
        "approved": said.approved,
        "says": told,
        "next": following or None,
    }
