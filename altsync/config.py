"""altsync.toml and the environment -> Config.

Order: built-in defaults, altsync.toml, the environment, options of the command. Unknown
keys and wrong types are errors that name the file and the key. Secrets are never in the
file: `ALTSYNC_TOKEN` and its kin, else llm's key store.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from altsync.errors import ConfigError
from altsync.models import Label

DEFAULT_FILE = "altsync.toml"


@dataclass(frozen=True, slots=True)
class LabelField:
    """`label = { field = "verified", ai = 0, human = 1 }`: the site's field that says
    who wrote a text.

    `reviewed`: the value for a machine's text that a person approved by itself; left
    out, such a text is sent as `ai`.
    """

    field: str
    ai: int | str
    human: int | str
    reviewed: int | str | None = None


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """[site]"""

    url: str
    source: Literal["album", "jsonapi", "memory"] = "album"
    database: str = "data/altsync.db"
    workers: int = 8
    timeout: float = 30.0
    """Seconds until a site that does not answer is given up, per request."""


@dataclass(frozen=True, slots=True)
class AlbumConfig:
    """[album]: the two endpoints of an album site."""

    inventory: tuple[str, ...] = ()
    pixels: str = ""
    label: LabelField | None = None


@dataclass(frozen=True, slots=True)
class JsonapiConfig:
    """[jsonapi]: a Drupal with core's JSON:API."""

    prefix: str = "/jsonapi"
    fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    label: LabelField | None = None
    login: Literal["cookie", "basic", "bearer", "header", "none"] = "cookie"
    user: str = ""
    header: str = ""
    """Name of the header for `login = "header"` (key modules)."""


@dataclass(frozen=True, slots=True)
class GenerateConfig:
    """[generate]"""

    model: str = ""
    workers: int = 8
    language: str = ""
    """Language of texts where the site does not say one, as a BCP 47 tag; empty: the
    model follows the context."""
    instructions: str = ""
    """Extra sentences for the prompt."""
    glossary: str = ""
    """A text file with names and words of the house, one a line."""
    max_length: int = 160
    context_dir: str = "context"
    context_budget: int = 4000
    """Characters of context in a prompt; the least useful is cut first."""
    place: bool = False
    """Allow place names from a photo's GPS position (worked out offline)."""
    side: int = 768
    """Long side of the picture that the model sees, in pixels."""
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


@dataclass(frozen=True, slots=True)
class LintConfig:
    """[lint]"""

    profile: Literal["default", "strict"] = "default"
    rules: dict[str, Any] = field(default_factory=dict)
    """Per rule: "off", "warning", "error", or a table of limits."""


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """[review]"""

    actors: tuple[str, ...] = ()
    """Datasette actors besides root that may write verdicts."""
    keys: bool = True
    """Single-key shortcuts on the review pages."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that altsync.toml says. `path` is the file, or None for built-in defaults."""

    site: SiteConfig
    album: AlbumConfig = AlbumConfig()
    jsonapi: JsonapiConfig = JsonapiConfig()
    generate: GenerateConfig = GenerateConfig()
    lint: LintConfig = LintConfig()
    review: ReviewConfig = ReviewConfig()
    path: Path | None = None

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

    @property
    def label(self) -> LabelField | None:
        """The label field of the source in use."""
        return {"album": self.album.label, "jsonapi": self.jsonapi.label}.get(
            self.site.source
        )

    @property
    def reviewed_label(self) -> Label | None:
        """The label for a machine's text that a person approved by itself, if the owner
        wants one."""
        if self.label is None or self.label.reviewed is None:
            return None
        if self.label.reviewed == self.label.human:
            return Label.HUMAN
        return Label.REVIEWED


def load(path: str | os.PathLike[str] | None = None) -> Config:
    """Read altsync.toml: `path`, else ALTSYNC_CONFIG, else the working directory's.
    Raises ConfigError."""
    file = Path(path or os.environ.get("ALTSYNC_CONFIG") or DEFAULT_FILE)
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"There is no {file}. Make one with `altsync init URL`, or name it with"
            " --config PATH."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from None
    return parse(text, file)


