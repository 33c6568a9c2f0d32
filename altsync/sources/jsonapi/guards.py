"""With what a PATCH says "only if nobody saved it since I read it", and what tells
afterwards where nothing can. Pure.

Core lets an equal value of a guard pass and refuses another one, with nothing stored.
`changed` is the guard of most types (251-255). Paragraphs have none: there
`content_translation_changed` is the same (877-880, also on types that are not
translated: 901, 902), and the revision id moves with each save of the page that makes a
new revision (542-545, 562-565). Each is blind to what the other sees, so both go
(929-931).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from altsync.sources.answers import HttpAnswer
    from altsync.sources.jsonapi.shape import Item

TRANSLATED = "content_translation_changed"
REVISION = "drupal_internal__revision_id"
BESIDE = (TRANSLATED, REVISION)
"""What guards a type without `changed`."""
_VERSION = re.compile(r"resourceVersion=id(?::|%3A)(\d{1,18})(?:&|\Z)", re.IGNORECASE)


def guards(item: Item) -> dict[str, Any]:
    """What goes along with a PATCH of the item, exactly as it was read.

    `changed` goes by its own name, also where jsonapi_extras renamed it: both names are
    checked, and a public name that is not there is a 500 (813, 838-841).
    """
    changed = _changed(item)
    if changed is not None:
        return {"changed": changed}
    return {name: item.attributes[name] for name in BESIDE if name in item.attributes}


def is_guarded(item: Item) -> bool:
    """Something stands between the item and a save that nobody saw.

    NULL guards nothing: it is equal to itself for ever (933-936). A revision id guards
    what is saved in place; what makes a revision with each write ignores it (256).
    """
    sent = guards(item)
    if not _is_in_place(item):
        sent.pop(REVISION, None)
    return any(value is not None for value in sent.values())


def saved_at(item: Item) -> Any:
    """When it was saved last, as the site prints it; None where it does not tell."""
    changed = _changed(item)
    return item.attributes.get(TRANSLATED) if changed is None else changed


def age(item: Item, answer: HttpAnswer, unknown: float) -> float:
    """Seconds between the item's last save and this answer, by the site's own clock;
    `unknown` where it is not known."""
    changed, date = saved_at(item), answer.headers.get("Date")
    try:
        saved = datetime.fromisoformat(str(changed)).timestamp()
        return parsedate_to_datetime(str(date)).timestamp() - saved
    except (TypeError, ValueError):
        return unknown


def _changed(item: Item) -> Any:
    """Core's `changed`. A paragraph has none, whatever a field of its own is called: to
    send it one is 422 (611)."""
    return None if _is_in_place(item) else item.attributes.get(item.schema.changed)


def _is_in_place(item: Item) -> bool:
    """A PATCH makes no revision: a paragraph's (536-541)."""
    return item.schema.entity == "paragraph"


def revision_of(resource: Mapping[str, Any]) -> int | None:
    """The revision that a document shows, by its own link: it says so too where the
    number is hidden (825). None where the type has no revisions."""
    links = resource.get("links")
    link = links.get("self") if isinstance(links, dict) else None
    href = link.get("href") if isinstance(link, dict) else None
    found = _VERSION.search(href) if isinstance(href, str) else None
    return int(found[1]) if found else None


def between(read: Item, saved: Item) -> range:
    """The revisions that somebody else may have made between the read and the answer to
    our own write. Empty where nobody can have.

    A paragraph is written in place, so a revision that moved is somebody's (536-541).
    Elsewhere the write makes a revision of its own, and numbers count over all items.
    """
    if read.revision is None or saved.revision is None:
        return range(0)
    own = 0 if _is_in_place(read) else 1
    return range(read.revision + 1, saved.revision + 1 - own)
