"""Questions that somebody else answers: the lines of the files, and what `altsync work`
says."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from altsync.documents.moment import Instant


class PieceOfContextItem(TypedDict):
    """One thing that is known about an image, as a candidate keeps it."""

    kind: str
    text: str
    trust: str
    """owner, site, file or page: who could have written it."""
    source: str
    use: NotRequired[int]
    """Which of the image's places it tells of, from 1."""


class HandedPictureItem(TypedDict):
    """The picture, or a part of one: a JPEG, upright, without metadata."""

    sha256: str
    """Of the file as the site has it, not of the JPEG: an answer may repeat it."""
    media_type: Literal["image/jpeg"]
    path: NotRequired[str]
    """Of the prepared copy on this machine; with --pictures path."""
    data: NotRequired[str]
    """The JPEG in base64; with --pictures data."""


class QuestionLine(TypedDict):
    """One question of `altsync work export`: a line of JSON."""

    work_key: str
    """Names the question: the answer repeats it."""
    image: str
    model: str
    """The model that is to answer."""
    system: str
    prompt: str
    """The whole question, the context in it."""
    context: list[PieceOfContextItem]
    """The same context piece by piece, for whoever writes a prompt of their own."""
    schema: dict[str, Any] | None
    """JSON Schema of the object that is asked for; null: a text is."""
    options: dict[str, Any]
    """The model's options, such as temperature."""
    picture: HandedPictureItem
    more: list[HandedPictureItem]
    """Of a long and thin picture: its other parts, in order."""


class TokensItem(TypedDict):
    """What an answer took, in tokens. Those of OpenAI's names (prompt_tokens,
    completion_tokens) are read too."""

    input_tokens: NotRequired[int]
    output_tokens: NotRequired[int]
    cached_tokens: NotRequired[int]
    """Of the tokens in: read from a cache."""


class AnswerLine(TypedDict):
    """One answer for `altsync work import`: a line of JSON with `text`, `answer` or
    `error`. Other names are ignored, so that a row of the question may be sent back
    with its answer in it."""

    work_key: str
    text: NotRequired[str | None]
    """What the model wrote, as it wrote it."""
    answer: NotRequired[dict[str, Any] | None]
    """The same, where the object is at hand: decision, alt and so on."""
    error: NotRequired[str | None]
    """Why there is no answer: the question goes on as ordinary work."""
    model: NotRequired[str | None]
    """The model that answered: has to be there with an answer."""
    usage: NotRequired[TokensItem | None]
    cost_usd: NotRequired[float | None]
    """What the answer cost; else a price that is known by the tokens, else unknown."""
    picture: NotRequired[str | dict[str, Any] | None]
    """The SHA-256 of the picture that was looked at, or the question's `picture`. One
    of another picture is refused."""


class OpenaiQuestionLine(TypedDict):
    """One question in the format of OpenAI's batch files (--format openai)."""

    custom_id: str
    """The work key."""
    method: Literal["POST"]
    url: str
    """/v1/chat/completions, or /v1/responses for models that llm asks there."""
    body: dict[str, Any]
    """The request as llm makes it, the picture in it as a data address."""


class OpenaiResponseItem(TypedDict):
    """The answer of the host."""

    status_code: int
    body: NotRequired[dict[str, Any] | None]
    """As the host gave it: a chat completion, or a response."""


class OpenaiAnswerLine(TypedDict):
    """One answer in the format of OpenAI's batch files."""

    custom_id: str
    response: NotRequired[OpenaiResponseItem | None]
    error: NotRequired[Any]
    """Null, or why there is no answer."""


class WorkExportDocument(TypedDict):
    """What an export gave away."""

    handover: int | None
    """Its number; null where there was nothing to give away."""
    file: str | None
    model: str
    format: Literal["altsync", "openai"]
    lines: int
    reused: int
    """Took an answer that had been paid for already."""
    known: int
    """Had been answered before: not given away."""
    waiting: int
    """Are given away already, by this or another handover."""
    failed: int
    """Pictures that cannot be had or sent: `altsync failures` lists them."""
    passed_over: int
    """Not chosen: the same question got no text before."""
    next: str | None


class RefusedLineItem(TypedDict):
    """A line that could not be taken."""

    line: int
    reason: str


class WorkImportDocument(TypedDict):
    """What an import took from a file."""

    file: str
    lines: int
    made: int
    """New candidates."""
    known: int
    """Had been taken before."""
    unusable: int
    """Answers that are no text: on record, and asked again by the next run."""
    failed: int
    """Lines that say that there is no answer: they go on as ordinary work."""
    not_taken: int
    """Lines that could not be taken."""
    refused: list[RefusedLineItem]
    """Why; of the first thousand of them."""
    cost_usd: float
    """As far as it is known."""
    unpriced: int
    """Answers whose cost nobody knows."""
    next: str | None


class HandoverItem(TypedDict):
    """Questions that were given away in one file."""

    handover: int
    file: str | None
    model: str
    lines: int
    open: int
    made: int
    """Lines with a candidate."""
    unusable: int
    failed: int
    cancelled: int
    since: Instant


class WorkCancelDocument(TypedDict):
    """What became of a handover that was cancelled."""

    handover: int
    cancelled: int
    """Lines that go on as ordinary work."""
    answered: int
