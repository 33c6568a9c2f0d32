"""What each path answers: entry point, collections, items, relationships, login, token,
files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote

from tests.doubles.drupal import access, include, patch, rights, sight
from tests.doubles.drupal.access import Access, Asker
from tests.doubles.drupal.document import (
    JSONAPI,
    Refusal,
    file_resource,
    link,
    omitted,
    resource,
)
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.model import (
    Entity,
    File,
    State,
    Translation,
    listed,
)
from tests.doubles.drupal.query import Query, beginning, conditions, ordered

JSON_API = "application/vnd.api+json"
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
)
LOCKED = ("und", "zxx")
"""Languages of items that are in none: ordinary ones for JSON:API (755)."""
_ADMIN_ONLY = {
    "field_config--field_config",
    "field_storage_config--field_storage_config",
}


@dataclass
class Reply:
    """An answer before it is written. `body` is a JSON document, bytes, or None."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    type: str = JSON_API


@dataclass
class Call:
    """One request as the routes see it. `path` is below the JSON:API root, `base` is
    that root's URL."""

    method: str
    path: list[str]
    query: Query
    headers: Mapping[str, str]
    body: bytes
    language: str
    base: str
    url: str
    asker: Asker


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
            return self._collection(call, name)
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

    def _collection(self, call: Call, name: str) -> Reply:
        if name not in self.state.types:
            return self._repeated(call, name)
        kind, query, state = self.state.types[name], call.query, self.state
        passes = conditions(query, kind, state) if query.filtered else None
        offset, limit = query.page()
        rows = ordered(list(state.of(name).values()), query.one("sort"), kind, state)
        draft = query.one("resourceVersion") == "rel:working-copy"
        shown: list[tuple[Entity, int, Translation]] = []
        for entity in rows[beginning(query, kind, rows) :]:
            if len(shown) > offset + limit:
                break  # one more than the page: there is a next
            vid, texts = (
                entity.draft
                if draft and entity.draft
                else (entity.vid, entity.translations)
            )
            translation = texts[entity.resolve(call.language, state.fallback)]
            if not sight.granted(state, call.asker, entity):
                continue
            if passes is not None:
                # With a filter the rows that may not be seen vanish inside the query,
                # without a trace (041, 043).
                if not sight.filtered(state, call.asker, entity, translation):
                    continue
                if not any(passes(entity, t) for t in texts.values()):
                    continue
            shown.append((entity, vid, translation))
        page = shown[offset : offset + limit]
        return self._page(call, kind, page, offset, limit, len(shown))

    def _page(
        self,
        call: Call,
        kind: ResourceType,
        page: list[tuple[Entity, int, Translation]],
        offset: int,
        limit: int,
        total: int,
    ) -> Reply:
        query, url = call.query, call.url.partition("?")[0]
        hidden, data, kept = [], [], []
        for entity, vid, translation in page:
            why = sight.hidden(self.state, call.asker, entity, translation)
            if why is None:
                data.append(self._resource(call, entity, vid, translation))
                kept.append(translation)
            else:
                href = f"{call.base}/{kind.entity_type}/{kind.bundle}/{entity.uuid}"
                hidden.append((href, why))
        body: dict[str, Any] = {"jsonapi": JSONAPI, "data": data}
        if query.one("include") and data:  # asked of no row it is never looked at (500)
            body["included"] = self._included(call, kind, kept)
        if hidden:
            body["meta"] = omitted(hidden)
        links = {}
        if offset > 0:
            links["first"] = {"href": query.link(url, 0, limit)}
        if offset + limit < total:
            links["next"] = {"href": query.link(url, offset + limit, limit)}
        if offset > 0:
            links["prev"] = {"href": query.link(url, max(0, offset - limit), limit)}
        body["links"] = links | {"self": {"href": call.url}}
        return Reply(body=body)

    def _repeated(self, call: Call, name: str) -> Reply:
        """Types that the fake only repeats. Field settings are for administrators (107-109)."""
        rows = self.state.others.get(name, [])
        if name == "file--file":
            rows = [file_resource(self.state, u, call.base) for u in self.state.files]
        body: dict[str, Any] = {"jsonapi": JSONAPI, "data": rows}
        if name in _ADMIN_ONLY and not call.asker.may("administer fields"):
            what = (
                "The current user is not allowed to GET the selected resource. The"
                " 'administer {} fields' permission"
            )
            body["data"] = []
            body["meta"] = omitted(
                [
                    (
                        f"{call.base}/{name.replace('--', '/')}/{r['id']}",
                        what.format(r["attributes"]["entity_type"]) + " is required.",
                    )
                    for r in rows
                ]
            )
        offset, limit = call.query.page()
        url, total = call.url.partition("?")[0], len(body["data"])
        body["data"] = body["data"][offset : offset + limit]
        body["links"] = {"self": {"href": call.url}}
        if offset + limit < total:
            body["links"]["next"] = {
                "href": call.query.link(url, offset + limit, limit)
            }
        return Reply(body=body)

    def _file(self, call: Call) -> Reply:
        if call.path[2] not in self.state.files:
            raise _unknown(call, "file--file")
        fields = call.query.fields().get("file--file")
        return Reply(
            body={
                "jsonapi": JSONAPI,
                "data": file_resource(self.state, call.path[2], call.base, fields),
            }
        )

    def _one(self, call: Call, kind: ResourceType) -> Reply:
        entity = self.state.of(kind.name).get(call.path[2])
        if entity is None:
            raise _unknown(call, kind.name)
        rest = call.path[3:]
        if rest[:1] == ["relationships"] and len(rest) == 2:
            return self._relationship(call, kind, entity, rest[1])
        if rest:
            return self._related(call, entity, rest[0])
        if call.method in ("GET", "HEAD"):
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
            "data": self._resource(call, entity, vid, translation),
        }
        if call.query.one("include"):
            kind = self.state.types[entity.type]
            body["included"] = self._included(call, kind, [translation])
        return Reply(body=body | {"links": {"self": {"href": call.url}}})

    def _included(
        self, call: Call, kind: ResourceType, texts: list[Translation]
    ) -> list[dict[str, Any]]:
        paths = include.paths(call.query.one("include") or "", kind)
        asked = include.Asked(call.asker, call.language, call.base, call.query.fields())
        return include.included(self.state, asked, paths, texts)

    def _resource(
        self, call: Call, entity: Entity, vid: int, translation: Translation
    ) -> dict[str, Any]:
        fields = call.query.fields().get(entity.type)
        return resource(
            self.state,
            entity,
            vid,
            translation,
            call.base,
            fields=fields,
            anonymous=call.asker.user is None,
        )

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

    def public_file(self, path: str, asker: Asker) -> Reply:
        """A file's bytes. A private file wants a user (095); a file whose bytes are
        gone is 404 (076)."""
        wanted = unquote(path)
        for file in self.state.files.values():
            if unquote(file.url) == wanted:
                if file.uri.startswith("private://") and asker.user is None:
                    raise Refusal(403, "", html=True)
                if file.data is None:
                    break
                return Reply(body=file.data, headers=_told(file), type=file.filemime)
        raise Refusal(404, "", html=True)


def _told(file: File) -> dict[str, str]:
    """What nginx tells of a file on the disk (767, 770): only this moves where its bytes
    are overwritten."""
    return {
        "Last-Modified": formatdate(file.written, usegmt=True),
        "ETag": f'"{file.written:x}-{len(file.data or b""):x}"',
        "Accept-Ranges": "bytes",
    }


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
