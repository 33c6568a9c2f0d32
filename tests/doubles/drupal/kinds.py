"""The resource types of the demonstration Drupal: what core and the usual modules print of
each, read off the recordings.

A site begins with media and articles; the others come when something of theirs is added
(`places.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

TEXT_LONG = ("value", "format", "processed")
TEXT_WITH_SUMMARY = (*TEXT_LONG, "summary")


@dataclass(frozen=True)
class ResourceType:
    """What the fake knows about one resource type."""

    name: str
    id_name: str
    label: str
    """The attribute that people call it by; empty: it has none."""
    log: str
    """Empty: a save takes no note."""
    revision_time: str
    revision_user: str
    images: dict[str, bool]
    """Image field -> True where it takes many values."""
    relationships: tuple[str, ...]
    attributes: frozenset[str]
    required: frozenset[str] = frozenset()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    longest: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Text field -> (label, most characters)."""
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Formatted text field -> its properties (484, 489-491)."""
    files: frozenset[str] = frozenset()
    """Fields that hold a file which is no image (492)."""
    strings: dict[str, str] = field(default_factory=dict)
    """Plain text field -> its type, such as string_long (475, 479)."""
    lists: frozenset[str] = frozenset()
    """References that take many values."""
    targets: dict[str, str] = field(default_factory=dict)
    """Reference -> the entity type that a filter can go on into."""
    revision: str = "drupal_internal__vid"
    """Empty: it has no revisions (465)."""
    guard: str = "changed"
    """The attribute that a PATCH may send as read, a compare-and-set (251-255, 877-881)."""
    in_place: bool = False
    """A PATCH makes no new revision (536-541, 860)."""

    @property
    def entity_type(self) -> str:
        return self.name.partition("--")[0]

    @property
    def bundle(self) -> str:
        return self.name.partition("--")[2]

    @property
    def id_key(self) -> str:
        return f"drupal_internal__{self.id_name}"

    @property
    def numbers(self) -> frozenset[str]:
        """Names of the ids that a save gives."""
        return frozenset(name for name in (self.id_key, self.revision) if name)


_TRANSLATED = frozenset(
    {
        "default_langcode",
        "revision_translation_affected",
        "content_translation_source",
        "content_translation_outdated",
    }
)
_BASE = _TRANSLATED | {"langcode", "status", "created", "changed", "path"}

MEDIA_IMAGE = ResourceType(
    "media--image",
    "mid",
    "name",
    "revision_log_message",
    "revision_created",
    "revision_user",
    {"field_media_image": False},
    ("bundle", "revision_user", "uid", "thumbnail", "field_media_image"),
    _BASE | {"name", "field_alt_source", "field_alt_reviewed", "field_caption"},
    required=frozenset({"field_media_image"}),
    choices={"field_alt_source": ("ai", "human")},
    longest={"field_caption": ("Caption", 255)},
)
NODE_ARTICLE = ResourceType(
    "node--article",
    "nid",
    "title",
    "revision_log",
    "revision_timestamp",
    "revision_uid",
    {"field_image": False, "field_gallery": True},
    (
        "node_type",
        "revision_uid",
        "uid",
        "field_gallery",
        "field_image",
        "field_media",
        "field_tags",
    ),
    _BASE | {"title", "promote", "sticky", "body", "comment"},
    texts={"body": TEXT_WITH_SUMMARY},
    lists=frozenset({"field_tags"}),
    targets={"field_media": "media", "field_tags": "taxonomy_term", "uid": "user"},
)
NODE_PAGE = ResourceType(
    "node--page",
    "nid",
    "title",
    "revision_log",
    "revision_timestamp",
    "revision_uid",
    {},
    ("node_type", "revision_uid", "uid", "field_blocks"),
    _BASE | {"title", "promote", "sticky", "body", "moderation_state"},
    texts={"body": TEXT_WITH_SUMMARY},
    lists=frozenset({"field_blocks"}),
    targets={"field_blocks": "paragraph", "uid": "user"},
)


def _paragraph(
    bundle: str,
    images: dict[str, bool],
    texts: tuple[str, ...] = (),
    lists: tuple[str, ...] = (),
) -> ResourceType:
    """A paragraph type, with every key that 872 has: there is no `changed`."""
    return ResourceType(
        f"paragraph--{bundle}",
        "id",
        "",
        "",
        "",
        "",
        images,
        ("paragraph_type", *images, *lists),
        _TRANSLATED
        | {
            "langcode",
            "status",
            "created",
            "parent_id",
            "parent_type",
            "parent_field_name",
            "behavior_settings",
            "content_translation_changed",
            *texts,
        },
        texts=dict.fromkeys(texts, TEXT_LONG),
        lists=frozenset(lists),
        targets=dict.fromkeys(lists, "paragraph"),
        revision="drupal_internal__revision_id",
        guard="content_translation_changed",
        in_place=True,
    )


PICTURE_TEXT = _paragraph("picture_text", {"field_picture": False}, ("field_text",))
PICTURES = _paragraph("pictures", {"field_pictures": True})
SECTION = _paragraph("section", {}, lists=("field_items",))

PICTURE_BLOCK = ResourceType(
    "block_content--picture_block",
    "id",
    "info",
    "revision_log",
    "revision_created",
    "revision_user",
    {"field_block_image": False},
    ("block_content_type", "revision_user", "field_block_image"),
    _TRANSLATED | {"langcode", "status", "changed", "info", "reusable"},
    revision="drupal_internal__revision_id",
)
TAGS = ResourceType(
    "taxonomy_term--tags",
    "tid",
    "name",
    "revision_log_message",
    "revision_created",
    "revision_user",
    {"field_term_image": False},
    ("vid", "revision_user", "parent", "field_term_image"),
    _TRANSLATED
    | {"langcode", "status", "changed", "name", "description", "weight", "path"},
    texts={"description": TEXT_LONG},
    revision="drupal_internal__revision_id",
    in_place=True,
)
USER = ResourceType(
    "user--user",
    "uid",
    "display_name",
    "",
    "",
    "",
    {"user_picture": False},
    ("roles", "user_picture"),
    frozenset({"display_name", "name", "langcode", "status", "created", "changed"}),
    revision="",
)
COMMENT = ResourceType(
    "comment--comment",
    "cid",
    "subject",
    "",
    "",
    "",
    {"field_comment_image": False},
    ("comment_type", "pid", "entity_id", "uid", "field_comment_image"),
    frozenset(
        {
            "langcode",
            "default_langcode",
            "status",
            "subject",
            "created",
            "changed",
            "entity_type",
            "field_name",
            "comment_body",
        }
    ),
    texts={"comment_body": TEXT_LONG},
    revision="",
)
EXHIBIT = ResourceType(
    "exhibit--exhibit",
    "id",
    "name",
    "",
    "",
    "",
    {"picture": False},
    ("picture",),
    frozenset({"langcode", "name", "changed"}),
    revision="",
)
"""A module's own entity type, without bundles (633)."""
FILE = ResourceType(
    "file--file",
    "fid",
    "filename",
    "",
    "",
    "",
    {},
    ("uid",),
    frozenset(
        {
            "langcode",
            "filename",
            "uri",
            "filemime",
            "filesize",
            "status",
            "created",
            "changed",
            "image_style_uri",
        }
    ),
    texts={"uri": ("value", "url")},
    revision="",
)


