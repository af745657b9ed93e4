"""How the cells of a sheet are written by people: dates, times, numbers, words of a list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from geo.errors import InvalidParameterError, not_one_of
from geo.schema import THEMES
from geo.trip import STAGES
from maps.pack.model import PARTS

from .web.texts import LANGS, Texts

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_SOLID_DATE = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_AFTER_DATE = re.compile(
    r"[\s,(]*(周|星期|礼拜)[一二三四五六日天][\s)]*$|\s+0?0:00(:00)?$|\s*,?\s*\w*day$"
)
_ENGLISH_DATES = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_SERIAL = range(40_000, 80_000)
"""Days since 1899-12-30, as a spreadsheet counts them, of the years that make sense here."""
_CLOCK = re.compile(r"(\d{1,2})\s*(?::|点|时|h)\s*(\d{1,2})?\s*(?::\d{2}|分)?|(\d{1,2})点(半)")
_HALF = re.compile(r"(\d{1,2})\s*点半")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(公里|千米|km|小时|h|hours?)?\s*\D{0,12}")
_FACTORS = {"公里": 1000, "千米": 1000, "km": 1000, "小时": 60, "h": 60, "hour": 60, "hours": 60}
_SMALL = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
_NOON = 12

YEARS: Mapping[str, str] = MappingProxyType(
    {
        "university": r"大学|大[一二三四]|高校|高职|研究生|universit|college",
        "senior": r"高中|高[一二三123]|职高|中专|YEAR 1[012]\b|senior|high school",
        "junior": r"初中|初[一二三123]|[七八九789]年级|YEAR [789]\b|junior|middle school",
        "primary_upper": r"小学高|小学4|高年级|[四五六456]年级|YEAR [456]\b|upper primary",
        "primary_lower": r"小学低|小学1|低年级|[一二三123]年级|YEAR [123]\b|lower primary",
    }
)
"""What a stage is written as; 高中一年级 is read before 一年级."""
YEAR = r"(?:grade|year|g)\s*"
"""What `YEAR` stands for in them: Grade 7, Year 7, G7."""
PRIMARY = re.compile(r"小学|primary|elementary", re.IGNORECASE)
"""A primary school without its years: planned with the stricter limits, and said so."""

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "transport": {
            "coach": "大巴 大巴车 大客车 客车 校车 包车 乘车 汽车 bus coach",
            "walk": "步行 徒步 走路 走 walk walking foot onfoot",
        },
        "lunch": {
            "packed": "自带 自备 带饭 packed packedlunch own",
            "booked": "订餐 统一订餐 团餐 餐厅 食堂 盒饭 booked",
            "none": "无 不安排 不需要 不 否 没有 none no",
        },
        "wheelchair": {
            "true": "是 有 需要 对 y yes true 1 √ ✓ x",
            "false": "否 无 没有 不需要 不 n no false 0 -",
        },
        "order": {"best": "最省时 自动 best", "given": "按顺序 按所列顺序 固定 given aslisted"},
        "langs": {
            "zh": "中文 汉语 中 chinese zh",
            "en": "英文 英语 英 english en",
            "both": "中英 双语 中英文 中英双语 both bilingual",
        },
        "paper": {"a4": "a4", "a5": "a5", "booklet": "小册子 骑马订 booklet a5booklet"},
    }
)


def read_date(name: str, text: str) -> str:
    """Return a date as 2026-12-02."""
    whole = plain(text)
    if whole.isdigit() and int(whole) in _SERIAL:
        return (date(1899, 12, 30) + timedelta(days=int(whole))).isoformat()
    bare = _AFTER_DATE.sub("", whole).strip()
    match = _DATE.fullmatch(bare) or _SOLID_DATE.fullmatch(bare)
    try:
        if match:
            return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        match = None
    for form in _ENGLISH_DATES:
        try:
            return datetime.strptime(bare.replace(",", ""), form).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    raise InvalidParameterError(name, text, "a date such as 2026-12-02", rule="sheet_date")


def read_clock(name: str, text: str) -> str:
    """Return a time of day as 16:30."""
    whole = plain(text).casefold()
    later = bool(re.search(r"下午|傍晚|pm|p\.m\.", whole))
    bare = re.sub(r"上午|下午|早上|中午|傍晚|[ap]\.?m\.?|前$", "", whole).strip()
    hour, minute = -1, 0
    if re.fullmatch(r"0?\.\d+", bare):
        # A spreadsheet's time without its format: a part of the day.
        hour, minute = divmod(round(float(bare) * 24 * 60), 60)
    elif half := _HALF.fullmatch(bare):
        hour, minute = int(half[1]), 30
    elif match := _CLOCK.fullmatch(bare):
        hour, minute = int(match[1]), int(match[2] or 0)
    hour += _NOON * (later and 0 < hour < _NOON)
    if not (0 <= hour < 24 and 0 <= minute < 60):  # noqa: PLR2004 - of a clock
        raise InvalidParameterError(name, text, "a time such as 16:30", rule="clock_time")
    return f"{hour:02d}:{minute:02d}"


def read_number(name: str, text: str) -> str:
    """Return a whole number, its unit taken off: 45人, ６个班, 两天, 1.5公里."""
    whole = plain(text).casefold().replace(",", "")
    if whole[:1] in _SMALL and len(whole) <= 3:  # noqa: PLR2004 - 两天, 六个班
        whole = f"{_SMALL[whole[0]]}{whole[1:]}"
    match = _NUMBER.fullmatch(whole)
    value = float(match[1]) * _FACTORS.get(match[2] or "", 1) if match else 0.5
    if not value.is_integer():
        raise InvalidParameterError(name, text, "a whole number", rule="whole_number")
    return str(int(value))


def read_stage(name: str, text: str) -> str:
    """Return the stage of a school or year: 小学高年级, 初二（3）班, Grade 7."""
    whole = plain(text)
    for stage in STAGES:
        if whole.casefold() == stage or whole in _labels(name, stage):
            return stage
    if found := _years(whole):
        return found
    if PRIMARY.search(whole):
        return "primary_lower"
    raise not_one_of(name, text, STAGES)


def says_only_primary(text: str) -> bool:
    """Return whether a stage was written as a primary school and no more."""
    whole = plain(text)
    return not _years(whole) and whole.casefold() not in STAGES and bool(PRIMARY.search(whole))


def _years(whole: str) -> str:
    """Return the stage that a year or kind of school belongs to, empty where none is said."""
    found = (
        stage
        for stage, pattern in YEARS.items()
        if re.search(pattern.replace("YEAR ", YEAR), whole, re.IGNORECASE)
    )
    return next(found, "")


def read_word(name: str, text: str) -> str:
    """Return which of the few values of a column a word means."""
    wanted = _solid(text)
    for value, words in WORDS[name].items():
        said = (value, *words.split(), *_labels(name, value))
        if wanted in map(_solid, said):
            return value
    raise not_one_of(name, text, WORDS[name])


def read_theme(name: str, text: str) -> str:
    """Return the theme that a word of either language means."""
    return _of_group(name, "theme", text, sorted(THEMES))


def read_parts(name: str, text: str) -> str:
    """Return the parts of the pack that words of either language mean, with commas."""
    parts = [part for part in re.split(r"[,;，；、\n]", text) if part.strip()]
    return ",".join(_of_group(name, "pack.part", part, PARTS) for part in parts)


def _of_group(name: str, group: str, text: str, allowed: tuple[str, ...] | list[str]) -> str:
    wanted = _solid(text)
    for value in allowed:
        said = (value, *(Texts.for_lang(lang).word(group, value) for lang in LANGS))
        if wanted in map(_solid, said):
            return value
    raise not_one_of(name, text.strip(), allowed)


def _labels(name: str, value: str) -> tuple[str, ...]:
    return tuple(plain(Texts.for_lang(lang).word(f"trip.{name}", value)) for lang in LANGS)


def plain(text: str) -> str:
    """Return a cell with widths folded and blanks at its ends taken off."""
    return unicodedata.normalize("NFKC", text).strip()


def _solid(text: str) -> str:
    return re.sub(r"[\s·—\-]", "", plain(text).casefold()) or plain(text)


Reader = Callable[[str, str], str]
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "date": read_date,
        **dict.fromkeys(("depart", "back_by", "lunch_from", "lunch_to"), read_clock),
        **dict.fromkeys(("days", "classes", "pupils", "total", "adults"), read_number),
        **dict.fromkeys(("walk_limit_m", "break_every_min", "lunch_min", "capacity"), read_number),
        **dict.fromkeys(WORDS, read_word),
        "stage": read_stage,
        "theme": read_theme,
        "omit": read_parts,
    }
)
"""How the cells of a column are read; others are taken as they stand, or name a place."""
