"""From a refusal of Drupal's to the permission that a role lacks. Pure.

The site's words are somebody else's, and what is made of them is pasted into a shell: a
name that is not plainly a permission's is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from altsync.errors import NotAllowed
from altsync.manual import Page, address
from altsync.sources.base import Note
from altsync.sources.jsonapi import says
from altsync.sources.jsonapi.rights import NO_ITEM, AskedItem, MayEdit, Rights

_QUOTED = re.compile(r"'([^']{1,200})'")
_NAME = re.compile(r"[a-z0-9][a-z0-9 _-]{0,120}\Z")
_MEDIA = re.compile(r"([a-z0-9_]{1,64}): edit any media\Z")
"""How a media type's permission is printed (596); it is called `edit any X media`."""
_AGAIN = "The current user is not allowed to PATCH the selected resource."
_UNSEEN = "The current user is not allowed to GET the selected resource."
_LINE = "\n        "
"""Before what is to be copied: a line of its own."""
_MODERATED = "No valid transitions"
"""The refusal of content moderation, which names no permission (709, 928)."""
PUBLISH = "use editorial transition publish"
UNARCHIVE = "use editorial transition archived_published"
"""Names where the workflow is core's own, `editorial`: what it is called on a site only an
administrator may read (740). One transition from the present state is enough (709-727)."""


def grantable(detail: str) -> str | None:
    """The permission that a role needs, in the name that `drush role:perm:add` takes; None
    where the site names none, or only one that administers."""
    names = [name for name in map(_own_name, _QUOTED.findall(detail)) if name]
    wide = [name for name in names if not name.startswith("administer ")]
    best = [name for name in wide if " any " in name or name.startswith("edit terms")]
    if best:
        return best[-1]
    return next((name for name in wide if " own " not in f" {name} "), None)


def administering(detail: str) -> str | None:
    """The permission to administer that the site names where nothing less will do."""
    names = [name for name in map(_own_name, _QUOTED.findall(detail)) if name]
    if grantable(detail) is not None:
        return None
    return next((name for name in names if name.startswith("administer ")), None)


def moderated(detail: str) -> bool:
    """Refused for want of a transition of content moderation."""
    return detail.startswith(_MODERATED)


def transition(state: str) -> str:
    """The permission that opens items in this state of core's own workflow."""
    return UNARCHIVE if state == "archived" else PUBLISH


def needed(detail: str) -> str:
    """What is needed, in a few words: the permission, else what the site says."""
    name = grantable(detail)
    if name is not None:
        return f"needs '{name}'"
    if moderated(detail):
        return "needs a transition of content moderation"
    return detail or "the site names no permission"


def with_way_out(error: NotAllowed, state: object) -> NotAllowed:
    """The refusal of an item in this state of moderation (anything but a name: not
    known), with the line that gives the permission, where one is enough."""
    if moderated(error.needed):
        known = isinstance(state, str) and _NAME.match(state) is not None
        where = f" (it is {state})" if known else ""
        line = drush([transition(str(state))])
        grant = (
            "Give the role one transition from the state that the item is in"
            f"{where}. {says.see('moderation')} In core's own workflow:{_LINE}{line}"
        )
    else:
        name = grantable(error.needed)
        if name is None:
            return error
        see = says.see("permissions")
        grant = f"Give it to the role. {see}{_LINE}{drush([name])}"
    return NotAllowed(
        str(error),
        status=error.status,
        needed=error.needed,
        grant=grant,
        alone=error.alone,
    )


def drush(permissions: Iterable[str]) -> str:
    """One line that gives them to the recipe's role."""
    return f"drush role:perm:add altsync '{','.join(sorted(set(permissions)))}'"


def _own_name(quoted: str) -> str | None:
    media = _MEDIA.match(quoted)
    if media:
        return f"edit any {media[1]} media"
    return quoted if _NAME.match(quoted) else None


