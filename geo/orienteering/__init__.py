"""Team orienteering with time windows: the most valuable places within the hours there are.

`solve_orienteering(Problem(...))` fills one or several tours (days, vehicles) with places that
have prizes, visit lengths and opening hours. It knows arrays only; sites, routers and clocks are
the planner's.
"""

from .instances import read_instance
from .problem import FAR, Problem, Tour, Windows, single_windows
from .result import Filled, Result, Stay
from .solver import Effort, solve_orienteering

__all__ = [
    "FAR",
    "Effort",
    "Filled",
    "Problem",
    "Result",
    "Stay",
    "Tour",
    "Windows",
    "read_instance",
    "single_windows",
    "solve_orienteering",
]
