"""Which column of a file fills which column of a record: guessed from its heading, then chosen."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from geo.errors import not_one_of
from routes_data.kinds import kind_of

from .errors import ImportFileError
from .spellings import OTHERS, SHARED
from .subjects import SITES, SUBJECTS, subject_of

POSITION = "position"
"""Longitude and latitude in one cell, in either order."""
REVISION = "revision"
"""Which revision of the record was exported: what an edit in the file rests on."""


def fields_of(kind: str) -> tuple[str, ...]:
    """Return what a column of a file may fill: the columns of a kind, and two that become them."""
    own = tuple(column.name for column in kind_of(kind).columns)
    return (*own, *((POSITION,) if "lon" in own else ()), REVISION)


SPELLINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("编号", "标识", "代码", "标识符", "ID", "站点编号", "siteid", "code"),
        "name_zh": (
            *("名称", "中文名", "中文名称", "名称（中文）", "场馆名称", "点位名称", "单位名称"),
            *("场馆", "点位", "基地名称", "景点名称", "地名", "name", "Name (Chinese)", "title"),
        ),
        "name_en": ("英文名", "英文名称", "名称（英文）", "English name", "Name (English)"),
        "aliases": ("别名", "其他名称", "曾用名", "又名", "Other names", "alias", "also known as"),
        "district": ("区市", "区", "所属区市", "所在区市", "行政区", "区县", "所属区", "所在区"),
        "address": ("地址", "详细地址", "位置", "所在地", "addr", "location", "street address"),
        "category": ("类别", "类型", "分类", "场馆类型", "点位类型", "type", "kind"),
        "period": ("时期", "年代", "历史时期", "era"),
        "period_from": ("起始年", "开始年份", "起始年份", "First year", "from year", "year from"),
        "period_to": (
            "结束年",
            "结束年份",
            "截止年份",
            "终止年",
            "Last year",
            "to year",
            "year to",
        ),
        "themes": ("主题", "专题", "theme", "topics"),
        "summary_zh": (
            "简介",
            "介绍",
            "中文简介",
            "简介（中文）",
            "内容简介",
            "description",
            "Summary (Chinese)",
        ),
        "summary_en": ("英文简介", "简介（英文）", "Summary (English)"),
        "lon": ("经度", "东经", "lng", "long", "longitude", "x", "point_x", "geometry:lon"),
        "lat": ("纬度", "北纬", "latitude", "y", "point_y", "geometry:lat"),
        POSITION: ("坐标", "经纬度", "经度纬度", "经度,纬度", "coordinates", "lonlat", "latlon"),
        "accuracy_m": (
            "精度",
            "精度（米）",
            "误差",
            "位置误差（米）",
            "Accuracy (metres)",
            "accuracy",
        ),
        "position_basis": ("坐标依据", "位置依据", "How the position is known"),
        "position_source": ("坐标来源", "位置来源", "Source of the position"),
        "opening_hours": ("开放时间", "开放时段", "营业时间", "参观时间", "hours", "openinghours"),
        "hours_basis": ("开放时间依据", "开放时间来源", "Source of the hours"),
        "ticket": ("门票", "票价", "收费", "是否收费", "Admission", "price", "fee"),
        "phone": ("电话", "联系电话", "咨询电话", "联系方式", "tel", "telephone"),
        "visit_min": ("参观时长", "参观时长（分钟）", "游览时长", "Length of a visit (minutes)"),
        "indoor": ("室内外", "室内", "室内/室外", "indoors"),
        "booking": ("预约", "是否预约", "预约方式", "reservation"),
        "toilets": ("卫生间", "厕所", "洗手间", "toilet"),
        "step_free": ("无障碍", "无障碍设施", "无障碍通行", "step-free", "wheelchair"),
        "honours": ("荣誉", "称号", "荣誉称号", "级别", "命名", "honors"),
        "notes_zh": ("备注", "说明", "备注（中文）", "notes", "remark", "Notes (Chinese)"),
        "grade": ("证据等级", "等级", "依据等级", "Grade of evidence"),
        "sources": ("资料来源", "来源", "出处", "source"),
        REVISION: ("版本", "修订号", "修订", "version", "rev"),
    }
)
"""What people call the columns of sites, besides their own names."""

_NOISE = re.compile(r"[\s_\-:：*（）()/／,，.。]+")


def _plain(heading: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading).casefold())


def spellings(kind: str, name: str) -> tuple[str, ...]:
    """Return what people call a column of a kind, besides its own name."""
    if kind == SITES:
        return SPELLINGS.get(name, ())
    return OTHERS[kind].get(name, ()) + (SPELLINGS.get(name, ()) if name in SHARED else ())


def _headings(kind: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name in fields_of(kind):
        for one in (name, *spellings(kind, name)):
            found.setdefault(_plain(one), name)
    return found


_BY_HEADING: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {kind: _headings(kind) for kind in SUBJECTS}
)
# The shapefile's own short names are known by their own reader, not here.


def field_of(heading: str, kind: str = SITES) -> str:
    """Return the column of a kind that a heading means; empty where it means none we know."""
    return _BY_HEADING[kind].get(_plain(heading), "")


def header_score(cells: Sequence[str]) -> int:
    """Return how many cells of a line are headings we know, of the kind that knows most."""
    return max(sum(bool(field_of(cell, kind)) for cell in cells) for kind in SUBJECTS)


def signature_of(columns: Sequence[str]) -> str:
    """Return what a set of headings is known again by."""
    text = json.dumps(list(columns), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column of a record each column of a file fills, in the file's order; empty for none."""

    fields: tuple[str, ...]
    kind: str = SITES

    def at(self, field: str) -> int | None:
        """Return the column of the file that fills a column of a record."""
        return self.fields.index(field) if field in self.fields else None

    @property
    def given(self) -> tuple[str, ...]:
        """The columns of a record that the file fills, in the file's order."""
        return tuple(field for field in self.fields if field)

    @property
    def places(self) -> bool:
        """Whether the file says where things are."""
        return POSITION in self.fields or "lon" in self.fields


