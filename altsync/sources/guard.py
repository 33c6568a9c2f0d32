"""A write that is done only while the site still has what was read: HTTP's own
compare-and-set (RFC 9110, sections 13.1.1 and 13.1.4)."""

from __future__ import annotations

from collections.abc import Mapping

from altsync.manual import Page, address

PLAIN = {"Accept-Encoding": "identity"}
"""Asked for where an ETag is read to guard a write: servers that compress an answer give
it an ETag of its own, which the site then does not know ("abc-gzip" in place of "abc")."""


def guard_of(headers: Mapping[str, str]) -> dict[str, str]:
    """What makes a write conditional on an answer with these headers; {} where nothing
    does.

    `If-Match` compares strongly, so a weak ETag (W/"…") never matches and is of no use.
    A time has a resolution of a second: better than nothing.
    """
    etag = headers.get("ETag", "").strip()
    if etag.startswith('"') and etag.endswith('"') and len(etag) > 1:
        return {"If-Match": etag}
    modified = headers.get("Last-Modified", "").strip()
    if modified:
        return {"If-Unmodified-Since": modified}
    return {}


def said(guard: Mapping[str, str]) -> str:
    """For `altsync init`: how writes are guarded."""
    if "If-Match" in guard:
        return "Writes are guarded by the site's ETag (If-Match)."
    if guard:
        return (
            "Writes are guarded by the site's Last-Modified (If-Unmodified-Since), to the"
            " second."
        )
    return (
        "The site gives neither a strong ETag nor Last-Modified. So what somebody saves in"
        " the milliseconds between altsync's reading and its writing of an image is"
        f" overwritten unseen. {address(Page.ALBUM, 'guard-the-write')} has the lines that"
        " guard it."
    )
