"""A push of a login that may edit some of it: what is sent, what waits, what stops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import NotAllowed
from altsync.planning import Plan, Request
from altsync.push import Push, Pushed
from altsync.render.denials import denial_lines
from altsync.sources.jsonapi.permissions import with_way_out
from altsync.stage import Context
from altsync.store import mirror
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import Entity
from tests.doubles.drupal.moderation import Workflow
from tests.scene import Scene
from tests.sources.jsonapi.world import GALLERY, MEDIA, source_of, state

PICTURE = "paragraph--picture_text.field_picture"
TERM = "taxonomy_term--tags.field_term_image"


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        yield made


def approved(site: DemoDrupal, tmp_path: Path, *fields: str, **config: Any) -> Scene:
    """All that this login sees is pulled, and a text for each image is approved."""
    source = source_of(site, fields=fields, label=None, **config)
    scene = Scene(source, Store.open(tmp_path / "altsync.db", create=True))
    scene.pull()
    with scene.store.read() as conn:
        ids = [row.image.id for row in mirror.images(conn)]
    for image_id in ids:
        scene.propose(image_id, "by a machine")
    return scene


def push(scene: Scene) -> Pushed:
    with Plan.of(scene.store, Request()) as plan:
        return Push(Context(scene.source, scene.store, threads=1), plan).run()


def patches(site: DemoDrupal) -> Counter[str]:
    """How many were sent to each type."""
    paths = [seen.path.split("/") for seen in site.requests("PATCH")]
    return Counter(f"{path[2]}--{path[3]}" for path in paths)


def test_some_types_are_sent_and_the_others_named(
    site: DemoDrupal, tmp_path: Path
) -> None:
    for _ in range(6):
        site.add_media("")
        site.add_term("")
        site.add_paragraph("", parent=site.add_page("A page"))
    site.revoke("editor", "edit any page content", "edit terms in tags")
    scene = approved(site, tmp_path, MEDIA, PICTURE, TERM)
    done = push(scene)
    assert (done.applied, done.denied, done.failed, done.stopped) == (6, 12, 0, "")
    assert patches(site) == {
        "media--image": 6,
        "paragraph--picture_text": 3,
        "taxonomy_term--tags": 3,
    }
    lines = "\n".join(denial_lines(done.denials))
    assert "6 images of paragraph--picture_text wait for a permission" in lines
    assert "The 'edit any page content' permission is required." in lines
    assert "drush role:perm:add altsync 'edit any page content'" in lines
    assert "drush role:perm:add altsync 'edit terms in tags'" in lines

    site.grant("editor", "edit any page content", "edit terms in tags")
    again = push(scene)
    assert (again.applied, again.denied) == (12, 0)


def test_a_missing_transition_names_the_state(site: DemoDrupal, tmp_path: Path) -> None:
    site.state.workflows = (Workflow(),)
    site.grant(
        "editor", "view any unpublished content", "use editorial transition publish"
    )
    for name in ("archived", "archived", "archived", "archived", "published"):
        article = site.add_article(name, [""], status=name == "published")
        article.translations["en"].attributes["moderation_state"] = name
    scene = approved(site, tmp_path, GALLERY)
    done = push(scene)
    assert (done.applied, done.denied) == (1, 4)
    (line,) = denial_lines(done.denials)
    assert "No valid transitions exist for given account." in line
    assert "(it is archived)" in line
    assert "'use editorial transition archived_published'" in line


def test_only_ones_own_are_sent(site: DemoDrupal, tmp_path: Path) -> None:
    """Whoever may edit his own is refused with the words for any: one that is let
    through keeps the type open."""
    user = site.state.users["editor"]
    user.may = (user.may - {"edit any image media"}) | {"edit own image media"}
    entities = [site.add_media("") for _ in range(12)]
    mine = sorted(entities, key=lambda entity: entity.uuid)[1]
    mine.owner = user.uuid
    done = push(approved(site, tmp_path, MEDIA))
    assert (done.applied, done.denied) == (1, 11)
    assert patches(site) == {"media--image": 12}
    assert site.alt(mine) == "by a machine"


def test_a_login_that_is_lost_stops_it_all(site: DemoDrupal, tmp_path: Path) -> None:
    """Core says the same to a changed password as to a missing permission (272, 277)."""
    for _ in range(9):
        site.add_media("")
    scene = approved(site, tmp_path, MEDIA, login="basic")
    site.state.users["editor"].password = "another"
    done = push(scene)
    assert "The login ended while altsync was at work" in done.stopped
    assert (done.applied, done.denied) == (0, 0)
    assert patches(site)["media--image"] < 4


def drafted(site: DemoDrupal, page: Entity) -> None:
    page.draft = (page.vid + 1, {})


def test_what_stands_under_a_draft_is_skipped_and_told_and_the_rest_goes_on(
    site: DemoDrupal, tmp_path: Path
) -> None:
    """A paragraph is locked by its page's draft (535). The link to a working copy proves
    nothing: every item has one."""
    pages = [site.add_page(f"Page {n}") for n in range(8)]
    for page in pages:
        site.add_paragraph("", parent=page)
    scene = approved(site, tmp_path, PICTURE)
    for page in pages[:6]:
        drafted(site, page)
    done = push(scene)
    assert (done.applied, done.failed, done.denied, done.stopped) == (2, 6, 0, "")
    why = scene.store.conn.execute(
        "SELECT DISTINCT http_status FROM push_items WHERE status = 'failed'"
    ).fetchall()
    assert why == [(400,)]
    for page in pages:
        page.draft = None
    assert push(scene).applied == 6


@pytest.mark.parametrize(
    ("needed", "state", "line"),
    [
        (
            "The 'edit any page content' permission is required.",
            None,
            "any page content",
        ),
        ("No valid transitions exist for given account.", None, "transition publish"),
        (
            "No valid transitions exist for given account.",
            "x'; rm -rf /",
            "transition publish",
        ),
        (
            "No valid transitions exist for given account.",
            "archived",
            "transition archived_published",
        ),
    ],
)
def test_the_way_out_is_one_line_to_copy(needed: str, state: object, line: str) -> None:
    error = with_way_out(NotAllowed("No.", status=403, needed=needed), state)
    assert (
        error.grant.splitlines()[-1].strip().startswith("drush role:perm:add altsync")
    )
    assert line in error.grant
    assert "rm -rf" not in error.grant
    assert (error.needed, error.status) == (needed, 403)


def test_where_no_permission_is_enough_none_is_offered() -> None:
    """615: nothing less than `administer users` would do."""
    said = (
        "Users can only update their own account, unless they have the 'administer"
        " users' permission."
    )
    error = NotAllowed("No.", status=403, needed=said, grant="Ask.")
    assert with_way_out(error, None) is error
