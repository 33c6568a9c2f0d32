"""altsync.toml for a Drupal with JSON:API, out of what `discover` found."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from altsync.errors import (
    Challenged,
    FrontDoor,
    NoJsonapi,
    SourceError,
    UsageError,
)
from altsync.manual import Page, address
from altsync.sources.answers import origin
from altsync.sources.base import FoundSite, Hints
from altsync.sources.credentials import Basic, front_of
from altsync.sources.http import Http
from altsync.sources.jsonapi import permissions
from altsync.sources.jsonapi.discover import discover
from altsync.sources.jsonapi.found import (
    Discovery,
    ImageField,
    LabelCandidate,
    PicturedField,
)
from altsync.sources.kinds import JsonapiConfig

_RECIPE = (
    '# label = { field = "field_alt_source", ai = "ai", human = "human" }'
    f"  # a recipe adds it: {address(Page.DRUPAL, 'recipe')}"
)

_DESCRIPTION = (
    "  # if it takes those of complex images:"
    f" {address(Page.DRUPAL, 'long-descriptions')}"
)


def probe_jsonapi(hints: Hints) -> FoundSite | str:
    """altsync.toml for the site, or why it is no Drupal with JSON:API.

    Raises UsageError where it is one that nobody may see without a login, Unreachable
    and what else no other kind of source could get past.
    """
    login, front = _asked(hints), front_of(hints.front)
    meant = hints.insist or login.login != "none"
    try:
        found = discover(hints.url, login, front=front)
    except (FrontDoor, Challenged) as error:
        raise type(error)(f"{error} Nothing was written.") from None
    except SourceError as error:
        if not meant and error.status in (401, 403):
            raise UsageError(_closed(hints.url, error)) from None
        if not isinstance(error, NoJsonapi):
            raise
        is_drupal = _is_drupal(hints, front)
        if meant:
            raise
        return str(error) if is_drupal else ""
    text = config_toml(found, model=hints.model, front=hints.front)
    return FoundSite(text, found.notes)


def _is_drupal(hints: Hints, front: Basic | None) -> bool:
    """The front page says so: whoever has another site is not told of Drupal's modules.
    Raises UsageError where it leads to another site."""
    with contextlib.closing(Http(hints.url, front=front)) as http:

        def refuse_another(target: str) -> None:
            there = origin(target)
            if there != http.origin:
                raise UsageError(
                    f"{hints.url} leads to {there}. If that is the site: altsync init"
                    f" {there}. Nothing was written."
                )

        try:
            answer = http.get(http.base + "/", offsite=True, hop=refuse_another)
        except SourceError:
            return False
    made_by = answer.headers.get("X-Generator", "")
    return made_by.startswith("Drupal") or b"data-drupal-" in answer.body


def _asked(hints: Hints) -> JsonapiConfig:
    """How the owner says to log in."""
    if hints.client:
        return JsonapiConfig(login="oauth", client=hints.client)
    if hints.user:
        return JsonapiConfig(login="cookie", user=hints.user)
    return JsonapiConfig(login="none")


def _closed(url: str, error: SourceError) -> str:
    return (
        f"{url} shows its JSON:API to nobody who is not logged in ({error.status})."
        f" Say who you are: altsync init {url} --user NAME. If it is an album site:"
        f" altsync init {url} --source album --inventory WHERE. Nothing was written."
    )


def config_toml(found: Discovery, *, model: str = "", front: str = "") -> str:
    """altsync.toml for what was found, with `model` for generate and the site's `front`
    door. No secret is in it."""
    return "\n".join(_lines(found, model, front)) + "\n"


def _lines(found: Discovery, model: str, front: str) -> Iterator[str]:
    yield "[site]"
    yield f"url = {_toml(found.url)}"
    yield 'source = "jsonapi"'
    yield 'database = "data/altsync.db"'
    if front:
        yield f"front = {_toml(front)}"
    yield ""
    yield "[jsonapi]"
    yield f"prefix = {_toml(found.config.prefix)}"
    yield "fields = ["
    yield from map(_field, found.fields)
    yield "]"
    yield from _texts(found)
    yield from _read_only(found)
    yield f"languages = [{', '.join(map(_toml, found.languages))}]"
    yield from _labels(found.labels)
    for name in found.descriptions:
        yield f"# long_description = {_toml(name)}{_DESCRIPTION}"
    yield from _login(found.config)
    yield ""
    yield "[generate]"
    yield "# A vision model of the llm library: `altsync models` lists them."
    yield f"model = {_toml(model)}"
    yield "# A strong one, asked about a tenth and the doubtful, to compare with:"
    yield '# reference = "MODEL"'
    if found.languages:
        yield "# For the images of items that have no language of their own."
        yield f"language = {_toml(found.languages[0])}"


def _field(one: ImageField) -> str:
    """A line of `fields`; a comment where the field's form asks for no alt text."""
    line = f"{_toml(one.id)},  # {one.described}"
    if one.of_an_account:
        return f"  # {line}; pictures of accounts are people's faces, so it is left out"
    if one.alt:
        return f"  {line}"
    return f"  # {line}; its form asks for no alt text, so it is left out"


def _texts(found: Discovery) -> Iterator[str]:
    yield "# Every picture in a formatted text is an image, too. false: none of them;"
    yield '# or name fields as above, such as ["node--page.body"].'
    for one in found.texts:
        left = "; left out unless it is named" if one.of_an_account else ""
        yield f"#   {one.id}: {one.described}{left}"
    yield "texts = true"


def _read_only(found: Discovery) -> Iterator[str]:
    """The fields that this login may not edit, each with the permission that was named."""
    texts = [one for one in found.texts if not one.of_an_account]
    all_of_them: list[ImageField | PicturedField] = [*found.fields, *texts]
    refused = [(one, found.refused(one.kind)) for one in all_of_them]
    lines = [(one, said) for one, said in refused if said is not None]
    if not lines:
        return
    yield "# Pulled, and never written: this login may not edit these. Give its role the"
    yield "# permission, then take the line away."
    yield "read_only = ["
    for one, said in lines:
        yield f"  {_toml(one.id)},  # {permissions.needed(said)}"
    yield "]"


def _labels(labels: tuple[LabelCandidate, ...]) -> Iterator[str]:
    """The label of the recipe, if the site has it; whatever else may be one, to choose."""
    if not labels:
        yield _RECIPE
    for number, label in enumerate(labels):
        ai, human = ("0", "1") if label.boolean else ('"ai"', '"human"')
        taken = number == 0 and label.field == "field_alt_source"
        off = "" if taken else "# "
        yield (
            f"{off}label = {{ field = {_toml(label.field)},"
            f" ai = {ai}, human = {human} }}"
        )


def _login(config: JsonapiConfig) -> Iterator[str]:
    yield f"login = {_toml(config.login)}"
    if config.user:
        yield f"user = {_toml(config.user)}"
    if config.client:
        yield f"client = {_toml(config.client)}"
    if config.header:
        yield f"header = {_toml(config.header)}"


def _toml(text: str) -> str:
    """A JSON string is a TOML basic string."""
    return json.dumps(text, ensure_ascii=False)
