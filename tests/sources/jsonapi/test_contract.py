"""The contract of every source, on the JSON:API source and the demonstration Drupal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from lxml import html

from altsync.errors import LoginFailed, Rewritten
from altsync.models import Flat, SiteImage
from altsync.sources.jsonapi import JsonapiSource
from altsync.sources.jsonapi.formats import PROBE
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.editor import embed, img
from tests.doubles.drupal.model import Entity
from tests.doubles.drupal.scenes import MAY, upload
from tests.sources.contract import TEXTS, Hiccup, SourceContract, World
from tests.sources.jsonapi.world import LABEL, PASSWORD, slot_id, source_of, state


class OnDrupal(World):
    """What is the same for images in fields and for those in texts."""

    site: DemoDrupal
    source: JsonapiSource
    secret = PASSWORD
    knows_removed = True
    nullable = True

    def entity(self, image_id: str) -> Entity:
        """What holds the image."""
        raise NotImplementedError

    def remove(self, image_id: str) -> None:
        self.site.delete(self.entity(image_id))

    def hide(self, image_id: str) -> None:
        self._publish(image_id, published=False)

    def show(self, image_id: str) -> None:
        self._publish(image_id, published=True)

    def _publish(self, image_id: str, *, published: bool) -> None:
        self.site.edit(self.entity(image_id), "", attributes={"status": published})

    def writes(self) -> int:
        return len(self.site.requests("PATCH"))

    def lose_answer(self, *, applied: bool) -> None:
        self.site.trouble(0, methods=("PATCH",), after=applied)

    def hiccup(self, kind: Hiccup) -> None:
        status = {"502": 502, "reset": 0, "cut": 200}[kind]
        self.site.trouble(status, methods=("GET",))

    def lie(self) -> None:
        self.site.state.stores = lambda old, _new: old

    def mangle(self) -> None:
        self.site.state.stores = lambda _old, new: new and new[:255]

    def busy(self) -> None:
        self.site.trouble(429, times=1_000_000)

    def refuse_login(self) -> None:
        self.site.state.users["editor"].password = "another"
        self.site.site.users.sessions.clear()


class DrupalWorld(OnDrupal):
    def __init__(
        self, site: DemoDrupal, source: JsonapiSource, *, login: str, has_label: bool
    ) -> None:
        self.site, self.source = site, source
        self.login, self.has_label = login, has_label

    def _slots(self) -> dict[str, tuple[Entity, str, int]]:
        found: dict[str, tuple[Entity, str, int]] = {}
        for kind, fields in (
            ("media--image", ["field_media_image"]),
            ("node--article", ["field_image", "field_gallery"]),
        ):
            for entity in self.site.state.of(kind).values():
                for field in fields:
                    for delta in range(len(self.site.items(entity, field))):
                        found[slot_id(entity, self.site, field, delta)] = (
                            entity,
                            field,
                            delta,
                        )
        return found

    @property
    def ids(self) -> list[str]:
        return list(self._slots())

    @property
    def siblings(self) -> list[str]:
        return [i for i in self.ids if i.startswith("node--article") and "/1." in i]

    def now(self, image_id: str) -> Flat:
        entity, field, delta = self._slots()[image_id]
        meta = self.site.items(entity, field)[delta]["meta"]
        a = entity.translations["en"].attributes
        flat: Flat = {
            "alt": meta["alt"],
            "title": meta["title"],
            "caption": a.get("field_caption"),
        }
        if self.has_label:
            flat["label"] = (
                a.get("field_alt_source") if field == "field_media_image" else None
            )
        return flat

    def edit(self, image_id: str, alt: str | None) -> None:
        entity, field, delta = self._slots()[image_id]
        self.site.edit(entity, field, delta, alt=alt)

    def entity(self, image_id: str) -> Entity:
        return self._slots()[image_id][0]


class TextWorld(OnDrupal):
    """Pictures in the bodies of pages, each alone there."""

    has_label = False

    def __init__(self, site: DemoDrupal, source: JsonapiSource) -> None:
        self.site, self.source = site, source
        file, other = upload(site, "heron.png"), upload(site, "map.png")
        medium = site.add_media("of the medium")
        first = site.add_page(
            "First",
            f"<P>One &amp; <b>two{img(file, 'of a person')}<p>{img(other)}"
            f"<p>{embed(medium, 'here')}",
        )
        second = site.add_page("Second", f"<p>Words</p>\r\n{img(file, '')}")
        third = site.add_page("Third", f"<p>More</p>{img(other)}")
        slots = [
            (first, 0, f"img-{file.uuid}"),
            (second, 0, f"img-{file.uuid}"),
            (third, 0, f"img-{other.uuid}"),
            (first, 1, f"img-{other.uuid}"),
            (first, 2, f"media-{medium.uuid}"),
        ]
        self.keys = {
            f"node--page.body/{page.id}.en.{key}": (page, number)
            for page, number, key in slots
        }

    @property
    def ids(self) -> list[str]:
        return list(self.keys)

    @property
    def siblings(self) -> list[str]:
        pages = [page for page, _ in self.keys.values()]
        return [one for one, (page, _) in self.keys.items() if page is pages[0]]

    def entity(self, image_id: str) -> Entity:
        return self.keys[image_id][0]

    def now(self, image_id: str) -> Flat:
        """By another parser than altsync's."""
        page, number = self.keys[image_id]
        root = html.fragment_fromstring(self.site.people.value(page, "body"), "div")
        tag = list(root.iter("img", "drupal-media"))[number]
        alt = tag.get("alt")
        return {"alt": alt, "title": None, "caption": None, "place": None}

    def writes(self) -> int:
        """What was asked to be refused is none."""
        return sum(
            PROBE.encode() not in one.body for one in self.site.requests("PATCH")
        )

    def lose_answer(self, *, applied: bool) -> None:
        """Of a write: what this login may use of formats was asked before."""
        item = self.source.fresh([self.source.read(self.ids[0])]).item
        assert item is not None
        assert self.source.formats.may_use(item, "body")
        super().lose_answer(applied=applied)

    def mangle(self) -> None:
        self.site.state.stores = lambda _old, new: new and new.replace("word ", "")

    def edit(self, image_id: str, alt: str | None) -> None:
        page, number = self.keys[image_id]
        self.site.people.write_alt(page, "body", number, alt)


