"""A push into texts that is killed (SIGKILL, a real process) between its look and its
write, or after the write and before the answer: nothing is lost, nothing is written
twice, and no byte of a text changes but those of an alt."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pytest

from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal, content, scenes
from tests.doubles.drupal.calls import Reply
from tests.doubles.drupal.editor import PICTURE, img, with_alt
from tests.doubles.drupal.model import Entity, listed
from tests.processes import PATIENT
from tests.scene import Scene
from tests.sources.jsonapi.world import source_of, state

RUN = """
import os, sys
from pathlib import Path
from altsync.models import Selection
from altsync.plan import NO_PERMISSIONS
from altsync.planning import Plan, Request
from altsync.push import Push
from altsync.stage import Context
from altsync.store.store import Store
from tests.sources.jsonapi.world import source_of

def run(reverts):
    selection = Selection(reverts=tuple(reverts), by="olga" if reverts else "")
    source = source_of(None, url=sys.argv[2], texts=True, label=None)
    with Store.open(Path(sys.argv[1])) as store:
        with Plan.of(store, Request(selection)) as plan:
            return Push(Context(source, store, threads=1), plan, pauses=()).run()

for line in sys.stdin:
    child = os.fork()
    if not child:
        os._exit(5 if run(line.split()).stopped else 0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""
"""Begins a process for each line of its input, with everything imported already: tells its
number, and how it ended."""

STOPPED = 5
"""How a process ends whose push stopped before its plan did."""
ROUNDS = 25
"""Of each kind, of the push and of the revert."""
ARTICLES = 34
_ALT = re.compile(r""" ?\balt=(?:"[^"]*"|'[^']*'|[^\s>]*)""")
Field = tuple[str, str]
"""An item's uuid and the name of a text field."""


@dataclass
class Axe:
    """Kills who sends a PATCH, before it is done or after."""

    site: DemoDrupal
    when: str = ""
    child: int = 0
    known: threading.Event = field(default_factory=threading.Event)
    done: list[tuple[Field, Any, Any]] = field(default_factory=list)
    """Every text that a PATCH replaced: as it was, and as it is."""

    def __post_init__(self) -> None:
        self._answer = self.site.site.answer
        self.site.site.answer = self.answer  # type: ignore[method-assign]

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        if method != "PATCH" or _is_question(body):
            return self._answer(method, target, headers, body)
        if self.when == "before":
            self._fall()
            return Reply(503)
        before = values(self.site)
        reply = self._answer(method, target, headers, body)
        after = values(self.site)
        self.done += [
            (key, before[key], after[key])
            for key in _sent(self.site, body)
            if reply.status == 200
        ]
        if self.when == "after" and reply.status == 200:
            self._fall()
        return reply

    def _fall(self) -> None:
        assert self.known.wait(PATIENT)
        self.when = ""
        os.kill(self.child, signal.SIGKILL)


def _is_question(body: bytes) -> bool:
    texts = json.loads(body)["data"].get("attributes", {}).values()
    return any(isinstance(one, dict) and "value" not in one for one in texts)


def _sent(site: DemoDrupal, body: bytes) -> list[Field]:
    data = json.loads(body)["data"]
    return [(data["id"], name) for name in TEXTS if name in data["attributes"]]


TEXTS = ("body", "field_rows")


def values(site: DemoDrupal) -> dict[Field, Any]:
    """Every text of the articles, as stored."""
    return {
        (article.uuid, name): article.translations["en"].attributes[name]
        for article in site.state.of("node--article").values()
        for name in TEXTS
    }


class House:
    """The site with its person, and what its texts would be if there were no altsync."""

    def __init__(self, site: DemoDrupal, dice: random.Random) -> None:
        self.site, self.dice = site, dice
        file = scenes.upload(site, "heron.png")
        for number in range(ARTICLES):
            body = (
                f"<P>Words {number} &amp; more\r\n{img(file)}\x00<b>open"
                f"<IMG SRC='/sites/default/files/a.png' ALT=unquoted><!-- {img(file)} -->"
            )
            site.add_article(f"Article {number}", body=body)
        content.add_text_field(site.state, "node--article", "field_rows", "text_long")
        for article in self.articles:
            article.translations["en"].attributes["field_rows"] = [
                {"value": f"<p>Row</p>{img(file)}", "format": form}
                for form in ("basic_html", None)
            ]
        self.shadow = values(site)
        self.persons: set[tuple[str, str]] = set()
        """(uuid, field) of texts with an alt of a person."""

    @property
    def articles(self) -> list[Entity]:
        return list(self.site.state.of("node--article").values())

    def somebody_writes(self) -> None:
        """Words, or now and then an alt."""
        article, name = self.dice.choice(self.articles), self.dice.choice(TEXTS)
        key = (article.uuid, name)
        if self.dice.random() < 0.7:
            words = f"Words {self.dice.random()}"
            self.site.people.edit_words(article, name, words)
            self._shade(key, lambda value: f"{value}<p>{escape(words)}</p>\n")
        elif key not in self.persons:
            self.site.people.write_alt(article, name, 0, "Hers")
            self._shade(key, lambda value: _named(value, "Hers"))
            self.persons.add(key)

    def _shade(self, key: Field, change: Any) -> None:
        text = self.shadow[key]
        first = listed(text)[0]
        made = {**first, "value": change(first["value"])}
        self.shadow[key] = [made, *text[1:]] if isinstance(text, list) else made


def _named(value: str, alt: str) -> str:
    return PICTURE.sub(lambda found: with_alt(found[0], alt), value, count=1)


@contextmanager
def processes(store: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    made = subprocess.Popen(
        [sys.executable, "-c", RUN, str(store), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with made:
        yield made
        assert made.stdin
        made.stdin.close()


def one_push(maker: subprocess.Popen[str], axe: Axe, when: str, *reverts: str) -> int:
    """How it ended: less than 0 by a signal, else its exit code."""
    axe.known.clear()
    axe.when = when
    assert maker.stdin
    assert maker.stdout
    maker.stdin.write(" ".join(reverts) + "\n")
    maker.stdin.flush()
    axe.child = int(maker.stdout.readline())
    axe.known.set()
    status = int(maker.stdout.readline())
    axe.when = ""
    return os.waitstatus_to_exitcode(status)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_between_look_and_write_and_before_the_answer(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(2**32))
    print(f"SEED={seed}")  # shown when it fails, and what has it again
    dice = random.Random(seed)
    with DemoDrupal(state=state()) as site:
        site.grant("editor", *scenes.MAY)
        house, axe = House(site, dice), Axe(site)
        store = Store.open(tmp_path / "altsync.db", create=True)
        scene = Scene(source_of(site, texts=True, label=None), store)
        scene.pull()
        images = {
            row[0]: f'Text of {number} & "more" <b>'
            for number, row in enumerate(
                store.conn.execute(
                    "SELECT id FROM images WHERE alt IS NULL AND tag = 'img'"
                )
            )
        }
        assert len(images) == 2 * ARTICLES
        for image, alt in images.items():
            scene.propose(image, alt)
        with processes(store.path, site.url) as maker:
            rounds(maker, house, axe, scene)
            judge(scene, axe, house, images)
            rows = store.conn.execute(
                "SELECT DISTINCT push_id FROM push_items WHERE status = 'applied'"
                " AND patch LIKE '%replace%'"
            )
            pushes = [str(row[0]) for row in rows]
            rounds(maker, house, axe, scene, *pushes)
        assert values(site) == house.shadow
        settled(scene)
        scene.source.close()
        store.close()


def rounds(maker: Any, house: House, axe: Axe, scene: Scene, *reverts: str) -> None:
    """So many killed ones of each kind, then one that nobody kills."""
    kinds = ["before", "after"] * ROUNDS
    house.dice.shuffle(kinds)
    for when in kinds:
        if house.dice.random() < 0.3:
            house.somebody_writes()
        assert as_the_owner(maker, axe, scene, when, *reverts) == -signal.SIGKILL
    assert as_the_owner(maker, axe, scene, "", *reverts) == 0


def as_the_owner(maker: Any, axe: Axe, scene: Scene, when: str, *reverts: str) -> int:
    """A push that meets six alts of people among its first fifty images says that the
    mirror is stale, and stops: then the owner pulls, and asks again."""
    ended = one_push(maker, axe, when, *reverts)
    if ended == STOPPED:
        scene.pull()
        ended = one_push(maker, axe, when, *reverts)
    return ended


def judge(scene: Scene, axe: Axe, house: House, images: dict[str, str]) -> None:
    """What was pushed stands there, once; what a person wrote, too."""
    now = values(house.site)
    for key, before, after in axe.done:
        assert before != after, "written twice"
        assert bare(before) == bare(after), key
    sent = sum(text.count("Text of ") for text in map(json.dumps, now.values()))
    assert sent == len(images) - len(house.persons)
    assert bare(list(now.values())) == bare(list(house.shadow.values()))
    settled(scene)


def bare(text: Any) -> str:
    """All of a text but its alts."""
    return _ALT.sub("", json.dumps(text, ensure_ascii=False).replace('\\"', '"'))


def settled(scene: Scene) -> None:
    conn = scene.store.conn
    assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = conn.execute("SELECT count(*) FROM push_items WHERE status = 'intended'")
    assert rows.fetchone() == (0,)
