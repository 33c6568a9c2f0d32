"""What a page was expected to be read as, from JSON: what is not named is as `Use` has it
when a page says nothing; addresses without a host are the site's."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from altsync.models import PageContent, PageFile, PictureKind, Placed, Region, Use


def is_read_as(page: PageFile, site: str, content: PageContent, said: Any) -> None:
    """Asserts that every picture and every field of a page is as `said`."""
    assert (content.title, content.language) == (said["title"], said["language"])
    assert content.text.startswith(said["text"])
    expected = [
        _placed(page.url, site, number, picture, said)
        for number, picture in enumerate(said["pictures"], 1)
    ]
    found = [asdict(placed) for placed in content.pictures]
    assert found == [asdict(placed) for placed in expected]


def _placed(
    url: str, site: str, number: int, said: dict[str, Any], page: Any
) -> Placed:
    fields = dict(said)
    kind = PictureKind(fields.pop("kind", "img"))
    addresses = tuple(_absolute(site, one) for one in fields.pop("addresses"))
    uuid = fields.pop("uuid", "")
    use = Use(
        page_url=url,
        page_title=page["title"],
        place=number,
        kind=kind,
        language=fields.pop("language", page["language"]),
        region=Region(fields.pop("region", "main")),
        link=_absolute(site, fields.pop("link", "")),
        **fields,
    )
    return Placed(use, kind, addresses, uuid)


def _absolute(site: str, address: str) -> str:
    is_own = address.startswith("/") and not address.startswith("//")
    return site + address if is_own else address