class DrupalContract(SourceContract):
    def test_a_wrong_login_stops_the_run(self, world: World, image: SiteImage) -> None:
        """Core answers what is public to a wrong login as well (273): only writing and
        checking can tell."""
        assert isinstance(world, OnDrupal)
        fresh = world.source.fresh([image])
        world.refuse_login()
        for step in [self.steps(world, image, fresh)[3], world.source.check]:
            with pytest.raises(LoginFailed) as error:
                step()
            assert error.value.stops_run
            self.keeps_secret(world, error.value)
        with pytest.raises(LoginFailed):
            list(world.source.listing())


@pytest.mark.parametrize(
    ("login", "has_label"),
    [("cookie", True), ("basic", False)],
    ids=["label", "no label"],
)
class TestJsonapi(DrupalContract):
    @pytest.fixture
    def world(self, login: str, has_label: bool) -> Iterator[World]:
        with DemoDrupal(state=state(label_on_nodes=True)) as site:
            site.state.languages = ("en",)
            for n, alt in enumerate(["a person's words", "", None]):
                site.add_media(alt, name=f"Media {n}")
            site.add_article("Article 1", ["first", "", None])
            for article in site.state.of("node--article").values():
                article.translations["en"].attributes["field_alt_source"] = None
            source = source_of(site, login=login, label=LABEL if has_label else None)
            yield DrupalWorld(site, source, login=login, has_label=has_label)
            source.close()

    # Drupal keeps 512 code points, so the long text of the contract is shorter here.
    @pytest.mark.parametrize("text", [*TEXTS[:-1], "x" * 511])
    def test_texts_are_exact_both_ways(
        self, world: World, image: SiteImage, text: str
    ) -> None:
        super().test_texts_are_exact_both_ways(world, image, text)


class TestTexts(DrupalContract):
    """Images in texts keep the same promises."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        with DemoDrupal(state=state()) as site:
            site.state.languages = ("en",)
            site.grant("editor", *MAY)
            source = source_of(
                site, fields=(), texts=("node--page.body",), login="basic", label=None
            )
            yield TextWorld(site, source)
            source.close()

    def test_stored_is_what_the_site_has_whatever_it_answered(
        self, world: World, image: SiteImage
    ) -> None:
        self.stops(world, image, world.lie)

    def test_what_an_answer_shows_is_what_was_sent_or_what_is_stored(
        self, world: World, image: SiteImage
    ) -> None:
        """A site that changes a text on its way would do so to the next one."""
        self.stops(world, image, world.mangle)

    def stops(self, world: World, image: SiteImage, then: Callable[[], None]) -> None:
        fresh = world.source.fresh([image])
        then()
        new: Flat = {**fresh.flats[image.id], "alt": "word " * 70 + "end"}
        with pytest.raises(Rewritten) as error:
            world.source.write(fresh, {image.id: new}, "")
        assert error.value.stops_run
        self.keeps_secret(world, error.value)
        assert world.source.stored([image]) == {image.id: world.now(image.id)}
        assert world.writes() == 1
