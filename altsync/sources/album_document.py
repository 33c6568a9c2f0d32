"""What the documents of an album site say, and what its PATCH is told. Pure: no request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from altsync.errors import AnswerLost, BadAnswer, Rejected
from altsync.models import Label, same_text
from altsync.sources.answers import HttpAnswer, place
from altsync.sources.kinds import LabelField
from altsync.sources.labels import label_of, value_of


def text_in(value: Any, field: str, where: str) -> str | None:
    """A field's text, or None. Raises BadAnswer for what is no text that can be stored."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadAnswer(f"{where} answered a `{field}` that is not a text.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise BadAnswer(
            f"{where} answered a `{field}` that is not valid Unicode."
        ) from None
    return value


def raw_of(document: dict[str, Any]) -> str:
    """The document as it is mirrored."""
    text = json.dumps(document, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Half a surrogate pair in some other field: SQLite cannot hold it.
        return json.dumps(document)
    return text


def label_in(
    field: LabelField | None, document: Mapping[str, Any]
) -> tuple[Label | None, bool]:
    """(label, the site has the field)"""
    if field is None or field.field not in document:
        return None, False
    return label_of(field, document[field.field]), True


def label_on_wire(
    field: LabelField | None, label: str | None
) -> dict[str, int | str | None]:
    """The field of a PATCH that sets this label. Raises Rejected where there is none."""
    if field is None:
        raise Rejected(
            "This site has no value for such a label. Check `label` below [album] in"
            " altsync.toml."
        )
    if label is None:
        return {field.field: None}  # a revert puts back that nobody had said
    return {field.field: value_of(field, Label(label))}


def same_alt(shown: Any, sent: str | None, answer: HttpAnswer) -> str | None:
    """The alt that the site shows. Raises AnswerLost where it is not the one sent."""
    if shown is None or isinstance(shown, str):
        alt: str | None = shown
        if same_text(alt, sent):
            return alt
    raise AnswerLost(
        f"{place(answer.url)} answered {answer.status} but shows another alt than was"
        " sent. Settled by reading."
    )


def answer_to_patch(answer: HttpAnswer) -> dict[str, Any]:
    """What a 2xx says of the image, often nothing. A page, or half a document, is no
    confirmation: AnswerLost."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        if answer.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"[")):
            raise AnswerLost(
                f"{place(answer.url)} answered {answer.status} with a page or half an"
                " answer in place of a confirmation: a login page or a proxy, perhaps."
                " Settled by reading.",
                status=answer.status,
            ) from None
        return {}
    return said if isinstance(said, dict) else {}
