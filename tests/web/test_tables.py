"""Datasette's own pages as altsync serves them: their language and the names of their
fields, on any release."""

from __future__ import annotations

import pytest
from lxml import html

from altsync.web.tables import CHANGES, mended
from tests.web.client import Browser

FILTERED = "/altsync/images?alt__contains=a&album__exact=sydney&_sort=id&_facet=album"
PATHS = [
    "/",
    "/altsync",
    FILTERED,
    "/altsync/candidates",
    "/altsync/images/sydney~2Fharbour",
    "/altsync/needs_review",
    "/altsync/no-such-table",
]


def nameless(page: html.HtmlElement) -> list[str]:
    """Fields that nothing names."""
    labels = {one.get("for") for one in page.iter("label")}
    return [
        html.tostring(one).decode()[:90]
        for one in page.iter("input", "select", "textarea")
        if one.get("type") not in ("hidden", "submit")
        and not one.get("aria-label")
        and one.get("id") not in labels
        and not any(above.tag == "label" for above in one.iterancestors())
    ]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_tables_has_a_language_a_main_part_and_names(
    browser: Browser, path: str
) -> None:
    answer = browser.get(path)
    page = html.fromstring(answer.text)
    assert page.get("lang") == "en"
    assert len(page.xpath("//main | //*[@role='main']")) == 1
    assert nameless(page) == []
    if answer.status_code == 200:
        assert page.xpath("//link[contains(@href, 'tables.css?')]")


def test_the_fields_of_each_filter_are_told_apart(browser: Browser) -> None:
    page = html.fromstring(browser.get(FILTERED).text)
    names = [one.get("aria-label") for one in page.xpath("//form//select[@aria-label]")]
    assert names[:6] == [
        "Column of filter 1",
        "Comparison of filter 1",
        "Column of filter 2",
        "Comparison of filter 2",
        "Column of a new filter",
        "Comparison of a new filter",
    ]


def test_what_is_mended_already_or_unknown_is_left_as_it_is() -> None:
    for name, changes in CHANGES.items():
        once = mended(name, "\n".join(old for old, _ in changes))
        assert mended(name, once) == once
    assert mended("somebodys.html", "<html>") == "<html>"


def test_what_the_columns_mean_is_folded_away(browser: Browser) -> None:
    """All of it is there, before the rows, and takes one line."""
    page = html.fromstring(browser.get("/altsync/images").text)
    (folded,) = page.xpath("//details[@class='columns' and not(@open)]")
    assert folded.find("summary").text == "What the columns mean"
    terms = folded.xpath("./dl/dt/text()")
    assert {"id", "alt", "origin"} <= set(terms)
    assert page.xpath("//dl[@class='column-descriptions']") == folded.xpath("./dl")
    assert not folded.xpath(".//table | .//form")
