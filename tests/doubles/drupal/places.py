"""Where else a Drupal keeps pictures: paragraphs and the pages that list them, blocks,
terms, accounts, comments, and an entity type of a module's own.

Each type comes to the site with the first thing that is added of it.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from tests.doubles.drupal import content
from tests.doubles.drupal.kinds import (
    BASIC,
    COMMENT,
    EXHIBIT,
    NODE_PAGE,
    PICTURE_BLOCK,
    PICTURE_TEXT,
    PICTURES,
    SECTION,
    TAGS,
    USER,
    ResourceType,
)
from tests.doubles.drupal.model import (
    Entity,
    State,
    Translation,
    User,
    iso,
    linkage,
    listed,
    snapshot,
)
from tests.doubles.drupal.people import Form
from tests.doubles.drupal.server import Site

PARAGRAPHS = {kind.name: kind for kind in (PICTURE_TEXT, PICTURES, SECTION)}
Alts = str | None | list[str | None]
"""The alt of a single image, or those of a field that takes many."""


def text(value: str, form: str = "basic_html") -> dict[str, Any]:
    """A formatted text as stored."""
    return {"value": value, "format": form}


def bundle_of(field: str, kind: ResourceType) -> dict[str, Any]:
    """The relationship that names the bundle, such as `paragraph_type`, which points to a
    `paragraphs_type` (530, 744)."""
    config = field.replace("paragraph_", "paragraphs_")
    types = f"{config}--{config}"
    return {
        "type": types,
        "id": content.stable(types, kind.bundle),
        "meta": {"drupal_internal__target_id": kind.bundle},
    }


def pictures(state: State, name: str, alts: Alts) -> Any:
    """Linkage of new grey pictures with these alts, a list where `alts` is one."""
    grey = content.grey()
    made = []
    for alt in alts if isinstance(alts, list) else [alts]:
        number = len(state.files) + 1
        picture = replace(grey, name=f"{name}-{number}.png")
        file = content.add_file(state, picture)
        width, height = grey.size
        made.append(linkage(file, alt=alt, title="", width=width, height=height))
    return made if isinstance(alts, list) else made[0]


def list_in(state: State, parent: Entity, field: str, child: Entity) -> None:
    """The parent's field lists the paragraph. A type that has no such field gets one, as
    a site builder gives it one: then it stands, empty, in every item of the type."""
    kind = state.types[parent.type]
    if field not in kind.relationships:
        state.types[kind.name] = replace(
            kind,
            relationships=(*kind.relationships, field),
            lists=kind.lists | {field},
            targets=kind.targets | {field: "paragraph"},
        )
    for entity in state.of(kind.name).values():
        for translation in entity.translations.values():
            translation.relationships.setdefault(field, [])
    for translation in parent.translations.values():
        translation.relationships[field].append(
            {
                "type": child.type,
                "id": child.uuid,
                "meta": {
                    "target_revision_id": child.vid,
                    "drupal_internal__target_id": child.id,
                },
            }
        )


class Places:
    """What a test can add besides media and articles; DemoDrupal mixes it in."""

    state: State
    site: Site

    def grant(self, name: str, *permissions: str) -> None:
        """The account may do more: Drupal's permissions, by their names."""
        user = self.state.users[name]
        user.may = user.may | set(permissions)

    def revoke(self, name: str, *permissions: str) -> None:
        user = self.state.users[name]
        user.may = user.may - set(permissions)

    def add_page(
        self, title: str, body: str = "", *, status: bool = True, owner: str = "author"
    ) -> Entity:
        """A page without images of its own; `field_blocks` lists its paragraphs."""
        self._begin(NODE_PAGE)
        moment = self._moment(NODE_PAGE)
        attributes = self._translated(status=status) | {
            "created": iso(moment),
            "changed": iso(moment),
            "path": {"alias": None, "pid": None, "langcode": "en"},
            "title": title,
            "revision_timestamp": iso(moment),
            "revision_log": None,
            "promote": True,
            "sticky": False,
            "body": text(body, "full_html") | {"summary": ""} if body else None,
        }
        links: dict[str, Any] = {
            "node_type": bundle_of("node_type", NODE_PAGE),
            "revision_uid": None,
            "uid": self._account(owner),
            "field_blocks": [],
        }
        return self._add(NODE_PAGE, attributes, links, owner)

    def add_paragraph(
        self,
        alt: Alts = "",
        *,
        parent: Entity | None,
        field: str = "",
        kind: str = "paragraph--picture_text",
        words: str = "",
        status: bool = True,
        listed: bool = True,
    ) -> Entity:
        """A paragraph in `parent`: a page, an article or a `paragraph--section`.

        `parent` None: it was never attached to anything (519). `listed` False: a later
        revision of the parent does not list it any more (518). A `paragraph--pictures`
        takes a list of alts, a `paragraph--section` none: paragraphs stand in it, in
        `field_items`.
        """
        self._begin(PARAGRAPHS[kind])
        chosen = self.state.types[kind]
        moment = self._moment(chosen)
        field = field or self._field_for(parent)
        attributes = self._translated(status=status) | {
            "created": iso(moment),
            "parent_id": str(parent.id) if parent else None,
            "parent_type": parent.type.partition("--")[0] if parent else None,
            "parent_field_name": field if parent else None,
            "behavior_settings": [],
            "content_translation_changed": iso(moment),
        }
        attributes = {k: v for k, v in attributes.items() if k in chosen.attributes}
        for name in chosen.texts:
            attributes[name] = text(f"<p>{words}</p>") if words else None
        links: dict[str, Any] = {"paragraph_type": bundle_of("paragraph_type", chosen)}
        links |= {name: [] for name in chosen.lists}
        links |= {n: pictures(self.state, n, alt) for n in chosen.images}
        made = self._add(chosen, attributes, links)
        if parent is not None and listed:
            with self.site.lock:
                list_in(self.state, parent, field, made)
        return made

    def remove_paragraph(self, paragraph: Entity) -> None:
        """A person takes it off its page: a new revision of the page, and the paragraph
        stays, looking alive (518)."""
        parent = self.state.parent(paragraph)
        if parent is None:
            return
        self.state.clock.advance()
        before = snapshot(parent)
        name = str(paragraph.translations["en"].attributes["parent_field_name"])
        for translation in parent.translations.values():
            items = listed(translation.relationships[name])
            kept = [item for item in items if item["id"] != paragraph.uuid]
            translation.relationships[name] = kept
        self.state.save(parent, before, self.state.users["editor"])

    def add_block(
        self,
        alt: str | None = "",
        *,
        info: str = "",
        page: Entity | None = None,
        reusable: bool = True,
        status: bool = True,
    ) -> Entity:
        """A custom block. `reusable` False: an inline one of Layout Builder, in the
        layout of `page`, which pins this revision; without a page nobody sees it (585)."""
        self._begin(PICTURE_BLOCK)
        moment = self._moment(PICTURE_BLOCK)
        number = len(self.state.of(PICTURE_BLOCK.name)) + 1
        attributes = self._translated(status=status) | {
            "changed": iso(moment),
            "revision_created": iso(moment),
            "revision_log": None,
            "info": info or f"Block {number}",
            "reusable": reusable,
        }
        links = {
            "block_content_type": bundle_of("block_content_type", PICTURE_BLOCK),
            "revision_user": None,
            "field_block_image": pictures(self.state, "block", alt),
        }
        made = self._add(PICTURE_BLOCK, attributes, links)
        if page is not None:
            self.state.pinned[made.uuid] = (page.uuid, made.vid)
        return made

    def add_basic_block(
        self,
        body: str = "",
        *,
        form: str = "basic_html",
        info: str = "",
        status: bool = True,
    ) -> Entity:
        """A custom block of core's own type: a text, and no image field (462, 861)."""
        self._begin(BASIC)
        moment = self._moment(BASIC)
        number = len(self.state.of(BASIC.name)) + 1
        attributes = self._translated(status=status) | {
            "changed": iso(moment),
            "revision_created": iso(moment),
            "revision_log": None,
            "info": info or f"Basic block {number}",
            "reusable": True,
            "body": text(body, form) | {"summary": None} if body else None,
        }
        links = {
            "block_content_type": bundle_of("block_content_type", BASIC),
            "revision_user": None,
        }
        return self._add(BASIC, attributes, links)

    def add_term(
        self,
        alt: str | None = "",
        *,
        name: str = "A term",
        description: str = "",
        status: bool = True,
    ) -> Entity:
        """A taxonomy term with a picture."""
        self._begin(TAGS)
        moment = self._moment(TAGS)
        attributes = self._translated(status=status) | {
            "changed": iso(moment),
            "revision_created": iso(moment),
            "revision_log_message": None,
            "name": name,
            "description": text(description) if description else None,
            "weight": 0,
            "path": {"alias": None, "pid": None, "langcode": "en"},
        }
        links: dict[str, Any] = {
            "vid": bundle_of("taxonomy_vocabulary", TAGS),
            "revision_user": None,
            "parent": [],
            "field_term_image": pictures(self.state, "term", alt),
        }
        return self._add(TAGS, attributes, links)

    def add_user(
        self, alt: str | None = "", *, name: str = "", status: bool = True
    ) -> Entity:
        """An account's picture. `name` of an account that logs in: that one's; else
        somebody's who never does here."""
        first = USER.name not in self.state.types
        self._begin(USER)
        if first:
            nobody = User("Anonymous", "", content.stable("user", "nobody"), 0)
            self._person(nobody, None, status=False)
            for user in self.state.users.values():
                self._person(user, None, not user.blocked)
        known = self.state.users.get(name)
        if known is None:
            number = self.state.number("user")
            name = name or f"person-{number}"
            known = User(name, "", content.stable("user", name), number)
        return self._person(known, pictures(self.state, "portrait", alt), status)

    def _person(self, user: User, picture: Any, status: bool) -> Entity:
        moment = self._moment(USER)
        attributes = {
            "display_name": user.name,
            "name": user.name,
            "langcode": "en",
            "status": status,
            "created": iso(moment),
            "changed": iso(moment),
        }
        links = {"roles": [], "user_picture": picture}
        made = Entity(
            USER.name,
            user.uuid,
            user.uid,
            user.uid,
            "en",
            {"en": Translation(attributes, links)},
            user.uuid,
        )
        self.state.of(USER.name)[made.uuid] = made
        return made

    def add_comment(
        self,
        alt: str | None = "",
        *,
        on: Entity,
        subject: str = "A comment",
        body: str = "",
        owner: str = "viewer",
        status: bool = True,
    ) -> Entity:
        """A comment with a picture."""
        self._begin(COMMENT)
        moment = self._moment(COMMENT)
        attributes = {
            "langcode": "en",
            "default_langcode": True,
            "status": status,
            "subject": subject,
            "created": iso(moment),
            "changed": iso(moment),
            "entity_type": on.type.partition("--")[0],
            "field_name": "comment",
            "comment_body": text(body) if body else None,
        }
        target = {"drupal_internal__target_id": on.id}
        links = {
            "comment_type": bundle_of("comment_type", COMMENT),
            "pid": None,
            "entity_id": {"type": on.type, "id": on.uuid, "meta": target},
            "uid": self._account(owner),
            "field_comment_image": pictures(self.state, "comment", alt),
        }
        return self._add(COMMENT, attributes, links, owner)

    def add_custom(self, alt: str | None = "", *, name: str = "An exhibit") -> Entity:
        """An entity of a type without bundles: `exhibit--exhibit`. A filter finds none
        of them, and only "administer exhibits" may change one (633)."""
        self._begin(EXHIBIT)
        moment = self._moment(EXHIBIT)
        attributes = {"langcode": "en", "name": name, "changed": iso(moment)}
        links = {"picture": pictures(self.state, "exhibit", alt)}
        return self._add(EXHIBIT, attributes, links)

    def keep_one_language(self) -> None:
        """No paragraph type is translated; to be said before the first is added. They have
        no `content_translation_changed` then, and a PATCH that sends it is 422 (source)."""
        for name, kind in PARAGRAPHS.items():
            kept = {
                a for a in kind.attributes if not a.startswith("content_translation")
            }
            self.state.types[name] = replace(kind, attributes=frozenset(kept))

    def hide_by_grants(self, *nodes: Entity) -> None:
        """Node grants hide them from everybody but those who bypass them (696-703)."""
        self.state.ungranted.update(node.uuid for node in nodes)

    def deny(self, *entities: Entity) -> None:
        """A module's access hook lets nobody see them, after the query."""
        self.state.denied.update(entity.uuid for entity in entities)

    def open_form(self, page: Entity) -> Form:
        """A person opens the page to edit it."""
        return Form(self.site, page)

    # How the above is done.

    def _begin(self, kind: ResourceType) -> None:
        self.state.types.setdefault(kind.name, kind)

    def _moment(self, kind: ResourceType) -> int:
        return content.START + 3600 * len(self.state.of(kind.name))

    def _translated(self, *, status: bool) -> dict[str, Any]:
        return {
            "langcode": "en",
            "status": status,
            "default_langcode": True,
            "revision_translation_affected": True,
            "content_translation_source": "und",
            "content_translation_outdated": False,
        }

    def _account(self, name: str) -> dict[str, Any]:
        user = self.state.users[name]
        target = {"drupal_internal__target_id": user.uid}
        return {"type": USER.name, "id": user.uuid, "meta": target}

    def _field_for(self, parent: Entity | None) -> str:
        section = parent is not None and parent.type == SECTION.name
        return "field_items" if section else "field_blocks"

    def _add(
        self,
        kind: ResourceType,
        attributes: dict[str, Any],
        links: dict[str, Any],
        owner: str = "author",
    ) -> Entity:
        made = Translation(attributes, copy.deepcopy(links))
        with self.site.lock:
            return content.add(self.state, kind.name, {"en": made}, owner)
