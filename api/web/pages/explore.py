"""The first page: the map and the list of sites, narrowed by words, place, kind, theme and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.deps import StateDep, TextsDep
from api.drawings import quarter_route
from api.packing import for_ever
from api.web.drawing import SHARED, shared_drawing, shared_script
from api.web.eras import ERAS, Era, era_mask, era_of, in_era
from api.web.kept import Kept
from api.web.texts import Texts
from api.web.view import Page, PageDep
from geo.catalogue import Catalogue, SiteQuery
from geo.districts import DISTRICTS
from geo.errors import InvalidParameterError
from geo.known import all_of, is_free, is_open_at, is_open_on, is_step_free
from geo.models import TIME_ZONE, Site
from maps.style import CATEGORIES

router = APIRouter(include_in_schema=False)

BAR_HEIGHT = 34
"""The tallest bar of the time line, in CSS pixels."""
LISTED = 200
"""Cards on the page before it offers all of them: a province's would be megabytes."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the visitor asked for; empty: anything."""

    q: str = ""
    district: str = ""
    category: str = ""
    theme: str = ""
    period: str = ""
    open_on: str = ""
    open_now: str = ""
    free: str = ""
    step_free: str = ""

    def query(self) -> dict[str, str]:
        """Return the filters as parameters of the page's address."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sites of the whole catalogue are of each kind; the eras in the order of `ERAS`."""

    districts: Counter[str]
    categories: Counter[str]
    themes: Counter[str]
    eras: tuple[int, ...]


_TALLIES: Kept[Tally] = Kept(limit=2)


def tally(catalogue: Catalogue) -> Tally:
    """Return the counts beside the filters, made once a catalogue."""

    def count() -> Tally:
        sites = catalogue.sites
        return Tally(
            Counter(sites["district"]),
            Counter(sites["category"]),
            Counter(theme for themes in sites["themes"] for theme in themes),
            tuple(int(era_mask(sites, era).sum()) for era in ERAS),
        )

    return _TALLIES.get(catalogue.version, count)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, with how many sites of the whole catalogue have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter."""

    name: str
    chosen: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One era of the time line; its link chooses it, or lets it go when it is chosen."""

    label: str
    short: str
    first: int
    count: int
    height: int
    chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address of the page without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class ExploreView:
    """Everything the page shows; `cut`: there are more sites than `listed` and `unlisted` are."""

    sites: tuple[Site, ...]
    unknown: tuple[Site, ...]
    listed: tuple[Site, ...]
    unlisted: tuple[Site, ...]
    cut: bool
    choices: tuple[Choice, ...]
    eras: tuple[Bar, ...]
    active: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The sites that match, and those of which nobody knows whether they do."""

    sites: tuple[Site, ...]
    unknown: tuple[Site, ...]


def select(catalogue: Catalogue, filters: Filters) -> Found:
    """Return the sites that match, ranked when words were given.

    Raises
    ------
    InvalidParameterError
        The period is none of `ERAS`, the date is none, or the catalogue refuses a value.
    """
    query = SiteQuery(
        q=filters.q.strip() or None,
        district=filters.district or None,
        category=filters.category or None,
        theme=filters.theme or None,
    )
    frame = catalogue.select_sites(query)
    frame = in_era(frame, era_of(filters.period)) if filters.period else frame
    found = catalogue.sites_by_id(frame.index)
    day = _day(filters.open_on) if filters.open_on else None
    now = datetime.now(TIME_ZONE)
    known = [(site, _answer(site, filters, day, now)) for site in found]
    return Found(
        tuple(site for site, answer in known if answer),
        tuple(site for site, answer in known if answer is None),
    )


def _answer(site: Site, filters: Filters, day: date | None, now: datetime) -> bool | None:
    asked = [is_open_on(site, day)] if day else []
    if filters.open_now:
        asked.append(is_open_at(site, now))
    if filters.free:
        asked.append(is_free(site))
    if filters.step_free:
        asked.append(is_step_free(site))
    return all_of(asked)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidParameterError(
            "open_on", text, "a date such as 2026-11-27", rule="local_date"
        ) from error


def explore_view(
    catalogue: Catalogue, filters: Filters, page: Page, *, whole: bool = False
) -> ExploreView:
    """Return what the page shows for these filters; `whole`: a card for every site."""
    eras = time_line(catalogue, filters, page)
    found = select(catalogue, filters)
    most = None if whole else LISTED
    return ExploreView(
        sites=found.sites,
        unknown=found.unknown,
        listed=found.sites[:most],
        unlisted=found.unknown[:most],
        cut=not whole and max(len(found.sites), len(found.unknown)) > LISTED,
        choices=(*choices(catalogue, filters, page.texts), _periods(eras, filters)),
        eras=eras,
        active=chips(filters, page),
    )


def _periods(eras: tuple[Bar, ...], filters: Filters) -> Choice:
    options = (Option(era.key, bar.label, bar.count) for era, bar in zip(ERAS, eras, strict=True))
    return Choice("period", filters.period, tuple(options))


def choices(catalogue: Catalogue, filters: Filters, texts: Texts) -> tuple[Choice, ...]:
    """Return the filters by place, kind and theme, in the order people know them."""
    counts = tally(catalogue)
    return (
        Choice(
            "district",
            filters.district,
            tuple(
                Option(one.key, texts.word("district", one.name_zh), counts.districts[one.name_zh])
                for one in DISTRICTS
            ),
        ),
        Choice(
            "category",
            filters.category,
            tuple(
                Option(name, texts.word("category", name), counts.categories[name])
                for name in CATEGORIES
                if counts.categories[name]
            ),
        ),
        Choice(
            "theme",
            filters.theme,
            tuple(
                Option(name, texts.word("theme", name), n)
                for name, n in counts.themes.most_common()
            ),
        ),
    )


def era_label(era: Era, texts: Texts) -> str:
    """Return an era's name with its years."""
    years = (
        texts("era.years", first=era.first, last=era.last)
        if era.last
        else texts("era.since", first=era.first)
    )
    return f"{texts(f'era.{era.name}')} {years}"


