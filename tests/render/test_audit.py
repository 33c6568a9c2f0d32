"""The audit in every format, with texts that try to be something else."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from altsync.models import Audit, Finding, Group, Origin, Remark, Severity
from altsync.render import audit as render
from altsync.render import sarif

EVIL = '=HYPERLINK("http://x")|a<b>\x1b[31m\n\u202e'


def remark(
    image: str,
    alt: str | None,
    rule: str = "cut",
    severity: Severity = Severity.ERROR,
    **more: object,
) -> Remark:
    return Remark(image, "a", alt, Finding(rule, severity, "It was cut."), **more)  # type: ignore[arg-type]


CUT = Group(
    "cut",
    Severity.ERROR,
    "The text ends in the middle.",
    (
        remark(
            "a/1",
            "A Zwartevos.",
            page="https://example.org/é page",
            picture="https://example.org/1.jpg",
            origin=Origin.AI,
        ),
        remark("a/2", EVIL, page="javascript:alert(1)"),
    ),
)
WARN = Group(
    "cut",
    Severity.WARNING,
    "The text ends in the middle.",
    (remark("a/3", None, severity=Severity.WARNING),),
)
INFO = Group(
    "markup",
    Severity.INFO,
    "There is HTML.",
    (remark("a/4", "\\(", "markup", Severity.INFO),),
)
AUDIT = Audit(10, 4, (CUT, WARN, INFO))
NOTHING = Audit(2, 0, ())


def test_lines() -> None:
    assert list(render.text(AUDIT, shown=1)) == [
        "ERROR cut: 2 images. The text ends in the middle.",
        '  a/1  "A Zwartevos."',
        "      It was cut.",
        "      used on https://example.org/é page",
        "  … and 1 more: altsync lint --rule cut",
        "",
        "WARNING cut: 1 image. The text ends in the middle.",
        "  a/3  (none)",
        "      It was cut.",
        "",
        "INFO markup: 1 image. There is HTML.",
        '  a/4  "\\("',
        "      It was cut.",
        "",
        (
            "10 images checked, 4 with a finding: cut 2 errors, cut 1 warning, markup 1"
            " info."
        ),
    ]
    everything = "\n".join(render.text(AUDIT, shown=None))
    assert "more" not in everything
    assert "\x1b" not in everything
    assert "\u202e" not in everything
    assert list(render.text(NOTHING)) == ["2 images checked, 0 with a finding."]


def test_json() -> None:
    value = json.loads("".join(render.as_json(AUDIT)))
    assert (value["images"], value["flagged"]) == (10, 4)
    assert [(one["rule"], one["severity"], one["count"]) for one in value["rules"]] == [
        ("cut", "error", 2),
        ("cut", "warning", 1),
        ("markup", "info", 1),
    ]
    assert value["rules"][0]["images"][0] == {
        "image": "a/1",
        "album": "a",
        "alt": "A Zwartevos.",
        "message": "It was cut.",
        "page": "https://example.org/é page",
        "picture": "https://example.org/1.jpg",
        "origin": "ai",
    }
    assert value["rules"][0]["images"][1]["alt"] == EVIL
    assert json.loads("".join(render.as_json(NOTHING))) == {
        "images": 2,
        "flagged": 0,
        "rules": [],
    }


def test_csv_never_holds_a_formula() -> None:
    rows = list(csv.reader(io.StringIO("".join(render.as_csv(AUDIT)), newline="")))
    assert rows[0] == list(render.COLUMNS)
    assert rows[1][:5] == ["error", "cut", "a/1", "a", "A Zwartevos."]
    assert rows[2][4] == "'" + EVIL
    assert rows[3][4] == ""
    assert len(rows) == 5
    head = ",".join(f'"{name}"' for name in render.COLUMNS)
    assert "".join(render.as_csv(NOTHING)).strip() == head


@pytest.mark.parametrize(
    "start",
    ["=", "+", "-", "@", "\t=", "\r=", " =", "\n@", "\xa0+", "＝", "\u200b=", "'="],
)
def test_every_start_of_a_formula(start: str) -> None:
    audit = Audit(
        1, 1, (Group("cut", Severity.ERROR, "x", (remark("a/1", f"{start}1"),)),)
    )
    rows = list(csv.reader(io.StringIO("".join(render.as_csv(audit)), newline="")))
    assert rows[1][4] == f"'{start}1"


def test_markdown_shows_text_and_no_markup() -> None:
    text = "".join(render.as_markdown(AUDIT))
    assert "## Error: cut (2)" in text
    assert "\\=HYPERLINK" in text or "=HYPERLINK" in text
    assert not re.search(r"(?<!\\)<b>", text)
    assert "\x1b" not in text
    for line in text.splitlines():
        if line.startswith("| a/"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 5
    assert (
        "".join(render.as_markdown(NOTHING))
        == "# Alt texts\n\n2 images checked, 0 with a finding.\n"
    )


def test_sarif() -> None:
    log = json.loads("".join(sarif.document(AUDIT, "1.2.3")))
    assert (log["version"], log["$schema"]) == ("2.1.0", sarif.SCHEMA)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("altsync", "1.2.3")
    levels = {
        rule["id"]: rule["defaultConfiguration"]["level"] for rule in driver["rules"]
    }
    assert levels == {"cut": "error", "markup": "note"}
    assert [one["level"] for one in run["results"]] == [
        "error",
        "error",
        "warning",
        "note",
    ]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert len(result["partialFingerprints"]["altText/v1"]) == 32
    places = [one["locations"][0].get("physicalLocation") for one in run["results"]]
    assert places[0] == {
        "artifactLocation": {"uri": "https://example.org/%C3%A9%20page"}
    }
    assert places[1:] == [None, None, None]
    assert json.loads("".join(sarif.document(NOTHING, "1")))["runs"][0]["results"] == []


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        (None, None),
        ("", None),
        ("https://[x", None),
        ("ftp://h/x", None),
        ("https://u:p@h/x", None),
        ("http://h/a%20b?c=d#e", "http://h/a%20b?c=d#e"),
        ("http://h/\ud800<", "http://h/?%3C"),
    ],
)
def test_addresses(address: str | None, uri: str | None) -> None:
    assert sarif._uri(address) == uri
