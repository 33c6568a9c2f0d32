"""What `altsync init` tells of an album site: questions that change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from altsync.errors import PictureError, SourceError, Unreachable
from altsync.models import SiteImage
from altsync.sources.base import Note, Source
from altsync.sources.guard import said
from altsync.sources.inventory import AlbumListing
from altsync.sources.kinds import LabelField


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
        notes.append(Note(False, "No token is set: put it into ALTSYNC_TOKEN."))
    sample: list[str] = []
    for item in walk:
        if isinstance(item, str) and len(sample) < 3:
            sample.append(item)
    notes += [
        Note(count > 0, f"{name} names {count:,} images.")
        for name, count in walk.counts.items()
    ]
    notes += [
        Note(False, f"The inventory is not complete. {sentence.rstrip('.')}.")
        for sentence in walk.notes
    ]
    if sample:
        notes += _of_images(source, label, guard, sample)
    else:
        untried = "No image is known, so the endpoints were not tried."
        notes.append(Note(False, untried))
    return notes


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
            yield Note(False, f"The picture of {image_id!a} cannot be had. {error}")
        else:
            yield Note(True, f"Its picture is there ({size:,} bytes).")
        return


def _of_label(label: LabelField | None, image: SiteImage) -> Note:
    if label is None:
        if "verified" in json.loads(image.raw):
            hint = 'label = { field = "verified", ai = 0, human = 1 }'
            return Note(
                False,
                f"The site has a field `verified`: write {hint} below [album], so"
                " that it is used.",
            )
        return Note(
            True,
            "No label field is configured: every text that altsync did not write is"
            " a person's.",
        )
    if image.has_label:
        return Note(True, f"The site has the label field `{label.field}`.")
    return Note(
        True,
        f"The site does not have the label field `{label.field}`: altsync"
        " works without it.",
    )
