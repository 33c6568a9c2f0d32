"""Content moderation: a workflow's states and transitions, and what they do to a PATCH
(704-740)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.doubles.drupal.model import Entity, State, Translation

if TYPE_CHECKING:
    from tests.doubles.drupal.access import Asker

FIELD = "moderation_state"
HELD = " Cannot edit the published field of moderated entities."
NO_TRANSITION = "No valid transitions exist for given account."


@dataclass(frozen=True)
class Workflow:
    """Core's editorial workflow by default, for the resource types in `types`."""

    types: tuple[str, ...] = ("node--article",)
    name: str = "editorial"
    label: str = "Editorial"
    states: dict[str, tuple[str, bool, bool]] = field(
        default_factory=lambda: {
            "draft": ("Draft", False, False),
            "published": ("Published", True, True),
            "archived": ("Archived", False, True),
        }
    )
    """State -> (label, published, becomes the default revision)."""
    transitions: dict[str, tuple[tuple[str, ...], str]] = field(
        default_factory=lambda: {
            "create_new_draft": (("draft", "published"), "draft"),
            "publish": (("draft", "published"), "published"),
            "archive": (("published",), "archived"),
            "archived_draft": (("archived",), "draft"),
            "archived_published": (("archived",), "published"),
        }
    )
    """Transition -> (from which states, to which)."""

    def permission(self, transition: str) -> str:
        return f"use {self.name} transition {transition}"

    def open_from(self, state: str, asker: Asker) -> set[str]:
        """The states that this user may bring an item of `state` to."""
        return {
            target
            for name, (origins, target) in self.transitions.items()
            if state in origins and asker.may(self.permission(name))
        }

    def violation(self, present: str, wanted: Any, asker: Asker) -> str | None:
        """What validation says of a state that was sent, the present one too (730, 731)."""
        if wanted not in self.states:
            return f"State {wanted} does not exist on {self.label} workflow"
        if wanted in self.open_from(present, asker):
            return None
        labels = f"{self.states[present][0]} to {self.states[wanted][0]}"
        exists = any(
            present in origins and target == wanted
            for origins, target in self.transitions.values()
        )
        if exists:
            return f"You do not have access to transition from {labels}"
        return f"Invalid state transition from {labels}"  # inferred


def workflow(state: State, kind: str) -> Workflow | None:
    """The workflow that moderates this resource type, if any does."""
    return next((flow for flow in state.workflows if kind in flow.types), None)


def present(translation: Translation) -> str:
    """The state of an item; one that was never given a state has it from `status`."""
    told = translation.attributes.get(FIELD)
    if isinstance(told, str):
        return told
    return "published" if translation.attributes.get("status") else "draft"


def applies(state: State, kind: str) -> bool:
    """Does this type have the attribute at all? Where the module is on, unmoderated ones
    have it too (806)."""
    return bool(state.workflows) and kind.partition("--")[0] in ("node", "media")


def shown(state: State, kind: str, translation: Translation) -> dict[str, Any]:
    """The attribute as printed: null for a type that no workflow moderates (806), absent
    where the module is not on."""
    if not applies(state, kind):
        return {}
    return {FIELD: present(translation) if workflow(state, kind) else None}


def locked(state: State, asker: Asker, entity: Entity) -> bool:
    """Is there no transition from the present state that this user may make? (709-727)"""
    flow = workflow(state, entity.type)
    if flow is None:
        return False
    return not flow.open_from(present(entity.translations[entity.original]), asker)


def holds(state: State, entity: Entity, translation: Translation, status: Any) -> bool:
    """Does a workflow refuse this `status`? As it is it passes, changed not (732, 733)."""
    moderated = workflow(state, entity.type) is not None
    return moderated and status != translation.attributes.get("status")


def move(
    state: State, asker: Asker, entity: Entity, translation: Translation, wanted: Any
) -> list[tuple[str, str]]:
    """Bring the translation to the state that was sent. The violations, if there are any."""
    flow = workflow(state, entity.type)
    if flow is None:
        return []
    found = flow.violation(present(translation), wanted, asker)
    if found:
        return [(f"{FIELD}: {found}", f"/data/attributes/{FIELD}")]
    translation.attributes |= {FIELD: wanted, "status": flow.states[wanted][1]}
    return []


def pends(
    state: State, entity: Entity, before: Translation, translation: Translation
) -> bool:
    """Does this save make a draft beside the published revision, and leave the page as it
    is? (734, 735)"""
    flow = workflow(state, entity.type)
    if flow is None:
        return False
    return flow.states[present(before)][1] and not flow.states[present(translation)][2]
