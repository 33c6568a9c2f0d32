"""Questions in a file, and the answers of others, on the real demonstration site."""

from __future__ import annotations

import base64
import io
import json
import shlex
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from altsync.generate import opening
from tests.cli.conftest import Owner
from tests.cli.printed import document, fits
from tests.doubles.providers.openai import (
    Act,
    Double,
    decided,
    mark,
    picture_of,
    serving,
    words_of,
)

ENGINE = "Qwen/Qwen2.5-VL-7B-Instruct"
PRICES = (
    '\n[generate.prices]\n"Qwen/Qwen2.5-VL-7B-Instruct" = { input = 1, output = 10 }\n'
)


@pytest.fixture(autouse=True)
def llm_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = tmp_path / "llm"
    monkeypatch.setenv("LLM_USER_PATH", str(home))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    yield home
    opening.forget()


@pytest.fixture
def double(llm_home: Path) -> Iterator[Double]:
    with serving(llm_home) as server:
        yield server


def exported(owner: Owner, file: str, *how: str) -> list[dict[str, Any]]:
    """The questions of an export."""
    owner.run("work", "export", file, *how)
    return lines_of(owner, file)


def lines_of(owner: Owner, file: str) -> list[dict[str, Any]]:
    text = (owner.directory / file).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def answered(question: dict[str, Any], alt: str = "", **more: Any) -> dict[str, Any]:
    """Somebody's answer to a question."""
    text = alt or f"A picture of the {question['image'].replace('-', ' ')}."
    found = {
        "work_key": question["work_key"],
        "answer": json.loads(decided(text)),
        "model": question["model"],
        "usage": {"input_tokens": 900, "output_tokens": 60},
        "picture": question["picture"]["sha256"],
        **more,
    }
    fits("work-answer", found)
    return {name: value for name, value in found.items() if value is not None}


def given(owner: Owner, file: str, *lines: dict[str, Any] | str | bytes) -> None:
    """A file of answers."""
    raw = [
        line if isinstance(line, bytes) else _as_text(line).encode() for line in lines
    ]
    (owner.directory / file).write_bytes(b"\n".join(raw) + b"\n")


def _as_text(line: dict[str, Any] | str) -> str:
    return line if isinstance(line, str) else json.dumps(line)


def answer(owner: Owner, file: str, into: str) -> None:
    """Somebody answers a whole file."""
    given(owner, into, *(answered(one) for one in lines_of(owner, file)))


def taken(owner: Owner, file: str, code: int = 0) -> Any:
    ran = owner.run("work", "import", file, "--json", code=code)
    return document("work-import", ran.out)


CANDIDATES = """
SELECT image_id, alt, base, model, resolved_model, work_key, context, image_sha256,
  prompt_id, input_tokens, cost_usd, handover_id, run_id, long_description, options
FROM candidates ORDER BY image_id
"""


def candidates(owner: Owner) -> list[tuple[Any, ...]]:
    return owner.rows(CANDIDATES)


def test_a_question_is_the_live_one_and_its_answer_is_what_a_live_one_would_be(
    mirrored: Owner, double: Double
) -> None:
    double.act = lambda body: Act.alt(f"A picture marked {mark(picture_of(body))}.")
    (found,) = exported(mirrored, "q.jsonl", "-m", "double", "--limit", "1")
    fits("work-question", found)
    assert not double.calls
    assert (mirrored.directory / "q.jsonl").stat().st_mode & 0o777 == 0o600
    jpeg = Path(found["picture"]["path"]).read_bytes()
    given(mirrored, "a.jsonl", answered(found, f"A picture marked {mark(jpeg)}."))
    mirrored.run("work", "import", "a.jsonl")
    (came,) = candidates(mirrored)
    mirrored.run("generate", "-m", "double", found["image"], "--again")
    (asked,) = double.requests
    assert words_of(asked) == found["prompt"]
    assert asked["messages"][0]["content"] == found["system"]
    assert double.schema(asked) == found["schema"]
    assert picture_of(asked) == jpeg
    _, live = candidates(mirrored)
    assert came[:4] == live[:4]
    assert came[5:9] == live[5:9]
    assert (came[4], came[11], came[13:]) == ("double", 1, live[13:])


