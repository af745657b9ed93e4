"""Five real trips, as a teacher would type them; shared by tests in process and in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SCHOOL = "120.3802,36.0612"
TRIPS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "old-town": {
            "title": "老城红色足迹",
            "school": "某小学",
            "group": "四年级（2）班",
            "at": "120.3292,36.0655",
            "date": "2026-11-27",
            "stage": "primary_upper",
            "transport": "walk",
            "pupils": "40",
            "back_by": "11:45",
            "lunch": "none",
            "stops": (
                "wen-yiduo-house,huangdao-bookshop-site,german-prison-museum,qingdao-guest-house"
            ),
        },
        "jimo": {
            "school": "某中学",
            "group": "初二（5）班",
            "at": SCHOOL,
            "date": "2026-12-04",
            "stage": "junior",
            "back_by": "17:30",
            "lunch": "booked",
            "stops": "jimo-ancient-city,jimo-committee-memorial,jidong-committee-site",
            "langs": "both",
        },
        "pingdu-laixi": {
            "title": "平度、莱西两日研学",
            "school": "某高级中学",
            "group": "高一（1）班",
            "at": SCHOOL,
            "date": "2026-12-10",
            "days": "2",
            "lodging": "119.96,36.78",
            "lodging_name": "平度城区（住宿待定）",
            "stage": "senior",
            "pupils": "48",
            "back_by": "18:00",
            "lunch": "booked",
            "stops": (
                "liu-qianchu-park,yang-mingzhai-hall,pingdu-first-branch,"
                "laixi-conference-hall,laixi-martyrs-cemetery"
            ),
        },
        "year-group": {
            "school": "某中学",
            "group": "初一",
            "at": SCHOOL,
            "date": "2026-11-27",
            "stage": "junior",
            "classes": "6",
            "capacity": "100",
            "pupils": "42",
            "back_by": "17:00",
            "stops": (
                "navy-museum,ww1-museum,qd-martyrs-memorial,cpc-qingdao-memorial,textile-museum"
            ),
        },
        "wheelchair": {
            "school": "某学校",
            "group": "Year 6, class 1",
            "at": "120.3247,36.0700",
            "date": "2026-11-25",
            "stage": "primary_upper",
            "pupils": "30",
            "back_by": "16:00",
            "wheelchair": "true",
            "stops": "navy-museum,may-fourth-square,cpc-qingdao-memorial",
            "langs": "en",
        },
    }
)
