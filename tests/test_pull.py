"""pull: one walk, every outcome of an image and of a listing, and what never happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from altsync.errors import (
    Interrupted,
    LoginFailed,
    OtherSite,
    Rejected,
    SourceError,
    Unreachable,
    Unsafe,
)
from altsync.models import Drift, DriftKind, Label, Origin, SiteImage
from altsync.pull import SAID, Pull, Pulled, since_last
from altsync.report import Quiet
from altsync.sources.base import Unread
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import mirror, pulls, reports
from altsync.store.store import Store
from tests.clocks import Jumping

SITE = "http://site.test"


def image(image_id: str, alt: str | None = "", **more: Any) -> SiteImage:
    album, name = image_id.rsplit("/", 1)
    return SiteImage(id=image_id, album=album, name=name, alt=alt, **more)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "altsync.db", create=True) as opened:
        opened.claim(SITE, "memory")
        yield opened


def run(
    site: MemorySource, store: Store, *, allow_shrink: bool = False, **how: Any
) -> tuple[Pulled, list[Drift]]:
    """What a pull did, and what drifted. `how`: fields of the context."""
    drift: list[Drift] = []
    context = Context(site, store, **how)
    stage = Pull(context, allow_shrink=allow_shrink, drifted=drift.append)
    return stage.run(), drift


def dump(store: Store) -> list[str]:
    return [line for line in store.conn.iterdump() if "pulls" not in line]


def at_work() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "altsync-worker"]


def test_an_error_in_storing_leaves_no_thread_at_work(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the error holds its frames, and with them the stream."""

    def full(*_: Any, **__: Any) -> list[Drift]:
        raise OSError("No space left on device")

    site = MemorySource()
    for number in range(20):
        site.add(image(f"a/{number}"))
    monkeypatch.setattr(mirror, "save", full)
    monkeypatch.setattr("altsync.pull.BATCH", 1)
    with pytest.raises(OSError, match="No space left") as held:
        run(site, store)
    assert at_work() == [], held


def test_every_value_is_kept_as_the_site_has_it(store: Store) -> None:
    odd = image(
        "a/b",
        alt=None,
        title="  t\n",
        caption="",
        language="nl",
        width=3,
        has_label=True,
        label=None,
    )
    site = MemorySource(
        [
            odd,
            image("a/c", alt=""),
            image("a/d", alt=" "),
            image("x/y/z", alt="e\u0301\u200d\x00\n"),
        ]
    )
    outcome, _ = run(site, store)
    assert outcome.counts == {
        "listed": 4,
        "again": 0,
        "new": 4,
        "changed": 0,
        "returned": 0,
        "gone": 0,
        "hidden": 0,
        "reread": 0,
        "failed": 0,
    }
    rows = {m.image.id: m for m in mirror.images(store.conn)}
    for image_id in site.ids:
        assert rows[image_id].image == site.now(image_id)
    assert rows["x/y/z"].origin is Origin.HUMAN
    assert [str(rows[i].state) for i in ("a/b", "a/c", "a/d", "x/y/z")] == [
        "missing",
        "missing",
        "decorative",
        "human",
    ]


def test_a_second_pull_of_an_unchanged_site_writes_only_its_ledger_row(
    store: Store,
) -> None:
    site = MemorySource([image(f"a/{i}", alt="x" * (i % 2)) for i in range(450)])
    run(site, store)
    before = dump(store)
    outcome, drift = run(site, store)
    assert (outcome.counts["listed"], drift) == (450, [])
    added = set(dump(store)) - set(before)
    assert added == {'INSERT INTO "sequence" VALUES(1,452);'}, "the ledger row's number"
    assert store.conn.execute("SELECT count(*) FROM pulls").fetchone() == (2,)


