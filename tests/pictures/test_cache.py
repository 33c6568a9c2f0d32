"""The cache: names, where a name is kept, and that everybody asks this one place."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from altsync.config import load
from altsync.pictures import cache
from altsync.pictures.cache import Cache, name_in, name_of, preview, profile
from altsync.store.store import Store
from tests.cli.conftest import Owner
from tests.web.client import Browser

NAME = hashlib.sha256(b"a file").hexdigest()
LAYOUTS = {
    "as it is": {},
    "another": {
        "DIRECTORY": "small",
        "DIGITS": 5,
        "SUFFIX": ".jpeg",
        "QUALITY": 61,
    },
}


def test_where_a_picture_is_kept(tmp_path: Path) -> None:
    """Written down once more, by hand: owners have thousands of these files."""
    kept = Cache.beside(tmp_path / "altsync.db").path(NAME, 768)
    assert kept == tmp_path / "thumbnails" / NAME[:2] / f"{NAME}-768q85.jpg"
    assert profile(512) == "512q85"


def test_the_name_is_of_the_file_that_a_model_saw_else_of_where_it_is() -> None:
    url = "https://x.test/a.jpg"
    assert name_of("a/b", url, NAME) == NAME
    unseen = name_of("a/b", url, None)
    assert unseen == preview("a/b", url)
    where = json.dumps(["preview", "a/b", url])
    assert unseen == hashlib.sha256(where.encode()).hexdigest()
    others = {preview("a/c", url), preview("a/b", None), preview("a/b", url + "?v=2")}
    in_text = name_of("a/b", url, None, in_text=True)
    assert in_text == name_of("a/c", url, None, in_text=True) not in others
    assert name_of("a/b", url, NAME, in_text=True) == NAME
    assert name_of("a/b", None, None, in_text=True) in others
    assert len(others | {unseen}) == 4, "another file there is another picture"


def test_any_size_of_a_picture_is_found_and_no_other_picture(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    assert kept.find(NAME) is None
    kept.keep(NAME, 240, b"small")
    path = kept.keep(NAME, 1024, b"large")
    assert path.read_bytes() == b"large"
    found = kept.find(NAME)
    assert found is not None
    assert found.read_bytes() in (b"small", b"large")
    assert kept.find(hashlib.sha256(b"another").hexdigest()) is None


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "../secret",
        NAME[:-1],
        NAME.upper(),
        NAME + "\n",
        f"{NAME}/..",
        "*",
        f"{NAME[:2]}*",
    ],
)
def test_what_is_no_name_is_never_looked_for(tmp_path: Path, name: str | None) -> None:
    (tmp_path / NAME[:2]).mkdir()
    (tmp_path / NAME[:2] / f"{NAME}-768q85.jpg").write_bytes(b"a picture")
    assert Cache(tmp_path).find(name) is None


def test_who_reads_a_picture_has_a_whole_one(tmp_path: Path) -> None:
    """It is prepared once more in a file of its own, which then takes the place."""
    kept = Cache(tmp_path)
    with kept.keep(NAME, 768, b"as it was").open("rb") as reading:
        path = kept.keep(NAME, 768, b"anew")
        assert reading.read() == b"as it was"
    assert path.read_bytes() == b"anew"
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [path]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_everybody_finds_the_same_pictures(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch, layout: dict[str, object]
) -> None:
    """One album by generate, the rest by `pull --pictures`; then the web, both pages of
    HTML and the next `pull --pictures` find them all, wherever the cache keeps them."""
    for name, value in layout.items():
        monkeypatch.setattr(cache, name, value)
    mirrored.run("generate", "--album", "in-the-mountains")
    made = mirrored.rows("SELECT count(*) FROM candidates")[0][0]
    fetched = mirrored.run("pull", "--pictures").out.splitlines()[-1]
    assert fetched == f"{13 - made} pictures fetched and prepared."

    config = load()
    kept = Cache.beside(config.database).directory
    files = [file for file in kept.rglob("*") if file.is_file()]
    assert len(files) == 13
    assert {file.suffix for file in files} == {cache.SUFFIX}
    assert {file.parent.name for file in files} == {
        file.name[: cache.DIGITS] for file in files
    }

    again = mirrored.run("pull", "--pictures").out.splitlines()[-1]
    assert again == "0 pictures fetched and prepared."

    mirrored.run("export", "--html", "pages")
    pages = [file.read_text("utf-8") for file in Path("pages").glob("album-*.html")]
    assert sum(page.count('<img src="pictures/') for page in pages) == 13
    assert not [page for page in pages if "no picture" in page]

    mirrored.run("approve", "--all", "--by", "ann")
    planned = len(json.loads(mirrored.run("diff", "--json").out)["changes"])
    assert planned
    mirrored.run("diff", "--html", "audit.html")
    page = Path("audit.html").read_text("utf-8")
    assert page.count('<img src="data:image/jpeg;base64,') == planned

    browser = Browser(config)
    table = browser.get("/altsync/images").text
    shown = set(re.findall(r'<img src="(/-/altsync/picture/[^"]+)"', table))
    assert len(shown) == 13
    for path in shown:
        assert browser.get(path).content[:2] == b"\xff\xd8"
    for image in ("in-the-mountains/high-path", "at-home/chelsea"):
        with Store.open(config.database) as store:
            kept_as = name_in(store.conn, image)
        page = browser.get(f"/-/altsync/review?image={image}").text
        assert f'src="/-/altsync/picture/{kept_as}.jpg"' in page


def test_an_image_that_is_not_in_the_mirror_has_no_name(mirrored: Owner) -> None:
    with Store.open(load().database) as store:
        assert name_in(store.conn, "no/such") is None
