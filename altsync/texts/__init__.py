"""Pictures inside formatted texts: read with their places in the source, and written so
that nothing but the alt of one tag changes. Pure; a person's HTML is never serialised
anew.

    for slot in slots([html]):                     # what is a picture there
        slot.key, slot.alt, slot.place, slot.before

    spliced([html], {"img-6f2c…": "A red kite"})   # the same bytes, one alt
"""

from altsync.texts.slots import TextSlot, left_alone, slots
from altsync.texts.splice import SpliceRefused, spliced

__all__ = ["SpliceRefused", "TextSlot", "left_alone", "slots", "spliced"]
