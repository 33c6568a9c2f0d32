"""What the places of an image give reason to doubt of a model's text: no page is known to
show it, or a name in it stands only far from the image. Pure.

Near are the site's own fields (title, caption, album, file), what the owner says, and the
place that the image stands in: its heading, caption, link, the words around. Far are the
rest of its text, and teasers, side columns, menus and footers that show it as well. A far
text vouches for a name, or the lint would cry wolf; it only is no proof that this image
shows whom it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from altsync.lint.evidence import Evidence
from altsync.lint.picture import Reason
from altsync.lint.rules import untrusted_name
from altsync.lint.text import Seen
from altsync.models import Decision

_NAMED = 3
"""Names in one sentence."""


def doubts(
    evidence: Evidence, text: str, decision: Decision | None = None, *, unused: bool
) -> Iterator[Reason]:
    """`unused`: pages were read, and none of them shows the image."""
    if unused:
        yield 0.1, "no page that was read shows the image: what it is for is not known"
    if names := far_names(evidence, text, decision):
        said = ", ".join(f"“{name}”" for name in names[:_NAMED])
        yield (
            0.2,
            f"{said} stands only far from the image: elsewhere in its text, in a teaser or"
            " in the page's frame",
        )


def far_names(
    evidence: Evidence, text: str, decision: Decision | None = None
) -> list[str]:
    """Names of a text that only far texts have."""
    if not evidence.far or decision is Decision.TEXT:
        return []
    near = [note for note in evidence.notes if note not in evidence.far]
    seen = Seen(replace(evidence, notes=tuple(near)).text(text, decision))
    if not untrusted_name.may_name(seen):
        return []
    found = untrusted_name.names(seen)
    unknown = untrusted_name.names(Seen(evidence.text(text, decision)))
    return [name for name in found if name not in unknown]
