"""Known-bad texts: of what they can be made, how they were judged, what undo takes back."""

from __future__ import annotations

from altsync.models import ClaimKind, Decision, Origin, Scope, Swap, Verdict
from altsync.store import candidates, samples, seeds
from altsync.store.seeds import SampleVerdict, TrueText
from tests.scene import image
from tests.store.conftest import Shelf

SWAP = Swap("Three cats.", ClaimKind.NUMBER, "Two", "Three")


def draw(shelf: Shelf, candidate: int, name: str, place: int = 2) -> int:
    with shelf.store.write() as tx:
        return samples.draw(
            tx,
            model="m",
            prompt_id=None,
            bound=0.1,
            confidence=0.9,
            tolerated=0,
            after=0,
            drawn_by="anna",
            stops=[(1, 0)],
            frame=[candidate],
            items=[(place, candidate, name)],
        )


def test_true_is_what_a_person_approved_by_itself_or_wrote(shelf: Shelf) -> None:
    names = [f"a/{n}" for n in range(1, 8)]
    shelf.pull(
        *(image(name, language="fr") for name in names),
        image("b/1", "A person's words."),
        image("b/2", ""),
    )
    approved = shelf.approve("a/1", "Two cats.", model="m", prompt_id=None)
    other = shelf.approve("a/2", "A dog.", model="other")
    shelf.judge(shelf.propose("a/3", "In bulk."), scope=Scope.BULK)
    shelf.judge(shelf.propose("a/4", "No."), Verdict.REJECTED)
    shelf.approve("a/5", "", decision=Decision.DECORATIVE)
    shelf.approve("a/6", "A chart.", decision=Decision.COMPLEX)
    shelf.propose("a/7", "Nobody has looked.")
    with shelf.store.read() as conn:
        found = {one.image: one for one in seeds.true_texts(conn, "m", None)}
    assert found == {
        "a/1": TrueText(approved, "a/1", "Two cats.", "fr", True, False),
        "a/2": TrueText(other, "a/2", "A dog.", "fr", False, False),
        "b/1": TrueText(None, "b/1", "A person's words.", None, False, False),
    }


def test_what_is_of_another_picture_or_gone_is_not_true(two: Shelf) -> None:
    two.approve("a/1", "Two cats.", image_sha256="x")
    two.approve("a/2", "A dog.")
    with two.store.write() as tx:
        tx.execute(
            "INSERT INTO pictures (image_id, sha256, seen_at) VALUES ('a/1', 'y', '')"
        )
        tx.execute("UPDATE images SET gone_at = '2026' WHERE id = 'a/2'")
    with two.store.read() as conn:
        assert seeds.true_texts(conn, "m", None) == []


def test_what_the_page_prints_beside_the_image_is_not_taken(two: Shelf) -> None:
    two.approve("a/1", "Two cats.")
    two.approve("a/2", "A dog.")
    with two.store.write() as tx:
        for image in ("a/1", "a/2"):
            tx.execute(
                "INSERT INTO usages (image_id, page_url, place, region, to_file, button,"
                " hidden, before, match, pulled_at)"
                " VALUES (?, 'x', 1, 'main', 0, 0, 0, 'Alt: Two cats. Bo', 'url', '')",
                (image,),
            )
        found = seeds.true_texts(tx, "m", None)
    assert [one.alt for one in found] == ["A dog."]


def test_a_known_bad_text_is_of_the_picture_that_it_was_made_for(two: Shelf) -> None:
    """Of another one nobody knows that it is bad."""
    one = two.propose("a/1", "Two cats.", model="m")
    sample = draw(two, one, "a/1")
    true = two.propose("a/2", "Two dogs.", image_sha256="x")
    with two.store.write() as tx:
        made = TrueText(true, "a/2", "Two dogs.", None, False, False)
        seeds.add(tx, sample, [(2, made, SWAP)])
        assert [bad.lost for bad in seeds.texts(tx, sample)] == [False]
        seen = (
            "INSERT INTO pictures (image_id, sha256, seen_at) VALUES ('a/2', 'y', '')"
        )
        tx.execute(seen)
        assert [bad.lost for bad in seeds.texts(tx, sample)] == [True]


def test_undo_takes_back_the_last_of_both_kinds(two: Shelf) -> None:
    one = two.propose("a/1", "Two cats.", model="m")
    sample = draw(two, one, "a/1")
    true = TrueText(None, "a/2", "Two cats.", None, False, False)
    with two.store.write() as tx:
        seeds.add(tx, sample, [(1, true, SWAP)])
        (bad,) = seeds.texts(tx, sample)
        assert (bad.place, bad.image, bad.alt) == (1, "a/2", "Three cats.")
        assert (bad.first, bad.now, bad.caught, bad.lost) == (None, None, False, False)
        assert seeds.last_verdict(tx, sample, "anna") is None

    def last(by: str = "anna") -> SampleVerdict | None:
        with two.store.read() as conn:
            return seeds.last_verdict(conn, sample, by)

    two.judge(one)
    with two.store.write() as tx:
        seeds.judge(tx, bad.id, "rewritten", "anna")
    found = last()
    assert found is not None
    assert (found.place, found.candidate, found.seeded) == (1, None, bad.id)
    assert last("otto") is None
    with two.store.write() as tx:
        seeds.judge(tx, bad.id, Verdict.WITHDRAWN, "anna")
        (again,) = seeds.texts(tx, sample)
    assert (again.first, again.now, again.caught) == ("rewritten", None, False)
    found = last()
    assert found is not None
    assert (found.place, found.candidate, found.seeded) == (2, one, None)
    assert not found.sent
    two.apply("a/1", one, "Two cats.")
    found = last()
    assert found is not None
    assert found.sent
    own = two.approve("a/1", "Mine.", origin=Origin.HUMAN)
    found = last()
    assert found is not None
    assert (found.candidate, found.sent) == (own, False)
    with two.store.write() as tx:
        candidates.judge(tx, own, Verdict.WITHDRAWN, "anna")
    found = last()
    assert found is not None
    assert found.candidate == one
