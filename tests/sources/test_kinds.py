"""The table of sources: one entry and a module make a source, for the file, for the
command and for the library."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from altsync.cli import main
from altsync.config import Config, load, parse
from altsync.errors import ConfigError, Unreachable, UsageError
from altsync.sources import find_site, open_source
from altsync.sources.base import FoundSite, Hints, Note
from altsync.sources.kinds import (
    KINDS,
    AlbumConfig,
    JsonapiConfig,
    Kind,
    LabelField,
    SourceConfig,
    read_otherwise,
    reading,
)
from altsync.sources.memory import MemorySource


@dataclass(frozen=True, slots=True)
class FilesConfig(SourceConfig):
    """[files]: a kind that only this test knows."""

    folder: str = "."


class FilesSource(MemorySource):
    kind = "files"

    def __init__(self, folder: str, workers: int) -> None:
        super().__init__()
        self.folder, self.workers = folder, workers


def open_files(config: Config, *, workers: int) -> FilesSource:
    return FilesSource(config.table(FilesConfig).folder, workers)


def probe_files(hints: Hints) -> FoundSite | str:
    if "files" not in hints.url and not hints.insist:
        return f"{hints.url} holds no files."
    toml = f'[site]\nurl = "{hints.url}"\nsource = "files"\n[files]\nfolder = "here"\n'
    return FoundSite(toml, [Note(True, "It holds files.")])


@pytest.fixture
def one_more(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kind]:
    """A kind of source is added: its module, and one entry in the table."""
    module = types.ModuleType("files_source")
    module.__dict__.update(open_files=open_files, probe_files=probe_files)
    monkeypatch.setitem(sys.modules, "files_source", module)
    before = dict(KINDS)
    kind = Kind(FilesConfig, "files_source:open_files", "files_source:probe_files")
    KINDS["files"] = kind
    yield kind
    KINDS.clear()
    KINDS.update(before)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_opens_and_bears_its_name(name: str) -> None:
    config = parse(
        f'[site]\nurl = "http://127.0.0.1:9"\nsource = "{name}"\n'
        '[jsonapi]\nlogin = "none"\n[album]\ninventory = "list.txt"\n'
    )
    source = open_source(config, workers=1)
    assert source.kind == name
    source.close()


def test_a_new_kind_is_known_to_the_file_and_opened(one_more: Kind) -> None:
    config = parse(
        '[site]\nurl = "http://files.test"\nsource = "files"\nworkers = 3\n'
        '[files]\nfolder = "there"\nlabel = { field = "by", ai = 0, human = 1 }\n'
    )
    assert config.label == LabelField("by", 0, 1)
    source = open_source(config)
    assert isinstance(source, FilesSource)
    assert (source.folder, source.workers) == ("there", 3)


def test_a_table_of_its_own_is_checked_as_the_others_are(one_more: Kind) -> None:
    site = '[site]\nurl = "http://files.test"\n'
    with pytest.raises(ConfigError, match=r"`files\.folder` must be a text, not 3"):
        parse(f"{site}[files]\nfolder = 3\n")
    with pytest.raises(ConfigError, match=r"Did you mean `files\.folder`"):
        parse(f"{site}[files]\nfoldr = 'x'\n")


def test_without_the_entry_nobody_knows_it() -> None:
    site = '[site]\nurl = "http://files.test"\n'
    with pytest.raises(ConfigError, match=f"one of {', '.join(KINDS)}"):
        parse(f'{site}source = "files"\n')
    with pytest.raises(ConfigError, match="`files` is not a key"):
        parse(f"{site}[files]\n")


def test_a_kind_without_a_table_has_none() -> None:
    with pytest.raises(ConfigError, match="`memory` is not a key"):
        parse('[site]\nurl = "http://x.test"\nsource = "memory"\n[memory]\n')


def test_the_table_of_a_kind_that_is_not_in_use_is_kept() -> None:
    config = parse('[site]\nurl = "http://x.test"\n[jsonapi]\nuser = "me"\n')
    assert config.table(AlbumConfig) == AlbumConfig()
    assert config.label is None
    assert list(config.sources) == ["jsonapi"]


def test_init_asks_a_new_kind_and_writes_its_file(
    one_more: Kind,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["init", "files.test"])
    said = capsys.readouterr().out
    assert said == "  ok  It holds files.\nWrote altsync.toml for https://files.test.\n"
    assert load().table(FilesConfig).folder == "here"


def test_what_one_kind_does_not_take_the_next_is_asked(one_more: Kind) -> None:
    told: list[str] = []
    with pytest.raises(Unreachable):
        find_site(Hints("http://127.0.0.1:9"), tell=told.append)
    assert told == ["http://127.0.0.1:9 speaks no files. Trying jsonapi next."]


def test_what_no_kind_takes_is_said(one_more: Kind) -> None:
    for name in ("album", "jsonapi", "memory"):
        del KINDS[name]
    with pytest.raises(UsageError, match=r"holds no files\. Nothing was written\."):
        find_site(Hints("http://x.test"), tell=lambda _: None)
    assert find_site(Hints("http://x.test"), kind="files", tell=lambda _: None).looked


@pytest.mark.parametrize(
    ("image", "path"),
    [
        ("media--image.field_media_image/10.en.10", "/media/10/edit"),
        ("node--article.body/7.nl.img.x", "/node/7/edit"),
        ("paragraph--picture.field_image/3.en.4", None),
        ("node--article.body/e915d62c-69b1.nl.4", None),
    ],
)
def test_where_a_person_edits_an_image(image: str, path: str | None) -> None:
    assert KINDS["jsonapi"].config().edit_path(image) == path
    assert KINDS["album"].config().edit_path(image) is None


def test_a_reading_tells_which_setting_changed_and_nothing_of_what_it_says() -> None:
    one = reading(JsonapiConfig(user="editor", fields=("a", "b")))
    assert read_otherwise(one, one) == []
    assert "editor" not in one
    other = reading(JsonapiConfig(user="anna", label=LabelField("by", 0, 1)))
    assert read_otherwise(one, other) == ["label", "fields", "user"]
    assert read_otherwise(one, reading(JsonapiConfig(user="editor", header="X"))) == [
        "fields"
    ]
    album = reading(AlbumConfig(inventory=("a",)))
    assert album == reading(AlbumConfig(pixels="there", guard=False)), (
        "read all the same"
    )
    assert read_otherwise(album, "label=0 more=1") == ["label", "more"]


def test_what_the_table_does_not_name_is_left_out() -> None:
    text, field = "node--article.body", "node--article.field_image"
    every = JsonapiConfig(fields=(field,))
    some = JsonapiConfig(fields=(field,), texts=(text,), languages=("en",))
    assert every.leaves_out("media--image.field_image", None)
    assert not every.leaves_out(field, "de")
    assert not every.leaves_out("node--page.body", "de", in_text=True)
    assert not some.leaves_out(text, "en", in_text=True)
    assert not some.leaves_out(field, None)
    assert some.leaves_out("node--page.body", "en", in_text=True)
    assert some.leaves_out(field, "de")


def test_where_nobody_knows_the_form_there_is_no_address_of_one() -> None:
    assert SourceConfig().edit_path("a/1") is None
    assert not SourceConfig().leaves_out("a", None)
