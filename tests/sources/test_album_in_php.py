"""The two endpoints of docs/how-to/album.md, as PHP runs them: no Drupal, but a stand-in
for its classes (tests/doubles/album.php)."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from altsync.errors import ChangedMeanwhile, LoginFailed
from altsync.models import Flat, SiteImage
from altsync.sources.album import AlbumSource
from altsync.sources.base import Fresh
from altsync.sources.kinds import AlbumConfig
from tests.cli.snippets import ROOT, snippets

TOKEN = "sesame"
IMAGE = SiteImage(id="harbour/old-crane", album="", name="", alt=None)
PERSONS = "Words of a person."

pytestmark = pytest.mark.skipif(not shutil.which("php"), reason="there is no php")


@dataclass
class Served:
    url: str
    media: Path

    @property
    def row(self) -> dict[str, Any]:
        (row,) = json.loads(self.media.read_text("utf-8")).values()
        return dict(row)

    def save(self, **more: object) -> None:
        """As somebody does in a form."""
        revision = self.row["revision"] + 1
        row = self.row | {"revision": revision} | more
        self.media.write_text(json.dumps({"7": row}), "utf-8")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    where = tmp_path_factory.mktemp("php")
    page = ROOT / "docs/how-to/album.md"
    (php,) = (one.text for one in snippets(page) if one.language == "php")
    (where / "Album.php").write_text(php, "utf-8")
    row: dict[str, object] = {
        "bundle": "image",
        "field_album": "harbour",
        "name": "old-crane",
    }
    row |= {"alt": "", "caption": "A crane.", "revision": 1, "changed": 1}
    (where / "media.json").write_text(json.dumps({"7": row}), "utf-8")
    variables = {
        "ALBUM_CONTROLLER": str(where / "Album.php"),
        "ALBUM_MEDIA": str(where / "media.json"),
        "ALBUM_TOKEN": TOKEN,
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        ["php", "-S", address, str(ROOT / "tests/doubles/album.php")],
        env=os.environ | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _answering(Served(f"http://{address}", where / "media.json"))
    finally:
        process.terminate()
        process.wait()


def _answering(served: Served) -> Served:
    for _ in range(200):
        try:
            requests.get(served.url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return served
    pytest.fail("php did not answer")


def source(served: Served, token: str = TOKEN) -> AlbumSource:
    config = AlbumConfig(inventory=("inventory.txt",), pixels="pictures")
    return AlbumSource(served.url, config, token=token, base=served.media.parent)


def send(to: AlbumSource, fresh: Fresh, text: str) -> None:
    new: Flat = {**fresh.flats[IMAGE.id], "alt": text}
    to.write(fresh, {IMAGE.id: new}, "")


def test_what_is_sent_is_stored_to_the_letter(served: Served) -> None:
    served.save(alt="", caption="A crane.")
    crane = source(served)
    fresh = crane.fresh([IMAGE])
    assert fresh.flats[IMAGE.id]["alt"] == ""
    text = 'Der „Kran“, é & é, <b>"5 %"</b> 🦊'
    before = served.row["revision"]
    send(crane, fresh, text)
    assert served.row["alt"] == text
    assert served.row["caption"] == "A crane."
    assert served.row["revision"] == before + 1
    assert crane.fresh([IMAGE]).flats[IMAGE.id]["alt"] == text


def test_what_somebody_saved_in_between_stays(served: Served) -> None:
    crane = source(served)
    fresh = crane.fresh([IMAGE])
    served.save(alt=PERSONS)
    with pytest.raises(ChangedMeanwhile):
        send(crane, fresh, "Too late.")
    assert served.row["alt"] == PERSONS


def test_who_has_no_token_and_what_is_not_there(served: Served) -> None:
    with pytest.raises(LoginFailed):
        source(served, "wrong").fresh([IMAGE])
    lacking = SiteImage(id="harbour/none", album="", name="", alt=None)
    assert source(served).fresh([lacking]).flats == {}


@pytest.mark.parametrize(
    "body", ["{}", '{"alt": 3}', '{"alt": "a", "title": "b"}', "["]
)
def test_what_is_no_text_for_alt_is_refused(served: Served, body: str) -> None:
    before = served.row
    address = f"{served.url}/album/{IMAGE.id}/patch"
    answer = requests.patch(
        address, data=body, headers={"Authorization": TOKEN}, timeout=20
    )
    assert answer.status_code == 400
    assert served.row == before
