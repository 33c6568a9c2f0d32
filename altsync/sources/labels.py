"""The label field of a site, in both directions: its value is a Label, a Label its value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from altsync.errors import ConfigError
from altsync.models import Label
from altsync.near import nearest
from altsync.sources.kinds import LabelField


def label_of(field: LabelField, value: Any) -> Label | None:
    """What a value says; None says nothing. One that is not configured protects the
    text: HUMAN."""
    if value is None:
        return None
    shown = _plain(value)
    if shown == _plain(field.ai):
        return Label.AI
    if field.reviewed is None or field.reviewed == field.human:
        return Label.HUMAN
    return Label.REVIEWED if shown == _plain(field.reviewed) else Label.HUMAN


def value_of(field: LabelField, label: Label) -> int | str:
    """The site's value. Without one of its own, a reviewed text is a machine's."""
    if label is Label.HUMAN:
        return field.human
    if label is Label.REVIEWED and field.reviewed is not None:
        return field.reviewed
    return field.ai


def _plain(value: Any) -> str:
    """A value to compare: Drupal's booleans come as true, 1 or "1", by the serialiser."""
    return str(int(value) if isinstance(value, bool) else value)


_TEXTS = ("title", "alt", "caption")
_FIELD = "field_"
"""What Drupal puts before the name of each field: it makes no two names alike."""


def refuse_a_mistyped(field: LabelField, there: Iterable[str], table: str) -> None:
    """Raise ConfigError where an image has no such label field among those that are
    `there`, and one of almost that name. A site without any label is no error. `table`:
    of altsync.toml."""
    names = {name.removeprefix(_FIELD): name for name in there if name not in _TEXTS}
    if field.field in names.values():
        return
    for meant in nearest(field.field.removeprefix(_FIELD), names):
        raise ConfigError(
            f"altsync.toml: {table}.label names the field `{field.field}`, which the site"
            f" does not have. Did you mean `{names[meant]}`? Nothing was done."
        )
