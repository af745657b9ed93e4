"""A stop that the page adds to a plan: where it is to stand among those that are shown."""

from __future__ import annotations

from collections.abc import Mapping

FIELDS = ("insert", "between", "shown")
"""The site, the stops it stands between (a@b, either may be empty; empty: anywhere), the plan."""


def insert(lists: dict[str, list[str]], fields: Mapping[str, str]) -> None:
    """Add the stop of `FIELDS` to the lists of a plan, with the order it was wished in.

    Its neighbours are pinned with it; what was pinned before stays so, in the order of the plan.
    """
    site, between = (fields.get(name, "").strip() for name in FIELDS[:2])
    if not site:
        return
    lists["stops"].append(site)
    before, _, after = between.partition("@")
    shown = fields.get("shown", "").split(",")
    pinned = {*lists["sequence"], before, after} - {"", site}
    if between == "" or not pinned <= set(shown):
        return
    order = [one for one in shown if one in pinned]
    order.insert(order.index(before) + 1 if before else 0, site)
    lists["sequence"] = order
