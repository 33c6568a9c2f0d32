"""What `make build` holds archives against: each fault is named."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from altsync.manual import SITE

ROOT = Path(__file__).parents[1]
TRACKED = {"altsync/py.typed", "altsync/store/views.sql", "README.md", "metadata.yml"}
INFO = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
WHEEL = {
    "altsync/py.typed",
    "altsync/store/views.sql",
    "altsync/web/metadata.yml",
    "altsync/web/static/altsync.css",
    *(f"altsync-1.dist-info/{one}" for one in INFO),
}


@pytest.fixture(scope="module")
def built() -> ModuleType:
    spec = importlib.util.spec_from_file_location("built", ROOT / ".ci" / "built.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _whole() -> set[str]:
    return TRACKED | {"altsync/web/static/altsync.css"}


def test_a_wheel_that_is_the_package_passes(built: ModuleType) -> None:
    assert list(built.faults_of_wheel(WHEEL, _whole())) == []


@pytest.mark.parametrize(
    ("more", "less", "said"),
    [
        ("tests/test_x.py", "", "holds tests/test_x.py, which does not belong"),
        ("altsync/web/stray.html", "", "holds altsync/web/stray.html, which"),
        (
            "altsync/data/altsync.db",
            "",
            "altsync/data/altsync.db: that is nobody else's",
        ),
        ("", "altsync/store/views.sql", "lacks altsync/store/views.sql"),
        ("", "altsync/web/metadata.yml", "lacks altsync/web/metadata.yml"),
        ("", "altsync-1.dist-info/licenses/LICENSE", "lacks licenses/LICENSE"),
    ],
)
def test_what_is_too_much_or_missing_is_named(
    built: ModuleType, more: str, less: str, said: str
) -> None:
    names = (WHEEL | {more}) - {less, ""}
    assert any(said in one for one in built.faults_of_wheel(names, _whole()))


def test_an_sdist_is_what_git_has(built: ModuleType) -> None:
    names = {f"altsync-1/{one}" for one in {*_whole(), "PKG-INFO"}}
    assert list(built.faults_of_sdist(names, _whole())) == []
    (said, *_) = built.faults_of_sdist({*names, "altsync-1/keys.json"}, _whole())
    assert "keys.json" in said


def test_what_a_wheel_says_of_itself_is_read(built: ModuleType) -> None:
    project: dict[str, Any] = {"version": "1", "urls": {"Homepage": SITE}}
    told = {
        "Version": ["1"],
        "Project-URL": [f"Homepage, {SITE}"],
        "Description": [f"[a]({SITE}) [b](#c)"],
    }
    assert built.faults_of_words(told, project) == []
    old = {**told, "Version": ["0"], "Description": ["[a](docs/a.md)"]}
    assert [one.split()[0] for one in built.faults_of_words(old, project)] == [
        "The",
        "README",
    ]


def test_a_release_wants_addresses_and_a_date(built: ModuleType) -> None:
    project: dict[str, Any] = {"version": "1.2", "urls": {"Homepage": SITE}}
    assert len(list(built.faults_of_release(project, "## [1.2]\n"))) == 2
    real = {**project, "urls": {"Homepage": "https://altsync.test/"}}
    assert list(built.faults_of_release(real, "## [1.2] - 2026-11-29\n")) == []


def test_links_of_readme_lead_to_the_site() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    hook = told["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    for one in hook["substitutions"]:
        assert one["replacement"].startswith(f"]({SITE}")
