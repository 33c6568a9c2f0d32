"""Models whose questions somebody else answers: with a key or without, known or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from altsync.errors import ModelStopped, UnknownModel, UsageError
from altsync.generate import estimate, opening
from altsync.generate.opening import NO_KEY, given_away, open_model
from altsync.generate.stranger import is_stranger
from tests.doubles.providers.openai import Double

ENGINE = "Qwen/Qwen2.5-VL-7B-Instruct"
KNOWN = "gpt-4o-mini"


def test_llm_need_not_know_it_and_it_is_only_lent(llm_home: Path) -> None:
    opening.forget()
    with given_away(ENGINE, {"top_k": "20", "seed": "7"}, 9.0) as model:
        assert is_stranger(model.inner)
        assert open_model(ENGINE, {"top_k": "20", "seed": "7"}, 9.0) is model
        assert model.options == {"top_k": "20", "seed": "7"}
        assert model.typed_options == {"top_k": 20, "seed": 7}
        assert model.secrets() == ()
    with pytest.raises(UnknownModel):
        open_model(ENGINE, {"top_k": "20", "seed": "7"}, 9.0)
    opening.forget()


def test_a_key_is_not_needed_and_one_that_is_there_is_known(
    llm_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening.forget()
    with given_away(KNOWN, {}, 9.0) as model:
        assert not is_stranger(model.inner)
        assert model.secrets() == (NO_KEY,)
    with pytest.raises(ModelStopped, match="There is no key"):
        open_model(KNOWN, {}, 9.0)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-real-key-of-mine")
    with given_away(KNOWN, {}, 9.0) as model:
        assert model.secrets() == ("sk-real-key-of-mine",)
    with (
        pytest.raises(UsageError, match="does not take the option top_k"),
        given_away(KNOWN, {"top_k": "20"}, 9.0),
    ):
        pass
    opening.forget()


def test_what_was_open_before_is_open_afterwards(double: Double) -> None:
    before = open_model("double", {}, 9.0)
    with given_away("double", {}, 9.0) as lent:
        assert open_model("double", {}, 9.0) is lent is not before
    assert open_model("double", {}, 9.0) is before


@pytest.mark.parametrize(
    ("name", "own", "known"),
    [
        (ENGINE, {}, False),
        (ENGINE, {ENGINE: {"input": 0, "output": 0}}, True),
        ("gemini-2.5-flash", {}, True),
    ],
)
def test_its_price_is_the_owners_or_the_lists(
    name: str, own: dict[str, object], known: bool, llm_home: Path
) -> None:
    with given_away(name, {}, 9.0) as model:
        assert is_stranger(model.inner)
        assert (estimate.price_of(model, own) is not None) == known
