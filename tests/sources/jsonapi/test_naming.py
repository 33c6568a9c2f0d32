"""The names in altsync.toml, and what is wrong with them."""

from __future__ import annotations

import pytest

from altsync.errors import ConfigError
from altsync.sources.jsonapi.naming import texts_of
from altsync.sources.kinds import JsonapiConfig


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (True, None),
        (False, {}),
        ((), {}),
        (
            ("node--page.body", "node--page.field_more", "node--page.body"),
            {"node--page": ("body", "field_more")},
        ),
    ],
)
def test_all_texts_none_or_those_that_are_named(
    texts: bool | tuple[str, ...], named: dict[str, tuple[str, ...]] | None
) -> None:
    assert texts_of(JsonapiConfig(texts=texts)) == named


@pytest.mark.parametrize(
    "entry", ["true", "body", "node--page", "node--page.body.value"]
)
def test_an_entry_of_another_form_is_named(entry: str) -> None:
    with pytest.raises(ConfigError, match=rf'jsonapi\.texts holds "{entry}"'):
        texts_of(JsonapiConfig(texts=(entry,)))


def test_a_field_holds_images_or_text() -> None:
    both = "node--page.body"
    with pytest.raises(ConfigError, match=r'both hold "node--page\.body"'):
        texts_of(JsonapiConfig(fields=(both,), texts=(both,)))
