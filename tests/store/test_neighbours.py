"""The images beside one in its album."""

from __future__ import annotations

from dataclasses import replace

from altsync.models import Origin, Verdict
from altsync.store import neighbours
from altsync.store.neighbours import EACH_WAY, NEAR, Neighbour
from tests.scene import image
from tests.store.conftest import Shelf


def around(shelf: Shelf, image_id: str, album: str = "a") -> list[Neighbour]:
    with shelf.store.read() as conn:
        return neighbours.around(conn, image_id, album)


def ids(shelf: Shelf, image_id: str, album: str = "a") -> list[str]:
    return [one.id for one in around(shelf, image_id, album)]


def test_four_each_way_in_the_order_of_ids_and_no_other_album(shelf: Shelf) -> None:
    series = [f"a/{n:02}" for n in range(12)]
    shelf.pull(*[image(one) for one in [*series, "b/05", "a5/06"]])
    assert ids(shelf, "a/06") == series[2:11]
    assert ids(shelf, "a/00") == series[: EACH_WAY + 1]
    assert ids(shelf, "a/11") == series[-EACH_WAY - 1 :]
    assert ids(shelf, "b/05", "b") == [], "it stands alone"


def test_who_is_gone_is_left_out(shelf: Shelf) -> None:
    shelf.pull(image("a/1"), image("a/2"), image("a/3"))
    shelf.pull(image("a/1"), image("a/3"))
    assert ids(shelf, "a/1") == ["a/1", "a/3"]


def test_what_says_something_of_it(shelf: Shelf) -> None:
    """The site's text, else the newest candidate that nobody rejected."""
    shelf.pull(image("a/1", "On the site."), image("a/2"), image("a/3"), image("a/4"))
    shelf.propose("a/1", "Proposed.")
    shelf.propose("a/2", "Older.", None)
    shelf.propose("a/2", "Newer.", None)
    shelf.propose("a/3", "Good.", None, origin=Origin.HUMAN)
    shelf.judge(shelf.propose("a/3", "Bad.", None), Verdict.REJECTED)
    texts = [one.text for one in around(shelf, "a/1")]
    assert texts == ["On the site.", "Newer.", "Good.", ""]


def test_it_looks_no_further_than_a_few_hundred_ids(shelf: Shelf) -> None:
    """However many images there are, and however few of them are of the album."""
    others = [image(f"b/{n:04}") for n in range(NEAR)]
    far = replace(image("c/1"), album="a")
    shelf.pull(image("a/1"), *others, far)
    assert ids(shelf, "a/1") == []
    near = replace(image("b/0398x"), album="a")
    shelf.pull(image("a/1"), *others, near, far)
    assert ids(shelf, "a/1") == ["a/1", "b/0398x"]
