"""What people call the columns of the kinds other than sites, besides their own names.

What the pages call them in either language is among it: an export whose headings are words comes
back.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Spellings = Mapping[str, tuple[str, ...]]

SHARED = frozenset(
    {"id", "name_en", "lon", "lat", "position", "opening_hours", "visit_min", "revision"}
)
"""Columns that are called alike whatever the kind."""
_NAME = ("名称", "名称（中文）", "中文名", "中文名称", "name", "title", "Name (Chinese)")
_SITE = ("场馆", "场馆名称", "点位", "场馆编号", "地点编号", "Site", "site id", "place", "venue")
_SOURCE = ("依据", "来源", "出处", "source")
_URL = ("网址", "链接", "地址", "Address", "link", "web address")
_TITLES: Spellings = {
    "title_zh": ("标题（中文）", "标题", "题目", "title", "Title (Chinese)"),
    "title_en": ("标题（英文）", "英文标题", "Title (English)"),
}
_DESCRIPTIONS: Spellings = {
    "description_zh": ("介绍（中文）", "介绍", "简介", "description", "Description (Chinese)"),
    "description_en": ("介绍（英文）", "英文介绍", "Description (English)"),
}

OTHERS: Mapping[str, Spellings] = MappingProxyType(
    {
        "routes": {
            "name_zh": ("路线", "路线名称", *_NAME),
            "collection": ("所属名录（代号）", "所属名录", "名录", "Collection (id)"),
            "provenance": ("来源性质", "Provenance"),
            "theme_zh": ("主题（中文）", "主题", "theme", "Theme (Chinese)"),
            "theme_en": ("主题（英文）", "Theme (English)"),
            **_DESCRIPTIONS,
            "year": ("发布年份", "年份", "Year of publication"),
            "publisher": ("发布单位", "发布机构", "Publisher"),
            "source": _SOURCE,
            "mode": ("出行方式", "交通方式", "Way of travelling", "transport"),
            "audience": ("适合人群", "人群", "For whom"),
            "duration": ("时长", "Duration"),
            "stops": ("停靠场馆", "站点", "途经点位", "沿途场馆", "Stops", "sites"),
            "lunch_after": ("在第几站后午餐（从 0 数）", "Lunch after stop (counted from 0)"),
            "start": ("起点", "出发地", "Start"),
            "order_reason_zh": ("排序理由（中文）", "Reason of the order (Chinese)"),
            "notes_zh": ("备注（中文）", "备注", "notes", "Notes (Chinese)"),
        },
        "closures": {
            "site": _SITE,
            "date_from": ("首日", "闭馆首日", "开始日期", "起", "自", "First day", "from"),
            "date_to": ("末日", "闭馆末日", "结束日期", "止", "至", "Last day", "to", "until"),
            "reason_zh": ("原因（中文）", "原因", "闭馆原因", "reason", "Reason (Chinese)"),
            "reason_en": ("原因（英文）", "Reason (English)"),
            "source": _SOURCE,
        },
        "events": {
            "site": _SITE,
            "type": ("类型", "活动类型", "kind"),
            "name_zh": ("活动", "活动名称", "主题", *_NAME),
            "starts": ("开始", "开始时间", "Begins", "start", "from"),
            "ends": ("结束", "结束时间", "end", "to", "until"),
            "place_zh": ("地点（中文）", "地点", "Place (Chinese)"),
            "place_en": ("地点（英文）", "Place (English)"),
            "booking_zh": ("预约说明（中文）", "预约", "预约方式", "Booking note (Chinese)"),
            "booking_en": ("预约说明（英文）", "Booking note (English)"),
            **_DESCRIPTIONS,
            "source": _SOURCE,
        },
        "media": {
            "site": _SITE,
            "medium": ("媒体", "媒体类型", "类型", "type"),
            "url": _URL,
            **_TITLES,
            "alt_zh": (
                "内容描述（中文，供看不见的人）",
                "内容描述",
                "What it shows (Chinese, for who cannot see it)",
            ),
            "alt_en": ("内容描述（英文）", "What it shows (English)"),
            "credit": ("作者或提供者", "作者", "提供者", "Credit", "author"),
            "licence": ("许可", "授权", "Licence", "license"),
        },
        "oral-histories": {
            "site": _SITE,
            "narrator": ("讲述人（按其同意的称呼）", "讲述人", "口述人", "Teller (as consented)"),
            "recorded": ("记录时间", "采访时间", "采访日期", "Recorded"),
            **_TITLES,
            "text_zh": ("正文（中文）", "正文", "口述内容", "text", "Text (Chinese)"),
            "text_en": ("正文（英文）", "Text (English)"),
            "url": _URL,
            "consent": ("讲述人同意公开", "同意公开", "The teller consents to publication"),
            "licence": ("许可", "授权", "Licence", "license"),
        },
    }
)
