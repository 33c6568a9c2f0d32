"""What only many images together show: one text on different images, different texts on
the same picture.

The store works this out in SQL (`altsync.store.corpus`); one text by itself cannot be
checked for it.
"""

from __future__ import annotations

from altsync.lint.rule import WARNING, Rule

RULE = Rule(
    id="corpus",
    severity=WARNING,
    sentence=(
        "The same text stands on different images or over a whole album, or the same"
        " picture has different texts."
    ),
    check=None,
    limits={"repeated": 3},
)
