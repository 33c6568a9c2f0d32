"""What was recorded of probes, hidden rows, moderation, languages, replaced pictures and
Drupal 11, and the fake answers alike. What is not compared stands in NOT_COVERED, with its
reason; renamed resources and tokens are in test_drupal_modules_recorded.py."""

from __future__ import annotations

import copy
from collections.abc import Callable

from tests.doubles.drupal import DemoDrupal, Workflow, content, kinds
from tests.doubles.drupal.model import Entity, File, State, User, epoch, listed
from tests.doubles.drupal.people import Form
from tests.doubles.drupal.rebuilt import (
    CONTENT_EDITOR,
    FIRST_PICTURE,
    attach,
    config,
    named,
    pictures_of_texts,
    put,
    rebuilt,
    recorded,
    rows,
    words,
)
from tests.doubles.drupal.recorded import Exchange
from tests.doubles.replay import replayed

PROBES = frozenset(range(593, 653))
HIDDEN = frozenset(range(653, 696))
MODERATION = frozenset(range(704, 741))
LANGUAGES = frozenset({*range(741, 746), *range(752, 761)})
READ_ONLY = frozenset({938})
REPLACED = frozenset(range(765, 778))
KEYSETS = frozenset({846, 847})
TRANSLATIONS = frozenset(range(848, 858))
TEXTS = frozenset({*range(858, 864), 864})
INLINE = frozenset(range(865, 871))
PEOPLE_AND_STYLES = frozenset({873, 874})
USED = frozenset({875})
GUARDS = frozenset(range(876, 882))
FORMATS = frozenset({914, *range(917, 926)})
DRAFT = frozenset({926, 927})
ELEVEN = frozenset({940, 941, *range(948, 955), 958, 961})
FORM = frozenset({962, 963})
REPLAYED = frozenset().union(
    *(PROBES, HIDDEN, MODERATION, LANGUAGES, READ_ONLY, REPLACED, KEYSETS),
    *(TRANSLATIONS, TEXTS, INLINE, PEOPLE_AND_STYLES, USED, GUARDS, FORMATS, DRAFT),
    *(ELEVEN, FORM),
)
NOT_COVERED: dict[int, str] = {}

Before = Callable[[DemoDrupal, Exchange], None]
BLOCK = "block_content--picture_block"
PICTURE_TEXT = "paragraph--picture_text"
PATCHED = "6b1eb177-477a-49cc-a35a-098532297de9"


def assert_alike(
    state: State, numbers: frozenset[int], before: Before | None = None
) -> None:
    wrong = replayed(state, numbers - NOT_COVERED.keys(), before)
    assert not wrong, "\n".join(wrong)


def stand_in(state: State, numbers: frozenset[int]) -> None:
    """What a path names and no answer of the group shows was on the site."""
    for exchange in recorded(numbers):
        parts = exchange.path.partition("?")[0].strip("/").split("/")
        parts = parts[1:] if parts[0] in state.languages else parts
        kind, uuid = "--".join(parts[1:3]), "".join(parts[3:4])
        known = kind not in state.types or uuid in state.of(kind)
        if uuid and not known and exchange.status != 404:
            put(state, kind, uuid, changed="2024-03-01T08:00:00+00:00")


def file(
    state: State, uuid: str, number: int, uri: str, size: int = 1, owner: str = ""
) -> File:
    """A file that was on the site, of that many bytes."""
    made = File(uuid, number, uri, data=b"x" * size)
    if owner:
        made.owner = {"type": "user--user", "id": state.users[owner].uuid}
    state.files[uuid] = made
    return made