def test_nobody_else_is_asked_meanwhile_and_a_persons_words_are_never_given_away(
    mirrored: Owner, double: Double
) -> None:
    ran = mirrored.run("work", "export", "q.jsonl", "-m", "double", "--json")
    told = document("work-export", ran.out)
    images = {one["image"] for one in lines_of(mirrored, "q.jsonl")}
    assert told["lines"] == len(images) == 10
    assert (told["handover"], told["next"]) == (1, "altsync work import FILE")
    assert mirrored.rows(
        "SELECT count(*) FROM handover_lines l JOIN images i ON i.id = l.image_id"
        " WHERE i.origin = 'human'"
    ) == [(0,)]
    ((persons,), *_) = mirrored.rows("SELECT id FROM images WHERE origin = 'human'")
    ran = mirrored.run("work", "export", "p.jsonl", "-m", "double", persons, code=2)
    assert "has a person's words" in ran.err
    ran = mirrored.run("generate", "-m", "double")
    assert "Nothing to do" in ran.err
    assert not double.calls
    ran = mirrored.run("work", "export", "again.jsonl", "-m", "double")
    assert "Nothing to do" in ran.err
    assert not (mirrored.directory / "again.jsonl").exists()
    ran = mirrored.run("work", "export", "q.jsonl", "-m", ENGINE, code=2)
    assert "has the questions of handover 1, and 10 of them are open." in ran.err
    (listed,) = document("work-list", mirrored.run("work", "list", "--json").out)
    assert (listed["open"], listed["made"]) == (10, 0)
    told = document("work-cancel", mirrored.run("work", "cancel", "1", "--json").out)
    assert told == {"handover": 1, "cancelled": 10, "answered": 0}
    mirrored.run("generate", "-m", "double", "--limit", "2")
    assert double.paid == 2
    answer(mirrored, "q.jsonl", "late.jsonl")
    assert taken(mirrored, "late.jsonl")["made"] == 10
    (listed,) = document("work-list", mirrored.run("work", "list", "--json").out)
    assert (listed["open"], listed["made"], listed["cancelled"]) == (0, 10, 0)


def test_each_answer_is_taken_once_however_often_it_comes(mirrored: Owner) -> None:
    path = mirrored.directory / "altsync.toml"
    path.write_text(path.read_text() + PRICES)
    how = ("-o", "temperature", "0.1", "-o", "top_k", "20", "-o", "guided", "a b")
    found = exported(mirrored, "q.jsonl", "-m", ENGINE, *how)
    said = {"temperature": 0.1, "top_k": 20, "guided": "a b"}
    assert [one["options"] for one in found] == [said] * 10
    lines = [answered(one) for one in found]
    lines[1] = answered(found[1], cost_usd=0.5, model="qwen-2", usage=None)
    given(mirrored, "half.jsonl", *lines[:3], json.dumps(lines[3])[:-9])
    told = taken(mirrored, "half.jsonl", code=5)
    assert (told["made"], told["not_taken"]) == (3, 1)
    assert told["refused"][0]["line"] == 4
    assert told["cost_usd"] == pytest.approx(0.5 + 2 * 0.0015)
    given(mirrored, "all.jsonl", *lines, lines[0], lines[0])
    ran = mirrored.run("work", "import", "all.jsonl")
    assert "12 lines: 7 candidates stored; cost $0.0105" in ran.out
    assert "5 lines: had been taken before." in ran.err
    told = taken(mirrored, "all.jsonl")
    assert (told["made"], told["known"], told["cost_usd"]) == (0, 12, 0.0)
    rows = mirrored.rows(
        "SELECT count(*), count(DISTINCT work_key), count(DISTINCT image_id)"
        " FROM candidates"
    )
    assert rows == [(10, 10, 10)]
    assert mirrored.rows(
        "SELECT resolved_model, cost_usd FROM candidates WHERE cost_usd = 0.5"
    ) == [("qwen-2", 0.5)]
    (listed,) = document("work-list", mirrored.run("work", "list", "--json").out)
    assert listed["made"] == 10
    assert mirrored.run("work", "list").out.count("10 with a text") == 1
    ran = mirrored.run(
        "work", "export", "q.jsonl", "-m", ENGINE, "--again", "--limit=1"
    )
    assert "Nothing to do" in ran.err


