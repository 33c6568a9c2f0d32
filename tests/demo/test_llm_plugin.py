"""altsync-demo: the demonstration pictures and nothing else."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import llm
import pytest
from PIL import Image

from altsync.config import parse
from altsync.demo import llm_plugin
from altsync.errors import PictureError, UsageError
from altsync.generate.prompt import SCHEMA
from altsync.generate.setup import settings
from tests.pictures.made import shrunk

PHOTOS = Path(llm_plugin.__file__).parent / "photos"
HOSTILE = Path(__file__).parents[1] / "data" / "hostile"

needs_photos = pytest.mark.skipif(
    not PHOTOS.exists(), reason="the photos come with the demonstration site"
)


def test_thirteen_photos_with_a_text_each() -> None:
    photos = llm_plugin.recorded()
    assert len({photo["image"] for photo in photos}) == 13
    assert all(
        20 < len(photo["alt"]) <= 160 and photo["alt"].endswith(".") for photo in photos
    )
    assert "machine" in json.loads(llm_plugin.DATA.read_text())["by"]


def test_the_photos_are_far_apart() -> None:
    hashes = [int(photo["hash"], 16) for photo in llm_plugin.recorded()]
    for number, one in enumerate(hashes):
        for other in hashes[:number]:
            assert (one ^ other).bit_count() > 3 * llm_plugin.NEAR


@needs_photos
@pytest.mark.parametrize(
    "photo", llm_plugin.recorded(), ids=lambda photo: str(photo["image"])
)
def test_a_photo_is_known_as_it_is_and_as_it_is_sent(photo: dict[str, str]) -> None:
    file = next(PHOTOS.glob(f"{photo['image']}.*"))
    assert llm_plugin.find(file.read_bytes()) == photo
    for side in (512, 768, 1024):
        assert llm_plugin.find(shrunk(file.read_bytes(), side)) == photo


def test_every_other_picture_is_refused() -> None:
    """The hostile files are a photo of the demonstration in many dresses, and pictures
    that are none."""
    for file in sorted(HOSTILE.glob("*.*")):
        try:
            found = llm_plugin.find(shrunk(file.read_bytes()))
        except PictureError:
            continue
        assert found is None or found["image"] == "space/dscovr-on-the-pad", file.name
    for colour in ("white", "black", "red"):
        out = io.BytesIO()
        Image.new("RGB", (768, 500), colour).save(out, "JPEG")
        assert llm_plugin.find(out.getvalue()) is None


def test_the_refusal_is_a_sentence() -> None:
    model = llm.get_model("altsync-demo")
    picture = llm.Attachment(
        content=shrunk((HOSTILE / "gray16.png").read_bytes()),
        type="image/jpeg",
    )
    with pytest.raises(
        llm.ModelError,
        match="only replays recorded texts for the demonstration pictures",
    ):
        model.prompt("x", attachments=[picture]).text()


def test_the_answer_says_that_it_is_recorded() -> None:
    model = llm.get_model("altsync-demo")
    picture = llm.Attachment(
        content=shrunk((HOSTILE / "photo.bmp").read_bytes()), type="image/jpeg"
    )
    response = model.prompt("x", attachments=[picture], schema=SCHEMA)
    given = json.loads(response.text())
    assert given["alt"].startswith("A white Falcon 9 rocket")
    assert set(given) == set(SCHEMA["required"]) == set(SCHEMA["properties"])
    assert response.resolved_model == "recorded"


def test_the_hasty_one_says_something_else_of_each() -> None:
    """Without a text that is worse there is nothing to judge."""
    neighbours = (PHOTOS / "at-home" / "neighbours.jpg").read_bytes()
    picture = llm.Attachment(content=shrunk(neighbours), type="image/jpeg")
    response = llm.get_model("altsync-demo-hasty").prompt(
        "x", attachments=[picture], schema=SCHEMA
    )
    assert json.loads(response.text())["alt"].startswith("Three dogs")
    for photo in llm_plugin.recorded():
        assert photo["hasty"] not in ("", photo["alt"])


@pytest.mark.parametrize("name", ["altsync-demo", "altsync-demo-hasty"])
def test_it_is_not_offered_for_a_real_site(name: str) -> None:
    config = parse('[site]\nurl = "https://example.org"\n')
    with pytest.raises(UsageError, match="cannot describe the images of"):
        settings(config, [name])
    for local in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:80"):
        assert settings(
            parse(f'[site]\nurl = "{local}"\n'), ["altsync-demo"]
        ).models == ("altsync-demo",)


def test_loading_the_plugin_reads_no_data_and_no_pillow() -> None:
    code = (
        "import sys, altsync.demo.llm_plugin; print([m for m in sys.modules if"
        " m.startswith(('PIL', 'openai'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "PIL" not in done.stdout


@pytest.mark.parametrize(
    "photo", llm_plugin.recorded(), ids=lambda photo: str(photo["image"])
)
def test_the_lint_has_no_error_for_a_recorded_text(photo: dict[str, str]) -> None:
    from altsync.generate.answer import Answer
    from altsync.generate.checking import findings
    from altsync.lint import Evidence
    from altsync.models import Decision, Severity

    answer = Answer(photo["alt"], Decision(photo["decision"]))
    found = findings(answer, Evidence(language="en"))
    assert not [one for one in found if one.severity is Severity.ERROR]