def parse(text: str, path: Path | None = None) -> Config:
    """TOML text -> Config. Raises ConfigError with the line (syntax) or the key (content)."""
    where = str(path or DEFAULT_FILE)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{where} is not valid TOML: {error}. Mend that line and run again."
        ) from None
    config = _build(Config, data, where, "", skip={"path"})
    _check(config, where)
    return dataclasses.replace(config, path=path)


def _check(config: Config, where: str) -> None:
    parts = urlsplit(config.site.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(
            f"{where}: site.url must be an http or https address such as"
            ' "https://example.org".'
        )
    if parts.username or parts.password:
        raise ConfigError(
            f"{where}: site.url holds a user name or password. Secrets belong in"
            " ALTSYNC_TOKEN."
        )
    for key, value in (
        ("site.workers", config.site.workers),
        ("generate.workers", config.generate.workers),
    ):
        if not 1 <= value <= 256:
            raise ConfigError(f"{where}: {key} must be from 1 to 256, not {value}.")


T = typing.TypeVar("T")


def _build(
    cls: type[T],
    data: dict[str, Any],
    where: str,
    prefix: str,
    skip: set[str] | None = None,
) -> T:
    hints = get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls) if f.name not in (skip or ())}  # type: ignore[arg-type]
    for key in data:
        if key not in fields:
            raise _unknown(key, fields, where, prefix)
    values = {
        key: _convert(hints[key], value, where, prefix + key)
        for key, value in data.items()
    }
    for name, f in fields.items():
        if name not in data and f.default is f.default_factory is dataclasses.MISSING:
            raise ConfigError(f"{where}: `{prefix}{name}` is missing.")
    return cls(**values)


def _unknown(key: str, fields: Iterable[str], where: str, prefix: str) -> ConfigError:
    """The nearest key that there is, or all."""
    import difflib

    known = list(fields)
    hint = f"Known: {', '.join(known)}."
    for near in difflib.get_close_matches(key, known, 1):
        hint = f"Did you mean `{prefix}{near}`?"
    return ConfigError(
        f"{where}: `{prefix}{key}` is not a key that altsync knows. {hint}"
    )


def _convert(hint: Any, value: Any, where: str, key: str) -> Any:
    """The value as a field of type `hint` takes it. Raises ConfigError."""
    origin = get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _either(hint, value, where, key)
    if origin is Literal:
        words = get_args(hint)
        if value not in words:
            raise _wrong(where, key, f"one of {', '.join(words)}", value)
        return value
    if origin is tuple:
        return _texts(value, where, key)
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise _wrong(where, key, "a table", value)
        return _build(typing.cast("type[Any]", hint), value, where, key + ".")
    return _plain(origin or hint, value, where, key)


def _either(hint: Any, value: Any, where: str, key: str) -> Any:
    """`X | None`, or one of several plain types."""
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    if len(kinds) == 1:
        return _convert(kinds[0], value, where, key)
    if type(value) not in kinds:
        raise _wrong(where, key, " or ".join(_name(kind) for kind in kinds), value)
    return value


def _texts(value: Any, where: str, key: str) -> tuple[str, ...]:
    """A list of texts; one text is a list of one."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(where, key, "a list of texts", value)
    return tuple(value)


def _plain(kind: Any, value: Any, where: str, key: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise _wrong(where, key, _name(kind), value)
    return value


def _wrong(where: str, key: str, wanted: str, value: Any) -> ConfigError:
    return ConfigError(f"{where}: `{key}` must be {wanted}, not {_show(value)}.")


def _name(kind: Any) -> str:
    return {
        str: "a text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        dict: "a table",
    }[kind]


def _show(value: Any) -> str:
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)


def secret(name: str, alias: str) -> str | None:
    """A secret: the environment variable `name` first, else llm's key store under
    `alias` (`llm keys set ALIAS`).

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
