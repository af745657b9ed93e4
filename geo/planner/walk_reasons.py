"""When it is a limit of walks that leaves a site out, with its figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from geo.limits import Relaxation
from geo.messages import Notice
from geo.router import FloatMatrix

from .travel import Limits

NOT_SHUT = ("left-out-no-room", "left-out-no-room-days", "left-out-no-way")
"""Reasons that may have a limit of walks behind them."""


def or_a_walk(
    reason: Notice,
    limits: Limits,
    to_site_m: Callable[[], FloatMatrix],
    changes: Sequence[Relaxation],
) -> Notice:
    """Return the reason, or that a walk is too long.

    Parameters
    ----------
    reason
        Why a site is left out as far as its hours and its day tell.
    limits
        How far people walk.
    to_site_m
        The longest walk at a time on each way there from where the days come by, metres.
    changes
        What would let the site in.
    """
    if reason.code not in NOT_SHUT:
        return reason
    names = {name: reason.values[name] for name in ("name_zh", "name_en")}
    if limits.walk_m is not None:
        nearest_m = float(to_site_m().min(initial=np.inf))
        if limits.walk_m < nearest_m < math.inf:
            far = {"limit": limits.walk_m, "nearest": math.ceil(nearest_m)}
            return Notice("left-out-walk", values={**names, **far})
    alone = {one.limit for one in changes}
    if limits.walk_a_day_m is not None and "walk_a_day" in alone and "until" not in alone:
        most = {"limit": limits.walk_a_day_m}
        return Notice("left-out-walk-a-day", values={**names, **most})
    return reason
