"""Types without `changed`: what guards a write there, what a stale guard becomes, and
what is told where nothing guards."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import ChangedMeanwhile, GuardMoved, Overtaken
from altsync.models import SiteImage
from altsync.planning import Plan, Request
from altsync.push import Push, Pushed
from altsync.sources.jsonapi.guards import between, guards, is_guarded, revision_of
from altsync.sources.jsonapi.overtaking import Revisions, raise_if_in_one_moment
from altsync.stage import Context
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.extras import Extras, Override
from tests.doubles.drupal.model import Entity
from tests.scene import Scene
from tests.sources.jsonapi.world import MEDIA, listed, send, source_of, state

PICTURE = "paragraph--picture_text.field_picture"
REVISION = "drupal_internal__revision_id"
TRANSLATED = "content_translation_changed"


class Page:
    """A page with one paragraph, a picture beside a text."""

    def __init__(self, site: DemoDrupal) -> None:
        self.site = site
        self.page = site.add_page("A page")
        self.paragraph = site.add_paragraph("", parent=self.page)
        self.source = source_of(site, fields=(PICTURE, MEDIA), label=None)

    @property
    def image(self) -> SiteImage:
        (one,) = (i for i in listed(self.source).values() if i.album == PICTURE)
        return one

    @property
    def alt(self) -> str | None:
        alt: str | None = self.site.alt(self.paragraph, "field_picture")
        return alt

    def retitle(self) -> None:
        """A person saves the page's form and changes its title: a new revision of the
        page, and of the paragraph (542, 543, 881)."""
        self.site.edit(self.page, attributes={"title": "Another title"})

    def write_words(self, alt: str = "a person's") -> None:
        """A person types into the paragraph, and the page makes no new revision (569,
        879)."""
        self.site.edit(self.paragraph, "field_picture", alt=alt)

    def patches(self) -> list[Mapping[str, Any]]:
        seen = self.site.requests("PATCH")
        return [json.loads(one.body)["data"]["attributes"] for one in seen]


@pytest.fixture
def page() -> Iterator[Page]:
    with DemoDrupal(state=state()) as site:
        yield Page(site)


@pytest.fixture
def scene(page: Page, tmp_path: Path) -> Scene:
    return scene_of(page, tmp_path)


def scene_of(page: Page, tmp_path: Path) -> Scene:
    """The page's paragraph, pulled, with an approved text."""
    made = Scene(page.source, Store.open(tmp_path / "altsync.db", create=True))
    made.pull()
    made.propose(page.image.id, "by a machine")
    return made


def push(scene: Scene) -> Pushed:
    with Plan.of(scene.store, Request()) as plan:
        return Push(Context(scene.source, scene.store, threads=1), plan).run()


