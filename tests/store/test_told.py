"""What the candidates of an image say about it."""

from __future__ import annotations

from pathlib import Path

from altsync.models import Decision, NewCandidate, Origin, SiteImage
from altsync.store import candidates, mirror, pulls, told
from altsync.store.store import Store
from altsync.store.told import Told


def test_every_candidate_of_the_image_the_newest_first(tmp_path: Path) -> None:
    images = [SiteImage(id=f"a/{n}", album="a", name=n, alt="") for n in ("x", "y")]
    with Store.open(tmp_path / "a.db", create=True) as store:
        store.claim("https://h.test", "memory")
        with store.write() as tx:
            mirror.save(tx, pulls.begin(tx, "full"), images)
            for image, alt, decision in (
                ("a/x", "First.", Decision.TEXT),
                ("a/y", "Other.", Decision.INFORMATIVE),
                ("a/x", "Second.", Decision.COMPLEX),
            ):
                new = NewCandidate(
                    image,
                    None,
                    alt,
                    Origin.AI,
                    decision,
                    context=f'["{alt}"]',
                    flags='{"people": true}',
                )
                made = candidates.add(tx, new)
            candidates.judge(tx, made, "approved", "maria", "bulk")
            candidates.judge(tx, 1, "approved", "maria")
        with store.read() as conn:
            assert told.of(conn, "a/x") == [
                Told(
                    "Second.", Decision.COMPLEX, '["Second."]', '{"people": true}', True
                ),
                Told("First.", Decision.TEXT, '["First."]', '{"people": true}', False),
            ]
            assert told.of(conn, "a/z") == []
