"""The audit: the rules over everything that a site publishes, grouped by rule, the gravest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from altsync import lint
from altsync.models import Audit, Decision, Finding, Group, Mirrored, Remark, Severity, SiteImage, State

CORPUS = "corpus"


def text_of(image: SiteImage, state: State | None = None) -> lint.Text:
    """An image of the mirror as the rules see it. What a person decided to be decorative may be empty."""
    return lint.Text(
        image.alt,
        title=image.title,
        caption=image.caption,
        album=image.album,
        file=_file(image),
        before=image.page_text,
        page_title=image.page_title,
        language=image.language,
        decision=Decision.DECORATIVE if state is State.DECORATIVE else None,
    )


def _file(image: SiteImage) -> str:
    """The file's name: the last part of the picture's address, else the image's name."""
    try:
        last = unquote(urlsplit(image.image_url or "").path).rsplit("/", 1)[-1]
    except ValueError:
        last = ""
    return last if "." in last else image.name


def audit(
    mirrored: Iterable[Mirrored], rules: lint.Ruleset | None = None, corpus: Mapping[str, str] | None = None
) -> Audit:
    """Check every image that is on the site.

    `corpus`: image id -> sentence, what the store found by comparing images (`altsync.store.corpus`).
    """
    rules = rules or lint.ruleset()
    compared = corpus if corpus and CORPUS in rules else {}
    found: dict[tuple[str, Severity], list[Remark]] = {}
    images = flagged = 0
    for one in mirrored:
        image = one.image
        images += 1
        findings = lint.check(text_of(image, one.state), rules)
        if image.id in compared:
            findings += (Finding(CORPUS, rules.severity(CORPUS), compared[image.id]),)
        flagged += bool(findings)
        for finding in findings:
            found.setdefault((finding.rule, finding.severity), []).append(
                Remark(image.id, image.album, image.alt, finding, image.page_url, image.image_url, one.origin)
            )
    return Audit(images, flagged, grouped(found))


def grouped(found: Mapping[tuple[str, Severity], list[Remark]]) -> tuple[Group, ...]:
    """By gravity, then in the order of the rules."""
    order = {rule.id: at for at, rule in enumerate(lint.all_rules())}
    sentences = {rule.id: rule.sentence for rule in lint.all_rules()}
    return tuple(
        Group(rule, severity, sentences[rule], tuple(sorted(remarks, key=lambda remark: remark.image)))
        for (rule, severity), remarks in sorted(found.items(), key=lambda item: (item[0][1].gravity, order[item[0][0]]))
    )


def flagged(mirrored: Iterable[Mirrored], rules: lint.Ruleset) -> Iterator[tuple[Mirrored, tuple[Finding, ...]]]:
    """The images whose text on the site has a finding of these rules (`ruleset(...).only(...)`), with the findings.

    What the store found by comparing images is not looked at: a text is not redone because another one equals it.
    """
    for one in mirrored:
        if findings := lint.check(text_of(one.image, one.state), rules):
            yield one, findings
