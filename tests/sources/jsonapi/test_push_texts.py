"""Pushing alts into texts: all of a text or nothing of it, a person's words around them
kept, and each refusal about the text that it is about."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from altsync.canary import Canary
from altsync.models import Flat
from altsync.plan import ELSEWHERE, Permissions
from altsync.planning import Plan, Request
from altsync.push import Push
from altsync.push.readback import FIRST
from altsync.sources.base import Fresh
from altsync.sources.jsonapi import JsonapiSource, write_texts
from altsync.store.store import Store
from altsync.texts import SpliceRefused, spliced
from tests.doubles.drupal import DemoDrupal, scenes, texts
from tests.doubles.drupal.editor import img
from tests.doubles.drupal.model import Entity, listed
from tests.doubles.drupal.scenes import Texts
from tests.scene import Scene
from tests.sources.jsonapi.world import FIELDS, source_of, state

ALL = Permissions(replace_human=True, allow_empty=True)
Drupal = tuple[DemoDrupal, Texts]


class Meddled(JsonapiSource):
    """`between` is called between the look and the write."""

    between: Callable[[], object] | None = None

    def write(
        self, fresh: Fresh, new: Mapping[str, Flat], message: str
    ) -> Mapping[str, Flat]:
        meddle, self.between = self.between, None
        if meddle is not None:
            meddle()
        return super().write(fresh, new, message)


@pytest.fixture
def drupal() -> Iterator[Drupal]:
    with DemoDrupal(state=state()) as site:
        yield site, scenes.texts(site)


def begun(site: DemoDrupal, store: Store, **how: Any) -> Scene:
    fields = (*FIELDS, "paragraph--picture_text.field_picture")
    given: Any = {"fields": fields, "texts": True, "label": None} | how
    source = source_of(site, **given)
    source.__class__ = Meddled
    made = Scene(source, store)
    made.pull()
    return made


@pytest.fixture
def loop(drupal: Drupal, tmp_path: Path) -> Iterator[Scene]:
    with_store = Store.open(tmp_path / "altsync.db", create=True)
    made = begun(drupal[0], with_store)
    yield made
    made.store.close()
    made.source.close()


def images(loop: Scene, album: str = "%", where: str = "tag = 'img'") -> list[str]:
    """Images in texts, of no medium."""
    rows = loop.store.conn.execute(
        f"SELECT id FROM images WHERE album LIKE ? AND {where} ORDER BY id", (album,)
    )
    return [row[0] for row in rows]


def ids(loop: Scene, album: str = "%") -> list[str]:
    """Those of them that are in reach."""
    return images(loop, album, "tag = 'img' AND out_of_reach IS NULL")


def proposed(loop: Scene, *images: str) -> dict[str, str]:
    """A text for each, approved."""
    new = {image: f'A <b> & "text" of {n}' for n, image in enumerate(images)}
    for image, alt in new.items():
        loop.propose(image, alt)
    return new


def values(site: DemoDrupal) -> dict[tuple[str, str, str], Any]:
    """Every text on the site, as stored."""
    return {
        (uuid, language, field): text
        for uuid, (found, _) in site.everything().items()
        for language, one in found.items()
        for field, text in one.attributes.items()
        if any(isinstance(part, dict) and "value" in part for part in listed(text))
    }


def patches(site: DemoDrupal) -> list[Any]:
    """The writes that were done, without the questions about formats. Nor is one that a
    paragraph's guard refused, for altsync itself wrote its page at that moment (542)."""
    done = [one for one in site.requests("PATCH") if one.status == 200]
    found = [json.loads(one.body)["data"] for one in done]
    return [one for one in found if len(one.get("attributes", {})) > 1]


