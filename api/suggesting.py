"""Suggestions as addresses ask for them and as JSON answers them; the clock is read here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo.exchange import to_document
from geo.exchange.figures import known_length_m
from geo.planner import PlanRequest
from geo.suggest import (
    Chronology,
    DayWish,
    Detour,
    NearestWish,
    Reached,
    Suggestion,
    in_order_of_time,
    near_the_way,
    nearest_sites,
    read_nearest,
    read_wish,
    suggest_day,
)

from .avoiding import avoid_of, keeping_off
from .engines import on_network
from .params import Year
from .planning import ItineraryQuery, Text, plan_of_query, query_of_plan, read_lonlat
from .state import AppState
from .web.view import address

Document = dict[str, Any]


class DayQuery(BaseModel):
    """So many hours from here, as it stands in an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = Field(
        max_length=80, description="lon,lat in WGS-84.", examples=["120.3125,36.0645"]
    )
    hours: float = Field(description="Hours there are, ways and visits together: 0.5 to 12.")
    mode: Text = Field(default=None, description="walk or drive; walk without it.")
    end: Text = Field(
        default=None, description="lon,lat to end at, or start: back there; else at the last site."
    )
    depart: Text = Field(
        default=None, description="Local time in Qingdao; tomorrow 09:00 without it."
    )
    stops: Text = Field(
        default=None, description="Ids of sites that must be among them, with commas between."
    )
    themes: Text = Field(default=None, description="Themes preferred, with commas between.")
    period_from: Year = Field(default=None, description="First year preferred.")
    period_to: Year = Field(default=None, description="Last year preferred.")
    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of texts.")

    def wish(self) -> DayWish:
        """Return it as the domain takes it.

        Raises
        ------
        BadRequestError
            A value is not what it must be.
        """
        given: dict[str, Any] = self.model_dump(exclude={"lang"}, exclude_none=True)
        given = {name: value for name, value in given.items() if value != ""}
        if given.get("end") == "start":
            given["end"] = given["start"]
        for name in {"start", "end"} & given.keys():
            given[name] = read_lonlat(name, given[name])
        for name in {"stops", "themes"} & given.keys():
            given[name] = [part.strip() for part in given[name].split(",") if part.strip()]
        return read_wish(given)


class NearQuery(ItineraryQuery):
    """A plan, and how far off its way a site may lie."""

    minutes: float = Field(
        default=15.0, description="Minutes of travel that a site may add: above 0, up to 120."
    )

    def values(self) -> dict[str, object]:
        """Return the plan's own values."""
        plan = self.model_dump(exclude={"minutes"})
        return ItineraryQuery.model_validate(plan).values()


class NearestQuery(BaseModel):
    """Where to look from, and how far, as it stands in an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Text = Field(
        default=None, description="lon,lat in WGS-84.", examples=["120.3125,36.0645"]
    )
    site: Text = Field(default=None, description="Id of the site to look from, instead of start.")
    mode: Text = Field(default=None, description="walk or drive; walk without it.")
    minutes: float = Field(default=60.0, description="Minutes the way may take: above 0, to 180.")
    limit: int = Field(default=10, description="How many sites: 1 to 89.")
    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of texts.")

    def wish(self) -> NearestWish:
        """Return it as the domain takes it.

        Raises
        ------
        BadRequestError
            A value is not what it must be.
        """
        given: dict[str, Any] = self.model_dump(exclude={"lang"}, exclude_none=True)
        if "start" in given:
            given["start"] = read_lonlat("start", given["start"])
        return read_nearest(given)


def make_nearest(wish: NearestWish, state: AppState) -> tuple[Reached, ...]:
    """Look on the network in use; raises what `nearest_sites` raises."""
    return nearest_sites(wish, state.catalogue, state.router)


def nearest_document(wish: NearestWish, found: tuple[Reached, ...], state: AppState) -> Document:
    """Return the sites reached first as JSON values; lengths as exact as the network knows."""
    fidelity = state.router.info.fidelity
    return {
        "mode": wish.mode,
        "fidelity": fidelity,
        "sites": [
            {
                "site": one.site.id,
                "name_zh": one.site.name_zh,
                "name_en": one.site.name_en,
                "length_m": known_length_m(one.length_m, wish.mode, fidelity),
                "duration_s": one.duration_s,
            }
            for one in found
        ],
    }


def make_day(wish: DayWish, state: AppState) -> Suggestion:
    """Suggest on the network in use; raises what `suggest_day` raises."""
    now = datetime.now(UTC)
    return on_network(state, lambda router: suggest_day(wish, state.catalogue, router, now=now))


def make_near(query: NearQuery, state: AppState) -> tuple[PlanRequest, tuple[Detour, ...]]:
    """Return a plan and the sites near its way; raises what `near_the_way` raises."""
    request = plan_of_query(query)
    now = datetime.now(UTC)
    found = keeping_off(
        avoid_of(request),
        state,
        lambda router: near_the_way(request, query.minutes, state.catalogue, router, now=now),
    )
    return request, found


def make_chronology(query: ItineraryQuery, state: AppState) -> Chronology:
    """Order on the network in use; raises what `in_order_of_time` raises."""
    request = plan_of_query(query)
    now = datetime.now(UTC)
    return keeping_off(
        avoid_of(request),
        state,
        lambda router: in_order_of_time(request, state.catalogue, router, now=now),
    )


def plan_address(request: PlanRequest, path: str = "/plan") -> str:
    """Return the address of a plan: the page's by default."""
    return address(path, query_of_plan(request))


def day_document(suggestion: Suggestion) -> Document:
    """Return a suggestion as JSON values."""
    return {
        **_plan(suggestion.request),
        "points": round(suggestion.points, 1),
        "upper_bound": round(suggestion.upper_bound, 1),
        "gap": round(suggestion.gap, 4),
        "optimal": suggestion.optimal,
        "spare_s": suggestion.spare_s,
        "assumed_hours": list(suggestion.assumed_hours),
        "left_out": list(suggestion.left_out),
        "worth": [
            {"site": one.site_id, "points": round(one.points, 1), "parts": dict(one.parts)}
            for one in suggestion.worth
        ],
        "itinerary": to_document(suggestion.itinerary),
    }


def near_document(request: PlanRequest, found: tuple[Detour, ...]) -> Document:
    """Return the sites near a plan's way as JSON values."""
    return {
        **_plan(request),
        "sites": [
            {
                "site": one.site.id,
                "name_zh": one.site.name_zh,
                "name_en": one.site.name_en,
                "after_stop": one.after,
                "detour_s": one.detour_s,
                "visit_s": one.site.visit_min * 60,
            }
            for one in found
        ],
    }


def chronology_document(chronology: Chronology) -> Document:
    """Return a plan in the order of years, and the fastest beside it, as JSON values."""
    return {
        **_plan(chronology.request),
        "extra_travel_s": chronology.extra_travel_s,
        "undated": list(chronology.undated),
        "fastest_order": [s.site_id for s in chronology.fastest.stops if s.site_id],
        "fastest_travel_s": chronology.fastest.travel_s,
        "itinerary": to_document(chronology.itinerary),
    }


def _plan(request: PlanRequest) -> Document:
    return {
        "request": request.model_dump(mode="json", exclude_defaults=True),
        "plan": plan_address(request),
        "api": plan_address(request, "/api/itineraries"),
    }
