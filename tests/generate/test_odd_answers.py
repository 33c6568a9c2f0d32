"""Whatever a provider sends: the others' answers are stored, the odd one is its image's
failure or its text, the money stays a number, and nothing is paid for twice. The real
llm and openai libraries, a real socket, a real database."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync.store import ledger
from altsync.store.worklist import Worklist
from tests.doubles.providers.openai import Act, Double, completion, decided, words_of
from tests.generate.conftest import Bench
from tests.lengths import SHARED

Filled = Callable[[int], Bench]
GOOD = Act.alt("A cat on a mat.")
LONE = "\ud800"
MOST = 1_000_000_000


def usage(into: Any, out: Any = 50) -> dict[str, Any]:
    return {"prompt_tokens": into, "completion_tokens": out, "total_tokens": 0}


def odd(**parts: Any) -> Act:
    """A completion with these parts in place of sound ones."""
    body = completion(Act(decided("A dog in a park.")), "double")
    return Act(raw=json.dumps({**body, **parts}).encode(), paid=True)


def saying(text: Any) -> Act:
    message = {"role": "assistant", "content": text}
    return odd(choices=[{"index": 0, "message": message, "finish_reason": "stop"}])


class Round:
    """One odd image and a sound one, through the whole stage."""

    def __init__(self, bench: Bench, double: Double) -> None:
        self.bench = bench
        self.double = double
        self.number = 0
        self.act = GOOD
        double.act = self._answer
        double.keep = False

    def _answer(self, body: dict[str, Any]) -> Act:
        found = re.search(r"Title (\d+)", words_of(body))
        assert found
        return GOOD if int(found[1]) % 2 else self.act

    def run(self, act: Act) -> tuple[str, str]:
        """Both images are asked about. The ids of the odd one and of the sound one."""
        self.act = act
        two = self.bench.add(self.number), self.bench.add(self.number + 1)
        self.number += 2
        self.bench.pull()
        self.bench.run(Worklist(images=two), threads=2)
        return two

    def check(self, act: Act) -> None:
        """What holds for every answer."""
        image, sound = self.run(act)
        rows = self.bench.rows
        made = rows("SELECT alt FROM candidates WHERE image_id = ?", sound)
        assert made == [("A cat on a mat.",)]
        stored = rows(
            "SELECT input_tokens, output_tokens, cost_usd, run_id FROM candidates"
            " WHERE image_id = ?1 UNION ALL"
            " SELECT input_tokens, output_tokens, cost_usd, run_id FROM failures"
            " WHERE image_id = ?1 AND model = 'double'",
            image,
        )
        assert len(stored) == 1
        into, out, dollars, run = stored[0]
        assert into is None or 0 <= into <= 2 * MOST
        assert out is None or 0 <= out <= 2 * MOST
        assert dollars is None or 0 <= dollars < math.inf
        (line,) = ledger.spent(self.bench.store.conn, "model")
        assert line.cost_usd is not None
        assert 0 <= line.cost_usd < math.inf
        paid = self.double.paid
        self.bench.run(Worklist(images=(image, sound)))
        assert self.double.paid == paid, "nothing is paid for twice"
        assert rows("SELECT error FROM runs WHERE id = ?", run) == [(None,)]


@pytest.fixture
def trial(filled: Filled, double: Double) -> Round:
    return Round(filled(0), double)


NAMED = {
    "1,500 brackets": saying("[" * 1500),
    "usage is a text": odd(usage="many"),
    "usage of texts": odd(usage=usage("many", "few")),
    "usage is not a number": odd(usage=usage(math.nan)),
    "usage without end": odd(usage=usage(math.inf)),
    "10^30 tokens": odd(usage=usage(10**30)),
    "2^62 tokens": odd(usage=usage(2**62)),
    "minus 30 million tokens": odd(usage=usage(-30_000_000)),
    "half a token": odd(usage=usage(0.5)),
    "usage is a list": odd(usage=[1, 2]),
    "usage nested": odd(usage=usage({"a": [1]})),
    "usage details": odd(usage={**usage(9), "completion_tokens_details": "x"}),
    "half a character": saying(decided(f"A cat {LONE} here.")),
    "half a character beside": saying(decided("A cat.", text_in_image=LONE)),
    "half a character in why": saying(decided("A cat.", unsure=True, why=LONE)),
    "half a character in a key": saying(json.dumps({LONE: 1})),
    "NUL": saying(decided("A cat\x00.")),
    "NUL beside": saying(decided("A cat.", text_in_image="\x00")),
    "a million letters": saying("a" * 1_000_000),
    "no choices": odd(choices=[]),
    "choices is a text": odd(choices="no"),
    "choices of nothing": odd(choices=[None]),
    "content is a number": saying(7),
    "content is a list": saying([{"type": "text", "text": "x"}]),
    "model is a list": odd(model=["a"]),
    "model is half a character": odd(model=LONE),
    "finish is an object": odd(
        choices=[{"message": {"content": "x"}, "finish_reason": {}}]
    ),
    # closed: one that ends too early is an answer that was cut, and Python 3.13 says so
    "a body of brackets": Act(raw=b"[" * 1500 + b"]" * 1500, paid=True),
    "200,000 brackets": Act(raw=b"[" * 200_000 + b"]" * 200_000, paid=True),
    "null": Act(raw=b"null", paid=True),
    "a text": Act(raw=b'"hello"', paid=True),
}


@pytest.mark.parametrize("name", NAMED)
def test_an_odd_answer_is_one_images_own_affair(trial: Round, name: str) -> None:
    trial.check(NAMED[name])


LETTERS = st.characters(categories=("L", "N", "P", "Z", "Cc", "Cs"))
TEXTS = st.text(LETTERS, max_size=30)
LEAVES = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers(-(2**70), 2**70)
    | st.integers(0, 3000)
    | TEXTS
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=6,
)
USAGES = ANYTHING | st.fixed_dictionaries(
    {},
    optional={
        "prompt_tokens": ANYTHING,
        "completion_tokens": ANYTHING,
        "total_tokens": ANYTHING,
        "completion_tokens_details": ANYTHING,
    },
)
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "decision": st.sampled_from(["informative", "decorative"]) | ANYTHING,
        "alt": TEXTS | ANYTHING,
        "text_in_image": TEXTS | ANYTHING,
        "people": st.booleans() | ANYTHING,
        "unsure": st.booleans() | ANYTHING,
        "why": TEXTS | ANYTHING,
    },
).map(json.dumps)
DEEP = st.integers(900, 3000).map(lambda count: '{"alt":' * count)
ACTS = (
    USAGES.map(lambda value: odd(usage=value))
    | (TEXTS | OBJECTS | DEEP | ANYTHING).map(saying)
    | st.builds(
        lambda name, value: odd(**{name: value}),
        st.sampled_from(["id", "model", "choices", "created", "object", "error"]),
        ANYTHING,
    )
    | ANYTHING.map(lambda value: Act(raw=json.dumps(value).encode(), paid=True))
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=SHARED,
)
@given(act=ACTS)
def test_whatever_arrives(trial: Round, act: Act) -> None:
    trial.check(act)
