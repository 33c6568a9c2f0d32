"""altsync.toml -> how a run asks, and in which ways."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from altsync.config import Config
from altsync.errors import UsageError
from altsync.generate import joining, plugins
from altsync.generate.cluster import Cluster
from altsync.generate.describing import Describer
from altsync.generate.llmlog import LlmLog
from altsync.generate.local import is_local
from altsync.generate.prompt import Wishes
from altsync.generate.settings import Settings, Ways
from altsync.generate.work import work
from altsync.lint import redo, ruleset
from altsync.near import did_you_mean
from altsync.pictures import words
from altsync.pictures.cache import Cache
from altsync.report import Report
from altsync.uses import glossary

DEMO = ("altsync-demo", "altsync-demo-hasty")


def settings(
    config: Config,
    models: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    *,
    again: bool = False,
    budget: float | None = None,
    suggest: bool = False,
    template: str | None = None,
    fallbacks: Sequence[str] | None = None,
    retry: bool = False,
    context_budget: int | None = None,
    replace: Sequence[str] = (),
) -> Settings:
    """`fallbacks` and `context_budget` None: those of the file.

    Raises UsageError where no model is named, where a fallback is one that is asked
    first, for the demonstration's model on a real site, and for a rule in `replace` that
    cannot be trusted with a person's words.
    """
    redo.check(replace)
    wanted = config.generate
    names, others = _models(config, models, fallbacks)
    return Settings(
        models=names,
        fallbacks=others,
        options={**wanted.options, **(options or {})},
        timeout=wanted.timeout,
        side=wanted.side,
        cache=Cache.beside(config.database),
        ask=wanted.ask,
        wishes=wishes(config, template=template),
        context_budget=context_budget or wanted.context_budget,
        prices=wanted.prices,
        rules=ruleset(config.lint.profile, config.lint.rules, config.lint.banned),
        budget=budget,
        again=again,
        retry=retry,
        suggest=suggest,
        replace=tuple(replace),
    )


def _models(
    config: Config, models: Sequence[str], fallbacks: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that are asked, and those that are asked in their place."""
    wanted = config.generate
    names = tuple(dict.fromkeys(models))
    if not names and wanted.model:
        names = (wanted.model,)
    if not names:
        raise UsageError(
            "No model is chosen. `altsync models` lists those that can see; name one"
            " with -m MODEL or as [generate] model in altsync.toml."
        )
    for name in fallbacks or ():
        if name in names:
            raise UsageError(
                f"--fallback {name}: that is the model which is asked first. Name"
                " another one."
            )
    if fallbacks is None:
        fallbacks = wanted.fallback
    others = tuple(name for name in dict.fromkeys(fallbacks) if name not in names)
    recorded = [name for name in (*names, *others) if name in DEMO]
    if recorded and not is_local(config.site.url):
        raise UsageError(
            f"{recorded[0]} replays recorded texts for the demonstration pictures; it cannot"
            f" describe the images of {config.site.url}. `altsync models` lists those"
            " that can."
        )
    return names, others


def wishes(
    config: Config, language: str | None = None, template: str | None = None
) -> Wishes:
    """What the house wants. `language` of one image; `template` replaces the built-in
    words."""
    wanted = config.generate
    system = question = ""
    if template:
        system, question = _template(template, wanted.language, wanted.max_length)
    return Wishes(
        language=language or wanted.language,
        length=wanted.max_length,
        instructions=wanted.instructions,
        glossary=glossary(config),
        banned=config.lint.banned,
        system=system,
        question=question,
    )


def _template(name: str, language: str, length: int) -> tuple[str, str]:
    """(system, question) of an llm template. `$input` stands for the context;
    `$language` and `$length` are given."""
    import llm

    plugins.load()  # before llm.cli does
    from llm.cli import LoadTemplateError, load_template, template_dir

    given = {"language": language, "length": str(length)}
    try:
        question, system = load_template(name).evaluate("{context}", given)
    except (LoadTemplateError, llm.Template.MissingVariables) as error:
        known = (file.stem for file in template_dir().glob("*.yaml"))  # type: ignore[no-untyped-call]
        raise UsageError(
            f"--template {name}: {error}. {did_you_mean(name, sorted(known))}".rstrip()
        ) from None
    return system or "", question or ""


@contextlib.contextmanager
def ways(
    config: Config,
    conn: sqlite3.Connection,
    report: Report | None = None,
    *,
    note: str | None = None,
    dask: tuple[str, Settings] | None = None,
) -> Iterator[Ways]:
    """How a run does its parts by this altsync.toml: what is known of an image, and
    llm's log. Used from the thread that has `conn`.

    `note`: what the owner says about all images of this run. `dask`: the scheduler of a
    cluster that exists already, whose workers look at the pictures and make the calls,
    and how they ask. At the end `report` is told of what the log lacks. Raises
    ConfigError, and UsageError without the extra that dask needs, or where a worker
    cannot do the work.
    """
    describer = Describer(config, conn, note)
    made = Ways(
        describe=describer.pieces,
        known=describer.known.of,
        inspect=describer.in_file,
        reader=words.reader() if config.generate.ocr else None,
    )
    with contextlib.ExitStack() as stack:
        if dask is not None:
            address, asked = dask
            tell = report.say if report is not None else _nobody
            joined = joining.joined(address, config, asked, made.reader, tell)
            made = _by_workers(made, stack.enter_context(joined))
        log = None
        if config.generate.log:
            log = stack.enter_context(LlmLog(config.llm_log))
        yield replace(made, log=log)
    if report is not None and log is not None and log.trouble:
        report.say(log.trouble)


def _nobody(sentence: str) -> None:
    """Listens."""


def _by_workers(ways: Ways, workers: Cluster) -> Ways:
    """What the workers of a cluster do, they do."""
    answer = functools.partial(work, call=workers.call)
    return replace(ways, eyes=workers, answer=answer)