@pytest.mark.parametrize("whole", [False, True])
def test_drift_says_what_and_who(store: Store, whole: bool) -> None:
    site = MemorySource(
        [image(f"a/{i}", "old", has_label=True, label=Label.AI) for i in range(20)],
        whole=whole,
    )
    run(site, store)
    site.edit("a/1", alt="a person's")
    site.edit("a/2", alt="by a script", label=Label.AI)
    site.edit("a/3", title="only the title")
    site.edit("a/4", label=Label.HUMAN)
    site.edit("a/5", alt="")
    site.remove("a/6")
    site.add(image("a/new"))
    _, drift = run(site, store)
    found = {d.image: (d.kind, d.by) for d in drift}
    assert found == {
        "a/1": (DriftKind.CHANGED, Origin.HUMAN),
        "a/2": (
            DriftKind.CHANGED,
            Origin.HUMAN,
        ),  # an edit under a label nobody touched: in doubt a person's
        "a/3": (DriftKind.CHANGED, Origin.AI),
        "a/4": (DriftKind.CHANGED, Origin.HUMAN),
        "a/5": (DriftKind.CHANGED, None),
        "a/6": (DriftKind.GONE, None),
        "a/new": (DriftKind.NEW, None),
    }
    site.add(image("a/6", "back"))
    _, drift = run(site, store)
    assert [(d.image, d.kind) for d in drift] == [("a/6", DriftKind.RETURNED)]


def test_every_value_that_was_seen_is_remembered(store: Store) -> None:
    site = MemorySource([image("a/1", "one")])
    for text in ("two", "two", "", "three"):
        run(site, store)
        site.edit("a/1", alt=text)
    run(site, store)
    seen = [
        row[0] for row in store.conn.execute("SELECT alt FROM observations ORDER BY id")
    ]
    assert seen == ["one", "two", "", "three"]


def test_one_image_that_fails_is_recorded_and_the_rest_goes_on(store: Store) -> None:
    site = MemorySource([image(f"a/{i}") for i in range(5)])
    site.unread.append(Unread("a/lost", Rejected("It cannot be read.")))

    def fail(step: str, ids: tuple[str, ...]) -> None:
        if step == "read" and ids == ("a/3",):
            raise Unreachable("No answer from the site.")

    site.before = fail
    outcome, _ = run(site, store)
    assert (outcome.counts["new"], outcome.counts["failed"]) == (4, 2)
    rows = store.conn.execute(
        "SELECT image_id, stage, error FROM failures ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("a/3", "pull", "No answer from the site."),
        ("a/lost", "pull", "It cannot be read."),
    ]
    site.before = None
    site.unread.clear()
    assert run(site, store)[0].counts["new"] == 1


def test_an_image_that_could_not_be_read_is_not_gone(store: Store) -> None:
    site = MemorySource([image(f"a/{i}") for i in range(30)])
    run(site, store)
    site.before = lambda step, ids: (
        (_ for _ in ()).throw(Unreachable("down")) if ids == ("a/3",) else None
    )
    outcome, _ = run(site, store)
    assert outcome.complete
    assert outcome.counts["gone"] == 0


def test_a_login_that_fails_stops_the_pull(store: Store) -> None:
    site = MemorySource([image(f"a/{i}") for i in range(50)])

    def fail(step: str, ids: tuple[str, ...]) -> None:
        if step == "read":
            raise LoginFailed("The site refused the token.")

    site.before = fail
    with pytest.raises(LoginFailed):
        run(site, store)
    assert store.conn.execute("SELECT error, complete FROM pulls").fetchall() == [
        ("The site refused the token.", 0)
    ]


def test_a_partial_listing_marks_nothing_gone(store: Store) -> None:
    site = MemorySource([image(f"a/{i}") for i in range(30)])
    run(site, store)
    site.remove("a/1")
    site.notes.append("The sitemap broke off.")
    outcome, _ = run(site, store)
    assert (outcome.complete, outcome.counts["gone"], outcome.notes) == (
        False,
        0,
        ["The sitemap broke off."],
    )


