"""What a cell should have held: English for machines, the reader's language on a page."""

from __future__ import annotations

import re
import string

import pytest

from api.exchanging import said_wanted
from api.web.pages.staff.sheets import SHEETS
from api.web.pages.staff.wording import Words
from api.web.texts import Texts
from geo.columns import many, number, one_of, pattern, text
from geo.wanted import WANTED, Wanted

KEPT = {"free", "unknown", "http", "https", "ftp"}
"""Values as they are typed, whatever the language."""


@pytest.mark.parametrize("rule", WANTED)
def test_every_rule_is_said_in_both_languages_with_its_values(rule: str) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(WANTED[rule]) if name]
    wanted = Wanted.of(rule, **{name: f"‹{at}›" for at, name in enumerate(names)})
    for lang in ("zh", "en"):
        said = said_wanted(wanted, Texts.for_lang(lang))  # type: ignore[arg-type]
        assert all(f"‹{at}›" in said for at in range(len(names)))
    assert isinstance(wanted, str)


def test_a_fault_is_text_for_machines_and_words_for_readers() -> None:
    zh = Texts.for_lang("zh")
    ((got, wanted),) = number(5, 600, whole=True)(4)
    assert (got, wanted) == ("4", "a whole number from 5 to 600")
    assert said_wanted(wanted, zh) == "5 到 600 之间的整数"
    assert said_wanted("something of ours", zh) == "something of ours"
    ((_, empty),) = text()("")
    assert said_wanted(empty, zh) == "不能为空"
    ((_, phone),) = pattern(r"\d+", "phone")("x")
    assert phone == WANTED["phone"]


def test_a_long_list_is_looked_at_once() -> None:
    members = [str(at) for at in range(20_000)]
    check = many(one_of(("a",), empty=True))
    assert sum(1 for _ in many(text())(members)) == 0
    assert [wanted for _, wanted in many(text())([*members, "7"])] == ["no member twice"]
    assert [wanted for _, wanted in check(["a", "a"])] == ["no member twice"]


def test_pages_say_choices_kinds_and_what_is_missing_in_their_language() -> None:
    zh = Texts.for_lang("zh")
    ((_, one),) = one_of(("museum", "village"))("temple")
    assert said_wanted(one, zh, "category") == "以下之一：博物馆、红色村庄"
    assert said_wanted(one, zh) == "以下之一：museum village"
    assert "场馆" in said_wanted(Wanted.of("published", kind="sites"), zh)
    ((few, _),) = many(text(), least=2)(["a"])
    assert (few, said_wanted(few, zh)) == ("1 in the list", "只有 1 项")
    assert said_wanted(Wanted.of("nothing"), zh) == "没有填"
    needed = said_wanted(Wanted.of("needed-by", kind="routes", id="r1"), zh)
    assert needed == "线路“r1”要用到它"


def test_no_fault_of_a_form_of_staff_holds_english_in_chinese() -> None:
    texts = Texts.for_lang("zh")
    for kind, sheet in SHEETS.items():
        words = Words(sheet, texts, {})
        body = {"id": "x", "themes": [], "sources": [{"url": "ftp"}], "stops": 1}
        for line in words.faults({k: v for k, v in body.items() if k == "id" or k in sheet.fields}):
            rest = re.sub(r"[“（][^”）]*http[^”）]*[”）]|OpenStreetMap|HH:MM", "", line)
            held = set(re.findall(r"[a-z]{3,}", rest)) - KEPT
            assert not held, (kind, line)