def test_there_and_back_to_the_byte(drupal: Drupal, loop: Scene) -> None:
    site, _ = drupal
    before = values(site)
    new = proposed(loop, *ids(loop))
    assert {one.partition("/")[0] for one in new} >= {
        "node--article.body",
        "node--article.field_rows",
        "paragraph--picture_text.field_text",
    }
    done = loop.push(ALL)
    assert (done.applied, done.conflicts, done.failed) == (len(new), 0, 0)
    entities = {
        (one.partition(".")[0], *one.split("/")[1].split(".")[:2]) for one in new
    }
    assert len(patches(site)) == len(entities)
    loop.pull()
    assert {loop.state(one) for one in new} == {"ai"}
    sent = values(site)
    back = loop.revert(done.push_id)
    assert (back.applied, back.conflicts, back.failed) == (len(new), 0, 0)
    assert values(site) == before
    assert loop.revert(back.push_id).applied == len(new)
    assert values(site) == sent
    assert loop.revert(*new).applied == len(new)
    assert values(site) == before


class TestSpelling:
    """Of an alt: its bytes come back, and no decision rests on them."""

    WRITTEN = (
        *("alt=a", "alt", "alt=", 'alt="Tom & Jerry"', "ALT = 'x\ty'", 'alt=""'),
        *("alt='&eacute;'", "alt=a\0b"),
    )

    @pytest.mark.parametrize("when", ["as it was", "saved by an editor, twice"])
    def test_comes_back_to_the_byte(
        self, drupal: Drupal, loop: Scene, when: str
    ) -> None:
        (site, there), article = drupal, drupal[1].article
        tag = img(there.file)[:-1]
        was = [f"<p>{tag} {alt} title=t></p>" for alt in self.WRITTEN]
        site.people.write(article, "field_rows", was)
        loop.pull()
        new = proposed(loop, *ids(loop, "node--article.field_rows"))
        assert len(new) == len(was)
        assert loop.push(ALL).applied == len(was)
        if when != "as it was":
            texts = article.translations["en"].attributes["field_rows"]
            hers = [one["value"].replace("&lt;", "<") for one in texts]
            site.people.write(article, "field_rows", hers)
            assert isinstance(loop.source, Meddled)
            loop.source.between = lambda: site.people.write(article, "field_rows", hers)
        done = loop.revert(*new)
        assert (done.applied, done.conflicts) == (len(was), 0)
        rows = article.translations["en"].attributes["field_rows"]
        assert [row["value"] for row in rows] == was

    def test_another_one_is_no_conflict_and_sends_nothing(
        self, drupal: Drupal, loop: Scene
    ) -> None:
        """Between the look and the write an editor saves the words otherwise."""
        (site, there), article = drupal, drupal[1].article
        before = f"{img(there.file)[:-1]} alt=a>"
        site.people.write(article, "body", before)
        loop.pull()
        (image,) = ids(loop, "node--article.body")
        loop.propose(image, "Machine")
        assert isinstance(loop.source, Meddled)
        after = before.replace("alt=a", 'alt="a"')
        loop.source.between = lambda: site.people.write(article, "body", after)
        assert loop.push(ALL).applied == 1
        site.people.write(article, "body", after)
        sent = len(patches(site))
        assert loop.revert(image).applied == 1
        assert len(patches(site)) == sent


def test_a_canary_reads_texts_back(drupal: Drupal, loop: Scene) -> None:
    new = proposed(loop, *ids(loop))
    with Plan.of(loop.store, Request(permissions=ALL)) as plan:
        first, rest = Canary(loop.context, plan, 2, 0.0, read_all=True).run()
    assert (first.applied, first.applied + rest.applied) == (2, len(new))


