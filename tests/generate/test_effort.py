"""How little thinking a model is asked for. The models of other plugins are in
providers/test_money.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from altsync.generate.effort import Effort
from altsync.generate.hearing import Heard


@pytest.mark.parametrize(
    ("name", "effort"),
    [
        ("gpt-4o", None),
        ("o3", "low"),
        ("o4-mini", "low"),
        ("gpt-5", "minimal"),
        ("gpt-5-nano-2025-08-07", "minimal"),
        ("gpt-5.1", "none"),
        ("gpt-5.6-luna", "none"),
        ("gpt-6-sol", "none"),
    ],
)
def test_openais_names_tell_what_each_model_takes(
    name: str, effort: str | None, llm_home: Path
) -> None:
    import llm

    try:
        model = llm.get_model(name)
    except llm.UnknownModelError:
        pytest.skip("a newer llm has it")
    expected = {"reasoning_effort": effort} if effort else {}
    assert Effort(model, {}).asked == expected
    assert Effort(model, {"reasoning_effort": "high"}).asked == {}


class _Thinking:
    """A model of a host that the owner named."""

    model_id = "gpt-5.4"
    api_base = "http://127.0.0.1:1/v1"

    def __init__(self) -> None:
        from llm.default_plugins.openai_models import build_options_class

        self.Options = build_options_class(reasoning=True)

    def get_client(self) -> None:
        """It speaks OpenAI's protocol."""


def heard(status: int, body: Any) -> Heard:
    return Heard(status, {}, json.dumps(body).encode(), whole=True)


UNSUPPORTED = {"error": {"message": "Unsupported value.", "param": "reasoning.effort"}}
AT_LENGTH = {"error": {"message": "This model only works in thinking mode."}}
OF_ANOTHER = {"error": {"message": "No reasoning about this.", "param": "image"}}


@pytest.mark.parametrize(
    ("error", "answer", "gives_way"),
    [
        (Exception("400"), heard(400, UNSUPPORTED), True),
        (Exception("422"), heard(422, AT_LENGTH), True),
        (Exception("400"), heard(400, OF_ANOTHER), False),
        (Exception("429"), heard(429, UNSUPPORTED), False),
        (Exception("500"), heard(500, AT_LENGTH), False),
        # refused by the model: it was paid for
        (Exception("its reasoning was refused"), heard(200, {}), False),
        (ValueError("Thinking cannot be disabled"), None, True),
        (ConnectionError("thinking"), None, False),
    ],
)
def test_only_what_was_refused_unpaid_is_asked_again(
    error: Exception, answer: Heard | None, gives_way: bool
) -> None:
    effort = Effort(_Thinking(), {})
    sent = effort.now
    assert sent == {"reasoning_effort": "low"}, "as before: paid work keeps its key"
    assert effort.yields(sent, error, answer) is gives_way
    assert effort.now == ({} if gives_way else sent)
    assert effort.asked == sent
    # a thread that had sent the same is asked again, and takes nothing more away
    assert effort.yields(sent, error, answer) is gives_way
    assert effort.yields({}, error, answer) is False
