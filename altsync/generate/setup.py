"""altsync.toml and the command line -> how a run asks."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from altsync.config import Config
from altsync.errors import ConfigError, UsageError
from altsync.generate.asking import Model, open_model
from altsync.generate.llmlog import LlmLog
from altsync.generate.prompt import Wishes, build
from altsync.generate.stage import Settings
from altsync.generate.work import Outcome, Task, work
from altsync.lint import ruleset
from altsync.pictures.cache import Cache

DEMO = "altsync-demo"


def settings(
    config: Config,
    models: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    *,
    workers: int | None = None,
    again: bool = False,
    budget: float | None = None,
    suggest: bool = False,
    template: str | None = None,
) -> Settings:
    """Raises UsageError where no model is named, or the demonstration's model for a
    real site."""
    wanted = config.generate
    names = tuple(dict.fromkeys(models)) or ((wanted.model,) if wanted.model else ())
    if not names:
        raise UsageError(
            "No model is chosen. `altsync models` lists those that can see; name one"
            " with -m MODEL or as [generate] model in altsync.toml."
        )
    if DEMO in names and not is_local(config.site.url):
        raise UsageError(
            f"{DEMO} replays recorded texts for the demonstration photos; it cannot"
            f" describe the images of {config.site.url}. `altsync models` lists those"
            " that can."
        )
    return Settings(
        models=names,
        options={**wanted.options, **(options or {})},
        timeout=wanted.timeout,
        workers=workers or wanted.workers,
        side=wanted.side,
        cache=Cache.beside(config.database),
        wishes=wishes(config, template=template),
        context_budget=wanted.context_budget,
        prices=wanted.prices,
        rules=ruleset(config.lint.profile, config.lint.rules),
        budget=budget,
        again=again,
        suggest=suggest,
    )


def wishes(
    config: Config, language: str | None = None, template: str | None = None
) -> Wishes:
    """What the house wants. `language` of one image; `template` replaces the built-in
    words."""
    wanted = config.generate
    own = (
        _template(template, wanted.language, wanted.max_length)
        if template
        else ("", "")
    )
    return Wishes(
        language or wanted.language,
        wanted.max_length,
        wanted.instructions,
        _glossary(config),
        *own,
    )


def is_local(url: str) -> bool:
    """Whether a site is on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _glossary(config: Config) -> tuple[str, ...]:
    if not config.generate.glossary:
        return ()
    path = config.base / config.generate.glossary
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"[generate] glossary: {path} cannot be read ({error})."
        ) from None
    return tuple(
        word for line in lines if (word := line.strip()) and not word.startswith("#")
    )


def _template(name: str, language: str, length: int) -> tuple[str, str]:
    """(system, question) of an llm template. `$input` stands for the context;
    `$language` and `$length` are given."""
    import llm
    from llm.cli import LoadTemplateError, load_template

    try:
        found = load_template(name)
        question, system = found.evaluate(
            "{context}", {"language": language, "length": str(length)}
        )
    except (LoadTemplateError, llm.Template.MissingVariables) as error:
        raise UsageError(
            f"--template {name}: {error}. `llm templates list` shows those that there"
            " are."
        ) from None
    return system or "", question or ""


def open_models(asked: Settings) -> list[Model]:
    """Every model of the run. Raises ModelStopped and UsageError before anything is asked."""
    return [open_model(name, asked.options, asked.timeout) for name in asked.models]


def prompts(asked: Settings, languages: Sequence[str | None]) -> tuple[str, ...]:
    """The ids of the prompts that a run with these settings would use now."""
    found = {
        build(
            replace(asked.wishes, language=language or asked.wishes.language),
            model.schema,
        ).id
        for language in [*languages, None]
        for model in open_models(asked)
    }
    return tuple(sorted(found))


@contextlib.contextmanager
def answering(asked: Settings, dask: str | None) -> Iterator[Callable[[Task], Outcome]]:
    """What runs one task: this process, or a Dask cluster that exists already. Raises
    UsageError without its extra."""
    if dask is None:
        yield work
        return
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "--dask needs an extra: pip install 'altsync[dask]', here and on every"
            " worker."
        ) from None
    try:
        client = Client(dask, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"--dask {dask}: no scheduler answers there ({type(error).__name__})."
        ) from None
    with client:
        # retries=0: a call that was paid for is not made again behind our back.
        executor = client.get_executor(pure=False, retries=0)  # type: ignore[no-untyped-call]
        yield lambda task: executor.submit(work, task).result()


@contextlib.contextmanager
def llm_log(config: Config, dask: str | None) -> Iterator[LlmLog | None]:
    """llm's log, unless the owner turned it off. Responses do not come back from a
    cluster, so there is none then."""
    if not config.generate.log or dask is not None:
        yield None
        return
    with LlmLog(config.llm_log) as log:
        yield log
