"""A name in another spelling or case."""

from __future__ import annotations

import pytest

from altsync.lint.vouching import Vouching, bare, spellings


@pytest.mark.parametrize(
    ("known", "language", "name", "there"),
    [
        ("A day in Orléans", "", "Orleans", True),
        ("Frau Müller", "", "Mueller", True),
        ("mueller.jpg", "", "Müller", True),
        ("Aalborg", "da", "Ålborg", True),
        ("Łódź", "pl", "Lodz", True),
        ("The Vespa", "", "Vespas", True),
        ("The vest", "", "Vesp", False),
        ("Italian", "", "Ian", False),
        ("Ian’s boat", "", "Ian", True),
        ("Jan Nowak", "pl", "Nowakiem", True),
        ("Jan Nowak", "", "Nowakiem", False),
        ("Jan Nowak", "xx", "Nowakiem", False),
        ("Marek", "pl", "Marka", True),
        ("Marek", "pl", "Marty", False),
        ("Lahti", "fi", "Lahdessa", True),
        ("", "fi", "Lahdessa", False),
        ("Αθήνα", "el", "Αθήνας", True),
    ],
)
def test_a_name_is_known(known: str, language: str, name: str, there: bool) -> None:
    assert Vouching(known, language).has(name) is there


def test_accents_are_no_letters() -> None:
    assert bare("Ærø, STRAẞE und Ísland") == "aero, strasse und island"
    assert spellings("Kölner") == {"kolner", "koelner"}
