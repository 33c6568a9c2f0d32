"""Pictures told by what they show: copies are found, the next of a series is not."""

from __future__ import annotations

import builtins
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance, ImageOps

import altsync.demo
from altsync.errors import UsageError
from altsync.pictures import alike
from altsync.pictures.alike import Looks, look, looks
from altsync.pictures.cache import Cache, preview
from altsync.store.store import Store
from tests.pictures.made import boxed, encoded
from tests.scene import image
from tests.store.conftest import Shelf

PHOTOS = Path(altsync.demo.__file__).parent / "photos"
NAMES = (
    "at-home/chelsea",
    "in-the-mountains/high-path",
    "space/eileen-collins",
    "space/deep-field",
)


def photo(name: str) -> Image.Image:
    with Image.open(PHOTOS / f"{name}.jpg") as picture:
        picture.draft("RGB", (400, 400))
        small = picture.convert("RGB")
    small.thumbnail((400, 400))
    return small


@pytest.fixture(scope="module")
def photos() -> dict[str, Image.Image]:
    return {name: photo(name) for name in NAMES}


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    return encoded(picture, "JPEG", quality=quality)


def window(picture: Image.Image, part: float, moved: float) -> Image.Image:
    """A part of a picture, that much to the right and down."""
    width, height = picture.size
    left, top = int(width * moved), int(height * moved)
    return picture.crop((left, top, left + int(width * part), top + int(height * part)))


def webp(picture: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(encoded(picture, "WEBP", quality=60))).convert("RGB")


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "small": lambda one: one.resize((one.width // 3, one.height // 3)),
    "webp": webp,
    "grey": lambda one: ImageOps.grayscale(one).convert("RGB"),
    "bright": lambda one: ImageEnhance.Brightness(one).enhance(1.25),
    "colourful": lambda one: ImageEnhance.Color(one).enhance(1.5),
}
OTHERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "the next frame": lambda one: window(one, 0.9, 0.04),
    "another part": lambda one: window(one, 0.6, 0.4),
    "cropped": lambda one: window(one, 0.9, 0.05),
    "turned over": ImageOps.mirror,
}


@pytest.fixture(scope="module")
def mirror(photos: dict[str, Image.Image]) -> Looks:
    found = {int(look(jpeg(one)), 16): [name] for name, one in photos.items()}
    return Looks(found)


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_found(
    mirror: Looks, photos: dict[str, Image.Image], copy: str
) -> None:
    for name, picture in photos.items():
        assert mirror.like(look(jpeg(COPIES[copy](picture), 60))) == [name]


@pytest.mark.parametrize("other", OTHERS)
def test_another_picture_is_not(
    mirror: Looks, photos: dict[str, Image.Image], other: str
) -> None:
    for picture in photos.values():
        assert mirror.like(look(jpeg(OTHERS[other](picture)))) == []


def test_what_lies_between_two_is_neither() -> None:
    two = Looks({0: ["a/1"], 0xFF: ["a/2"]})
    assert two.like("0") == []
    assert two.like("f") == []
    far = Looks({0: ["a/1"], 0xFFFF: ["a/2"]})
    assert far.like("1") == ["a/1"]
    assert far.like("fffe") == ["a/2"]
    assert far.like("ffffff" * 2) == []
    twins = Looks({0: ["a/1", "a/3"], 3: ["a/2"]})
    assert sorted(twins.like("0")) == ["a/1", "a/2", "a/3"]
    assert Looks().like("0") == []


@pytest.mark.parametrize(
    "data",
    [
        jpeg(boxed((400, 300))),
        jpeg(photo("at-home/chelsea").resize((60, 60))),
        b"no picture",
        encoded(boxed()),
    ],
)
def test_what_has_few_tones_or_is_small_is_not_compared(data: bytes) -> None:
    assert look(data) == alike.NOTHING
    assert Looks({0: ["a/1"]}).like(alike.NOTHING) == []


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        yield Shelf(store)


def test_the_looks_of_a_mirror_are_worked_out_once(
    shelf: Shelf, photos: dict[str, Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "BATCH", 1)
    cache = Cache.beside(shelf.store.path)
    shelf.pull(image("a/1"), image("a/2"), image("a/3"))
    cache.keep(preview("a/1", None), 768, jpeg(photos[NAMES[0]]))
    cache.keep(preview("a/2", None), 768, jpeg(boxed((400, 300))))
    steps: list[int] = []
    assert looks(shelf.store, cache, known=True) == Looks(lacking=3)
    found = looks(shelf.store, cache, lambda: steps.append(1))
    assert list(found.images.values()) == [["a/1"]]
    assert (found.lacking, len(steps)) == (1, 3)
    assert len(shelf.all("SELECT * FROM picture_hashes")) == 2
    monkeypatch.setattr(alike, "look", lambda jpeg: pytest.fail("looked at again"))
    assert looks(shelf.store, cache) == found


def test_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    alike.check()
    real = builtins.__import__

    def refuse(name: str, *rest: object) -> object:
        if name == "imagehash":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=r"pip install 'altsync\[by-picture\]'"):
        alike.check()
