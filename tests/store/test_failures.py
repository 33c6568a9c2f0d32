"""What failed and still fails: what is taken from it, and what stays."""

from __future__ import annotations

from typing import Any

from altsync.models import Origin, OutOfReach, PushStatus, Verdict
from altsync.store import failures, journal, ledger, mirror, pulls
from altsync.store.ledger import NewFailure
from tests.scene import image
from tests.store.conftest import Shelf

A = "a/1"


def failing(shelf: Shelf, stage: str | None = None) -> list[tuple[str, str, str]]:
    with shelf.store.read() as conn:
        found = list(failures.now(conn, stage))
        assert failures.count(conn, stage) == len({one.image for one in found})
    return [(one.stage, one.image, one.error) for one in found]


def fail_to_read(shelf: Shelf, image_id: str, why: str) -> None:
    with shelf.store.write() as tx:
        pulls.fail(tx, image_id, "pull", why)


def fail_to_write(shelf: Shelf, image_id: str, why: str, **more: Any) -> None:
    with shelf.store.write() as tx:
        ledger.fail(tx, NewFailure(image_id, why, **more))


def fail_to_send(shelf: Shelf, candidate: int | None, why: str, new: str = "x") -> None:
    item = shelf.intend(shelf.begin_push(), A, candidate, new)
    with shelf.store.write() as tx:
        journal.settle(tx, item, PushStatus.FAILED, http_status=500, error=why)


def test_what_was_read_since_or_is_listed_no_more_does_not_fail(shelf: Shelf) -> None:
    shelf.pull(image(A))
    for image_id in (A, "never/read", "off/list"):
        fail_to_read(shelf, image_id, "first")
        fail_to_read(shelf, image_id, "500")
    everything = [
        ("pull", "off/list", "500"),
        ("pull", "never/read", "500"),
        ("pull", A, "500"),
    ]
    assert failing(shelf) == everything
    with shelf.store.read() as conn:
        assert failures.never_read(conn) == 2
    with shelf.store.write() as tx:
        pulls.passed(tx, [A])
    assert failing(shelf) == everything[:2]
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        pulls.see(tx, [A, "never/read"])
        pulls.passed_by(tx)
    assert failing(shelf) == everything[1:2]
    fail_to_read(shelf, A, "again")
    assert failing(shelf, "pull")[0] == ("pull", A, "again")


def test_an_image_that_has_a_text_since_needs_none_from_the_model_that_failed(
    shelf: Shelf,
) -> None:
    ids = [f"a/{n}" for n in range(7)]
    shelf.pull(*(image(one, None) for one in ids))
    waiting = shelf.propose("a/2", "Older.", base=None)
    for one in ids:
        fail_to_write(shelf, one, "first", model="m")
        fail_to_write(shelf, one, "no text", model="m", work_key="k")
    fail_to_write(shelf, "a/0", "no text either", model="n")
    fail_to_write(shelf, "a/0", "no picture")
    shelf.propose("a/1", "Made by another.", base=None, model="n")
    shelf.judge(waiting, Verdict.APPROVED)
    shelf.pull(
        *(image(one, None) for one in ids if one not in ("a/3", "a/4")),
        image("a/3", "A person's words."),
    )  # a/4 is gone
    with shelf.store.write() as tx:
        pulls.put_out_of_reach(tx, ["a/5"], OutOfReach.HIDDEN)
    assert failing(shelf, "generate") == [
        ("generate", "a/0", "no picture"),
        ("generate", "a/0", "no text either"),
        ("generate", "a/6", "no text"),
        ("generate", "a/0", "no text"),
    ]
    with shelf.store.read() as conn:
        vain = {one.error: one.in_vain for one in failures.now(conn)}
    assert vain == {"no picture": False, "no text either": False, "no text": True}


def test_a_change_that_was_not_sent_waits_as_long_as_it_is_approved(
    shelf: Shelf,
) -> None:
    shelf.pull(image(A))
    candidate = shelf.approve(A, "Approved.")
    fail_to_send(shelf, candidate, "first")
    fail_to_send(shelf, candidate, "403")
    assert failing(shelf, "push") == [("push", A, "403")]
    with shelf.store.read() as conn:
        (one,) = failures.now(conn, "push")
    assert (one.attempt, one.push) == (2, 2)
    shelf.judge(candidate, Verdict.REJECTED)
    assert failing(shelf) == []
    shelf.judge(candidate, Verdict.APPROVED)
    assert failing(shelf) == [("push", A, "403")]
    shelf.apply(A, candidate, "Approved.")
    assert failing(shelf) == []


def test_a_revert_that_was_not_sent_waits_until_the_site_says_something_else(
    shelf: Shelf,
) -> None:
    shelf.pull(image(A, "Ours."))
    fail_to_send(shelf, None, "503", new="Before.")
    assert failing(shelf) == [("push", A, "503")]
    shelf.pull(image(A, "A person's words."))
    assert failing(shelf) == []


def test_what_is_only_read_otherwise_ends_no_failure(shelf: Shelf) -> None:
    shelf.pull(image(A, "A text."))
    fail_to_write(shelf, A, "no text", model="m")
    with shelf.store.write() as tx:
        tx.execute(
            "INSERT INTO observations (image_id, alt, origin, seen_at, pull_id, reread)"
            " VALUES (?, 'A text.', ?, 'now', 1, 1)",
            (A, Origin.AI),
        )
        assert mirror.named(tx, [A])[0].image.alt == "A text."
    assert failing(shelf) == [("generate", A, "no text")]
