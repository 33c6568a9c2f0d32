"""What befalls the files of the demonstration Drupal: deleted, lost, overwritten,
replaced."""

from __future__ import annotations

from typing import Any

from tests.doubles.drupal.content import Picture
from tests.doubles.drupal.model import Entity, State, listed
from tests.doubles.drupal.server import Site


class Disk:
    """DemoDrupal mixes it in."""

    state: State
    site: Site

    def delete_file(
        self, entity: Entity, field: str = "field_media_image", item: int = 0
    ) -> None:
        """The file entity is deleted; the field keeps pointing to it (074)."""
        with self.site.lock:
            del self.state.files[_item(entity, field, item)["id"]]

    def lose_bytes(
        self, entity: Entity, field: str = "field_media_image", item: int = 0
    ) -> None:
        """The file is gone from the disk, its entity is still there (076)."""
        with self.site.lock:
            self.state.files[_item(entity, field, item)["id"]].data = None

    def overwrite(
        self,
        entity: Entity,
        picture: Picture,
        field: str = "field_media_image",
        item: int = 0,
    ) -> None:
        """Other bytes under the same name, by FTP: nothing in JSON:API moves (765-770)."""
        with self.site.lock:
            self.state.clock.advance()
            file = self.state.files[_item(entity, field, item)["id"]]
            file.data, file.size = picture.data, picture.size
            file.written = self.state.clock.now

    def replace_file(
        self,
        entity: Entity,
        picture: Picture,
        field: str = "field_media_image",
        item: int = 0,
    ) -> None:
        """A module replaces the file: its `filesize` and `changed` move, and nothing of
        what shows it, width and height neither (771, 772)."""
        with self.site.lock:
            self.overwrite(entity, picture, field, item)
            file = self.state.files[_item(entity, field, item)["id"]]
            file.filesize, file.changed = len(picture.data), self.state.clock.now


def _item(entity: Entity, field: str, item: int) -> dict[str, Any]:
    text = entity.translations[entity.original]
    found: dict[str, Any] = listed(text.relationships[field])[item]
    return found
