"""Pictures of images that no model has seen: kept by name, one bad file stops nothing,
a dead site ends it."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image

from altsync.errors import Unreachable
from altsync.generate import pictures, previews
from altsync.models import SiteImage
from altsync.report import Quiet


def image(name: str) -> SiteImage:
    return SiteImage(id=f"a/{name}", album="a", name=name, alt=None)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), (200, 120, 40)).save(out, "JPEG")
    return out.getvalue()


def test_each_is_kept_small_under_its_name_and_a_broken_one_is_counted(
    tmp_path: Path,
) -> None:
    name, other = "1" * 64, "2" * 64
    files = {"a/one": photo(), "a/bad": b"no picture", "a/seen": photo()}
    done = previews.prepare(
        [(name, image("one")), (other, image("bad")), (None, image("seen"))],
        lambda one: files[one.id],
        tmp_path,
        240,
        Quiet(),
        2,
    )
    assert (done.made, sum(done.failed.values()), done.stopped) == (2, 1, "")
    kept = pictures.cached(tmp_path, name, 240)
    with Image.open(kept) as shown:
        assert shown.size == (240, 160)
    assert not pictures.cached(tmp_path, other, 240).exists()
    digest = hashlib.sha256(files["a/seen"]).hexdigest()
    assert pictures.cached(tmp_path, digest, 240).exists(), (
        "under the hash of what came, nothing else"
    )


def test_a_site_that_answers_nothing_is_not_asked_for_every_image(
    tmp_path: Path,
) -> None:
    asked = []

    def pixels(one: SiteImage) -> bytes:
        asked.append(one.id)
        raise Unreachable("The site does not answer.")

    done = previews.prepare(
        [("3" * 64, image(str(n))) for n in range(500)],
        pixels,
        tmp_path,
        240,
        Quiet(),
        2,
    )
    assert done.stopped == "The site does not answer."
    assert previews.HOPELESS <= len(asked) < 2 * previews.HOPELESS
