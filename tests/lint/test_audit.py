"""The rules over the whole mirror."""

from __future__ import annotations

from altsync import lint
from altsync.lint.audit import audit, flagged, text_of
from altsync.models import Decision, Mirrored, Origin, Severity, SiteImage, State, Use


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
        image("b", "Two men at the Boston.", page_url="https://example.org/a/b")
    )
    cut = lint.ruleset().only(frozenset(["cut"]))
    assert audit(images, cut).groups == ()
    pages = [
        Use("https://example.org/launch", "A launch", "Hello.", "World."),
        Use("https://example.org/next", "Next", "The city runs Boston.gov on it."),
    ]
    (group,) = audit(
        images, cut, pages=lambda image: pages if image == "a/b" else []
    ).groups
    assert (group.rule, group.remarks[0].page) == ("cut", "https://example.org/launch")
    seen = text_of(images[0].image, pages=pages)
    assert (seen.page_title, seen.before, seen.after) == (
        "A launch",
        "Hello.",
        "World.",
    )


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


def test_the_mirrored_context_is_trusted_text() -> None:
    text = text_of(
        image(
            "x",
            "a",
            title="T",
            caption="C",
            page_text="B",
            page_title="P",
            language="nl",
            image_url="https://h.test/f/boston-gov%2D1.jpg?itok=1",
        )
    )
    assert text == lint.Text(
        "a",
        title="T",
        caption="C",
        album="a",
        file="boston-gov-1.jpg",
        before="B",
        page_title="P",
        language="nl",
    )


def test_text_of_the_site_stands_first_and_every_page_is_evidence() -> None:
    pages = [
        Use("https://h.test/1", "One", "Before one.", "After one."),
        Use("https://h.test/2", "Two", "Before two.", ""),
    ]
    seen = text_of(image("x", "a", page_text="The site's own."), pages=pages)
    assert (seen.before, seen.after) == ("The site's own.", "After one.")
    assert seen.notes == "Before one.\nTwo\nBefore two."


def test_a_file_name_without_an_address_is_the_images_name() -> None:
    assert text_of(image("x", "a")).file == "x"
    assert text_of(image("x", "a", image_url="https://h.test/media/12")).file == "x"
    assert text_of(image("x", "a", image_url="https://[bad")).file == "x"


def test_decorative_by_a_persons_decision_may_be_empty() -> None:
    assert text_of(image("x", ""), State.DECORATIVE).decision is Decision.DECORATIVE
    assert audit(mirrored(image("x", ""), state=State.DECORATIVE)).groups == ()
    assert (
        audit(mirrored(image("x", ""), state=State.MISSING)).groups[0].rule == "empty"
    )


def test_flagged_gives_the_images_with_a_finding_of_these_rules() -> None:
    images = mirrored(
        image("1", "A photo of a dog."),
        image("2", "A dog on the"),
        image("3", "A dog on a beach."),
    )
    found = [
        (one.image.id, [f.rule for f in findings])
        for one, findings in flagged(images, lint.ruleset())
    ]
    assert found == [("a/1", ["redundant-words"]), ("a/2", ["cut"])]
    assert [
        one.image.id
        for one, _ in flagged(images, lint.ruleset().only(frozenset(["cut", "leak"])))
    ] == ["a/2"]