def test_a_listing_that_breaks_off_keeps_what_it_named(store: Store) -> None:
    class Broken(MemorySource):
        def listing(self, since: str | None = None) -> Any:
            inner = super().listing(since)

            class Half:
                complete, notes = False, ()

                def __iter__(self) -> Iterator[Any]:
                    yield from list(inner)[:250]
                    raise Unreachable("The listing broke off.")

            return Half()

    with pytest.raises(Unreachable):
        run(Broken([image(f"a/{i:03}") for i in range(300)]), store)
    assert store.conn.execute("SELECT count(*) FROM images").fetchone() == (250,)
    assert pulls.last_complete(store.conn) is None


@pytest.mark.parametrize("allow", [False, True])
def test_an_empty_listing_never_marks_anything_gone(store: Store, allow: bool) -> None:
    site = MemorySource([image(f"a/{i}") for i in range(3)])
    run(site, store)
    for image_id in site.ids:
        site.remove(image_id)
    with pytest.raises(Unsafe, match="lists no image at all"):
        run(site, store, allow_shrink=allow)
    assert reports.status(store.conn).images == 3


def test_a_great_loss_is_not_believed_unasked(store: Store) -> None:
    site = MemorySource([image(f"a/{i}") for i in range(20)])
    run(site, store)
    for image_id in ("a/1", "a/2"):
        site.remove(image_id)
    assert run(site, store)[0].counts["gone"] == 2  # exactly 10 % is believed
    site.add(image("a/new"))
    for image_id in ("a/3", "a/4", "a/5"):
        site.remove(image_id)
    with pytest.raises(Unsafe, match="--allow-shrink"):
        run(site, store)
    assert [m.image.id for m in mirror.named(store.conn, ["a/new"])] == [
        "a/new"
    ]  # what was read is kept
    assert run(site, store, allow_shrink=True)[0].counts["gone"] == 3


def test_ids_that_the_listing_repeats_are_read_once(store: Store) -> None:
    class Twice(MemorySource):
        def listing(self, since: str | None = None) -> Any:
            listing = super().listing(since)
            listing._items = [*listing._items, *listing._items]
            return listing

    site = Twice([image(f"a/{i:03}") for i in range(300)])
    outcome, _ = run(site, store)
    assert (outcome.counts["listed"], site.counts["read"]) == (300, 300)


def test_stop_keeps_what_arrived_and_the_next_pull_finishes(store: Store) -> None:
    site = MemorySource([image(f"a/{i:03}") for i in range(300)])
    stop = threading.Event()

    def halt(step: str, ids: tuple[str, ...]) -> None:
        if ids == ("a/100",):
            stop.set()

    site.before = halt
    with pytest.raises(Interrupted, match="altsync pull"):
        run(site, store, stop=stop, threads=4)
    kept = store.conn.execute("SELECT count(*) FROM images").fetchone()[0]
    assert 90 < kept < 120
    site.before = None
    assert run(site, store)[0].counts["new"] == 300 - kept


def test_a_database_holds_one_site(store: Store) -> None:
    with pytest.raises(OtherSite, match="another file"):
        store.claim("http://other.test", "memory")


def test_since_asks_for_a_full_walk_first_and_after_a_day(store: Store) -> None:
    assert since_last(store) is None
    site = MemorySource([image("a/1")])
    run(site, store)
    first = since_last(store)
    assert first is not None
    run(site, store)
    assert (since_last(store) or "") > first
    store.conn.execute(
        "UPDATE pulls SET started_at = '2026-01-01T00:00:00.000000+00:00'"
    )
    assert since_last(store) is None


def test_a_pull_of_every_night_is_complete_though_it_begins_a_little_sooner(
    store: Store, jumping: Jumping
) -> None:
    jumping.hours = -23
    run(MemorySource([image("a/1")]), store)
    jumping.hours = -22
    assert since_last(store) is not None
    jumping.hours = 0
    assert since_last(store) is None