def test_probes_that_write_nothing() -> None:
    """Section 14."""
    state = rebuilt(PROBES)
    state.types[kinds.USER.name] = kinds.USER
    state.workflows = (Workflow(),)
    stand_in(state, PROBES)
    for exchange in recorded(range(641, 649)):
        shown = exchange.document["data"]
        words(state.find(shown["id"])).attributes |= shown["attributes"]
    file(state, "83c37020-c28a-4ed9-8bc1-895ab06776e3", 1, "public://1.jpg", 1, "admin")
    file(state, "b7372b2d-f74e-466a-8f14-bdbbdd4818cd", 2, "public://2.jpg")
    page = state.find("24c971b5-892e-4ca9-9e34-27812437049a")
    paragraph = state.find(PATCHED)
    words(paragraph).attributes |= {"parent_type": "node", "parent_id": str(page.id)}
    attach(state, page, paragraph)
    pageless = state.find("fb68d01d-c4b6-4282-a777-6a40d60afdae")
    words(pageless).attributes["reusable"] = False
    block = state.find("67f5af20-c19d-4aff-834d-bc66d15d0237")
    state.pinned[block.uuid] = (page.uuid, block.vid)

    def before(site: DemoDrupal, exchange: Exchange) -> None:
        site.state.new_revisions[BLOCK] = exchange.number != 594

    assert_alike(state, PROBES, before)


def test_unpublished_rows() -> None:
    """Section 15."""
    state = rebuilt(HIDDEN)
    state.in_order = True  # some were asked for without sort
    state.workflows = (Workflow(),)
    stand_in(state, HIDDEN)
    for event in state.of("node--event").values():
        event.id = event.vid  # in the same order, and no answer shows the number
    for title, owner in (("Own unpublished", "editor"), ("Unpublished of own", "own")):
        named(state, title).owner = state.users[owner].uuid
    put(state, "node--event", "an-older-one", 1)
    for media in state.of("media--image").values():
        name = str(words(media).attributes.get("name", ""))
        if name.startswith("Campus picture "):
            media.id = 10_000 + int(name.removeprefix("Campus picture "))
    rows(state, "media--image", range(1, 299))
    rows(state, "media--image", [10_350], status=False)
    assert_alike(state, HIDDEN)


def test_moderation() -> None:
    """Section 16."""
    state = rebuilt(MODERATION)
    state.workflows = (Workflow(),)
    uuid = "b2f8d77b-a6ed-4db4-8b92-2d89e61a7c29"
    state.others["workflow--workflow"] = [config("workflow--workflow", uuid)]
    use = "use editorial transition {}"
    both = {use.format("create_new_draft"), use.format("publish")}
    for number, (name, transition) in enumerate(
        {
            "nomod": "none",
            "draftonly": "create_new_draft",
            "publisher": "publish",
            "archiver": "archive",
            "unarchiver": "archived_published",
        }.items(),
        50,
    ):
        may = CONTENT_EDITOR - both | {use.format(transition)}
        state.users[name] = User(name, f"{name}-lab-pass", name, number, may)
    kind, uuid = "node--article", "548e4f3a-2479-441f-a37a-4c4fdcf8e9ee"
    put(state, kind, uuid, changed="2026-11-28T09:34:50+00:00")
    assert_alike(state, MODERATION)


def test_languages() -> None:
    """Section 17."""
    state = rebuilt(LANGUAGES)
    state.in_order = True  # some were asked for without sort
    (admin,) = recorded([742])
    state.others["configurable_language--configurable_language"] = admin.document[
        "data"
    ]
    article = named(state, "Verhaal 20")
    english = copy.deepcopy(words(article))
    english.attributes["langcode"] = article.original = "en"
    article.translations["en"] = english
    for number in range(3):
        more = put(state, "node--article", f"dutch-{number}")
        more.translations, more.original = {"nl": words(more)}, "nl"
        more.translations["nl"].attributes["langcode"] = "nl"
    assert_alike(state, LANGUAGES)


def test_read_only_comes_before_the_translation() -> None:
    state = rebuilt(READ_ONLY)
    stand_in(state, READ_ONLY)

    def before(site: DemoDrupal, exchange: Exchange) -> None:
        site.switches.read_only = True

    assert_alike(state, READ_ONLY, before)


