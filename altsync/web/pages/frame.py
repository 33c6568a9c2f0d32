"""What every page shares: headers, forms, the filter in the address, numbers for
people."""

from __future__ import annotations

import math
import time
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from altsync.lint.evidence import file_name
from altsync.models import SiteImage, State, WhereInText
from altsync.pictures.cache import name_of
from altsync.render.keys import KEYS
from altsync.render.money import money
from altsync.render.spoken import heard, heard_today
from altsync.render.standing import NEAR, StandingInWords
from altsync.render.standing import in_words as in_a_text
from altsync.render.terminal import MEANING
from altsync.render.uses import in_words as use_in_words
from altsync.render.uses import safe_link, tag
from altsync.store import queue
from altsync.store.looks import Look
from altsync.store.queue import ME, Filter
from altsync.terms import near
from altsync.web.cells import path_of
from altsync.web.code import commands, in_code
from altsync.web.colleagues import colleagues
from altsync.web.context import Visit
from altsync.web.guard import ELSEWHERE, HEADERS, from_here

TABS = (
    ("dashboard", "/-/altsync", "Overview"),
    ("review", "/-/altsync/review", "Review"),
    ("grid", "/-/altsync/grid", "Grid"),
    ("albums", "/-/altsync/albums", "Albums"),
    ("audit", "/-/altsync/audit", "Audit"),
    ("visitors", "/-/altsync/visitors", "Visitors"),
    ("compare", "/-/altsync/compare", "Compare"),
    ("sample", "/-/altsync/sample", "Samples"),
)
NO_JUDGE = (
    "You may look, but not judge. Those judge whom altsync.toml names ([review] actors),"
    " as their login spells them."
)
ONLY_READ = "You may look, but not judge: the database is only read here."
SAID = {
    "approve": "Approved",
    "decorative": "Marked decorative",
    "reject": "Rejected",
    "unsure": "Asked a colleague about",
    "undo": "Taken back: the verdict on",
    "again": "Written already, and only once: the verdict on",
    "undone": "Taken back already, and only once: the verdict on",
}
"""What a page may say of the verdict before; anything else in the address is not shown.
"""
PASSING = ("image", "after", "place", "shown", "done", "of", "judged", "from", "to")
"""What else may stand in an address beside a filter: about one moment."""
NOTHING = ("", None, 0, 0.0)
"""Values that are left out of an address: they are the defaults of every parameter."""


LONGEST = 200
"""Characters of the words that are searched for; what is typed beyond is cut, as the
field does."""


async def show(page: Visit, name: str, *, status: int = 200, **values: Any) -> Any:
    """Render `altsync/NAME.html`; its tab is marked as the current one."""
    from datasette.utils.asgi import Response

    urls = page.datasette.urls

    def at(path: str, **query: object) -> str:
        return address(page, path, query)

    def picture(name: str | None) -> str:
        path = path_of(page.setup, name)
        return "" if path is None else at(path)

    def picture_of(look: Look) -> str:
        image = look.mirrored.image
        return picture(name_of(image.id, image.image_url, look.file, image.in_text))

    html = await page.datasette.render_template(
        f"altsync/{name}.html",
        {
            "at": at,
            "picture": picture,
            "picture_of": picture_of,
            "tabs": TABS,
            "most_words": LONGEST,
            "tab": name,
            "site": page.config.site.url,
            "database": page.db.name,
            "static": lambda file: (
                f"{urls.static_plugins('altsync', file)}?{version()}"
            ),
            "may_write": page.may_write,
            "refused": page.request.method == "POST",
            "reviewer": page.reviewer,
            "by_link": page.setup.login is not None,
            "no_keys": not page.config.review.keys,
            "sentence": sentence,
            "meaning": {str(state): text for state, text in MEANING.items()},
            "money": money,
            "safe_link": safe_link,
            "tag": tag,
            "file_name": file_name,
            "in_code": in_code,
            "commands": commands,
            "heard": heard,
            "heard_today": heard_today,
            "use_in_words": use_in_words,
            "standing": standing,
            "listed": KEYS.get(name, ()),
            **values,
        },
        request=page.request,
    )
    return Response.html(html, status=status, headers=dict(HEADERS))


def sentence(words: str) -> str:
    """A reason that stands alone: a large letter first, the rest as it is, a full stop."""
    return f"{words[:1].upper()}{words[1:].removesuffix('.')}."


def standing(image: SiteImage) -> StandingInWords | None:
    """Where an image in a text stands, with as many words as fit beside it."""
    return in_a_text(image.id, WhereInText.of(image), NEAR)


@cache
def version() -> str:
    """Changes when the static files do, so that a browser never keeps an old one."""
    files = sorted((Path(__file__).parents[1] / "static").iterdir())
    return f"{zlib.crc32(b''.join(file.read_bytes() for file in files)):08x}"


def address(page: Visit, path: str, query: Mapping[str, object]) -> str:
    """A path of this Datasette with its query; what says nothing is left out of it."""
    found: str = page.datasette.urls.path(path)
    given = query_text(query)
    return f"{found}?{given}" if given else found


def query_text(query: Mapping[str, object]) -> str:
    """The query of an address, without what says nothing."""
    return urlencode({key: one for key, one in query.items() if one not in NOTHING})


