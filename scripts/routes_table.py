"""Write docs/routes-table.md: every held route planned both ways, or why not.

python scripts/routes_table.py > docs/routes-table.md
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from api.settings import Settings
from api.state import AppState, running
from api.web.texts import Texts
from geo.errors import HeritageError
from geo.exchange import day_moments, say_length, say_moment, say_travel
from geo.planner import plan, read_request

DEPART = "2026-11-28T09:00"
HEAD = f"""# Every held route, planned
Written by `python scripts/routes_table.py`: each route as published (its stops in their own order),
leaving its first stop at {DEPART} (a Saturday), on the shipped schematic network. Lengths and
times are estimates (≈), or ranges where a stop is only roughly located; a route longer than a day
on foot is still planned, with a notice that it runs past midnight. *By*: `official`, published by
an authority; `curated`, composed by this project. Visits are not in the time on the way.

| route | name | by | stops | on foot | by car | back by, by car |
|---|---|---|---|---|---|---|"""


def cells(state: AppState, route: str, texts: Texts) -> list[str]:
    """Return what planning a route on foot and by car gives."""
    found, finish = [], ""
    for mode in ("walk", "drive"):
        wish = read_request({"route": route, "mode": mode, "depart": DEPART})
        try:
            made = plan(wish, state.catalogue, state.router, now=datetime.now(UTC))
        except HeritageError as error:
            found.append(error.message)
            continue
        length = say_length(made.length_m, mode, made.network.fidelity, texts)
        found.append(f"{length}, {say_travel(made, texts)}")
        *_, last = day_moments(made.days[0], made.network.fidelity)
        if end := last.departure or last.arrival:
            days = (end.planned.date() - made.days[0].date).days
            finish = say_moment(end, texts) + (f" (+{days} d)" if days else "")
    return [*found, finish]


def main() -> None:
    """Write the table to stdout."""
    texts = Texts.for_lang("en")
    folder = tempfile.TemporaryDirectory()
    with folder, running(Settings(data_dir=Path(folder.name))) as state:
        rows = [HEAD]
        for route_id in state.catalogue.routes.index:
            route = state.catalogue.route(route_id)
            row = [f"`{route.id}`", route.name_en, route.provenance, str(len(route.stops))]
            rows.append(f"| {' | '.join([*row, *cells(state, route.id, texts)])} |")
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