def notes(found: Sequence[Rights], read_only: Collection[str]) -> Iterator[Note]:
    """What may be changed, in sentences; `read_only` are the types of which altsync.toml
    says that they may not be."""
    free = [one for one in found if one.may and not one.may_not]
    open_again = [one.kind for one in free if one.kind in read_only]
    if free:
        names = ", ".join(one.kind for one in free)
        yield Note(
            True, f"This login may edit {names} ({_asked(free)}, nothing written)."
        )
    if open_again:
        yield Note(
            False,
            f"{', '.join(open_again)} may be edited now: take it off `read_only` in"
            " altsync.toml.",
        )
    for one in found:
        if one.may_not:
            yield Note(False, _refused(one, one.kind in read_only))
        elif not one.may and (one.told or not one.hidden):
            yield Note(
                one.untold == NO_ITEM,
                f"{one.kind}: whether it may be edited is not known: {one.untold}",
            )
        if one.hidden:
            yield Note(False, f"{one.kind}: {_hidden(one)}")
    yield from _missing(
        [told for one in found for told in one.may_not],
        [said for one in found for said in one.hidden],
    )


def _asked(found: Iterable[Rights]) -> str:
    n = sum(len(one.may) for one in found)
    locked = sum(len(one.of(MayEdit.LOCKED)) for one in found)
    draft = f", {locked:,} of them under a draft now" if locked else ""
    return f"{n:,} item{'s' if n != 1 else ''} asked{draft}"


def _refused(one: Rights, configured: bool) -> str:
    """A type of which this login may edit nothing, or not all."""
    words = " ".join(map(_plain, one.said))
    if one.none and configured:
        what = "may not be edited (read-only in altsync.toml)"
    elif one.none:
        what = "may not be edited, and is not `read_only` in altsync.toml"
    else:
        what = f"{len(one.may):,} of the items asked may be edited, {_which(one)} not"
    return f"{one.kind}: {what}. {words}"


def _plain(said: str) -> str:
    """The site's words without those that say again that it is refused."""
    return said.removeprefix(_AGAIN).strip() or "The site names no permission."


def _which(one: Rights) -> str:
    """Those that may not be edited, and what they have in common."""
    n = len(one.may_not)
    if all(told.subject.own for told in one.may) and not any(
        told.subject.own for told in one.may_not
    ):
        return f"only its own; {n:,} of others"
    states = {told.subject.state for told in one.may_not}
    if states.isdisjoint(told.subject.state for told in one.may):
        return f"{n:,} ({', '.join(sorted(states))})"
    return f"{n:,}"


def _hidden(one: Rights) -> str:
    """Items that are there and not shown."""
    n = sum(one.hidden.values())
    words = " ".join(said.removeprefix(_UNSEEN).strip() for said in one.hidden)
    return f"{n:,} of the items looked at {'are' if n != 1 else 'is'} hidden. {words}".strip()


def _missing(refused: Sequence[AskedItem], hidden: Sequence[str]) -> Iterator[Note]:
    """The permissions that would open all that was refused or hidden, as lines to copy."""
    opened = [words for words in hidden if "must be published" not in words]
    said = [*(told.reply.said for told in refused), *opened]
    named = [name for words in said if (name := grantable(words))]
    if named:
        yield Note(
            False,
            "Missing permissions. One line gives them to the role altsync"
            f" ({address(Page.DRUPAL, 'permissions')}):{_LINE}{drush(named)}",
        )
    states = [told.subject.state for told in refused if moderated(told.reply.said)]
    if states:
        yield Note(
            False,
            "Moderated items need one transition from the state that they are in"
            f" ({address(Page.DRUPAL, 'moderation')}; `editorial` is core's own workflow, yours"
            " may have another name):"
            f"{_LINE}{drush(map(transition, states))}",
        )
    wide = {name for told in refused if (name := administering(told.reply.said))}
    for name in sorted(wide):
        yield Note(
            False,
            f"The site names '{name}' only, which allows far more than a text: altsync"
            " works without it.",
        )
