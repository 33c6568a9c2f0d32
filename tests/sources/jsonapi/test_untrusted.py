"""Whatever JSON the site answers: an image, an Unread or an error of altsync, never
another exception."""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from altsync.config import parse
from altsync.errors import AltsyncError
from altsync.models import SiteImage
from altsync.sources.base import Unread
from altsync.sources.jsonapi.discover import discover
from altsync.sources.jsonapi.toml import config_toml
from altsync.sources.kinds import JsonapiConfig
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.server import Site
from tests.sources.jsonapi.world import FIELDS, QUICK, listed, source_of, state

JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "x",
        "\ud800",
        [],
        [None],
        [[]],
        {},
        {"data": None},
        {"id": 7},
        [{"id": None}],
        {"meta": []},
    ]
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every part of a JSON value."""
    found = [here]
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    for key, part in parts:
        found += paths(part, (*here, key))
    return found


def spoil(document: Any, pick: int, junk: Any) -> Any:
    """A copy of the document with one part replaced."""
    made = copy.deepcopy(document)
    path = paths(made)[pick % len(paths(made))]
    if not path:
        return junk
    parent = made
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = junk
    return made


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    step=st.sampled_from(["entry", "sample", "page", "hidden", "fresh", "write"]),
    pick=st.integers(0, 2000),
    junk=JUNK,
)
def test_no_answer_breaks_it(step: str, pick: int, junk: Any) -> None:
    site, answer = _Shared.site, Site.answer

    def spoiled(self: Site, method: str, target: str, headers: Any, body: bytes) -> Any:
        reply = answer(self, method, target, headers, body)
        if isinstance(reply.body, dict) and kind(method, target) == step:
            # Half a surrogate pair arrives as an escape, as json.dumps writes it.
            reply.body = json.dumps(spoil(reply.body, pick, junk)).encode()
        return reply

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Site, "answer", spoiled)
        source = source_of(site, fields=FIELDS)
        try:
            for item in source.listing():
                assert isinstance(item, SiteImage | Unread)
                json.dumps([item.id]).encode("utf-8")
            (image,) = _Shared.images
            fresh = source.fresh([image])
            source.write(
                fresh,
                {i: {**flat, "alt": f"{pick}"} for i, flat in fresh.flats.items()},
                "",
            )
        except AltsyncError:
            pass
        finally:
            source.close()


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(which=st.integers(0, 60), pick=st.integers(0, 2000), junk=JUNK)
def test_no_answer_breaks_init(which: int, pick: int, junk: Any) -> None:
    answer, asked = Site.answer, itertools.count()

    def spoiled(self: Site, method: str, target: str, headers: Any, body: bytes) -> Any:
        reply = answer(self, method, target, headers, body)
        if isinstance(reply.body, dict) and next(asked) == which:
            reply.body = json.dumps(spoil(reply.body, pick, junk)).encode()
        return reply

    config = JsonapiConfig(login="none")
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(AltsyncError):
        patch.setattr(Site, "answer", spoiled)
        found = discover(_Shared.site.url, config, patience=QUICK)
        parse(config_toml(found))
        "".join(note.sentence for note in found.notes).encode("utf-8")


def kind(method: str, target: str) -> str:
    if method == "PATCH":
        return "write"
    if target.endswith("/jsonapi"):
        return "entry"
    if "include=" in target:
        return "page"
    if "sort=status" in target:
        return "hidden"
    return "fresh" if "?" in target else "sample"


class _Shared:
    """One site for all examples: starting one takes longer than an example."""

    site: DemoDrupal
    images: list[SiteImage]


@pytest.fixture(autouse=True, scope="module")
def _site() -> Any:
    with DemoDrupal(state=state()) as site:
        site.add_media("words", title="T", label="ai", caption="C", status=True)
        site.add_media("hidden", status=False)
        site.add_article("Story", ["a", None])
        _Shared.site = site
        source = source_of(site, fields=FIELDS)
        _Shared.images = list(listed(source).values())[:1]
        yield site