def test_replaced_pictures() -> None:
    """Section 18."""
    state = rebuilt(REPLACED)
    one, other = (
        "f6a36695-f542-428a-8904-aea9ca1e69f8",
        "3415d9cf-955f-45da-9cae-a722bc48661b",
    )
    file(state, one, 370, "public://2026-01/replace me.jpg", 16_121)
    file(state, other, 371, "public://2026-01/other.jpg", 13_634)
    state.files[one].created = 1_700_000_000
    state.files[other].created = epoch("2026-11-28T09:36:16+00:00") or 0
    state.files[other].size = (600, 600)
    media = state.find("c7e9f484-ce78-454f-8c42-85bb8fa96bfb")

    def before(site: DemoDrupal, exchange: Exchange) -> None:
        site.clock.now = epoch("2026-11-28T09:36:18+00:00") or 0
        if exchange.number == 768:
            site.overwrite(media, picture(13_634))
        if exchange.number == 771:
            site.replace_file(media, picture(11_556))

    assert_alike(state, REPLACED, before)


def picture(size: int) -> content.Picture:
    return content.Picture("any.jpg", b"y" * size, (500, 400))


def test_a_walk_by_uuid() -> None:
    """Section 20."""
    state = rebuilt(KEYSETS)
    put(state, "media--image", "zzz")
    assert_alike(state, KEYSETS)


def test_translations() -> None:
    """Sections 11, 12 and 17."""
    state = rebuilt(TRANSLATIONS)
    put(state, PICTURE_TEXT, "another", 1)
    assert_alike(state, TRANSLATIONS)


def test_texts() -> None:
    """Section 11."""
    state = rebuilt(TEXTS)
    state.workflows = (Workflow(),)
    editor = state.users["editor"]
    editor.may |= {"edit any basic block content"}
    stand_in(state, TEXTS)
    pictures_of_texts(state)

    def before(site: DemoDrupal, exchange: Exchange) -> None:
        if exchange.number == 864:
            moved = site.state.files[FIRST_PICTURE]
            moved.uri = "public://2026-01/moved.jpg"

    assert_alike(state, TEXTS, before)


def test_a_block_that_its_page_does_not_pin_any_more() -> None:
    """Section 13."""
    state = rebuilt(INLINE)
    page, hidden = put(state, "node--landing", "a"), put(state, "node--landing", "b")
    words(hidden).attributes["status"] = False
    put(state, BLOCK, "fb68d01d-c4b6-4282-a777-6a40d60afdae")
    stand_in(state, INLINE)
    for block in state.of(BLOCK).values():
        words(block).attributes.setdefault("reusable", False)
    lost = state.find("4ee6f49d-bf61-46bb-9e2c-4a7c06003112")
    kept = state.find("67f5af20-c19d-4aff-834d-bc66d15d0237")
    state.pinned = {
        lost.uuid: (page.uuid, lost.vid - 1),
        kept.uuid: (hidden.uuid, kept.vid),
    }
    assert_alike(state, INLINE)


def test_people_and_image_styles() -> None:
    state = rebuilt(PEOPLE_AND_STYLES)
    (styles,) = recorded([874])
    state.others["image_style--image_style"] = omitted(
        styles, "image_style--image_style"
    )
    (people,) = recorded([873])
    state.types[kinds.USER.name] = kinds.USER
    for number, person in enumerate(people.document["data"]):
        links = person.get("relationships", {"user_picture": {"data": None}})
        made = put(state, kinds.USER.name, person["id"], number)
        words(made).attributes = {"status": number > 0, **person["attributes"]}
        words(made).relationships = {name: r["data"] for name, r in links.items()}
        for part in links.values():
            if part["data"]:
                number = part["data"]["meta"]["drupal_internal__target_id"]
                file(state, part["data"]["id"], number, "public://portrait.jpg")
    state.users["editor"].may |= {"access user profiles"}
    assert_alike(state, PEOPLE_AND_STYLES)


