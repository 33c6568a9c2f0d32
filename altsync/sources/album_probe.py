"""What `altsync init` tells of an album site: questions that change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from altsync.errors import PictureError, SourceError, Unreachable
from altsync.models import SiteImage
from altsync.near import nearest
from altsync.sources.base import Note, Source
from altsync.sources.guard import said
from altsync.sources.inventory import AlbumListing
from altsync.sources.kinds import LabelField

LOG_IN = "put the site's token into ALTSYNC_TOKEN, or run `altsync keys set altsync`"
LIST_STEP = (
    "write where the images are listed into `inventory` below [album] in altsync.toml: a"
    " text file of album/image lines, a directory of pictures, a sitemap or a JSON list"
)


def notes(
    source: Source,
    walk: AlbumListing,
    label: LabelField | None,
    guard: Callable[[str], Mapping[str, str]],
    *,
    has_token: bool,
) -> list[Note]:
    """The site in sentences: token, inventories, endpoints, label, pixels. Raises
    nothing but Unreachable. `guard`: with what a write of an image can be guarded."""
    notes = []
    if not has_token:
        notes.append(
            Note(False, "No token is set, so the site lets nobody in.", LOG_IN)
        )
    sample: list[str] = []
    for item in walk:
        if isinstance(item, str) and len(sample) < 3:
            sample.append(item)
    notes += _of_lists(walk)
    if sample:
        found = list(_of_images(source, label, guard, sample))
        if not has_token and not any(note.ok for note in found):
            return notes  # that is why
        notes += found
    return notes


def _of_lists(walk: AlbumListing) -> Iterable[Note]:
    """What the inventories name, and what is wrong with them."""
    if not walk.counts:
        yield Note(
            False,
            "Where the images are listed is not known, so none was read.",
            LIST_STEP,
        )
        return
    for name, count in walk.counts.items():
        if count:
            yield Note(True, f"{name} names {count:,} images.")
    for sentence in walk.notes:
        yield Note(False, f"{sentence.rstrip('.')}.", "mend that list")


def _of_images(
    source: Source,
    label: LabelField | None,
    guard: Callable[[str], Mapping[str, str]],
    sample: Sequence[str],
) -> Iterable[Note]:
    """What the first of `sample` that can be read says of the site."""
    for image_id in sample:
        try:
            image = source.read(image_id)
        except Unreachable:
            raise
        except SourceError as error:
            yield Note(False, str(error))
            if error.stops_run:
                return
            continue
        yield Note(
            True,
            f"The site answers, and accepts the token ({image_id!a} was read).",
        )
        yield _of_label(label, image)
        yield Note(True, said(guard(image_id)))
        try:
            size = len(source.pixels(image))
        except (SourceError, PictureError) as error:
            yield Note(
                False,
                f"The picture of {image_id!a} cannot be had. {error}",
                "mend `pixels` below [album] in altsync.toml",
            )
        else:
            yield Note(True, f"Its picture is there ({size:,} bytes).")
        return


def _of_label(label: LabelField | None, image: SiteImage) -> Note:
    if label is None:
        if "verified" in json.loads(image.raw):
            hint = 'label = { field = "verified", ai = 0, human = 1 }'
            return Note(
                False,
                "The site has a field `verified`, which is not used.",
                f"write {hint} below [album] in altsync.toml",
            )
        return Note(
            True,
            "No label field is configured: every text that altsync did not write is"
            " a person's.",
        )
    if image.has_label:
        return Note(True, f"The site has the label field `{label.field}`.")
    missing = f"The site does not have the label field `{label.field}`"
    for meant in nearest(label.field, json.loads(image.raw)):
        step = f'write `field = "{meant}"` in `label` below [album] in altsync.toml'
        return Note(False, f"{missing}. Did you mean `{meant}`?", step)
    return Note(True, f"{missing}: altsync works without it.")
