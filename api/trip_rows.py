"""A row of a sheet as a wish for a trip: every cell read, every fault with its column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from geo.catalogue import Catalogue
from geo.errors import HeritageError, InvalidParameterError
from geo.faults import read_model
from geo.trip import TripRequest

from .places import place_called, read_position, site_called
from .trip_cells import READERS, says_only_primary
from .trip_query import TripPackQuery, trip_of_query
from .trip_told import Told, Wrong, wrong_of
from .tripping import check_prompts

PLACES = (("near", "at", "near"), ("start_near", "start", "start_name"))
LODGING = ("lodging_near", "lodging", "lodging_name")
BETWEEN = re.compile(r"[,;，；、\n]")
CLASS_OF_STAGE = re.compile(r"[一二三四五六七八九\d（(班]")
"""A cell of the stage that says more than a stage: it is printed as the class, too."""


@dataclass(slots=True)
class ReadRow:
    """What a row says: the wish and its print options, or every fault; what must be told."""

    query: TripPackQuery | None = None
    request: TripRequest | None = None
    wrong: list[Wrong] = field(default_factory=list)
    remarks: list[Told] = field(default_factory=list)


def read_row(cells: Mapping[str, str], catalogue: Catalogue, today: date) -> ReadRow:
    """Return what a row says; `today` tells which dates have passed."""
    row = ReadRow()
    values = dict(_values(cells, catalogue, row))
    row.wrong += _missing(cells)
    if row.wrong:
        return row
    try:
        query = read_model(TripPackQuery, _together(values, row))
        query.options()
        request = check_prompts(trip_of_query(query), catalogue)
    except HeritageError as error:
        row.wrong += wrong_of(error)
        return row
    row.query, row.request = query, request
    if request.date < today:
        row.remarks.append(Told("trip-date-past", {"date": request.date.isoformat()}))
    return row


def _values(
    cells: Mapping[str, str], catalogue: Catalogue, row: ReadRow
) -> Iterator[tuple[str, Any]]:
    """Yield what each cell says as parameters; faults and remarks go to `row`."""
    for name, text in cells.items():
        try:
            yield from _cell(name, text, catalogue, row)
        except HeritageError as error:
            row.wrong += wrong_of(error)


def _cell(name: str, text: str, catalogue: Catalogue, row: ReadRow) -> Iterator[tuple[str, Any]]:
    places = {near: (target, called) for near, target, called in (*PLACES, LODGING)}
    if name in places:
        yield from _place(name, text, places[name], catalogue, row)
    elif name in {target for target, _ in places.values()}:
        lon, lat = read_position(name, text)
        yield name, f"{lon},{lat}"
    elif name == "stops":
        parts = [text] if text in catalogue.sites.index else BETWEEN.split(text)
        yield name, ",".join(_sites(name, text, parts, catalogue))
    elif name == "route":
        yield name, _route(text, catalogue)
    elif name == "ask":
        yield name, read_questions(text, catalogue)
    else:
        yield name, READERS[name](name, text) if name in READERS else text
    if name == "stage":
        if says_only_primary(text):
            row.remarks.append(Told("trip-only-primary"))
        elif CLASS_OF_STAGE.search(text):
            yield "group?", text


def _place(
    name: str, text: str, place: tuple[str, str], catalogue: Catalogue, row: ReadRow
) -> Iterator[tuple[str, str]]:
    """Yield a place as its position, and the name it was found by."""
    target, called = place
    try:
        lon, lat = read_position(name, text)
        yield f"{target}?", f"{lon},{lat}"
    except InvalidParameterError:
        found = place_called(name, text, catalogue)
        row.remarks.append(Told(found.notice.code, dict(found.notice.values)))
        yield f"{target}?", found.text
        yield f"{called}?", text


def _sites(name: str, text: str, parts: list[str], catalogue: Catalogue) -> list[str]:
    """Return the ids of the sites named; a name may hold a mark that others have between them."""
    try:
        return [site_called(name, text.strip(), catalogue)]
    except InvalidParameterError:
        return [site_called(name, part.strip(), catalogue) for part in parts if part.strip()]


def _route(text: str, catalogue: Catalogue) -> str:
    routes = catalogue.routes
    named = (routes["name_zh"] == text.strip()) | (routes["name_en"] == text.strip())
    return str(routes.index[named][0]) if named.any() else text.strip()


def read_questions(text: str, catalogue: Catalogue) -> list[str]:
    """Return a teacher's own questions, one a line, the sites' names as ids.

    Raises
    ------
    InvalidParameterError
        A line lacks its site or its question, or names no site.
    """
    return [_question(line.strip(), catalogue) for line in text.splitlines() if line.strip()]


def _question(line: str, catalogue: Catalogue) -> str:
    site, _, asked = re.sub(r"[|｜：]", "|", line, count=1).partition("|")
    if not (site.strip() and asked.strip()):
        raise InvalidParameterError("ask", line, "site|question", rule="ask_line")
    return f"{site_called('ask', site.strip(), catalogue)}|{asked.strip()}"


def _missing(cells: Mapping[str, str]) -> Iterator[Wrong]:
    """Yield what no trip can do without and the row does not say."""
    needed = (
        ("near", ("near", "at"), "school_place"),
        ("date", ("date",), "missing"),
        ("stops", ("stops", "route", "theme"), "no_stop_or_theme"),
    )
    for name, any_of, rule in needed:
        if not any(cells.get(one) for one in any_of):
            yield Wrong(name, "", "invalid-parameter", data={"rule": rule})


def _together(values: Mapping[str, Any], row: ReadRow) -> dict[str, Any]:
    """Return the parameters: what was said wins over what follows from another cell (`name?`)."""
    said = {name: value for name, value in values.items() if not name.endswith("?")}
    follows = {name.rstrip("?"): value for name, value in values.items() if name.endswith("?")}
    together = {**follows, **said}
    if total := together.pop("total", None):
        classes = max(1, int(together.get("classes", 1)))
        if "pupils" not in together:
            together["pupils"] = str(-(-int(total) // classes))
            shares = {"total": total, "classes": classes, "pupils": together["pupils"]}
            row.remarks.append(Told("trip-pupils-shared", shares))
    return together
