"""The source on the recorded site: the state of a real Drupal, with its odd items, as
its recordings show it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from altsync.models import SiteImage
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.recorded import exchanges, seed
from tests.sources.jsonapi.world import FIELDS, MEDIA, listed, send, source_of


def test_the_whole_recorded_site_is_listed() -> None:
    with DemoDrupal(state=seed()) as site:
        source = source_of(site, languages=("en", "nl"), fields=FIELDS)
        listing = source.listing()
        images = [item for item in listing if isinstance(item, SiteImage)]
        assert len(images) == len({image.id for image in images})
        assert all(source.read(image.id) == image for image in images[::7])
        english = [
            image for image in images if image.album == MEDIA and image.language == "en"
        ]
        texts = Counter(image.alt for image in english)
        # Recorded: 37 items with '' and 29 with NULL, of which one has no image at all
        # (014, 016); nl has one more ''.
        recorded = {
            e.number: len(e.document["data"])
            for e in exchanges()
            if e.number in (14, 16)
        }
        assert (recorded[14], recorded[16]) == (37, 29)
        dutch_only_empty = sum(
            1 for i in images if i.album == MEDIA and i.language == "nl" and i.alt == ""
        )
        assert texts[None] == recorded[16] - 1
        assert recorded[14] - dutch_only_empty <= texts[""] <= recorded[14]
        assert {image.alt for image in images if image.language == "nl"} >= {
            "Een fiets tegen een brug."
        }
        assert any(image.id.endswith("/12.en.166.1") for image in images)
        assert listing.complete
        assert (
            len({entity for entity, _ in listing.hidden}) == 3
        )  # two media items and an article


def test_every_image_of_the_recorded_site_can_be_written_and_taken_back() -> None:
    with DemoDrupal(state=seed()) as site:
        site.grant("editor", "use text format full_html")
        source = source_of(site, languages=("en", "nl"), fields=FIELDS, label=None)
        before = {uuid: texts for uuid, (texts, _) in site.everything().items()}
        drafts = {
            f"{e.type}/{e.uuid}"
            for g in site.state.entities.values()
            for e in g.values()
            if e.draft
        }
        images = [
            image for image in listed(source).values() if image.entity not in drafts
        ]
        assert any(image.in_text for image in images[::5])
        for image in images[::5]:
            confirmed = send(source, image, alt="written")
            assert confirmed["alt"] == "written"
            send(source, image, alt=image.alt)
        after = {uuid: texts for uuid, (texts, _) in site.everything().items()}
        for uuid, texts in before.items():
            for language, text in texts.items():
                now = after[uuid][language].attributes.get("body")
                assert _kept(now) == _kept(text.attributes.get("body"))
                for name in ("field_media_image", "field_image", "field_gallery"):
                    assert after[uuid][language].relationships.get(
                        name
                    ) == text.relationships.get(name)


def _kept(body: Any) -> Any:
    """What a site stores of a text."""
    return body and {name: body[name] for name in ("value", "format", "summary")}
