"""`altsync-demo`: an llm model that replays recorded texts for the demonstration's
pictures, and for nothing else. And `altsync-demo-hasty`, whose texts have faults on
purpose: without them there would be nothing to judge.

It is there so that the whole loop can be seen without a key or a network. It looks at
no picture: it knows the thirteen of them by their perceptual hash and refuses every
other one. `recorded.json` says who wrote the texts. Loaded by llm itself whenever it
lists models, so Pillow and the data are read at the first prompt.
"""

from __future__ import annotations

import functools
import io
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import llm

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "altsync-demo"
HASTY = "altsync-demo-hasty"
GRID = 16
"""The hash has GRID x GRID bits: one for each pair of neighbours in a tiny grey copy,
set where it gets darker."""
NEAR = 24
"""Bits that may differ. Another size or JPEG quality differs by a few, another picture
by a hundred (tested)."""

DATA = Path(__file__).with_name("recorded.json")


def fingerprint(picture: Image) -> int:
    """The difference hash of a picture, 256 bits."""
    from PIL import Image as Pillow

    grey = picture.convert("L").resize((GRID + 1, GRID), Pillow.Resampling.BOX)
    cells = grey.tobytes()
    bits = 0
    for row in range(GRID):
        line = cells[row * (GRID + 1) : (row + 1) * (GRID + 1)]
        for left, right in itertools.pairwise(line):
            bits = bits << 1 | (left > right)
    return bits


@functools.cache
def recorded() -> tuple[dict[str, Any], ...]:
    """The pictures: image, hash (hexadecimal), alt, decision."""
    return tuple(json.loads(DATA.read_text("utf-8"))["pictures"])


def find(data: bytes) -> dict[str, Any] | None:
    """The recorded picture that `data` shows, or None."""
    from PIL import Image as Pillow

    with Pillow.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
        bits = fingerprint(picture)
    distance, known = min(
        (((int(known["hash"], 16) ^ bits).bit_count(), known) for known in recorded()),
        key=lambda pair: pair[0],
    )
    return known if distance <= NEAR else None


class Demo(llm.Model):
    """Replays; costs nothing; never offered for a real site."""

    model_id = NAME
    recorded = True
    can_stream = False
    attachment_types = frozenset({"image/jpeg", "image/png"})
    supports_schema = True

    def execute(
        self,
        prompt: llm.Prompt,
        stream: bool,
        response: llm.Response,
        conversation: llm.Conversation | None,
    ) -> Iterator[str]:
        """Yields the recorded text: an object where a schema is given. Raises
        llm.ModelError for any other picture."""
        pictures = [attachment.content_bytes() for attachment in prompt.attachments]  # type: ignore[no-untyped-call]
        shown = find(pictures[0]) if len(pictures) == 1 else None
        if shown is None:
            raise llm.ModelError(
                f"{self.model_id} only replays recorded texts for the demonstration"
                " pictures, and this picture is none of them. For your own images take a"
                " model that can see: `altsync models`."
            )
        response.set_resolved_model("recorded")
        said = self._said(shown)
        yield said["alt"] if prompt.schema is None else json.dumps(said)

    def _said(self, shown: dict[str, Any]) -> dict[str, Any]:
        """The answer about a recorded picture."""
        return {
            "decision": shown["decision"],
            "alt": shown["alt"],
            "long_description": shown.get("long", ""),
            "text_in_image": shown.get("text", ""),
            "people": shown.get("people", False),
            "unsure": False,
            "why": "",
        }


class Hasty(Demo):
    """Replays a text that a model in a hurry might write: too short, guessed, with
    something wrong in it."""

    model_id = HASTY

    def _said(self, shown: dict[str, Any]) -> dict[str, Any]:
        hasty = {"alt": shown["hasty"], "decision": "informative"}
        return super()._said({"people": shown.get("people", False), **hasty})


@llm.hookimpl
def register_models(register: Callable[..., None]) -> None:
    """llm's entry point."""
    register(Demo())
    register(Hasty())
