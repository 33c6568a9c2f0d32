"""Which models are asked by the batch, and what is said of the others."""

from __future__ import annotations

import pytest

from altsync.errors import UsageError
from altsync.generate.batches.providers import of_model
from altsync.generate.opening import open_model
from tests.generate.conftest import Hosts
from tests.generate.providers.conftest import Serve, serve

__all__ = ["serve"]


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_those_that_are(hosts: Hosts, name: str) -> None:
    batches = of_model(open_model(hosts(name).model, {}, 5.0))
    assert batches.way == name
    assert batches.most_lines <= 100_000
    assert batches.most_bytes < 200_000_000


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("openrouter", "OpenRouter has no batches"),
        ("gemini", "Gemini has batches, and altsync does not speak to them"),
        ("mistral", "Mistral has batches, and altsync does not speak to them"),
        ("ollama", "a machine of yours"),
    ],
)
def test_those_that_are_not(serve: Serve, name: str, why: str) -> None:
    """What there is instead is said, and nothing is asked of anybody."""
    double = serve(name)
    model = open_model(double.model, {}, 5.0)
    with pytest.raises(UsageError, match=why) as caught:
        of_model(model)
    assert "altsync work export" in str(caught.value)
    assert double.calls == 0


def test_the_demonstration_is_not(llm_home: object) -> None:
    from altsync.generate import opening

    opening.forget()
    with pytest.raises(UsageError, match="Its plugin tells of none"):
        of_model(open_model("altsync-demo", {}, 5.0))
