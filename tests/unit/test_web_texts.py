"""The catalogue of messages and the language of a request."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.web.language import lenient_lang
from api.web.texts import Texts, fill, placeholders

ZH, EN = Texts.for_lang("zh"), Texts.for_lang("en")


def test_every_key_stands_in_both_languages_with_the_same_placeholders() -> None:
    assert ZH.table.keys() == EN.table.keys()
    unequal = [
        key for key in ZH.table if placeholders(ZH.table[key]) != placeholders(EN.table[key])
    ]
    # a date names its month in English and numbers it in Chinese: the one exception, filled as one
    assert {key for key in unequal if not key.startswith("figure.date")} == set()
    assert [key for key in ZH.table if not ZH.table[key].strip()] == []
    assert [key for key in EN.table if not EN.table[key].strip()] == []


def test_a_missing_key_or_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        ZH("no.such.key")
    with pytest.raises(KeyError):
        EN("figure.date")


@given(st.text())
def test_a_value_is_never_read_as_a_text(value: str) -> None:
    assert fill("a{x}b", {"x": value}) == f"a{value}b"


def test_a_word_follows_its_number() -> None:
    assert fill("{n} {n|site|sites}", {"n": 1}) == "1 site"
    assert fill("{n} {n|site|sites}", {"n": 2}) == "2 sites"


def test_figures_are_written_in_each_language_s_habit() -> None:
    day = date(2026, 11, 28)  # a Saturday
    assert ZH.date(day) == "2026年11月28日（星期六）"
    assert EN.date(day) == "Saturday, 28 November 2026"
    assert EN.clock(datetime(2026, 11, 28, 1, 5, tzinfo=UTC)) == "09:05"
    assert [EN.duration(s) for s in (0, 20, 3600, 5100)] == ["0 min", "1 min", "1 h", "1 h 25 min"]
    assert [EN.distance(m) for m in (847, 1240)] == ["850 m", "1.2 km"]


def test_a_language_not_spoken_falls_back() -> None:
    def request(query: bytes, header: bytes) -> Request:
        headers = [(b"accept-language", header)]
        return Request({"type": "http", "query_string": query, "headers": headers})

    assert lenient_lang(request(b"lang=en", b"zh")) == "en"
    assert lenient_lang(request(b"lang=fr", b"en;q=0.5")) == "en"
    assert lenient_lang(request(b"", b"fr")) == "zh"