def test_every_line_that_cannot_be_taken_is_told_and_the_rest_goes_on(
    mirrored: Owner,
) -> None:
    found = exported(mirrored, "q.jsonl", "-m", ENGINE)
    first, second, third, fourth, *_ = found
    given(
        mirrored,
        "a.jsonl",
        answered(first, "A dog.", usage=None),
        answered(first, "A cat."),
        answered(second, picture=first["picture"]["sha256"]),
        answered(second, work_key="0" * 64),
        b"\xff\xff",
        '{"work_key": ' + "[" * 100_000,
        answered(second, answer=None, text="As an AI I cannot", model="\x1b[31mm"),
        answered(third, answer=None, error="CUDA out of memory\n\x1b[2J"),
        answered(fourth, "Half a letter: \ud800."),
        {"__proto__": {"work_key": first["work_key"]}},
        answered(third, "A text after all."),
    )
    ran = mirrored.run("work", "import", "a.jsonl", code=5)
    assert "11 lines: 2 candidates stored; cost unknown" in ran.out
    assert "\x1b" not in ran.err
    for said in (
        "2 lines: no usable text: on record",
        "1 line: without an answer",
        "Line 2: It is another answer than the one that came before",
        f"Line 3: It is of another picture than the one of {second['image']}",
        "Line 4: It answers no question that was exported from this database.",
        "Line 5: It is no UTF-8.",
        "Line 6: It is no JSON that anybody reads: too deep.",
        'Line 10: It has neither a "work_key" nor a "custom_id".',
        "6 lines could not be taken.",
    ):
        assert said in ran.err
    rows = mirrored.rows(
        "SELECT image_id, answer, reason, cost_usd, work_key IS NULL FROM failures"
        " ORDER BY id"
    )
    assert [row[0] for row in rows] == [one["image"] for one in found[1:4]]
    assert rows[1][1:4] == (None, "CUDA out of memory \\u001b[2J", 0.0)
    assert {row[4] for row in rows} == {1}  # not final: they are asked again
    assert "As an AI I cannot" in rows[0][1]
    told = taken(mirrored, "a.jsonl", code=5)
    assert (told["made"], told["unusable"], told["not_taken"]) == (0, 0, 6)


def test_the_second_answer_that_cannot_be_used_is_final_and_a_refusal_at_once(
    mirrored: Owner,
) -> None:
    how = ("-m", ENGINE, "--limit", "2")
    found = exported(mirrored, "q.jsonl", *how)
    refusal = {"decision": "informative", "alt": "", "why": "I may not."}
    given(
        mirrored,
        "a.jsonl",
        answered(found[0], "image.jpg"),
        answered(found[1], answer=refusal),
    )
    assert taken(mirrored, "a.jsonl", code=5)["unusable"] == 2
    (again,) = exported(mirrored, "again.jsonl", *how[:2], found[0]["image"])
    assert again["work_key"] == found[0]["work_key"]
    assert "Your last answer could not be used" in again["prompt"]
    assert taken(mirrored, "a.jsonl")["known"] == 2  # no second answer
    longer = {"input_tokens": 930, "output_tokens": 60}
    given(mirrored, "b.jsonl", answered(again, "image.jpg", usage=longer))
    assert taken(mirrored, "b.jsonl", code=5)["unusable"] == 1
    (state,) = mirrored.rows("SELECT count(*) FROM failures WHERE work_key IS NOT NULL")
    assert state == (2,)
    named = (found[0]["image"], found[1]["image"])
    ran = mirrored.run("work", "export", "more.jsonl", *how[:2], *named)
    assert "2 images: had no usable answer before" in ran.err
    assert "Nothing was given away" in ran.err


