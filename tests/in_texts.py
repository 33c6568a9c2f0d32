"""One picture in a library, in an image field and in texts: rows of a mirror as a pull
would leave them, for tests of what people are shown."""

from __future__ import annotations

from altsync.models import SiteImage, Tag
from altsync.store import mirror, pulls
from altsync.store.store import Store
from tests.scene import image

SITE = "https://example.org"
FERRY = f"{SITE}/sites/default/files/ferry.jpg"
FILE = "6f2c6f2c-0000-4000-8000-000000000001"
LIBRARY = "media--image/9b1c9b1c-0000-4000-8000-000000000002"
NASTY = '<b onclick="x">*b*</b> \u202etxt\x1b[31m'

MEDIUM = image(
    "media--image.field_media_image/3.en",
    "A ferry at the pier.",
    title="ferry",
    entity=LIBRARY,
    language="en",
    image_url=FERRY,
    file=FILE,
)
"""An item of the media library."""


def embed(number: int, alt: str | None = None, **more: object) -> SiteImage:
    """The text of a page that embeds it."""
    known: dict[str, object] = {
        "tag": Tag.MEDIA,
        "medium": LIBRARY,
        "entity": f"node--page/{number}",
        "language": "en",
        "image_url": FERRY,
        "file": FILE,
        "page_url": f"{SITE}/node/{number}",
        "page_title": f"Page {number}",
        "before": f"Boats of page {number} leave at noon.",
        "after": "Bring cash.",
    }
    name = f"{number}.en.media-9b1c9b1c-0000-4000-8000-000000000002"
    return image(f"node--page.body/{name}", alt, **known | more)


LINKED = embed(7, heading="Timetable", link="/tickets", link_text="Tickets")
PLAIN = embed(8)
OVERRIDE = embed(9, "Buy a ticket", link=f"{SITE}/tickets?token=secret")
TWICE = image(
    "node--page.body/10.en.img-6f2c6f2c-0000-4000-8000-000000000001.1",
    "A ferry at the pier.",
    tag=Tag.IMG,
    entity="node--page/10",
    language="en",
    image_url=FERRY,
    file=FILE,
    page_url=f"{SITE}/node/10",
    page_title="Page 10",
    place="2 of 2: …at noon. | Come early",
    before=f"{NASTY} Boats leave at noon.",
    after="Come early",
)
"""An `img` of the same file, twice in its text."""
ALONE = image("node--page.field_image/11.en", None, image_url=f"{SITE}/alone.jpg")
EVERY = (MEDIUM, LINKED, PLAIN, OVERRIDE, TWICE, ALONE)


def fill(store: Store, *images: SiteImage) -> None:
    """A pull that names these and nothing else."""
    with store.write() as tx:
        pull = pulls.begin(tx, "full")
        pulls.see(tx, [one.id for one in images])
        mirror.save(tx, pull, images)
        names = ("listed", "new", "changed", "returned", "gone", "failed")
        pulls.end(tx, pull, complete=True, error=None, counts=dict.fromkeys(names, 0))
