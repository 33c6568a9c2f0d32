"""Which of the images of one file a page shows, where texts hold some of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from altsync.models import PageContent, PictureKind, Placed, Tag, Use
from altsync.store.picture_files import FileSlot
from altsync.uses.narrowing import narrowed

PAGE = "https://x.test/ferries"
FILE = "https://x.test/sites/default/files/ferry.jpg"
STYLED = "https://x.test/sites/default/files/styles/large/public/ferry.jpg.webp"
MEDIUM = "media--image/9b1c"
TEXT = "node--page.body/7.en"

NEVER = FileSlot("", "/f", "", None, "en", None)
FIELD = replace(
    NEVER, image="node--page.image/7.en.4", uuid="77", page_url=PAGE, alt="Field."
)
M = replace(
    NEVER, image="media--image.f/9.en.4", uuid="9b1c", entity=MEDIUM, alt="Medium."
)
EMBED = replace(
    NEVER,
    image=f"{TEXT}.media-9b1c",
    uuid="9b1c",
    medium=MEDIUM,
    tag=Tag.MEDIA,
    page_url=PAGE,
)
OVERRIDE = replace(EMBED, image=f"{TEXT}.media-9b1c.1", alt="Override.")
DECORATIVE = replace(EMBED, image=f"{TEXT}.media-9b1c.2", alt="")
NAMED = replace(
    NEVER,
    image=f"{TEXT}.img-6f2c",
    uuid="6f2c",
    tag=Tag.IMG,
    page_url=PAGE,
    alt="Named.",
)
SECOND = replace(NAMED, image=f"{TEXT}.img-6f2c.1", alt="Named again.")
IN_PARAGRAPH = replace(NAMED, image="paragraph--a.text/5.en.img-6f2c", alt="There.")
PLAIN = replace(
    NEVER, image=f"{TEXT}.src-0a1b2c", tag=Tag.IMG, page_url=PAGE, alt="Plain."
)
SECOND_PLAIN = replace(PLAIN, image=f"{TEXT}.src-0a1b2c.1", alt="Plain again.")


def elsewhere(slot: FileSlot, alt: str | None = None) -> FileSlot:
    """The same in the text of another page."""
    image = slot.image.replace("/7.", "/8.")
    alt = slot.alt if alt is None else alt
    return replace(slot, image=image, page_url="https://x.test/other", alt=alt)


@dataclass(frozen=True)
class Case:
    """The pictures of a page with one file, and which images each of them is."""

    slots: list[FileSlot]
    shown: list[tuple[str | None, list[FileSlot]]]
    named: str = ""
    """The uuid that the elements name."""
    beside: list[Placed] = field(default_factory=list)


def placed(alt: str | None, number: int, uuid: str = "", file: str = STYLED) -> Placed:
    use = Use(PAGE, place=number, alt=alt)
    return Placed(use, PictureKind.IMG, (file,), uuid)


CASES = {
    "every place of a medium": Case(
        [FIELD, M, EMBED, OVERRIDE],
        [
            ("Field.", [FIELD]),
            ("Medium.", [M, EMBED]),
            ("Override.", [OVERRIDE]),
            ("Medium.", [M, EMBED]),
        ],
    ),
    "an old text of the medium": Case(
        [M, EMBED, OVERRIDE],
        [("Old.", [M, EMBED]), ("Override.", [OVERRIDE])],
    ),
    "an old text of an embedded medium, or of the medium": Case(
        [M, EMBED, OVERRIDE],
        [("Medium.", [M, EMBED]), ("Old.", [M, EMBED, OVERRIDE])],
    ),
    "a medium that nothing in a text shows": Case([M], [("Old.", [M])]),
    "embedded in another text only": Case(
        [M, elsewhere(EMBED)], [("Medium.", [M]), ("Old.", [M])]
    ),
    "a text of its own elsewhere, as a block has": Case(
        [M, EMBED, elsewhere(OVERRIDE)],
        [("Override.", [elsewhere(OVERRIDE)]), ("Medium.", [M, EMBED])],
    ),
    "a medium that the mirror has not": Case(
        [EMBED, OVERRIDE],
        [("Medium.", [EMBED]), ("Override.", [OVERRIDE])],
    ),
    "of such a medium the texts of other pages": Case(
        [elsewhere(EMBED)], [("Medium.", [elsewhere(EMBED)])]
    ),
    "the same text as the medium": Case(
        [M, EMBED, replace(OVERRIDE, alt="Medium.")],
        [("Medium.", [M, replace(OVERRIDE, alt="Medium."), EMBED])],
    ),
    "decorative at one place": Case(
        [M, EMBED, DECORATIVE], [("", [DECORATIVE]), ("Medium.", [M, EMBED])]
    ),
    "a tag that names its file": Case(
        [NAMED, elsewhere(NAMED, "Old.")], [("Old.", [NAMED])], named="6f2c"
    ),
    "equal tags by their order": Case(
        [SECOND, NAMED],
        [("Named again.", [NAMED]), ("Old.", [SECOND])],
        named="6f2c",
    ),
    "more of them than the text has": Case(
        [SECOND, NAMED],
        [
            ("Named again.", [SECOND]),
            ("Named.", [NAMED]),
            ("Old.", [SECOND, NAMED]),
        ],
        named="6f2c",
    ),
    "one in the text, and one more on the page": Case(
        [NAMED, elsewhere(IN_PARAGRAPH)],
        [("There.", [elsewhere(IN_PARAGRAPH)]), ("Named.", [NAMED])],
        named="6f2c",
    ),
    "equal tags of two fields": Case(
        [NAMED, IN_PARAGRAPH],
        [
            (
                "There.",
                [replace(NAMED, image="paragraph--a.text/5.en.img-6f2c", alt="There.")],
            ),
            ("Named.", [NAMED]),
        ],
        named="6f2c",
    ),
    "a tag of a text without a page": Case(
        [replace(NAMED, page_url=None)],
        [("Old.", [replace(NAMED, page_url=None)])],
        named="6f2c",
    ),
    "equal tags without a uuid": Case(
        [PLAIN, SECOND_PLAIN],
        [("Plain again.", [PLAIN]), ("Old.", [SECOND_PLAIN])],
    ),
    "a field, and tags without a uuid": Case(
        [FIELD, PLAIN, SECOND_PLAIN],
        [
            ("Field.", [FIELD]),
            ("Plain again.", [SECOND_PLAIN]),
            ("Plain.", [PLAIN]),
        ],
    ),
    "a field beside a tag that names its file": Case(
        [FIELD, NAMED],
        [("Old.", [FIELD])],
        beside=[placed("Named.", 9, "6f2c")],
    ),
    "a field, and another page's text": Case(
        [replace(FIELD, page_url=None), elsewhere(PLAIN)],
        [
            ("Old.", [replace(FIELD, page_url=None)]),
            ("Plain.", [elsewhere(PLAIN)]),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_images_that_each_picture_is(case: Case) -> None:
    pictures = [
        placed(alt, number, case.named) for number, (alt, _) in enumerate(case.shown, 1)
    ]
    page = PageContent(PAGE, language="en", pictures=(*pictures, *case.beside))
    for picture, (alt, expected) in zip(pictures, case.shown, strict=True):
        found = narrowed(case.slots, picture, page)
        assert [slot.image for slot in found] == [one.image for one in expected], alt


def test_the_item_of_an_image_in_a_text_has_all_its_languages() -> None:
    german = replace(SECOND, image="node--page.body/7.de.img-6f2c.1")
    assert german.item == SECOND.item != NAMED.item
    assert german.equals != SECOND.equals == NAMED.equals
    assert (NAMED.nth, SECOND.nth) == (0, 1)
    odd = replace(NAMED, image="elsewhere/x.jpg")
    assert (odd.item, odd.equals, odd.nth) == ("elsewhere/x.jpg", "elsewhere/x.jpg", 0)
