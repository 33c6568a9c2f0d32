"""Every error of every provider (`troubles`), through its real plugin: what altsync makes
of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest

from altsync.generate import hearing
from altsync.generate.asking import Model, Posed
from altsync.generate.opening import open_model
from altsync.generate.prompt import SCHEMA
from altsync.generate.salvage import Unreadable
from altsync.generate.trouble import Trouble, judge
from tests.doubles.providers.base import Act, Provider
from tests.doubles.providers.hosting import DOUBLES, PLUGINS, hosted, key_of
from tests.generate.providers.troubles import TABLE, Row

Asked: TypeAlias = tuple[Provider, Model]
POSED = Posed("Describe.", "This picture.", b"\xff\xd8", SCHEMA)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("llm")


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[dict[str, Asked]]:
    """Every provider's double and its model."""
    found: dict[str, Asked] = {}
    keys = {name: key_of(name) for name in DOUBLES}
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("LLM_USER_PATH", str(home))
        for name in DOUBLES:
            if name in PLUGINS:
                pytest.importorskip(PLUGINS[name])
            double = stack.enter_context(hosted(name, home))
            (home / "keys.json").write_text(json.dumps(keys))
            model = open_model(double.model, {}, 5.0)
            stack.callback(model.close)  # the next provider makes `opening` forget it
            found[name] = (double, model)
        yield found


@pytest.fixture
def asked(
    served: dict[str, Asked], home: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Asked]:
    """With their keys, which each test starts without."""
    monkeypatch.setenv("LLM_USER_PATH", str(home))
    return served


def trouble_with(asked: Asked, act: Act) -> Trouble:
    """What altsync makes of one call that is answered so."""
    double, model = asked
    double.acts = [act]
    before = double.calls
    error: Exception
    try:
        reply = model.ask(POSED)
    except Unreadable as unreadable:
        error = unreadable.error
    except Exception as other:
        error = other
    else:
        raise AssertionError(f"no trouble: {reply}")
    assert double.calls == before + 1, f"no library tries again by itself: {error!r}"
    return judge(error, double.model, hearing.heard(), model.secrets())


@pytest.mark.parametrize(
    "row", TABLE, ids=[f"{row.provider}-{row.sentence}" for row in TABLE]
)
def test_what_is_made_of_it(row: Row, asked: dict[str, Asked]) -> None:
    trouble = trouble_with(asked[row.provider], row.act)
    assert trouble.remedy is row.remedy
    assert row.sentence in trouble.sentence
    assert trouble.wait == row.wait
    found = (trouble.limited, trouble.refused, trouble.lost)
    assert found == (row.limited, row.refused, row.lost)
    assert row.reason in trouble.reason


@pytest.mark.parametrize("name", sorted(DOUBLES))
def test_no_key_is_in_what_is_kept(name: str, asked: dict[str, Asked]) -> None:
    """The very key of the model, whatever its shape; and an address with one."""
    key = key_of(name)
    said = f"No: {key} at http://me:{key}@host.test:8080/v1?key={key} is wrong."
    trouble = trouble_with(asked[name], Act.status(401, message=said))
    assert key not in trouble.reason
    assert "[key]" in trouble.reason
    assert "host.test" not in trouble.reason
    assert (
        trouble.reason.endswith("is wrong.") or "(status code: 401)" in trouble.reason
    )
