"""The ready-made questions of metadata.yml, one by one: on a mirror of which everything is
known, each has exactly these answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from altsync.models import (
    Change,
    Finding,
    Label,
    OutOfReach,
    PageContent,
    PageFile,
    PictureKind,
    Placed,
    Severity,
    Use,
    Verdict,
)
from altsync.models.packet import PacketLine
from altsync.sources.memory import MemorySource
from altsync.store import candidates, ledger, overview, packets, samples, usages
from altsync.store.ledger import NewFailure
from altsync.store.store import Store
from altsync.web.serve import metadata_file
from tests.scene import Scene, image

QUERIES: Mapping[str, Mapping[str, str]] = yaml.safe_load(
    metadata_file().read_text("utf-8")
)["databases"]["altsync"]["queries"]
BAD = Finding("cut", Severity.ERROR, "It ends in the middle.")
PAGE = "https://example.org/page"
Row = tuple[Any, ...]


class Known:
    """The mirror, and what was given to it."""

    def __init__(self, directory: Path) -> None:
        site = MemorySource(
            [
                image("town/ask", None),
                image("town/back", None),
                image("town/clash", None),
                image("town/edited", None),
                image("town/gone", None),
                image("town/hidden", None),
                image("town/mine", "A person's words."),
                image("town/none", None, title="None", caption="Nothing"),
                image("town/sent", None, label=Label.HUMAN, has_label=True),
                image("town/twice", None),
                image("town/wait", None),
                image("town/yes", None),
            ]
        )
        self.store = Store.open(directory / "altsync.db", create=True)
        self.scene = Scene(site, self.store)
        self.scene.pull()
        self._tell()

    def _tell(self) -> None:
        """Everything that happened, in order."""
        scene, site = self.scene, self.scene.site
        for name in ("edited", "sent", "twice", "back"):
            scene.propose(f"town/{name}", f"Sent: {name}.", cost_usd=0.25)
        scene.push()
        scene.revert("town/back", "town/twice")
        scene.propose("town/twice", "Sent: twice.", by="ben")
        scene.push()
        site.edit("town/edited", alt="Edited by hand.", label=Label.HUMAN)
        scene.propose("town/wait", "Old proposal", by="", model="old")
        scene.propose("town/wait", "Newest proposal", by="", findings=(BAD,))
        asked = scene.propose("town/ask", "Is it a gull?", by="")
        for name in ("yes", "clash", "gone", "hidden"):
            scene.propose(f"town/{name}", f"Approved: {name}.")
        with self.store.write() as tx:
            candidates.judge(
                tx, asked, Verdict.UNSURE, "anna", note="A tern?", asked="ben"
            )
        site.edit("town/clash", alt="Somebody was faster.")
        site.remove("town/gone")
        scene.pull(allow_shrink=True)
        with self.store.write() as tx:
            tx.execute(
                "UPDATE images SET out_of_reach = ? WHERE id = 'town/hidden'",
                (OutOfReach.HIDDEN,),
            )
            self._read_a_page(tx)
            self._fail(tx)
            self._draw(tx)
            self._hand_out(tx)

    @staticmethod
    def _read_a_page(tx: sqlite3.Connection) -> None:
        logo = Use(PAGE, place=2, alt="Logo")
        usages.save_page(
            tx,
            PageFile(PAGE, b""),
            PageContent(PAGE),
            "hash",
            found=[("town/yes", Use(PAGE, place=1))],
            strangers=[Placed(logo, PictureKind.IMG, ("https://x.test/logo.svg",))],
        )

    @staticmethod
    def _fail(tx: sqlite3.Connection) -> None:
        """An answer that could not be used, and was paid for; one of unknown price."""
        for cost in (0.5, None):
            ledger.fail(
                tx,
                NewFailure(
                    "town/none", "No text.", "test-model", input_tokens=9, cost_usd=cost
                ),
            )

    @staticmethod
    def _draw(tx: sqlite3.Connection) -> None:
        """A sample of three, one right, one wrong."""
        drawn = tx.execute(
            "SELECT c.id, c.image_id FROM open_candidates c"
            " WHERE c.image_id IN ('town/wait', 'town/yes') ORDER BY c.id"
        ).fetchall()
        samples.draw(
            tx,
            model="test-model",
            prompt_id=None,
            bound=0.05,
            confidence=0.9,
            tolerated=0,
            after=0,
            drawn_by="anna",
            stops=[(3, 0)],
            frame=[number for number, _ in drawn],
            items=[(at, number, of) for at, (number, of) in enumerate(drawn, 1)],
        )
        candidates.judge(tx, drawn[0][0], Verdict.REJECTED, "cy", note="Wrong town.")
        candidates.judge(tx, drawn[2][0], Verdict.APPROVED, "cy")

    @staticmethod
    def _hand_out(tx: sqlite3.Connection) -> None:
        lines = [
            PacketLine("p1", number, "town/wait", 1, "seen", "shown", "")
            for number in (1, 2)
        ]
        packets.add(tx, "p1", "anna", "ben", "everything", lines)

    def rows(self, query: str, **values: str) -> list[sqlite3.Row]:
        """Exactly what Datasette runs."""
        conn = sqlite3.connect(self.store.path)
        conn.row_factory = sqlite3.Row
        try:
            return conn.execute(QUERIES[query]["sql"], values).fetchall()
        finally:
            conn.close()


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    made = Known(tmp_path_factory.mktemp("queries"))
    yield made
    made.store.close()


ANSWERS: dict[str, tuple[tuple[str, ...], list[Row]]] = {
    "missing": (
        ("image_id", "title", "caption"),
        [("town/none", "None", "Nothing")],
    ),
    "needs_review": (
        ("image_id", "alt", "findings"),
        [("town/wait", "Newest proposal", 1)],
    ),
    "questions": (
        ("image_id", "alt", "reviewer", "note", "asked"),
        [("town/ask", "Is it a gull?", "anna", "A tern?", "ben")],
    ),
    "verdicts_with_notes": (
        ("image_id", "verdict", "reviewer", "note", "asked"),
        [
            ("town/wait", "rejected", "cy", "Wrong town.", None),
            ("town/ask", "unsure", "anna", "A tern?", "ben"),
        ],
    ),
    "audit": (
        ("image_id", "on_the_site", "new_text", "origin", "reviewer", "scope"),
        [("town/yes", None, "Approved: yes.", "ai", "cy", "one")],
    ),
    "conflicts": (
        ("image_id", "base", "on_the_site", "new_text", "reviewer"),
        [("town/clash", None, "Somebody was faster.", "Approved: clash.", "anna")],
    ),
    "funnel": (
        ("state", "images"),
        [
            ("human", 2),
            ("ai", 2),
            *((one, 1) for one in ("unsure", "conflict", "gone", "hidden")),
            ("missing", 1),
            ("cleared", 1),
            ("needs-review", 1),
            ("approved", 1),
        ],
    ),
    "coverage_by_album": (
        ("album", "images", "missing", "needs_review", "approved", "coverage_percent"),
        [("town", 10, 1, 1, 1, 50.0)],
    ),
    "ai_texts": (
        ("image_id", "alt", "model", "age_days", "reviewer"),
        [
            ("town/sent", "Sent: sent.", "test-model", 0, "anna"),
            ("town/twice", "Sent: twice.", "test-model", 0, "ben"),
        ],
    ),
    "pushed": (
        ("push_id", "image_id", "status", "before", "after", "model", "takes_back"),
        [
            (3, "town/twice", "applied", None, "Sent: twice.", "test-model", None),
            (2, "town/back", "applied", "Sent: back.", None, None, 1),
            (2, "town/twice", "applied", "Sent: twice.", None, None, 1),
            (1, "town/back", "applied", None, "Sent: back.", "test-model", None),
            (1, "town/edited", "applied", None, "Sent: edited.", "test-model", None),
            (1, "town/sent", "applied", None, "Sent: sent.", "test-model", None),
            (1, "town/twice", "applied", None, "Sent: twice.", "test-model", None),
        ],
    ),
    "spend": (
        ("model", "texts", "unusable", "reused", "cost_usd", "price_unknown"),
        [("test-model", 11, 2, 0, 1.5, 8), ("old", 1, 0, 0, None, 1)],
    ),
    "verdicts_by_reviewer": (
        ("reviewer", "scope", "verdict", "verdicts"),
        [
            ("anna", "one", "approved", 7),
            ("ben", "one", "approved", 1),
            ("cy", "one", "rejected", 1),
            ("cy", "one", "approved", 1),
            ("anna", "one", "unsure", 1),
        ],
    ),
    "packets_back": (
        ("packet", "given_to", "selection", "lines", "back"),
        [("p1", "ben", "everything", 2, 0)],
    ),
    "edited_by_people": (
        ("image_id", "sent", "now"),
        [("town/edited", "Sent: edited.", "Edited by hand.")],
    ),
    "strangers_on_pages": (
        ("address", "alt", "pages", "for_instance"),
        [("https://x.test/logo.svg", "Logo", 1, PAGE)],
    ),
    "not_on_pages": (
        ("image_id",),
        [
            (f"town/{name}",)
            for name in (
                *("ask", "back", "clash", "edited", "hidden", "mine", "none"),
                *("sent", "twice", "wait"),
            )
        ],
    ),
    "samples_so_far": (
        (
            "sample",
            "model",
            "population",
            "size",
            "right_ones",
            "wrong_ones",
            "to_judge",
        ),
        [(1, "test-model", 3, 3, 1, 1, 1)],
    ),
    "findings": (
        ("rule", "severity", "candidates", "for_instance"),
        [("cut", "error", 1, "town/wait")],
    ),
}
UNORDERED = {"funnel", "verdicts_by_reviewer", "pushed", "ai_texts"}
"""Those that leave the order of equals to SQLite."""


@pytest.mark.parametrize("query", ANSWERS)
def test_a_question_has_these_answers(known: Known, query: str) -> None:
    columns, expected = ANSWERS[query]
    found = [tuple(row[name] for name in columns) for row in known.rows(query)]
    if query in UNORDERED:
        found, expected = sorted(found, key=repr), sorted(expected, key=repr)
    assert found == expected


def test_every_question_is_asked() -> None:
    assert set(QUERIES) == {*ANSWERS, "who_wrote"}


def test_who_wrote_one_image(known: Known) -> None:
    told = [
        (row["alt"], row["origin"], row["model"], row["reviewer"], row["seen_by"])
        for row in known.rows("who_wrote", image_id="town/edited")
    ]
    assert told == [
        (None, None, None, None, "pull"),
        ("Sent: edited.", "ai", "test-model", "anna", "push"),
        ("Edited by hand.", "human", None, None, "pull"),
    ]


def test_coverage_is_what_status_says(known: Known) -> None:
    with known.store.read() as conn:
        albums = {one.name: one for one in overview.albums(conn)}
    (row,) = known.rows("coverage_by_album")
    town = albums["town"]
    assert (row["images"], row["approved"]) == (town.images, town.approved)
    assert row["coverage_percent"] == round(100 * town.covered / town.images, 1)


def test_the_audit_is_what_push_would_send(known: Known) -> None:
    planned = [one.image for one in known.scene.plan() if isinstance(one, Change)]
    assert [row["image_id"] for row in known.rows("audit")] == planned


def test_questions_name_what_is_seen_as_altsync_does() -> None:
    unseen = [f"'{why}'" for why in OutOfReach if not why.seen]
    assert f"NOT IN ({', '.join(unseen)})" in QUERIES["coverage_by_album"]["sql"]
