"""One PATCH an entity: what is sent, what is not, and what each refusal of the site
becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import (
    AnswerLost,
    BadAnswer,
    ChangedMeanwhile,
    HasDraft,
    LoginFailed,
    NotAllowed,
    NotThere,
    RateLimited,
    ReadOnly,
    Rejected,
    SourceError,
)
from altsync.models import OutOfReach, SiteImage
from altsync.pull import Pull
from altsync.sources.jsonapi import JsonapiSource
from altsync.stage import Context
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import (
    GALLERY,
    LABEL,
    MEDIA,
    listed,
    send,
    slot_id,
    source_of,
    state,
)


def bodies(site: DemoDrupal) -> list[Any]:
    return [json.loads(seen.body)["data"] for seen in site.requests("PATCH")]


def one(source: JsonapiSource) -> SiteImage:
    return next(iter(listed(source).values()))


def test_the_body_is_what_core_wants(site: DemoDrupal, source: JsonapiSource) -> None:
    entity = site.add_media("old", title="Pier")
    changed = entity.translations["en"].attributes["changed"]
    file = site.items(entity, "field_media_image")[0]["id"]
    confirmed = send(source, one(source), "altsync: run 12", alt="new", label="ai")
    assert bodies(site) == [
        {
            "type": "media--image",
            "id": entity.uuid,
            "attributes": {
                "changed": changed,
                "field_alt_source": "ai",
                "revision_log_message": "altsync: run 12",
            },
            "relationships": {
                "field_media_image": {
                    "data": {
                        "type": "file--file",
                        "id": file,
                        "meta": {
                            "alt": "new",
                            "title": "Pier",
                            "width": 64,
                            "height": 48,
                        },
                    }
                }
            },
        }
    ]
    assert confirmed == {"alt": "new", "title": "Pier", "caption": None, "label": "ai"}
    a = entity.translations["en"].attributes
    assert (a["revision_log_message"], a["field_alt_source"]) == (
        "altsync: run 12",
        "ai",
    )
    assert site.alt(entity) == "new"


def test_a_title_survives_that_core_would_wipe(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    for title in ("Pier", "", None, "T & <i>t</i>"):
        entity = site.add_media("old", title=title)
        send(source, listed(source)[slot_id(entity, site)], alt="new")
        assert site.items(entity, "field_media_image")[0]["meta"]["title"] == title


def test_width_and_height_survive_without_bytes(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("old")
    site.lose_bytes(entity)
    send(source, one(source), alt="new")
    meta = site.items(entity, "field_media_image")[0]["meta"]
    assert (meta["width"], meta["height"]) == (64, 48)


def test_siblings_go_back_as_read_and_in_order(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    article = site.add_article("Story", ["zero", "", None])
    site.rearrange(article, "field_gallery", [2, 0, 1, 0])  # one file twice
    before = [dict(item["meta"]) for item in site.items(article, "field_gallery")]
    image = listed(source)[slot_id(article, site, "field_gallery", 3)]
    assert image.id.endswith(".1")
    send(source, image, alt="the second use")
    after = [dict(item["meta"]) for item in site.items(article, "field_gallery")]
    before[3]["alt"] = "the second use"
    assert after == before
    (body,) = bodies(site)
    assert "field_image" not in body["relationships"]
    assert all(
        set(i["meta"]) <= {"alt", "title", "width", "height"}
        for i in body["relationships"]["field_gallery"]["data"]
    )


def test_all_changed_slots_of_an_entity_go_in_one_patch(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    article = site.add_article("Story", ["zero", "", None], image="single")
    images = list(listed(source).values())
    fresh = source.fresh(images)
    new: Any = {
        i: {**flat, "alt": f"new {n}"}
        for n, (i, flat) in enumerate(fresh.flats.items())
    }
    assert len(new) == 4
    assert source.write(fresh, new, "altsync: alt text for 4 images") == new
    assert len(bodies(site)) == 1
    assert (
        article.translations["en"].attributes["revision_log"]
        == "altsync: alt text for 4 images"
    )


def test_a_reordered_gallery_moves_no_text(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    article = site.add_article("Story", ["zero", "one", "two"])
    image = listed(source)[slot_id(article, site, "field_gallery", 0)]
    site.rearrange(article, "field_gallery", [2, 1, 0])
    send(source, image, alt="still zero's")
    assert [i["meta"]["alt"] for i in site.items(article, "field_gallery")] == [
        "two",
        "one",
        "still zero's",
    ]


def test_an_exchanged_file_is_another_image(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("old")
    other = site.add_media("other")
    image = one(source)
    entity = site.entity("media--image", 1)
    entity.translations["en"].relationships["field_media_image"] = site.items(
        other, "field_media_image"
    )[0]
    assert dict(source.fresh([image]).flats) == {}


def test_a_dead_sibling_is_neither_sent_nor_dropped(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    article = site.add_article("Story", ["zero", "one"])
    site.delete_file(article, "field_gallery", 0)
    (image,) = [i for i in listed(source).values() if i.album == GALLERY]
    with pytest.raises(
        Rejected, match=r"points to a deleted file.*/drupal\.html#deleted-files"
    ):
        send(source, image, alt="new")
    assert bodies(site) == []
    single = listed(source)[slot_id(article, site, "field_image")]
    send(source, single, alt="its other field can be written")
    assert len(site.items(article, "field_gallery")) == 2


def test_nothing_that_is_the_same_is_sent(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("words", label="ai")
    vid = entity.vid
    assert send(source, one(source))["alt"] == "words"
    assert bodies(site) == []
    assert entity.vid == vid


def test_null_can_be_written_back(site: DemoDrupal, source: JsonapiSource) -> None:
    entity = site.add_media(None)
    send(source, one(source), alt="new")
    send(source, one(source), alt=None)
    assert site.alt(entity) is None
    send(source, one(source), alt="")
    assert site.alt(entity) == ""


@pytest.mark.parametrize("text", ["x" * 512, "🦊" * 512])
def test_512_code_points_are_sent(
    site: DemoDrupal, source: JsonapiSource, text: str
) -> None:
    entity = site.add_media("")
    send(source, one(source), alt=text)
    assert site.alt(entity) == text


@pytest.mark.parametrize("text", ["x" * 513, "🦊" * 513])
def test_more_is_refused_before_sending(
    site: DemoDrupal, source: JsonapiSource, text: str
) -> None:
    site.add_media("")
    with pytest.raises(
        Rejected,
        match=r"513 characters long and Drupal keeps 512.*/drupal\.html#length",
    ):
        send(source, one(source), alt=text)
    assert bodies(site) == []


def test_half_a_letter_is_refused_before_sending(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("")
    with pytest.raises(Rejected, match="not valid Unicode"):
        send(source, one(source), alt="x \ud83d y")
    assert bodies(site) == []


@pytest.mark.parametrize("new", [{"alt": "new"}, {"title": "new"}, {"label": "ai"}])
def test_a_read_only_field_is_mirrored_as_such_and_refused_before_sending(
    site: DemoDrupal, new: dict[str, Any]
) -> None:
    site.add_media("words")
    article = site.add_article("Story", ["a"])
    source = source_of(site, read_only=(MEDIA,))
    images = listed(source)
    reach = {image.album: image.out_of_reach for image in images.values()}
    assert reach[MEDIA] is OutOfReach.READ_ONLY
    assert reach[GALLERY] is None
    before = len(site.requests("PATCH"))
    (image,) = [image for image in images.values() if image.album == MEDIA]
    with pytest.raises(Rejected, match=r"jsonapi\.read_only in altsync\.toml names"):
        send(source, image, **new)
    assert len(site.requests("PATCH")) == before
    assert send(source, images[slot_id(article, site, "field_gallery")], alt="b")


def test_what_is_read_only_follows_the_configuration_at_the_next_pull(
    site: DemoDrupal, tmp_path: Path
) -> None:
    site.add_media("words")
    site.add_article("Story", ["a"])

    def states(*read_only: str) -> set[tuple[str, str]]:
        source = source_of(site, read_only=read_only)
        try:
            Pull(Context(source, store), incremental=True).run()
        finally:
            source.close()
        sql = "SELECT i.album, s.state FROM images i JOIN image_states s ON s.image_id = i.id"
        return set(store.conn.execute(sql).fetchall())

    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(site.url, "jsonapi")
        free = states()
        assert not any(state == "read-only" for _, state in free)
        kept = states(MEDIA)
        assert (MEDIA, "read-only") in kept
        assert {album for album, state in kept if state == "read-only"} == {MEDIA}
        assert states() == free


def test_captions_are_not_written(site: DemoDrupal, source: JsonapiSource) -> None:
    site.add_media("", caption="A caption")
    with pytest.raises(Rejected, match="not captions"):
        send(source, one(source), caption="another")


def test_a_save_in_between_is_a_conflict_and_stores_nothing(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("old")
    image = one(source)
    fresh = source.fresh([image])
    site.edit(entity, alt="a person's")
    with pytest.raises(ChangedMeanwhile, match="Nothing was changed") as error:
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")
    assert (error.value.status, site.alt(entity)) == (403, "a person's")


def test_a_change_of_the_title_alone_is_a_conflict_too(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("old", title="before")
    image = one(source)
    fresh = source.fresh([image])
    site.edit(entity, title="after")
    with pytest.raises(ChangedMeanwhile):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")
    assert site.items(entity, "field_media_image")[0]["meta"]["title"] == "after"


def test_an_item_saved_this_very_second_is_read_again(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """`changed` has one second: a second save in it would pass the guard (361-363), so
    altsync waits it out."""
    entity = site.add_media("old")
    image = one(source)
    site.clock.tick = 1
    site.edit(entity, alt="saved now")
    before = len(site.requests("GET", entity.uuid))
    assert source.fresh([image]).flats[image.id]["alt"] == "saved now"
    assert len(site.requests("GET", entity.uuid)) - before >= 2


def test_a_draft_is_skipped_and_said(site: DemoDrupal, source: JsonapiSource) -> None:
    entity = site.add_media("published")
    site.draft(entity, "draft words")
    with pytest.raises(HasDraft, match=r"Skipped: .*draft.*/drupal\.html#drafts"):
        send(source, one(source), alt="new")
    assert len(bodies(site)) == 1
    assert site.alt(entity) == "published"


def test_read_only_names_the_setting(site: DemoDrupal, source: JsonapiSource) -> None:
    site.add_media("")
    site.switches.read_only = True
    with pytest.raises(
        ReadOnly, match=r"/admin/config/services/jsonapi.*/drupal\.html#read-only"
    ) as error:
        send(source, one(source), alt="new")
    assert error.value.stops_run


def test_a_missing_permission_is_named(site: DemoDrupal) -> None:
    site.add_media("")
    source = source_of(site, user="viewer", secret="viewer-lab-pass")
    with pytest.raises(
        NotAllowed, match=r"'image: edit any media'.*/drupal\.html#permissions"
    ) as error:
        send(source, one(source), alt="new")
    assert not error.value.stops_run, "it is about this type or this item"
    assert error.value.needed.startswith("The following permissions are required:")
    assert error.value.grant.endswith("add altsync 'edit any image media'")
    assert len(bodies(site)) == 1


@pytest.mark.parametrize("login", ["cookie", "basic"])
def test_a_lost_login_is_no_missing_permission(site: DemoDrupal, login: str) -> None:
    site.add_media("")
    source = source_of(site, login=login)
    image = one(source)
    fresh = source.fresh([image])
    site.state.users["editor"].password = "changed"
    site.site.users.sessions.clear()
    with pytest.raises(LoginFailed):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")


def test_without_a_login_nothing_can_be_written(site: DemoDrupal) -> None:
    site.add_media("")
    source = source_of(site, login="none", secret=None)
    with pytest.raises(LoginFailed):
        send(source, one(source), alt="new")


def test_an_unpublished_item_is_refused_alone(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("")
    image = one(source)
    entity.translations["en"].attributes["status"] = False
    with pytest.raises(
        Rejected, match=r"not visible to this user.*/drupal\.html#unpublished"
    ) as error:
        source.fresh([image])
    assert not error.value.stops_run


def test_a_deleted_item_is_left_out(site: DemoDrupal, source: JsonapiSource) -> None:
    entity = site.add_media("")
    image = one(source)
    fresh = source.fresh([image])
    site.delete(entity)
    assert dict(source.fresh([image]).flats) == {}
    with pytest.raises(NotThere):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")
    with pytest.raises(NotThere):
        source.write(source.fresh([image]), {image.id: {"alt": "new"}}, "")


@pytest.mark.parametrize("after", [False, True])
def test_an_answer_that_does_not_arrive(
    site: DemoDrupal, source: JsonapiSource, after: bool
) -> None:
    entity = site.add_media("old")
    image = one(source)
    fresh = source.fresh([image])
    site.trouble(0, methods=("PATCH",), after=after)
    with pytest.raises(AnswerLost):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")
    assert len(site.requests("PATCH")) == 1
    assert site.alt(entity) == ("new" if after else "old")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Log in</html>",
        b'{"data": {"id": "other"',
        b'{"data": null}',
        b"{}",
        b"[]",
    ],
)
def test_an_answer_that_confirms_nothing_is_lost(
    site: DemoDrupal, source: JsonapiSource, body: bytes
) -> None:
    site.add_media("old")
    image = one(source)
    fresh = source.fresh([image])
    site.trouble(200, methods=("PATCH",), after=True, body=body)
    with pytest.raises(AnswerLost):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_of_a_write_is_an_error(
    site: DemoDrupal, source: JsonapiSource, status: int
) -> None:
    entity = site.add_media("old")
    image = one(source)
    fresh = source.fresh([image])
    site.trouble(status, methods=("PATCH",), location="/elsewhere")
    with pytest.raises(BadAnswer, match="redirect"):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")
    assert site.alt(entity) == "old"
    assert not site.requests("GET", "elsewhere")


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_site_is_asked_again_and_then_left(
    site: DemoDrupal, source: JsonapiSource, status: int
) -> None:
    entity = site.add_media("old")
    site.trouble(status, times=1, methods=("PATCH",))
    send(source, one(source), alt="new")
    assert site.alt(entity) == "new"
    site.trouble(status, times=100, methods=("PATCH",))
    with pytest.raises(RateLimited):
        send(source, one(source), alt="newer")
    assert site.alt(entity) == "new"


def test_a_failure_of_the_server_leaves_it_open(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("old")
    image = one(source)
    fresh = source.fresh([image])
    site.trouble(500, methods=("PATCH",))
    with pytest.raises(AnswerLost):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")
    assert len(site.requests("PATCH")) == 1


def test_a_validation_of_the_site_is_told(site: DemoDrupal) -> None:
    site.add_media("")
    label = LABEL.__class__("field_alt_source", ai="robot", human="human")
    source = source_of(site, label=label)
    with pytest.raises(Rejected, match="The value you selected is not a valid choice"):
        send(source, one(source), alt="new", label="ai")


def test_a_log_that_may_not_be_written_does_not_stop_the_text(site: DemoDrupal) -> None:
    user = site.state.users["editor"]
    user.may = user.may - {"revision log"}
    entities = [site.add_media(""), site.add_media("")]
    source = source_of(site)
    for image in listed(source).values():
        send(source, image, alt="new")
    assert [site.alt(entity) for entity in entities] == ["new", "new"]
    assert ["revision_log_message" in body["attributes"] for body in bodies(site)] == [
        True,
        False,
        False,
    ]


def test_a_type_without_new_revisions_is_written_too(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("")
    site.state.new_revisions["media--image"] = False
    vid = entity.vid
    send(source, one(source), alt="new")
    assert (site.alt(entity), entity.vid) == ("new", vid)


def test_a_type_without_changed_is_written_without_that_guard(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """Paragraphs have none: the fresh read is all that guards them."""
    entity = site.add_media("")
    del entity.translations["en"].attributes["changed"]
    site.state.new_revisions["media--image"] = False
    send(source, one(source), "", alt="new")
    assert site.alt(entity) == "new"
    assert "attributes" not in bodies(site)[0]


def test_a_translation_is_written_alone(site: DemoDrupal) -> None:
    entity = site.add_media("A bicycle.", title="Bike")
    site.translate(entity, "nl", "Een fiets.")
    source = source_of(site, languages=("en", "nl"), fields=(MEDIA,))
    before = site.everything()[entity.uuid][0]["en"]
    send(
        source,
        listed(source)[slot_id(entity, site, language="nl")],
        alt="Een rode fiets.",
    )
    assert site.alt(entity, language="nl") == "Een rode fiets."
    after = entity.translations["en"]
    assert (
        after.relationships["field_media_image"]
        == before.relationships["field_media_image"]
    )
    assert after.attributes["changed"] == before.attributes["changed"]
    assert site.requests("PATCH")[0].path.startswith("/nl/jsonapi/")


def test_a_translation_that_was_deleted_is_not_written_elsewhere(
    site: DemoDrupal,
) -> None:
    entity = site.add_media("A bicycle.")
    site.translate(entity, "nl", "Een fiets.")
    source = source_of(site, languages=("en", "nl"), fields=(MEDIA,))
    image = listed(source)[slot_id(entity, site, language="nl")]
    fresh = source.fresh([image])
    del entity.translations["nl"]
    assert dict(source.fresh([image]).flats) == {}
    with pytest.raises(
        Rejected, match=r"no translation in that language.*/drupal\.html#languages"
    ):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "Nieuw."}}, "")
    assert site.alt(entity) == "A bicycle."


def test_only_what_was_meant_is_sent(site: DemoDrupal, source: JsonapiSource) -> None:
    site.add_media("", caption="c", title="t")
    send(source, one(source), "", alt="new")
    (body,) = bodies(site)
    assert set(body["attributes"]) == {"changed"}
    assert set(body["relationships"]) == {"field_media_image"}


class TestLabelOfSeveral:
    """The label of an entity that can hold several texts says nothing of one of them."""

    @pytest.fixture
    def site(self) -> Any:
        with DemoDrupal(state=state(label_on_nodes=True)) as made:
            yield made

    def article(
        self,
        site: DemoDrupal,
        label: str | None,
        gallery: list[str | None],
        image: str | None,
    ) -> Any:
        article = site.add_article("Story", gallery, image=image)
        article.translations["en"].attributes["field_alt_source"] = label
        return article

    @pytest.mark.parametrize("label", ["ai", "human", None])
    def test_it_is_never_read_for_one(
        self, site: DemoDrupal, source: JsonapiSource, label: str | None
    ) -> None:
        self.article(site, label, ["words", ""], None)
        images = listed(source).values()
        assert {image.label for image in images} == {None}
        assert all(image.has_label for image in images)

    def test_it_is_written_where_every_text_comes_from_this_push(
        self, site: DemoDrupal, source: JsonapiSource
    ) -> None:
        article = self.article(site, None, ["", None], "")
        images = list(listed(source).values())
        fresh = source.fresh(images)
        new: Any = {
            i: {**flat, "alt": "by a machine", "label": "ai"}
            for i, flat in fresh.flats.items()
        }
        confirmed = source.write(fresh, new, "")
        assert article.translations["en"].attributes["field_alt_source"] == "ai"
        assert confirmed == {i: {**flat, "label": None} for i, flat in new.items()}
        assert dict(source.fresh(images).flats) == confirmed

    def test_a_persons_words_are_not_relabelled(
        self, site: DemoDrupal, source: JsonapiSource
    ) -> None:
        for label in (None, "human"):
            article = self.article(site, label, ["a person's words", ""], "")
            image = listed(source)[slot_id(article, site, "field_gallery", 1)]
            send(source, image, alt="by a machine", label="ai")
            assert article.translations["en"].attributes["field_alt_source"] == label
            assert site.alt(article, "field_gallery", 1) == "by a machine"

    def test_a_persons_words_take_the_machines_label_away(
        self, site: DemoDrupal, source: JsonapiSource
    ) -> None:
        article = self.article(site, "ai", ["by a machine", ""], "")
        image = listed(source)[slot_id(article, site, "field_gallery", 1)]
        send(source, image, alt="a person's", label="human")
        assert article.translations["en"].attributes["field_alt_source"] == "human"

    def test_a_label_alone_is_not_sent_where_it_would_lie(
        self, site: DemoDrupal, source: JsonapiSource
    ) -> None:
        article = self.article(site, None, ["a person's", "words"], "")
        image = listed(source)[slot_id(article, site, "field_gallery", 0)]
        send(source, image, label="ai")
        assert bodies(site) == []


def test_a_boolean_label_is_written_as_one(site: DemoDrupal) -> None:
    entity = site.add_media("")
    entity.translations["en"].attributes["field_alt_reviewed"] = True
    label = LABEL.__class__("field_alt_reviewed", ai=0, human=1)
    source = source_of(site, label=label)
    assert str(one(source).label) == "human"
    send(source, one(source), alt="new", label="ai")
    assert entity.translations["en"].attributes["field_alt_reviewed"] is False


def test_error_texts_hold_no_secret(site: DemoDrupal) -> None:
    site.add_media("")
    for login in ("cookie", "basic"):
        source = source_of(site, login=login, secret="wr0ng-S3cret")
        with pytest.raises(SourceError) as error:
            source.check()
        assert (
            "wr0ng" not in f"{error.value!s} {error.value!r} {error.value.__cause__!r}"
        )
