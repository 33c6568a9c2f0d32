"""Mirrors to look at: a small site that was pulled, with candidates and prepared
pictures."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from altsync.config import Config, parse
from altsync.models import (
    Decision,
    Finding,
    Label,
    NewCandidate,
    Origin,
    PageContent,
    PageFile,
    PictureKind,
    Placed,
    Region,
    Severity,
    SiteImage,
    Use,
)
from altsync.pictures.cache import Cache
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, page_runs, usages
from altsync.store.store import Store

TOML = """
[site]
url = "https://photos.example"
source = "memory"
database = "{database}"

[review]
actors = ["anna"]
"""

WARNING = Finding("untrusted-name", Severity.WARNING, 'No trusted text names "Sydney".')
EVIL = '<script>alert("x")</script>'

SITE = [
    ("sydney/harbour", "Harbour at dawn", "Ferries leave for Manly.", None),
    ("sydney/bridge", "The bridge", None, ""),
    ("sydney/team", "The team", "From left: Ann, Bo, Cy.", None),
    ("sydney/talk", EVIL, EVIL, None),
    ("prague/clock", "Astronomical clock", "Old Town Hall, 1410", None),
    ("prague/tram", "Tram 22", None, None),
    ("prague/chart", "Visitors a year", "Source: city office", None),
    ("prague/line", "Divider", None, None),
    ("prague/river", "River", None, "The Vltava under the Charles Bridge at night."),
    ("prague/old", "Old text", None, "image"),
]

TEXTS = {
    "sydney/harbour": (
        "Ferries crossing a wide harbour at dawn, with city towers behind."
    ),
    "sydney/bridge": "A steel arch bridge seen from the water.",
    "sydney/team": "Three people in conference shirts stand in front of a poster.",
    "sydney/talk": f"A speaker on a stage {EVIL}.",
    "prague/clock": "Astronomical clock with two gilded dials on a stone tower.",
    "prague/tram": "A red tram number 22 climbs a cobbled street.",
    "prague/chart": "Bar chart of visitors a year, rising from 2010 to 2019.",
}

PAGES = "https://photos.example/pages"
WIDE = "A_title_without_a_single_blank_in_it_" * 5
USES = [
    Use(
        f"{PAGES}/ferries",
        "Ferries and trams",
        "They leave every ten minutes.",
        "The last one is at midnight.",
        place=2,
        heading="By water",
        caption="The harbour, seen from the north.",
        alt="Ferries",
        same="Ferries",
    ),
    Use(
        f"{PAGES}/home",
        "Willkommen",
        place=1,
        language="de",
        region=Region.NAV,
        link="https://photos.example/routes",
        link_text="Alle Linien",
    ),
    Use(
        f"{PAGES}/list",
        WIDE,
        place=3,
        region=Region.TEASER,
        link="javascript:alert(1)",
        heading=EVIL,
        alt="",
    ),
    Use(f"{PAGES}/form", "Search", place=1, button=True, alt=None),
    Use(
        f"{PAGES}/gallery",
        "\u202eGallery",
        place=9,
        region=Region.GALLERY,
        link="https://photos.example/files/harbour.jpg",
        to_file=True,
    ),
    Use(
        f"{PAGES}/poster",
        place=1,
        kind=PictureKind.CSS,
        region=Region.HEADER,
        hidden=True,
    ),
]
"""Uses of every kind, as pages told of them."""


def stand(tx: sqlite3.Connection, *images: str) -> None:
    """The images were read at these places, each on a page of its own."""
    for use in USES:
        page = use.page_url
        usages.save_page(
            tx,
            PageFile(page, b""),
            PageContent(page),
            "hash",
            found=[(image, use) for image in images],
        )


def picture(number: int, size: tuple[int, int] = (768, 512)) -> bytes:
    """A JPEG that differs by number."""
    image = Image.new(
        "RGB",
        size,
        (40 + 23 * number % 180, 60 + 41 * number % 150, 90 + 67 * number % 140),
    )
    draw = ImageDraw.Draw(image)
    for step in range(6):
        x, y = size[0] * step // 6, size[1] * ((step * 7 + number) % 6) // 6
        draw.ellipse(
            (x, y, x + size[0] // 5, y + size[0] // 5),
            fill=(200 - 20 * step, 160, 90 + 20 * step),
        )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def keep(config: Config, data: bytes) -> str:
    """Put a prepared picture where generate keeps it; its hash."""
    sha256 = hashlib.sha256(data).hexdigest()
    Cache.beside(config.database).keep(sha256, 768, data)
    return sha256


def candidate(
    image: str, text: str, base: str | None = None, **more: Any
) -> NewCandidate:
    """A candidate of the model that the tests pretend to have asked."""
    values: dict[str, Any] = {
        "origin": Origin.AI,
        "model": "gpt-5.4-mini",
        "resolved_model": "gpt-5.4-mini-2026-03-01",
        "prompt_id": "p1",
        "context": json.dumps({"title": "yes"}),
        "input_tokens": 900,
        "output_tokens": 40,
        "cost_usd": 0.0009,
        "duration_ms": 1800,
        **more,
    }
    return NewCandidate(image_id=image, base=base, alt=text, **values)


LIED = "https://photos.example/lied"
LOGO = "https://photos.example/themes/own/logo.svg"


def lie(store: Store) -> None:
    """One page that verify read: a text that its image never had, a lost alt, a
    background, what the mirror says, and two pictures that are no image."""
    with store.write() as tx:
        texts = tx.execute("SELECT id, alt FROM images ORDER BY alt, id").fetchall()
        run, _ = page_runs.begin(tx, "verify", "")
        uses = [
            (texts[0][0], Use(LIED, EVIL, place=1, alt=EVIL, heading=EVIL)),
            (texts[1][0], Use(LIED, EVIL, place=2, alt="Photo", region=Region.TEASER)),
            (texts[-2][0], Use(LIED, EVIL, place=3, alt=None)),
            (texts[-1][0], Use(LIED, EVIL, place=4, alt=texts[-1][1])),
        ]
        strangers = [
            Placed(Use(LIED, place=5, alt=EVIL), PictureKind.IMG, (LOGO,)),
            Placed(Use(LIED, place=6), PictureKind.CSS, (f"{LOGO}?x={EVIL}",)),
        ]
        file = PageFile(LIED, b"", caching=(("age", "7"),))
        page = PageContent(LIED, EVIL)
        usages.save_page(tx, file, page, "x", found=uses, strangers=strangers, run=run)


def build(folder: Path) -> tuple[Config, MemorySource]:
    """Ten images in two albums: eight without a text, one by a person, one bad one by a
    person; seven candidates."""
    file = folder / "altsync.toml"
    file.write_text(TOML.format(database="data/altsync.db"), "utf-8")
    config = parse(file.read_text("utf-8"), file)
    site = MemorySource(
        [
            SiteImage(
                id=image,
                album=image.split("/")[0],
                name=image.split("/")[1],
                title=title,
                caption=caption,
                alt=alt,
                has_label=True,
                label=Label.HUMAN if alt else None,
                page_url=f"https://photos.example/{image}",
                image_url=f"https://photos.example/files/{image}.jpg",
            )
            for image, title, caption, alt in SITE
        ]
    )
    with Store.open(config.database, create=True) as store:
        store.claim(config.site.url, "memory")
        Pull(Context(site, store)).run()
        with store.write() as tx:
            tx.execute(
                "INSERT INTO prompts VALUES ('p1', 'Describe.', 'For {title}',"
                " '2026-11-01')"
            )
            for number, (image, text) in enumerate(TEXTS.items()):
                site.add(site.now(image), picture(number))
                more: dict[str, Any] = {"image_sha256": keep(config, picture(number))}
                if image == "sydney/harbour":
                    more["findings"] = (WARNING,)
                if image == "prague/chart":
                    more["decision"] = Decision.COMPLEX
                candidates.add(
                    tx,
                    candidate(
                        image, text, "" if image == "sydney/bridge" else None, **more
                    ),
                )
    return config, site
