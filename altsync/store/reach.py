"""Which images count for what, as SQL on `i` (images)."""

from __future__ import annotations

from altsync.models import OutOfReach

IN_REACH = "i.gone_at IS NULL AND i.out_of_reach IS NULL"
"""Images that altsync may propose, judge and send something for."""
_SEEN = ", ".join(f"'{why}'" for why in OutOfReach if why.seen)


def seen(i: str) -> str:
    """The condition of `SEEN` under another name for the image."""
    return f"""
{i}.gone_at IS NULL AND ({i}.out_of_reach IS NULL OR {i}.out_of_reach IN ({_SEEN}))
"""


SEEN = seen("i")
"""Images that this login sees where visitors do, whether it may change them or not."""
INHERITS = "(i.tag IS 'drupal-media' AND i.blank AND i.origin IS NULL)"
"""Media in texts that show the medium's own text, whatever is proposed for them. An alt
that says "decorative" is somebody's, so it has an origin."""
