"""The mirror: what a pull brings, what a push confirms, and what is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from altsync.models import (
    Drift,
    DriftKind,
    Flat,
    Label,
    Mirrored,
    Origin,
    PushStatus,
    SiteImage,
    State,
    Tag,
)
from altsync.store import journal, mirror, pulls
from tests.scene import image
from tests.store.conftest import Shelf, made

WHOLE = SiteImage(
    id="album/7",
    album="album",
    name="7",
    alt="An alt.",
    title="A title.",
    caption="A caption.",
    label=Label.REVIEWED,
    has_label=True,
    language="nl",
    image_url="https://x.test/7.jpg",
    page_url="https://x.test/page",
    page_title="A page.",
    page_text="Beside it.",
    width=640,
    height=480,
    entity="node/3",
    raw='{"raw": 1}',
)
"""No two values are the same, so that none can stand in for another."""


def known(shelf: Shelf, image_id: str) -> Mirrored:
    with shelf.store.read() as conn:
        (found,) = mirror.named(conn, [image_id])
    return found


def save(shelf: Shelf, *images: SiteImage) -> list[Drift]:
    """A pull of these, others are not looked at."""
    with shelf.store.write() as tx:
        return mirror.save(tx, pulls.begin(tx, "full"), images)


def observed(shelf: Shelf, image_id: str) -> list[tuple[object, ...]]:
    return shelf.all(
        "SELECT alt, label, origin FROM observations WHERE image_id = ? ORDER BY id",
        (image_id,),
    )


def test_every_field_of_an_image_comes_back(shelf: Shelf) -> None:
    pull = shelf.pull(WHOLE)
    found = known(shelf, "album/7")
    assert found.image == WHOLE
    assert type(found.image.label) is Label
    assert found.image.has_label is True
    assert (found.origin, found.gone_at, found.state) == (
        Origin.HUMAN,
        None,
        State.HUMAN,
    )
    began, seen = shelf.one(
        "SELECT p.started_at, o.seen_at FROM pulls p JOIN observations o"
        " ON o.pull_id = p.id WHERE p.id = ?",
        (pull,),
    )
    assert found.pulled_at == seen >= began
    shelf.pull()
    gone = known(shelf, "album/7")
    assert gone.state is State.GONE
    assert gone.gone_at is not None
    assert gone.gone_at > gone.pulled_at


def test_an_image_without_an_entity_is_its_own(shelf: Shelf) -> None:
    shelf.pull(image("a/1"))
    assert known(shelf, "a/1").image.entity == "a/1"
    assert save(shelf, image("a/1")) == [], "and it is unchanged the next time"


def test_images_are_streamed_in_the_order_that_is_asked_for(shelf: Shelf) -> None:
    shelf.pull(*(image(f"{album}/1") for album in "bca"))
    with shelf.store.read() as conn:
        found = mirror.images(conn, "i.album <> ?", ("c",), "i.id DESC")
        assert [one.image.id for one in found] == ["b/1", "a/1"]
        assert len(list(mirror.images(conn))) == 3


def test_unknown_ids_are_left_out(two: Shelf) -> None:
    with two.store.read() as conn:
        found = mirror.named(conn, ["a/2", "no/such"])
    assert [one.image.id for one in found] == ["a/2"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("alt", "Another alt."),
        ("alt", ""),
        ("alt", None),
        ("title", "Another."),
        ("caption", None),
        ("label", Label.AI),
        ("label", None),
    ],
)
def test_what_people_see_drifts(shelf: Shelf, field: str, value: object) -> None:
    shelf.pull(WHOLE)
    changed = replace(WHOLE, **{field: value})  # type: ignore[arg-type]
    (drift,) = save(shelf, changed)
    assert (drift.image, drift.kind) == ("album/7", DriftKind.CHANGED)
    assert (drift.before, drift.after) == ("An alt.", changed.alt)
    assert known(shelf, "album/7").image == changed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("has_label", False),
        ("language", "de"),
        ("image_url", None),
        ("page_url", "/other"),
        ("page_title", None),
        ("page_text", "Other."),
        ("width", 641),
        ("height", None),
        ("entity", "node/4"),
        ("raw", "{}"),
    ],
)
def test_what_they_do_not_see_is_kept_and_is_no_drift(
    shelf: Shelf, field: str, value: object
) -> None:
    shelf.pull(WHOLE)
    changed = replace(WHOLE, **{field: value})  # type: ignore[arg-type]
    assert save(shelf, changed) == []
    assert known(shelf, "album/7").image == changed
    assert len(observed(shelf, "album/7")) == 1


IN_TEXT = replace(
    WHOLE,
    label=None,
    has_label=False,
    tag=Tag.MEDIA,
    place="1 of 2: b | a",
    before="Before.",
    after="After.",
    heading="Heading.",
    link="/link",
    link_text="Link.",
    file="file-uuid",
    medium="media--image/uuid",
)


def test_every_field_of_an_image_in_a_text_comes_back(shelf: Shelf) -> None:
    shelf.pull(IN_TEXT)
    found = known(shelf, "album/7").image
    assert found == IN_TEXT
    assert type(found.tag) is Tag


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tag", Tag.IMG),
        ("place", "2 of 2: b | a"),
        ("place", None),
        ("before", None),
        ("after", "Other."),
        ("heading", None),
        ("link", "/other"),
        ("link_text", None),
        ("file", None),
        ("medium", None),
    ],
)
def test_what_stands_around_it_is_kept_and_is_no_drift(
    shelf: Shelf, field: str, value: object
) -> None:
    shelf.pull(IN_TEXT)
    changed = replace(IN_TEXT, **{field: value})  # type: ignore[arg-type]
    assert save(shelf, changed) == []
    assert known(shelf, "album/7").image == changed
    assert len(observed(shelf, "album/7")) == 1


def test_a_text_that_altsync_sent_is_a_persons_once_its_picture_moved(
    shelf: Shelf,
) -> None:
    """That is noted and told, and it stays so though all of it comes back."""
    here, there = replace(IN_TEXT, alt=None), replace(IN_TEXT, place="2 of 2: b | a")
    shelf.pull(here)
    number = shelf.approve("album/7", "Sent.", base=None, place=here.place)
    push = shelf.begin_push()
    change = made("album/7", base=None, new="Sent.", in_text=True, place=here.place)
    with shelf.store.write() as tx:
        row = journal.intend(tx, push, replace(change, candidate=number), change.patch)
        journal.settle(tx, row, PushStatus.APPLIED)
        flat: Flat = {"alt": "Sent.", "place": here.place}
        mirror.confirm(tx, "album/7", flat, Origin.AI, row)
    sent = replace(here, alt="Sent.")
    save(shelf, replace(sent, heading="Other."))
    assert known(shelf, "album/7").origin is Origin.AI
    told = []
    for now in (replace(there, alt="Sent."), sent, replace(sent, heading="Third.")):
        told += save(shelf, now)
        assert known(shelf, "album/7").origin is Origin.HUMAN
    assert [(one.kind, one.by) for one in told] == [(DriftKind.CHANGED, Origin.HUMAN)]
    assert observed(shelf, "album/7") == [
        (None, None, None),
        ("Sent.", None, "ai"),
        ("Sent.", None, "human"),
    ]


def test_an_unchanged_image_is_not_written(shelf: Shelf) -> None:
    shelf.pull(WHOLE)
    before = shelf.all("SELECT * FROM images")
    assert save(shelf, WHOLE) == []
    assert shelf.all("SELECT * FROM images") == before
    assert len(observed(shelf, "album/7")) == 1


def test_every_value_of_alt_and_label_is_noted_once(shelf: Shelf) -> None:
    one = image("a/1", "One.", label=None, has_label=True)
    two = replace(one, alt="Two.")
    vouched = replace(two, label=Label.HUMAN)
    for seen in (one, one, two, vouched, replace(vouched, title="T")):
        save(shelf, seen)
    assert observed(shelf, "a/1") == [
        ("One.", None, "human"),
        ("Two.", None, "human"),
        ("Two.", "human", "human"),
    ]


def test_a_new_image_and_one_that_returns(shelf: Shelf) -> None:
    assert save(shelf, image("a/1", "One.")) == [
        Drift("a/1", DriftKind.NEW, None, "One.", Origin.HUMAN)
    ]
    shelf.pull()
    assert save(shelf, image("a/1", "One.")) == [
        Drift("a/1", DriftKind.RETURNED, "One.", "One.", Origin.HUMAN)
    ]
    assert known(shelf, "a/1").gone_at is None
    assert len(observed(shelf, "a/1")) == 1, "the value is the same"
    shelf.pull()
    assert save(shelf, image("a/1", "Two.")) == [
        Drift("a/1", DriftKind.RETURNED, "One.", "Two.", Origin.HUMAN)
    ]


def test_many_images_at_once_are_told_apart(shelf: Shelf) -> None:
    shelf.pull(image("a/1", "One."), image("a/2", "Two."), image("a/3", "Three."))
    drift = save(
        shelf, image("a/1", "One."), image("a/2", "Zwei."), image("a/4", "Four.")
    )
    assert [(one.image, one.kind) for one in drift] == [
        ("a/2", DriftKind.CHANGED),
        ("a/4", DriftKind.NEW),
    ]
    assert known(shelf, "a/3").image.alt == "Three."


def test_what_was_read_while_a_push_confirmed_it_waits_for_the_next_pull(
    two: Shelf,
) -> None:
    with two.store.write() as tx:
        pull = pulls.begin(tx, "full")
    two.apply("a/1", two.approve("a/1", "Sent."), "Sent.")
    with two.store.write() as tx:
        stale = [image("a/1", ""), image("a/2", "Typed.")]
        drift = mirror.save(tx, pull, stale)
    assert [one.image for one in drift] == ["a/2"]
    assert known(two, "a/1").image.alt == "Sent."
    assert [one.kind for one in save(two, image("a/1", "Later."))] == [
        DriftKind.CHANGED
    ]


def test_what_another_pull_saw_meanwhile_holds_nothing_back(two: Shelf) -> None:
    with two.store.write() as tx:
        slow = pulls.begin(tx, "full")
    save(two, image("a/1", "Seen by the other one."), image("a/2"))
    with two.store.write() as tx:
        mirror.save(tx, slow, [image("a/1", "Read last.")])
    assert known(two, "a/1").image.alt == "Read last."


def test_an_old_label_does_not_vouch_for_a_second_text(shelf: Shelf) -> None:
    """Nobody knows whether who wrote that one knew of labels."""
    for alt, origin in (
        ("", None),
        ("A machine's.", Origin.AI),
        ("", None),
        ("Somebody's.", Origin.HUMAN),
    ):
        save(shelf, image("a/1", alt, label=Label.AI, has_label=True))
        assert known(shelf, "a/1").origin is origin


def test_our_own_text_that_comes_back_is_still_a_machines(two: Shelf) -> None:
    two.apply("a/1", two.approve("a/1", "Sent."), "Sent.")
    save(two, image("a/1", "Typed."))
    assert known(two, "a/1").origin is Origin.HUMAN
    save(two, image("a/1", "Sent."))
    assert known(two, "a/1").origin is Origin.AI


def test_a_text_that_a_push_only_meant_to_send_may_have_arrived(two: Shelf) -> None:
    """Whatever became of the row; but not where the site refused it as a conflict."""
    push = two.begin_push()
    lost = two.intend(push, "a/1", two.approve("a/1", "Lost."), "Lost.")
    refused = two.intend(push, "a/2", two.approve("a/2", "Refused."), "Refused.")
    with two.store.write() as tx:
        journal.settle(tx, lost, PushStatus.FAILED, error="no answer")
        journal.settle(tx, refused, PushStatus.CONFLICT, error="moved")
    save(two, image("a/1", "Lost."), image("a/2", "Refused."))
    assert known(two, "a/1").origin is Origin.AI
    assert known(two, "a/2").origin is Origin.HUMAN


def test_a_text_that_a_revert_brought_back_is_whose_it_was(two: Shelf) -> None:
    item = two.apply("a/1", two.approve("a/1", "Sent."), "Sent.")
    with two.store.write() as tx:
        tx.execute(
            "INSERT INTO push_items (push_id, image_id, patch, status, created_at,"
            " reverts, origin) VALUES (1, 'a/1', ?, 'applied', '2026', ?, 'human')",
            ('[{"op": "replace", "path": "/alt", "value": "Old."}]', item),
        )
    save(two, image("a/1", "Old."))
    assert known(two, "a/1").origin is Origin.HUMAN
    save(two, image("a/1", "Sent."))
    assert known(two, "a/1").origin is Origin.AI


@pytest.mark.parametrize(
    ("patch", "text"),
    [
        ([{"op": "replace", "path": "/alt", "value": "New."}], "New."),
        (
            [
                {"op": "test", "path": "/alt", "value": "Old."},
                {"op": "replace", "path": "/alt", "value": "New."},
                {"op": "replace", "path": "/label", "value": "ai"},
            ],
            "New.",
        ),
        ([{"op": "test", "path": "/alt", "value": "There."}], "There."),
        ([{"op": "replace", "path": "/alt", "value": None}], None),
        ([], None),
    ],
)
def test_the_text_that_a_patch_sets(
    patch: list[dict[str, object]], text: str | None
) -> None:
    assert mirror.sent_text(patch) == text


CONFIRMED = pytest.mark.parametrize(
    ("site", "sent_by", "label", "origin"),
    [
        ({"alt": "New.", "label": "ai"}, Origin.AI, "ai", "ai"),
        ({"alt": "New.", "label": None}, Origin.AI, None, "ai"),
        ({"alt": "New."}, Origin.AI, "reviewed", "ai"),
        ({"alt": "New.", "label": "human"}, Origin.AI, "human", "human"),
        ({"alt": "New.", "label": "reviewed"}, Origin.AI, "reviewed", "human"),
        ({"alt": "", "label": "human"}, Origin.AI, "human", "human"),
        ({"alt": "New.", "label": "human"}, None, "human", "human"),
        ({"alt": "", "label": "human"}, None, "human", None),
        ({"alt": None, "label": "human"}, None, "human", None),
        ({"alt": "New.", "label": "ai"}, Origin.HUMAN, "ai", "human"),
        ({"alt": "", "label": None}, None, None, None),
    ],
    ids=[
        "a machine's",
        "a label that is not set says nothing",
        "a document without a label leaves it",
        "a person set the label: the text is theirs",
        "so it is where a person reviewed it",
        "an emptiness that somebody decided too",
        "nobody's text becomes theirs",
        "an emptiness that nobody decided stays nobody's",
        "so does no text at all",
        "a person's words stay a person's, whatever the label says",
        "nothing",
    ],
)


@CONFIRMED
def test_what_the_site_confirms_is_mirrored(
    shelf: Shelf, site: Flat, sent_by: Origin | None, label: str, origin: str
) -> None:
    shelf.pull(image("a/1", "Old.", label=Label.REVIEWED, has_label=True))
    shelf.pull(
        image("a/1", "Old.", label=Label.REVIEWED, has_label=True),
        image("a/2", "Other."),
    )
    item = shelf.intend(shelf.begin_push(), "a/1", None, "New.")
    with shelf.store.write() as tx:
        mirror.confirm(tx, "a/1", site, sent_by, item)
    mirrored = (site["alt"], label, origin)
    found = "SELECT alt, label, origin, pulled_at FROM images WHERE id = 'a/1'"
    noted = (
        "SELECT alt, label, origin, seen_at FROM observations WHERE push_item_id = ?"
    )
    assert shelf.one(found)[:3] == mirrored
    assert shelf.one(noted, (item,)) == shelf.one(found)
    assert known(shelf, "a/2").image.alt == "Other."
    assert shelf.one("SELECT count(*) FROM observations WHERE pull_id IS NULL") == (1,)


@pytest.mark.parametrize(
    ("mirrored", "read", "alt", "origin"),
    [
        ("1 of 2", "1 of 2", "Sent.", Origin.AI),
        ("1 of 2", None, "Sent.", Origin.HUMAN),
        ("1 of 2", "2 of 2", "Sent.", Origin.HUMAN),
        ("1 of 2", "2 of 2", "", Origin.HUMAN),
        ("1 of 2", "2 of 2", None, None),
        ("2 of 2", "1 of 2", "Sent.", Origin.HUMAN),
        (None, "1 of 2", "Sent.", Origin.HUMAN),
    ],
)
def test_what_is_confirmed_elsewhere_is_a_persons(
    shelf: Shelf,
    mirrored: str | None,
    read: str | None,
    alt: str | None,
    origin: Origin | None,
) -> None:
    """Its place is for pull to move all the same."""
    shelf.pull(image("a/1", None, tag=Tag.IMG, place=mirrored))
    push = shelf.begin_push()
    change = made("a/1", base=None, new="Sent.", in_text=True, place="1 of 2")
    with shelf.store.write() as tx:
        row = journal.intend(tx, push, change, change.patch)
        mirror.confirm(tx, "a/1", {"alt": alt, "place": read}, Origin.AI, row)
    found = known(shelf, "a/1")
    assert (found.image.place, found.origin) == (mirrored, origin)


PLAIN = image("a/1", "A text.")
MACHINES = replace(PLAIN, has_label=True, label=Label.AI)
PERSONS = replace(MACHINES, alt="A person's.")
UNREAD = replace(PERSONS, has_label=False, label=None)
TURNED = replace(PERSONS, label=Label.REVIEWED)


@pytest.mark.parametrize(
    ("seen", "origin"),
    [
        ([PLAIN, MACHINES], Origin.AI),
        ([PLAIN, PERSONS], Origin.HUMAN),
        ([MACHINES, UNREAD, PERSONS], Origin.HUMAN),
        ([MACHINES, PERSONS, UNREAD, PERSONS], Origin.HUMAN),
        ([replace(PLAIN, alt=""), PLAIN, MACHINES], Origin.AI),
    ],
)
def test_a_label_that_is_read_for_the_first_time_is_about_the_first_text_only(
    shelf: Shelf, seen: list[SiteImage], origin: Origin
) -> None:
    for one in seen:
        save(shelf, one)
    assert known(shelf, "a/1").origin is origin


@pytest.mark.parametrize("why", ["a setting", "untold", "a failure", "it was gone"])
def test_a_label_that_reads_ai_again_gives_no_person_s_text_to_a_machine(
    shelf: Shelf, why: str
) -> None:
    for one in (MACHINES, PERSONS, TURNED):
        save(shelf, one)
    with shelf.store.write() as tx:
        if why == "a failure":
            pulls.fail(tx, "a/1", "pull", "It answered 500.")
        if why == "it was gone":
            pulls.mark_gone(tx, ["a/1"])
    with shelf.store.write() as tx:
        pull = pulls.begin(tx, "full")
        how = {"otherwise": why == "a setting", "untold": why == "untold"}
        mirror.save(tx, pull, [PERSONS], **how)
    assert known(shelf, "a/1").origin is Origin.HUMAN


@pytest.mark.parametrize(
    ("before", "after", "otherwise"),
    [
        (PLAIN, replace(PLAIN, has_label=True, label=Label.AI), False),
        (replace(PLAIN, has_label=True, label=Label.HUMAN), PLAIN, False),
        (PLAIN, replace(PLAIN, long_description="At length."), False),
        (replace(PLAIN, long_description="At length."), PLAIN, False),
        (
            replace(PLAIN, has_label=True, label=Label.AI),
            replace(PLAIN, has_label=True, label=Label.HUMAN),
            True,
        ),
        (
            replace(PLAIN, long_description="Of one field."),
            replace(PLAIN, long_description="Of another."),
            True,
        ),
        (replace(PLAIN, caption="Its own."), PLAIN, True),
    ],
)
def test_what_altsync_toml_has_read_in_another_way_is_no_change_of_the_site(
    shelf: Shelf, before: SiteImage, after: SiteImage, otherwise: bool
) -> None:
    shelf.pull(before)
    with shelf.store.write() as tx:
        pull = pulls.begin(tx, "full")
        (drift,) = mirror.save(tx, pull, [after], otherwise=otherwise)
    assert drift.kind is DriftKind.REREAD
    assert known(shelf, "a/1").image == replace(after, entity="a/1")
    reread = shelf.all("SELECT reread FROM observations WHERE image_id = 'a/1'")
    labelled = before.label is not after.label
    assert reread == [(None,), (1,)] if labelled else [(None,)]


def test_what_the_site_changed_is_told_though_it_is_read_in_another_way(
    shelf: Shelf,
) -> None:
    shelf.pull(PLAIN)
    labelled = replace(PLAIN, has_label=True, label=Label.AI)
    another = replace(labelled, alt="Another.")
    for new in (another, replace(another, title="A title.")):
        with shelf.store.write() as tx:
            pull = pulls.begin(tx, "full")
            (drift,) = mirror.save(tx, pull, [new], otherwise=True)
        assert drift.kind is DriftKind.CHANGED
    (human,) = save(shelf, replace(new, label=Label.HUMAN))
    assert human.kind is DriftKind.CHANGED, "the setting is the same as before"
    assert shelf.one("SELECT sum(reread) FROM observations") == (0,)