def test_what_a_person_did_meanwhile_counts(mirrored: Owner, double: Double) -> None:
    (found,) = exported(mirrored, "q.jsonl", "-m", ENGINE, "--limit", "1")
    image = found["image"]
    mirrored.run("generate", "-m", "double", image)
    mirrored.run("approve", image, "--by", "ann")
    mirrored.run("push", "--yes")
    given(mirrored, "a.jsonl", answered(found, "A late text."))
    mirrored.run("work", "import", "a.jsonl")
    spent = "SELECT count(*) FROM open_candidates WHERE image_id = ? AND model = ?"
    assert mirrored.rows(spent, image, ENGINE) == [(0,)]
    assert mirrored.rows(
        "SELECT alt FROM candidates WHERE image_id = ? AND model = ?", image, ENGINE
    ) == [("A late text.",)]
    assert "0 changes" in mirrored.run("diff").out + mirrored.run("diff").err


def live(double: Double, file: Path) -> bytes:
    """What `vllm run-batch` does with a file: each body goes to the host as it is."""
    out = []
    for line in file.read_text("utf-8").splitlines():
        asked = json.loads(line)
        fits("work-openai-question", asked)
        came = httpx2.post(
            f"{double.base.removesuffix('/v1')}{asked['url']}", json=asked["body"]
        )
        done = {
            "id": "vllm-1",
            "custom_id": asked["custom_id"],
            "response": {
                "status_code": came.status_code,
                "request_id": "r",
                "body": came.json() if came.is_success else None,
            },
            "error": None if came.is_success else came.json(),
        }
        fits("work-openai-answer", done)
        out.append(json.dumps(done).encode())
    return b"\n".join(out)


@pytest.mark.parametrize("model", ["double", ENGINE])
def test_a_runner_of_openais_format_takes_the_lines_as_they_are(
    model: str, mirrored: Owner, double: Double
) -> None:
    ran = mirrored.run(
        "work",
        "export",
        "b.jsonl",
        "-m",
        model,
        "--format",
        "openai",
        "--limit",
        "3",
        *((), ("-o", "top_k", "20", "-o", "seed", "7"))[model == ENGINE],
    )
    assert (model != "double") == ("llm knows no model" in ran.err)
    double.act = lambda body: Act.alt(f"A picture marked {mark(picture_of(body))}.")
    came = live(double, mirrored.directory / "b.jsonl")
    (mirrored.directory / "out.jsonl").write_bytes(came)
    told = taken(mirrored, "out.jsonl")
    assert told["made"] == 3
    (first, *_) = candidates(mirrored)
    assert first[3:5] == (model, f"{model}-2026-10-01")
    assert first[9] is not None
    bodies = [json.loads(line)["body"] for line in _texts(mirrored, "b.jsonl")]
    if model == ENGINE:
        assert {(one["top_k"], one["seed"]) for one in bodies} == {(20, 7)}
    else:
        mirrored.run("generate", "-m", model, "--again", first[0])
        asked = double.requests[-1]
        assert asked.pop("stream") is False  # no batch takes it
        assert asked in bodies


def page() -> str:
    where = Path(__file__).parents[2] / "docs" / "how-to" / "hand-over.md"
    return where.read_text("utf-8")


def blocks(language: str) -> list[str]:
    return [part.split("```")[0] for part in page().split(f"```{language}\n")[1:]]


