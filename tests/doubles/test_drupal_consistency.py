"""Whatever is done to the fake, its answers agree with one another."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import Entity, listed

PARAGRAPHS = "paragraph/picture_text"
PAGES = "node/page"
WHO = st.sampled_from(("admin", "editor", "viewer", ""))
pick = st.integers(0, 99)


class Consistent(RuleBasedStateMachine):
    """Pages with paragraphs that people and clients add, change, remove and hide."""

    def __init__(self) -> None:
        super().__init__()
        self.site = DemoDrupal()
        self.site.add_paragraph("words", parent=self.site.add_page("The first"))
        self.highest: dict[str, int] = {}

    def ask(self, path: str, user: str) -> tuple[int, Any]:
        """A GET without the network."""
        named = b64encode(f"{user}:{user}-lab-pass".encode()).decode()
        headers = {"Authorization": f"Basic {named}"} if user else {}
        reply = self.site.site.answer("GET", f"/jsonapi/{path}", headers, b"")
        return reply.status, reply.body

    def one(self, kind: str, number: int) -> Entity | None:
        known = list(self.site.state.of(kind).values())
        return known[number % len(known)] if known else None

    @rule(status=st.booleans(), words=st.integers(0, 3))
    def add(self, status: bool, words: int) -> None:
        page = self.site.add_page("A page", status=status)
        for number in range(words):
            self.site.add_paragraph(f"words {number}", parent=page)

    @rule(number=pick)
    def remove(self, number: int) -> None:
        paragraph = self.one("paragraph--picture_text", number)
        if paragraph is not None:
            self.site.remove_paragraph(paragraph)

    @rule(number=pick)
    def delete(self, number: int) -> None:
        page = self.one("node--page", number)
        if page is not None:
            self.site.delete(page)

    @rule(number=pick)
    def hide(self, number: int) -> None:
        page = self.one("node--page", number)
        if page is not None:
            self.site.hide_by_grants(page)

    @rule(number=pick, new=st.booleans())
    def save(self, number: int, new: bool) -> None:
        page = self.one("node--page", number)
        if page is not None:
            form = self.site.open_form(page)
            form.set(page, title=f"Saved {number}")
            assert form.save(new_revision=new)

    @rule(user=WHO)
    def a_list_shows_or_names_each_row_once(self, user: str) -> None:
        for path in (PARAGRAPHS, PAGES):
            shown, named = self.walk(path, user)
            assert not shown & named
            kind = path.replace("/", "--")
            missing = set(self.site.state.of(kind)) - shown - named
            assert missing <= self.site.state.ungranted
            for uuid in shown:
                assert self.ask(f"{path}/{uuid}", user)[0] == 200
            for uuid in named | missing:
                assert self.ask(f"{path}/{uuid}", user)[0] == (403 if user else 401)

    @rule(user=WHO)
    def a_filter_shows_no_more_than_a_list(self, user: str) -> None:
        everything = {path: self.walk(path, user)[0] for path in (PARAGRAPHS, PAGES)}
        assert self.walk(PARAGRAPHS, user, "&filter[status]=1") == (set(), set())
        shown, named = self.walk(PAGES, user, "&filter[status]=1")
        assert (shown <= everything[PAGES], named) == (True, set())

    def walk(self, path: str, user: str, more: str = "") -> tuple[set[str], set[str]]:
        """Every page of two rows: the uuids that are shown, and those that are named."""
        shown: list[str] = []
        named: list[str] = []
        for offset in range(0, 1000, 2):
            page = f"page[limit]=2&page[offset]={offset}&sort=id{more}"
            status, document = self.ask(f"{path}?{page}", user)
            assert status == 200
            shown += [item["id"] for item in document["data"]]
            links = document.get("meta", {}).get("omitted", {}).get("links", {})
            named += [
                v["href"].rpartition("/")[2] for k, v in links.items() if k != "help"
            ]
            if "next" not in document["links"]:
                break
        assert len(shown + named) == len({*shown, *named})
        return set(shown), set(named)

    @invariant()
    def a_page_names_the_revisions_that_its_paragraphs_have(self) -> None:
        state = self.site.state
        for page in state.of("node--page").values():
            for item in listed(page.translations["en"].relationships["field_blocks"]):
                below = state.find(item["id"])
                assert item["meta"]["target_revision_id"] == below.vid
                assert state.parent(below) is page

    @invariant()
    def a_revision_id_is_never_given_back(self) -> None:
        for group in self.site.state.entities.values():
            for uuid, entity in group.items():
                assert entity.vid >= self.highest.get(uuid, 0)
                self.highest[uuid] = entity.vid


TestConsistent = Consistent.TestCase
TestConsistent.settings = settings(
    max_examples=30, stateful_step_count=15, deadline=None
)
