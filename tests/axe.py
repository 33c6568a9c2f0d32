"""axe-core, the accessibility checker: taken from a package of the test extra, so that
none of its code is in this repository."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

MISSING = (
    "axe-core is missing: it comes with axe-playwright-python, which is in the test"
    " extra (pip install -e '.[test]')"
)
QUICK = {"resultTypes": ["violations"], "preload": False}
"""What passes is counted, and not told of; style sheets are not fetched again."""
STUMBLES = "navigation-search"
"""An element of Datasette 1.0 on which axe-core ends with an error of its own."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def script() -> str:
    """axe.min.js. Fails the test where the package is missing: it is no reason to skip."""
    try:
        return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        pytest.fail(MISSING, pytrace=False)


def violations(
    page: Any, rules: Sequence[str] = (), within: str = ""
) -> dict[str, list[tuple[str, str]]]:
    """Rule -> (HTML, what is wrong) of the first three places on the page that break it.
    `rules`: only these; `within`: only what this selector finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    page.evaluate(f"document.querySelector('{STUMBLES}')?.remove()")
    only = {"type": "rule", "values": list(rules)} if rules else TAGS
    result = page.evaluate(
        "([within, given]) => axe.run(within || document, given)",
        [within, {"runOnly": only, **QUICK}],
    )
    assert rules or len(result["passes"]) > 10, "axe looked at the page"
    return {
        one["id"]: [
            (node["html"][:160], node["failureSummary"][:300])
            for node in one["nodes"][:3]
        ]
        for one in result["violations"]
    }
