"""Commands in the sentences of the pages are code, and no backtick is shown."""

from __future__ import annotations

import pytest

from altsync.render.status import PAGES_FIRST, RETRY
from altsync.web.code import commands, in_code
from altsync.web.pages.frame import sentence
from tests.web.client import Browser
from tests.web.mirrors import EVIL


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Run `altsync pull`.", "Run <code>altsync pull</code>."),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("5` of `", "5<code> of </code>"),
        ("one ` alone", "one ` alone"),
        (f"`{EVIL}`", "<code>&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;</code>"),
        (EVIL, "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;"),
        (None, ""),
    ],
)
def test_between_backticks(text: str | None, shown: str) -> None:
    assert in_code(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            PAGES_FIRST,
            "<code>altsync pages</code> (what each image is for), then <code>altsync"
            " generate</code>",
        ),
        (
            RETRY,
            "<code>altsync generate --fallback MODEL</code>, or <code>altsync generate"
            " --retry-failed</code>",
        ),
        (
            "altsync pull, then altsync review: the site changed",
            "<code>altsync pull</code>, then <code>altsync review</code>: the site"
            " changed",
        ),
        (
            "2 to judge (altsync review --sample 1), and",
            "2 to judge (<code>altsync review --sample 1</code>), and",
        ),
        (
            "altsync approve --all --replacing rule=file-name,cut",
            "<code>altsync approve --all --replacing rule=file-name,cut</code>",
        ),
    ],
)
def test_commands_that_nothing_marks(text: str, shown: str) -> None:
    assert commands(text) == shown


@pytest.mark.parametrize(
    "path",
    [
        "/-/altsync/review?image=nope",
        "/-/altsync/image?id=nope",
        "/-/altsync/uses?image=nope",
        "/-/altsync/visitors",
        "/-/altsync/sample",
        "/-/altsync/compare?run=7",
        "/-/altsync",
    ],
)
def test_no_page_shows_a_backtick(browser: Browser, path: str) -> None:
    text = browser.get(path).text
    assert "`" not in text
    assert "<code" in text


def test_a_reason_that_stands_alone_keeps_its_letters() -> None:
    """Names in it, too: its first letter alone is made large."""
    assert sentence("the page says NASA in 2019") == "The page says NASA in 2019."
    assert sentence("Kept back by Ann.") == "Kept back by Ann."
