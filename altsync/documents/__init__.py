"""What commands print with --json: one document on stdout, by names that stay.

Each shape is a type here, its words are those of the code and of the tables, and times
are UTC, ISO 8601. `schema` makes a JSON Schema of each; docs/schemas has them. Within a
version names are added and none goes or changes its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from altsync.documents import (
    batched,
    handed,
    judged,
    kept,
    plan,
    ran,
    seen,
    underway,
    written,
)


@dataclass(frozen=True, slots=True)
class Published:
    """A document, and who prints it."""

    kind: Any
    commands: tuple[str, ...]
    """As typed, without `altsync`; the first words are the command's."""
    about: str = ""
    """A sentence, where the type does not say it: a list."""


def _of(kind: Any, *commands: str) -> Published:
    return Published(kind, commands)


def _list(item: Any, *commands: str, about: str) -> Published:
    return Published(list[item], commands, about)


DOCUMENTS = {
    "status": _of(seen.StatusDocument, "status --json"),
    "coverage": _of(seen.CoverageDocument, "coverage --json"),
    "pull": _of(seen.PullDocument, "pull --json"),
    "pages": _of(seen.PagesDocument, "pages --json"),
    "failures": _list(
        seen.FailureItem,
        "failures --json",
        about="What failed and still fails: by stage, the newest first.",
    ),
    "plan": _of(plan.PlanDocument, "diff --json", "diff --plan FILE"),
    "moved": Published(
        plan.MovedDocument,
        ("diff --from MOMENT --json",),
        "What the site changed between two moments.",
    ),
    "push": _of(plan.PushDocument, "push --json", "revert PUSH|IMAGE… --json"),
    "settle": _of(plan.SettleDocument, "settle IMAGE --json"),
    "verify": _of(seen.VerifyDocument, "verify --json"),
    "uses": _of(seen.UsesDocument, "uses IMAGE --json"),
    "pictures": _list(
        seen.PictureItem,
        "uses --json",
        about="The pictures that stand in several places.",
    ),
    "batch-sent": _of(batched.BatchSentDocument, "generate --batch --json"),
    "batch-status": _list(
        batched.BatchItem,
        "generate --batch-status --json",
        "generate --batch-cancel --json",
        about="The batches that are not done.",
    ),
    "batch-fetch": _of(batched.BatchFetchDocument, "generate --batch-fetch --json"),
    "generate": _of(written.GenerateDocument, "generate --json"),
    "context": _list(
        written.PieceItem,
        "context IMAGE --json",
        about="All that a model is told about one image.",
    ),
    "captions": Published(
        written.CaptionDocument,
        ("caption FILE…",),
        "Texts for files or addresses: an object for one, a list for several.",
    ),
    "models": _list(
        written.ModelItem, "models --json", about="The models that can see."
    ),
    "plugins": _list(
        written.PluginItem, "plugins list --json", about="The plugins of llm."
    ),
    "cost": _list(
        written.CostItem, "cost --json", about="What the candidates cost, by one thing."
    ),
    "lint": _of(written.LintDocument, "lint --json"),
    "lint-text": _of(
        written.LintTextDocument, "lint --text TEXT --json", "lint --ndjson"
    ),
    "fix-list": _list(
        written.ToRedoItem,
        "lint --fix-list --json",
        about="Texts that no reader can use, to be written anew.",
    ),
    "rules": _list(
        written.RuleItem,
        "rules [ID]… --json",
        about="The rules of the lint, as they are set here, with their examples.",
    ),
    "who": _list(
        kept.OwnershipItem,
        "who --json",
        about="Whose text each image has, and how it came to be.",
    ),
    "log": _list(kept.EventItem, "log --json", about="Every event in order."),
    "run": _of(ran.RunDocument, "run --json"),
    "progress": Published(
        underway.StageEvent | underway.NoteEvent,
        ("pull --progress json",),
        "A line of stderr: how far a stage is (started, progress once a second,"
        " finished), or a `note`, which has event, at and text. Any command says both.",
    ),
    "export": _of(kept.ExportDocument, "export --json"),
    "export-pages": _of(kept.ExportPagesDocument, "export --html --json"),
    "import": _of(kept.ImportDocument, "import --json"),
    "approve": _of(judged.ApproveDocument, "approve --json"),
    "reject": _of(judged.RejectDocument, "reject IMAGE… --json"),
    "ask": _of(judged.AskDocument, "ask IMAGE… --json"),
    "sample": _of(judged.SampleDocument, "sample --json"),
    "comparison-drawn": _of(judged.DrawnComparisonDocument, "compare --json"),
    "comparison": _of(judged.ComparisonDocument, "compare --show RUN --json"),
    "work-export": _of(handed.WorkExportDocument, "work export FILE --json"),
    "work-question": _of(handed.QuestionLine, "work export FILE"),
    "work-openai-question": _of(
        handed.OpenaiQuestionLine, "work export FILE --format openai"
    ),
    "work-import": _of(handed.WorkImportDocument, "work import FILE --json"),
    "work-answer": _of(handed.AnswerLine, "work import FILE"),
    "work-openai-answer": _of(handed.OpenaiAnswerLine, "work import FILE"),
    "work-list": _list(
        handed.HandoverItem,
        "work list --json",
        about="Questions that were given away in files, the newest first.",
    ),
    "work-cancel": _of(handed.WorkCancelDocument, "work cancel NUMBER --json"),
    "packet": _of(judged.PacketDocument, "packet DIR --json"),
    "packet-read": _of(judged.PacketReadDocument, "packet read FILE… --json"),
}
"""Name of the schema -> document."""
