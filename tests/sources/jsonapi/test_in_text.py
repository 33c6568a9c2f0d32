"""Pictures in formatted texts are images: found, told with what stands around them, and
read fresh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from altsync.models import OutOfReach, SiteImage, Tag
from altsync.sources.jsonapi import JsonapiSource
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.scenes import Texts, texts
from tests.sources.jsonapi.world import FIELDS, listed, source_of, state

TYPES = (
    "paragraph--picture_text.field_picture",
    "taxonomy_term--tags.field_term_image",
)


@pytest.fixture(scope="module")
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        yield made


@pytest.fixture(scope="module")
def scene(site: DemoDrupal) -> Texts:
    """Only read."""
    return texts(site)


@pytest.fixture(scope="module")
def source(site: DemoDrupal, scene: Texts) -> Iterator[JsonapiSource]:
    made = source_of(site, fields=(*FIELDS, *TYPES))
    yield made
    made.close()


@pytest.fixture(scope="module")
def images(source: JsonapiSource) -> dict[str, SiteImage]:
    return {key: one for key, one in listed(source).items() if one.in_text}


def test_texts_of_what_is_walked_hold_images(
    images: dict[str, SiteImage], scene: Texts
) -> None:
    """A picture that stands in several rows of a field is told apart there."""
    key = f"img-{scene.file.uuid}"
    article, term = scene.article.id, scene.term.id
    assert set(images) >= {
        f"node--article.body/{article}.en.{key}",
        f"node--article.field_rows/{article}.en.{key}",
        f"node--article.field_rows/{article}.en.{key}.1",
        f"node--article.field_rows/{article}.en.{key}.2",
        f"taxonomy_term--tags.description/{term}.en.{key}",
        f"paragraph--picture_text.field_text/{scene.paragraph.id}.en.{key}",
    }
    second = images[f"node--article.field_rows/{article}.en.{key}.1"]
    assert second.place == "2 of 3: Row 1 | "
    assert (second.has_label, second.label) == (False, None)
    assert set(second.flat()) == {"alt", "title", "caption", "place"}


def test_an_image_in_a_text_is_read_with_its_picture_and_words(
    source: JsonapiSource, scene: Texts, site: DemoDrupal
) -> None:
    page = f"node--page.body/{scene.page.id}.en"
    image = source.read(f"{page}.img-{scene.file.uuid}.2")
    assert image.alt == "a person&s words"
    assert (image.tag, image.file, image.out_of_reach) == (
        Tag.IMG,
        scene.file.uuid,
        None,
    )
    assert image.image_url == f"{site.url}{scene.file.url}"
    assert image.heading == "Birds & bees"
    assert image.entity == f"node--page/{scene.page.uuid}"
    medium = source.read(f"{page}.media-{scene.spoken.uuid}")
    assert medium.inherits
    assert medium.medium == f"media--image/{scene.spoken.uuid}"
    assert medium.image_url is not None
    assert source.read(f"{page}.src-d37ac7f44328").out_of_reach is OutOfReach.EXTERNAL
    fresh, stored = source.fresh([image, medium]), source.stored([image, medium])
    assert fresh.flats == stored == {one.id: one.flat() for one in (image, medium)}
