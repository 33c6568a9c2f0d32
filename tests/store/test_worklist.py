"""Which images generate works on; a person's words are never among them."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.errors import UnknownImage, UsageError
from altsync.models import Label, OutOfReach, PushStatus, SiteImage, Tag, Verdict
from altsync.store import candidates, journal, worklist
from altsync.store.worklist import Worklist
from tests.scene import image
from tests.store.conftest import Shelf


def chosen(shelf: Shelf, **wanted: Any) -> list[str]:
    """What a work list selects; it counts the same."""
    work = Worklist(**wanted)
    with shelf.store.read() as conn:
        found = [one.image.id for one in worklist.select(conn, work)]
        assert worklist.count(conn, work) == len(found)
    return found


@pytest.fixture
def site(shelf: Shelf) -> Shelf:
    """Every state, with AI texts of two models and one that nobody knows."""
    ours = {"a/ai1": ("m-1", "m-1-2026"), "a/ai2": ("m-2", None)}
    still = [
        image("a/missing", "", width=640),
        image("b/null", None, width=100, language="nl"),
        image("a/waits", "", language="en"),
        image("a/human", "A person's."),
        image("b/label", "A machine's.", label=Label.AI, has_label=True),
    ]
    shelf.pull(*still, *(image(name) for name in ours), image("a/gone", ""))
    with shelf.store.write() as tx:
        prompt = candidates.add_prompt(tx, None, "Old.")
    for name, (model, answered) in ours.items():
        number = shelf.approve(
            name, "Sent.", model=model, resolved_model=answered, prompt_id=prompt
        )
        shelf.apply(name, number, "Sent.")
    shelf.pull(*still, *(image(name, "Sent.") for name in ours))
    shelf.propose("a/waits", "Waits.", model="m-1")
    return shelf


def test_without_a_wish_it_is_what_is_missing(site: Shelf) -> None:
    assert chosen(site) == ["a/missing", "b/null"]
    assert chosen(site, album="b") == ["b/null"]
    assert chosen(site, limit=1) == ["a/missing"]
    assert chosen(site, limit=0) == []


def test_with_several_models_what_one_of_them_has_not_done_is_missing(
    site: Shelf,
) -> None:
    assert chosen(site, models=("m-1",)) == ["a/missing", "b/null"]
    assert chosen(site, models=("m-1", "m-2")) == ["a/missing", "a/waits", "b/null"]
    site.propose("a/waits", "Too.", model="m-2")
    assert chosen(site, models=("m-1", "m-2")) == ["a/missing", "b/null"]
    site.propose("a/waits", "On an earlier text.", base="x", model="m-3")
    assert "a/waits" in chosen(site, models=("m-1", "m-3"))


def test_named_images_whatever_their_state_but_a_persons(site: Shelf) -> None:
    named = ("a/waits", "a/ai1", "a/human", "a/gone", "no/such")
    assert chosen(site, images=named) == ["a/ai1", "a/waits"]
    assert chosen(site, images=named, suggest_for_human=True) == [
        "a/ai1",
        "a/human",
        "a/waits",
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"stale_model": "m-1"}, ["a/ai1"]),
        ({"stale_model": "m-1-2026"}, ["a/ai1"]),
        ({"stale_model": "m-3"}, []),
        ({"stale_unknown": True}, ["b/label"]),
        ({"stale_prompts": ("another",)}, ["a/ai1", "a/ai2"]),
        ({"stale_prompts": ("another",), "stale_model": "m-2"}, ["a/ai2"]),
        ({"before": "2999"}, ["a/ai1", "a/ai2"]),
        ({"before": "2001"}, []),
        ({"where": "width > 300"}, ["a/missing"]),
        ({"where": "state = 'ai'"}, ["a/ai1", "a/ai2", "b/label"]),
        ({"where": "state = 'ai'", "album": "b"}, ["b/label"]),
        (
            {"where": "1 -- a comment"},
            ["a/ai1", "a/ai2", "a/missing", "b/label", "b/null"],
        ),
        ({"flagged": lambda one: one.image.album == "b"}, ["b/label"]),
        ({"flagged": lambda one: True, "limit": 2}, ["a/ai1", "a/ai2"]),
        ({"flagged": lambda one: one.image.album == "b", "limit": 1}, ["b/label"]),
    ],
)
def test_every_wish_narrows(
    site: Shelf, wanted: dict[str, Any], found: list[str]
) -> None:
    assert chosen(site, **wanted) == found


def test_texts_of_a_prompt_that_is_still_used_are_not_stale(site: Shelf) -> None:
    prompt = candidates.prompt_id(None, "Old.")
    assert chosen(site, stale_prompts=(prompt,)) == []


def test_only_the_text_that_the_site_has_is_stale(site: Shelf) -> None:
    """The last one that was sent, not an earlier one of another model."""
    later = site.approve("a/ai1", "Later.", base="Sent.", model="m-2")
    site.apply("a/ai1", later, "Later.")
    assert chosen(site, stale_model="m-1") == []
    assert chosen(site, stale_model="m-2") == ["a/ai1", "a/ai2"]
    refused = site.approve("a/ai1", "Refused.", base="Moved.", model="m-3")
    item = site.intend(site.begin_push(), "a/ai1", refused, "Refused.")
    with site.store.write() as tx:
        journal.settle(tx, item, PushStatus.CONFLICT, error="moved")
        candidates.judge(tx, refused, Verdict.REJECTED, "anna")
    assert chosen(site, stale_model="m-3") == [], "what did not arrive is not there"


@pytest.mark.parametrize(
    "where",
    ["nonsense", "1))) OR (((1", "1) OR (1", "width > (", "1; SELECT 1", "1 /*", ""],
)
def test_what_is_no_condition_is_said(site: Shelf, where: str) -> None:
    for ask in (worklist.count, lambda *args: list(worklist.select(*args))):
        with site.store.read() as conn, pytest.raises(UsageError, match="--where"):
            ask(conn, Worklist(where=where))


def test_pages_follow_each_other(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"a/{number}" for number in range(7)]
    shelf.pull(*map(image, names))
    for size in (1, 2, 7, 8):
        monkeypatch.setattr(worklist, "PAGE", size)
        assert chosen(shelf) == names
        assert chosen(shelf, limit=3) == names[:3]


def test_each_page_sees_what_happened_meanwhile(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.pull(image("a/1"), image("a/2"), image("a/3"))
    monkeypatch.setattr(worklist, "PAGE", 1)
    running = worklist.select(shelf.store.conn, Worklist())
    assert next(running).image.id == "a/1"
    shelf.pull(image("a/1"), image("a/2", "Typed."), image("a/3"))
    assert [one.image.id for one in running] == ["a/3"]


def test_the_languages_of_the_mirror(site: Shelf) -> None:
    with site.store.read() as conn:
        assert set(worklist.languages(conn)) == {None, "en", "nl"}


def test_what_may_not_be_named(site: Shelf) -> None:
    site.judge(site.propose("b/null", "No.", base=None), Verdict.REJECTED)
    with site.store.read() as conn:
        worklist.check_named(conn, ["a/missing", "a/ai1", "b/null"])
        with pytest.raises(UnknownImage, match="no/such"):
            worklist.check_named(conn, ["a/missing", "no/such"])
        with pytest.raises(UsageError, match="a/gone is not on the site any more"):
            worklist.check_named(conn, ["a/gone"], suggest=True)
        with pytest.raises(UsageError, match="a/human has a person's words"):
            worklist.check_named(conn, ["a/human"])
        worklist.check_named(conn, ["a/human"], suggest=True)


@pytest.fixture
def texts(shelf: Shelf) -> Shelf:
    """Images in texts: one that lacks a text, a medium that shows its own, one whose
    override waits, and a picture of another host."""
    shelf.pull(
        image("a/missing", None, tag=Tag.IMG, place="1 of 2"),
        image("a/medium", None, tag=Tag.MEDIA),
        image("a/waits", None, tag=Tag.MEDIA),
        image("a/far", None, tag=Tag.IMG, out_of_reach=OutOfReach.EXTERNAL),
    )
    shelf.propose("a/waits", "Waits.", base=None, model="m-1")
    return shelf


def test_what_shows_the_text_of_its_medium_is_only_named(texts: Shelf) -> None:
    media = ("a/medium", "a/waits")
    for wish in (
        {},
        {"models": ("m-1", "m-2")},
        {"where": "1"},
        {"images": ("a/missing", *media)},
    ):
        assert chosen(texts, **wish) == ["a/missing"]
    assert chosen(texts, images=media, override=True) == list(media)
    with texts.store.read() as conn:
        worklist.check_named(conn, media, override=True)
        with pytest.raises(UsageError, match="altsync generate a/medium --use"):
            worklist.check_named(conn, media)


MEDIUM = "media--image/9b1c"


@pytest.mark.parametrize(
    ("name", "override", "said"),
    [
        (
            "t/de",
            False,
            "t/de shows the text of the medium that it embeds, which is an image of its"
            " own. For the medium's text, wherever it is shown: altsync generate m/de."
            " For another text at this one place: altsync generate t/de --use.",
        ),
        ("t/fr", False, "altsync generate m/de. For another text"),
        (
            "t/lost",
            False,
            "The medium itself is no image of the mirror (`altsync coverage`). For"
            " another text",
        ),
        ("t/de", True, ""),
        ("t/img", False, ""),
        (
            "t/decorative",
            True,
            "t/decorative has a person's words (or a person emptied",
        ),
        (
            "t/img",
            True,
            "t/img is no medium in a text: its text is shown at this one place only."
            " Without --use: altsync generate t/img",
        ),
        (
            "t/far",
            False,
            "t/far is out of reach (external): its picture is no file of the site, so"
            " nothing is proposed for it. With `texts_external = true` below [jsonapi] in"
            " altsync.toml, and another `altsync pull`, such pictures get texts too.",
        ),
        (
            "t/format",
            False,
            "t/format is out of reach (format): this login may not use",
        ),
    ],
)
def test_what_can_be_done_for_a_named_image_in_a_text(
    shelf: Shelf, name: str, override: bool, said: str
) -> None:
    def embed(name: str, alt: str | None = None, **more: object) -> SiteImage:
        return image(f"t/{name}", alt, **{"tag": Tag.MEDIA, "medium": MEDIUM} | more)

    shelf.pull(
        image("m/de", "", entity=MEDIUM, language="de"),
        image("m/en", "", entity=MEDIUM, language="en"),
        embed("de", language="de"),
        embed("fr", language="fr"),
        embed("lost", medium=None),
        embed("decorative", ""),
        embed("img", tag=Tag.IMG),
        embed("far", tag=Tag.IMG, out_of_reach=OutOfReach.EXTERNAL),
        embed("format", out_of_reach=OutOfReach.FORMAT),
    )
    problem = ""
    with shelf.store.read() as conn:
        try:
            worklist.check_named(conn, [name], override=override)
        except UsageError as error:
            problem = str(error)
    assert said in problem
    assert bool(said) is bool(problem)


def test_a_candidate_for_another_place_is_none(texts: Shelf) -> None:
    texts.propose("a/missing", "New.", base=None, model="m-1", place="2 of 2")
    assert chosen(texts, models=("m-1", "m-2")) == ["a/missing"]
    for model in ("m-1", "m-2"):
        texts.propose("a/missing", "New.", base=None, model=model, place="1 of 2")
    assert chosen(texts, models=("m-1", "m-2")) == []
