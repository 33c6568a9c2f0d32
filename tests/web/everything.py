"""A mirror with something on every page, and all pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from altsync.config import Config
from altsync.models import OutOfReach, Unseen, UnseenKind, Verdict
from altsync.store import candidates, pulls, unseen
from altsync.store.store import Store
from tests.in_texts import EVERY, LINKED, fill
from tests.web.mirrors import candidate, lie, stand
from tests.web.shown import demo

REVIEW = "/-/altsync/review"
AWAY = "space/eileen-collins"
STANDING = (
    "in-the-mountains/aizkorri-in-autumn",
    "at-home/chelsea",
    "at-home/coffee-break",
)
"""Shown by review, grid and comparison; by the history; by the audit."""
LONG = f"# Rain\n\n- 2010: 800 mm {'a' * 120}\n- 2019: 1,200 mm"
SEVERAL = "at-home/chelsea"
CLAIMS = {
    "double": "Two red cats with a ball lie on a sofa, beside a sign “Incomprehensibilities”.",
    "a-model-with-quite-a-long-name": "Three red cats lie on a couch without a ball.",
    "another": "A dog lies on a couch.",
}
"""By model, of SEVERAL: they contradict each other."""
A_PERSONS = "archive/cameraman"
ASKED = "space/dscovr-on-the-pad"
PAGES = [
    "/-/altsync",
    REVIEW,
    f"{REVIEW}?state=cleared",
    f"{REVIEW}?image={SEVERAL}",
    "/-/altsync/grid",
    "/-/altsync/audit",
    "/-/altsync/audit?kind=conflicts",
    "/-/altsync/visitors",
    "/-/altsync/visitors?kind=strangers",
    "/-/altsync/uses",
    f"/-/altsync/uses?image={LINKED.id}",
    f"{REVIEW}?state=inherits",
    f"{REVIEW}?state=unsure",
    f"{REVIEW}?state=would-replace",
    f"{REVIEW}?image={SEVERAL}&mode=words",
    "/-/altsync/grid?state=missing",
    "/-/altsync/grid?words=mountain&album=at-hom&state=approved",
    f"{REVIEW}?words=zebra",
    "/-/altsync/albums",
    "/-/altsync/albums?words=home",
    "/-/altsync/albums?words=zebra",
    "/-/altsync/compare",
    "/-/altsync/compare?run=1",
    "/-/altsync/compare?run=1&results=1",
    "/-/altsync/sample",
    f"{REVIEW}?sample=1",
    f"{REVIEW}?sample=1&mode=words",
    "/-/altsync/image?id=at-home/chelsea",
    f"/-/altsync/image?id={AWAY}",
]
ALIKE = {
    f"{REVIEW}?state=inherits",
    f"{REVIEW}?state=unsure",
    f"{REVIEW}?state=would-replace",
    "/-/altsync/albums?words=home",
    "/-/altsync/audit?kind=conflicts",
    "/-/altsync/grid?state=missing",
    "/-/altsync/visitors?kind=strangers",
}
"""Of those: with other words, and no control that another of them has not."""
TABLES = [
    "/",
    "/altsync",
    "/altsync/images?alt__contains=a&_facet=album&_size=2",
    "/altsync/needs_review",
    "/altsync/images/at-home~2Fchelsea",
]
"""Of Datasette's own."""


def everything(folder: Path) -> Config:
    """Of every kind something: an image out of reach, one that would replace words of a
    person, a question to a colleague, texts in texts, long ones, lies of pages."""
    config = demo(folder)
    in_texts = Unseen(UnseenKind.IN_TEXT, "<img> in node--page.body", 1200, 560)
    with Store.open(config.database) as store, store.write() as tx:
        unseen.keep(tx, 1, [in_texts])
        stand(tx, *STANDING)
        tx.execute("UPDATE images SET long_description = ''")
        tx.execute(
            "UPDATE images SET long_description = ? WHERE id = 'at-home/chelsea'",
            (LONG,),
        )
        chart = candidate(
            "at-home/coffee-break", "A chart.", prompt_id=None, long_description=LONG
        )
        candidates.judge(tx, candidates.add(tx, chart), "approved", "maria")
        for model, text in CLAIMS.items():
            candidates.add(tx, candidate(SEVERAL, text, model=model, prompt_id=None))
        asked = candidate(ASKED, "A rocket, at dusk or at dawn.", prompt_id=None)
        number = candidates.add(tx, asked)
        question = "Is this dusk or dawn?"
        candidates.judge(
            tx, number, Verdict.UNSURE, "jon", note=question, asked="maria"
        )
        (base,) = tx.execute(
            "SELECT alt FROM images WHERE id = ?", (A_PERSONS,)
        ).fetchone()
        instead = candidate(A_PERSONS, "A man films.", base, replaces="placeholder")
        candidates.add(tx, replace(instead, prompt_id=None))
        pulls.put_out_of_reach(tx, [AWAY], OutOfReach.UNUSED)
    with Store.open(config.database) as store:
        lie(store)
        fill(store, *EVERY)
    return config
