"""References in a PATCH: what a sent image or any other link becomes."""

from __future__ import annotations

from typing import Any

from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.model import WRITABLE_META, State, listed


def sent(state: State, kind: ResourceType, name: str, data: Any) -> Any:
    """Linkage as it will be stored. Raises Refusal 404 for an unknown file, 422 for an
    unknown meta key or type."""
    if name not in kind.images:
        return data
    many = kind.images[name]
    stored = [_item(state, name, n, item) for n, item in enumerate(listed(data))]
    if many:
        return stored
    return stored[0] if stored else None


def _item(state: State, name: str, delta: int, item: dict[str, Any]) -> dict[str, Any]:
    file = state.files.get(item.get("id", ""))
    if file is None:
        raise Refusal(
            404,
            f"The resource identified by `file--file:{item.get('id')}` (given as a"
            " relationship item) could not be found.",
        )
    meta = item.get("meta") or {}
    for key in meta:
        if key not in WRITABLE_META and key != "drupal_internal__target_id":
            raise Refusal(
                422,
                f"The property '{key}' does not exist on the '{name}' field of type"
                " 'image'. Writable properties are: 'target_id', 'entity', 'alt',"
                " 'title', 'width', 'height'.",
            )
    kept: dict[str, Any] = {key: meta.get(key) for key in WRITABLE_META}
    for key in ("alt", "title"):
        kept[key] = _text(name, delta, key, kept[key])
    if (
        kept["width"] is None
        and kept["height"] is None
        and file.data is not None
        and file.size
    ):
        kept["width"], kept["height"] = (
            file.size
        )  # recomputed from the file; with the bytes gone it stays NULL (235)
    return {
        "type": "file--file",
        "id": file.uuid,
        "meta": {**kept, "drupal_internal__target_id": file.fid},
    }


def _text(name: str, delta: int, key: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        detail = (
            f"{name}.{delta}.{key}: This value should be of the correct primitive type."
        )
        raise Refusal(
            422, detail, violations=[(detail, f"/data/attributes/{name}/{key}")]
        )
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)
