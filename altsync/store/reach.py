"""Which images count for what, as SQL on `i` (images)."""

from __future__ import annotations

from altsync.models import OutOfReach

IN_REACH = "i.gone_at IS NULL AND i.out_of_reach IS NULL"
"""Images that altsync may propose, judge and send something for."""
_SEEN = ", ".join(f"'{why}'" for why in OutOfReach if why.seen)
SEEN = f"""
i.gone_at IS NULL AND (i.out_of_reach IS NULL OR i.out_of_reach IN ({_SEEN}))
"""
"""Images that this login sees where visitors do, whether it may change them or not."""
