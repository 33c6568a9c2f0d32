"""A site whose pictures stand in texts, and the people who work on them: the world of the
machine in text_machine.py."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.doubles.drupal import DemoDrupal, content
from tests.doubles.drupal.editor import embed, img
from tests.doubles.drupal.model import Entity, listed
from tests.doubles.drupal.people import Form
from tests.doubles.drupal.scenes import MAY, upload
from tests.sources.jsonapi.text_judge import PERSON, Spot, spots
from tests.sources.jsonapi.world import state

FIELDS = {
    "node--page": "body",
    "paragraph--picture_text": "field_text",
    "taxonomy_term--tags": "description",
    "node--article": "field_rows",
}
FULL = "use text format full_html"
PICK = st.integers(0, 30)
ACTS = (
    *("add", "copy", "remove", "swap", "words", "words", "alt", "clear", "decorate"),
    *(
        "resave",
        "title",
        "format",
        "summary",
        "open",
        "save",
        "grants",
        "rows",
        "draft",
    ),
)
"""What a person does."""
ACT = st.tuples(st.sampled_from(ACTS), PICK, PICK)


class TextPeople(RuleBasedStateMachine):
    """The site and its people."""

    def settle_in(
        self, layout: list[int], short: list[int], moments: bool, third: str
    ) -> None:
        """A page in two languages, and a paragraph on it or something else (`third`),
        each with some of three pictures, among them equals. An article's text has many
        values. Not `moments`: what guards the paragraph is NULL."""
        self.serial = 0
        self.site = DemoDrupal(state=state())
        self.site.clock.now = int(time.time())  # pulls since then find what moved
        self.site.grant("editor", *MAY)
        self.medium = self.site.add_media(self._new(PERSON), name="A medium")
        self.files = [upload(self.site, f"{name}.png") for name in "ab"]
        self.page = self.site.add_page("A page", self._text(layout))
        self.site.translate(self.page, "nl", None, title="Nl")
        self.text(self.page, "nl")["value"] = self._text(short[:2])
        self.third = getattr(self, f"_a_{third}")()
        for text in listed(self.text(self.third)):
            text["value"] = self._text(short)
        if not moments and third == "paragraph":
            attributes = self.third.translations["en"].attributes
            attributes["content_translation_changed"] = None
        self.moments = moments
        self.forms: list[Form] = []
        self.stale = False
        """The login may do something else than a while ago."""

    def _a_paragraph(self) -> Entity:
        return self.site.add_paragraph(None, parent=self.page, words="x")

    def _a_term(self) -> Entity:
        return self.site.add_term(None, description="x")

    def _a_article(self) -> Entity:
        made = self.site.add_article("Rows", [], None)
        content.add_text_field(self.site.state, made.type, "field_rows", "text_long")
        row = {"value": "x", "format": "basic_html"}
        made.translations["en"].attributes["field_rows"] = [dict(row), dict(row)]
        return made

    def _new(self, whose: str) -> str:
        self.serial += 1
        return f"{whose}{self.serial}"

    def _word(self) -> str:
        return self._new("w")

    def _text(self, layout: list[int]) -> str:
        parts = [f"<H2 CLASS=x>{self._word()}</H2>\r\n<!-- {self._tag(0)} -->"]
        for number in layout:
            parts.append(f"<p>{self._word()} {self._tag(number)} {self._word()}</p>")
        parts.append('<img src="https://example.org/x.png"><p>unclosed <b>end')
        return "\r\n".join(parts)

    def _tag(self, number: int) -> str:
        """One of three pictures, with one of four kinds of alt."""
        alt = [None, None, "", self._new(PERSON)][number // 3]
        if number % 3 == 2:
            return embed(self.medium, alt)
        return img(self.files[number % 3], alt)

    def text(self, entity: Entity, language: str = "en") -> Any:
        return entity.translations[language].attributes[FIELDS[entity.type]]

    def places(self) -> list[tuple[Entity, str]]:
        """Every entity with a text, in each of its languages."""
        return [(self.page, "en"), (self.page, "nl"), (self.third, "en")]

    def all_spots(self) -> dict[str, Spot]:
        found = [
            spot
            for entity, language in self.places()
            for spot in spots(entity, FIELDS[entity.type], language)
        ]
        return {spot.image: spot for spot in found}

    @rule(act=ACT)
    def person(self, act: tuple[str, int, int]) -> None:
        self._act(*act)

    def _act(self, act: str, pick: int, other: int, target: str = "") -> None:
        entity, language = self.places()[pick % 3]
        if target and entity.uuid not in target:
            entity, language = next(p for p in self.places() if p[0].uuid in target)
        getattr(self, f"_{act}")(entity, language, other)

    def _edit(
        self,
        change: Callable[..., None],
        entity: Entity,
        language: str,
        *given: Any,
    ) -> None:
        change(entity, FIELDS[entity.type], *given, language=language)

    def _many(self, entity: Entity, language: str) -> int:
        field = FIELDS[entity.type]
        return len(self.site.people.pictures(entity, field, language))

    def _one(self, entity: Entity, language: str, pick: int) -> int | None:
        """A picture of the text; the comment's, the first, is left alone."""
        many = self._many(entity, language) - 1
        return 1 + pick % many if many > 0 else None

    def _add(self, entity: Entity, language: str, pick: int) -> None:
        at = self._one(entity, language, pick)
        self._edit(
            self.site.people.add_picture,
            *(entity, language, self._tag(pick % 12), at),
        )

    def _copy(self, entity: Entity, language: str, pick: int) -> None:
        """A tag as it is, alt and all, stands once more somewhere else."""
        number = self._one(entity, language, pick)
        if number is None:
            return
        field = FIELDS[entity.type]
        tag = self.site.people.pictures(entity, field, language)[number]
        at = self._one(entity, language, pick // 2)
        self._edit(self.site.people.add_picture, entity, language, tag, at)

    def _remove(self, entity: Entity, language: str, pick: int) -> None:
        number = self._one(entity, language, pick)
        if number is not None:
            self._edit(self.site.people.remove_picture, entity, language, number)

    def _swap(self, entity: Entity, language: str, pick: int) -> None:
        one, many = self._one(entity, language, pick), self._many(entity, language)
        if one is not None:
            order = [0, one, *(n for n in range(1, many) if n != one)]
            self._edit(self.site.people.reorder, entity, language, order)

    def _words(self, entity: Entity, language: str, pick: int) -> None:
        at = self._one(entity, language, pick)
        self._edit(self.site.people.edit_words, entity, language, self._word(), at)

    def _alt(
        self, entity: Entity, language: str, pick: int, alt: str | None = "new"
    ) -> None:
        number = self._one(entity, language, pick)
        if number is not None:
            words = self._new(PERSON) if alt == "new" else alt
            self._edit(self.site.people.write_alt, entity, language, number, words)

    def _clear(self, entity: Entity, language: str, pick: int) -> None:
        self._alt(entity, language, pick, None)

    def _decorate(self, entity: Entity, language: str, pick: int) -> None:
        self._alt(entity, language, pick, "")

    def _resave(self, entity: Entity, language: str, pick: int) -> None:
        self._edit(self.site.people.resave, entity, language)

    def _title(self, entity: Entity, language: str, pick: int) -> None:
        self.site.edit(self.page, attributes={"title": self._new("title ")})

    def _format(self, entity: Entity, language: str, pick: int) -> None:
        """Shown as letters, or as what it is."""
        names = ("full_html", "plain_text", "basic_html")
        self._set(entity, language, format=names[pick % 3])

    def _summary(self, entity: Entity, language: str, pick: int) -> None:
        if entity is self.page:
            self._set(entity, language, summary=["", None, self._word()][pick % 3])

    def _set(self, entity: Entity, language: str, **parts: str | None) -> None:
        """Another part of the text, of each where there are many."""
        text = self.text(entity, language)
        many = [one | parts for one in listed(text)]
        made = many if isinstance(text, list) else many[0]
        self.site.people.store(entity, FIELDS[entity.type], made, language)

    def _rows(self, entity: Entity, language: str, pick: int) -> None:
        """The values of a text change places, or one more comes, or one goes."""
        text = self.text(self.third)
        if not isinstance(text, list):
            return
        first, *rest = text
        new = {"value": self._text([pick % 12]), "format": "basic_html"}
        made = ([*rest, first], [new, *text], rest or [first], [first])[pick % 4]
        field = FIELDS[self.third.type]
        self.site.people.store(self.third, field, copy.deepcopy(made))

    def _open(self, entity: Entity, language: str, pick: int) -> None:
        """A form is opened, and something typed into it; it may be saved much later."""
        form = self.site.open_form(self.page)
        form.set(self.page, title=self._new("title "))
        self.forms.append(form)

    def _save(self, entity: Entity, language: str, pick: int) -> None:
        if not self.forms:
            return
        # Without a moment to guard it, a paragraph that is saved in place passes (569).
        newer = pick % 2 == 0 or not self.moments
        self.forms.pop(pick % len(self.forms)).save(new_revision=newer)

    def _draft(self, entity: Entity, language: str, pick: int) -> None:
        """The page has a draft, which locks it and its paragraph, or none any more."""
        if self.page.draft is not None:
            self.page.draft = None
        elif pick % 2:
            self.site.draft(self.page, None)

    def _grants(self, entity: Entity, language: str, pick: int) -> None:
        """The login may use the format of the page, or not."""
        (self.site.grant if pick % 3 else self.site.revoke)("editor", FULL)
        self.stale = True
