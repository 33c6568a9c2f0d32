"""The audit: the rules over everything that a site publishes, grouped by rule, the
gravest first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol
from urllib.parse import unquote, urlsplit

from altsync import lint
from altsync.models import (
    Audit,
    Decision,
    Finding,
    Group,
    Mirrored,
    Remark,
    Severity,
    SiteImage,
    State,
)

CORPUS = "corpus"


class Page(Protocol):
    """A page that uses an image, with what stands around it there."""

    @property
    def page_url(self) -> str: ...
    @property
    def page_title(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


Pages = Callable[[str], Sequence[Page]]
"""Image id -> the pages that use it."""


def no_pages(image: str) -> Sequence[Page]:
    """Where no pages were read."""
    return ()


def text_of(
    image: SiteImage, state: State | None = None, pages: Sequence[Page] = ()
) -> lint.Text:
    """An image of the mirror as the rules see it. What a person decided to be
    decorative may be empty.

    The first of `pages` is what stands beside it, unless the site's own fields say
    that; the others are evidence.
    """
    first = pages[0] if pages else None
    rest = [
        part
        for page in pages[1:]
        for part in (page.page_title, page.before, page.after)
        if part
    ]
    if first and image.page_text:
        rest.insert(0, first.before)
    return lint.Text(
        image.alt,
        title=image.title,
        caption=image.caption,
        album=image.album,
        file=_file(image),
        before=image.page_text or (first.before or None if first else None),
        after=first.after or None if first else None,
        page_title=image.page_title or (first.page_title or None if first else None),
        notes="\n".join(rest) or None,
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
    mirrored: Iterable[Mirrored],
    rules: lint.Ruleset | None = None,
    corpus: Mapping[str, str] | None = None,
    pages: Pages = no_pages,
) -> Audit:
    """Check every image that is on the site.

    `corpus`: image id -> sentence, what the store found by comparing images
    (`altsync.store.corpus`). `pages`: what `altsync context --pages` read, as evidence
    and to say where an image is used.
    """
    rules = rules or lint.ruleset()
    compared = corpus if corpus and CORPUS in rules else {}
    found: dict[tuple[str, Severity], list[Remark]] = {}
    images = flagged = 0
    for one in mirrored:
        image = one.image
        images += 1
        found_on = pages(image.id)
        findings = lint.check(text_of(image, one.state, found_on), rules)
        if image.id in compared:
            findings += (Finding(CORPUS, rules.severity(CORPUS), compared[image.id]),)
        flagged += bool(findings)
        page = found_on[0].page_url if found_on else image.page_url
        for finding in findings:
            found.setdefault((finding.rule, finding.severity), []).append(
                Remark(
                    image.id,
                    image.album,
                    image.alt,
                    finding,
                    page,
                    image.image_url,
                    one.origin,
                )
            )
    return Audit(images, flagged, grouped(found))


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


def flagged(
    mirrored: Iterable[Mirrored], rules: lint.Ruleset
) -> Iterator[tuple[Mirrored, tuple[Finding, ...]]]:
    """The images whose text on the site has a finding of these rules
    (`ruleset(...).only(...)`), with the findings.

    What the store found by comparing images is not looked at: a text is not redone
    because another one equals it.
    """
    for one in mirrored:
        if findings := lint.check(text_of(one.image, one.state), rules):
            yield one, findings
