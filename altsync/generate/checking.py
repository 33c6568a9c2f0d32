"""The lint on what a model wrote: what is asked for once more, and what is stored with
the candidate for its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from altsync import lint
from altsync.errors import UsageError
from altsync.generate.answer import Answer, Unusable
from altsync.generate.context import Piece, Trust
from altsync.lint.audit import Pages, no_pages, text_of
from altsync.models import Finding, Mirrored, Severity

if TYPE_CHECKING:
    from altsync.config import Config

AGAIN = frozenset({"cut", "leak", "markup", "placeholder", "file-name"})
"""An error of these rules is no text at all: the model is asked once more, with the
reason. Everything else is a text that a person may want to look at."""

FIELDS = {
    "title": "title",
    "caption": "caption",
    "album": "album",
    "page title": "page_title",
    "text before": "before",
    "text after": "after",
}


def findings(
    answer: Answer,
    pieces: Sequence[Piece],
    language: str | None,
    rules: lint.Ruleset | None = None,
    house: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """What the lint has to say about an answer, given what the model was given.
    `house`: the words of the glossary."""
    fields: dict[str, str] = {}
    notes: list[str] = [*house]
    for piece in pieces:
        if field := FIELDS.get(piece.kind):
            fields.setdefault(field, piece.text)
        elif piece.trust in (Trust.OWNER, Trust.SITE, Trust.FILE):
            notes.append(piece.text)
    return lint.check(
        lint.Text(
            answer.alt,
            language=language or None,
            notes="\n".join(notes) or None,
            decision=answer.decision,
            flags=answer.flags,
            **fields,  # type: ignore[arg-type]
        ),
        rules,
    )


def refuse(answer: Answer, pieces: Sequence[Piece], language: str | None) -> None:
    """Raises Unusable for an answer that is no text: cut in the middle, a model
    talking, a placeholder."""
    for finding in findings(answer, pieces, language):
        if finding.rule in AGAIN and finding.severity is Severity.ERROR:
            raise Unusable(finding.message)


def flagged(
    config: Config, ids: Iterable[str], pages: Pages = no_pages
) -> Callable[[Mirrored], bool]:
    """Whether `altsync lint` flags the text that an image has on the site by one of
    these rules. Raises UsageError."""
    known = {rule.id for rule in lint.all_rules()}
    wanted = set(ids)
    if unknown := sorted(wanted - known):
        raise UsageError(
            f"--rule {unknown[0]}: the lint has no such rule. `altsync rules` lists"
            " them all."
        )
    rules = lint.ruleset(config.lint.profile, config.lint.rules)
    return lambda target: any(
        one.rule in wanted
        for one in lint.check(
            text_of(target.image, target.state, pages(target.image.id)),
            rules.only(frozenset(wanted)),
        )
    )