def time_line(catalogue: Catalogue, filters: Filters, page: Page) -> tuple[Bar, ...]:
    """Return the bars from 1919 to today: how many sites speak of each era."""
    counts = tally(catalogue).eras
    most = max([*counts, 1])
    bars = []
    for era, count in zip(ERAS, counts, strict=True):
        chosen = filters.period == era.key
        other = replace(filters, period="" if chosen else era.key)
        bars.append(
            Bar(
                label=era_label(era, page.texts),
                short=page.texts(f"era.short.{era.name}"),
                first=era.first,
                count=count,
                height=max(3, round(BAR_HEIGHT * count / most)),
                chosen=chosen,
                href=page.href("/", **other.query()),
            )
        )
    return tuple(bars)


def chips(filters: Filters, page: Page) -> tuple[Chip, ...]:
    """Return the filters in force, each with the way to drop it."""
    labels: dict[str, Callable[[str], str]] = {
        "q": lambda value: page.texts("page.filter.query", text=value),
        "district": lambda value: _district_label(value, page.texts),
        "category": lambda value: page.texts.word("category", value),
        "theme": lambda value: page.texts.word("theme", value),
        "period": lambda value: era_label(era_of(value), page.texts),
        "open_on": lambda value: page.texts("page.filter.open", date=page.texts.date(_day(value))),
        "open_now": lambda _: page.texts("page.filter.open_now"),
        "free": lambda _: page.texts("page.filter.free"),
        "step_free": lambda _: page.texts("page.filter.step-free"),
    }
    return tuple(
        Chip(labels[name](value), page.href("/", **replace(filters, **{name: ""}).query()))
        for name, value in filters.query().items()
        if value
    )


def _district_label(key: str, texts: Texts) -> str:
    names = {one.key: one.name_zh for one in DISTRICTS}
    return texts.word("district", names.get(key, key))


def read_filters(request: Request, q: Annotated[str, Query(max_length=80)] = "") -> Filters:
    """Return the filters of a request; `q` is at most 80 characters long."""
    said = request.query_params
    others = (field.name for field in fields(Filters) if field.name != "q")
    return Filters(q, **{name: said.get(name, "").strip() for name in others})


@router.get("/")
def explore(
    page: PageDep,
    state: StateDep,
    chosen: Annotated[Filters, Depends(read_filters)],
    whole: Annotated[str, Query(alias="all")] = "",
) -> HTMLResponse:
    """Show the map and the list."""
    drawing = shared_drawing("overview", state, page.texts)
    return page.render(
        "explore.html",
        policy=drawing.policy,
        map=drawing,
        quarter=quarter_route(state.catalogue),
        filters=chosen,
        view=explore_view(state.catalogue, chosen, page, whole=bool(whole)),
    )


@router.get("/map/{name}.js")
def map_script(name: str, request: Request, state: StateDep, texts: TextsDep) -> Response:
    """Send the own script of a map that shows the same to everybody; its address has its digest."""
    if name not in SHARED:
        raise HTTPException(404)
    script = shared_script(name, state, texts)
    return for_ever(request, script, "text/javascript; charset=utf-8")
