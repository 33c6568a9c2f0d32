"""The same text on the same image gets the same findings, whoever asks: generate, the
review while a person types, a person's rewrite, the audit of the site and `altsync lint`
for one text. With owner's rules, glossary and notes."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from altsync.cli import main
from altsync.config import Config, load
from altsync.generate.setup import settings, ways
from altsync.generate.stage import Generate
from altsync.models import Finding, Mirrored, Severity, Use
from altsync.stage import Context
from altsync.store import mirror
from altsync.uses import Known
from tests.doubles.providers.openai import Act, Double
from tests.generate.conftest import Bench
from tests.pictures.made import boxed
from tests.scene import keep_use
from tests.web.client import Browser

TOML = """
[site]
url = "http://site.test"
source = "memory"
database = "altsync.db"

[generate]
model = "double"
glossary = "words.txt"
instructions = "Call the ferry Friedhelm by its name."
workers = 1

[lint]
banned = [{ word = "lorry", better = "truck" }]

[lint.rules]
cut = "warning"
leak = "off"
redundant-words = "info"
"""
IMAGE = "pier-album/n00001"
WORDS = (
    ("Summer with Hendrika", "We met Karlijn.", "Then rain."),
    ("A day in Zierikzee", "Bregje runs Maasdorp.gov.", "Gone."),
    ("Third", "Third before.", "Third after."),
    ("Fourth", "By Wouter, in the fourth place.", ""),
)
PAGES = tuple(
    Use(
        f"http://site.test/{number}",
        *words,
        place=1,
        heading="The quay of Rosalie",
        link="http://site.test/hire",
        link_text="Ask Machteld",
    )
    for number, words in enumerate(WORDS, 1)
)
"""What the picture leads to has words of its own: what only describes it is remarked."""
TEXTS = (
    "Two people wave at Karlijn from the pier.",  # the first page
    "The market of Zierikzee in the rain.",  # the second page's title
    "A boat passes Bregje on the quay.",  # before it, on the second page
    "A bench that Wouter painted.",  # beyond the pages that a model is told of
    "A view of Kilimanjaro from the pier.",  # glossary
    "The ferry Friedhelm leaves the pier.",  # instructions
    "A walk with Willemijn on the pier.",  # the album's note
    "A dog beside Ottilie on the pier.",  # --context
    "The old lamp of Scheveningen at dusk.",  # the file's own description
    "A boat with the name Zeemeeuw on it.",  # words in the picture
    "A man at the rail beside Marinus.",  # caption
    "A view of Vlissingen over the water.",  # title
    "A portrait of Angela on the pier.",  # nobody knows her
    "Two men at the Maasdorp.",  # cut, says the second page
    "**A boat** at the pier.",  # a leak, if that rule were on
    "A photo of a boat at the pier.",
    "Een boot ligt op het water bij de pier in de haven.",
    "Vlissingen harbour",  # only the title
    "n00001 file",
    "Then rain.",
    "The quay of Rosalie",  # only the heading
    "A red boat that Machteld lends.",  # what the link says
    "A red boat on a trailer.",  # how it looks
    "A lorry that waits at the pier.",  # a word that the house does not use
)


@pytest.fixture
def config(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    (tmp_path / "altsync.toml").write_text(TOML, "utf-8")
    (tmp_path / "words.txt").write_text("# of the house\nKilimanjaro\n", "utf-8")
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / "pier-album.md").write_text("By Willemijn.\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    exif = Image.Exif()
    exif[0x010E] = "The lamp of Scheveningen"
    out = io.BytesIO()
    boxed().save(out, "JPEG", exif=exif.tobytes())
    bench.add(
        1,
        id=IMAGE,
        album="pier-album",
        title="Vlissingen harbour",
        caption="Marinus at the rail.",
        language="en",
        image_url="http://site.test/files/quay-7.jpg",
        pixels=out.getvalue(),
    )
    bench.pull()
    with bench.store.write() as tx:
        for use in PAGES:
            keep_use(tx, IMAGE, use)
    return load()


def the_image(bench: Bench) -> Mirrored:
    (found,) = mirror.named(bench.store.conn, [IMAGE])
    return found


def answer(alt: str) -> Act:
    said: dict[str, Any] = {"decision": "informative", "alt": alt}
    more = {"text_in_image": "Zeemeeuw", "people": False, "unsure": False, "why": ""}
    return Act(json.dumps({**said, **more}))


def generated(bench: Bench, config: Config, double: Double) -> dict[str, object]:
    """What is stored with the candidates of a run for each text."""
    for text in TEXTS:
        double.acts = [answer(text)]
        with ways(config, bench.store.conn, note="With Ottilie.") as how:
            context = Context(bench.source, bench.store, threads=1)
            asked = settings(config, again=True)
            done = Generate(context, asked, [the_image(bench)], how).run()
        assert (done.made, done.failed) == (1, 0), (text, done.problem)
    assert double.calls == len(TEXTS)  # nothing was asked twice
    return stored(bench, "ai")


def stored(bench: Bench, origin: str) -> dict[str, object]:
    found = bench.rows("SELECT alt, findings FROM candidates WHERE origin = ?", origin)
    return {alt: json.loads(findings) for alt, findings in found}


def typed(browser: Browser, text: str) -> object:
    """What the review says while a person types."""
    fields = {"image": IMAGE, "candidate": str(TEXTS.index(text) + 1), "text": text}
    checked = browser.post("/-/altsync/check", fields)
    return checked.json()["findings"]


def rewrite(browser: Browser, text: str) -> None:
    page = browser.get(f"/-/altsync/review?image={IMAGE}").text
    (seen, *_) = re.findall(r'name="seen" value="([^"]*)"', page)
    fields = {"image": IMAGE, "seen": unescape(seen), "action": "approve", "text": text}
    assert browser.post("/-/altsync/review", fields).status_code == 303, text


def audited(bench: Bench, text: str, capsys: pytest.CaptureFixture[str]) -> object:
    """What `altsync lint` says once the site has the text."""
    bench.source.edit(IMAGE, alt=text)
    bench.pull()
    main(["lint", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    return [
        {
            "rule": group["rule"],
            "severity": group["severity"],
            "message": one["message"],
        }
        for group in found["rules"]
        for one in group["images"]
    ]


def sorted_by_rule(findings: Any) -> list[dict[str, str]]:
    return sorted(findings, key=lambda finding: finding["rule"])


def not_of_models(findings: Any) -> list[dict[str, str]]:
    """Without what is asked of a model's text alone: a person knows whom they name."""
    return [one for one in findings if one["rule"] != "untrusted-name"]