@pytest.mark.parametrize("hours", [2, 48])
def test_a_pull_that_is_still_to_come_says_nothing(
    store: Store, jumping: Jumping, hours: float
) -> None:
    """It was under a clock that was ahead: what changed since is not known by it."""
    jumping.hours = hours
    run(MemorySource([image("a/1")]), store)
    assert since_last(store) is not None
    jumping.hours = 0
    assert since_last(store) is None


def test_errors_keep_their_type_through_threads(store: Store) -> None:
    site = MemorySource([image("a/1")])
    site.before = lambda step, ids: (
        (_ for _ in ()).throw(SourceError("odd")) if step == "list" else None
    )
    with pytest.raises(SourceError, match="odd"):
        run(site, store)


def test_an_incremental_pull_asks_for_what_changed_since_the_last(store: Store) -> None:
    class Asked(MemorySource):
        moments: ClassVar[list[str | None]] = []

        def listing(self, since: str | None = None) -> Any:
            self.moments.append(since)
            self.notes = [] if since is None else ["Only what changed was asked for."]
            return super().listing(since)

    site = Asked([image("a/1")])
    Pull(Context(site, store), incremental=True).run()
    last = since_last(store)
    Pull(Context(site, store), incremental=True).run()
    Pull(Context(site, store)).run()
    assert last is not None
    assert site.moments == [None, last, None]
    kinds = store.conn.execute("SELECT kind FROM pulls ORDER BY id").fetchall()
    assert kinds == [("full",), ("incremental",), ("full",)]


def test_a_field_for_long_descriptions_that_is_new_is_looked_for_everywhere(
    store: Store,
) -> None:
    """Else what was read before would count as having none, and go without."""

    class Describing(MemorySource):
        describes = True
        moments: ClassVar[list[str | None]] = []

        def listing(self, since: str | None = None) -> Any:
            self.moments.append(since)
            return super().listing(since)

    Pull(Context(MemorySource([image("a/1")]), store), incremental=True).run()
    site = Describing([image("a/1", long_description="")])
    told: list[Any] = []
    for _ in range(2):
        Pull(Context(site, store), True, drifted=told.append).run()
    assert [since is None for since in site.moments] == [True, False]
    assert told == []  # nobody changed anything
    assert store.conn.execute("SELECT long_description FROM images").fetchone() == ("",)


def test_what_a_complete_listing_hides_is_not_gone(store: Store) -> None:
    class Hiding(MemorySource):
        def listing(self, since: str | None = None) -> Any:
            listing: Any = super().listing(since)
            listing.hidden = frozenset({("a/2", None)})
            return listing

    site = Hiding([image(f"a/{number}") for number in range(30)])
    run(site, store)
    for gone in ("a/1", "a/2"):
        site.remove(gone)
    outcome, drift = run(site, store)
    assert outcome.complete
    assert {(one.image, one.kind) for one in drift} == {
        ("a/1", DriftKind.GONE),
        ("a/2", DriftKind.HIDDEN),
    }
    assert site.counts["stored"] == 1, "what the listing hides is not asked for"


def test_only_the_first_images_that_fail_are_named_as_it_happens(store: Store) -> None:
    site = MemorySource([image("a/1")])
    for number in range(2 * SAID):
        site.unread.append(Unread(f"a/lost-{number:02}", Rejected("Not readable.")))
    report = Quiet()
    outcome, _ = run(site, store, report=report, threads=1)
    assert outcome.counts["failed"] == 2 * SAID
    assert report.said == [
        f"Could not read a/lost-{number:02}: Not readable." for number in range(SAID)
    ]
    kept = store.conn.execute("SELECT count(*) FROM failures").fetchone()
    assert kept == (2 * SAID,)


