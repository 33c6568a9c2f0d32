"""`altsync pages`, as a person types it: what it says, ends with, and goes on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from altsync.errors import Interrupted
from tests.cli.conftest import EDITOR, Owner, Typed
from tests.doubles.drupal import DemoDrupal, FrontDoor, OAuth
from tests.processes import until

DRUPAL = """
[site]
url = "{url}"
source = "jsonapi"
{site}
[jsonapi]
{login}
fields = ["node--article.field_image"]
"""
COOKIE = 'user = "editor"'


def test_what_is_read_and_what_did_not_change(mirrored: Owner) -> None:
    """18 pages: the front, 4 albums, 13 images; each image on its own and its album's."""
    ran = mirrored.run("pages")
    assert ran.out == (
        "18 pages read, 0 unchanged; 26 uses found on those that were read.\n"
        "13 images of the mirror shown on pages, 0 on none that was read.\n"
    )
    assert ran.err == ""
    again = mirrored.run("pages")
    assert again.out.startswith("0 pages read, 18 unchanged; 0 uses found")
    assert {entry.token for entry in mirrored.site.requests(route="page")} == {"none"}


def test_what_became_of_pages_is_said_one_sentence_each(mirrored: Owner) -> None:
    url = mirrored.site.url
    mirrored.run("pages")
    mirrored.site.remove("space/deep-field")
    mirrored.site.fail("status", route="page", image="archive/cameraman", status=403)
    mirrored.site.fail("status", route="page", image="archive", status=500)
    ran = mirrored.run("pages", code=5)
    assert ran.out.splitlines()[1:3] == [
        f"Gone from the site, with their uses: 1 page ({url}/album/space/deep-field)",
        f"Not public: 1 page ({url}/album/archive/cameraman)",
    ]
    assert f"  The site failed (500 at {url}/album/archive)." in ran.err
    assert "1 page could not be read, and what was known of them is kept." in ran.err
    assert mirrored.rows(
        "SELECT count(*) FROM usages WHERE page_url LIKE '%/album/archive'"
    ) != [(0,)]


def test_a_limit_says_what_is_left(mirrored: Owner) -> None:
    ran = mirrored.run("pages", "--limit", "17")
    assert ran.out.endswith("1 page left (--limit): the same command goes on.\n")
    last = mirrored.run("pages", "--limit", "17")
    assert last.out.startswith(
        "1 page read, 0 unchanged (went on with the interrupted run);"
    )


def test_the_old_habit_is_told_the_new_command(mirrored: Owner) -> None:
    ran = mirrored.run("context", "--pages", "docs", code=2)
    assert ran.err.endswith("altsync pages docs\n")
    assert "Name one image" in mirrored.run("context", code=2).err


def process(owner: Owner, *args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "altsync", "pages", *args],
        cwd=owner.directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_killed_anywhere_the_same_command_goes_on(mirrored: Owner) -> None:
    mirrored.site.latency = 0.1
    running = process(mirrored, "--workers", "1")
    until(lambda: mirrored.rows("SELECT count(*) > 2 FROM pages") == [(1,)])
    running.kill()
    running.communicate()
    done = {url for (url,) in mirrored.rows("SELECT url FROM pages")}
    mirrored.site.latency = 0
    mirrored.site.forget()
    ran = mirrored.run("pages")
    assert f"{18 - len(done)} pages read, 0 unchanged (went on" in ran.out
    home = mirrored.site.url
    asked = {home + entry.path for entry in mirrored.site.requests(route="page")}
    assert not asked & done
    assert mirrored.rows("SELECT count(*), count(DISTINCT run_id) FROM pages") == [
        (18, 1)
    ]
    assert mirrored.rows("SELECT count(*) FROM usages") == [(26,)]


