"""The static site: every image on a page of its album, whole files, nothing of anybody
else overwritten."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from altsync.errors import UsageError
from altsync.gallery import MARK, Exhibited, Gallery
from altsync.pictures.cache import Cache, preview
from tests.scene import Scene
from tests.scene import scene as made
from tests.web.mirrors import stand

SITE = "https://example.org"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    found = made(tmp_path)
    yield found
    found.store.close()


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "kept")


def written(scene: Scene, cache: Cache, directory: Path) -> Exhibited:
    return Gallery(scene.store, cache, SITE, directory).run()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(out, "JPEG")
    return out.getvalue()


def test_every_image_is_on_the_page_of_its_album(
    scene: Scene, cache: Cache, tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    done = written(scene, cache, pages)
    assert done == Exhibited(7, 3, pages / "index.html")
    index = done.index.read_text("utf-8")
    links = re.findall(r'<a href="(album-[^"]+)">([^<]+)</a> (\d+ images?)', index)
    assert links == [
        ("album-cats.html", "cats", "3 images"),
        ("album-dogs.html", "dogs", "2 images"),
        ("album-dogs_2Fbig.html", "dogs/big", "2 images"),
    ]
    cats = (pages / "album-cats.html").read_text("utf-8")
    assert re.findall(r"<h2 [^>]+>([^<]+)<", cats) == ["one", "three", "two"]
    assert "Zwölf Kätzchen, von Hand beschrieben." in cats
    assert not list(pages.rglob("*.part"))


def test_where_pages_show_an_image_is_said(
    scene: Scene, cache: Cache, tmp_path: Path
) -> None:
    with scene.store.write() as tx:
        stand(tx, "cats/one")
    pages = tmp_path / "pages"
    written(scene, cache, pages)
    cats = (pages / "album-cats.html").read_text("utf-8")
    assert cats.count("<dt>stands</dt>") == 1
    assert "on “Ferries and trams” and 5 further pages; a button" in cats


def test_one_picture_of_two_images_is_written_once(
    scene: Scene, cache: Cache, tmp_path: Path
) -> None:
    for image in ("cats/one", "dogs/one"):
        cache.keep(preview(image, None), 768, picture())
    pages = tmp_path / "pages"
    written(scene, cache, pages)
    (file,) = (pages / "pictures").iterdir()
    for album in ("cats", "dogs"):
        page = (pages / f"album-{album}.html").read_text("utf-8")
        assert page.count(f'<img src="pictures/{file.name}"') == 1
    assert page.count("no picture") == 1


def test_the_words_come_in_scripts_of_a_bounded_size(
    scene: Scene, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("altsync.gallery.BATCH", 3)
    pages = tmp_path / "pages"
    index = written(scene, cache, pages).index.read_text("utf-8")
    assert 'data-parts="3"' in index
    scripts = [(pages / "words" / f"{n}.js").read_text("utf-8") for n in range(3)]
    assert [script.count("album-") for script in scripts] == [3, 3, 1]
    assert '["album-cats.html", "n1", "cats/one", ""]' in scripts[0]


def test_it_writes_over_its_own_pages_and_over_nothing_else(
    scene: Scene, cache: Cache, tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    written(scene, cache, pages)
    scene.site.edit("cats/one", alt="A cat on a wall.")
    scene.pull()
    written(scene, cache, pages)
    assert "A cat on a wall." in (pages / "album-cats.html").read_text("utf-8")

    (tmp_path / "mine").mkdir()
    diary = tmp_path / "mine" / "diary.txt"
    diary.write_text("dear", "utf-8")
    with pytest.raises(UsageError, match="holds something else; nothing was written"):
        written(scene, cache, diary.parent)
    assert list(diary.parent.iterdir()) == [diary]

    (tmp_path / "empty").mkdir()
    written(scene, cache, tmp_path / "empty")
    assert (tmp_path / "empty" / MARK).is_file()
