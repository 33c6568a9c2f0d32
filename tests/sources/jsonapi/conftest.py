"""Fixtures: a demonstration Drupal, and a source logged in on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from altsync.sources.jsonapi import JsonapiSource
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import source_of, state


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        yield made


@pytest.fixture
def source(site: DemoDrupal) -> Iterator[JsonapiSource]:
    made = source_of(site)
    yield made
    made.close()