def test_an_image_that_waits_for_the_site_when_the_owner_stops_is_no_failure(
    store: Store,
) -> None:
    stop = threading.Event()

    def busy(step: str, ids: tuple[str, ...]) -> None:
        if ids == ("a/2",):
            stop.set()
            raise Interrupted("It waited.")

    site = MemorySource([image(f"a/{number}") for number in range(5)])
    site.before = busy
    with pytest.raises(Interrupted, match="altsync pull"):
        run(site, store, stop=stop, threads=1)
    assert [m.image.id for m in mirror.images(store.conn)] == ["a/0", "a/1"]
    assert store.conn.execute("SELECT count(*) FROM failures").fetchone() == (0,)


def test_what_a_slow_site_gave_is_kept_before_a_batch_is_full(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed loses half a second's images, not two hundred."""
    monkeypatch.setattr("altsync.pull.FLUSH", 0.0)
    mirrored: list[int] = []

    def look(step: str, ids: tuple[str, ...]) -> None:
        if ids == ("a/8",):
            with Store.open(store.path) as other:
                found = other.conn.execute("SELECT count(*) FROM images").fetchone()
            mirrored.append(found[0])

    site = MemorySource([image(f"a/{number}") for number in range(9)])
    site.before = look
    run(site, store, threads=1)
    assert mirrored[0] >= 5


def test_the_ledger_holds_no_words_of_a_foreign_error(store: Store) -> None:
    def wrong(step: str, ids: tuple[str, ...]) -> None:
        if step == "read":
            raise ValueError("a secret")

    site = MemorySource([image("a/1")])
    site.before = wrong
    with pytest.raises(ValueError, match="a secret"):
        run(site, store)
    rows = store.conn.execute("SELECT error, complete FROM pulls").fetchall()
    assert rows == [("ValueError", 0)]


LABELLED = {"has_label": True, "label": Label.AI}


def origins(store: Store) -> dict[str, Origin | None]:
    return {one.image.id: one.origin for one in mirror.images(store.conn)}


@pytest.mark.parametrize("cut_short", [False, True])
def test_after_pulls_that_noted_no_settings_a_label_makes_nobody_s_edit_a_machine_s(
    store: Store, cut_short: bool
) -> None:
    site = MemorySource([image("a/1", "A machine's.", **LABELLED)])
    run(site, store)
    site.edit("a/1", alt="A person's.")
    run(site, store)
    site.edit("a/1", label=Label.REVIEWED)
    run(site, store)
    site.reading = "label=now"
    if cut_short:
        site.before = _break_off
        with pytest.raises(Unreachable):
            run(site, store)
        site.before = None
    site.edit("a/1", label=Label.AI)
    done, _ = run(site, store)
    assert done.untold
    assert origins(store) == {"a/1": Origin.HUMAN}
    done, _ = run(site, store)
    assert not done.untold, "from now on it is noted"


def _break_off(step: str, ids: tuple[str, ...]) -> None:
    raise Unreachable("It broke off.")


def test_after_pulls_that_noted_no_settings_machines_texts_stay_theirs(
    store: Store,
) -> None:
    names = [f"a/{number}" for number in range(30)]
    site = MemorySource([image(one, f"Text of {one}.", **LABELLED) for one in names])
    site.add(image("b/unlabelled", "A text.", has_label=True))
    run(site, store)
    site.reading = "label=as-ever"
    for one in names[:10]:
        site.edit(one, page_title="Another title.")
    site.edit("b/unlabelled", label=Label.AI)
    done, _ = run(site, store)
    assert done.untold
    assert set(origins(store).values()) == {Origin.AI}


def test_after_pulls_that_noted_no_settings_all_is_asked_for_once(
    store: Store,
) -> None:
    site = MemorySource([image("a/1", "A text.", **LABELLED)], whole=True)
    run(site, store)
    site.reading = "label=now"
    context = Context(site, store)
    assert Pull(context, incremental=True).run().whole
    assert not Pull(context, incremental=True).run().whole
