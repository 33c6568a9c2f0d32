"""What a change is against what the site says now: there already, fit to be sent, or
overtaken by somebody's words. Pure."""

from __future__ import annotations

from typing import Any

import jsonpatch

from altsync.models import Change, Converged, Flat, Label, same_text
from altsync.plan import ELSEWHERE, Action, reconcile
from altsync.push.reading import changed, text_in
from altsync.render.text import quoted


def found(entry: Change | Converged, alt: str | None) -> list[dict[str, Any]]:
    """The journalled patch of what is already there: it tests and sets nothing, so
    there is nothing to take back."""
    tests = [{"op": "test", "path": "/alt", "value": alt}]
    if entry.in_text:
        tests.append({"op": "test", "path": "/place", "value": entry.place})
    return tests


def is_another(change: Change, shown: Flat) -> bool:
    """The answer shows another text than was sent."""
    return any(
        not same_text(text_in(shown, name), sent)
        for name, (_, sent) in changed(change.patch).items()
    )


def is_there(change: Change, flat: Flat) -> bool:
    """The site says new already, and at the place that was approved."""
    if change.in_text and flat.get("place") != change.place:
        return False
    if change.described is not None:
        _, then = change.described
        if not same_text(flat.get("long_description"), then):
            return False
    return reconcile(change.base, flat["alt"], change.new) is Action.CONVERGED


def applied(
    change: Change, flat: Flat | None, spelled: str | None = None
) -> tuple[Flat | None, str]:
    """The new document, or None and why its test failed. `spelled`: how the text was
    written that comes back."""
    if flat is None:
        return None, "the image is not on the site any more"
    if _is_vouched_for(change, flat):
        return None, _moved(change, flat)
    try:
        new: Flat = jsonpatch.JsonPatch(change.patch).apply(flat)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        return None, _moved(change, flat)
    if spelled is not None:
        new["spelled"] = spelled
    return new, ""


def _is_vouched_for(change: Change, flat: Flat) -> bool:
    """The site has a label now that the mirror knows nothing of (altsync.toml began to
    name it after the last pull), and it says that the text is a person's."""
    if change.has_label or change.over_person or change.new == change.base:
        return False
    return flat["alt"] is not None and flat.get("label") not in (None, Label.AI)


def _moved(change: Change, flat: Flat) -> str:
    if flat["alt"] != change.base:
        return f"the site now says {quoted(flat['alt'])}"
    if change.in_text and flat.get("place") != change.place:
        return ELSEWHERE
    if change.described is not None:
        was, _ = change.described
        if "long_description" not in flat:
            return "the site has no field for its long description any more"
        if flat["long_description"] != was:
            return (
                "the site's long description now says"
                f" {quoted(flat['long_description'][:200])}"
            )
    return (
        f"the site's label now says {quoted(flat.get('label'))}: somebody vouches for that"
        " text"
    )