@pytest.mark.slow
def test_the_same_text_on_the_same_image_gets_the_same_findings(
    bench: Bench,
    config: Config,
    double: Double,
    capsys: pytest.CaptureFixture[str],
) -> None:
    at_birth = generated(bench, config, double)
    browser = Browser(config)
    while_typing = {text: typed(browser, text) for text in TEXTS}
    for text in TEXTS:
        rewrite(browser, text)
    by_a_person = stored(bench, "human")
    on_the_site = {text: audited(bench, text, capsys) for text in TEXTS}
    assert while_typing == at_birth
    of_a_person = {text: not_of_models(found) for text, found in at_birth.items()}
    assert of_a_person != at_birth
    assert by_a_person == of_a_person
    assert {text: sorted_by_rule(found) for text, found in on_the_site.items()} == {
        text: sorted_by_rule(found) for text, found in of_a_person.items()
    }


@pytest.mark.slow
def test_what_each_source_of_evidence_vouches_for(
    bench: Bench, config: Config, double: Double
) -> None:
    """Without it every name would be untrusted: the agreement is not one of ignorance."""
    at_birth = generated(bench, config, double)
    named = {
        text
        for text, found in at_birth.items()
        if "untrusted-name" in {one["rule"] for one in found}  # type: ignore[attr-defined]
    }
    assert named == {"A portrait of Angela on the pier."}
    for text, rules in (
        ("The quay of Rosalie", ["redundant-text"]),
        ("A red boat that Machteld lends.", []),
        ("A red boat on a trailer.", ["functional"]),
    ):
        assert [one["rule"] for one in at_birth[text]] == rules, text  # type: ignore[attr-defined]
    known = Known(config, bench.store.conn)
    assert known.findings(the_image(bench), "Two men at the Maasdorp.") == (
        Finding(
            "cut",
            Severity.WARNING,
            "The alt text ends in “Maasdorp.” where the page has a longer name: it was cut"
            " at the dot.",
        ),
    )
    assert known.findings(the_image(bench), "**Boats** at the pier.") == ()
