"""A long and thin picture reaches every provider as its parts, in order, through the
real plugins."""

from __future__ import annotations

import base64
import json
import re

import pytest

from altsync.pictures.prepare import prepare
from tests.doubles.providers.hosting import DOUBLES
from tests.generate.conftest import Bench
from tests.generate.providers.conftest import Serve
from tests.generate.providers.test_contract import run
from tests.pictures.made import boxed, encoded

JPEG = re.compile(r"/9j/[A-Za-z0-9+/]+=*")
"""Any picture, wherever a protocol puts it."""


@pytest.mark.parametrize("name", DOUBLES)
def test_every_part_is_sent_in_order(name: str, serve: Serve, bench: Bench) -> None:
    double = serve(name)
    data = encoded(boxed((900, 9000)), "JPEG")
    bench.add(1, pixels=data)
    bench.pull()
    run(bench, double)
    assert bench.rows("SELECT count(*) FROM candidates") == [(double.calls,)] == [(1,)]
    (body,) = double.requests
    first = prepare(data)
    parts = [first.jpeg, *(part.jpeg for part in first.more)]
    assert [base64.b64decode(sent) for sent in JPEG.findall(json.dumps(body))] == parts
    assert "The 3 attached pictures are parts" in double.words(body)
