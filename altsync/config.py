"""altsync.toml and the environment -> Config.

Order: built-in defaults, altsync.toml, the environment, options of the command. Unknown
keys and wrong types are errors that name the file and the key. Secrets are never in the
file: `ALTSYNC_TOKEN` and its kin, else llm's key store.
"""

from __future__ import annotations

import dataclasses
import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_type_hints
from urllib.parse import urlsplit

from altsync import addresses, upwards
from altsync.errors import ConfigError
from altsync.models import Banned, Label
from altsync.reviewers import wrong_name
from altsync.sources.kinds import KINDS, Kind, LabelField, SourceConfig
from altsync.typed_tables import At, values

DEFAULT_FILE = "altsync.toml"
Table = TypeVar("Table", bound=SourceConfig)


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """[site]"""

    url: str
    """The address of the site, without the path of a page."""
    source: str = "album"
    """How the site is spoken to: `album` or `jsonapi` (`memory`: tests)."""
    database: str = "data/altsync.db"
    """The mirror. One database, one site."""
    workers: int = 8
    """Requests to the site at a time."""
    timeout: float = 30.0
    """Seconds until a site that does not answer is given up, per request."""
    front: Literal["", "basic"] = ""
    """`basic`: HTTP Basic stands before the whole site, as on staging sites; user and
    password are ALTSYNC_FRONT_USER and ALTSYNC_FRONT_PASSWORD."""
    read_back: Literal["first", "all"] = "first"
    """What push reads back after writing: the first 20 and whatever the site's answers do
    not show, or all."""


@dataclass(frozen=True, slots=True)
class GenerateConfig:
    """[generate]"""

    model: str = ""
    """The vision model that is asked: `altsync models` lists them."""
    fallback: tuple[str, ...] = ()
    """Models that are asked, one after the other, where `model` has no text."""
    reference: str = ""
    """A strong model whose texts others are compared with: it is asked about a tenth of
    the images, and about the doubtful ones."""
    workers: int = 8
    """Calls to the model at a time."""
    language: str = ""
    """Language of texts where the site does not say one, as a BCP 47 tag; empty: the
    model follows the context."""
    instructions: str = ""
    """Extra sentences for the prompt."""
    glossary: str = ""
    """A text file with names and words of the house, one a line."""
    max_length: int = 160
    """Characters that a model is told to stay below."""
    context_dir: str = "context"
    """Where your notes about albums are: `ALBUM.md`."""
    context_budget: int = 1000
    """Tokens of context in a prompt, about; the least useful is cut first."""
    place: bool = False
    """Allow place names from a photo's GPS position (worked out offline)."""
    ocr: bool = False
    """Read the words in pictures with a program on this machine (extra `altsync[ocr]`), and
    hold the texts against them."""
    side: int = 768
    """Long side of the picture that the model sees, in pixels."""
    ask: Literal["object", "text"] = "object"
    """What a model is asked for: an object with its text and what it says of it, where
    llm says that the model can, or the text alone."""
    options: dict[str, Any] = field(default_factory=dict)
    """llm options of every call, such as { temperature = 0 }."""
    timeout: float = 120.0
    """Seconds for one call."""
    confirm_above: int = 100
    """Ask before a run of more images than this."""
    prices: dict[str, Any] = field(default_factory=dict)
    """Own prices: { "model" = { input = 0.4, output = 1.6 } }, dollars per million tokens.
    """
    log: bool = True
    """Keep llm's own log in llm.db beside the database."""
    batch_keep: bool = True
    """Answers of batches stay at their provider when they have been taken in (for about
    30 days), and can be taken in again where the database is put back from a copy; false:
    they are deleted there."""


