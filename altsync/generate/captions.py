"""Texts for files and addresses that are in no mirror: `altsync caption`. No database,
no altsync.toml."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from altsync.errors import AltsyncError, PictureError, UsageError
from altsync.generate import context, infile, prompt
from altsync.generate.asking import Model
from altsync.generate.context import Piece, Trust
from altsync.generate.work import Task, work
from altsync.pictures.prepare import prepare

MAX_BYTES = 60_000_000


@dataclass(frozen=True, slots=True)
class Captioned:
    """One image and what each model said. A model is in `captions` or in `errors`."""

    image: str
    captions: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As it is printed: `errors` only where there are some."""
        found: dict[str, Any] = {"image": self.image, "captions": self.captions}
        return {**found, "errors": self.errors} if self.errors else found


def caption(
    images: Sequence[str],
    models: Sequence[Model | tuple[str, AltsyncError]],
    wishes: prompt.Wishes,
    note: str = "",
    *,
    timeout: float = 120.0,
    side: int = 768,
) -> list[Captioned]:
    """Ask every model about every image, models beside each other. An unusable model is
    given with its error."""
    done = []
    for image in images:
        result = Captioned(image)
        done.append(result)
        try:
            data = read(image, timeout)
            picture = prepare(data, side)
        except (PictureError, UsageError) as error:
            result.errors.update({_name(model): str(error) for model in models})
            continue
        pieces = infile.read(data) + (
            [Piece("note", note, Trust.OWNER, "--context")] if note else []
        )
        fitted = context.fit(pieces, 4000)
        tasks = {
            model.name: Task(
                model.name,
                prompt.build(wishes, model.schema),
                fitted,
                picture.jpeg,
                model.asked,
                timeout,
            )
            for model in models
            if isinstance(model, Model)
        }
        result.errors.update(
            {
                name: str(error)
                for name, error in (m for m in models if isinstance(m, tuple))
            }
        )
        with ThreadPoolExecutor(max(1, len(tasks))) as pool:
            for name, outcome in zip(
                tasks, pool.map(work, tasks.values()), strict=True
            ):
                if outcome.answer is None:
                    result.errors[name] = outcome.problem
                else:
                    result.captions[name] = outcome.answer.alt
    return done


def _name(model: Model | tuple[str, AltsyncError]) -> str:
    return model.name if isinstance(model, Model) else model[0]


def read(image: str, timeout: float) -> bytes:
    """The bytes of a file or an address. Raises PictureError and UsageError."""
    if image.startswith(("http://", "https://")):
        from altsync.errors import SourceError
        from altsync.sources.http import Http

        http = Http(image, timeout=min(timeout, 30.0))
        try:
            return http.download(image, max_bytes=MAX_BYTES)
        except SourceError as error:
            raise PictureError(str(error)) from None
        finally:
            http.close()
    path = Path(image)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PictureError(
                f"{image} is larger than {MAX_BYTES // 1_000_000} MB.", kind="too big"
            )
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{image} cannot be read: {error.strerror or error}."
        ) from None
