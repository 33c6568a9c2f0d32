"""Which languages a site has, whoever asks (section 17 of what was read off a real Drupal).

Their settings are for administrators; anybody else is told only how many there are (741,
743). Each way below names codes, the cheapest first, and is left as soon as all are found:

    settings   the codes themselves, for an administrator (742)
    items      the language that each is shown in
    pages      links to translations in the head, the language switcher (763, 764, 778)
    refusals   of a PATCH in a language that an item lacks: the languages that it has (752)
    guesses    the usual codes; only where the number is known and some are missing

A code counts once the site answers below `/code` in that language (759, 760).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from altsync.errors import BadAnswer, NotThere, Rejected, SourceError
from altsync.sources.jsonapi import rights
from altsync.sources.jsonapi.askable import Subject
from altsync.sources.jsonapi.client import NEUTRAL, Client
from altsync.sources.jsonapi.probe import alternates
from altsync.sources.jsonapi.sample import TypeSample
from altsync.sources.jsonapi.schema import learn, number_of
from altsync.sources.jsonapi.walk import has_next, omitted, rows_of

SETTINGS = "configurable_language--configurable_language"
MOST_TRIED = 150
"""Codes that are tried: Drupal itself knows about a hundred."""
MOST_SETTINGS = 5
"""Pages of languages, of 50."""
MOST_PAGES = 6
"""Pages of items that are read."""
MOST_REFUSALS = 6
"""Items of which the translations are asked; `OF_A_TYPE` of one type."""
OF_A_TYPE = 2
USUAL = """
    en de fr es nl it pt-br pt-pt pl ru ja zh-hans zh-hant sv da nb fi cs sk hu ro bg el
    tr uk ar he fa ko vi th id ca eu gl cy ga hr sl sr lt lv et is lb fy nn mt sq mk bs
    hi bn ta te ur ms sw af ka hy az kk be mn ne si km lo my am pt zh no fil tl eo la br
    gd oc rm fo se kl
""".split()  # noqa: SIM905 - a list of ninety lines says less
"""Codes of languages, those with most websites first."""
_NAMED = re.compile(r"do exist: ([A-Za-z0-9, -]+)")
_ADDRESSES = {"node": "node", "taxonomy_term": "taxonomy/term"}
"""Entity type -> the path of its pages."""


@dataclass(slots=True)
class LanguageSearch:
    """One look for all languages. `run` it once."""

    client: Client
    samples: Mapping[str, TypeSample]
    """Items of each type, as the default language shows them."""
    found: list[str] = field(default_factory=list)
    expected: int | None = None
    """How many there are, where the site tells."""
    _tried: set[str] = field(default_factory=set)

    def run(self) -> tuple[str, ...]:
        """The codes that the site answers in, the default one first. Raises nothing but
        what is wrong with the whole site."""
        default = self.client.default_language
        self.found = [default] if default else []
        self._tried = {*self.found, *NEUTRAL, "x-default", ""}
        for code in self._named():
            if self._complete or len(self._tried) > MOST_TRIED:
                break
            if code not in self._tried:
                self._tried.add(code)
                if self.client.speaks(code):
                    self.found.append(code)
        first = self.found[:1] if default else []
        return (*first, *sorted(self.found[len(first) :]))

    @property
    def missing(self) -> int:
        """So many languages are there that were not found."""
        return max(0, (self.expected or 0) - len(self.found))

    @property
    def _complete(self) -> bool:
        return self.expected is not None and len(self.found) >= self.expected

    def _named(self) -> Iterator[str]:
        ways = [self._of_settings, self._of_items, self._of_pages, self._of_refusals]
        for way in ways:
            yield from way()
            if self._complete:
                return
        if self.expected is not None:
            yield from USUAL

    def _of_settings(self) -> list[str]:
        codes, self.expected = in_settings(self.client)
        return codes

    def _of_items(self) -> Iterator[str]:
        for kind, seen in self.samples.items():
            langcode = learn(kind, (), seen.rows, None).langcode
            for row in seen.rows:
                yield _text(row, langcode)

    def _of_pages(self) -> Iterator[str]:
        """As a visitor gets them: with Basic credentials every page is 403 (783)."""
        with closing(self.client.visitor()) as visitor:
            for address in ("/", *self._addresses()):
                try:
                    page = visitor.get(self.client.http.base + address)
                except SourceError:
                    continue
                yield from alternates(page.body.decode("utf-8", "replace"))

    def _addresses(self) -> list[str]:
        """Pages of items, of many types rather than many of one."""
        found = []
        for kind, seen in self.samples.items():
            schema = learn(kind, (), seen.rows, None)
            path = _ADDRESSES.get(schema.entity)
            if path is None or schema.number == "id":
                continue
            for row in seen.rows[:2]:
                number = number_of(schema, "", row.get("attributes") or {})
                found.append(f"/{path}/{number}")
        return found[:MOST_PAGES]

    def _of_refusals(self) -> Iterator[str]:
        """A PATCH in a language that an item lacks is refused with those that it has,
        before anybody is asked who he is (752-754, 857); what is sent can change nothing
        wherever it arrives (`rights`)."""
        left = MOST_REFUSALS
        for kind in self.samples:
            for language in self.found[1:2]:
                others = self._untranslated(kind, language)
                yield from others.values()
                for uuid in list(others)[: min(OF_A_TYPE, left)]:
                    left -= 1
                    subject = Subject(uuid, own=False, state="")
                    try:
                        reply = rights.ask(self.client, kind, language, subject)
                    except BadAnswer:
                        return  # it was not refused: nothing of the kind is sent again
                    except SourceError:
                        continue
                    yield from _translations(reply.said)

    def _untranslated(self, kind: str, language: str) -> dict[str, str]:
        """uuid -> the language that an item is shown in where it lacks this one."""
        langcode = learn(kind, (), self.samples[kind].rows, None).langcode
        query = [("page[limit]", "25"), (f"fields[{kind}]", langcode)]
        try:
            document, _ = self.client.get(self.client.url(kind, language), query)
        except (Rejected, NotThere, BadAnswer):
            return {}
        shown = {str(row["id"]): _text(row, langcode) for row in rows_of(document)}
        known = ("", language, *NEUTRAL)
        return {uuid: code for uuid, code in shown.items() if code not in known}


def in_settings(client: Client) -> tuple[list[str], int | None]:
    """(the codes that this login may read, how many languages there are), for one
    request; None where the site does not tell.

    Drupal's two codes for no language are counted along with them (741).
    """
    if SETTINGS not in client.paths:
        return [], None
    url = client.url(SETTINGS, None)
    codes: list[str] = []
    number = 0
    for page in range(MOST_SETTINGS):
        try:
            document, _ = client.get(url, [("page[offset]", str(50 * page))])
        except (Rejected, NotThere, BadAnswer):
            return codes, None
        rows = rows_of(document)
        number += len(rows) + len(omitted(document))
        codes += [_text(row, "drupal_internal__id") for row in rows]
        if not has_next(document):
            break
    return codes, max(1, number - len(NEUTRAL)) if number else None


def _translations(said: str) -> Sequence[str]:
    named = _NAMED.search(said)
    return [code.strip() for code in named[1].split(",")] if named else []


def _text(row: Mapping[str, Any], name: str) -> str:
    value = (row.get("attributes") or {}).get(name)
    return value if isinstance(value, str) else ""
