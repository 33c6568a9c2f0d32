"""One call as plain data, and what came of it.

Both may cross a process, so that the same function runs in a thread here or on another
machine (Dask). No key is ever in a task: each process opens the model by its name and
finds its key in its own environment or llm's key store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from altsync.generate.answer import Answer
from altsync.generate.context import Piece
from altsync.generate.prompt import Prompt
from altsync.generate.told import with_reason
from altsync.generate.trouble import Remedy
from altsync.lint import Evidence, Ruleset

MOST_TOKENS = 1_000_000_000
"""In one answer: a number beyond is none."""


def counted(value: Any) -> int | None:
    """A number of tokens as a provider gave it: whole, from 0 to MOST_TOKENS. None, not
    known, for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= MOST_TOKENS or value != int(value):
        return None
    return int(value)


def worded(value: Any) -> str | None:
    """A text as a provider gave it, fit to be stored: half a surrogate pair, which no
    file takes, is replaced. None for what is no text."""
    if not isinstance(value, str):
        return None
    return value.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that one call needs."""

    model: str
    prompt: Prompt
    pieces: tuple[Piece, ...]
    jpeg: bytes
    options: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 120.0
    """Seconds for one call."""
    more: tuple[bytes, ...] = ()
    """Where `jpeg` is the first part of a long and thin picture: the others, in order."""
    across: bool = False
    """The parts stand from left to right, not from top to bottom."""
    evidence: Evidence = field(default_factory=Evidence)
    """What is known of the image: for the lint."""
    rules: Ruleset | None = None
    """Of the lint, as the owner has them; None: the default profile."""
    expected: tuple[int, int] = (0, 0)
    """Tokens in and out that one call takes, as far as that is known before: what counts
    for a call whose answer was lost."""
    keep: bool = False
    """Hand the llm.Response back, for llm's log: only where the task stays in this process.
    """
    held: Any = field(default=None, compare=False)
    """Where a worker of a cluster has the picture; on its way there, the picture's name."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from one call, whether it can be used or not."""

    text: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    """Of the tokens in: read from the provider's cache, which is cheaper."""
    written_tokens: int = 0
    """Of the tokens in: written to its cache, which is dearer."""
    cost_usd: float | None = None
    """The provider's own figure, which goes before any price; None: it gave none."""
    tier: str | None = None
    """The service tier that answered, where the provider says it."""
    resolved_model: str | None = None
    response_id: str | None = None
    duration_ms: int | None = None
    finish: str | None = None
    """The provider's reason why the text ends where it does."""
    refusal: str | None = None
    fault: str = ""
    """Why nobody could read this answer; `text` is then what arrived, as it arrived."""
    lost: bool = False
    """The answer did not arrive whole, and was most likely paid for: the tokens are
    estimated. `text` is what arrived."""
    response: Any = None
    """The llm.Response, for llm's own log; only inside the process that made the call.
    """

    @property
    def tokens(self) -> int | None:
        """In and out; None where the provider did not say."""
        if self.input_tokens is None or self.output_tokens is None:
            return None
        return self.input_tokens + self.output_tokens

    def plain(self) -> Reply:
        """Without what cannot leave the process."""
        return replace(self, response=None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task. `answer` None: `problem` says why, in a sentence for the
    owner."""

    answer: Answer | None
    problem: str = ""
    remedy: Remedy | None = None
    """IMAGE, AGAIN (it may work another time) or STOP; None where there is an answer or
    the run was stopped."""
    paid: bool = False
    """The model answered, usable or not: asking the same again would be paid again."""
    replies: tuple[Reply, ...] = ()
    """Every call that was answered, or lost on its way back, in order: the last one is
    the answer's."""
    refused: bool = False
    """The model or its provider will not describe this picture: it would refuse it again."""
    reason: str = ""
    """The provider's own words for the problem, fit to be shown (`told`)."""
    died: bool = False
    """As in `Trouble`."""
    again: str = ""
    """What the model is told where it is asked once more, by somebody else than `work`."""

    @property
    def said(self) -> str:
        """The problem, with the provider's own words."""
        return with_reason(self.problem, self.reason)

    @property
    def stopped(self) -> bool:
        """The run ended before this task was asked."""
        return self.answer is None and self.remedy is None
