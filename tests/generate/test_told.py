"""What is kept of a provider's words: no key, no address that is not for everybody, one
printable line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.generate import told

KEY = "a1b2c3d4e5f6"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Slow down.", "Slow down."),
        ("", ""),
        ("Wrong key sk-proj-abc_DEF-123.", "Wrong key [key]"),
        ("Wrong: sk-ant-api03-xyz, sorry", "Wrong: [key], sorry"),
        ("Shortened: sk-ab***********wxyz.", "Shortened: [key]"),
        ("Of another shape: abcd****wxyz.", "Of another shape: [key]"),
        ("It was AIzaSyA-1234_xyz here", "It was [key] here"),
        ("Header: Bearer abc.def-ghi was odd", "Header: Bearer [key] was odd"),
        ("The bearer token is missing", "The bearer token is missing"),
        ("api_key=hunter2", "api_key=[key]"),
        ("Incorrect API key provided: hunter22.", "Incorrect API key provided: [key]"),
        ("Check your API key: it is wrong", "Check your API key: it is wrong"),
        ('{"x-api-key": "hunter22"}', '{"x-api-key": "[key]"}'),
        ("0123456789abcdef0123456789ABCDEF is it", "[key] is it"),
        (
            "GenerateRequestsPerDayPerProjectPerModel",
            "GenerateRequestsPerDayPerProjectPerModel",
        ),
        ("My own a1b2c3d4e5f6!", "My own [key]!"),
        ("See https://host.test/docs/limits.", "See https://host.test/docs/limits."),
        ("At https://host.test/v1?key=x, no", "At [address], no"),
        ("At https://me:pw@host.test/v1 no", "At [address] no"),
        ("At http://10.0.0.7:8080/v1: no", "At [address]: no"),
        ("redis://me:pw@cache:6379/0 is down", "[address] is down"),
        ("Ask owner@host.test for it", "Ask [address] for it"),
        ("Two\nlines\tand \x1b[31mred\x1b[0m", "Two lines and [31mred [0m"),
        ("turned \u202e round \u200bhidden", "turned round hidden"),
        ("half \ud83d a pair", "half a pair"),
        ("data:image/jpeg;base64," + "QUJD" * 40, "data:image/jpeg;base64,…"),
    ],
)
def test_what_is_kept(said: str, kept: str) -> None:
    found = told.fit(said, (KEY, "", "own"[:2]))
    assert found.rstrip(".") == kept.rstrip(".")


def test_it_is_bounded_and_no_key_is_cut_in_two() -> None:
    for before in range(told.MOST - 30, told.MOST + 5):
        found = told.fit(
            "x " * (before // 2) + "sk-0123456789abcdef0123 and more " * 30
        )
        assert len(found) <= told.MOST
        assert "sk-" not in found


@given(
    st.text(max_size=200),
    st.text(st.characters(codec="ascii"), min_size=4, max_size=30),
)
def test_a_secret_is_in_nothing(said: str, secret: str) -> None:
    found = told.fit(f"{said} {secret} {said}", (secret,))
    assert secret not in found.replace(told.KEY, "").replace(told.ADDRESS, "")
    assert found.isprintable()


def test_the_secrets_of_a_model() -> None:
    class Own:
        headers = {"X-Team": "red-team", "N": 5}  # noqa: RUF012

        def get_key(self) -> str:
            return KEY

    class Keyless:
        def get_key(self) -> str:
            raise RuntimeError("no key")

    assert told.secrets_of(Own()) == (KEY, "red-team")
    assert told.secrets_of(Keyless()) == ()
    assert told.secrets_of(object()) == ()


def test_our_sentence_comes_first() -> None:
    assert told.with_reason("It failed.", "Slow.") == 'It failed. It says: "Slow."'
    assert told.with_reason("It failed.", "") == "It failed."
    assert told.with_reason("It failed.", None) == "It failed."