def omitted(exchange: Exchange, kind: str) -> list[dict[str, object]]:
    """Rows for every one that the answer leaves out."""
    links = exchange.document["meta"]["omitted"]["links"]
    hrefs = [link["href"] for name, link in links.items() if name != "help"]
    return [config(kind, href.rpartition("/")[2]) for href in hrefs]


def test_what_uses_a_media_item_shows_its_words() -> None:
    """Section 19."""
    assert_alike(rebuilt(USED), USED)


def with_page(state: State, paragraph: Entity) -> None:
    page = put(state, "node--page", "its-page", changed="2024-03-01T08:00:00+00:00")
    words(paragraph).attributes |= {"parent_type": "node", "parent_id": str(page.id)}
    attach(state, page, paragraph)


def test_the_guard_of_a_paragraph_and_persons() -> None:
    """Section 12."""
    state = rebuilt(GUARDS)
    paragraph = state.find(PATCHED)
    with_page(state, paragraph)
    put(state, PICTURE_TEXT, "the newest").vid = 216

    def before(site: DemoDrupal, exchange: Exchange) -> None:
        site.clock.now = epoch("2026-11-28T09:42:27+00:00") or 0
        page = site.state.parent(paragraph)
        assert page is not None
        form = site.open_form(page)
        if exchange.number == 879:
            form.write(paragraph, "field_picture", alt="person, in place")
            assert form.save(new_revision=False)
        if exchange.number == 881:
            form.set(page, title="another title")
            assert form.save()

    assert_alike(state, GUARDS, before)


def test_text_formats() -> None:
    """Section 11."""
    state = rebuilt(FORMATS)
    state.workflows = (Workflow(),)
    stand_in(state, FORMATS)
    page = state.find("4a3cb2c7-672b-4a6b-b601-a483dac55209")
    (wiped, admin) = recorded([914, 921])
    shown = wiped.document["data"]
    changed = shown["attributes"]["changed"]
    words(page).attributes |= {"body": None, "changed": changed}  # as 912 left it
    writer = shown["relationships"]["revision_uid"]["data"]
    basic = state.users["basic"]
    basic.uuid = writer["id"]
    basic.uid = writer["meta"]["drupal_internal__target_id"]
    state.others["filter_format--filter_format"] = admin.document["data"]
    assert_alike(state, FORMATS)


def test_an_item_under_a_draft() -> None:
    """Section 14."""
    state = rebuilt(DRAFT)
    stand_in(state, DRAFT)
    article = state.find("0bae9394-cae2-41f0-adc5-ee1474d876e9")
    article.draft = (article.vid + 1, copy.deepcopy(article.translations))
    assert_alike(state, DRAFT)


def test_drupal_11() -> None:
    """Section 23."""
    assert_alike(rebuilt(ELEVEN), ELEVEN)


def test_a_form_that_was_open_puts_the_old_words_back() -> None:
    """Section 12."""
    state = rebuilt(FORM)
    paragraph = state.find(PATCHED)
    with_page(state, paragraph)
    put(state, PICTURE_TEXT, "the newest").vid = 217
    (image,) = listed(words(paragraph).relationships["field_picture"])
    image["meta"] |= {"alt": "words before", "title": ""}
    forms: list[Form] = []

    def before(site: DemoDrupal, exchange: Exchange) -> None:
        page = site.state.parent(paragraph)
        assert page is not None
        if exchange.number == 962:
            forms.append(site.open_form(page))
        else:
            assert forms[0].save()

    assert_alike(state, FORM, before)


def test_what_is_not_compared_is_named() -> None:
    """The numbers that are this file's: those of the sections that it names."""
    assert NOT_COVERED.keys() <= REPLAYED
    assert {e.number for e in recorded(REPLAYED)} == REPLAYED
