"""From what the site says to what a role needs, and how that is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from altsync.config import parse
from altsync.sources.jsonapi.askable import Subject
from altsync.sources.jsonapi.found import Discovery, ImageField
from altsync.sources.jsonapi.found import notes as of_discovery
from altsync.sources.jsonapi.permissions import (
    administering,
    drush,
    grantable,
    needed,
    notes,
)
from altsync.sources.jsonapi.rights import AskedItem, EditReply, MayEdit, Rights
from altsync.sources.jsonapi.toml import config_toml
from altsync.sources.kinds import JsonapiConfig

MEDIA = (
    "The following permissions are required: 'update any media' OR 'update own media'"
    " OR 'image: edit any media' OR 'image: edit own media'."
)
USERS = (
    "Users can only update their own account, unless they have the 'administer users'"
    " permission."
)
COMMENTS = (
    "The 'edit own comments' permission is required, the user must be the comment"
    " author, and the comment must be published."
)
TRANSITION = "No valid transitions exist for given account."
TERMS = "The following permissions are required: 'edit terms in tags' OR 'administer taxonomy'."
RECORDED: list[tuple[int, str, str | None, str | None]] = [
    (596, MEDIA, "edit any image media", None),
    (
        600,
        "The 'edit any page content' permission is required.",
        "edit any page content",
        None,
    ),
    (604, TERMS, "edit terms in tags", None),
    (
        608,
        "The 'edit any picture_block block content' permission is required.",
        "edit any picture_block block content",
        None,
    ),
    (615, USERS, None, "administer users"),
    (624, COMMENTS, None, None),
    (628, "Only the file owner can update the file entity.", None, None),
    (
        633,
        "The 'administer exhibits' permission is required.",
        None,
        "administer exhibits",
    ),
    (638, TRANSITION, None, None),
    (870, "", None, None),
]


@pytest.mark.parametrize(("number", "detail", "name", "wide"), RECORDED)
def test_the_permission_that_a_refusal_names(
    number: int, detail: str, name: str | None, wide: str | None
) -> None:
    assert (grantable(detail), administering(detail)) == (name, wide), number


@pytest.mark.parametrize(
    "detail",
    [
        "The 'edit any $(reboot) content' permission is required.",
        "The 'edit any x; rm -r y content' permission is required.",
        "The 'edit any `id` content' permission is required.",
        "The 'edit any\nx content' permission is required.",
    ],
)
def test_nothing_that_a_shell_could_take_for_more_is_passed_on(detail: str) -> None:
    assert grantable(detail) is None


def test_the_line_to_copy_names_each_once() -> None:
    assert drush(["b", "a", "b"]) == "drush role:perm:add altsync 'a,b'"


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (MEDIA, "needs 'edit any image media'"),
        (TRANSITION, "needs a transition of content moderation"),
        (USERS, USERS),
        ("", "the site names no permission"),
    ],
)
def test_what_is_needed_in_a_few_words(detail: str, words: str) -> None:
    assert needed(detail) == words


def told(
    may: MayEdit, said: str = "", own: bool = False, state: str = "published"
) -> AskedItem:
    return AskedItem(Subject("uuid", own, state), EditReply(may, said))


YES, DRAFT = told(MayEdit.ALLOWED), told(MayEdit.LOCKED)
NO = told(MayEdit.REFUSED, MEDIA)


def said(found: Sequence[Rights], *read_only: str) -> list[tuple[bool, str]]:
    return [(note.ok, note.sentence) for note in notes(found, read_only)]


def test_what_may_be_edited_is_one_sentence() -> None:
    found = [Rights("media--image", (YES, DRAFT)), Rights("node--page", (YES,))]
    assert said(found) == [
        (
            True,
            "This login may edit media--image, node--page (3 items asked, 1 of them"
            " under a draft now, nothing written).",
        )
    ]


def test_a_type_that_may_not_be_edited_is_told_with_the_line_that_mends_it() -> None:
    (one, line) = said([Rights("media--image", (NO, NO))], "media--image")
    assert one == (
        False,
        f"media--image: may not be edited (read-only in altsync.toml). {MEDIA}",
    )
    assert line[1].splitlines()[1].strip() == (
        "drush role:perm:add altsync 'edit any image media'"
    )
    assert (
        "is not `read_only` in altsync.toml"
        in said([Rights("media--image", (NO,))])[0][1]
    )


def test_what_may_be_edited_in_part_is_told_in_words() -> None:
    mine = told(MayEdit.ALLOWED, own=True)
    (one, _) = said([Rights("media--image", (mine, NO, NO))])
    assert "1 of the items asked may be edited, only its own; 2 of others not" in one[1]
    archived = told(MayEdit.REFUSED, TRANSITION, state="archived")
    (one, line) = said([Rights("node--page", (YES, archived))])
    assert "1 of the items asked may be edited, 1 (archived) not" in one[1]
    assert "'use editorial transition archived_published'" in line[1]
    (one, _) = said([Rights("media--image", (YES, NO))])
    assert "1 of the items asked may be edited, 1 not" in one[1]


def test_moderation_names_the_transition_of_each_state() -> None:
    states = [told(MayEdit.REFUSED, TRANSITION, state=s) for s in ("archived", "draft")]
    line = said([Rights("node--page", tuple(states))])[1][1]
    assert line.endswith(
        "drush role:perm:add altsync 'use editorial transition archived_published,use"
        " editorial transition publish'"
    )


def test_a_permission_to_administer_is_never_in_the_line() -> None:
    found = [
        Rights(
            "exhibit--exhibit",
            (
                told(
                    MayEdit.REFUSED, "The 'administer exhibits' permission is required."
                ),
            ),
        )
    ]
    sentences = [sentence for _, sentence in said(found)]
    assert not any("drush" in sentence for sentence in sentences)
    assert "'administer exhibits'" in sentences[-1]


def test_what_may_be_edited_again_is_told() -> None:
    assert (
        "take it off `read_only`"
        in said([Rights("media--image", (YES,))], "media--image")[1][1]
    )


def test_what_could_not_be_asked_is_told_with_the_reason() -> None:
    nothing = Rights("media--image", (), "it shows no item to ask about.")
    odd = Rights("node--page", (told(MayEdit.UNTOLD, "Status 418."),))
    (one, other) = said([nothing, odd])
    assert one == (
        True,
        "media--image: whether it may be edited is not known: it shows no item to ask about.",
    )
    assert (other[0], "Status 418." in other[1]) == (False, True)
    (failed,) = said([Rights("media--image", (), "The site failed (500).")])
    assert (failed[0], "The site failed" in failed[1]) == (False, True)


PICTURE = ImageField("user--user", "user_picture", False, 3)
TERM = ImageField("taxonomy_term--tags", "field_image", False, 3)
LIBRARY = ImageField("media--image", "field_media_image", False, 3)


def discovery(*fields: ImageField, rights: Sequence[Rights] = ()) -> Discovery:
    config = JsonapiConfig(user="altsync")
    return Discovery(
        "https://x.test", config, True, True, fields, ("en",), (), rights=tuple(rights)
    )


def test_accounts_are_left_out_and_told() -> None:
    found = discovery(PICTURE, LIBRARY)
    text = config_toml(found)
    config = parse(text).table(JsonapiConfig)
    assert config.fields == ("media--image.field_media_image",)
    assert '  # "user--user.user_picture",' in text
    (note,) = [n for n in of_discovery(found) if "faces" in n.sentence]
    assert note.sentence.startswith("user--user.user_picture: left out")


def test_fields_that_may_not_be_edited_are_read_only_with_the_permission() -> None:
    refused = Rights("taxonomy_term--tags", (told(MayEdit.REFUSED, TERMS),))
    found = discovery(LIBRARY, TERM, rights=[Rights("media--image", (YES,)), refused])
    text = config_toml(found)
    config = parse(text).table(JsonapiConfig)
    assert config.read_only == ("taxonomy_term--tags.field_image",)
    assert set(config.read_only) < set(config.fields)
    assert "\"taxonomy_term--tags.field_image\",  # needs 'edit terms in tags'" in text
    assert "read_only" not in config_toml(discovery(LIBRARY))


def test_what_the_site_says_breaks_no_file() -> None:
    refused = Rights("taxonomy_term--tags", (told(MayEdit.REFUSED, "x\"]\\ # 'a"),))
    text = config_toml(discovery(TERM, rights=[refused]))
    assert parse(text).table(JsonapiConfig).read_only == (
        "taxonomy_term--tags.field_image",
    )