class TestPeople:
    @pytest.fixture
    def body(self, drupal: Drupal, loop: Scene) -> tuple[Entity, str]:
        (image,) = ids(loop, "node--article.body")
        loop.propose(image, "Machine")
        return drupal[1].article, image

    @pytest.mark.parametrize("when", ["before the look", "before the write"])
    def test_words_of_a_person_stay_and_the_text_goes(
        self, drupal: Drupal, loop: Scene, body: tuple[Entity, str], when: str
    ) -> None:
        """438: refused, read again, and sent once more."""
        (site, _), (article, _) = drupal, body

        def edit() -> None:
            site.people.edit_words(article, "body", "Words of a person")

        if when == "before the look":
            edit()
        else:
            assert isinstance(loop.source, Meddled)
            loop.source.between = edit
        assert loop.push(ALL).applied == 1
        value = site.people.value(article, "body")
        assert "Words of a person" in value
        assert 'alt="Machine"' in value

    @pytest.mark.parametrize(
        ("words", "may_look", "told"),
        [
            ("Hers", True, "altsync's write came last. Revision "),
            ("", True, ""),
            ("Hers", False, "This login may not see what they had (revision "),
        ],
    )
    def test_a_save_in_the_same_moment_is_told(
        self,
        drupal: Drupal,
        loop: Scene,
        body: tuple[Entity, str],
        words: str,
        may_look: bool,
        told: str,
    ) -> None:
        """Both passed the guard, which Drupal compares before it stores: what she had is
        in her revision. Where she left the text alone nothing is lost."""
        (site, _), (article, _) = drupal, body
        if may_look:
            site.grant("editor", "view all revisions")

        def save() -> None:
            moment = article.translations["en"].attributes["changed"]
            if words:
                site.people.edit_words(article, "body", words)
            else:
                site.edit(article, attributes={"title": "Another title"})
            article.translations["en"].attributes["changed"] = moment

        assert isinstance(loop.source, Meddled)
        loop.source.between = save
        done = loop.push(ALL)
        assert (done.applied, done.overtook) == (1, bool(told))
        (why,) = loop.store.conn.execute("SELECT error FROM push_items").fetchone()
        assert told in why

    def test_an_alt_of_a_person_is_a_conflict(
        self, drupal: Drupal, loop: Scene, body: tuple[Entity, str]
    ) -> None:
        (site, _), (article, _) = drupal, body
        assert isinstance(loop.source, Meddled)
        loop.source.between = lambda: site.people.write_alt(article, "body", 0, "Hers")
        done = loop.push(ALL)
        assert (done.applied, done.conflicts) == (0, 1)
        assert 'alt="Hers"' in site.people.value(article, "body")

    @pytest.mark.parametrize("when", ["before the look", "before the write"])
    def test_an_equal_picture_that_came_is_a_conflict(
        self, drupal: Drupal, loop: Scene, body: tuple[Entity, str], when: str
    ) -> None:
        (site, there), (article, _) = drupal, body

        def add() -> None:
            site.people.add_picture(article, "body", img(there.file), 0)

        if when == "before the look":
            add()
        else:
            assert isinstance(loop.source, Meddled)
            loop.source.between = add
        done = loop.push(ALL)
        assert (done.applied, done.conflicts) == (0, 1)
        assert "Machine" not in site.people.value(article, "body")
        (why,) = loop.store.conn.execute("SELECT error FROM push_items").fetchone()
        assert why == ELSEWHERE


class TestFormats:
    def test_texts_in_a_format_that_is_not_ours_wait_and_the_rest_goes(
        self, drupal: Drupal, tmp_path: Path
    ) -> None:
        """439-442. Of the rows only a refused write tells, so that the body of their
        article, which is ours to write, goes without them."""
        site, there = drupal
        english = there.article.translations["en"].attributes
        english["body"]["format"] = "basic_html"
        for row in english["field_rows"]:
            row["format"] = "full_html"
        site.add_article("In full_html", [""], body=img(there.file))
        store = Store.open(tmp_path / "altsync.db", create=True)
        loop = begun(site, store, user="basic", secret="basic-lab-pass")
        assert "format" in {
            loop.state(one) for one in images(loop, "node--article.body")
        }
        new = proposed(loop, *ids(loop))
        rows = ids(loop, "node--article.field_rows")
        before = values(site)
        done = loop.push(ALL)
        assert (done.applied, done.failed) == (len(new) - len(rows), 0)
        assert (done.denied, done.stopped) == (len(rows), "")
        assert [one.needed for one in done.denials] == [
            "Texts in `field_rows` have the text format 'full_html', which this login may"
            " not use, or which is switched off."
        ]
        after = values(site)
        changed = {key for key in before if before[key] != after[key]}
        assert (there.article.uuid, "en", "body") in changed
        assert "field_rows" not in {field for _, _, field in changed}
        site.grant("basic", "use text format full_html")
        loop.source.close()
        loop = begun(site, store, user="basic", secret="basic-lab-pass")
        assert loop.push(ALL).applied == len(rows)
        states = {loop.state(one) for one in images(loop, "node--article.body")}
        assert "format" not in states
        loop.source.close()
        store.close()