def test_an_interrupt_does_not_wait_for_a_busy_site(mirrored: Owner) -> None:
    mirrored.site.forget()
    mirrored.site.fail(
        "status", route="page", image="space", status=503, retry_after=50
    )
    running = process(mirrored)
    until(lambda: any(entry.status == 503 for entry in mirrored.site.ledger))
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=45)  # the wait alone is longer
    assert running.returncode == Interrupted.exit_code, err
    mirrored.site.heal()
    assert "went on" in mirrored.run("pages").out


def drupal(typed: Typed, site: DemoDrupal, login: str = COOKIE, more: str = "") -> None:
    text = DRUPAL.format(url=site.url, login=login, site=more)
    (typed.directory / "altsync.toml").write_text(text, "utf-8")
    assert typed.run("pull")[0] == 0


def private_site(**more: object) -> DemoDrupal:
    """One page that everybody sees, and one that only its editors do."""
    site = DemoDrupal(**more)  # type: ignore[arg-type]
    site.add_article("Harbour", ["A boat."], alias="/harbour")
    draft = site.add_article("Draft", ["A pier."], alias="/draft")
    draft.translations["en"].attributes["status"] = False
    site.grant("editor", "view any unpublished content")
    return site


def test_a_drupal_as_everybody_gets_it_and_with_its_login(typed: Typed) -> None:
    with private_site() as site:
        drupal(typed, site)
        site.ledger.clear()
        code, said = typed.run("pages")
        assert code == 0
        assert f"There is no sitemap at {site.url}/sitemap.xml." in said
        assert f"Not public: 1 page ({site.url}/draft)" in said
        assert "1 image of the mirror shown on pages, 1 on none that was read." in said
        pages = [one for one in site.ledger if one.path in ("/", "/harbour", "/draft")]
        assert len(pages) == 3
        assert not [one for one in pages if one.authorization]
        code, said = typed.run("pages", "--logged-in")
        assert code == 0
        assert "Not public" not in said
        assert "Pages were read with a login: what is not public is in" in said
        assert "2 images of the mirror shown on pages, 0 on none" in said
        assert EDITOR not in said


def test_basic_cannot_log_in_on_pages(typed: Typed) -> None:
    with private_site() as site:
        drupal(typed, site, 'login = "basic"\nuser = "editor"')
        code, said = typed.run("pages", "--logged-in")
        assert code == 2
        assert 'jsonapi.login = "basic" cannot log in on pages.' in said
        code, said = typed.run("pages")
        assert code == 0
        assert "2 pages read" in said


def test_a_token_can(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTSYNC_TOKEN", "altsync-lab-secret")
    with private_site(oauth=OAuth()) as site:
        drupal(typed, site, 'login = "oauth"\nclient = "altsync"')
        code, said = typed.run("pages", "--logged-in")
        assert code == 0
        assert "2 images of the mirror shown on pages, 0 on none" in said


def test_a_front_door_is_opened(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    door = FrontDoor(hands_on=False)
    monkeypatch.setenv("ALTSYNC_FRONT_USER", door.user)
    monkeypatch.setenv("ALTSYNC_FRONT_PASSWORD", door.password)
    with private_site(gates=[door]) as site:
        drupal(typed, site, more='front = "basic"')
        code, said = typed.run("pages")
        assert code == 0
        assert "2 pages read" in said
        monkeypatch.setenv("ALTSYNC_FRONT_PASSWORD", "wrong")
        code, said = typed.run("pages", site.url + "/harbour")
        assert code == 1
        assert "The front door of the site refused" in said


def test_whoever_pipes_the_summary_gets_only_that(mirrored: Owner) -> None:
    """Sentences without colour; what could not be found goes to stderr."""
    mirrored.site.fail("status", route="sitemap", status=404)
    ran = mirrored.run("pages")
    assert ran.err == f"There is no sitemap at {mirrored.site.url}/sitemap.xml.\n"
    assert "\x1b" not in ran.out
    assert os.linesep not in ran.out.splitlines()[0]
