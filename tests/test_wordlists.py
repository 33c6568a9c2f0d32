"""Lists of words in files beside the code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from altsync import wordlists


def test_a_list_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "listed_for_a_test"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "kind.toml").write_text(f"[nl]\nwords = {json.dumps(['foto'])}\n")
    monkeypatch.syspath_prepend(tmp_path)
    first = wordlists.tables("listed_for_a_test", "kind.toml")
    assert first == {"nl": {"words": ["foto"]}}
    assert wordlists.tables("listed_for_a_test", "kind.toml") is first


def test_a_list_is_a_text_with_commas_or_an_array() -> None:
    assert wordlists.listed("\nfoto's, Bild,\nalt text,") == [
        "foto's",
        "bild",
        "alt text",
    ]
    assert wordlists.listed(["(?:Een )?foto", ""]) == ["(?:een )?foto"]
