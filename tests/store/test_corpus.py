"""What only many images together show, in SQL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from altsync.models import NewCandidate, Origin, SiteImage, Tag
from altsync.store import candidates, corpus, mirror, pulls
from altsync.store.store import Store


def found(
    tmp_path: Path,
    images: list[SiteImage],
    bytes_of: dict[str, str] | None = None,
    repeated: int = 3,
) -> dict[str, str]:
    with Store.open(tmp_path / "a.db", create=True) as store:
        store.claim("https://h.test", "memory")
        with store.write() as tx:
            mirror.save(tx, pulls.begin(tx, "full"), images)
            for image, sha in (bytes_of or {}).items():
                candidates.add(
                    tx,
                    NewCandidate(image, None, "A text.", Origin.AI, image_sha256=sha),
                )
        with store.read() as conn:
            return corpus.findings(conn, repeated)


def image(
    id_: str, alt: str | None, url: str | None = None, language: str | None = None
) -> SiteImage:
    album, name = id_.split("/")
    return SiteImage(
        id=id_, album=album, name=name, alt=alt, image_url=url, language=language
    )


def test_one_text_on_different_images(tmp_path: Path) -> None:
    images = [
        image("a/1", "A dog."),
        image("b/2", " A dog. "),
        image("a/3", "A cat."),
        image("a/4", ""),
        image("b/5", ""),
    ]
    assert found(tmp_path, images) == dict.fromkeys(
        ("a/1", "b/2"),
        "2 different images have this same alt text: say what each one shows.",
    )


def test_a_text_over_a_whole_album_says_so(tmp_path: Path) -> None:
    images = [image(f"a/{n}", "Holiday") for n in range(3)] + [image("b/9", "Holiday")]
    result = found(tmp_path, images)
    assert (
        result["a/0"]
        == "3 different images of this album have the same alt text: say what each one"
        " shows."
    )
    assert (
        result["b/9"]
        == "4 different images have this same alt text: say what each one shows."
    )


def test_the_owner_says_how_many_are_too_many(tmp_path: Path) -> None:
    images = [image(f"a/{n}", "Holiday") for n in range(3)]
    assert "of this album" not in found(tmp_path, images, repeated=4)["a/0"]


def test_the_same_picture_may_have_the_same_text(tmp_path: Path) -> None:
    images = [
        image("a/1", "A dog.", "https://h.test/1.jpg"),
        image("b/2", "A dog.", "https://h.test/1.jpg"),
    ]
    assert found(tmp_path, images) == {}


def test_different_texts_on_the_same_bytes(tmp_path: Path) -> None:
    images = [image("a/1", "A dog."), image("b/2", "A cat."), image("b/3", "A cow.")]
    assert found(
        tmp_path, images, {"a/1": "x", "b/2": "x", "b/3": "y"}
    ) == dict.fromkeys(
        ("a/1", "b/2"),
        "The same picture has 2 different alt texts on this site: is one of them"
        " wrong?",
    )


def test_two_languages_of_one_picture_differ_rightly(tmp_path: Path) -> None:
    url = "https://h.test/1.jpg"
    images = [
        image("a/1", "A dog.", url, "en"),
        image("a/2", "Een hond.", url, "nl"),
        image("a/3", "Hond.", url, "nl"),
    ]
    assert set(found(tmp_path, images)) == {"a/2", "a/3"}


def test_a_text_for_one_place_is_no_second_text_of_its_picture(tmp_path: Path) -> None:
    field = replace(image("a/1", "A ferry."), file="f")
    again = replace(image("a/2", "A ferry."), file="f")
    in_text = replace(image("t/3", "Tickets"), file="f", tag=Tag.IMG)
    assert found(tmp_path, [field, again, in_text], {"a/1": "sha"}) == {}
    other = replace(image("b/4", "A boat."), file="f")
    two = (
        "The same picture has 2 different alt texts on this site: is one of them wrong?"
    )
    (tmp_path / "b").mkdir()
    assert found(tmp_path / "b", [field, in_text, other]) == {"a/1": two, "b/4": two}
