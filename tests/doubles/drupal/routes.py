"""What each path answers: entry point, collections, items, relationships, login, token,
files."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.doubles.drupal import access, lists, patch, rights, sight
from tests.doubles.drupal.access import Access
from tests.doubles.drupal.calls import Call, Reply
from tests.doubles.drupal.document import (
    JSONAPI,
    Refusal,
    file_resource,
    label_only,
    link,
)
from tests.doubles.drupal.kinds import FILE, ResourceType
from tests.doubles.drupal.model import (
    Entity,
    State,
    Translation,
    listed,
)

OTHER_TYPES = (
    "action--action",
    "block--block",
    "block_content--basic",
    "comment--comment",
    "configurable_language--configurable_language",
    "field_config--field_config",
    "field_storage_config--field_storage_config",
    "file--file",
    "media--audio",
    "media--document",
    "media--remote_video",
    "media--video",
    "media_type--media_type",
    "menu--menu",
    "node--page",
    "node_type--node_type",
    "path_alias--path_alias",
    "taxonomy_term--tags",
    "user--user",
    "user_role--user_role",
    "view--view",
    "workflow--workflow",
)
LOCKED = ("und", "zxx")
"""Languages of items that are in none: ordinary ones for JSON:API (755)."""


class Routes:
    def __init__(self, state: State, users: Access) -> None:
        self.state, self.users = state, users

    def jsonapi(self, call: Call) -> Reply:
        """Everything below /jsonapi. Raises Refusal."""
        if not call.path:
            return self._entry(call)
        if len(call.path) < 2:
            raise Refusal(404, "", html=True)
        name = "--".join(call.path[:2])
        known = (
            name in self.state.types or name in OTHER_TYPES or name in self.state.others
        )
        if not known:
            raise Refusal(
                404, "", html=True
            )  # an unknown resource type is an HTML page (062)
        if len(call.path) == 2:
            if call.method not in ("GET", "HEAD"):
                raise _no_route(call, "GET, HEAD, POST")
            return lists.collection(self.state, call, name)
        if name == "file--file":
            return self._file(call)
        if name not in self.state.types:
            raise Refusal(404, "", html=True)
        return self._one(call, self.state.types[name])

    def _entry(self, call: Call) -> Reply:
        links = {
            name: {"href": f"{call.base}/{name.replace('--', '/')}"}
            for name in sorted({*OTHER_TYPES, *self.state.types, *self.state.others})
        }
        body: dict[str, Any] = {"jsonapi": JSONAPI, "data": []}
        if call.asker.user is not None:
            # Only here it shows who is really logged in (349, 350).
            me = call.asker.user.uuid
            body["meta"] = {
                "links": {
                    "me": {"meta": {"id": me}, "href": f"{call.base}/user/user/{me}"}
                }
            }
        return Reply(body=body | {"links": {"self": {"href": call.base}} | links})

    def _file(self, call: Call) -> Reply:
        """A file. Of a PATCH only what refuses it is done (628-632): nothing is stored."""
        uuid = call.path[2]
        if uuid not in self.state.files:
            raise _unknown(call, FILE.name)
        if call.method == "PATCH":
            file = lists.as_row(self.state.files[uuid], self.state.base_path)
            rights.check_change(self.state, call.asker, file)
            types = {**self.state.types, FILE.name: FILE}
            state = replace(self.state, types=types)
            patch.patch(state, call.asker, file, file.original, call.body)
        fields = call.query.fields().get(FILE.name)
        made = file_resource(self.state, uuid, call.base, fields)
        return Reply(body={"jsonapi": JSONAPI, "data": made})

    def _one(self, call: Call, kind: ResourceType) -> Reply:
        entity = self._found(kind, call.path[2])
        if entity is None:
            raise _unknown(call, kind.name)
        kind = self.state.types[entity.type]
        rest = call.path[3:]
        if rest[:1] == ["relationships"] and len(rest) == 2:
            return self._relationship(call, kind, entity, rest[1])
        if rest:
            return self._related(call, entity, rest[0])
        if call.method in ("GET", "HEAD"):
            words = entity.translations[
                entity.resolve(call.language, self.state.fallback)
            ]
            unseen = sight.hidden(self.state, call.asker, entity, words)
            if unseen and kind.entity_type in sight.LABELLED:
                fields = call.query.fields().get(kind.name)
                made = label_only(self.state, entity, words, call.base, fields)
                links = {"self": {"href": call.url}}
                return Reply(body={"jsonapi": JSONAPI, "data": made, "links": links})
            vid, translation = self._version(call, entity)
            return self._item(call, entity, vid, translation)
        if call.method == "DELETE":
            rights.check_change(self.state, call.asker, entity, "DELETE")
            del self.state.of(kind.name)[entity.uuid]
            return Reply(204)
        if call.method != "PATCH":
            raise _no_route(call, "POST, GET, HEAD, DELETE, PATCH")
        language = self._writable(call, entity)
        if call.query.one("resourceVersion") is not None:
            raise Refusal(
                400,
                "PATCH requests with a `resourceVersion` query parameter are not"
                " supported.",
            )
        patch.patch(self.state, call.asker, entity, language, call.body)
        language = language if language in entity.translations else entity.original
        vid, texts = entity.draft or (entity.vid, entity.translations)
        return self._item(call, entity, vid, texts[language])

    def _found(self, kind: ResourceType, uuid: str) -> Entity | None:
        """An item by the path of its own type, or of another one of its entity type: the
        bundle in the path is not looked at (ran)."""
        alike = (
            k for k in self.state.types.values() if k.entity_type == kind.entity_type
        )
        found = (self.state.of(one.name).get(uuid) for one in (kind, *alike))
        return next(filter(None, found), None)

    def _writable(self, call: Call, entity: Entity) -> str:
        """The translation that an unsafe request is about. Raises Refusal: 405, 403 for
        CSRF or permission, 401."""
        language = call.language
        if entity.original in LOCKED:
            language = (
                entity.original
            )  # never translatable, whatever the prefix (source)
        elif language not in entity.translations:
            first = entity.resolve(call.language, self.state.fallback)
            others = ", ".join(
                sorted(entity.translations, key=lambda code: code != first)
            )
            raise Refusal(
                405,
                "The requested translation of the resource object does not exist,"
                f" instead modify one of the translations that do exist: {others}.",
                allow="GET",
            )
        self.users.csrf(call.asker, call.headers)
        rights.check_change(self.state, call.asker, entity)
        return language

    def _relationship(
        self, call: Call, kind: ResourceType, entity: Entity, name: str
    ) -> Reply:
        if name not in kind.relationships:
            raise Refusal(404, "", html=True)
        if call.method in ("GET", "HEAD"):
            translation = entity.translations[
                entity.resolve(call.language, self.state.fallback)
            ]
            sight.check_view(self.state, call.asker, entity, translation)
            url = call.url.partition("?")[0]
            related = (
                url.replace("/relationships/", "/")
                + f"?resourceVersion=id%3A{entity.vid}"
            )
            links = {"related": {"href": related}, "self": {"href": url}}
            return Reply(
                body={
                    "jsonapi": JSONAPI,
                    "data": link(self.state, translation.relationships.get(name)),
                    "links": links,
                }
            )
        language = self._writable(call, entity)
        if call.method != "PATCH":
            raise Refusal(400, "Invalid body payload for the relationship.")
        patch.patch_relationship(
            self.state, call.asker, entity, language, name, call.body
        )
        return Reply(204)

    def _related(self, call: Call, entity: Entity, name: str) -> Reply:
        translation = entity.translations[
            entity.resolve(call.language, self.state.fallback)
        ]
        sight.check_view(self.state, call.asker, entity, translation)
        data = translation.relationships.get(name)
        made: Any = [
            file_resource(self.state, item["id"], call.base)
            for item in listed(data)
            if item and item["id"] in self.state.files
        ]
        if not isinstance(data, list):
            made = made[0] if made else None
        return Reply(
            body={
                "jsonapi": JSONAPI,
                "data": made,
                "links": {"self": {"href": call.url}},
            }
        )

    def _version(self, call: Call, entity: Entity) -> tuple[int, Translation]:
        language = entity.resolve(call.language, self.state.fallback)
        asked = call.query.one("resourceVersion")
        vid, texts = entity.vid, entity.translations
        if asked is not None:
            family, _, version = asked.partition(":")
            if family == "rel" and version in ("working-copy", "latest-version"):
                # latest-version is the published one (081).
                if version == "working-copy" and entity.draft is not None:
                    vid, texts = entity.draft
                    if not call.asker.offered:
                        raise access.no_credentials()
            elif family == "id" and version.isdigit():
                vid = int(version)
                found = (
                    entity.translations
                    if vid == entity.vid
                    else entity.revisions.get(vid)
                )
                if vid in entity.revisions and vid != entity.vid:
                    sight.check_older(call.asker)
                if found is None and entity.draft and entity.draft[0] == vid:
                    found = entity.draft[1]
                if found is None:
                    raise Refusal(
                        404,
                        f"The requested version, identified by `{asked}`, could not be"
                        " found.",
                    )
                texts = found
            else:
                raise Refusal(
                    400,
                    "A resource version identifier was provided in an invalid format:"
                    f" `{asked}`",
                )
        translation = texts[language]
        sight.check_view(self.state, call.asker, entity, translation)
        return vid, translation

    def _item(
        self, call: Call, entity: Entity, vid: int, translation: Translation
    ) -> Reply:
        body: dict[str, Any] = {
            "jsonapi": JSONAPI,
            "data": lists.printed(self.state, call, entity, vid, translation),
        }
        if call.query.one("include"):
            kind = self.state.types[entity.type]
            body["included"] = lists.included(self.state, call, kind, [translation])
        return Reply(body=body | {"links": {"self": {"href": call.url}}})

    def login(self, body: bytes) -> tuple[Reply, str | None]:
        """POST /user/login?_format=json: the answer, and the session for the cookie (322, 328)."""
        try:
            given = json.loads(body)
            user, session, token = self.users.login(
                given.get("name"), given.get("pass")
            )
        except (ValueError, AttributeError):
            return (
                Reply(400, {"message": "Syntax error"}, type="application/json"),
                None,
            )
        except Refusal as refusal:
            return (
                Reply(
                    refusal.status, {"message": refusal.detail}, type="application/json"
                ),
                None,
            )
        about = {"uid": str(user.uid), "name": user.name}
        answer = {
            "current_user": about,
            "csrf_token": token,
            "logout_token": "not-used",
        }
        return Reply(body=answer, type="application/json"), session


def _no_route(call: Call, allow: str) -> Refusal:
    where = (
        f'No route found for "{call.method} {call.url}": Method Not Allowed (Allow:'
        f" {allow})"
    )
    return Refusal(405, where, allow=allow)


def _unknown(call: Call, name: str) -> Refusal:
    route = f"jsonapi.{name}.individual" + (
        "" if call.method in ("GET", "HEAD") else f".{call.method.lower()}"
    )
    path = f"/jsonapi/{name.replace('--', '/')}/{{entity}}"
    return Refusal(
        404,
        f'The "entity" parameter was not converted for the path "{path}" (route name:'
        f' "{route}")',
    )
