"""The key of a piece of work: what was paid for is found again by it, for ever."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from altsync.generate.context import Piece, Trust
from altsync.generate.job import Job
from altsync.generate.prompt import Wishes, build
from altsync.lint import Evidence
from altsync.models import Mirrored, Origin, SiteImage
from altsync.pictures.prepare import Picture
from altsync.uses import BESIDE

TITLE = Piece("title", "Grüße", Trust.SITE, "title")


def job(**other: Any) -> Job:
    image = SiteImage(id="a/1", album="a", name="1", alt="", language="de")
    options = {"temperature": 0.5, "reasoning_effort": "low"}
    return Job(
        **{
            "target": Mirrored(image, Origin.AI, "2026-11-22"),
            "picture": Picture("ab" * 32, b"any bytes"),
            "asked": build(Wishes("de"), schema=True),
            "pieces": (TITLE,),
            "model": SimpleNamespace(name="gpt-x", options=options),
            "side": 768,
            "evidence": Evidence(),
            **other,
        }
    )


def test_the_key_of_work_that_was_paid_for_stays_as_it_was() -> None:
    assert job().key == (
        "ebfa4b9666cb3bb728f716a4fba27bea1453468bfc3a875fa76d8e6d4c7ca504"
    )


@pytest.mark.parametrize(
    "other",
    [
        {"picture": Picture("cd" * 32, b"any bytes")},
        {"asked": build(Wishes("nl"), schema=True)},
        {"pieces": ()},
        {"model": SimpleNamespace(name="gpt-y", options={})},
        {"side": 512},
    ],
    ids=["picture", "prompt", "context", "model", "side"],
)
def test_another_question_has_another_key(other: dict[str, Any]) -> None:
    assert job(**other).key != job().key


def test_what_the_pictures_beside_it_say_is_no_part_of_it() -> None:
    """They get their texts while this one waits."""
    beside = Piece(BESIDE, "A crane.", Trust.SITE, "alt")
    assert job(pieces=(TITLE, beside)).key == job().key


def test_the_bytes_that_are_sent_and_the_image_are_no_part_of_it() -> None:
    """The same file on two images is asked about once."""
    image = SiteImage(id="b/2", album="b", name="2", alt="old", language="de")
    twin = job(
        target=Mirrored(image, Origin.AI, "2026-11-22"), picture=Picture("ab" * 32, b"")
    )
    assert twin.key == job().key
