"""docs/how-to/drupal.md, followed to the letter on a fresh site: everything ends up on the site.

The role begins with what the recipe gives it; what `altsync init` then prints is given to
it as an owner would who copies the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from altsync.cli import main
from altsync.config import parse
from altsync.models import OutOfReach
from altsync.sources import open_source
from altsync.sources.kinds import JsonapiConfig
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import User
from tests.doubles.drupal.moderation import Workflow
from tests.scene import Scene
from tests.sources.jsonapi.world import state

RECIPE = Path(__file__).parents[3] / "docs" / "drupal-recipe" / "recipe.yml"
PASSWORD = "altsync-lab-pass"
COPY = re.compile(r"^ +drush role:perm:add altsync '([^']+)'$", re.MULTILINE)


def of_the_recipe() -> list[str]:
    actions = yaml.safe_load(RECIPE.read_text("utf-8"))["config"]["actions"]
    granted: list[str] = actions["user.role.altsync"]["grantPermissions"]
    return granted


@pytest.fixture
def fresh() -> Iterator[DemoDrupal]:
    """A site with pictures in every place, and an account of the recipe's role."""
    with DemoDrupal(state=state()) as site:
        may = frozenset(of_the_recipe())
        site.state.users["altsync"] = User("altsync", PASSWORD, uid=90, may=may)
        site.translate(site.add_media("", owner="admin"), "nl", "")
        story = site.add_article("Story", ["", None], "")
        page = site.add_page("Page")
        site.add_paragraph("", parent=page)
        site.add_paragraph(
            "",
            parent=site.add_paragraph([], parent=page, kind="paragraph--section"),
        )
        site.add_block("")
        site.add_term("")
        site.add_user("", name="editor")
        site.add_comment("", on=story)
        site.add_custom("")
        yield site


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTSYNC_PASSWORD", PASSWORD)
    return tmp_path


def init(site: DemoDrupal, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    main(["init", site.url, "--user", "altsync"])
    return capsys.readouterr().out


def test_the_documented_way_ends_with_everything_pushed(
    fresh: DemoDrupal, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fresh.everything()
    printed = init(fresh, capsys)
    assert fresh.everything() == before
    (line,) = COPY.findall(printed)
    assert line.split(",") == [
        "edit any article content",
        "edit any page content",
        "edit any picture_block block content",
        "edit terms in tags",
    ]
    fresh.grant("altsync", *line.split(","))
    (directory / "altsync.toml").unlink()
    assert not COPY.findall(init(fresh, capsys))
    assert everything_is_pushed(directory) == {
        *("media--image", "node--article", "paragraph--picture_text"),
        *("block_content--picture_block", "taxonomy_term--tags"),
    }


def everything_is_pushed(directory: Path) -> set[str]:
    """Pull, give every image in reach a text, push; the types that were pushed to."""
    source = open_source(parse((directory / "altsync.toml").read_text("utf-8")))
    with Store.open(directory / "altsync.db", create=True) as store:
        scene = Scene(source, store)
        scene.pull()
        rows = store.conn.execute("SELECT id, out_of_reach FROM images").fetchall()
        assert {reason for _, reason in rows} <= {None, OutOfReach.READ_ONLY}
        free = [image_id for image_id, reason in rows if reason is None]
        for image_id in free:
            scene.propose(image_id, "A harbour at dawn.")
        pushed = scene.push()
        assert (pushed.applied, pushed.failed) == (len(free), 0), pushed
    source.close()
    return {image_id.partition(".")[0] for image_id in free}


def test_moderated_and_unpublished_items_too(
    fresh: DemoDrupal, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh.state.workflows = (Workflow(),)
    for moderation in ("archived", "draft"):
        article = fresh.add_article(moderation, [""], status=False)
        article.translations["en"].attributes["moderation_state"] = moderation
    lines: list[list[str]] = []
    while found := COPY.findall(init(fresh, capsys)):
        lines.append(found)
        for line in found:
            fresh.grant("altsync", *line.split(","))
        (directory / "altsync.toml").unlink()
        assert len(lines) < 5, lines
    assert "view any unpublished content" in lines[0][0]
    assert lines[0][1] == "use editorial transition publish"
    # Moderation's refusal comes first, so the permission to edit is named a round later.
    assert lines[1:] == [
        ["edit any article content", "use editorial transition archived_published"]
    ]
    assert "node--article" in everything_is_pushed(directory)


def test_a_type_of_which_all_is_hidden_is_told_with_what_opens_it(
    fresh: DemoDrupal, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A role made by hand, without `view media`: no field of media is found."""
    may = frozenset(of_the_recipe()) - {"view media"}
    fresh.state.users["altsync"] = User("altsync", PASSWORD, uid=90, may=may)
    printed = init(fresh, capsys)
    assert "media--image: 1 of the items looked at is hidden." in printed
    (line,) = COPY.findall(printed)
    assert "view media" in line.split(",")
    fresh.grant("altsync", *line.split(","))
    (directory / "altsync.toml").unlink()
    assert not COPY.findall(init(fresh, capsys))
    assert "media--image" in everything_is_pushed(directory)


def test_accounts_are_found_and_left_out(
    fresh: DemoDrupal, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh.grant("altsync", "access user profiles")
    assert "user--user.user_picture: left out" in init(fresh, capsys)
    config = parse((directory / "altsync.toml").read_text("utf-8"))
    assert not any(f.startswith("user--") for f in config.table(JsonapiConfig).fields)
    assert not fresh.requests("PATCH", "/user/user")
