"""The rules over the whole mirror."""

from __future__ import annotations

from dataclasses import replace

from altsync import lint
from altsync.lint import Evidence
from altsync.lint.audit import audit, text_of
from altsync.models import (
    Decision,
    Mirrored,
    Origin,
    OutOfReach,
    Severity,
    SiteImage,
    State,
    Tag,
    Use,
)


def image(name: str, alt: str | None, **more: str) -> SiteImage:
    return SiteImage(id=f"a/{name}", album="a", name=name, alt=alt, **more)  # type: ignore[arg-type]


def mirrored(*images: SiteImage, state: State | None = None) -> list[Mirrored]:
    return [Mirrored(one, Origin.HUMAN, "2026-01-01", state=state) for one in images]


def test_grouped_by_rule_the_gravest_first() -> None:
    found = audit(
        mirrored(
            image("3", "A photo of a dog."),
            image(
                "2",
                "A dog on the",
                page_url="https://example.org/2",
                image_url="https://example.org/2.jpg",
            ),
            image("1", None),
            image("4", "A dog on a beach."),
            image("0", "A cat on the"),
        )
    )
    assert (found.images, found.flagged) == (5, 4)
    assert [
        (g.rule, g.severity, [r.image for r in g.remarks]) for g in found.groups
    ] == [
        ("empty", Severity.ERROR, ["a/1"]),
        ("cut", Severity.ERROR, ["a/0", "a/2"]),
        ("redundant-words", Severity.WARNING, ["a/3"]),
    ]
    remark = found.groups[1].remarks[1]
    assert (remark.page, remark.picture, remark.origin, remark.alt) == (
        "https://example.org/2",
        "https://example.org/2.jpg",
        Origin.HUMAN,
        "A dog on the",
    )
    assert found.reaches(Severity.ERROR)
    assert found.reaches(Severity.WARNING)


def test_pages_that_were_read_are_evidence_and_say_where() -> None:
    images = mirrored(
        image("b", "Two men at the Maasdorp.", page_url="https://example.org/a/b")
    )
    cut = lint.ruleset().only(frozenset(["cut"]))
    assert audit(images, cut).groups == ()
    pages = (
        Use("https://example.org/launch", "A launch", "Hello.", "World."),
        Use("https://example.org/next", "Next", "The city runs Maasdorp.gov on it."),
    )
    known = {"a/b": Evidence.of(images[0].image, pages)}
    (group,) = audit(images, cut, known=lambda one: known[one.image.id]).groups
    assert (group.rule, group.remarks[0].page) == ("cut", "https://example.org/launch")


def test_fail_level() -> None:
    quiet = audit(mirrored(image("3", "A photo of a dog.")))
    assert not quiet.reaches(Severity.ERROR)
    assert quiet.reaches(Severity.WARNING)
    assert not audit([]).reaches(Severity.INFO)


def test_what_the_store_compared_is_a_finding_unless_the_rule_is_off() -> None:
    images = mirrored(image("1", "A dog on a beach."))
    compared = {"a/1": "Twice.", "a/9": "Elsewhere."}
    (group,) = audit(images, corpus=compared).groups
    assert (group.rule, group.severity, group.remarks[0].finding.message) == (
        "corpus",
        Severity.WARNING,
        "Twice.",
    )
    assert (
        audit(images, lint.ruleset("default", {"corpus": "off"}), compared).groups == ()
    )
    (group,) = audit(
        images, lint.ruleset("default", {"corpus": "error"}), compared
    ).groups
    assert group.severity is Severity.ERROR


def test_decorative_by_a_persons_decision_may_be_empty() -> None:
    (decorative,) = mirrored(image("x", ""), state=State.DECORATIVE)
    assert text_of(decorative, Evidence()).decision is Decision.DECORATIVE
    assert audit([decorative]).groups == ()


def test_a_decision_counts_where_altsync_may_not_change_it() -> None:
    """A person's `alt=""` on a picture of another host, or in a text of a format that
    this login may not use."""
    for why in OutOfReach:
        away = replace(image("x", ""), out_of_reach=why)
        (decided,) = mirrored(away, state=State(why))
        assert audit([decided]).groups == (), why
        (group,) = audit([replace(decided, origin=None)]).groups
        assert group.rule == "empty"
    missing = audit(mirrored(image("x", ""), state=State.MISSING))
    assert missing.groups[0].rule == "empty"


def test_a_text_is_judged_as_what_it_was_written_for() -> None:
    here = replace(image("x", "Concert at the quay."), title="Concert at the quay")
    (poster,) = mirrored(here, state=State.AI)
    known = Evidence.of(poster.image)
    assert [group.rule for group in audit([poster]).groups] == ["redundant-text"]
    words = replace(known, published=Decision.TEXT)
    assert audit([poster], known=lambda one: words).groups == ()


def test_names_on_the_site_are_not_asked_for() -> None:
    """Whoever put them there knew, or approved them: 170 such findings, none right."""
    (portrait,) = mirrored(image("x", "A portrait of Angela Merkel."), state=State.AI)
    assert audit([portrait]).groups == ()


def test_an_embed_that_shows_its_mediums_text_is_looked_at_there() -> None:
    embed = replace(image("1", None), tag=Tag.MEDIA)
    found = audit(mirrored(embed, replace(embed, id="a/2", alt="A dog on the")))
    assert (found.images, found.flagged) == (2, 1)
    assert [one.image for one in found.groups[0].remarks] == ["a/2"]


def test_a_blank_that_somebody_typed_is_an_empty_text() -> None:
    typed = [
        image(str(at), blank) for at, blank in enumerate((" ", "\u3000", "\u200b"))
    ]
    assert not audit(mirrored(*typed, state=State.DECORATIVE)).groups
    undecided = audit(mirrored(*typed, state=State.MISSING))
    assert [(one.rule, len(one.remarks)) for one in undecided.groups] == [("empty", 3)]
