"""Texts that a person could write anew in one go."""

from __future__ import annotations

import pytest

from altsync import lint
from altsync.errors import UsageError
from altsync.lint import redo
from altsync.lint.audit import in_mirror
from altsync.models import Mirrored, Origin, SiteImage, Tag

HUMAN, AI = Origin.HUMAN, Origin.AI


def mirrored(
    name: str, alt: str | None, origin: Origin | None = HUMAN, tag: Tag | None = None
) -> Mirrored:
    image = SiteImage(
        f"a/{name}", "a", name, alt, page_url=f"https://example.org/{name}", tag=tag
    )
    return Mirrored(image, origin, "2026-01-01")


EVERY = [
    mirrored("1", "IMG_1234.JPG"),
    mirrored("2", "image", AI),
    mirrored("3", "The view from the"),
    mirrored("4", "A heron by the canal."),
    mirrored("5", None, None, Tag.MEDIA),
    mirrored("6", "A photo of a heron."),
    mirrored("7", None, None),
]


def ids(*rules: str, **settings: str) -> list[tuple[str, tuple[str, ...]]]:
    found = redo.fix_list(
        EVERY, in_mirror, lint.ruleset(overrides=settings), rules or redo.TRUSTED
    )
    return [(one.mirrored.image.name, one.rules) for one in found]


def test_errors_of_the_trusted_rules_whoever_wrote_the_text() -> None:
    assert ids() == [("1", ("file-name",)), ("2", ("placeholder",)), ("3", ("cut",))]
    assert ids("cut") == [("3", ("cut",))]


def test_what_the_owner_made_less_than_an_error_is_none() -> None:
    softer = {"file-name": "warning", "placeholder": "off"}
    assert ids(**softer) == [("3", ("cut",))]


def test_what_the_owner_made_graver_finds_no_more_of_a_persons_words() -> None:
    """A doubt that shall stop a machine's text is no surer for it."""
    doubtful = [mirrored("1", "Mont-Saint-Michel"), EVERY[0]]
    rules = lint.ruleset(overrides={"file-name": "error"})
    assert lint.check(lint.Text("Mont-Saint-Michel"), rules), "a case to look at"
    found = redo.fix_list(doubtful, in_mirror, rules)
    assert [one.mirrored.image.alt for one in found] == ["IMG_1234.JPG"]


def test_a_row_says_where_it_stands() -> None:
    (found,) = redo.fix_list(EVERY[:1], in_mirror, lint.ruleset(), edit=str.upper)
    assert found.edit == "A/1"
    assert found.page == "https://example.org/1"
    assert found.where.tag is None


def test_other_rules_are_not_trusted_with_a_persons_words() -> None:
    redo.check(redo.TRUSTED)
    every = {rule.id for rule in lint.all_rules()}
    assert every > set(redo.TRUSTED)
    for rule in every - set(redo.TRUSTED):
        with pytest.raises(UsageError, match=f"“{rule}” finds texts that somebody may"):
            redo.check(["cut", rule])


def test_a_rule_that_is_none_is_told_with_the_nearest_of_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no rule “cutt”\. Did you mean `cut`"):
        redo.check(["cutt"])