@dataclass(frozen=True, slots=True)
class LintConfig:
    """[lint]"""

    profile: Literal["default", "strict"] = "default"
    """`strict` stops what `default` sends to a person."""
    rules: dict[str, Any] = field(default_factory=dict)
    """Per rule: "off", "warning", "error", or a table of limits."""
    banned: tuple[Banned, ...] = ()
    """Words that the house does not use: [{ word = "stewardess", better = "flight
    attendant" }]. The lint finds them, and models are told."""


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """[review]"""

    actors: tuple[str, ...] = ()
    """Datasette actors besides root that may write verdicts."""
    keys: bool = True
    """Single-key shortcuts on the review pages."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """[run]: what `altsync run` does while nobody watches."""

    budget: float | None = None
    """Dollars that one run may pay models. Without it or `limit` a run that would ask a
    model refuses to begin."""
    limit: int | None = None
    """Images that one run asks models about."""
    pages: bool = False
    """Read the pages that show the images, too."""
    push: Literal["", "approved"] = ""
    """`approved`: send what people approved. Never over a person's words, never an empty
    text, whatever was approved."""
    fail_on: Literal["", "error", "warning"] = ""
    """A finding of the lint as grave as this is something for a person (exit code 3)."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that altsync.toml says."""

    site: SiteConfig
    sources: Mapping[str, SourceConfig] = field(default_factory=dict)
    """Kind of source -> its table, for those that the file has: [album], [jsonapi] …"""
    generate: GenerateConfig = GenerateConfig()
    lint: LintConfig = LintConfig()
    review: ReviewConfig = ReviewConfig()
    run: RunConfig = RunConfig()
    path: Path | None = None
    """The file; None for built-in defaults."""

    @property
    def base(self) -> Path:
        """The directory that relative paths of the file count from."""
        return self.path.parent if self.path else Path()

    @property
    def database(self) -> Path:
        return self.base / self.site.database

    @property
    def llm_log(self) -> Path:
        return self.database.with_name("llm.db")

    def table(self, kind: type[Table]) -> Table:
        """The table of a kind of source, or its defaults where the file has none."""
        for found in self.sources.values():
            if isinstance(found, kind):
                return found
        return kind()

    @property
    def label(self) -> LabelField | None:
        """The label field of the source in use."""
        return self.table(KINDS[self.site.source].config).label

    @property
    def reviewed_label(self) -> Label | None:
        """The label for a machine's text that a person approved by itself, if the owner
        wants one."""
        label = self.label
        if label is None or label.reviewed is None:
            return None
        if label.reviewed == label.human:
            return Label.HUMAN
        return Label.REVIEWED


def load(path: str | os.PathLike[str] | None = None) -> Config:
    """Read altsync.toml: `path`, else ALTSYNC_CONFIG, else the working directory's, else
    the nearest above it. Raises ConfigError."""
    file = which(path)
    if file is None:
        raise _none(f"{DEFAULT_FILE} here or above")
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise _none(str(file)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from None
    return parse(text, file)


def which(path: str | os.PathLike[str] | None = None) -> Path | None:
    """The file that `load` reads; None where none is named, and none is here or above.
    Raises ConfigError for one above that is another user's."""
    if named := path or os.environ.get("ALTSYNC_CONFIG"):
        return Path(named)
    here = Path.cwd()
    found = upwards.nearest(DEFAULT_FILE, here, upwards.my_home(), upwards.myself())
    if found is None or found.parent != here:
        return found
    return Path(DEFAULT_FILE)


def _none(file: str) -> ConfigError:
    set_somewhere = file == os.environ.get("ALTSYNC_CONFIG")
    named = f"{file}{', which ALTSYNC_CONFIG names' * set_somewhere}"
    return ConfigError(
        f"There is no {named}. Make one with `altsync init URL`, or name it with"
        " --config PATH."
    )


def parse(text: str, path: Path | None = None) -> Config:
    """TOML text -> Config. Raises ConfigError with the line (syntax) or the key (content)."""
    where = str(path or DEFAULT_FILE)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{where} is not valid TOML: {error}. Mend that line and run again."
        ) from None
    top = At(where)
    own = {name: kind.config for name, kind in KINDS.items() if _has_table(kind)}
    hints = get_type_hints(Config)
    tables = {"site": hints["site"], **own}
    tables |= {name: hints[name] for name in ("generate", "lint", "review", "run")}
    read = values(tables, data, top)
    if "site" not in read:
        raise top.missing("site")
    sources = {name: read.pop(name) for name in own if name in read}
    read["site"] = _addressed(read["site"])
    config = Config(**read, sources=sources, path=path)
    _check(config, where)
    url = addresses.of_site(config.site.url)
    return dataclasses.replace(config, site=dataclasses.replace(config.site, url=url))


