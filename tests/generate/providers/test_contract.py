"""What altsync makes of every provider's answers, and what each is sent, through the real
plugins."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from altsync.errors import ModelStopped
from altsync.generate import ending, work
from tests.doubles.providers import situations
from tests.doubles.providers.base import Act, Provider
from tests.doubles.providers.hosting import DOUBLES, KEYS, PLUGINS, key_of
from tests.doubles.providers.playing import IMAGES, PRICE, hurry, play
from tests.doubles.providers.situations import PAID, Situation, Verdict
from tests.generate.conftest import Bench
from tests.generate.providers.conftest import Serve

Filled = Callable[[int], Bench]
KEYED = {"openai": "double-keyed"}
"""Where another model than the double's usual one has a key."""


def rows() -> Iterator[Any]:
    """Every situation; broken connections are much the same everywhere, and take time."""
    for situation in situations.ALL:
        marks = [pytest.mark.slow] if situation.lost else []
        yield pytest.param(situation, id=situation.id, marks=marks)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


def run(bench: Bench, *doubles: Provider, **how: Any) -> None:
    """Generate with their models."""
    models = tuple(double.model for double in doubles)
    bench.run(models=models, prices=dict.fromkeys(models, PRICE), **how)


class TestContract:
    """What holds for every provider."""

    @pytest.mark.parametrize("situation", [*rows()])
    def test_verdict_calls_and_money(
        self, situation: Situation, serve: Serve, filled: Filled
    ) -> None:
        double = serve(situation.provider)
        bench = filled(6 if situation.always else IMAGES)
        played = play(situation, double, bench)
        assert played.verdict is situation.verdict, played.said
        again = len(situation.acts) if situation.verdict is Verdict.GO_ON else 0
        assert played.calls == (situation.calls or 1 + again)
        assert played.seconds >= situation.after
        for words in situation.says:
            assert words in played.said

        books = played.books
        assert books.calls == played.paid, "every paid call is on record"
        assert books.lost == situation.lost
        whole = played.made * double.cost + _failed(situation, double)
        assert books.dollars - books.estimated == pytest.approx(whole)
        assert (books.estimated > 0) == (situation.lost > 0)
        if situation.verdict in (Verdict.SKIP, Verdict.STOP):
            self._again(situation, double, bench)

    def _again(self, situation: Situation, double: Provider, bench: Bench) -> None:
        """The next run asks what this one did not get, but for what is refused for good."""
        calls = double.calls
        made = len(bench.rows("SELECT id FROM candidates"))
        double.act = double.described
        model = situation.model or double.model
        images = len(bench.rows("SELECT id FROM images"))
        bench.run(models=(model,), prices={model: PRICE}, options=situation.options)
        assert double.calls - calls == images - made - situation.final

    @pytest.mark.parametrize("name", DOUBLES)
    def test_what_is_sent(self, name: str, serve: Serve, bench: Bench) -> None:
        """An upright JPEG, no longer than the side that is set; the schema; the context;
        nothing of the original."""
        double = serve(name)
        bench.add(1, pixels=_turned(900, 600), title="Hay in the upper meadow")
        bench.pull()
        run(bench, double, side=512)
        (body,) = double.requests
        jpeg = double.picture(body)
        with Image.open(io.BytesIO(jpeg)) as sent:
            assert (sent.format, sent.size) == ("JPEG", (341, 512))
            assert not sent.getexif()
            top, bottom = sent.getpixel((170, 20)), sent.getpixel((170, 490))
        assert (_reddish(top), _reddish(bottom)) == (True, False), "upright"
        assert "Hay in the upper meadow" in double.words(body)
        assert {"decision", "alt"} <= set(double.schema(body)["properties"])
        rows = bench.rows(
            "SELECT input_tokens, output_tokens, cost_usd FROM candidates"
        )
        assert rows == [(1000, 50, pytest.approx(double.cost))]

    @pytest.mark.parametrize("name", DOUBLES)
    def test_a_key_goes_to_its_own_host_and_nowhere_else(
        self, name: str, serve: Serve, filled: Filled, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not even where the provider says it back."""
        double = serve(name)
        for other, variable in KEYS.items():
            monkeypatch.setenv(variable, key_of(other))
        own = key_of("stubco" if name == "openai" else name)
        model = KEYED.get(name, double.model)
        bench = filled(2)
        said = f"Not the right one: {own}. Ask with another than {own} again."
        double.acts = [
            Act.alt("A grey cat on a red roof."),
            Act.status(401, kind="authentication_error", message=said),
        ]
        with pytest.raises(ModelStopped) as stopped:
            bench.run(models=(model,), prices={model: PRICE})
        sent = [" ".join([*headers.values()]) for headers in double.headers]
        assert len(sent) == 2
        assert all(own in values for values in sent)
        foreign = [key_of(other) for other in KEYS if key_of(other) != own]
        assert not [key for key in foreign if key in f"{sent}{double.paths}"]
        assert own not in str(stopped.value)
        bench.store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for file in bench.store.path.parent.rglob("altsync*"):
            if file.is_file():
                assert own.encode() not in file.read_bytes()

    @pytest.mark.parametrize("name", PLUGINS)
    def test_no_key_is_a_sentence_with_the_variable(
        self, name: str, serve: Serve, filled: Filled, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if name == "ollama":
            pytest.skip("Ollama here wants no key")
        double = serve(name)
        monkeypatch.delenv(KEYS[name])
        with pytest.raises(ModelStopped) as stopped:
            run(filled(1), double)
        assert double.calls == 0
        said = str(stopped.value)
        assert "altsync keys set" in said or "llm knows no model" in said

    @pytest.mark.parametrize("name", DOUBLES)
    def test_a_host_that_is_gone(
        self, name: str, serve: Serve, filled: Filled, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nothing was paid, nothing is final."""
        monkeypatch.setattr(work, "TRIES", 1)
        monkeypatch.setattr(ending, "IN_A_ROW", 2)
        double = serve(name)
        bench = filled(3)
        double.act = lambda body: _leave(double)
        with pytest.raises(ModelStopped) as stopped:
            run(bench, double)
        assert bench.rows(
            "SELECT count(*) FROM failures WHERE work_key IS NOT NULL"
        ) == [(0,)]
        if name == "ollama":
            assert f"is Ollama running at {double.base}?" in str(stopped.value)

    @pytest.mark.parametrize("name", DOUBLES)
    def test_a_redirect_takes_no_key_to_another_host(
        self, name: str, serve: Serve, filled: Filled
    ) -> None:
        """And what the other host says is no answer of this provider's."""
        double = serve(name)
        model = KEYED.get(name, double.model)
        own = key_of("stubco" if name == "openai" else name)
        with DOUBLES[name]() as other:

            def elsewhere(body: dict[str, Any]) -> Act:
                place = other.host + double.paths[-1]
                return Act(code=307, headers={"Location": place}, raw=b"{}")

            double.act = elsewhere
            with pytest.raises(
                ModelStopped, match="sends its callers to another address"
            ):
                filled(2).run(models=(model,), prices={model: PRICE})
            assert (double.calls, other.calls) == (1, 0)
            assert own in str(double.headers)
            assert own not in f"{other.headers}{other.paths}{other.requests}"

    def test_ollama_that_is_not_running_at_the_start(
        self, serve: Serve, filled: Filled, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its host is named, without the login that may stand in it."""
        double = serve("ollama")
        host = double.host.replace("http://", "")
        double.__exit__()
        monkeypatch.setenv("OLLAMA_HOST", f"http://me:hunter2@{host}")
        with pytest.raises(ModelStopped) as stopped:
            run(filled(1), double)
        assert f"is Ollama running at http://{host}?" in str(stopped.value)


def _failed(situation: Situation, double: Provider) -> float:
    """Dollars for what was answered without a text."""
    if situation.tokens == PAID:
        return double.cost
    into, out = situation.tokens
    return (into * PRICE["input"] + out * PRICE["output"]) / 1_000_000


def _leave(double: Provider) -> Act:
    """The server ends before it answers."""
    double._server.server_close()
    double._server.shutdown()
    return Act(how="reset")


def _turned(width: int, height: int) -> bytes:
    """A picture that lies on its side, and whose EXIF says so: its left half, which is
    red, is the top."""
    picture = Image.new("RGB", (width, height), (20, 60, 160))
    picture.paste((200, 30, 20), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _reddish(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    red, _, blue = pixel[:3]
    return bool(red > blue)
