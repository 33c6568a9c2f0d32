"""generate, context, caption, models and cost on the real demonstration site, with llm
in a home of its own."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from altsync.cli import _session
from altsync.generate import pace
from altsync.generate.choosing import Targets
from altsync.generate.generated import Generated
from altsync.models import NewCandidate, Origin, Use
from altsync.render.money import money
from altsync.store import spill
from altsync.store.paid import PaidAnswer
from altsync.store.spill import Spill
from altsync.store.store import Store
from tests.cli.conftest import Owner
from tests.doubles.providers.openai import Act, Double, decided, serving, words_of
from tests.doubles.storage import held
from tests.pictures.made import boxed
from tests.scene import keep_use

PRICES = "\n[generate.prices]\ndouble = { input = 1.0, output = 10.0 }\n"


@pytest.fixture(autouse=True)
def llm_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "llm"
    monkeypatch.setenv("LLM_USER_PATH", str(home))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return home


@pytest.fixture
def double(llm_home: Path) -> Iterator[Double]:
    with serving(llm_home) as server:
        yield server


def configure(owner: Owner, text: str) -> None:
    path = owner.directory / "altsync.toml"
    path.write_text(path.read_text() + text)


def missing(owner: Owner) -> int:
    return int(json.loads(owner.run("status", "--json").out)["states"]["missing"])


def test_a_run_says_what_it_will_cost_and_what_it_did(
    mirrored: Owner, double: Double
) -> None:
    configure(mirrored, PRICES)
    images = missing(mirrored)
    ran = mirrored.run("generate", "-m", "double")
    assert f"{images} images with double: about $" in ran.err
    assert "token rules" in ran.err
    assert (
        f"{images} candidates stored; cost {money(images * 0.0015)}, $0.0015 each."
        in ran.out
    )
    again = mirrored.run("generate", "-m", "double")
    assert "Nothing to do" in again.err
    assert double.paid == images
    cost = json.loads(mirrored.run("cost", "--json").out)
    assert cost[0]["cost_usd"] == pytest.approx(images * 0.0015)
    for by in ("model", "prompt", "run"):
        assert "in all" in mirrored.run("cost", "--by", by).out


def test_a_reference_is_announced_and_asked_and_its_troubles_stop_nothing(
    mirrored: Owner, double: Double
) -> None:
    prices = PRICES + "double-2 = { input = 2.0, output = 20.0 }\n"
    configure(mirrored, prices)
    path = mirrored.directory / "altsync.toml"
    plain = path.read_text()
    named = plain.replace("[generate]", '[generate]\nreference = "double-2"', 1)
    path.write_text(named)
    doubted = Act(decided("A dog.", unsure=True))
    double.act = lambda body: doubted
    images = missing(mirrored)
    ran = mirrored.run("generate", "-m", "double", "--limit", "2")
    assert (
        "To compare with, double-2 is asked about those that turn out doubtful, for about"
    ) in ran.err
    assert "double-2, to compare with: 2 candidates stored; cost $0.006" in ran.err
    double.act = lambda body: Act("") if body["model"] == "double-2" else doubted
    ran = mirrored.run("generate", "-m", "double", "--limit", "1")
    assert "double-2 had no text for 1 image, so nothing is compared there." in ran.err
    refusal = Act.status(401, kind="invalid_api_key")
    double.act = lambda body: refusal if body["model"] == "double-2" else doubted
    ran = mirrored.run("generate", "-m", "double", "--limit", "1")
    assert (
        "The reference double-2 is asked no more, and nothing else is compared"
        in ran.err
    )
    assert ran.err.count("Another one: [generate] reference in altsync.toml.") == 1
    path.write_text(named.replace('"double-2"', '"no-such-model"', 1))
    ran = mirrored.run("generate", "-m", "double", "--limit", "1")
    assert "The reference no-such-model could not be asked, and nothing is" in ran.err
    path.write_text(named)
    double.act = lambda body: doubted
    assert missing(mirrored) == images - 5
    ran = mirrored.run("approve", "--all")
    assert mirrored.rows(
        "SELECT count(*) FROM reviews r JOIN candidates c ON c.id = r.candidate_id"
        " WHERE c.reference"
    ) == [(0,)]


def test_what_the_reference_was_not_asked_yet_is_asked_by_the_next_run(
    mirrored: Owner, double: Double
) -> None:
    doubted = Act(decided("A dog.", unsure=True))
    double.act = lambda body: doubted
    mirrored.run("generate", "-m", "double", "--yes")
    path = mirrored.directory / "altsync.toml"
    text = path.read_text()
    path.write_text(text.replace("[generate]", '[generate]\nreference = "double-2"', 1))
    asked = len(mirrored.rows("SELECT 1 FROM candidates"))
    ran = mirrored.run("generate", "-m", "double", "--budget", "1", code=2)
    assert "Nobody here knows the price of double-2" in ran.err
    ran = mirrored.run("generate", "-m", "double")
    assert f"is asked about {asked} images, and about those that" in ran.err
    assert "doubtful, at a price that nobody here knows." in ran.err
    assert "candidate" not in ran.out
    assert mirrored.rows("SELECT count(*) FROM candidates WHERE reference") == [
        (asked,)
    ]
    assert "Nothing to do" in mirrored.run("generate", "-m", "double").err


def test_the_library_does_in_a_few_lines_what_the_command_does(
    mirrored: Owner, double: Double
) -> None:
    """The lines of docs/how-to/generate.md, with a model and an album that are here."""
    configure(mirrored, PRICES)
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "generate.md").read_text(
        "utf-8"
    )
    code = page.split("## From Python")[1].split("```python\n")[1].split("```")[0]
    code = code.replace("gpt-5.4-mini", "double").replace("holiday", "at-home")
    lacking = mirrored.rows(
        "SELECT count(*) FROM images JOIN image_states ON image_id = id"
        " WHERE state = 'missing' AND album = 'at-home'"
    )[0][0]
    found: dict[str, object] = {}
    exec(compile(code, "docs/how-to/generate.md", "exec"), found)
    assert double.paid == lacking > 0
    assert len(cast("Targets", found["targets"])) == lacking
    assert cast("Generated", found["done"]).made == lacking
    assert (mirrored.directory / "data" / "llm.db").exists()


def test_the_estimate_learns_from_this_database(
    mirrored: Owner, double: Double
) -> None:
    configure(mirrored, PRICES)
    mirrored.run("generate", "-m", "double", "--limit", "2")
    ran = mirrored.run("generate", "-m", "double", "--limit", "2")
    assert "the mean of 2 answers in this database" in ran.err
    assert "about $0.003 " in ran.err


def test_what_nobody_knows_is_said_and_is_counted_once_there_is_a_price(
    mirrored: Owner, double: Double
) -> None:
    ran = mirrored.run("generate", "-m", "double", "--limit", "2")
    assert "at a price that nobody here knows" in ran.err
    assert "2 candidates stored; cost unknown." in ran.out
    ran = mirrored.run("cost")
    assert "unknown  (and 2 at a price nobody knows)" in ran.out
    assert "0.00" not in ran.out
    assert "[generate.prices]" in ran.err
    configure(mirrored, PRICES)
    ran = mirrored.run("cost")
    assert "unknown" not in ran.out
    assert [line.split()[-1] for line in ran.out.splitlines()[1:]] == ["0.0030"] * 2
    assert mirrored.rows("SELECT cost_usd FROM runs") == [(pytest.approx(0.003),)]


def test_a_long_run_wants_a_yes(mirrored: Owner, double: Double) -> None:
    path = mirrored.directory / "altsync.toml"
    text = path.read_text()
    assert "[generate]" in text
    path.write_text(text.replace("[generate]", "[generate]\nconfirm_above = 3", 1))
    ran = mirrored.run("generate", "-m", "double", code=2)
    assert "--yes" in ran.err
    assert double.calls == 0
    mirrored.run("generate", "-m", "double", "--yes")


def test_a_budget_ends_the_run_and_says_so(mirrored: Owner, double: Double) -> None:
    configure(mirrored, PRICES)
    ran = mirrored.run(
        "generate", "-m", "double", "--budget", "0.008", "--workers", "2", code=5
    )
    assert "budget" in ran.err
    (spent,) = mirrored.rows("SELECT cost_usd FROM runs")[0]
    assert 0 < spent <= 0.008
    assert double.paid == round(spent / 0.0015)


def test_a_budget_needs_a_price(mirrored: Owner, double: Double) -> None:
    assert (
        "price" in mirrored.run("generate", "-m", "double", "--budget", "1", code=2).err
    )
    assert double.calls == 0


def test_failures_end_with_5_and_a_bad_key_with_1(
    mirrored: Owner, double: Double
) -> None:
    double.acts = [Act(""), Act(""), Act.alt("A cat on a mat.")]
    said = mirrored.run("generate", "-m", "double", "--workers", "1", code=5).err
    assert "failed and is listed by `altsync failures`" in said
    assert "The last of them: double gave no usable text, twice." in said
    double.acts = [Act.status(401)]
    human = mirrored.rows("SELECT image_id FROM failures")[0][0]
    assert (
        "refused the key"
        in mirrored.run("generate", "-m", "double-2", human, code=1).err
    )


def test_what_a_model_has_no_text_for_is_told_passed_over_and_asked_of_another(
    mirrored: Owner, double: Double
) -> None:
    configure(mirrored, PRICES + PRICES.splitlines()[-1].replace("double", "double-2"))
    double.acts = [Act("", refusal="Not this one.")]
    mirrored.run("generate", "-m", "double", "--limit", "2", code=5)
    double.acts = []
    said = mirrored.run("generate", "-m", "double", "--limit", "2").err
    assert "2 images with double" in said
    assert "2 images passed over: the same question got no text before. 2 x: " in said
    assert "altsync generate --retry-failed" in said
    status = mirrored.run("status")
    assert "2 images got no text from a model" in status.out
    assert "altsync generate --fallback MODEL" in status.out
    calls = double.calls
    path = mirrored.directory / "altsync.toml"
    same = mirrored.run("generate", "-m", "double", "--fallback", "double", code=2)
    assert "Name another one" in same.err
    table = '[generate]\nfallback = ["double-2"]'
    path.write_text(path.read_text().replace("[generate]", table, 1))
    asked = ("generate", "-m", "double", "--limit", "1")
    said = mirrored.run(*asked).err
    assert "1 image with double-2, since there was no text before: about" in said
    assert "Where there is no text, double-2 is asked for about $" in said
    assert "1 image: got the text from a fallback" in said
    assert double.calls == calls + 1
    mirrored.run("generate", "-m", "double", "--retry-failed")
    assert mirrored.rows("SELECT model, count(*) FROM candidates GROUP BY model") == [
        ("double", 3),
        ("double-2", 1),
    ]
    assert double.calls == double.paid == calls + 2


def test_the_owners_note_and_template_are_in_the_question(
    mirrored: Owner, double: Double, llm_home: Path
) -> None:
    (llm_home / "templates").mkdir(parents=True)
    (llm_home / "templates" / "house.yaml").write_text(
        "system: Write as the museum does.\nprompt: 'Known: $input'\n"
    )
    mirrored.run(
        "generate",
        "-m",
        "double",
        "--limit",
        "1",
        "--context",
        "From the 1962 survey.",
        "--context-budget",
        "1",
        "--template",
        "house",
    )
    system = double.requests[0]["messages"][0]["content"]
    assert system.startswith("Write as the museum does.")
    assert "Known: <context>" in words_of(double.requests[0])
    assert "1962 survey" in words_of(double.requests[0])
    assert '"kind": "album"' not in words_of(double.requests[0])
    assert (
        "house"
        in mirrored.run(
            "generate", "-m", "double", "--template", "nonesuch-house", code=2
        ).err
    )


def test_options_and_sides_reach_the_model(mirrored: Owner, double: Double) -> None:
    mirrored.run("generate", "-m", "double", "--limit", "1", "-o", "temperature", "0.2")
    assert double.requests[0]["temperature"] == 0.2
    assert (
        "does not take the option"
        in mirrored.run("generate", "-m", "double", "-o", "nonesuch", "1", code=2).err
    )


def test_suggestions_need_names(mirrored: Owner, double: Double) -> None:
    assert (
        "name one by one"
        in mirrored.run("generate", "-m", "double", "--suggest-for-human", code=2).err
    )
    human = mirrored.rows("SELECT id FROM images WHERE origin = 'human' AND NOT blank")[
        0
    ][0]
    assert (
        "--suggest-for-human"
        in mirrored.run("generate", "-m", "double", human, code=2).err
    )
    assert double.calls == 0
    mirrored.run("generate", "-m", "double", "--suggest-for-human", human)
    assert double.paid == 1
    assert mirrored.rows("SELECT count(*) FROM reviews") == [(0,)]


def test_llms_own_log_is_kept_beside_the_mirror(
    mirrored: Owner, double: Double
) -> None:
    import llm.cli
    from click.testing import CliRunner

    mirrored.run("generate", "-m", "double", "--limit", "3")
    log = mirrored.directory / "data" / "llm.db"
    shown = CliRunner().invoke(
        llm.cli.cli, ["logs", "-d", str(log), "--json", "-n", "0"]
    )
    logged = json.loads(shown.output)
    assert len(logged) == 3
    ids = {row[0] for row in mirrored.rows("SELECT response_id FROM candidates")}
    assert {entry["id"] for entry in logged} == ids
    assert log.stat().st_size < 1_500_000  # pictures by path, not by their bytes
    assert "s3cret" not in log.read_bytes().decode("latin-1")


def test_no_log_where_it_is_turned_off(mirrored: Owner, double: Double) -> None:
    path = mirrored.directory / "altsync.toml"
    path.write_text(
        path.read_text().replace("[generate]", "[generate]\nlog = false", 1)
    )
    mirrored.run("generate", "-m", "double", "--limit", "1")
    assert not (mirrored.directory / "data" / "llm.db").exists()


def test_context_shows_what_is_known_and_where_it_came_from(mirrored: Owner) -> None:
    (mirrored.directory / "context").mkdir()
    (mirrored.directory / "context" / "in-the-mountains.md").write_text(
        "The club's autumn walk."
    )
    shown = mirrored.run("context", "in-the-mountains/high-path")
    assert "No page was read that shows it: `altsync pages`" in shown.err
    out = shown.out
    assert out.startswith(
        "From you, the owner:\n"
        "  album note: The club's autumn walk. (in-the-mountains.md)\n\n"
        "From the site:\n"
        "  title: High path (title)\n"
    )
    assert "last snow" in out
    kinds = [
        p["kind"]
        for p in json.loads(
            mirrored.run("context", "in-the-mountains/high-path", "--json").out
        )
    ]
    assert kinds[:3] == ["album note", "title", "caption"]
    assert (
        "<context>"
        in mirrored.run("context", "in-the-mountains/high-path", "--prompt").out
    )
    assert "no image" in mirrored.run("context", "a/nowhere", code=2).err
    use = Use(
        "https://h.test/walks", "Walks", place=1, heading="In June", after="A" * 90
    )
    with (
        Store.open(mirrored.directory / "data" / "altsync.db") as store,
        store.write() as tx,
    ):
        keep_use(tx, "in-the-mountains/high-path", use)
    tight = mirrored.run(
        "context", "in-the-mountains/high-path", "--context-budget", "45"
    )
    assert (
        "Use 1, https://h.test/walks:\n"
        "  where: main content\n"
        "  page title: Walks\n"
        "  link to: nothing, it is no link\n"
    ) in tight.out
    assert "of 45 tokens. Left out or shortened to fit: about" in tight.err
    again = replace(use, page_url="https://h.test/again")
    with (
        Store.open(mirrored.directory / "data" / "altsync.db") as store,
        store.write() as tx,
    ):
        keep_use(tx, "in-the-mountains/high-path", again)
    both = mirrored.run("context", "in-the-mountains/high-path").out
    assert both.count("Use 1, ") == 1
    assert "\n  stands on: this page and 1 more\n" in both
    mirrored.site.close()
    offline = mirrored.run("context", "in-the-mountains/high-path")
    assert "High path" in offline.out
    assert "could not be asked" in offline.err


def test_pages_are_read_and_only_read_again_if_they_changed(
    mirrored: Owner, double: Double
) -> None:
    pages = mirrored.directory / "pages"
    pages.mkdir()
    (pages / "walk.md").write_text(
        "---\ntitle: x\n---\n# Our autumn walk\n\nWe started at the chapel before the"
        " sun was up, in thick"
        " fog.\n\n![](/files/cache/in-the-mountains/high-path-1280w.jpg?itok=1)\n\nFrom"
        " here it was another two hours to the hut, along the old mule track.\n"
    )
    assert "1 page read, 0 unchanged; 1 use" in mirrored.run("pages", "pages").out
    assert "0 pages read, 1 unchanged" in mirrored.run("pages", "pages").out
    rows = mirrored.rows("SELECT image_id, page_title, before, after FROM usages")
    assert rows[0][:2] == ("in-the-mountains/high-path", "x")
    assert "thick fog" in rows[0][2]
    assert "mule track" in rows[0][3]
    mirrored.run("generate", "-m", "double", "in-the-mountains/high-path")
    assert "mule track" in words_of(double.requests[0])
    (pages / "walk.md").write_text(
        "# Our autumn walk\n\nNo picture any more, only words about the walk.\n"
    )
    mirrored.run("pages", "pages")
    assert mirrored.rows("SELECT count(*) FROM usages") == [(0,)]


def test_caption_needs_nothing(
    owner: Owner, double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    boxed().save("a.png")
    double.acts = [Act.alt("Teal.")]
    pace.of("double").stopped = lambda: True  # as a run of this process left it
    ran = owner.run(
        "caption",
        "a.png",
        "-m",
        "double",
        "--context",
        "A wall.",
        "--language",
        "nl",
        "--prompt",
        "Short.",
    )
    assert json.loads(ran.out) == {"image": "a.png", "captions": {"double": "Teal."}}
    assert "A wall." in words_of(double.requests[0])
    assert "tag nl" in double.requests[0]["messages"][0]["content"]
    assert "Short." in double.requests[0]["messages"][0]["content"]
    several = owner.run(
        "caption", "a.png", "b.png", "-m", "double", "-m", "nonesuch", code=5
    )
    first, second = json.loads(several.out)
    assert first["captions"] == {"double": "Teal."}
    assert "nonesuch" in first["errors"]
    assert set(second["errors"]) == {"double", "nonesuch"}
    assert not (tmp_path / "data").exists()


def test_caption_of_an_address(owner: Owner, double: Double) -> None:
    url = owner.site.pixels.format(album="at-home", image="chelsea")
    double.acts = [Act(decided("A cat."))]
    assert json.loads(owner.run("caption", url, "-m", "double").out)["captions"] == {
        "double": "A cat."
    }
    told = '{"kind": "file name", "text": "chelsea-1280w", "from": "file"}'
    assert told in words_of(double.requests[0])


def test_models_that_can_see(owner: Owner, double: Double, llm_home: Path) -> None:
    found = {
        line["model"]: line for line in json.loads(owner.run("models", "--json").out)
    }
    assert found["altsync-demo"]["key"] == "not needed"
    assert found["gpt-4o-mini"]["key"] == "missing"
    assert found["gpt-4o-mini"]["input"] == pytest.approx(0.15)
    assert "double-blind" not in found
    (llm_home / "keys.json").write_text('{"openai": "sk-hidden"}')
    ran = owner.run("models")
    assert "sk-hidden" not in ran.out + ran.err
    assert "genai-prices" in ran.err


def test_a_picture_of_the_owner_is_upright_and_without_metadata(
    owner: Owner, double: Double, tmp_path: Path
) -> None:
    from tests.doubles.providers.openai import picture_of

    exif = Image.Exif()
    exif[0x0112] = 6
    boxed((80, 40)).save(tmp_path / "r.jpg", exif=exif.tobytes())
    owner.run("caption", str(tmp_path / "r.jpg"), "-m", "double")
    sent = Image.open(io.BytesIO(picture_of(double.requests[0])))
    assert sent.size == (40, 80)
    assert not sent.getexif()


def test_compare_draws_asks_every_model_once_and_keeps_a_persons_words(
    mirrored: Owner, double: Double
) -> None:
    configure(mirrored, PRICES)
    before = mirrored.rows("SELECT id, alt, origin FROM images ORDER BY id")
    ran = mirrored.run(
        "compare",
        "-m",
        "double",
        "-m",
        "altsync-demo",
        "--sample",
        "3",
        "--by",
        "maria",
    )
    assert ran.out == "Comparison 1: 3 images, double, altsync-demo.\n"
    assert "6 candidates stored; cost $0.0045." in ran.err
    assert double.paid == 3
    texts = mirrored.rows(
        "SELECT c.model, k.place FROM comparison_choices k JOIN candidates c ON c.id ="
        " k.candidate_id ORDER BY k.place"
    )
    assert len(texts) == 6
    assert {model for model, _ in texts} == {"double", "altsync-demo"}
    drawn = [
        row[0] for row in mirrored.rows("SELECT DISTINCT image_id FROM candidates")
    ]
    again = mirrored.run(
        "compare",
        "-m",
        "double",
        "-m",
        "altsync-demo",
        *(w for i in drawn for w in ("--images", i)),
    )
    assert again.out.startswith("Comparison 2: 3 images")
    assert double.paid == 3, "what was paid for is compared again, not asked again"
    ran = mirrored.run("compare", "-m", "double", "--human", "--sample", "2")
    assert ran.out == "Comparison 3: 2 images, double, a person.\n"
    assert double.paid == 5
    assert mirrored.rows("SELECT id, alt, origin FROM images ORDER BY id") == before
    assert json.loads(mirrored.run("diff", "--json").out)["changes"] == [], (
        "a comparison approves nothing"
    )


def test_what_is_compared_was_asked_for_by_one_prompt_under_any_name_of_a_model(
    mirrored: Owner, double: Double, llm_home: Path
) -> None:
    (llm_home / "aliases.json").write_text('{"stand-in": "double"}')
    named = ("-m", "stand-in", "-m", "altsync-demo")
    first = mirrored.run("compare", *named, "--sample", "2")
    assert first.out == "Comparison 1: 2 images, double, altsync-demo.\n"
    assert len(re.findall(r"^Texts of .* by prompt \w+[.]$", first.err, re.M)) == 2
    [(old,)] = mirrored.rows(
        "SELECT DISTINCT prompt_id FROM candidates WHERE model = 'double'"
    )
    drawn = [row[0] for row in mirrored.rows("SELECT image_id FROM comparison_choices")]
    path = mirrored.directory / "altsync.toml"
    written = "[generate]\ninstructions = 'Be brief.'\n"
    path.write_text(path.read_text().replace("[generate]\n", written))
    images = [word for image in sorted(set(drawn)) for word in ("--images", image)]
    mirrored.run("compare", *named, *images)
    assert double.paid == 2, "what is there was asked for by one prompt already"
    [(third,)] = mirrored.rows(
        "SELECT image_id FROM image_states WHERE state = 'missing' LIMIT 1"
    )
    ran = mirrored.run("compare", *named, *images, "--images", third)
    assert "2 images with texts by an earlier prompt only: asked about again" in ran.err
    assert double.paid == 5
    prompts = mirrored.rows(
        "SELECT DISTINCT c.prompt_id FROM comparison_choices k JOIN candidates c ON c.id"
        " = k.candidate_id WHERE c.model = 'double' AND k.comparison_id = 3"
    )
    assert len(prompts) == 1
    assert prompts != [(old,)]
    [(new,)] = prompts
    two = ("--prompt", old, "--prompt", new[:6], "--sample", "9")
    ran = mirrored.run("compare", "-m", "stand-in", *two, code=2)
    assert "There is no text by stand-in to compare" in ran.err
    ran = mirrored.run("compare", "-m", "double", *two)
    assert ran.out.startswith("Comparison 4: 2 images, double (prompt ")
    assert double.paid == 5


def test_several_rules_are_named_as_the_lint_names_them(
    mirrored: Owner, double: Double
) -> None:
    assert (
        "Nothing to do: no image fits."
        in mirrored.run("generate", "-m", "double", "--rule", "cut,leak").err
    )
    assert (
        "no rule “cuts”"
        in mirrored.run("generate", "-m", "double", "--rule", "cut,cuts", code=2).err
    )
    assert "no rule “cuts”" in mirrored.run("diff", "--rule", "cuts", code=2).err


def test_cost_says_what_is_estimated(mirrored: Owner, double: Double) -> None:
    configure(mirrored, PRICES)
    double.acts = [Act.alt("A cat.", how="short"), Act.alt("A cat on a mat.")]
    ran = mirrored.run("generate", "-m", "double", "--limit", "1")
    assert "1 answer got lost on the way: the cost is estimated there" in ran.err
    said = mirrored.run("cost").out
    assert "($0.0027 of it estimated, for 1 answer that got lost on the way)" in said
    (line,) = json.loads(mirrored.run("cost", "--json").out)
    assert (line["lost"], line["estimated_usd"]) == (1, pytest.approx(0.0027))


def test_answers_that_could_not_be_stored_are_taken_in_by_any_command(
    mirrored: Owner, double: Double
) -> None:
    """Before anything is read or sent; once; and a file of another database is left."""
    database = mirrored.directory / "data" / "altsync.db"
    ((image,),) = mirrored.rows("SELECT id FROM images ORDER BY id LIMIT 1")
    with Store.open(database) as store, store.read() as conn:
        owner = spill.identity(conn)
    late = PaidAnswer(NewCandidate(image, "", "Late.", Origin.AI, cost_usd=0.25))
    Spill(database).append([late], owner)
    foreign = PaidAnswer(NewCandidate(image, "", "Foreign.", Origin.AI))
    Spill(database).append([foreign], {**owner, "url": "http://other.test"})
    first = mirrored.run("status")
    assert "1 paid answer that could not be stored at the time is in" in first.err
    assert "1 paid answer in" in first.err
    assert "http://other.test" in first.err
    assert mirrored.rows("SELECT alt, cost_usd FROM candidates") == [("Late.", 0.25)]
    again = mirrored.run("status")
    assert "at the time" not in again.err
    assert "http://other.test" in again.err
    Spill(database).path.unlink()
    assert mirrored.run("status").err == ""


def test_answers_that_cannot_be_stored_yet_end_no_other_command(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = mirrored.directory / "data" / "altsync.db"
    with Store.open(database) as store, store.read() as conn:
        owner = spill.identity(conn)
    ((image,),) = mirrored.rows("SELECT id FROM images ORDER BY id LIMIT 1")
    late = PaidAnswer(NewCandidate(image, "", "Late.", Origin.AI))
    Spill(database).append([late], owner)
    monkeypatch.setattr(_session, "LATE", 0.05)
    with held(database):
        assert "not stored yet: The database" in mirrored.run("status").err
    assert "1 paid answer that" in mirrored.run("status").err
