"""altsync.toml: what it may say, and what is said of what it may not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from altsync import config
from altsync.errors import ConfigError
from altsync.models import Banned
from altsync.sources.kinds import AlbumConfig, LabelField

SITE = '[site]\nurl = "https://example.org"\n'


def test_the_example_loads() -> None:
    found = config.load(Path(__file__).parent.parent / "altsync.toml")
    assert found.table(AlbumConfig).label == LabelField("verified", 0, 1)
    assert found.database == Path(__file__).parent.parent / "data" / "altsync.db"
    assert found.llm_log.name == "llm.db"
    assert found.label == found.table(AlbumConfig).label


def test_numbers_and_lists_are_taken_as_meant() -> None:
    found = config.parse(SITE + 'timeout = 3\n[album]\ninventory = "one.txt"\n')
    assert (found.site.timeout, found.table(AlbumConfig).inventory) == (
        3.0,
        ("one.txt",),
    )


def test_a_word_is_one_of_those_that_are_known() -> None:
    assert config.parse(SITE + '[run]\npush = "approved"\n').run.push == "approved"


def test_words_of_the_house_may_have_a_better_one() -> None:
    text = SITE + "[lint]\nbanned = [{ word = 'lad', better = 'boy' }, { word = 'so' }]"
    assert config.parse(text).lint.banned == (Banned("lad", "boy"), Banned("so"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "`site` is missing"),
        (
            SITE + '[review]\nactors = ["anna", "sample:1"]\n',
            "`review.actors[2]` must be another: verdicts of altsync itself bear that",
        ),
        ("[site]\n", "`site.url` is missing"),
        (SITE + "workers = 0\n", "site.workers must be from 1 to 256, not 0"),
        (
            SITE + 'workers = "8"\n',
            '`site.workers` must be a whole number, not the text "8"',
        ),
        (SITE + "[run]\nbudget = 0\n", "`run.budget` must be more than 0"),
        (
            SITE + "[run]\nbudget = inf\n",
            "`run.budget` must be more than 0, and a bound",
        ),
        (SITE + "[run]\nlimit = -1\n", "`run.limit` must be more than 0"),
        (SITE + "[run]\nlimit = 1.5\n", "`run.limit` must be a whole number, not 1.5"),
        (
            SITE + '[run]\npush = "all"\n',
            '`run.push` must be one of "", approved, not the text "all"',
        ),
        (SITE + "workers = true\n", "`site.workers` must be a whole number, not true"),
        (
            SITE + 'source = "drupal"\n',
            "`site.source` must be one of album, jsonapi, memory",
        ),
        (SITE + 'databse = "x"\n', "Did you mean `site.database`?"),
        (
            SITE + "[album]\ninventory = [1]\n",
            "`album.inventory` must be a list of texts",
        ),
        (SITE + "[album]\nlabel = 3\n", "`album.label` must be a table"),
        (
            SITE + '[album]\nlabel = { field = "v", ai = 0 }\n',
            "`album.label.human` is missing",
        ),
        (
            SITE + '[album]\nlabel = { field = "v", ai = true, human = 1 }\n',
            "a whole number or a text, not true",
        ),
        (
            SITE + '[jsonapi]\ntexts = "true"\n',
            '`jsonapi.texts` must be true or false or a list of texts, not the text "true"',
        ),
        (
            SITE + "[jsonapi]\ntexts = [true]\n",
            "`jsonapi.texts` must be a list of texts, not [True]",
        ),
        (
            SITE + "[jsonapi]\ntexts_external = 1\n",
            "`jsonapi.texts_external` must be true or false, not 1",
        ),
        (
            SITE + '[lint]\nbanned = { a = "b" }\n',
            "`lint.banned` must be a list of tables, not {'a': 'b'}",
        ),
        (
            SITE + '[lint]\nbanned = [{ word = "lad" }, "lass"]\n',
            '`lint.banned[2]` must be a table, not the text "lass"',
        ),
        (
            SITE + '[lint]\nbanned = [{ better = "boy" }]\n',
            "`lint.banned[1].word` is missing",
        ),
        (
            SITE + '[lint]\nbanned = [{ word = "lad", beter = "boy" }]\n',
            "Did you mean `lint.banned[1].better`?",
        ),
        (
            SITE + '[lint]\nbanned = [{ word = "!" }]\n',
            '`lint.banned[1].word` must be a word, not the text "!"',
        ),
        (
            SITE + '[generate]\nmodel = "m"\nreference = "m"\n',
            "`generate.reference` must be another model than those that it is compared"
            ' with, not the text "m"',
        ),
        (SITE + "[xyz]\n", "`xyz` is not a key that altsync knows. Known: site, album"),
        ("[site\n", "line 1"),
    ],
)
def test_what_it_may_not_say(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        config.parse(text)
    assert sentence in str(error.value)
    assert "altsync.toml" in str(error.value)


def test_it_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="altsync init"):
        config.load()
    (tmp_path / "other.toml").write_text(SITE)
    monkeypatch.setenv("ALTSYNC_CONFIG", "other.toml")
    assert config.load().path == Path("other.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"bad\.toml cannot be read"):
        config.load("bad.toml")


def test_a_secret_comes_from_the_environment_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path))
    assert config.secret("ALTSYNC_TOKEN", "altsync") is None
    (tmp_path / "keys.json").write_text(
        json.dumps({"altsync": "stored", "// Note": "x", "empty": " "})
    )
    assert config.secret("ALTSYNC_TOKEN", "altsync") == "stored"
    assert config.secret("ALTSYNC_TOKEN", "empty") is None
    monkeypatch.setenv("ALTSYNC_TOKEN", " given \n")
    assert config.secret("ALTSYNC_TOKEN", "altsync") == "given"


def test_llms_own_place_for_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    import llm

    monkeypatch.delenv("LLM_USER_PATH")
    monkeypatch.setattr(
        "altsync.config.Path.read_text",
        lambda self, *a: json.dumps({"altsync": str(self)}),
    )
    assert config.secret("NO_SUCH", "altsync") == str(llm.user_dir() / "keys.json")  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HTTPS://Example.org:443/", "https://example.org"),
        ("localhost:8080/", "http://localhost:8080"),
        ("example.org", "https://example.org"),
    ],
)
def test_the_address_of_the_site_is_read_as_it_is_meant(
    written: str, meant: str
) -> None:
    assert config.parse(f'[site]\nurl = "{written}"\n').site.url == meant
