"""A secret in an address comes no further than to the server that it is for: not into
the database, an export, a page or what a command prints."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.demo.site import DemoSite
from tests.cli.conftest import Owner

SECRET = "hunter2-hunter2"


def change(owner: Owner, before: str, after: str) -> None:
    path = owner.directory / "altsync.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def everything(directory: Path) -> Iterator[str]:
    """Every file of an owner, each database as its dump too."""
    for path in directory.rglob("*"):
        if path.is_file() and path.name != "altsync.toml":
            yield path.read_bytes().decode("latin-1")
        if path.suffix == ".db":
            yield "\n".join(sqlite3.connect(path).iterdump())


def test_a_secret_in_the_addresses_of_altsync_toml_is_refused(owner: Owner) -> None:
    """It used to end in images.image_url, exports and CSV."""
    owner.init()
    template = owner.site.pixels
    for wrong, said in (
        (f"{template}?key={SECRET}", "album.pixels holds a secret, the value of `key`"),
        (template.replace("//", f"//me:{SECRET}@"), "album.pixels holds a user name"),
    ):
        change(owner, f'"{template}"', f'"{wrong}"')
        ran = owner.run("pull", code=2)
        assert said in ran.err
        assert "ALTSYNC_" in ran.err
        assert SECRET not in ran.out + ran.err
        change(owner, f'"{wrong}"', f'"{template}"')
    owner.run("pull")
    assert not any(SECRET in text for text in everything(owner.directory))


@pytest.mark.parametrize(
    "line",
    [
        f'[album]\ninventory = ["https://x.example/l?token={SECRET}"]',
        f'[jsonapi]\nprefix = "/jsonapi?api-key={SECRET}"',
        f'[generate]\noptions = {{ api_key = "{SECRET}" }}',
        f'[generate]\nprices = {{ m = {{ from = "https://a:{SECRET}@x.example/" }} }}',
    ],
)
def test_every_address_of_the_file_is_looked_at(owner: Owner, line: str) -> None:
    (owner.directory / "altsync.toml").write_text(
        f'[site]\nurl = "{owner.site.url}"\n{line}\n'
    )
    ran = owner.run("pull", code=2)
    assert "secret" in ran.err or "password" in ran.err
    assert SECRET not in ran.out + ran.err


def test_a_secret_in_the_environment_reaches_the_server_and_nothing_else(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.init()
    template = owner.site.pixels
    change(owner, f'"{template}"', f'"{template}?key={{ALTSYNC_PICTURES}}"')
    ran = owner.run("pull", "--pictures", code=2)
    assert "takes the value of ALTSYNC_PICTURES from the environment" in ran.err
    monkeypatch.setenv("ALTSYNC_PICTURES", SECRET)
    said = [owner.run("pull", "--pictures"), owner.run("generate")]
    said += [owner.run("approve", "--all"), owner.run("export", "out")]
    said += [owner.run("diff", f"--{kind}") for kind in ("json", "csv", "markdown")]
    said += [owner.run("diff", "--html", "diff.html"), owner.run("push", "--yes")]
    said += [owner.run("log"), owner.run("who"), owner.run("status")]
    assert "13 pictures fetched" in said[0].out
    asked = [e.path for e in owner.site.ledger if e.route == "pixels"]
    assert asked
    assert all(path.endswith(f"?key={SECRET}") for path in asked if "?" in path)
    assert not any(SECRET in ran.out + ran.err for ran in said)
    assert not any(SECRET in text for text in everything(owner.directory))
    urls = owner.rows("SELECT DISTINCT image_url FROM images")
    assert all(url.endswith("?key={ALTSYNC_PICTURES}") for (url,) in urls)


@pytest.mark.parametrize(
    "args",
    [
        ("init", f"https://me:{SECRET}@site.example"),
        ("init", "https://site.example", "--pixels", f"https://x.example?key={SECRET}"),
        ("init", "https://a.example", "--inventory", f"https://x.example?sig={SECRET}"),
    ],
)
def test_init_refuses_a_secret_before_it_asks_anything(
    owner: Owner, args: tuple[str, ...]
) -> None:
    ran = owner.run(*args, code=2)
    assert "ALTSYNC_" in ran.err
    assert SECRET not in ran.out + ran.err
    assert not (owner.directory / "altsync.toml").exists()


def test_pages_refuse_a_secret_and_name_none(owner: Owner) -> None:
    owner.init()
    owner.run("pull")
    ran = owner.run("pages", f"{owner.site.url}/s?key={SECRET}", code=2)
    assert "A SOURCE holds a user name, a password or another secret" in ran.err
    assert SECRET not in ran.out + ran.err


def test_caption_shows_no_secret_of_an_address(owner: Owner) -> None:
    with DemoSite() as other:
        whole = f"{other.url}/files/cache/space/deep-field-1280w.jpg"
        for address in (
            whole.replace("//", f"//me:{SECRET}@") + f"?id=7&token={SECRET}",
            f"{other.url}/missing.jpg?id=7&key={SECRET}",
            f"http://me:{SECRET}@127.0.0.1:9/a.jpg?id=7&key={SECRET}",
            f"nothing.jpg?key={SECRET}"[:11],
        ):
            ran = owner.run("caption", address, "-m", "altsync-demo", code=None)
            shown = json.loads(ran.out)["image"]
            assert SECRET not in ran.out + ran.err
            assert "id=7" in shown or shown == "nothing.jpg"
