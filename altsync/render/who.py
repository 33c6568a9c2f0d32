"""Whose text an image has: for a terminal, a spreadsheet, and as Web Annotations (W3C,
JSON-LD). Pure, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from altsync.models import How, Ownership, Tag
from altsync.render import csv, standing
from altsync.render.text import json_list, json_text, plain, quoted

if TYPE_CHECKING:
    from altsync.documents.kept import OwnershipItem

COLUMNS = (
    "image",
    "alt",
    "origin",
    "label",
    "written by",
    "model",
    "resolved model",
    "prompt",
    "context",
    "recorded",
    "proposed",
    "reviewer",
    "approved",
    "scope",
    "note",
    "shown",
    "push",
    "sent",
    "seen since",
    "language",
    "page",
    "in text",
)


def sentence(one: Ownership) -> str:
    """Who wrote the text, in half a sentence."""
    if one.candidate is not None and one.written_by == "ai":
        vouched = "" if one.origin == "ai" else "; a person vouches for it"
        handed = f", by {one.handed}" if one.handed else ""
        return f"a machine: {one.model or 'model unknown'}{handed}{vouched}"
    if one.candidate is not None:
        return f"a person: {one.reviewer or 'name unknown'}, in review"
    if one.where.tag is Tag.MEDIA and one.alt is None:
        return "nobody: it shows the text of its medium"
    known = {
        "ai": "a machine, says the site's label; altsync has no record of it",
        "human": "a person, on the site",
    }
    return known.get(one.origin or "", "nobody")


def lines(owned: Iterable[Ownership]) -> Iterator[str]:
    """A paragraph per image."""
    for one in owned:
        yield f"{plain(one.image)}{standing.page(one.where)}  {quoted(one.alt)}"
        if where := standing.sentence(one.image, one.where):
            yield f"    stands      {where}"
        if one.long_description:
            yield f"    at length   {quoted(one.long_description)}"
        yield f"    written by  {plain(sentence(one))}"
        if one.candidate is not None:
            yield from _provenance(one)
        yield f"    seen since  {_minute(one.since)}"


def _provenance(one: Ownership) -> Iterator[str]:
    """What is known of a text that altsync sent."""
    if one.recorded:
        yield "    recorded    replayed for the demonstration, not generated"
    if one.resolved_model and one.resolved_model != one.model:
        yield f"    answered    {plain(one.resolved_model)}"
    if one.prompt:
        yield f"    prompt      {one.prompt}"
    if one.context not in (None, "", "{}"):
        yield f"    context     {plain(str(one.context))}"
    if one.reviewer:
        who = plain(one.reviewer)
        if one.scope == "bulk":
            who += " (in bulk)"
        if one.how is How.WORDS:
            who += " (without the picture)"
        yield f"    approved    by {who}, {_minute(one.judged_at)}"
        if one.note:
            yield f"    note        {quoted(one.note)}"
    yield f"    sent        push {one.push}, {_minute(one.sent_at)}"


def document(owned: Iterable[Ownership]) -> Iterator[str]:
    """A JSON array, an image a line."""
    return json_list(map(_as_dict, owned))


def _as_dict(one: Ownership) -> OwnershipItem:
    shown: OwnershipItem = {
        "image": one.image,
        "album": one.album,
        "alt": one.alt,
        "origin": one.origin,
        "label": one.label,
        "language": one.language,
        "image_url": one.image_url,
        "page_url": one.page_url,
        "since": one.since,
        "candidate": one.candidate,
        "written_by": one.written_by,
        "model": one.model,
        "resolved_model": one.resolved_model,
        "prompt": one.prompt,
        "context": one.context,
        "recorded": one.recorded,
        "proposed_at": one.proposed_at,
        "reviewer": one.reviewer,
        "scope": one.scope,
        "judged_at": one.judged_at,
        "push": one.push,
        "sent_at": one.sent_at,
        "sha256": one.sha256,
        "title": one.title,
        "long_description": one.long_description,
        "note": one.note,
        "how": one.how,
        "handed": one.handed,
    }
    where = standing.as_dict(one.image, one.where)
    if where is not None:
        shown["where"] = where
    return shown


def table(owned: Iterable[Ownership]) -> Iterator[str]:
    """CSV, one line an image."""
    return csv.table(COLUMNS, (_row(one) for one in owned))


def _row(one: Ownership) -> tuple[object, ...]:
    return (
        one.image,
        one.alt,
        one.origin,
        one.label,
        sentence(one),
        one.model,
        one.resolved_model,
        one.prompt,
        one.context,
        "yes" if one.recorded else "",
        one.proposed_at,
        one.reviewer,
        one.judged_at,
        one.scope,
        one.note,
        one.how,
        one.push,
        one.sent_at,
        one.since,
        one.language,
        one.page_url,
        standing.sentence(one.image, one.where),
    )


def json_ld(
    site: str, owned: Iterable[Ownership], prompt: Callable[[str], str | None]
) -> Iterator[str]:
    """One AnnotationPage (https://www.w3.org/TR/annotation-model/): a describing
    annotation per image with a text.

    Its creator is who wrote the text; what the Web Annotation vocabulary has no word
    for stands under `altsync:`.
    """
    context = [
        "http://www.w3.org/ns/anno.jsonld",
        {"altsync": f"{site.rstrip('/')}/#altsync-"},
    ]
    yield f'{{\n"@context": {json_text(context)},\n'
    yield '"type": "AnnotationPage",\n"items": ['
    before = "\n"
    for one in owned:
        if one.alt:
            annotation = _annotation(site, one, prompt)
            yield before + json_text(annotation)
            before = ",\n"
    yield "\n]\n}\n"


def _annotation(
    site: str, one: Ownership, prompt: Callable[[str], str | None]
) -> dict[str, Any]:
    body = {
        "type": "TextualBody",
        "value": one.alt,
        "format": "text/plain",
        "purpose": "describing",
    }
    if one.language:
        body["language"] = one.language
    found: dict[str, Any] = {
        "id": f"{site.rstrip('/')}/#altsync-alt/{quote(one.image, safe='/')}",
        "type": "Annotation",
        "motivation": "describing",
        "body": body,
        "target": _target(site, one),
        "creator": _creator(one),
        "created": one.proposed_at or one.since,
        "altsync:origin": one.origin,
    }
    if one.candidate is not None:
        found["generator"] = {"type": "Software", "name": "altsync"}
        found["generated"] = one.sent_at
        found["altsync:reviewer"] = one.reviewer
        found["altsync:approved"] = one.judged_at
        found["altsync:note"] = one.note
        found["altsync:shown"] = one.how
        found["altsync:push"] = one.push
        if one.prompt is not None:
            words = {"sha256": one.prompt, "text": prompt(one.prompt)}
            found["altsync:prompt"] = words
        found["altsync:context"] = one.context
        found["altsync:recorded"] = one.recorded
        found["altsync:handed"] = one.handed
    return {key: value for key, value in found.items() if value is not None}


def _target(site: str, one: Ownership) -> dict[str, str]:
    """The image, named by its address where it has one; and the page where it stands."""
    name = f"{site.rstrip('/')}/#altsync-image/{quote(one.image, safe='/')}"
    target = {"id": _address(one.image_url) or name, "type": "Image"}
    if page := _address(one.page_url):
        target["scope"] = page
    return target


def _address(url: str | None) -> str | None:
    """An address of the web; nothing for any other scheme."""
    if url and url.startswith(("http://", "https://")):
        return url
    return None


def _creator(one: Ownership) -> dict[str, str]:
    if one.candidate is not None and one.written_by == "ai":
        name = one.model or "unknown model"
        return {
            "type": "Software",
            "name": name,
            "nickname": one.resolved_model or name,
        }
    if one.candidate is None and one.origin == "ai":
        return {"type": "Software", "name": "unknown model"}
    if one.reviewer:
        return {"type": "Person", "name": one.reviewer}
    return {"type": "Person"}


def _minute(at: str | None) -> str:
    if not at:
        return "unknown"
    return at[:16].replace("T", " ")
