"""Texts for files and addresses that are in no mirror: `altsync caption`. No database,
no altsync.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from altsync.addresses import as_address, shown_in
from altsync.errors import AltsyncError, PictureError, SourceError, UsageError
from altsync.generate import checking, infile, pace
from altsync.generate.asking import Model
from altsync.generate.context import Piece, Trust
from altsync.generate.fitting import fit
from altsync.generate.naming import telling_name
from altsync.generate.opening import open_model
from altsync.generate.settings import Settings
from altsync.generate.task import Task
from altsync.generate.work import work
from altsync.lint import Evidence
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
        if self.errors:
            found["errors"] = self.errors
        return found


def caption(
    images: Sequence[str],
    settings: Settings,
    note: str = "",
    into: list[Captioned] | None = None,
) -> list[Captioned]:
    """Ask every model about every image, models beside each other. A model that cannot
    be used is among the errors of each image. `note`: what the owner knows of them.
    `into` is filled as answers arrive: whoever is interrupted has what was paid for."""
    usable, unusable = _opened(settings)
    done = [] if into is None else into
    for image in images:
        result = Captioned(shown_in(image))
        done.append(result)
        try:
            tasks = _tasks(image, note, usable, settings)
        except (PictureError, UsageError) as error:
            result.errors.update(dict.fromkeys((*usable, *unusable), str(error)))
            continue
        result.errors.update(unusable)
        _ask(tasks, result)
    return done


def _opened(settings: Settings) -> tuple[dict[str, Model], dict[str, str]]:
    """The models that can be used, and why the others cannot."""
    usable: dict[str, Model] = {}
    unusable: dict[str, str] = {}
    for name in dict.fromkeys(settings.models):
        try:
            model = open_model(name, settings.options, settings.timeout)
            usable[model.name] = model
            pace.outside_a_run(model.name)
        except AltsyncError as error:
            unusable[name] = str(error)
    return usable, unusable


def _tasks(
    image: str, note: str, models: Mapping[str, Model], settings: Settings
) -> list[Task]:
    """What each model is asked about one image. Raises PictureError and UsageError."""
    data = read(image, settings.timeout)
    picture = prepare(data, settings.side)
    found = infile.read(data)
    if name := telling_name(_file(image)):
        found.append(Piece("file name", name, Trust.FILE, "name of the file"))
    if note:
        found.append(Piece("note", note, Trust.OWNER, "--context"))
    pieces = fit(found, settings.context_budget)
    wishes = settings.wishes
    about = Evidence(file=_file(image), language=wishes.language or None)
    evidence = checking.beside(about, pieces, wishes)
    return [
        Task(
            model=name,
            prompt=settings.prompt_for(None, model),
            pieces=pieces,
            jpeg=picture.jpeg,
            more=tuple(part.jpeg for part in picture.more),
            across=picture.across,
            options=settings.options,
            timeout=settings.timeout,
            evidence=evidence,
            rules=settings.rules,
        )
        for name, model in models.items()
    ]


def _ask(tasks: Sequence[Task], result: Captioned) -> None:
    """All at once; what they say goes into `result`."""
    with ThreadPoolExecutor(max(1, len(tasks))) as pool:
        # What is answered is noted by the thread that asked: Ctrl-C may come before
        # this one has got as far as to wait.
        asked = [pool.submit(_ask_one, task, result) for task in tasks]
        for future in asked:
            # Ctrl-C comes here, and what is in flight still arrives
            future.result()
    for task in tasks:  # in the order in which they were named
        if task.model in result.captions:
            result.captions[task.model] = result.captions.pop(task.model)


def _ask_one(task: Task, result: Captioned) -> None:
    outcome = work(task)
    if outcome.answer is None:
        result.errors[task.model] = outcome.said
    else:
        result.captions[task.model] = outcome.answer.alt


def _file(image: str) -> str:
    """The last part of a path or an address."""
    path = image
    if address := _address(image):
        path = unquote(urlsplit(address).path)
    return Path(path).name


def _address(image: str) -> str | None:
    """The address that it is; None for a path, as one is that is there."""
    address = as_address(image)
    guessed = address is not None and address != image
    return None if guessed and Path(image).exists() else address


def read(image: str, timeout: float) -> bytes:
    """The bytes of a file or an address. Raises PictureError and UsageError."""
    if address := _address(image):
        return _download(address, min(timeout, 30.0))
    path = Path(image)
    try:
        if path.stat().st_size > MAX_BYTES:
            megabytes = MAX_BYTES // 1_000_000
            raise PictureError(
                f"{image} is larger than {megabytes} MB.", kind="too big"
            )
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"{image} cannot be read: {why}.") from None


def _download(url: str, timeout: float) -> bytes:
    from altsync.sources.http import Http

    http = Http(url, timeout=timeout)
    try:
        return http.download(url, max_bytes=MAX_BYTES)
    except SourceError as error:
        raise PictureError(str(error)) from None
    finally:
        http.close()
