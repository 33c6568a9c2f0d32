"""Tokens of a text, held against what two public tokenizers (o200k, cl100k) count."""

from __future__ import annotations

import pytest

from altsync.generate.tokens import tokens


@pytest.mark.parametrize(
    ("text", "o200k", "cl100k"),
    [
        ("Visitors may cross it on foot until ten at night.", 11, 12),
        ("Besucherinnen und Besucher dürfen sie überqueren.", 11, 13),
        ("Starý most přes řeku byl po povodni znovu postaven.", 16, 21),
        ("Посетители могут переходить его пешком.", 10, 18),
        ("המבקרים רשאים לחצות אותו ברגל", 10, 29),
        ("見学者は夜十時まで歩いて渡ることができます。", 16, 24),
        ("방문객은 열 시까지 건널 수 있습니다.", 12, 20),
    ],
)
def test_about_what_others_count(text: str, o200k: int, cl100k: int) -> None:
    assert 0.9 * o200k <= tokens(text) <= 1.35 * cl100k


def test_nothing_costs_nothing() -> None:
    assert tokens("") == 0
    assert tokens("a") == tokens("abcd") == 1
