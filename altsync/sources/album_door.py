"""What a refusal of the album API means: a token that opens nothing, or one image that is
closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from altsync.errors import Hidden, LoginFailed, NotThere, SourceError, Unreachable

ASKED = 3
"""So many images are tried before a 403 is taken for a refused token."""


class Door:
    """Tries the token. `get` asks for an image, or for the site where there is none ('');
    `first` names some images. From any thread: one tries, the others learn from it."""

    def __init__(
        self, get: Callable[[str], object], first: Callable[[], Sequence[str]]
    ) -> None:
        self._get = get
        self._first = first
        self._good = ""
        self._closed = False
        """The token opens nothing: nobody needs to try again."""
        self._turn = threading.Lock()

    def opened(self, image_id: str) -> None:
        """An image was read with this token."""
        self._good = image_id

    def check(self) -> None:
        """Raises LoginFailed and Unreachable. An image that is missing or broken by
        itself says nothing about the rest; nor does one that is refused, where the next
        is not."""
        try:
            refused = self._refused_by(self._first())
        except (LoginFailed, Unreachable):
            raise
        except SourceError:
            return
        if refused is not None:
            raise refused

    def meaning(self, image_id: str, refused: LoginFailed) -> SourceError:
        """The error to raise where an image was refused: Hidden where the token still
        opens another one."""
        with self._turn:
            if self._closed or refused.status != 403 or not self._opens_more(image_id):
                self._closed = True
                return refused
        return Hidden(
            f"The site refuses this image ({image_id!a}: 403), though it takes the token"
            " for others: it is private, perhaps.",
            status=refused.status,
        )

    def _opens_more(self, image_id: str) -> bool:
        others: Sequence[str] = [self._good]
        if self._good in ("", image_id):
            others = [other for other in self._first() if other != image_id]
        try:
            return bool(others) and self._refused_by(others) is None
        except NotThere:
            return True  # past the door, at least
        except SourceError:
            return False

    def _refused_by(self, images: Sequence[str]) -> LoginFailed | None:
        """The refusal that each of these images answers with, or None where one does
        not. Raises SourceError for another failure, and for a 401 at once."""
        refused = None
        for image_id in images or [""]:
            try:
                self._get(image_id)
            except LoginFailed as error:
                refused = error
                if error.status == 401:
                    raise
            else:
                return None
        return refused
