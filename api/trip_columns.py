"""What the columns of a sheet of schools may be called, in Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from geo.messages import Lang

from .trip_told import label_of
from .web.texts import HAN, LANGS, Texts

COLUMNS = (
    *("school", "near", "at", "date", "stage", "group", "classes", "pupils", "total", "adults"),
    *("depart", "back_by", "transport", "stops", "theme", "route", "lunch", "wheelchair"),
    *("walk_limit_m", "break_every_min", "lunch_from", "lunch_to", "lunch_min"),
    *("capacity", "order", "days"),
    *("lodging_near", "lodging", "lodging_name", "start_near", "start", "start_name"),
    *("title", "ask", "langs", "paper", "omit"),
)
"""What a sheet may say: the parameters of an address, places by name, the pupils of all classes."""

SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "school": "学校 校名 学校名称 单位 单位名称 name of school|school name",
        "near": "学校位置 位置 学校地址 地址 学校附近 附近 所在地 所在镇街 place|location|address",
        "at": "坐标 经纬度 学校坐标 学校经纬度 coordinates|position|lon lat|longitude latitude",
        "date": "日期 出行日期 活动日期 研学日期 出发日期 参观日期 day|trip date|date of trip",
        "stage": "学段 年级 年段 grade|stage|school stage|level|year|year group",
        "group": "班级 年级班级 班 class|group|class name",
        "classes": "班数 班级数 班级数量 几个班 number of classes|no of classes",
        "pupils": (
            "人数 学生数 学生人数 学生 每班人数 每班学生数 每班学生人数 "
            "students|number of pupils|number of students|headcount|students per class"
        ),
        "total": "总人数 学生总数 学生总人数 年级人数 total pupils|total students|all pupils",
        "adults": (
            "成人 成人数 教师 老师 教师数 教师人数 带队教师 随行教师 每班教师数 "
            "teachers|number of adults|number of teachers|staff"
        ),
        "depart": "出发 出发时间 离校时间 开始时间 departure|departure time|leave|start time",
        "back_by": (
            "返回 返回时间 返校 返校时间 回校时间 结束时间 return|return time|back|back at|end time"
        ),
        "transport": "交通 交通方式 出行方式 交通工具 车辆 travel|travel by|by",
        "stops": (
            "景点 场馆 地点 参观点 参观地点 参观场馆 研学点 目的地 站点 去哪里 "
            "sites|sights|places|places to visit|destination|destinations|attractions"
        ),
        "theme": "主题 研学主题 topic|subject",
        "route": "线路 路线 研学线路",
        "lunch": "午餐 午饭 用餐 中餐 meal|meals",
        "wheelchair": "轮椅 轮椅使用者 无障碍 accessibility|wheelchair user",
        "walk_limit_m": "步行上限 步行限制 步行距离 最多步行 walking limit|most walking",
        "break_every_min": "如厕间隔 休息间隔 厕所间隔 toilet every|toilets every|break every",
        "lunch_from": "午餐开始 午饭开始 lunch from|lunch not before",
        "lunch_to": "午餐不晚于 午饭不晚于 lunch no later than|lunch not after",
        "lunch_min": "用餐时长 午饭时长 午餐分钟 lunch minutes|length of lunch",
        "capacity": "容量 场馆容量 同时人数 site capacity",
        "order": "顺序 参观顺序",
        "days": "天数 几天 number of days",
        "lodging_near": "住宿 住宿地点 住宿地 酒店 hotel|lodging|overnight at",
        "start_near": "集合点 集合地点 集合地 上车地点 meeting point|meet at|start",
        "title": "标题 活动名称 课程名称 手册名称 trip name|name of trip|course",
        "ask": "问题 题目 自选题目 own questions|questions",
        "langs": "手册语言 语种 pack language|languages",
        "paper": "纸型 paper size",
        "omit": "不打印 省略部分 leave out",
    }
)
"""Usual headings: Chinese ones with blanks between, English ones with bars."""

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_NOISE = re.compile(r"[\s_*:;,.、。/\\\-—“”\"'|]")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of the sheet, and what it was understood as: one of `COLUMNS`, or empty."""

    heading: str
    name: str


def columns_of(headings: Sequence[str]) -> tuple[Column, ...]:
    """Return what each heading means; of two that mean the same the second means nothing."""
    known, taken, found = spellings(), set[str](), []
    for heading in headings:
        name = known.get(plain(heading), "")
        found.append(Column(heading, "" if name in taken else name))
        taken.add(name)
    return tuple(found)


def lang_of(headings: Sequence[str]) -> Lang:
    """Return the language a sheet is written in."""
    return "zh" if HAN.search("".join(headings)) else "en"


@cache
def spellings() -> Mapping[str, str]:
    """Return the column of every heading that is understood, in its plain form."""
    known = {plain(name): name for name in COLUMNS}
    for lang in LANGS:
        texts = Texts.for_lang(lang)
        for name in COLUMNS:
            known.setdefault(plain(label_of(name, texts)), name)
    for name, words in SPELLINGS.items():
        for word in _words(words):
            # A usual heading wins over a label of the form that says the same of another field.
            known[plain(word)] = name
    return MappingProxyType(known)


def _words(text: str) -> list[str]:
    chinese = [word for word in text.split() if HAN.search(word)]
    english = " ".join(word for word in text.split() if not HAN.search(word))
    return [*chinese, *filter(None, english.split("|"))]


def plain(heading: str) -> str:
    """Return a heading without case, width, units in brackets and punctuation."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return _NOISE.sub("", _BRACKETS.sub("", text)) or _NOISE.sub("", text)
