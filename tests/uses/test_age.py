"""How old a page is, by its own headers."""

from __future__ import annotations

import pytest

from altsync.uses.age import Age

READ = "2026-11-29T04:00:00.5+00:00"
SUNDAY = "Sun, 29 Nov 2026 03:00:00 GMT"


@pytest.mark.parametrize(
    ("caching", "modified", "made"),
    [
        ({}, "", None),
        ({"age": "3600"}, "", "2026-11-29T03:00:00.5"),
        ({"age": "-5", "date": "soon"}, "yesterday", None),
        ({"age": "²"}, "", None),
        ({"age": "9" * 30}, "", None),
        ({"date": SUNDAY}, "", "2026-11-29T03:00:00"),
        ({"date": SUNDAY, "age": "7200"}, "", "2026-11-29T02:00:00.5"),
        ({"age": "0"}, SUNDAY, "2026-11-29T03:00:00"),
        ({"date": "Sun, 29 Nov 2026 03:00:00"}, "", "2026-11-29T03:00:00"),
        ({"date": "Sun, 29 Nov 2026 03:00:00 -0000"}, "", "2026-11-29T03:00:00"),
    ],
)
def test_when_it_was_made(
    caching: dict[str, str], modified: str, made: str | None
) -> None:
    age = Age.of(caching, modified, READ)
    if made is None:
        assert (age.made, age.sentence) == (None, "")
        assert not age.before("2030-01-01T00:00:00+00:00")
        return
    assert age.made is not None
    assert age.made.isoformat().startswith(made)
    assert made[:10] in age.sentence
    assert age.before("2026-11-29T03:59:59+00:00")
    assert age.before("2026-11-29T03:59:59")
    assert not age.before(f"{made}+00:00")
    assert not age.before("")


def test_the_headers_that_tell_something() -> None:
    told = {"x-cache": "HIT", "age": "7", "expires": "Sun, 19 Nov 1978 05:00:00 GMT"}
    assert Age.of(told, SUNDAY, READ).headers == (
        ("age", "7"),
        ("last-modified", SUNDAY),
        ("x-cache", "HIT"),
    )
