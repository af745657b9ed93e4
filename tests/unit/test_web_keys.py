"""Every key said is in the catalogue of messages, and every key there is said somewhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from api.web.pages.staff.sheets import SHEETS
from api.web.texts import Texts

ROOT = Path(__file__).resolve().parents[2]
KEYS = Texts.for_lang("zh").table.keys()
SPOKEN = re.compile(r"\.(?:py|html|js)$")
CALLED = re.compile(
    r"""\b(?:t|texts|messages|say|self)\(\s*f?["']([a-z][\w-]*(?:\.[\w-]+)+)["'](?!\s*[~+])"""
)
LITERAL = re.compile(r"""["']([a-z][\w-]*(?:\.[\w-]+)+)["']""")
# A key completed when running: f"notice.{code}", "page.nav." ~ name, word("category", …).
BEGUN = re.compile(r"""f["']([a-z][\w.-]*\.(?:[\w-]*-)?)\{|["']([a-z][\w.-]*[.-])["']\s*[~+]""")
WORD = re.compile(r"""\bword\(\s*["']([a-z][\w.]*)["']""")


@cache
def spoken() -> str:
    """Return every source file of ours that can say a text."""
    files = [
        file
        for package in ("geo", "maps", "api", "routes_data")
        for file in sorted((ROOT / package).rglob("*"))
        if SPOKEN.search(file.name)
    ]
    return "\n".join(file.read_text("utf-8") for file in files)


def beginnings() -> set[str]:
    """Return how keys that are completed when running begin."""
    found = {one or other for one, other in BEGUN.findall(spoken())}
    chosen = {field.group for sheet in SHEETS.values() for field in sheet.fields.values()} - {""}
    return found | {f"{group}." for group in {*WORD.findall(spoken()), *chosen}}


def test_every_key_that_is_said_is_in_the_catalogue() -> None:
    said = {key for key in CALLED.findall(spoken()) if not key.endswith((".py", ".js", ".html"))}
    assert len(said) > 100
    assert sorted(said - KEYS) == []


def test_every_beginning_of_a_key_leads_to_one() -> None:
    groups = {f"{group}." for group in WORD.findall(spoken())}
    assert groups
    assert [
        group for group in sorted(groups) if not any(key.startswith(group) for key in KEYS)
    ] == []


def test_every_key_of_the_catalogue_is_said() -> None:
    literal = set(LITERAL.findall(spoken()))
    begun = tuple(beginnings())
    unused = [key for key in KEYS if key not in literal and not key.startswith(begun)]
    assert unused == []


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff}][,:;?!(](?! )|[,:;?!)][\u4e00-\u9fff]")


def test_chinese_has_its_own_punctuation() -> None:
    table = Texts.for_lang("zh").table
    assert {key: text for key, text in table.items() if HALF_WIDTH.search(text)} == {}
