"""How a package is added so that it stays: by whoever keeps the environment's list."""

from __future__ import annotations

from pathlib import Path

import pytest

from altsync.installation import Installer, adding, extra, installer

RECEIPT = """[tool]
requirements = [
    {{ name = "altsync", extras = ["xlsx"]{where} }},
    {{ name = "llm-anthropic", specifier = ">=0.30" }},
]
"""


def _uv(root: Path, where: str = "") -> Path:
    (root / "uv-receipt.toml").write_text(RECEIPT.format(where=where))
    return root


def test_pip_adds_by_name(tmp_path: Path) -> None:
    assert installer(tmp_path) is Installer.PIP
    assert adding(["llm-gemini"], tmp_path) == "pip install llm-gemini"
    assert extra("heic", tmp_path) == "pip install 'altsync[heic]'"


def test_pipx_injects_into_the_environment_as_it_is_called(tmp_path: Path) -> None:
    root = tmp_path / "altsync_two"
    root.mkdir()
    (root / "pipx_metadata.json").write_text("{}")
    assert installer(root) is Installer.PIPX
    assert adding(["llm-gemini"], root) == "pipx inject altsync_two llm-gemini"
    assert extra("xlsx", root) == "pipx inject altsync_two 'openpyxl>=3.1.5'"


@pytest.mark.parametrize(
    ("where", "main"),
    [
        ("", "'altsync[xlsx]'"),
        (', specifier = "==0.2.0"', "'altsync[xlsx]==0.2.0'"),
        (', path = "/a b/x.whl"', "'altsync[xlsx] @ /a b/x.whl'"),
        (
            ', git = "https://x.test/a?rev=1"',
            "'altsync[xlsx] @ git+https://x.test/a?rev=1'",
        ),
    ],
)
def test_uv_is_told_all_that_it_had(tmp_path: Path, where: str, main: str) -> None:
    root = _uv(tmp_path, where)
    assert installer(root) is Installer.UV
    assert adding(["llm-gemini", "llm-anthropic>=0.30"], root) == (
        f"uv tool install {main} --with 'llm-anthropic>=0.30' --with llm-gemini"
    )


def test_a_receipt_that_cannot_be_read_leaves_the_name(tmp_path: Path) -> None:
    (tmp_path / "uv-receipt.toml").write_text("[tool")
    assert adding(["llm-x"], tmp_path) == "uv tool install altsync --with llm-x"


def test_an_extra_of_several_packages_names_them_all(tmp_path: Path) -> None:
    said = extra("ocr", _uv(tmp_path))
    assert "--with 'onnxruntime>=1.20'" in said
    assert "--with 'rapidocr>=3.10'" in said