def test_the_page_of_the_hand_over_does_as_it_says(
    mirrored: Owner, double: Double
) -> None:
    """Its commands and its script as they stand, with an engine at another address."""
    mirrored.run("work", "export", "questions.jsonl", "-m", ENGINE, "--limit", "3")
    script, *_ = blocks("python")  # the others need Ray and Spark
    engine = f"{double.base}/chat/completions"
    script = script.replace("http://localhost:8000/v1/chat/completions", engine)
    exec(compile(script, "hand-over.md", "exec"), {})
    for line in lines_of(mirrored, "answers.jsonl"):
        fits("work-answer", line)
    mirrored.run("work", "import", "answers.jsonl")
    assert len(candidates(mirrored)) == 3
    _, with_a_runner = blocks("sh")
    for typed in with_a_runner.splitlines():
        program, *words = shlex.split(typed)
        if program == "altsync":
            mirrored.run(*words)
            continue
        assert (program, words[0]) == ("vllm", "run-batch")
        batch, out = words[words.index("-i") + 1], words[words.index("-o") + 1]
        came = live(double, mirrored.directory / batch)
        (mirrored.directory / out).write_bytes(came)
    rows = mirrored.rows("SELECT count(*), count(input_tokens) FROM candidates")
    assert rows == [(10, 10)]


def _texts(owner: Owner, file: str) -> list[str]:
    return (owner.directory / file).read_text("utf-8").splitlines()


def test_lines_for_stdout_carry_their_pictures(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = ("work", "export", "-", "-m", ENGINE, "--limit", "1")
    ran = mirrored.run(*how, "--json", code=2)
    assert "name a FILE" in ran.err
    ran = mirrored.run(*how, "--pictures", "data", "--ask", "text")
    (found,) = [json.loads(line) for line in ran.out.splitlines()]
    assert base64.b64decode(found["picture"]["data"]).startswith(b"\xff\xd8")
    assert "path" not in found["picture"]
    assert found["schema"] is None
    assert not list((mirrored.directory / "data").glob("*.part"))
    line = json.dumps(answered(found, answer=None, text="A dog."))
    stdin = io.TextIOWrapper(io.BytesIO(line.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert taken(mirrored, "-")["made"] == 1
    assert "(stdout)" in mirrored.run("work", "list").out


def test_what_is_no_handover_and_no_place_for_a_file_is_said(mirrored: Owner) -> None:
    ran = mirrored.run("work", "cancel", "7", code=2)
    assert "There is no handover 7." in ran.err
    assert "Nothing was given away." in mirrored.run("work", "list").err
    ran = mirrored.run("work", "export", "altsync.toml", "-m", ENGINE, code=2)
    assert "is a configuration, so it stays" in ran.err
    ran = mirrored.run("work", "export", "no/such/q.jsonl", "-m", ENGINE, code=2)
    assert "cannot be written" in ran.err
    ran = mirrored.run("work", "export", "q.jsonl", "-m", "gpt-4o-mimi", "--limit", "1")
    assert "If you meant gpt-4o-mini: -m gpt-4o-mini" in ran.err
    demo = ("-m", "altsync-demo", "--limit", "1")
    ran = mirrored.run("work", "export", "d.jsonl", *demo, "--format=openai", code=2)
    assert "altsync-demo is not asked in OpenAI's format" in ran.err
    (asked,) = exported(mirrored, "d.jsonl", *demo)
    body = {"model": "x", "choices": [{"message": {"content": "A dog."}}]}
    response = {"status_code": 200, "body": body}
    given(mirrored, "a.jsonl", {"custom_id": asked["work_key"], "response": response})
    assert (
        "in which altsync-demo is not asked"
        in mirrored.run("work", "import", "a.jsonl", code=5).err
    )
    conn = sqlite3.connect(mirrored.directory / "data" / "altsync.db")
    assert conn.execute("SELECT count(*) FROM handovers").fetchone() == (2,)
    conn.close()
