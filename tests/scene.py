"""A small site in memory, its mirror on disk, and the loop's steps as one-liners: for
tests of history and undo."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from altsync.models import (
    Entry,
    Flat,
    Label,
    Match,
    NewCandidate,
    Origin,
    PageContent,
    PageFile,
    PictureKind,
    Region,
    Scope,
    Selection,
    SiteImage,
    Use,
    Verdict,
)
from altsync.plan import NO_PERMISSIONS, Permissions
from altsync.planning import Plan, Request
from altsync.pull import Pull, Pulled
from altsync.push import Push, Pushed
from altsync.sources.base import Source
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, usages
from altsync.store.store import Store

URL = "https://example.org"

EVERY_FIELD = Use(
    "https://x.test/a?b=ü",
    "A [page]",
    "before",
    "after {",
    place=3,
    kind=PictureKind.INPUT,
    language="nl",
    region=Region.NAV,
    heading="Heading",
    caption="Caption",
    link="https://x.test/there",
    link_text="There",
    labelled=True,
    link_title="Title",
    to_file=True,
    button=True,
    hidden=True,
    width=320,
    height=200,
    alt="",
    same="There",
    match=Match.UUID,
)
"""A use of which every field is said."""


def image(image_id: str, alt: str | None = "", **fields: object) -> SiteImage:
    """An image of the site; album and name follow from the id."""
    album, _, name = image_id.rpartition("/")
    return SiteImage(id=image_id, album=album, name=name, alt=alt, **fields)  # type: ignore[arg-type]


def keep_use(
    tx: sqlite3.Connection, image_id: str, use: Use, run: int | None = None
) -> None:
    """One page that shows one image, as if it had been read (in a run)."""
    file, page = PageFile(use.page_url, b""), PageContent(use.page_url)
    usages.save_page(tx, file, page, "hash", found=[(image_id, use)], run=run)


@dataclass
class Scene:
    """A source and its store; every step goes through the real stages."""

    source: Source
    store: Store

    @property
    def site(self) -> MemorySource:
        """The source, where it is the one in memory."""
        assert isinstance(self.source, MemorySource)
        return self.source

    def pull(self, *, allow_shrink: bool = False) -> Pulled:
        """Mirror the site."""
        self.store.claim(URL, self.source.kind)
        context = Context(self.source, self.store, threads=1)
        return Pull(context, allow_shrink=allow_shrink).run()

    def propose(
        self,
        image_id: str,
        alt: str,
        *,
        by: str = "anna",
        scope: Scope = Scope.ONE,
        **fields: object,
    ) -> int:
        """A candidate on top of what the mirror has, approved at once (`by=""`: not judged)."""
        with self.store.write() as tx:
            base, place = tx.execute(
                "SELECT alt, place FROM images WHERE id = ?", (image_id,)
            ).fetchone()
            values: dict[str, object] = {
                "origin": Origin.AI,
                "place": place,
                "model": "test-model",
                **fields,
            }
            number = candidates.add(
                tx,
                NewCandidate(image_id=image_id, base=base, alt=alt, **values),  # type: ignore[arg-type]
            )
            if by:
                candidates.judge(tx, number, Verdict.APPROVED, by, scope)
        return number

    def plan(self, allowed: Permissions = NO_PERMISSIONS) -> list[Entry]:
        """What diff shows."""
        return list(self.planned(Request(permissions=allowed)).entries())

    def planned(self, request: Request | None = None) -> Plan:
        """The plan of now, on the scene's own connection."""
        return Plan.on(self.store.conn, request or Request())

    def push(self, allowed: Permissions = NO_PERMISSIONS) -> Pushed:
        """Send what is approved."""
        return self.send(self.plan(allowed))

    def undo(self, *targets: str | int) -> list[Entry]:
        """The plan that takes these back."""
        names = tuple(str(t) for t in targets)
        request = Request(Selection(reverts=names, by="olga"))
        return list(self.planned(request).entries())

    def revert(self, *targets: str | int) -> Pushed:
        """Take these back."""
        return self.send(self.undo(*targets), by="olga")

    def send(self, entries: Sequence[Entry], by: str | None = None) -> Pushed:
        """Send a plan."""
        return Push(self.context, Plan.made(URL, entries), by).run()

    @property
    def context(self) -> Context:
        """What the stages work with; two workers."""
        return Context(self.source, self.store, threads=2)

    def state(self, image_id: str) -> str:
        """The derived state."""
        row = self.store.conn.execute(
            "SELECT state FROM image_states WHERE image_id = ?", (image_id,)
        ).fetchone()
        return str(row[0])

    def origin(self, image_id: str) -> str | None:
        """Whose text the mirror says it is."""
        row = self.store.conn.execute(
            "SELECT origin FROM images WHERE id = ?", (image_id,)
        ).fetchone()
        return None if row[0] is None else str(row[0])

    def flats(self) -> dict[str, Flat]:
        """Everything on the site that altsync may change, to the byte."""
        return {image_id: self.site.now(image_id).flat() for image_id in self.site.ids}


def gallery() -> MemorySource:
    """Six images in three albums: empty, NULL, a person's, labelled, unlabelled,
    sharing one entity."""
    return MemorySource(
        [
            image("cats/one", ""),
            image("cats/two", None, title="Two", caption="A cat"),
            image("cats/three", "Zwölf Kätzchen, von Hand beschrieben."),
            image("dogs/one", "", label=Label.AI, has_label=True),
            image("dogs/two", "  An old text ", label=None, has_label=True),
            image(
                "dogs/big/three", None, label=Label.AI, has_label=True, entity="node/1"
            ),
            image("dogs/big/four", "", label=Label.AI, has_label=True, entity="node/1"),
        ]
    )


def scene(directory: Path, source: Source | None = None) -> Scene:
    """A scene on disk; the site is pulled once."""
    made = Scene(source or gallery(), Store.open(directory / "altsync.db", create=True))
    made.pull()
    return made