def guess(columns: Sequence[str], kind: str = SITES) -> ColumnMapping:
    """Return the columns that headings mean; of two for the same the first one counts."""
    fields: list[str] = []
    for column in columns:
        field = field_of(column, kind)
        fields.append("" if field in fields else field)
    if "lon" in fields and "lat" in fields and POSITION in fields:
        fields[fields.index(POSITION)] = ""
    return ColumnMapping(tuple(fields), kind)


def check_mapping(
    file: str, columns: Sequence[str], fields: Sequence[str], kind: str = SITES
) -> ColumnMapping:
    """Return a chosen mapping.

    Raises
    ------
    InvalidParameterError
        A field is none of the kind, or the kind cannot be imported.
    ImportFileError
        A field is filled twice, longitude without latitude, or nothing tells which record a row is.
    """
    chosen = tuple(fields[: len(columns)]) + ("",) * (len(columns) - len(fields))
    known = fields_of(subject_of(kind).kind)
    for field in chosen:
        if field and field not in known:
            raise not_one_of("column", field, known)
        if field and chosen.count(field) > 1:
            wanted = f"two columns fill {field}; choose one"
            raise ImportFileError(file, wanted, "import_field_twice", field=field)
    if ("lon" in chosen) != ("lat" in chosen) or (POSITION in chosen and "lon" in chosen):
        wanted = "both longitude and latitude, or one column of coordinates"
        raise ImportFileError(file, wanted, "import_lonlat")
    _check_key(file, chosen, kind)
    return ColumnMapping(chosen, kind)


def _check_key(file: str, chosen: Sequence[str], kind: str) -> None:
    key = subject_of(kind).key
    if "id" in chosen or set(key) <= set(chosen):
        return
    if kind == SITES:
        wanted = "a column of ids or of Chinese names: which site is a row?"
        raise ImportFileError(file, wanted, "import_key")
    wanted = f"a column of ids, or all of {', '.join(key)}: which record is a row?"
    raise ImportFileError(file, wanted, "import_key_of", columns=", ".join(key))
