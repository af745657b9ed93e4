"""A service whose every text was written by somebody hostile: catalogue, additions, kept plans."""

from __future__ import annotations

import csv
import json
import shutil
from importlib.resources import as_file
from pathlib import Path

import httpx2
from additions_world import SITE, STAFF, event, medium, publish, story

from routes_data.loading import packaged_facts
from routes_data.reports import Report
from routes_data.store import Store

HOSTILE = "<img src=x onerror=hacked=1></script><script>hacked=1</script>\"'`${7}"
OF_SITES = ("name_zh", "name_en", "address", "summary_zh", "summary_en", "hours_basis", "honours")
TEXTS = {
    "sites.csv": (*OF_SITES, "notes_zh", "position_source", "period"),
    "places.csv": ("name_zh", "name_en"),
    "routes.json": (
        *(f"{name}_{lang}" for name in ("name", "theme", "description") for lang in ("zh", "en")),
        *("publisher", "source", "order_reason_zh", "notes_zh"),
    ),
    "collections.json": ("name_zh", "name_en", "publisher", "note_zh"),
}
ROUTE = "hd-01"
STOPS = "jiaoji-railway-museum-qd,qingdao-guest-house,wen-yiduo-house"
PLAN = {"stops": STOPS.split(","), "depart": "2027-04-10T09:00"}


def rough_facts(folder: Path) -> Path:
    """Write the shipped facts with hostile texts; what has a fixed set of values stays."""
    with as_file(packaged_facts()) as shipped:
        facts = Path(shutil.copytree(shipped, folder))
    for name, columns in TEXTS.items():
        file = facts / name
        if name.endswith(".csv"):
            with file.open(encoding="utf-8", newline="") as opened:
                rows = list(csv.DictReader(opened))
            with file.open("w", encoding="utf-8", newline="") as opened:
                writer = csv.DictWriter(opened, rows[0].keys())
                writer.writeheader()
                writer.writerows(row | dict.fromkeys(columns, HOSTILE) for row in rows)
        else:
            rows = json.loads(file.read_text("utf-8"))
            made = [row | dict.fromkeys(columns, HOSTILE) for row in rows]
            file.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    return facts


def rough_store(url: str, facts: Path) -> None:
    """Seed a store with the facts; publish additions to `SITE` and a report with its answer."""
    store = Store.open(url, facts=facts)
    both = lambda *names: {f"{n}_{lang}": HOSTILE for n in names for lang in ("zh", "en")}  # noqa: E731
    links = {"credit": HOSTILE, "licence": HOSTILE}
    publish(store.editor, "media", medium("bad", **links, **both("title", "alt")))
    said = both("name", "place", "booking", "description")
    publish(store.editor, "events", event("bad", 24, 26, source=HOSTILE, **said))
    told = {"narrator": HOSTILE, "licence": HOSTILE, **both("title", "text")}
    publish(store.editor, "oral-histories", story("bad", **told))
    sent = store.reports.receive(Report(SITE, "rating", 4, HOSTILE, ""), "203.0.113.9")
    store.editor.publish("reports", sent.id, sent.revision, STAFF)
    store.close()


def kept_plan(url: str) -> str:
    """Keep a plan; return its id."""
    return str(httpx2.post(f"{url}/api/plans", json=PLAN).json()["id"])