def meanwhile(page: Page, *acts: Callable[[], None]) -> None:
    """Before the first PATCHes are worked on, a person does this, in turn."""
    left = list(acts)
    answer = page.site.site.answer

    def judge(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Any:
        if method == "PATCH" and left:
            left.pop(0)()
        return answer(method, target, headers, body)

    page.site.site.answer = judge  # type: ignore[method-assign]


def rows(scene: Scene) -> list[tuple[str, int | None, str | None]]:
    return scene.store.conn.execute(
        "SELECT status, http_status, error FROM push_items ORDER BY id"
    ).fetchall()


def page_rows(scene: Scene) -> list[tuple[str, str | None]]:
    """Status and error, without what reading back adds."""
    return [
        (status, None if why == "confirmed by reading" else why)
        for status, _, why in rows(scene)
    ]


def test_both_guards_go_along_as_they_were_read(page: Page) -> None:
    attributes = page.paragraph.translations["en"].attributes
    was = attributes[TRANSLATED]
    send(page.source, page.image, alt="new")
    assert page.patches() == [{TRANSLATED: was, REVISION: page.paragraph.vid}]
    assert page.alt == "new"


def test_without_translation_the_revision_is_the_only_guard() -> None:
    """A site that translates no paragraph type: nothing dates them (544, 545)."""
    with DemoDrupal(state=state()) as site:
        site.keep_one_language()
        page = Page(site)
        send(page.source, page.image, alt="new")
        assert page.patches() == [{REVISION: page.paragraph.vid}]
        image = page.image
        fresh = page.source.fresh([image])
        page.retitle()
        new: Any = {image.id: {**fresh.flats[image.id], "alt": "newer"}}
        with pytest.raises(GuardMoved):
            page.source.write(fresh, new, "")
        assert page.alt == "new"


@pytest.mark.parametrize("act", ["retitle", "write_words"])
def test_a_stale_guard_stores_nothing(page: Page, act: str) -> None:
    image = page.image
    fresh = page.source.fresh([image])
    getattr(page, act)()
    before = page.alt
    new: Any = {image.id: {**fresh.flats[image.id], "alt": "new"}}
    with pytest.raises(GuardMoved, match="Nothing was changed") as error:
        page.source.write(fresh, new, "")
    assert isinstance(error.value, ChangedMeanwhile), "never a failure of the server"
    assert (page.alt, len(page.patches())) == (before, 1)


def test_a_new_title_of_the_page_alone_is_no_conflict(page: Page, scene: Scene) -> None:
    meanwhile(page, page.retitle)
    done = push(scene)
    assert (done.applied, done.conflicts, done.failed) == (1, 0, 0)
    assert page.alt == "by a machine"
    first, second = page.patches()
    assert first[REVISION] != second[REVISION]
    assert [row[0] for row in rows(scene)] == ["applied"], "one row, told truthfully"


def test_a_persons_words_are_a_conflict(page: Page, scene: Scene) -> None:
    meanwhile(page, page.write_words)
    done = push(scene)
    assert (done.applied, done.conflicts) == (0, 1)
    assert page.alt == "a person's"
    assert len(page.patches()) == 1
    assert rows(scene) == [("conflict", None, 'the site now says "a person\'s"')]


def test_a_page_that_is_saved_again_and_again_is_a_conflict(
    page: Page, scene: Scene
) -> None:
    """Once more, and no further."""
    meanwhile(page, page.retitle, page.retitle)
    done = push(scene)
    assert (done.applied, done.conflicts) == (0, 1)
    assert (page.alt, len(page.patches())) == ("", 2)
    ((status, http_status, why),) = rows(scene)
    assert (status, http_status) == ("conflict", 500)
    assert "Somebody saved" in str(why)


def test_the_very_text_that_somebody_typed_meanwhile_is_there_already(
    page: Page, scene: Scene
) -> None:
    meanwhile(page, lambda: page.write_words("by a machine"))
    assert (push(scene).applied, len(page.patches())) == (1, 1)
    assert rows(scene)[0][0] == "applied"


def test_a_paragraph_that_is_gone_at_the_second_look(page: Page, scene: Scene) -> None:
    def vanish(
        method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Any:
        reply = answer(method, target, headers, body)
        if method == "PATCH":
            page.site.delete(page.paragraph)
        return reply

    meanwhile(page, page.retitle)
    answer = page.site.site.answer
    page.site.site.answer = vanish  # type: ignore[method-assign]
    done = push(scene)
    assert (done.applied, done.conflicts) == (0, 1)
    assert rows(scene)[0][2] == "the image is not on the site any more"


def test_null_guards_nothing_and_the_revision_still_does(page: Page) -> None:
    """933-936: NULL is equal to itself for ever."""
    page.paragraph.translations["en"].attributes[TRANSLATED] = None
    image = page.image
    fresh = page.source.fresh([image])
    page.retitle()
    new: Any = {image.id: {**fresh.flats[image.id], "alt": "new"}}
    with pytest.raises(GuardMoved):
        page.source.write(fresh, new, "")
    send(page.source, image, alt="new")
    assert page.alt == "new"
    assert page.patches()[-1] == {TRANSLATED: None, REVISION: page.paragraph.vid}


def test_the_languages_of_a_paragraph_have_a_guard_each(page: Page) -> None:
    """937."""
    page.site.translate(page.paragraph, "nl", "")
    source = source_of(page.site, languages=("en", "nl"), fields=(PICTURE,), label=None)
    english = page.image
    dutch = dataclasses.replace(
        english, id=english.id.replace(".en.", ".nl."), language="nl"
    )
    texts = page.paragraph.translations
    texts["nl"].attributes[TRANSLATED] = "2026-05-01T00:00:00+00:00"
    send(source, dutch, alt="Nieuw.")
    assert page.patches()[0][TRANSLATED] == "2026-05-01T00:00:00+00:00"
    assert page.alt == "", "English stays"


def test_a_paragraph_has_no_changed_whatever_a_field_is_called(page: Page) -> None:
    """To send it one is 422 (611), so a date of its own is not taken for one."""
    attributes = page.paragraph.translations["en"].attributes
    attributes["updated"] = "2026-01-01T00:00:00+00:00"
    send(page.source, page.image, alt="new")
    assert (page.alt, set(page.patches()[0])) == ("new", {TRANSLATED, REVISION})


def test_a_revision_guards_only_what_is_saved_in_place(page: Page) -> None:
    """256: what makes a revision with each write takes any number."""
    entity, image = media_of(page, "old")
    fresh = page.source.fresh([image])
    assert fresh.item is not None
    bare = {"langcode": "en", REVISION: entity.vid}
    item = dataclasses.replace(fresh.item, attributes=bare)
    assert guards(item) == {REVISION: entity.vid}
    assert not is_guarded(item)
    unversioned = dataclasses.replace(item, revision=None)
    assert not between(unversioned, item)
    assert not between(item, unversioned)
    assert is_guarded(fresh.item)


def test_a_save_of_this_very_second_is_waited_out(page: Page) -> None:
    """The moment has one second too."""
    image = page.image
    page.site.clock.tick = 1
    page.write_words("saved now")
    before = len(page.site.requests("GET", page.paragraph.uuid))
    page.source.fresh([image])
    assert len(page.site.requests("GET", page.paragraph.uuid)) - before >= 2


@pytest.fixture
def bare() -> Iterator[Page]:
    """JSON:API Extras hides all that guards."""
    hidden = Override(hidden=frozenset({"changed", TRANSLATED, REVISION}))
    extras = Extras({"media--image": hidden, "paragraph--picture_text": hidden})
    with DemoDrupal(state=state(), extras=extras) as site:
        yield Page(site)


def test_where_nothing_guards_a_save_in_between_is_told(
    bare: Page, tmp_path: Path
) -> None:
    scene = scene_of(bare, tmp_path)
    meanwhile(bare, bare.retitle)
    done = push(scene)
    assert (done.applied, done.overtook, done.failed) == (1, 1, 0)
    ((status, _, why),) = rows(scene)
    assert status == "applied"
    assert "Somebody saved the page of paragraph--picture_text" in str(why)


def test_where_nothing_guards_and_nobody_saved_nothing_is_told(
    bare: Page, tmp_path: Path
) -> None:
    scene = scene_of(bare, tmp_path)
    assert (push(scene).applied, page_rows(scene)) == (1, [("applied", None)])


def test_changed_goes_by_its_own_name_where_it_was_renamed() -> None:
    """813, 840, 841: its pointer has that name too."""
    renamed = Override(fields={"changed": "updated"})
    with DemoDrupal(state=state(), extras=Extras({"media--image": renamed})) as site:
        page = Page(site)
        entity, image = media_of(page, "old")
        fresh = page.source.fresh([image])
        new: Any = {image.id: {**fresh.flats[image.id], "alt": "new"}}
        was = entity.translations["en"].attributes["changed"]
        site.edit(entity, title="a person's")
        with pytest.raises(ChangedMeanwhile):
            page.source.write(fresh, new, "")
        assert page.patches()[0]["changed"] == was
        send(page.source, image, alt="new")
        assert site.alt(entity) == "new"


def media_of(page: Page, alt: str) -> tuple[Entity, SiteImage]:
    entity = page.site.add_media(alt)
    found = listed(page.source).values()
    return entity, next(i for i in found if i.entity.endswith(entity.uuid))


def test_a_revision_that_somebody_made_in_between_is_found_and_quoted(
    bare: Page,
) -> None:
    """Numbers of revisions count over all items, so those between are looked at."""
    bare.site.state.users["editor"].may |= {"view all revisions"}
    entity, image = media_of(bare, "old")
    other, _ = media_of(bare, "other")
    fresh = bare.source.fresh([image])
    bare.site.edit(other, alt="somebody else's")
    bare.site.edit(entity, alt="a person's words")
    bare.site.edit(other, alt="somebody else's again")
    new: Any = {image.id: {**fresh.flats[image.id], "alt": "new"}}
    with pytest.raises(Overtaken, match=r"They had.*a person's words") as error:
        bare.source.write(fresh, new, "")
    assert error.value.shown[image.id]["alt"] == "new"


def test_a_revision_that_this_login_may_not_see_is_told_all_the_same(
    bare: Page,
) -> None:
    """Nothing was said of it: the role of the recipe sees no revisions."""
    entity, image = media_of(bare, "old")
    fresh = bare.source.fresh([image])
    bare.site.edit(entity, alt="a person's words")
    new: Any = {image.id: {**fresh.flats[image.id], "alt": "new"}}
    with pytest.raises(Overtaken, match=r"may not see what they had .revision \d+"):
        bare.source.write(fresh, new, "")


def test_saves_of_other_items_are_nobodys_business(bare: Page) -> None:
    _, image = media_of(bare, "old")
    other, _ = media_of(bare, "other")
    fresh = bare.source.fresh([image])
    bare.site.edit(other, alt="somebody else's")
    new: Any = {image.id: {**fresh.flats[image.id], "alt": "new"}}
    assert bare.source.write(fresh, new, "")[image.id]["alt"] == "new"


def test_a_look_afterwards_that_fails_changes_nothing(bare: Page) -> None:
    """The write is done, whatever that look gives."""
    entity, image = media_of(bare, "old")
    fresh = bare.source.fresh([image])
    bare.site.edit(entity, alt="a person's words")
    bare.site.trouble(503, times=100, methods=("GET",))
    new: Any = {image.id: {**fresh.flats[image.id], "alt": "new"}}
    assert bare.source.write(fresh, new, "")[image.id]["alt"] == "new"


@pytest.mark.parametrize(
    ("href", "number"),
    [
        ("http://x/jsonapi/media/image/1?resourceVersion=id%3A379", 379),
        ("/jsonapi/media/image/1?a=b&resourceVersion=id:7&c=d", 7),
        ("/jsonapi/media/image/1", None),
        ("/jsonapi/media/image/1?resourceVersion=rel%3Aworking-copy", None),
        ("/x?resourceVersion=id%3A" + "9" * 40, None),
        (["no link"], None),
    ],
)
def test_the_revision_is_read_off_the_items_own_link(
    href: object, number: int | None
) -> None:
    assert revision_of({"links": {"self": {"href": href}}}) == number
    assert revision_of({"links": [href]}) is None
    assert revision_of({}) is None


def test_of_a_paragraph_that_was_saved_in_the_same_moment_nothing_is_left(
    site: DemoDrupal,
) -> None:
    """It is written in place: what they wrote is overwritten, and nobody can look."""
    page = Page(site)
    read = page.source.fresh([page.image]).item
    assert read is not None
    page.retitle()
    saved = page.source.fresh([page.image]).item
    assert saved is not None
    near = Revisions().near(read.revision or 0, read, saved)
    assert near == [saved.revision]
    with pytest.raises(Overtaken, match="is overwritten: look at it"):
        raise_if_in_one_moment(
            page.source._client, "en", read, ["field_text"], near, {}
        )
    page.source.close()
