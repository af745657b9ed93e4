"""The parts of a pack: each a function from the context to blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from maps.pack.blocks import Block
from maps.pack.context import Context
from maps.pack.model import PartName

from .charts import maps
from .days import driver, turns
from .forms import duty, emergency, kit, notice, roll
from .front import cover, directions, timetable
from .learning import answers, quiz, worksheet
from .places import calls, sites
from .rain import rain
from .reading import coach
from .risks import risk

MAKERS: Mapping[PartName, Callable[[Context], list[Block]]] = MappingProxyType(
    {
        "cover": cover,
        "maps": maps,
        "timetable": timetable,
        "directions": directions,
        "driver": driver,
        "turns": turns,
        "rain": rain,
        "sites": sites,
        "calls": calls,
        "worksheet": worksheet,
        "quiz": quiz,
        "answers": answers,
        "roll": roll,
        "duty": duty,
        "risk": risk,
        "emergency": emergency,
        "notice": notice,
        "kit": kit,
        "coach": coach,
    }
)

__all__ = ["MAKERS"]
