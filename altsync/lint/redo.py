"""Texts that a person could write anew in one go: no reader can use them, whoever wrote
them. Importers write names of files by the thousand. Pure.

`altsync lint --fix-list` lists them, `generate --replace` proposes texts for them,
and `approve --replacing` approves these; all three ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from altsync import lint
from altsync.errors import UsageError
from altsync.lint.audit import text_of
from altsync.lint.evidence import Evidence
from altsync.models import Finding, Mirrored, Severity, ToRedo
from altsync.near import did_you_mean

TRUSTED = ("file-name", "placeholder", "cut")
"""The rules that may be trusted with a person's words: what they find as an error is no
text, or half of one. Every other rule finds texts that somebody may have meant so, or, as
`pointer` does, what may stand behind words that a person wrote."""


def check(ids: Iterable[str]) -> None:
    """Raises UsageError for a rule that is none of TRUSTED."""
    others = [one for one in ids if one not in TRUSTED]
    for unknown in sorted(set(others) - {rule.id for rule in lint.all_rules()}):
        raise UsageError(
            f"There is no rule “{unknown}”. {did_you_mean(unknown, TRUSTED)}"
        )
    if others:
        raise UsageError(
            f"The rule “{others[0]}” finds texts that somebody may have meant so: it is"
            " not trusted to replace a person's words. Those that are:"
            f" {', '.join(TRUSTED)}."
        )


def errors(
    mirrored: Mirrored, evidence: Evidence, rules: lint.Ruleset, ids: Iterable[str]
) -> tuple[Finding, ...]:
    """What these rules find in the text that an image has on the site, as an error by
    themselves. A rule that the owner switched off, or made less than an error, finds
    nothing; one that the owner made graver finds no more than before."""
    named = rules.only(frozenset(ids)).unraised
    found = lint.check(text_of(mirrored, evidence), named)
    return tuple(one for one in found if one.severity is Severity.ERROR)


def fix_list(
    mirrored: Iterable[Mirrored],
    known: Callable[[Mirrored], Evidence],
    rules: lint.Ruleset,
    ids: Iterable[str] = TRUSTED,
    edit: Callable[[str], str | None] = lambda _: None,
) -> Iterator[ToRedo]:
    """Those of the images whose text these rules find to be no text. `known` as in
    `audit`; `edit`: where a person edits an image."""
    wanted = frozenset(ids)
    for one in mirrored:
        if one.image.inherits:
            continue  # it says what its medium says, which is looked at by itself
        evidence = known(one)
        found = errors(one, evidence, rules, wanted)
        if found:
            yield ToRedo(one, found, evidence.page_url, edit(one.image.id))
