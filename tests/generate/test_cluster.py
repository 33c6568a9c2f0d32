"""The same tasks on a Dask cluster of two processes; results are written here, keys
stay in the workers' environment."""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Callable

import pytest

from altsync.errors import UsageError
from altsync.generate.context import Piece, Trust
from altsync.generate.prompt import Wishes, build
from altsync.generate.setup import answering
from altsync.generate.task import Task
from altsync.generate.work import work
from altsync.lint import Evidence, ruleset
from altsync.models import Banned, Decision
from tests.doubles.providers.openai import Double
from tests.generate.conftest import Bench, photo


def test_a_task_and_its_outcome_cross_a_process(double: Double) -> None:
    from tests.pictures.made import shrunk

    piece = Piece("title", "T", Trust.SITE, "title")
    task = Task(
        "double",
        build(Wishes(), schema=True),
        (piece,),
        shrunk(photo(1)),
        evidence=Evidence(title="T", notes=("A note",), published=Decision.TEXT),
        rules=ruleset("strict", {"leak": "off"}, [Banned("lad", "boy")]),
    )
    copy = pickle.loads(pickle.dumps(task))
    assert copy == task
    outcome = pickle.loads(pickle.dumps(work(copy)))
    assert outcome.answer.alt.startswith("A picture with the mark")
    assert "key" not in re.sub("keys|keywords", "", str(task).lower())


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_two_processes_do_the_work(
    filled: Callable[[int], Bench], double: Double
) -> None:
    distributed = pytest.importorskip("distributed")
    bench = filled(24)
    double.latency = 0.05
    seen: set[int] = set()
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=4,
            processes=True,
            dashboard_address=None,
            env=dict(os.environ),
        ) as cluster,
        answering(cluster.scheduler_address) as answer,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        done = bench.run(threads=8, answer=answer)
        seen.update(client.run(os.getpid).values())
    assert (done.made, double.paid) == (24, 24)
    assert len(seen) == 2
    assert os.getpid() not in seen
    assert double.connections > 1
    assert bench.rows("SELECT count(DISTINCT image_id) FROM candidates") == [(24,)]


def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    with (
        pytest.raises(UsageError, match="no scheduler answers"),
        answering("nonsense://x"),
    ):
        pass