def _addressed(site: SiteConfig) -> SiteConfig:
    return dataclasses.replace(site, url=addresses.typed(site.url))


def _has_table(kind: Kind) -> bool:
    return kind.config is not SourceConfig


def _check(config: Config, where: str) -> None:
    """What types do not say. Raises ConfigError."""
    site = config.site
    asked = config.generate
    if asked.reference and asked.reference in (asked.model, *asked.fallback):
        raise At(where, "generate.reference").must(
            "be another model than those that it is compared with", asked.reference
        )
    if site.source not in KINDS:
        raise At(where, "site.source").must(
            f"be one of {', '.join(KINDS)}", site.source
        )
    parts = urlsplit(site.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(
            f"{where}: site.url must be an http or https address such as"
            ' "https://example.org".'
        )
    if parts.query or parts.fragment:
        raise ConfigError(
            f"{where}: site.url must end before its `?` or `#`: altsync appends the"
            " paths of the site to it. Secrets belong in ALTSYNC_TOKEN."
        )
    for key, value in _texts_of(dataclasses.asdict(config), ""):
        _check_secret(where, key, value)
    for number, name in enumerate(config.review.actors, 1):
        if wrong := wrong_name(name):
            raise At(where, f"review.actors[{number}]").must(wrong, name)
    for number, one in enumerate(config.lint.banned, 1):
        if not any(map(str.isalnum, one.word)):
            raise At(where, f"lint.banned[{number}].word").must("be a word", one.word)
    _check_workers(where, "site.workers", site.workers)
    _check_bounds(config.run, where)


def _texts_of(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """(key, text) of every text, however deep."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts_of(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _texts_of(inner, key)


def _check_secret(where: str, key: str, text: str) -> None:
    """No address holds a secret, and no option is one. Raises ConfigError."""
    name = key.removeprefix("sources.")
    is_address = text.lower().startswith(("http://", "https://", "/"))
    if is_address and (wrong := addresses.trouble(text)):
        raise ConfigError(f"{where}: {name} {wrong}")
    option = name.removeprefix("generate.options.")
    if option != name and addresses.is_secret(option):
        raise ConfigError(
            f"{where}: {name} is a secret, and options are stored with every candidate."
            " Give it to llm: `altsync keys set NAME`."
        )


def _check_bounds(run: RunConfig, where: str) -> None:
    for key, most in (("budget", run.budget), ("limit", run.limit)):
        if most is not None and not 0 < most < math.inf:
            raise At(where, f"run.{key}").must("be more than 0, and a bound", most)


def _check_workers(where: str, key: str, value: int) -> None:
    if not 1 <= value <= 256:
        raise ConfigError(f"{where}: {key} must be from 1 to 256, not {value}.")


def secret(name: str, alias: str) -> str | None:
    """A secret: the environment variable `name` first, else llm's key store under
    `alias` (`altsync keys set ALIAS`).

    The environment wins, as CI expects; llm itself does it the other way round (llm
    0.36). Reads llm's keys.json without importing llm, which costs 0.4 s.
    """
    value = os.environ.get(name)
    if value:
        return value.strip()
    import json

    root = os.environ.get("LLM_USER_PATH")
    if not root:
        import click  # the same rule as llm.user_dir()

        root = click.get_app_dir("io.datasette.llm")
    try:
        keys = json.loads((Path(root) / "keys.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    found = keys.get(alias) if isinstance(keys, dict) else None
    if not isinstance(found, str):
        return None
    return found.strip() or None
