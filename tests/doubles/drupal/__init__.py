"""A fake Drupal: core's JSON:API for media and articles, over real HTTP on the loopback
interface.

    with DemoDrupal(media=120) as site:
        requests.get(site.url + "/jsonapi/media/image")

It behaves as recordings of Drupal core 10.6 do, traps included; `NOT_COVERED` lists what
it leaves out. Comments give the recording that a behaviour was read off, as a number.
"""

from __future__ import annotations

import contextlib
import copy
import secrets
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

from tests.doubles.drupal import content, moderation
from tests.doubles.drupal.access import VIEWER
from tests.doubles.drupal.disk import Disk
from tests.doubles.drupal.editor import People
from tests.doubles.drupal.extras import Extras, Override
from tests.doubles.drupal.gates import Challenge, FrontDoor, Gate
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.loopback import Running
from tests.doubles.drupal.model import (
    Clock,
    Entity,
    State,
    User,
    iso,
    linkage,
    listed,
    snapshot,
)
from tests.doubles.drupal.moderation import Workflow
from tests.doubles.drupal.oauth import Consumer, OAuth
from tests.doubles.drupal.places import Places
from tests.doubles.drupal.server import Seen, Site, Switches, Trouble

__all__ = [
    "NOT_COVERED",
    "Challenge",
    "Clock",
    "Consumer",
    "DemoDrupal",
    "Entity",
    "Extras",
    "FrontDoor",
    "OAuth",
    "Override",
    "Seen",
    "State",
    "Switches",
    "Trouble",
    "Workflow",
    "photo_site",
]

NOT_COVERED = (
    (
        "POST and DELETE of list items at a relationship, creating resources, uploading"
        " files, and what a PATCH of a file stores"
    ),
    (
        "bodies of config entities other than languages and workflows: their"
        " collections are empty"
    ),
    "what filters make of a text besides its pictures, such as links of addresses",
    (
        "the order of rows that were not sorted: here it is that of their uuids, so that"
        " nothing relies on it"
    ),
    (
        "stale entity caches after simultaneous writes (401, 402, 421-427), two writes of"
        " one moment that both pass the guard, and a page's save that brings back what"
        " was written to its paragraph meanwhile: requests are served one at a time"
    ),
    (
        "ETag of a page that was rendered earlier: with max_age, a page's ETag is the"
        " fake's present time"
    ),
    "content_translation outdated flags, path aliases of their own, replies to comments",
    "what a theme makes of a page",
)


