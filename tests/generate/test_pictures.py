"""What a model is sent of a picture, and what is never sent: over the real llm and a
server on a real socket."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

from altsync.pictures.cache import Cache
from tests.doubles.providers.openai import Double
from tests.generate.conftest import Bench
from tests.pictures.made import boxed, encoded


def sent(body: dict[str, Any]) -> tuple[str, list[Image.Image]]:
    """The words of a question, and the pictures beside them."""
    parts = body["messages"][-1]["content"]
    words = "".join(part.get("text", "") for part in parts)
    urls = [part["image_url"]["url"] for part in parts if "image_url" in part]
    jpegs = [base64.b64decode(url.partition(",")[2]) for url in urls]
    return words, [Image.open(io.BytesIO(jpeg)) for jpeg in jpegs]


def test_long_and_thin_is_one_question_about_its_parts(
    bench: Bench, double: Double
) -> None:
    bench.add(1, pixels=encoded(boxed((900, 9000)), "JPEG"))
    bench.add(2, pixels=encoded(boxed((9000, 900)), "JPEG"))
    bench.add(3)
    bench.pull()
    cache = Cache.beside(bench.home.parent / "altsync.db")
    for _ in range(2):
        bench.run(cache=cache)
    assert double.calls == 3, "what was paid for is known by its file"
    assert bench.rows("SELECT count(*) FROM candidates") == [(3,)]
    asked = sorted(
        (sent(body) for body in double.requests), key=lambda one: -len(one[0])
    )
    sizes = [[picture.size for picture in pictures] for _, pictures in asked]
    assert [len(one) for one in sizes] == [3, 3, 1]
    for words, pictures in asked[:2]:
        way = "top to bottom" if pictures[0].height > 256 else "left to right"
        assert (
            f"The 3 attached pictures are parts of this one image, from {way}" in words
        )
    assert "parts of this one image" not in asked[2][0]


def test_nothing_is_paid_for_where_there_is_nothing_to_see(
    bench: Bench, double: Double
) -> None:
    bench.add(1, pixels=encoded(Image.new("RGB", (300, 200), "white")))
    bench.add(2, pixels=encoded(boxed((900, 14_000)), "JPEG"))
    bench.pull()
    done = bench.run()
    assert (done.made, done.failed, double.calls) == (0, 2, 0)
    problems = bench.rows("SELECT error FROM failures ORDER BY image_id")
    assert "of one colour throughout" in problems[0][0]
    assert (
        "900 x 14000 pixels, too long and thin to be read in 3 parts" in problems[1][0]
    )


def test_each_picture_is_measured_once_and_those_of_before_are_too(
    bench: Bench, double: Double
) -> None:
    bench.add(1, pixels=encoded(boxed((900, 600)), "JPEG"))
    bench.add(2, pixels=encoded(boxed((900, 600)), "JPEG"))
    bench.pull()
    cache = Cache.beside(bench.home.parent / "altsync.db")
    bench.run(cache=cache)
    sql = "SELECT name, width, height, sharpness > 0.5 FROM picture_qualities"
    (name, *measured) = bench.rows(sql)[0]
    assert measured == [900, 600, 1]
    assert bench.rows("SELECT DISTINCT image_sha256 FROM candidates") == [(name,)]
    with bench.store.write() as tx:
        tx.execute("DELETE FROM picture_qualities")
    bench.add(3, pixels=encoded(boxed((900, 600)), "JPEG"))
    bench.pull()
    bench.run(cache=cache)
    assert bench.rows(sql) == [(name, 900, 600, 1)], "its copy was in the cache"