class TestRewritten:
    """A module that changes texts as they are saved: once is enough."""

    @pytest.fixture(autouse=True)
    def module(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keep = texts.stored

        def changed(*given: Any) -> Any:
            made = keep(*given)
            if isinstance(made, dict) and made["value"]:
                made["value"] += "\n<!-- saved -->"
            return made

        monkeypatch.setattr(texts, "stored", changed)

    def test_the_run_stops_and_what_was_sent_is_settled(self, loop: Scene) -> None:
        (image,) = ids(loop, "node--article.body")
        loop.propose(image, "Machine")
        done = loop.push(ALL)
        assert (done.applied, done.failed) == (1, 0)
        assert done.stopped.startswith("The site did not keep a text as it was sent.")

    def test_it_happens_to_one_text_however_many_workers(
        self, drupal: Drupal, loop: Scene
    ) -> None:
        site, there = drupal
        for number in range(4):
            site.add_article(f"More {number}", body=img(there.file))
        loop.pull()
        new = proposed(loop, *ids(loop))
        with Plan.of(loop.store, Request(permissions=ALL)) as plan:
            done = Push(replace(loop.context, threads=8), plan).run()
        assert len(patches(site)) == 1
        assert 0 < done.applied < len(new)
        assert done.stopped.startswith("The site did not keep a text as it was sent.")
        rows = loop.store.conn.execute(
            "SELECT status, count(*) FROM push_items GROUP BY 1"
        ).fetchall()
        assert dict(rows) == {"applied": done.applied, "failed": done.failed}


class TestSplice:
    def test_a_text_that_cannot_be_proven_waits_alone(
        self, drupal: Drupal, loop: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both of its slots; the body of the same article goes, and all others."""

        def refusing(values: Any, new: Any, kept: Any) -> list[str]:
            if len(values) > 1:
                raise SpliceRefused("it would change another tag")
            return spliced(values, new, kept)

        monkeypatch.setattr(write_texts, "spliced", refusing)
        new = proposed(loop, *ids(loop))
        rows = ids(loop, "%.field_rows")
        done = loop.push(ALL)
        assert (done.applied, done.failed) == (len(new) - len(rows), len(rows))
        failed = loop.store.conn.execute(
            "SELECT image_id, error FROM push_items WHERE status = 'failed'"
        ).fetchall()
        assert {image for image, _ in failed} == set(rows)
        assert all(
            "it would change another tag. None of its alt" in why for _, why in failed
        )
        assert done.stopped == ""


def test_a_text_that_is_too_long_for_its_field_waits_alone(
    drupal: Drupal, loop: Scene
) -> None:
    """The texts of the same article go without it."""
    (too_long,) = images(loop, "node--article.field_image", "tag IS NULL")
    new = proposed(loop, *ids(loop, "node--article.%"))
    loop.propose(too_long, "x" * 513)
    done = loop.push(ALL)
    assert (done.applied, done.failed, done.stopped) == (len(new), 1, "")


def test_the_first_writes_are_read_back(drupal: Drupal, loop: Scene) -> None:
    new = proposed(loop, *ids(loop))
    assert len(new) <= FIRST
    site, _ = drupal
    before = len(site.requests("GET", "/jsonapi/node/article/"))
    loop.push(ALL)
    asked = site.requests("GET", "/jsonapi/node/article/")[before:]
    assert len([one for one in asked if "resourceVersion" not in one.query]) == 2
