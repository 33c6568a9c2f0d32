"""What each refusal of a real Drupal becomes: details and pointers as they were recorded."""

from __future__ import annotations

import json

import pytest

from altsync.errors import (
    ChangedMeanwhile,
    GuardMoved,
    HasDraft,
    Hidden,
    LoginFailed,
    NotAllowed,
    Rejected,
    SourceError,
)
from altsync.sources.answers import HttpAnswer
from altsync.sources.jsonapi.says import Invalid, explain
from tests.doubles.drupal.recorded import exchanges

URL = "http://127.0.0.1:8899/jsonapi/paragraph/picture_text/6b1eb177?fields=x"
REVISION = (
    "Update existing 'paragraph' entity revision while changing the revision ID is not"
    " supported."
)
TRANSITION = "No valid transitions exist for given account."
FIELD = "The current user is not allowed to PATCH the selected field ({})."


def answer(
    status: int, detail: str, pointer: str = "", method: str = "PATCH"
) -> HttpAnswer:
    error: dict[str, object] = {"status": str(status), "detail": detail}
    if pointer:
        error["source"] = {"pointer": pointer}
    body = json.dumps({"errors": [error]}).encode()
    return HttpAnswer(method, URL, status, {}, body)


def meaning(
    status: int, detail: str, pointer: str = "", method: str = "PATCH"
) -> SourceError:
    error = explain(answer(status, detail, pointer, method))
    assert error is not None
    assert error.status == status
    return error


@pytest.mark.parametrize(
    ("status", "detail", "pointer", "kind"),
    [
        # 877, 880, 931, 934, 937
        (
            403,
            FIELD.format("content_translation_changed"),
            "/data/attributes/content_translation_changed",
            GuardMoved,
        ),
        # 544, 562-564, 930
        (500, REVISION, "", GuardMoved),
        # 814, 839, 840
        (403, FIELD.format("changed"), "/data/attributes/changed", ChangedMeanwhile),
        # 729, 736
        (
            400,
            "Updating a resource object that has a working copy is not yet supported.",
            "",
            HasDraft,
        ),
        # 838
        (500, "Field updated is unknown.", "", Rejected),
        # 324, 325
        (403, "X-CSRF-Token request header is invalid", "", LoginFailed),
    ],
)
def test_what_stands_in_the_way_of_a_write(
    status: int, detail: str, pointer: str, kind: type[SourceError]
) -> None:
    assert type(meaning(status, detail, pointer)) is kind


@pytest.mark.parametrize(
    ("number", "kind", "places"),
    [
        (438, ChangedMeanwhile, ()),  # a stale date, whatever else is wrong (440)
        (440, ChangedMeanwhile, ()),
        (439, Invalid, ("body/format",)),
        (441, Invalid, ("body/format",)),
        (455, Invalid, ("body/format",)),
        (450, Invalid, ("body/value",)),
        (924, Invalid, ("body/value", "body/format")),
        (454, Rejected, ()),
        (859, Rejected, ()),
        (926, HasDraft, ()),
        (930, GuardMoved, ()),
        (931, GuardMoved, ()),
    ],
)
def test_what_a_text_was_refused_for(
    number: int, kind: type[SourceError], places: tuple[str, ...]
) -> None:
    (one,) = [e for e in exchanges() if e.number == number]
    error = explain(HttpAnswer(one.method, URL, one.status, {}, one.answer.encode()))
    assert type(error) is kind
    assert getattr(error, "places", ()) == places


@pytest.mark.parametrize(
    "detail",
    [
        # 612, 600
        "The 'edit any page content' permission is required.",
        # 604
        "The following permissions are required: 'edit terms in tags' OR 'administer"
        " taxonomy'.",
        # 608
        "The 'edit any picture_block block content' permission is required.",
        # 615
        "Users can only update their own account, unless they have the 'administer"
        " users' permission.",
        # 633
        "The 'administer exhibits' permission is required.",
    ],
)
def test_a_missing_permission_keeps_the_sites_words(detail: str) -> None:
    error = meaning(403, detail)
    assert type(error) is NotAllowed
    assert (error.needed, error.alone, error.stops_run) == (detail, False, False)
    assert "/drupal.html#permissions" in error.grant
    assert detail in str(error)


def test_a_missing_transition_says_what_to_grant() -> None:
    """709-727: any one transition from the present state cures it, so it goes by the
    item."""
    error = meaning(403, TRANSITION)
    assert type(error) is NotAllowed
    assert (error.needed, error.alone) == (TRANSITION, True)
    assert "use editorial transition publish" in error.grant
    assert "/drupal.html#moderation" in error.grant


def test_an_empty_refusal_is_one_too() -> None:
    """588: the detail is ''."""
    error = meaning(403, "")
    assert type(error) is NotAllowed
    assert "names no permission" in error.needed
    assert "create and edit custom blocks" in error.needed


def test_a_field_of_its_own_is_named() -> None:
    error = meaning(
        403, FIELD.format("field_picture"), "/data/attributes/field_picture"
    )
    assert type(error) is NotAllowed
    assert "`field_picture`" in error.needed
    assert not error.alone


def test_what_may_not_be_read_goes_by_the_item() -> None:
    """669, 675, 865."""
    detail = (
        "The current user is not allowed to GET the selected resource. Non-reusable"
        " blocks must set an access dependency for access control."
    )
    error = meaning(403, detail, "/data", "GET")
    assert type(error) is Hidden
    assert (error.needed, error.alone) == (detail, True)
    assert "/drupal.html#unpublished" in error.grant


def test_a_page_says_nothing_of_a_permission_but_is_told() -> None:
    """The words of a site are bounded and printable."""
    error = meaning(403, "\x1b[2J" + "x" * 5000)
    assert isinstance(error, NotAllowed)
    assert error.needed.isprintable()
    assert len(error.needed) <= 301


def test_a_500_of_another_kind_is_left_to_the_general_sentence() -> None:
    assert (
        explain(answer(500, "The translation language cannot be changed (nl).")) is None
    )
    assert explain(answer(500, REVISION.replace("ID", "log"))) is None
