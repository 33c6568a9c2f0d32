"""A plugin of llm's that fails is left out and named; the models of the others work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import llm
import pytest

from altsync.errors import ModelStopped
from altsync.generate import catalogue, opening, plugins
from tests.doubles.providers.openai import Double


class Offline:
    """A plugin that asks the network for its models, and cannot."""

    fails = True
    error: BaseException | None = KeyError("data")
    """None: it registers what is no model."""

    @llm.hookimpl
    def register_models(self, register: Callable[..., None]) -> None:
        print("Far away")
        if self.fails and self.error is not None:
            raise self.error
        if self.fails:
            register(None)


@pytest.fixture
def offline(double: Double) -> Iterator[Offline]:
    from llm.plugins import load_plugins, pm

    load_plugins()  # type: ignore[no-untyped-call]
    plugin = Offline()
    pm.register(plugin, name="llm-far")
    yield plugin
    opening.forget()
    pm.unregister(plugin)


def test_a_plugin_that_cannot_list_its_models_is_left_out(offline: Offline) -> None:
    assert opening.open_model("double", {}, 5.0).name == "double"
    assert any(line.name == "double" for line in catalogue.seeing())
    (sentence,) = plugins.left_out()
    assert sentence.startswith("The models of llm-far are left out")
    assert "(KeyError: 'data')" in sentence
    with pytest.raises(ModelStopped, match=r"'far/away'.*models of llm-far are left"):
        opening.open_model("far/away", {}, 5.0)


def test_a_plugin_may_end_print_or_register_what_is_no_model(
    offline: Offline, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ended altsync without a word, with its own exit code; its words stood in JSON."""
    errors = {SystemExit(4): "SystemExit: 4", None: "AttributeError"}
    for offline.error, why in errors.items():
        opening.forget()
        assert opening.open_model("double", {}, 5.0).name == "double"
        (sentence,) = plugins.left_out()
        assert why in sentence
    assert "Far" not in capsys.readouterr().out


def test_it_may_try_again(offline: Offline) -> None:
    opening.open_model("double", {}, 5.0)
    offline.fails = False
    opening.forget()
    opening.open_model("double", {}, 5.0)
    assert plugins.left_out() == ()


BROKEN = {
    "llm_torn.py": "import a_module_that_is_not_there",
    "llm_quits.py": "raise SystemExit(3)",
    "llm_hooks.py": (
        "import llm\n\n@llm.hookimpl\ndef register_models(register, odd): pass\n"
    ),
}


def install(directory: Path) -> str:
    """Packages with a plugin that cannot be imported; what llm is to load."""
    names = []
    for file, code in BROKEN.items():
        (directory / file).write_text(code)
        module = file.removesuffix(".py")
        package = module.replace("_", "-")
        info = directory / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text(f"[llm]\n{module} = {module}\n")
        names.append(package)
    return ",".join(["altsync", *names])


def run(args: list[str], environment: dict[str, Any]) -> tuple[str, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "altsync", *args],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, ran.stderr


@pytest.mark.slow
def test_a_plugin_that_cannot_be_imported_is_one_sentence(
    double: Double, tmp_path: Path
) -> None:
    load = install(tmp_path)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    out, err = run(["models"], {"LLM_LOAD_PLUGINS": load, "PYTHONPATH": path})
    assert "double-plain" in out
    for package, why in (
        (
            "llm-torn",
            "ModuleNotFoundError: No module named 'a_module_that_is_not_there'",
        ),
        ("llm-quits", "SystemExit: 3"),
        ("llm-hooks", "PluginValidationError: "),
    ):
        (line,) = [line for line in err.splitlines() if package in line]
        assert line.startswith(
            f"The plugin {package} is left out: it cannot be imported"
        )
        assert f"({why}" in line
        assert f"`altsync plugins install -U {package}`" in line


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("claude-opus-99", "`altsync plugins install llm-anthropic` adds more."),
        ("openrouter/some/model", "`altsync plugins install llm-openrouter`"),
        ("no-such", "`altsync plugins install llm-NAME`"),
        ("altsync-dem", "Did you mean `altsync-demo`? `altsync models`"),
    ],
)
def test_what_would_bring_a_model_is_named(name: str, said: str) -> None:
    with pytest.raises(ModelStopped) as caught:
        opening.open_model(name, {}, 1.0)
    assert said in str(caught.value)
    assert name != "no-such" or "Did you mean" not in str(caught.value)
