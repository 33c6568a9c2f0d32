"""The contract of every source, on the JSON:API source and the demonstration Drupal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from altsync.errors import LoginFailed
from altsync.models import Flat, SiteImage
from altsync.sources.jsonapi import JsonapiSource
from tests.doubles.drupal import DemoDrupal
from tests.sources.contract import TEXTS, Hiccup, SourceContract, World
from tests.sources.jsonapi.world import LABEL, PASSWORD, slot_id, source_of, state


class DrupalWorld(World):
    knows_removed = True
    nullable = True

    def __init__(
        self, site: DemoDrupal, source: JsonapiSource, *, login: str, has_label: bool
    ) -> None:
        self.site, self.source = site, source
        self.secret = PASSWORD
        self.login, self.has_label = login, has_label

    def _slots(self) -> dict[str, tuple[object, str, int]]:
        found: dict[str, tuple[object, str, int]] = {}
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
        meta = self.site.items(entity, field)[delta]["meta"]  # type: ignore[arg-type]
        a = entity.translations["en"].attributes  # type: ignore[attr-defined]
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
        self.site.edit(entity, field, delta, alt=alt)  # type: ignore[arg-type]

    def remove(self, image_id: str) -> None:
        entity, _, _ = self._slots()[image_id]
        self.site.delete(entity)  # type: ignore[arg-type]

    def hide(self, image_id: str) -> None:
        self._publish(image_id, published=False)

    def show(self, image_id: str) -> None:
        self._publish(image_id, published=True)

    def _publish(self, image_id: str, *, published: bool) -> None:
        entity, field, _ = self._slots()[image_id]
        self.site.edit(entity, field, attributes={"status": published})  # type: ignore[arg-type]

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


@pytest.mark.parametrize(
    ("login", "has_label"),
    [("cookie", True), ("basic", False)],
    ids=["label", "no label"],
)
class TestJsonapi(SourceContract):
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

    def test_a_wrong_login_stops_the_run(self, world: World, image: SiteImage) -> None:
        """Core answers what is public to a wrong login as well (273): only writing and
        checking can tell."""
        assert isinstance(world, DrupalWorld)
        fresh = world.source.fresh([image])
        world.refuse_login()
        for step in [self.steps(world, image, fresh)[3], world.source.check]:
            with pytest.raises(LoginFailed) as error:
                step()
            assert error.value.stops_run
            self.keeps_secret(world, error.value)
        with pytest.raises(LoginFailed):
            list(world.source.listing())
