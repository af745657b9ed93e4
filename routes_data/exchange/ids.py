"""Ids of new records, made of their names."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count

from pypinyin import lazy_pinyin

from geo.columns import Record

LONGEST_ID = 64
NAMED_BY = ("site", "date_from", "name_zh", "title_zh", "narrator", "starts")
"""Columns the id of a record is made of, as far as its kind has them; of a site its name alone."""
_NO_ID = re.compile(r"[^a-z0-9]+")


def id_of(name: str) -> str:
    """Return an id made of a Chinese name's pinyin; empty where it has no letter."""
    return _NO_ID.sub("-", "-".join(lazy_pinyin(name)).lower())[:LONGEST_ID].strip("-")


def stem_of(body: Record) -> str:
    """Return what the id of a record is made of: its site, day, name, as far as it says them."""
    parts = [id_of(str(body[name])) for name in NAMED_BY if body.get(name)]
    return "-".join(part for part in parts if part)[: LONGEST_ID - 3].strip("-")


def free_id(name: str, taken: Container[str]) -> str:
    """Return an id made of a name that nothing has yet; empty where the name has no letter."""
    made = id_of(name)
    if not made or made not in taken:
        return made
    shorter = made[: LONGEST_ID - 6].strip("-")
    return next(one for n in count(2) if (one := f"{shorter}-{n}") not in taken)
