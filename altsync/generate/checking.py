"""The lint on what a model wrote: what is asked for once more, and what is stored with
the candidate for its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from altsync import lint
from altsync.errors import UsageError
from altsync.generate.answer import Answer, Unusable, too_long
from altsync.generate.context import Piece, as_json
from altsync.generate.prompt import Wishes
from altsync.lint import Evidence, redo
from altsync.lint.audit import text_of
from altsync.models import Decision, Finding, Mirrored, Severity
from altsync.near import did_you_mean
from altsync.uses import Known, lasting

AGAIN = frozenset({"cut", "leak", "markup", "placeholder", "pointer", "file-name"})
"""An error of these rules is no text at all: the model is asked once more, with the
reason. Everything else is a text that a person may want to look at."""
LENGTH = "length"
"""Its error for a long text likewise, and once its warning; not for the words of an
image, given verbatim."""


def findings(
    answer: Answer, evidence: Evidence, rules: lint.Ruleset | None = None
) -> tuple[Finding, ...]:
    """What the lint has to say about an answer, given what is known of its image."""
    text = evidence.text(answer.alt, answer.decision, answer.flags, by_model=True)
    return lint.check(text, rules)


def refuse(
    answer: Answer,
    evidence: Evidence,
    rules: lint.Ruleset | None = None,
    *,
    last: bool = False,
) -> None:
    """Raises Unusable for an answer that is no text: cut in the middle, a model
    talking, a placeholder; and for one that is too long to listen to, unless it gives
    the words of an image. `last`: the model is not asked again; then a text that is
    long, and no more than a warning, is better than none. A rule that the owner
    switched off, or made less than an error, refuses nothing else."""
    rules = rules or lint.ruleset()
    for finding in findings(answer, evidence, rules):
        if finding.severity is Severity.ERROR and finding.rule in AGAIN:
            raise Unusable(finding.message)
        if finding.rule == LENGTH and answer.decision is not Decision.TEXT:
            _refuse_long(answer.alt, rules.limits(LENGTH), finding.severity, last=last)


def _refuse_long(
    alt: str, limits: lint.Limits, severity: Severity, *, last: bool
) -> None:
    if severity is Severity.ERROR and len(alt) > limits["error"]:
        raise Unusable(too_long(alt, limits["error"]))
    if severity is not Severity.INFO and len(alt) > limits["warning"] and not last:
        raise Unusable(too_long(alt, limits["warning"]))


def beside(evidence: Evidence, pieces: Sequence[Piece], wishes: Wishes) -> Evidence:
    """What is known of an image together with what its models are told besides: the
    house's wishes, a note of the command line, and what the file says.

    The last two are kept with the candidate, where `altsync.uses` finds them, and so
    is what the pictures beside it say.
    """
    house = filter(None, (wishes.instructions, *wishes.glossary))
    return evidence.adding([*house, *lasting(as_json(pieces))])


def flagged(known: Known, ids: Iterable[str]) -> Callable[[Mirrored], bool]:
    """Whether `altsync lint` flags the text that an image has on the site by one of
    these rules. Raises UsageError."""
    wanted = frozenset(ids)
    every = {rule.id for rule in lint.all_rules()}
    if unknown := sorted(wanted - every):
        raise UsageError(
            f"--rule {unknown[0]}: the lint has no such rule."
            f" {did_you_mean(unknown[0], sorted(every))} `altsync rules` lists them all."
        )
    rules = known.rules.only(wanted)
    return lambda target: bool(lint.check(text_of(target, known.of(target)), rules))


def to_redo(known: Known, ids: Iterable[str]) -> Callable[[Mirrored], bool]:
    """Whether these rules find an error in the text that an image has on the site,
    whoever wrote it: `altsync lint --fix-list` lists it then."""
    return lambda target: bool(redo.errors(target, known.of(target), known.rules, ids))
