"""Every rule, one idea a file; `ALL` is their order in reports."""

from __future__ import annotations

from altsync.lint.rule import Rule
from altsync.lint.rules import empty, length

ALL: tuple[Rule, ...] = (
    empty.RULE,
    length.RULE,
)
