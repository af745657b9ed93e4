"""Ids of new records, made of their names."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count

from pypinyin import lazy_pinyin

LONGEST_ID = 64
_NO_ID = re.compile(r"[^a-z0-9]+")


def id_of(name: str) -> str:
    """Return an id made of a Chinese name's pinyin; empty where it has no letter."""
    return _NO_ID.sub("-", "-".join(lazy_pinyin(name)).lower())[:LONGEST_ID].strip("-")


def free_id(name: str, taken: Container[str]) -> str:
    """Return an id made of a name that nothing has yet; empty where the name has no letter."""
    made = id_of(name)
    if not made or made not in taken:
        return made
    shorter = made[: LONGEST_ID - 6].strip("-")
    return next(one for n in count(2) if (one := f"{shorter}-{n}") not in taken)
