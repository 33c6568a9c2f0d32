"""The label field of a site, in both directions: its value is a Label, a Label its value."""

from __future__ import annotations

from typing import Any

from altsync.models import Label
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
