"""What `altsync init` says: what happened, why, what to do; nothing of files that are not
there, and no `pull` before what is marked is mended."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping

import pytest

from altsync.cli._waiting import Unheard
from altsync.sources.connecting import CONNECT
from tests.cli.conftest import Owner
from tests.sources.test_http import Scripted

LIST = "Then: write where the images are listed into `inventory` below [album]"


def test_an_album_site_of_which_nothing_is_known_yet(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALTSYNC_TOKEN")
    owner.site.fail("status", route="sitemap", status=404)
    ran = owner.run("init", owner.site.url)
    assert "Where the images are listed is not known, so none was read." in ran.out
    steps = ran.err.splitlines()
    assert steps[0].endswith("speaks no jsonapi. Trying album next.")
    assert steps[1].startswith("Next: put the site's token into ALTSYNC_TOKEN, or run")
    assert steps[2].startswith(LIST)
    assert steps[3:] == ["After that: altsync pull"]
    said = ran.out + ran.err
    assert "inventory.txt" not in said
    assert "JSON:API" not in said
    toml = (owner.directory / "altsync.toml").read_text("utf-8")
    assert "\ninventory = []\n" in toml
    monkeypatch.setenv("ALTSYNC_TOKEN", owner.site.token)
    assert "album.inventory names nothing" in owner.run("pull", code=5).err


def test_a_list_that_is_not_there_is_refused_before_anything_is_written(
    owner: Owner,
) -> None:
    ran = owner.run("init", owner.site.url, "--inventory", "nosuch.txt", code=2)
    assert (
        "--inventory nosuch.txt: there is no such file or directory, so no image would be"
        " known. Nothing was written. Name a file"
    ) in ran.err
    assert not owner.site.ledger
    (owner.directory / "empty.txt").write_text("")
    ran = owner.run("init", owner.site.url, "--inventory", "empty.txt")
    assert "  !!  empty.txt: it names no image.\n" in ran.out
    assert "Next: mend that list\nAfter that: altsync pull\n" in ran.err
    assert "not complete" not in ran.out


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("localhost:9", "No answer from http://localhost:9/jsonapi: the connection"),
        ("http://127.0.0.1:9", "No answer from http://127.0.0.1:9/jsonapi"),
    ],
)
def test_a_site_that_is_not_there(owner: Owner, address: str, why: str) -> None:
    ran = owner.run("init", address, code=1)
    assert ran.err.startswith(why)
    assert ran.err.endswith(
        " Nothing was written. Check the address, then run `altsync init` again.\n"
    )
    assert "altsync.toml" not in ran.err
    assert not (owner.directory / "altsync.toml").exists()


@pytest.mark.parametrize("address", ["not a url", "http://127.0.0.1:99999"])
def test_what_is_no_address(owner: Owner, address: str) -> None:
    ran = owner.run("init", address, code=1)
    assert "cannot be asked for" in ran.err
    assert "Nothing was written. Check the address" in ran.err
    assert not list(owner.directory.iterdir()), "no log of an unexpected error"
    toml = owner.directory / "altsync.toml"
    whole = address if "://" in address else f"https://{address}"
    toml.write_text(f'[site]\nurl = "{whole}"\n')
    assert "check site.url in altsync.toml" in owner.run("pull", code=1).err


def test_a_site_that_has_moved_is_not_taken_for_an_album_site(owner: Owner) -> None:
    def moved(
        path: str, _headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        return 301, {"Location": f"{owner.site.url}{path}"}, b""

    with Scripted(moved) as old:
        ran = owner.run("init", old.url, code=2)
    assert ran.err == (
        f"{old.url} leads to {owner.site.url}. If that is the site: altsync init"
        f" {owner.site.url}. Nothing was written.\n"
    )
    assert not (owner.directory / "altsync.toml").exists()


def test_a_site_that_leads_in_a_circle_is_told_so(owner: Owner) -> None:
    def circle(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
        return 302, {"Location": path}, b""

    with Scripted(circle) as site:
        ran = owner.run("init", site.url)
    assert (
        f"  !!  {site.url}/sitemap.xml: {site.url}/sitemap.xml redirects more than 5"
        " times. Check the URL in a browser."
    ) in ran.out
    assert "Next: mend that list\n" in ran.err


def test_a_sitemap_that_names_the_site_by_another_address_is_told(
    owner: Owner,
) -> None:
    here = owner.site.url.replace("127.0.0.1", "localhost")
    ran = owner.run("init", here)
    assert (
        f"  !!  {here}/sitemap.xml: an album page is not on {here} (site.url)"
    ) in ran.out
    assert f"{owner.site.url}/" in ran.out
    assert "Next: mend that list\n" in ran.err


@pytest.mark.parametrize("how", ["words", "quiet", "json"])
def test_a_site_that_does_not_answer_is_told_while_it_is_waited_for(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("altsync.sources.silence.AFTER", 0.0)
    said = threading.Event()
    emit = Unheard.emit

    def heard(lines: Unheard, record: logging.LogRecord) -> None:
        emit(lines, record)
        said.set()

    monkeypatch.setattr(Unheard, "emit", heard)

    def late(*_: object) -> tuple[int, dict[str, str], bytes]:
        assert how == "quiet" or said.wait(30)
        return 404, {}, b""

    options = {"words": (), "quiet": ("-q",), "json": ("--progress", "json")}[how]
    with Scripted(late) as site:
        ran = owner.run("init", site.url, *options)
    sentence = f"{site.url} has not answered yet. Each request is waited for up to 30 s"
    assert (sentence in ran.err) is (how != "quiet")
    if how == "json":
        notes = [json.loads(line) for line in ran.err.splitlines()]
        assert notes[0]["event"] == "note"
        assert notes[0]["text"].startswith(sentence)


def test_https_that_was_only_guessed_is_told(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("altsync.addresses.is_this_machine", lambda _: False)
    host = owner.site.url.removeprefix("http://")
    ran = owner.run("init", host, code=1)
    assert ran.err.rstrip().endswith(f"Or is it http? altsync init http://{host}")
    assert CONNECT < 4, "what is said of a host that takes no connection"


def test_what_lies_elsewhere_is_told_without_a_file(owner: Owner) -> None:
    owner.site.fail("redirect", route="page", location="http://other.test/")
    ran = owner.run("init", owner.site.url, "--source", "jsonapi", code=2)
    assert "leads to http://other.test. If that is the site: altsync init" in ran.err
    assert "Nothing was written." in ran.err
    assert "altsync.toml" not in ran.err


def test_a_label_that_is_mistyped_is_told_the_one_that_was_meant(owner: Owner) -> None:
    listed = ("--inventory", f"{owner.site.url}/sitemap.xml")
    ran = owner.run(
        "init",
        owner.site.url,
        *listed,
        "--pixels",
        f"{owner.site.url}/nosuch/{{album}}/{{image}}.jpg",
        "--label",
        "verifed",
    )
    assert (
        "  !!  The site does not have the label field `verifed`. Did you mean `verified`?"
    ) in ran.out
    assert ran.err.splitlines() == [
        'Next: write `field = "verified"` in `label` below [album] in altsync.toml',
        "Then: mend `pixels` below [album] in altsync.toml",
        "After that: altsync pull",
    ]


def test_a_drupal_without_json_api_is_told_of_the_module(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "altsync.demo.pages.front", lambda _: b'<p data-drupal-link="x">Front</p>'
    )
    monkeypatch.delenv("ALTSYNC_TOKEN")
    owner.site.fail("status", route="sitemap", status=404)
    ran = owner.run("init", owner.site.url)
    last = ran.err.splitlines()[-1]
    assert last.startswith("Or is it another kind of site? No JSON:API answers at")
    assert "Install Drupal's module JSON:API" in last
