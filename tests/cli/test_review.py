"""`altsync review --filter`: a filter that was kept, on a server that has another
address by now."""

from __future__ import annotations

import pytest

from altsync.cli.review import _landing
from altsync.errors import UsageError

REVIEW, GRID = "/-/altsync/review", "/-/altsync/grid"


@pytest.mark.parametrize(
    ("kept", "page"),
    [
        (None, REVIEW),
        ("state=human&words=red", f"{REVIEW}?state=human&words=red"),
        ("words=old+town", f"{REVIEW}?words=old+town"),
        ("state=needs-review", REVIEW),
        (
            f"http://127.0.0.1:8001/x{REVIEW}?album=a%2Fb&image=a/b/c&done=undo",
            f"{REVIEW}?album=a%2Fb",
        ),
        (f"http://127.0.0.1:8001/x{GRID}?risk=0.5", f"{GRID}?risk=0.5"),
        ("mode=words", f"{REVIEW}?mode=words"),
        (f"{REVIEW}?album=a&mode=words&shown=1", f"{REVIEW}?album=a&mode=words"),
        (f"{GRID}?asked=anna&state=unsure", f"{GRID}?state=unsure&asked=anna"),
    ],
)
def test_a_kept_filter_leads_to_its_page(kept: str | None, page: str) -> None:
    assert _landing(kept, None) == page


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("", "there is no filter in ''"),
        (f"{REVIEW}?image=a/b", "there is no filter in"),
        ("word=red", "word=red is no part of a filter"),
        ("mode=loud", "mode=loud is no part of a filter"),
        ("state=humans", "state=humans is no part of a filter"),
        ("words=red&risk=high", "risk=high is no part of a filter"),
    ],
)
def test_what_is_no_filter_is_refused(kept: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        _landing(kept, None)


def test_a_sample_has_no_filter() -> None:
    assert _landing(None, 3) == f"{REVIEW}?sample=3"
    with pytest.raises(UsageError, match="A sample is judged whole"):
        _landing("words=red", 3)
