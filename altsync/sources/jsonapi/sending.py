"""The one PATCH of an entity in one language, sent, and its answer checked."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterator, Mapping, Sequence

from altsync.errors import (
    AnswerLost,
    BadAnswer,
    ChangedMeanwhile,
    FilesOff,
    GuardMoved,
    NotAllowed,
    PartRefused,
    Rewritten,
    SourceError,
)
from altsync.models import Flat
from altsync.sources.answers import HttpAnswer, place
from altsync.sources.jsonapi import shape
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.document import checked
from altsync.sources.jsonapi.formats import Formats, not_usable
from altsync.sources.jsonapi.overtaking import (
    Revisions,
    raise_if_in_one_moment,
    raise_if_overtaken,
)
from altsync.sources.jsonapi.permissions import with_way_out
from altsync.sources.jsonapi.says import Invalid, see
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.write import Body, body
from altsync.sources.jsonapi.write_texts import here, images_by_text, rewritten


class Writer:
    """Sends what is to be written of one site. From any thread."""

    def __init__(self, client: Client, formats: Formats) -> None:
        self._client = client
        self._formats = formats
        self._no_log: set[str] = set()
        """Types whose revision log this user may not write: the text goes without it.
        """
        self._kept: set[tuple[str, str]] = set()
        """(type, field) of texts of which the site has kept one as it was sent."""
        self._rewritten: Rewritten | None = None
        self._first = threading.Lock()
        self._revisions = Revisions()

    def write(
        self,
        item: Item,
        language: str | None,
        old: Mapping[str, Flat],
        new: Mapping[str, Flat],
        message: str,
    ) -> Mapping[str, Flat]:
        """One PATCH with all changed slots, their siblings as read, the label, and what
        guards the item as compare-and-set (`guards`).

        The answer's body is built from what was saved (204, 208), while a GET may come
        from a stale cache where two wrote at once (401-422). Raises as `Source.write`.
        """
        self._check_formats(item, new)
        log = "" if item.schema.kind in self._no_log else message
        sent = body(item, old, new, log)
        if sent is None:
            return {image_id: old[image_id] for image_id in new}
        with self._in_turn(item, sent):
            since = self._revisions.newest(item)
            answer = self._send(item, language, sent, new)
            confirmed = _confirmed(item, answer)
            self._check_kept(item, sent, confirmed)
        flats = confirmed.flats()
        if set(new) - set(flats):
            raise AnswerLost(
                f"{place(answer.url)} confirmed the write without the image. Settled by"
                " reading."
            )
        shown = {image_id: flats[image_id] for image_id in new}
        near = self._revisions.near(since, item, confirmed)
        raise_if_overtaken(self._client, language, item, confirmed, shown)
        if sent.texts:
            raise_if_in_one_moment(
                self._client, language, item, sent.texts, near, shown
            )
        return shown

    @contextlib.contextmanager
    def _in_turn(self, item: Item, sent: Body) -> Iterator[None]:
        """The first text of each field goes alone, so that a site which rewrites texts
        does it to one and not to as many as there are workers."""
        fields = {(item.schema.kind, field) for field in sent.texts}
        if not fields:
            yield
            return
        alone = fields - self._kept
        with self._first if alone else contextlib.nullcontext():
            if self._rewritten is not None:
                raise Rewritten(str(self._rewritten), done=False)
            yield
            self._kept |= fields

    def _check_kept(self, item: Item, sent: Body, saved: Item) -> None:
        """Raises Rewritten where a text is not stored as it was sent, to the byte;
        AnswerLost where the answer does not show it."""
        try:
            _compare(item, sent, saved)
        except Rewritten as error:
            self._rewritten = error
            raise

    def _check_formats(self, item: Item, new: Mapping[str, Flat]) -> None:
        """Raises PartRefused for the images of texts whose format is not this login's:
        asked once for a format, without writing, where that can be asked."""
        refused: dict[str, SourceError] = {}
        for field, images in images_by_text(item, new).items():
            self._formats.may_use(item, field)
            error = self._formats.refused(item, field)
            if error is not None:
                refused |= dict.fromkeys(images, error)
        if refused:
            raise PartRefused(refused)

    def _send(
        self, item: Item, language: str | None, sent: Body, new: Mapping[str, Flat]
    ) -> HttpAnswer:
        kind = item.schema.kind
        url = self._client.url(kind, language, item.uuid)
        query = [(f"fields[{kind}]", item.schema.to_write())]
        turn = self._client.login.turn
        try:
            return self._client.patch(url, query, sent.document(item))
        except Invalid as error:
            raise self._of_texts(item, new, error) from None
        except ChangedMeanwhile as error:
            if not sent.texts:
                raise
            # What people change in a text is mostly none of its alts: read again.
            raise GuardMoved(str(error), status=error.status) from None
        except NotAllowed as error:
            if _is_for_the_log(item, sent, error):
                # Refused for the log alone, so nothing was done: a type without new
                # revisions guards its log.
                self._no_log.add(kind)
                silent = dataclasses.replace(sent, log=None)
                return self._send(item, language, silent, new)
            # Core says the same to a locked account and a changed password (337-344):
            # ask who is logged in, once.
            if self._client.confirm(turn):
                state = item.attributes.get("moderation_state")
                raise with_way_out(error, state) from None
            raise GuardMoved(
                f"{place(url)} was read while the login had ended: perhaps as everybody"
                " sees it. Nothing was changed.",
                status=error.status,
            ) from None

    def _of_texts(
        self, item: Item, new: Mapping[str, Flat], error: Invalid
    ) -> SourceError:
        """What a refused value means: where it stands in a text, that text alone cannot
        go, and the rest of the item may."""
        named = _named(images_by_text(item, new), error.places)
        refused: dict[str, SourceError] = {}
        for field, images in named.items():
            why: SourceError = error
            form = _format_at(item, field, error.places)
            if form is not None:
                self._formats.refuse(item, field, form)
                why = not_usable(item, field, form)
            refused |= dict.fromkeys(images, why)
        return PartRefused(refused) if refused else error


def _named(
    texts: Mapping[str, list[str]], places: Sequence[str]
) -> Mapping[str, list[str]]:
    """Those of the texts that the errors point at. A pointer has the field's own name,
    which jsonapi_extras may have changed in all else: a format that fits none of the
    names may be that of any text."""
    fields = {one.partition("/")[0] for one in places}
    named = {field: images for field, images in texts.items() if field in fields}
    unknown = any(one.endswith("/format") for one in places)
    return texts if unknown and not named else named


def _format_at(item: Item, field: str, places: Sequence[str]) -> str | None:
    """The format that is refused for that text: `body/format`, or `field_rows/1/format`
    in a list; None where the errors are about something else."""
    own = [one for one in places if one.startswith(f"{field}/")] or places
    for one in own:
        _, *between, last = one.split("/")
        if last == "format":
            delta = int(between[0]) if between and between[0].isdecimal() else 0
            values = item.texts[field].values
            form = values[min(delta, len(values) - 1)]["format"]
            return form if isinstance(form, str) else None
    return None


def _is_for_the_log(item: Item, sent: Body, error: NotAllowed) -> bool:
    return sent.log is not None and f"`{sent.log_name(item)}`" in error.needed


def _confirmed(item: Item, answer: HttpAnswer) -> Item:
    try:
        data = checked(answer.json(), answer.url)["data"]
        if not isinstance(data, dict):
            raise BadAnswer("It holds no item.")
        saved = shape.read(item.schema, data)
    except (BadAnswer, FilesOff) as error:
        raise AnswerLost(
            f"The answer to a write cannot be used: {error} It is settled by reading."
        ) from None
    if saved.uuid != item.uuid or saved.language != item.language:
        raise AnswerLost(
            f"{place(answer.url)} answered about another item than was written. Settled"
            " by reading."
        )
    return saved


def _compare(item: Item, sent: Body, saved: Item) -> None:
    """Raises as `Writer._check_kept`."""
    for field, text in sent.texts.items():
        name = here(item, field)
        if field not in saved.attributes:
            raise AnswerLost(
                f"The answer to a write does not show {name}. It is settled by reading."
            )
        how = rewritten(name, text, saved.attributes[field])
        if how:
            raise Rewritten(
                f"The site did not keep a text as it was sent. {how} It would change"
                " the next text too, so nothing more is sent. Look at that item in"
                " Drupal: its revisions have the text as it was, where the type keeps"
                " revisions. Find what rewrites texts when they are saved, or leave them"
                f" out: texts = false below [jsonapi]. {see('writing-texts')}"
            )
