"""Ids that differ only in case: on a site that ignores case they are one image, and
nothing is sent to it under two names; on one that does not they are two images."""

from __future__ import annotations

from pathlib import Path

import pytest

from altsync.demo.faults import Fault
from altsync.demo.pictures import DemoImage
from altsync.demo.site import DemoSite, SiteReply
from altsync.errors import Unreachable
from altsync.models import Entry, Refused, SiteImage, caseless
from altsync.namesakes import are_one
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.report import Quiet
from altsync.sources.album import AlbumSource
from altsync.sources.kinds import AlbumConfig, LabelField
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from tests.scene import Scene, image

LABEL = LabelField("verified", ai=0, human=1)
NAMES = ("a/DSC_1", "a/dsc_1", "A/Dsc_1")


class IgnoresCase(DemoSite):
    """Its paths find an image in whatever case, as those of MySQL and Windows do."""

    def _carry_out(
        self,
        method: str,
        path: str,
        route: str,
        image_id: str | None,
        headers: dict[str, str],
        body: bytes,
        fault: Fault | None,
    ) -> SiteReply:
        there = {caseless(one): one for one in self._images}
        meant = there.get(caseless(image_id or ""), image_id)
        return super()._carry_out(method, path, route, meant, headers, body, fault)


class Shop:
    """An album site, an inventory of names on it, and its mirror."""

    def __init__(self, site: DemoSite, directory: Path) -> None:
        self.site = site
        self.inventory = directory / "inventory.txt"
        self.store = Store.open(directory / "altsync.db", create=True)
        config = AlbumConfig(
            inventory=(str(self.inventory),), pixels=site.pixels, label=LABEL
        )
        self.scene = Scene(AlbumSource(site.url, config, token=site.token), self.store)
        self.store.claim(site.url, "album")

    def __enter__(self) -> Shop:
        return self

    def __exit__(self, *_: object) -> None:
        self.scene.source.close()
        self.store.close()

    def pull(self, *names: str) -> list[str]:
        """Pull what the inventory names; what the owner is told."""
        self.inventory.write_text("\n".join(names), "utf-8")
        report = Quiet()
        Pull(Context(self.scene.source, self.store, report), allow_shrink=True).run()
        return report.said

    def plan(self) -> dict[str, str]:
        return {_image(entry): type(entry).__name__ for entry in self.scene.plan()}

    def push(self) -> list[str | None]:
        """The images that got a PATCH."""
        with Plan.of(self.store, Request()) as plan:
            Push(Context(self.scene.source, self.store), plan).run()
        return [entry.image for entry in self.site.requests("PATCH")]


def _image(entry: Entry) -> str:
    return entry.change.image if isinstance(entry, Refused) else entry.image


@pytest.mark.parametrize("text", ["", "An old machine's words."])
def test_a_site_that_ignores_case_is_not_written_under_two_names(
    tmp_path: Path, text: str
) -> None:
    """Its texts show that it is one image; where there are none, nobody can tell."""
    images = [DemoImage("a/DSC_1", alt=text), DemoImage("b/two")]
    with IgnoresCase(images) as site, Shop(site, tmp_path) as shop:
        (said,) = shop.pull(*NAMES, "b/two")
        assert "3 ids differ only in upper and lower case" in said
        assert "A/Dsc_1 and a/DSC_1 and a/dsc_1" in said
        assert ("it could not be told" in said) is (not text)
        for one in (*NAMES, "b/two"):
            shop.scene.propose(one, f"text of {one}")
        assert shop.plan() == {**dict.fromkeys(NAMES, "Refused"), "b/two": "Change"}
        assert shop.push() == ["b/two"]

        assert shop.pull("a/DSC_1", "b/two") == []
        assert shop.plan() == {"a/DSC_1": "Change"}, "one name is left"
        assert shop.push() == ["b/two", "a/DSC_1"]


def test_a_site_that_minds_case_has_as_many_images(tmp_path: Path) -> None:
    """One question, of a name that is not there, and all is as it was."""
    images = [DemoImage(one) for one in NAMES]
    with DemoSite(images) as site, Shop(site, tmp_path) as shop:
        assert shop.pull(*NAMES) == []
        assert len(site.requests("GET", "get")) == len(NAMES) + 1
        for one in NAMES:
            shop.scene.propose(one, f"text of {one}")
        assert shop.plan() == dict.fromkeys(NAMES, "Change")
        assert sorted(map(str, shop.push())) == sorted(NAMES)


def test_no_question_where_no_ids_are_alike(tmp_path: Path) -> None:
    images = [DemoImage("a/DSC_1"), DemoImage("a/x")]
    with DemoSite(images) as site, Shop(site, tmp_path) as shop:
        assert shop.pull("a/DSC_1", "a/x") == []
        assert len(site.requests("GET", "get")) == 2


class MakesUp(MemorySource):
    """A site that answers whatever name it is asked about."""

    def read(self, image_id: str) -> SiteImage:
        if image_id in self.ids:
            return super().read(image_id)
        return image(image_id, "")


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [(b"a picture", b"another", False), (b"the same", b"the same", None)],
)
def test_where_no_text_tells_the_pictures_do(
    first: bytes, second: bytes, one: bool | None
) -> None:
    site = MakesUp()
    group = [image("a/X", ""), image("a/x", "")]
    site.add(group[0], first)
    site.add(group[1], second)
    assert are_one(site, [group]) is one


def test_two_texts_are_not_one_image(tmp_path: Path) -> None:
    """On a site that makes answers up: the name that nobody has says nothing."""
    site = MakesUp()
    group = [image("a/X", "one"), image("a/x", "two")]
    site.add(group[0], b"1")
    site.add(group[1], b"2")
    assert are_one(site, [group]) is False


def test_a_site_that_does_not_answer_leaves_it_open() -> None:
    site = MakesUp()
    group = [image("a/X", "one"), image("a/x", "one")]

    def down(step: str, ids: tuple[str, ...]) -> None:
        raise Unreachable("Down.")

    site.before = down
    assert are_one(site, [[image("a/X", "one"), image("a/x", "one")]]) is None
    assert are_one(site, [group, group]) is None


def test_every_spelling_is_named() -> None:
    """Then there is nothing to ask about, and the texts prove nothing."""
    site = MemorySource()
    group = [image(one, "t") for one in ("1/a", "1/A")]
    assert are_one(site, [group]) is None