def redirect(page: Visit, path: str, **query: object) -> Any:
    """After a POST: 303, so that a reload repeats nothing."""
    from datasette.utils.asgi import Response

    return Response.redirect(address(page, path, query), status=303)


async def form(page: Visit) -> dict[str, list[str]]:
    """The fields of a POST that a page of this server sent for somebody who may write.
    Raises Datasette's Forbidden for everything else."""
    from datasette.utils.asgi import Forbidden

    if page.request.method != "POST":
        raise Forbidden("Nothing is written by a GET.")
    if not from_here(page.request.scope):
        raise Forbidden(ELSEWHERE)
    if not page.may_write:
        raise Forbidden(NO_JUDGE if page.db.is_mutable else ONLY_READ)
    body = (await page.request.post_body()).decode("utf-8", "replace")
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        fields.setdefault(name, []).append(value)
    return fields


def first(fields: Mapping[str, list[str]], name: str, default: str = "") -> str:
    """The first value of a field."""
    return fields.get(name, [default])[0]


def number(text: str, default: int = 0) -> int:
    """A whole number from an address or a form, else the default."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    return default


def arguments(page: Visit) -> dict[str, list[str]]:
    """The query of the address."""
    return {name: page.request.args.getlist(name) for name in page.request.args}


def filter_of(fields: Mapping[str, list[str]], me: str = "") -> Filter:
    """The queue's filter, from an address or a form, as `me` sees it. What is not
    understood is left out."""
    return Filter(
        state=_state(first(fields, "state")),
        album=first(fields, "album"),
        rule=first(fields, "rule"),
        model=first(fields, "model"),
        language=first(fields, "language"),
        risk=_risk(first(fields, "risk")),
        words=" ".join(first(fields, "words").split())[:LONGEST],
        asked=first(fields, "asked"),
        me=me,
    )


def _state(text: str) -> State:
    """A state that can be judged; what is gone or out of reach cannot."""
    try:
        state = State(text)
    except ValueError:
        return State.NEEDS_REVIEW
    return state if state.in_reach else State.NEEDS_REVIEW


def _risk(text: str) -> float:
    """From 0 to 1."""
    try:
        risk = float(text)
    except ValueError:
        return 0.0
    if math.isnan(risk):
        return 0.0
    return min(1.0, max(0.0, risk))


def query_of(wanted: Filter) -> dict[str, object]:
    """The filter as it stands in an address."""
    state = "" if wanted.state is State.NEEDS_REVIEW else str(wanted.state)
    return {
        "state": state,
        "album": wanted.album,
        "rule": wanted.rule,
        "model": wanted.model,
        "language": wanted.language,
        "risk": wanted.risk or "",
        "words": wanted.words,
        "asked": wanted.asked,
    }


def in_words(wanted: Filter) -> str:
    """The filter as a person reads it: also the rule that a verdict over many records."""
    parts = [f"state {wanted.state}"]
    parts += [
        f"{name} {value}"
        for name in ("album", "rule", "model", "language")
        if (value := getattr(wanted, name))
    ]
    if wanted.asked:
        parts.append(f"asked of {'me' if wanted.asked == ME else wanted.asked}")
    if wanted.risk:
        parts.append(f"risk from {wanted.risk:g}")
    if wanted.words:
        parts.append(f"words {wanted.words}")
    return ", ".join(parts)


async def filtering(page: Visit, wanted: Filter, count: int) -> dict[str, Any]:
    """What the filters of the queue and of the grid show: what is wanted, and what there
    is to choose from; and what words, or an album of which nothing is in this state,
    have in others."""
    choices = await _choices(page)
    known = not wanted.album or await _known(page, wanted.album, choices["album"])
    led_away = wanted.words or (wanted.album and known and not count)
    return {
        "wanted": wanted,
        "query": query_of(wanted),
        "wanted_in_words": in_words(wanted),
        "states": [state for state in State if state.in_reach],
        "rules": _rules(),
        "choices": choices,
        "unmirrored": not choices["album"] and await page.read(queue.empty),
        "unknown_album": "" if known else wanted.album,
        "near": [] if known else near(wanted.album, choices["album"]),
        "elsewhere": await _elsewhere(page, wanted) if led_away else {},
        "colleagues": await colleagues(page),
    }


async def _elsewhere(page: Visit, wanted: Filter) -> dict[State, int] | None:
    """In which other states there is what is searched for, those that can be shown; None
    where there is too much of it to be counted."""
    found = await page.read(lambda conn: queue.elsewhere(conn, wanted))
    if found is None:
        return None
    return {state: number for state, number in found.items() if state.in_reach}


async def _known(page: Visit, album: str, listed: list[str]) -> bool:
    """A list that is a minute old says of no album that there is none."""
    if album in listed:
        return True
    found: bool = await page.read(lambda conn: queue.has_album(conn, album))
    return found


def _rules() -> list[str]:
    from altsync import lint

    return sorted(rule.id for rule in lint.all_rules())


async def _choices(page: Visit) -> dict[str, list[str]]:
    """A minute old at most, since the lists cost a look at every row."""
    found: dict[str, list[str]] = await page.kept(
        "choices", queue.choices, stamp=int(time.monotonic() // 60)
    )
    return found
