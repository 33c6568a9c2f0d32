"""The client that all calls of a run share: no answer is larger than any answer is,
whatever it unpacks to, and what broke off is known."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator

import openai
import pytest

from altsync.generate import wire
from tests.doubles.providers.openai import Act, Double, completion, decided
from tests.generate.conftest import Bench

Filled = Callable[[int], Bench]
GIGABYTES = 4


def bomb(bits: int) -> bytes:
    """A small body that unpacks to gigabytes of blanks. Its end, which nobody shall
    reach, is missing."""
    packer = zlib.compressobj(9, wbits=bits)
    blank = b" " * (1 << 20)
    first, more = (
        packer.compress(blank) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    return first + more * (GIGABYTES << 10)


ASK = """
import resource, sys
from pathlib import Path
from altsync.generate.opening import open_model
from altsync.generate.prompt import Wishes, build
from altsync.generate.task import Task
from altsync.generate.work import work

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

model = open_model("double", {}, 60.0)
task = Task("double", build(Wishes(), True), (), b"jpeg", timeout=60.0)
first = work(task)
before = most()
second = work(task)
print(first.answer is not None, second.remedy, most() - before)
print(second.problem)
"""


@pytest.mark.parametrize(
    ("name", "bits", "code"),
    [
        ("gzip", 31, 200),
        pytest.param("deflate", 15, 200, marks=pytest.mark.slow),
        pytest.param("gzip", 31, 400, marks=pytest.mark.slow),
    ],
)
def test_a_small_body_that_unpacks_to_gigabytes_is_not_unpacked(
    llm_home: object, double: Double, name: str, bits: int, code: int
) -> None:
    raw = bomb(bits)
    assert len(raw) < 10_000_000
    packed = Act(raw=raw, headers={"Content-Encoding": name}, code=code)
    double.acts = [Act.alt("A cat on a mat."), packed]
    ran = subprocess.run(
        [sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30,) * 2),
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    first, problem = ran.stdout.splitlines()
    answered, remedy, more = first.split()
    assert (answered, remedy) == ("True", "image")
    assert int(more) < 64, f"{more} MB more than before"
    assert "larger than any text" in problem


def test_a_bomb_is_that_images_failure(filled: Filled, double: Double) -> None:
    bench = filled(3)
    packed = Act(
        raw=gzip.compress(b" " * 40_000_000), headers={"Content-Encoding": "gzip"}
    )
    good = Act.alt("A cat on a mat.")
    double.acts = [good, packed, good]
    done = bench.run()
    assert (done.made, done.failed, double.calls) == (2, 1, 3)
    (error,) = bench.rows("SELECT error FROM failures")[0]
    assert "larger than any text" in error


@pytest.mark.parametrize("name", ["gzip", "deflate", "identity"])
def test_a_packed_answer_is_an_answer(
    filled: Filled, double: Double, name: str
) -> None:
    packs: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "identity": bytes,
    }
    body = json.dumps(completion(Act(decided("A cat on a mat.")), "double")).encode()
    double.acts = [Act(raw=packs[name](body), headers={"Content-Encoding": name})]
    assert filled(1).run().made == 1


def test_openai_does_not_look_through_the_question(double: Double) -> None:
    """It takes a sixth of a call's CPU to. What stands beside it is sent as ever."""
    client = wire.client(openai.OpenAI(api_key="k", base_url=double.base), 5.0)
    looked: list[str] = []

    class Question(list[object]):
        def __iter__(self) -> Iterator[object]:
            looked.append(sys._getframe(1).f_code.co_filename)
            return super().__iter__()

    part = {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,AAAA"}}
    with contextlib.closing(client):
        client.chat.completions.create(
            model="double",
            messages=Question([{"role": "user", "content": [part]}]),
            extra_body={"provider": "first"},
        )
    (body,) = double.requests
    assert body["messages"] == [{"role": "user", "content": [part]}]
    assert (body["model"], body["provider"]) == ("double", "first")
    assert not [file for file in looked if "_transform" in file]