class DemoDrupal(Disk, Places):
    """A running demonstration Drupal on `port` (0: any free one). Threads: any number
    of clients; edits through this object take the lock.

    `media`: that many synthetic media items. `articles`: that many articles, each with
    a gallery of three and one image. Accounts: admin, editor, author, mediaadmin,
    viewer, blocked; each password is `<name>-lab-pass`. `gates`: what stands before the
    site, outermost first: `FrontDoor()`, `Challenge()`. `oauth`: simple_oauth is there.
    `extras`: jsonapi_extras is, with overrides by resource type.
    """

    def __init__(
        self,
        *,
        media: int = 0,
        articles: int = 0,
        state: State | None = None,
        prefix: str = "/jsonapi",
        base_path: str = "",
        port: int = 0,
        gates: Sequence[Gate] = (),
        oauth: OAuth | None = None,
        extras: Extras | None = None,
    ) -> None:
        self.state = state or State()
        if state is None:
            content.add_accounts(self.state)
            content.image_field_settings(self.state)
            content.add_synthetic(self.state, media)
            for number in range(1, articles + 1):
                self.add_article(
                    f"Article {number}", ["", f"Gallery {number} item 1", None]
                )
        self.site = Site(self.state, prefix, base_path)
        self.site.gates.extend(gates)
        self.site.users.oauth = oauth
        self.site.extras = extras
        self._port = port
        self.switches = self.site.switches
        self.user, self.password = "editor", content.PASSWORD.format("editor")
        self.clock = self.state.clock
        self._running: Running | None = None

    def __enter__(self) -> DemoDrupal:
        self._running = Running(self.site, self._port)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._running is not None:
            self._running.close()
            self._running = None

    @property
    def url(self) -> str:
        """The site's address as an owner would give it."""
        return self.site.origin + self.site.base_path

    @property
    def ledger(self) -> list[Seen]:
        """Every request so far, in the order in which it was answered."""
        return self.site.ledger

    def requests(self, method: str, path: str = "") -> list[Seen]:
        """The ledger's lines with this method whose path contains `path`."""
        return [
            seen for seen in self.ledger if seen.method == method and path in seen.path
        ]

    def trouble(self, status: int = 503, times: int = 1, **more: Any) -> None:
        """Let the next requests go wrong: see `Trouble`."""
        self.switches.troubles.append(Trouble(status, times, **more))

    # Who is on the site.

    def add_account(self, name: str, *may: str) -> User:
        """An account that may read, and what is named: Drupal's permissions. Its password
        is `<name>-lab-pass`."""
        with self.site.lock:
            made = User(
                name,
                content.PASSWORD.format(name),
                content.stable("user", name),
                1 + max((user.uid for user in self.state.users.values()), default=0),
                VIEWER | {*may},
            )
            self.state.users[name] = made
        return made

    @property
    def people(self) -> People:
        """People at the formatted texts."""
        return People(self.state, self.site)

    def end_sessions(self) -> None:
        """Every cookie session ends: its cookie is answered as anonymous from now on, and
        what that may not do is 403."""
        with self.site.lock:
            self.site.users.sessions.clear()

    def forget_tokens(self) -> None:
        """Sessions go on, but the CSRF tokens that were given out are invalid (325)."""
        with self.site.lock:
            sessions = self.site.users.sessions
            for session, (user, _) in sessions.items():
                sessions[session] = (user, secrets.token_urlsafe(32))

    # What is on the site.

    def entity(self, kind: str, number: int) -> Entity:
        """The entity with this Drupal id. Raises KeyError."""
        for entity in self.state.of(kind).values():
            if entity.id == number:
                return entity
        raise KeyError(f"{kind} {number}")

    def items(
        self, entity: Entity, field: str, language: str | None = None
    ) -> list[dict[str, Any]]:
        """An image field's items as stored, single or many alike."""
        data = entity.translations[language or entity.original].relationships[field]
        return listed(data)

    def alt(
        self,
        entity: Entity,
        field: str = "field_media_image",
        item: int = 0,
        language: str | None = None,
    ) -> Any:
        return self.items(entity, field, language)[item]["meta"]["alt"]

    def everything(self) -> dict[str, Any]:
        """A deep copy of every entity's default revision and draft: to compare byte for byte."""
        with self.site.lock:
            return {
                uuid: copy.deepcopy((entity.translations, entity.draft))
                for group in self.state.entities.values()
                for uuid, entity in group.items()
            }

    def add_media(self, alt: str | None = "", **more: Any) -> Entity:
        """A media item with a grey picture of its own; `more`: name, title, label,
        caption, status, private, owner."""
        with self.site.lock:
            number = len(self.state.files) + 1
            grey = content.grey()
            picture = more.pop(
                "picture",
                content.Picture(
                    f"picture-{number}.png", grey.data, grey.size, grey.mime
                ),
            )
            return content.add_media(self.state, picture, alt, **more)

    def add_article(
        self,
        title: str,
        gallery: list[str | None] | None = None,
        image: str | None = "",
        **more: Any,
    ) -> Entity:
        """An article with a single image and a gallery; the lists hold their alt texts."""
        grey = content.grey()
        files = [
            content.add_file(
                self.state,
                content.Picture(f"{title}-{i}.png", grey.data, grey.size, grey.mime),
            )
            for i in range(len(gallery or []) + 1)
        ]
        width, height = grey.size
        single = linkage(files[0], alt=image, title="", width=width, height=height)
        many = [
            linkage(f, alt=alt, title=f"{title} title {i}", width=width, height=height)
            for i, (f, alt) in enumerate(zip(files[1:], gallery or [], strict=True))
        ]
        more.setdefault("body", f"<p>{title} tells a <em>story</em>.</p>")
        return content.add(
            self.state,
            "node--article",
            {"en": content.article_text(title, single, many, **more)},
        )

    def translate(
        self, entity: Entity, language: str, alt: str | None, **attributes: Any
    ) -> None:
        """Add a translation: a copy of the original with its own alt in every image field."""
        with self.site.lock:
            made = copy.deepcopy(entity.translations[entity.original])
            made.attributes |= {
                "langcode": language,
                "default_langcode": False,
                **attributes,
            }
            for field in self._kind(entity).images:
                for item in listed(made.relationships[field]):
                    item["meta"]["alt"] = alt
            entity.translations[language] = made

    @contextlib.contextmanager
    def overtaken(self, entity: Entity) -> Iterator[None]:
        """What is written of it in here is overtaken by a copy that core made before and
        stored after: items and rows show that, filters do not, until the item is saved or
        the caches are rebuilt (cache_jsonapi_normalizations, as seen on a real one)."""
        before = (entity.vid, snapshot(entity))
        yield
        with self.site.lock:
            self.state.stuck[entity.uuid] = before

    def rebuild_caches(self) -> None:
        """`drush cache:rebuild`."""
        with self.site.lock:
            self.state.stuck.clear()

    # What a person does on the site meanwhile.

    def edit(
        self,
        entity: Entity,
        field: str = "field_media_image",
        item: int = 0,
        *,
        language: str | None = None,
        attributes: dict[str, Any] | None = None,
        **meta: Any,
    ) -> None:
        """A person saves the form: `meta` (alt, title, width, height) of one image, and
        `attributes`."""
        with self.site.lock:
            self.clock.advance()
            before = snapshot(entity)
            chosen = language or entity.original
            if meta:
                self.items(entity, field, chosen)[item]["meta"].update(meta)
            entity.translations[chosen].attributes.update(attributes or {})
            self.state.save(entity, before, self.state.users["editor"])

    def rearrange(
        self, entity: Entity, field: str, order: list[int], language: str | None = None
    ) -> None:
        """A person drags the gallery into another order; a delta left out is removed,
        one named twice doubled."""
        with self.site.lock:
            self.clock.advance()
            before = snapshot(entity)
            links = entity.translations[language or entity.original].relationships
            links[field] = [copy.deepcopy(links[field][delta]) for delta in order]
            self.state.save(entity, before, self.state.users["editor"])

    def draft(
        self, entity: Entity, alt: str | None, field: str = "field_media_image"
    ) -> None:
        """A person saves a draft: a newer revision that is not the published one (078,
        311). What has no such field, as a page, only gets another time."""
        with self.site.lock:
            made = snapshot(entity)
            translation = made[entity.original]
            translation.attributes["changed"] = iso(self.clock.now)
            if moderation.workflow(self.state, entity.type):
                translation.attributes |= {moderation.FIELD: "draft", "status": False}
            for item in listed(translation.relationships.get(field))[:1]:
                item["meta"]["alt"] = alt
            entity.draft = (entity.vid + 1, made)

    def publish_draft(self, entity: Entity) -> None:
        """The draft becomes the default revision."""
        with self.site.lock:
            if entity.draft is not None:
                (entity.vid, entity.translations), entity.draft = entity.draft, None

    def delete(self, entity: Entity) -> None:
        with self.site.lock:
            del self.state.of(entity.type)[entity.uuid]

    def _kind(self, entity: Entity) -> ResourceType:
        return self.state.types[entity.type]


def photo_site() -> DemoDrupal:
    """A demonstration Drupal with the pictures that ship with altsync, each a media item;
    not yet running."""
    made = DemoDrupal()
    made.clock.now, made.clock.tick, made.clock.real = int(time.time()), 1, True
    content.add_shipped(made.state)
    return made
