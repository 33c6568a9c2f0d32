"""What is seen of a picture on its way to a model, with an engine that reads words as one
may: right, wrong, nothing, or not at all."""

from __future__ import annotations

import json
from typing import Any

from altsync.config import parse
from altsync.pictures.words import Reader
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from altsync.uses import Known
from tests.doubles.providers.openai import Act, Double
from tests.generate.conftest import Bench

HERE = __name__
CHART = "Bar chart: 1,420 visitors came by search, 880 by mail."


def reads(jpeg: bytes) -> bytes:
    return json.dumps([["1,240", 0.05, 0.99], ["880", 0.05, 0.9]]).encode()


def breaks(jpeg: bytes) -> bytes:
    raise RuntimeError("a tensor of another shape")


def findings(bench: Bench) -> list[list[str]]:
    rows = bench.rows("SELECT findings FROM candidates ORDER BY image_id")
    return [
        [one["message"] for one in json.loads(found) if one["rule"] == "misread"]
        for (found,) in rows
    ]


def test_what_the_picture_says_is_held_against_the_text(
    bench: Bench, double: Double
) -> None:
    image = bench.add(1)
    bench.add(2)
    bench.pull()
    double.acts = [Act.alt(CHART), Act.alt(CHART.replace("1,420", "1,240"))]
    done = bench.run(reader=Reader("double 1", f"{HERE}:reads"))
    assert (done.made, done.unread) == (2, 0)
    said = "The picture says “1,240”, the text “1,420”: look which is right."
    assert sorted(findings(bench)) == [[], [said]]
    assert bench.rows("SELECT DISTINCT engine FROM picture_words") == [("double 1",)]
    config = parse('[site]\nurl = "http://site.test"\n')
    known = _known(bench.store, config, image)
    assert [line.text for line in known.read] == ["1,240", "880"], (
        "evidence from now on"
    )


def test_a_picture_is_read_once_by_each_engine(bench: Bench, double: Double) -> None:
    this = Worklist(images=(bench.add(1),))
    bench.pull()
    for engine in ("double 1", "double 1", "double 2"):
        bench.run(this, reader=Reader(engine, f"{HERE}:reads"))
    sql = "SELECT engine FROM picture_words ORDER BY engine"
    assert bench.rows(sql) == [("double 1",), ("double 2",)]
    done = bench.run(this, reader=Reader("double 1", f"{HERE}:breaks"), again=True)
    assert (done.made, done.unread) == (1, 0), "it was not read again"


def test_what_breaks_the_engine_stops_nothing(bench: Bench, double: Double) -> None:
    these = Worklist(images=(bench.add(1),))
    bench.pull()
    done = bench.run(these, reader=Reader("double 1", f"{HERE}:breaks"))
    assert (done.made, done.failed, done.unread) == (1, 0, 1)
    assert bench.rows("SELECT DISTINCT words FROM picture_words") == [("[]",)]
    done = bench.run(these, reader=Reader("double 1", f"{HERE}:breaks"), again=True)
    assert (done.made, done.unread) == (1, 0), "nor is it tried again"


def _known(store: Store, config: Any, image: str) -> Any:
    from altsync.store import mirror

    with store.read() as conn:
        (mirrored,) = mirror.named(conn, [image])
        return Known(config, conn).of(mirrored)
