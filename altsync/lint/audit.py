"""The audit: the rules over everything that a site publishes, grouped by rule, the
gravest first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from altsync import lint
from altsync.lint.evidence import Evidence
from altsync.models import (
    Audit,
    Decision,
    Finding,
    Group,
    Mirrored,
    Remark,
    Severity,
    State,
    WhereInText,
    is_blank,
    is_typed_blank,
)

CORPUS = "corpus"


def in_mirror(mirrored: Mirrored) -> Evidence:
    """What the mirror itself knows about an image, where nothing else is at hand."""
    return Evidence.of(mirrored.image)


def text_of(mirrored: Mirrored, evidence: Evidence) -> lint.Text:
    """The text that the site has, as the rules see it. What a person decided to be
    decorative may be empty; what a model wrote and no person read is still a model's."""
    decision = evidence.published
    if _is_empty_on_purpose(mirrored):
        decision = Decision.DECORATIVE
    alt = "" if is_typed_blank(mirrored.image.alt) else mirrored.image.alt
    return evidence.text(alt, decision, by_model=evidence.unread)


def _is_empty_on_purpose(mirrored: Mirrored) -> bool:
    """The state of what altsync may not change says only why it may not."""
    if mirrored.image.out_of_reach is None:
        return mirrored.state is State.DECORATIVE
    return is_blank(mirrored.image.alt) and mirrored.origin is not None


def audit(
    mirrored: Iterable[Mirrored],
    rules: lint.Ruleset | None = None,
    corpus: Mapping[str, str] | None = None,
    known: Callable[[Mirrored], Evidence] = in_mirror,
) -> Audit:
    """Check every image that is on the site.

    `corpus`: image id -> sentence, what the store found by comparing images
    (`altsync.store.corpus`). `known`: what is known of an image
    (`altsync.uses.Known.of`).
    """
    rules = rules or lint.ruleset()
    compared = corpus if corpus and CORPUS in rules else {}
    found: dict[tuple[str, Severity], list[Remark]] = {}
    images = flagged = 0
    for one in mirrored:
        images += 1
        if one.image.inherits:
            continue  # it says what its medium says, which is looked at by itself
        evidence = known(one)
        findings = lint.check(text_of(one, evidence), rules)
        if sentence := compared.get(one.image.id):
            findings += (Finding(CORPUS, rules.severity(CORPUS), sentence),)
        flagged += bool(findings)
        for finding in findings:
            remarks = found.setdefault((finding.rule, finding.severity), [])
            remarks.append(_remark(one, finding, evidence.page_url))
    return Audit(images, flagged, grouped(found))


def _remark(one: Mirrored, finding: Finding, page: str | None) -> Remark:
    image = one.image
    return Remark(
        image.id,
        image.album,
        image.alt,
        finding,
        page,
        image.image_url,
        one.origin,
        WhereInText.of(image),
    )


def grouped(found: Mapping[tuple[str, Severity], list[Remark]]) -> tuple[Group, ...]:
    """By gravity, then in the order of the rules."""
    order = {rule.id: at for at, rule in enumerate(lint.all_rules())}
    sentences = {rule.id: rule.sentence for rule in lint.all_rules()}
    return tuple(
        Group(
            rule,
            severity,
            sentences[rule],
            tuple(sorted(remarks, key=lambda remark: remark.image)),
        )
        for (rule, severity), remarks in sorted(
            found.items(), key=lambda item: (item[0][1].gravity, order[item[0][0]])
        )
    )