def _media(
    bundle: str, source: str, files: frozenset[str] = frozenset()
) -> ResourceType:
    """A media type of core's that holds no image."""
    return replace(
        MEDIA_IMAGE,
        name=f"media--{bundle}",
        images={},
        relationships=("bundle", "revision_user", "uid", "thumbnail", *files),
        attributes=_BASE | {"name", source} - files,
        required=frozenset(),
        choices={},
        longest={},
        files=files,
    )


AUDIO = _media("audio", "field_media_audio_file", frozenset({"field_media_audio_file"}))
DOCUMENT = _media(
    "document", "field_media_document", frozenset({"field_media_document"})
)
VIDEO = _media("video", "field_media_video_file", frozenset({"field_media_video_file"}))
REMOTE_VIDEO = _media("remote_video", "field_media_oembed_video")
BASIC = replace(
    PICTURE_BLOCK,
    name="block_content--basic",
    images={},
    relationships=("block_content_type", "revision_user"),
    attributes=PICTURE_BLOCK.attributes | {"body"},
    texts={"body": TEXT_WITH_SUMMARY},
)
EMPTY = {
    kind.name: kind
    for kind in (
        *(AUDIO, DOCUMENT, VIDEO, REMOTE_VIDEO),
        *(BASIC, NODE_PAGE, TAGS, COMMENT),
    )
}
"""What a new Drupal has besides: a list of it is empty, and knows its fields (492, 500)."""
