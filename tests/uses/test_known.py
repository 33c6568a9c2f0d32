"""What is known about an image, gathered in one place. That everybody who asks the lint
gathers it there: tests/generate/test_agreement.py."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from altsync.config import Config, parse
from altsync.errors import ConfigError
from altsync.lint.audit import text_of
from altsync.models import (
    Decision,
    Mirrored,
    NewCandidate,
    Origin,
    PageContent,
    PageFile,
    Severity,
    SiteImage,
    Use,
)
from altsync.store import candidates, mirror, pulls, usages
from altsync.store.store import Store
from altsync.uses import House, Known, glossary, lasting
from tests.scene import keep_use

NO_UTF8 = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
SITE = '[site]\nurl = "https://h.test"\nsource = "memory"\n'


def config(folder: Path, more: str = "") -> Config:
    return parse(SITE + more, folder / "altsync.toml")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "a.db", create=True) as store:
        store.claim("https://h.test", "memory")
        image = SiteImage(id="a/x", album="a", name="x", alt="OPEN AT NINE", title="T")
        with store.write() as tx:
            mirror.save(tx, pulls.begin(tx, "full"), [image])
        yield store


def the_image(store: Store) -> Mirrored:
    (found,) = mirror.named(store.conn, ["a/x"])
    return found


def propose(store: Store, alt: str, decision: Decision, **more: str) -> None:
    new = NewCandidate("a/x", None, alt, Origin.AI, decision, **more)  # type: ignore[arg-type]
    with store.write() as tx:
        candidates.add(tx, new)


@pytest.mark.parametrize("album", ["x" * 300, "a\0b", "caf\udce9"])
def test_an_album_may_be_called_what_no_file_can_be(tmp_path: Path, album: str) -> None:
    (tmp_path / "context").mkdir()
    assert House(config(tmp_path)).album_note(album) == ""


def test_an_album_beyond_this_machine_s_encoding_is_no_error(tmp_path: Path) -> None:
    """Seen under LC_ALL=C: lint ended in an unexpected error."""
    code = (
        "import sys; from tests.uses.test_known import House, Path, config;"
        "print(repr(House(config(Path(sys.argv[1]))).album_note('\\u5c71')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "LC_ALL": "C", **NO_UTF8},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "''\n", ran.stderr


def test_an_album_note_stays_in_its_directory(tmp_path: Path) -> None:
    (tmp_path / "context").mkdir()
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "context" / "a.md").write_text(" By Ann.\n")
    house = House(config(tmp_path))
    assert house.album_note("../secret") == ""
    assert house.album_note("a") == "By Ann."
    assert house.album_note("b") == ""
    assert house.note_path("a") == tmp_path / "context" / "a.md"


def test_a_note_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / "a.md").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"album note .*a\.md cannot be read"):
        House(config(tmp_path)).album_note("a")


def test_where_no_directory_of_notes_is_there_is_no_note(tmp_path: Path) -> None:
    (tmp_path / "context").write_text("a file")
    assert House(config(tmp_path)).album_note("a") == ""


def test_the_glossary_without_its_comments(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# names\n\n Zwartevos \nMaas\n")
    named = config(tmp_path, '[generate]\nglossary = "words.txt"\n')
    assert glossary(named) == ("Zwartevos", "Maas")
    assert glossary(config(tmp_path)) == ()
    with pytest.raises(ConfigError, match=r"glossary: .*cannot be read"):
        glossary(config(tmp_path, '[generate]\nglossary = "nowhere.txt"\n'))


def test_what_the_house_says_of_an_album(tmp_path: Path) -> None:
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / "a.md").write_text("By Ann.")
    (tmp_path / "words.txt").write_text("Maas")
    house = House(
        config(
            tmp_path,
            '[generate]\nglossary = "words.txt"\ninstructions = "Be kind."\n',
        )
    )
    assert house.evidence("a") == ("Be kind.", "By Ann.", "Maas")
    assert house.evidence(None) == ("Be kind.", "Maas")


def test_what_the_house_says_is_known_of_each_image(
    tmp_path: Path, store: Store
) -> None:
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / "a.md").write_text("By Ann.")
    known = Known(
        config(tmp_path, '[generate]\ninstructions = "Be kind."\n'), store.conn
    )
    assert known.of(the_image(store)).notes == ("Be kind.", "By Ann.")


def read(
    tx: sqlite3.Connection, url: str, found: list[tuple[str, Use]], title: str = ""
) -> None:
    """A page that was read, as the mirror keeps it."""
    file, page = PageFile(url, b""), PageContent(url, title)
    usages.save_page(tx, file, page, "hash", found=found)


def test_every_page_is_known(tmp_path: Path, store: Store) -> None:
    with store.write() as tx:
        for number in range(9):
            use = Use(f"https://h.test/{number}", f"Page {number}")
            keep_use(tx, "a/x", use)
    known = Known(config(tmp_path), store.conn)
    assert [use.page_title for use in known.uses("a/x")] == [
        f"Page {number}" for number in range(9)
    ]
    assert known.of(the_image(store)).notes == tuple(
        f"Page {number}" for number in range(9)
    )


def test_where_a_link_leads_is_known_by_the_page_that_was_read(
    tmp_path: Path, store: Store
) -> None:
    shop = "https://h.test/verhuur"
    use = Use("https://h.test/", place=1, link=f"{shop}/#prices")
    with store.write() as tx:
        read(tx, use.page_url, [("a/x", use)])
        read(tx, shop, [], title="Boats for rent")
    known = Known(config(tmp_path), store.conn)
    assert known.of(the_image(store)).destination == "Boats for rent"
    found = known.findings(the_image(store), "A red barn at dusk.")
    assert [(one.rule, one.severity) for one in found] == [
        ("functional", Severity.WARNING)
    ]
    assert known.findings(the_image(store), "Rent a boat.") == ()


def test_what_earlier_candidates_brought_to_light(tmp_path: Path, store: Store) -> None:
    told = [
        {"kind": "note", "text": "With Ann.", "trust": "owner"},
        {"kind": "date", "text": "2019-07-04", "trust": "file"},
        {"kind": "title", "text": "An old title", "trust": "site"},
        {"kind": "album note", "text": "An old note", "trust": "owner"},
    ]
    propose(
        store,
        "OPEN",
        Decision.TEXT,
        context=json.dumps(told),
        flags='{"text_in_image": "OPEN AT NINE"}',
    )
    propose(store, "A door.", Decision.INFORMATIVE)
    found = Known(config(tmp_path), store.conn).of(the_image(store))
    assert found.notes == ("With Ann.", "2019-07-04")
    assert found.words == ("OPEN AT NINE",)
    assert found.published is None


def test_the_decision_of_the_text_that_the_site_has(
    tmp_path: Path, store: Store
) -> None:
    propose(store, "OPEN  AT NINE", Decision.TEXT)
    propose(store, "A door.", Decision.COMPLEX)
    known = Known(config(tmp_path), store.conn)
    assert known.of(the_image(store)).published is Decision.TEXT


def test_a_text_that_no_person_read_is_a_models(tmp_path: Path, store: Store) -> None:
    """It is asked for its names on the site, as it was when it arrived."""
    propose(store, "OPEN  AT NINE", Decision.INFORMATIVE)
    known = Known(config(tmp_path), store.conn)
    of_a_person = the_image(store)
    sent = replace(of_a_person, origin=Origin.AI)
    assert not known.of(of_a_person).unread
    assert text_of(sent, known.of(sent)).by_model
    with store.write() as tx:
        candidates.judge(tx, 1, "approved", "sample:1", "bulk")
    assert known.of(sent).unread
    with store.write() as tx:
        candidates.judge(tx, 1, "approved", "maria")
    assert not known.of(sent).unread
    assert not text_of(sent, known.of(sent)).by_model


def test_an_empty_text_is_only_what_a_person_says_that_it_is(
    tmp_path: Path, store: Store
) -> None:
    propose(store, "", Decision.DECORATIVE)
    emptied = SiteImage(id="a/x", album="a", name="x", alt="")
    with store.write() as tx:
        mirror.save(tx, pulls.begin(tx, "full"), [emptied])
    known = Known(config(tmp_path), store.conn)
    assert known.of(the_image(store)).published is None


@pytest.mark.parametrize(
    "context",
    ["{}", "[]", '[{"kind": "rewritten", "candidate": 3, "source": "review"}]'],
)
def test_a_context_that_says_nothing(context: str) -> None:
    assert list(lasting(context)) == []
