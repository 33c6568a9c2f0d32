"""Events, ownership and moments, read from the append-only tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.errors import OtherSite, StoreError, UsageError
from altsync.models import Label, Moved, Origin, Ownership
from altsync.plan import Permissions
from altsync.render import history as lines
from altsync.render import who as render
from altsync.store import export, history, moments
from altsync.store.store import Store
from tests.scene import Scene, scene

ALL = Permissions(replace_human=True, allow_empty=True)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    made = scene(tmp_path)
    yield made
    made.store.close()


def owner(loop: Scene, image: str) -> Ownership:
    (found,) = history.who(loop.store.conn, [image])
    return found


def between(
    loop: Scene, since: str | None, until: str | None = None
) -> dict[str, Moved]:
    with (
        loop.store.snapshot() as conn,
        moments.moment(loop.store, conn, since) as a,
        moments.moment(loop.store, conn, until) as b,
    ):
        return {m.image: m for m in moments.compare(a.images(), b.images())}


def test_who_follows_the_text_through_undo_and_edits(loop: Scene) -> None:
    one = "cats/three"
    assert render.sentence(owner(loop, one)) == "a person, on the site"
    loop.propose(one, "First.", model="m-1", by="anna")
    first = loop.push(ALL).push_id
    loop.propose(one, "Second.", model="m-2", by="bob")
    second = loop.push(ALL).push_id
    assert (
        owner(loop, one).model,
        owner(loop, one).reviewer,
        owner(loop, one).push,
    ) == ("m-2", "bob", second)
    loop.revert(second)
    back = owner(loop, one)
    assert (back.alt, back.model, back.reviewer, back.push) == (
        "First.",
        "m-1",
        "anna",
        first,
    )
    loop.revert(first)
    assert (owner(loop, one).origin, owner(loop, one).model, owner(loop, one).push) == (
        "human",
        None,
        None,
    )
    loop.site.edit(one, alt="Second.")  # somebody types a machine's words again
    loop.pull()
    assert owner(loop, one).model == "m-2"
    loop.site.edit(one, alt="My own.")
    loop.pull()
    assert render.sentence(owner(loop, one)) == "a person, on the site"


def test_a_rewrite_in_review_is_a_persons_and_vouching_is_said(loop: Scene) -> None:
    loop.propose("cats/one", "Rewritten.", origin=Origin.HUMAN, model=None, by="anna")
    loop.propose("dogs/one", "Machine.", by="anna")
    loop.push(ALL)
    assert render.sentence(owner(loop, "cats/one")) == "a person: anna, in review"
    loop.site.edit("dogs/one", label=Label.HUMAN)
    loop.pull()
    assert (
        render.sentence(owner(loop, "dogs/one"))
        == "a machine: test-model; a person vouches for it"
    )


def test_who_tells_when_a_text_began_to_stand(loop: Scene) -> None:
    first = owner(loop, "cats/three").since
    loop.site.edit("cats/three", title="other")
    loop.pull()
    assert owner(loop, "cats/three").since == first
    loop.site.edit("cats/three", alt="New.")
    loop.pull()
    assert str(owner(loop, "cats/three").since) > str(first)


def test_exports_of_who_are_safe_and_whole(loop: Scene) -> None:
    evil = '=cmd|"/c calc"!A1 </script> \u2028'
    loop.propose("cats/one", evil, by="@anna", context='{"a": 1}')
    loop.push(ALL)
    rows = list(
        csv.DictReader(
            io.StringIO("".join(render.table(history.who(loop.store.conn))), newline="")
        )
    )
    assert len(rows) == 7
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values()
    )
    page = json.loads(
        "".join(
            render.json_ld(
                "https://example.org/", history.who(loop.store.conn), lambda key: None
            )
        )
    )
    notes = {note["body"]["value"]: note for note in page["items"]}
    assert set(notes) == {
        evil,
        "Zwölf Kätzchen, von Hand beschrieben.",
        "  An old text ",
    }
    assert notes[evil]["creator"] == {
        "type": "Software",
        "name": "test-model",
        "nickname": "test-model",
    }
    assert notes[evil]["altsync:context"] == '{"a": 1}'
    assert notes["  An old text "]["creator"] == {"type": "Person"}


def test_events_come_in_order_whatever_table_they_are_from(loop: Scene) -> None:
    loop.propose("cats/one", "Sent.")
    number = loop.push().push_id
    loop.revert(number)
    loop.site.edit("cats/one", alt="Mine\x1b[31m.")
    loop.pull()
    kinds = [e.kind for e in history.events(loop.store.conn, ["cats/one"])]
    assert kinds == ["pulled", "proposed", "judged", "pushed", "reverted", "edited"]
    everything = list(history.events(loop.store.conn))
    assert [e.at for e in everything] == sorted(e.at for e in everything)
    assert {e.kind for e in everything} == {
        "pull",
        "pulled",
        "proposed",
        "judged",
        "push",
        "pushed",
        "reverted",
        "edited",
    }
    last = everything[-1].at
    assert [e.kind for e in history.events(loop.store.conn, since=last)] == ["edited"]
    assert {e.kind for e in history.events(loop.store.conn, run=("push", number))} == {
        "push",
        "pushed",
    }
    assert all(line.isprintable() for line in lines.lines(everything))
    assert len(json.loads("".join(lines.document(everything)))) == len(everything)
    assert json.loads("".join(lines.document([]))) == []


def test_moments_keep_null_and_empty_apart_and_see_what_came_and_went(
    loop: Scene, tmp_path: Path
) -> None:
    with loop.store.snapshot() as conn:
        export.write(conn, tmp_path / "before")
    loop.site.edit("cats/two", alt="")
    loop.site.remove("dogs/one")
    loop.site.add(loop.site.now("cats/one").__class__("zoo/new", "zoo", "new", "New."))
    loop.pull(allow_shrink=True)
    found = between(loop, str(tmp_path / "before"))
    assert set(found) == {"cats/two", "dogs/one", "zoo/new"}
    assert (found["cats/two"].before or {})["alt"] is None
    assert (found["cats/two"].after or {})["alt"] == ""
    assert found["dogs/one"].after is None
    assert found["zoo/new"].before is None
    assert between(loop, str(tmp_path / "before"), str(tmp_path / "before")) == {}
    with loop.store.snapshot() as conn:
        export.write(conn, tmp_path / "after")
    assert set(between(loop, str(tmp_path / "before"), str(tmp_path / "after"))) == set(
        found
    )
    assert set(between(loop, str(loop.store.path), str(tmp_path / "before"))) == set(
        found
    )


def test_a_push_names_the_moment_before_it(loop: Scene) -> None:
    loop.propose("cats/one", "First.")
    first = loop.push().push_id
    loop.propose("cats/two", "Second.")
    second = loop.push().push_id
    assert set(between(loop, str(first))) == {"cats/one", "cats/two"}
    assert set(between(loop, str(second))) == {"cats/two"}
    assert set(between(loop, str(first), str(second))) == {"cats/one"}
    back = loop.revert(second).push_id
    assert set(between(loop, str(first))) == {"cats/one"}, (
        "what was taken back is as it was"
    )
    assert set(between(loop, str(back))) == {"cats/two"}


@pytest.mark.parametrize("name", ["99", "yesterday", "no/such/dir"])
def test_what_names_no_moment_is_said(loop: Scene, name: str) -> None:
    with pytest.raises(UsageError):
        between(loop, name)


def test_other_sites_and_other_files_are_refused(loop: Scene, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with Store.open(tmp_path / "other" / "x.db", create=True) as other:
        other.claim("https://other.example", "memory")
        with other.snapshot() as conn:
            export.write(conn, tmp_path / "out")
    with pytest.raises(OtherSite):
        between(loop, str(tmp_path / "other" / "x.db"))
    with pytest.raises(OtherSite):
        between(loop, str(tmp_path / "out"))
    (tmp_path / "notes.txt").write_text(
        "hello, this is no database at all, whatever it may be"
    )
    with pytest.raises(StoreError, match="no database"):
        between(loop, str(tmp_path / "notes.txt"))
    with pytest.raises(UsageError, match="no export"):
        between(loop, str(tmp_path / "other"))
