"""What happens between: proxies, cut and late answers."""

from __future__ import annotations

from collections.abc import Iterator

from tests.doubles.providers.base import Act
from tests.doubles.providers.situations.situation import Of, Situation, Verdict, good

HTML = Act(code=502, raw=b"<html><body><h1>502</h1>proxy</body></html>")


def rows(provider: str) -> Iterator[Situation]:
    """What happens between altsync and this provider."""
    row = Of(provider)
    go_on = Verdict.GO_ON
    yield row("HTML 502 of a proxy between", HTML, go_on)
    yield row("answer cut, connection closed", good(how="chunk"), go_on, lost=1)
    yield row("answer cut, connection reset", good(how="break"), go_on, lost=1)
    yield row("answer cut, as if that were all", good(how="cut"), go_on, lost=1)
    yield row("no answer, connection reset", good(how="reset"), go_on, lost=1)
    yield row(
        "answer later than [generate] timeout",
        good(latency=60.0),
        go_on,
        lost=1,
        timeout=2.0,
    )
    yield row(
        "answer stops in the middle", good(how="stall"), go_on, lost=1, timeout=2.0
    )
    yield row(
        "answer cut, for ever",
        good(how="chunk"),
        Verdict.SKIP,
        forever=True,
        calls=2,
        lost=2,
    )
