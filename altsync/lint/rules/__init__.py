"""Every rule, one idea a file; `ALL` is their order in reports."""

from __future__ import annotations

from altsync.lint.rule import Rule
from altsync.lint.rules import (
    banned,
    corpus,
    cut,
    empty,
    file_name,
    functional,
    hedge,
    incomplete,
    injection,
    language,
    leak,
    length,
    markup,
    person,
    placeholder,
    quoted,
    redundant_text,
    redundant_words,
    same_text,
    shouting,
    untrusted_name,
)

ALL: tuple[Rule, ...] = (
    empty.RULE,
    placeholder.RULE,
    file_name.RULE,
    leak.RULE,
    injection.RULE,
    markup.RULE,
    cut.RULE,
    length.RULE,
    incomplete.RULE,
    functional.RULE,
    redundant_words.RULE,
    redundant_text.RULE,
    quoted.RULE,
    shouting.RULE,
    hedge.RULE,
    banned.RULE,
    person.RULE,
    untrusted_name.RULE,
    language.RULE,
    same_text.RULE,
    corpus.RULE,
)
