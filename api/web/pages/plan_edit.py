"""The buttons that adjust a plan: each is the address of the plan it leads to.

So they work with no script, on the page that plans and on that of a kept plan, and "back" is
"undo". What is locked or pinned stays so until it is released.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from api.web.view import Page
from geo.models import Itinerary, Route, Stop
from geo.planner.changes import plan_before, visit_begin

from .plan_form import Asked

FREE = {"order": ""}
"""Where limits choose the order, none is said."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One button: what it does and where it leads."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class StopEdits:
    """What may be done with one stop, and what is locked of it already."""

    edits: tuple[Edit, ...] = ()
    locked: str = ""
    pinned: bool = False


NO_EDITS = StopEdits()
"""Of a bare start or end, and where nothing may be changed."""


@dataclass(frozen=True)
class Editing:
    """A plan that is shown, and the wish it came from, with every stop said by name."""

    asked: Asked
    itinerary: Itinerary
    page: Page

    @classmethod
    def of(cls, asked: Asked, itinerary: Itinerary, route: Route | None, page: Page) -> Editing:
        """Return the editing of a plan; that of a route is said stop by stop."""
        if route is None:
            return cls(asked, itinerary, page)
        single = {**asked.single, "route": "", "mode": asked["mode"] or itinerary.mode}
        if route.start and not single.get("start"):
            single["start"] = f"{route.start.lon:.6f},{route.start.lat:.6f}"
        stops = tuple(dict.fromkeys((*route.stops, *asked.stops)))
        return cls(replace(asked, stops=stops, single=single), itinerary, page)

    @cached_property
    def was(self) -> str:
        """The plan that is shown, for the next one to be compared with."""
        return str(plan_before(self.itinerary))

    @cached_property
    def visited(self) -> tuple[str, ...]:
        """The sites of the plan in the order they are visited."""
        return tuple(stop.site_id for stop in self.itinerary.stops if stop.site_id)

    @property
    def timed(self) -> bool:
        """Whether hours and limits choose the order."""
        return self.itinerary.most_sites is not None

    @cached_property
    def settled(self) -> Mapping[str, str]:
        """The parameters of the plan that is shown, its day and mode said."""
        return self.asked.settled(self.itinerary, "" if self.timed else self.itinerary.order)

    def fields(self) -> dict[str, str]:
        """Return the hidden fields of the form that adds a stop."""
        said = {name: value for name, value in self.settled.items() if value}
        return {**said, "shown": ",".join(self.visited), "was": self.was}

    def of_stop(self, stop: Stop) -> StopEdits:
        """Return the buttons of one stop; none at a bare start or end."""
        if stop.site_id is None:
            return NO_EDITS
        site, said = stop.site_id, self.asked.of("appointments", stop.site_id)
        pinned = site in self.asked.pairs.get("sequence", ())
        edits = (*self._lock(site, stop), *self._pin(site, pinned=pinned), *self._moves(site))
        return StopEdits((*edits, *self._days(site), self._drop(site)), _said(said), pinned)

    def _lock(self, site: str, stop: Stop) -> Iterator[Edit]:
        begins, texts = visit_begin(stop), self.page.texts
        if self.asked.of("appointments", site):
            freed = {"appointments": self._without("appointments", site)}
            yield Edit(texts("page.plan.edit-unlock"), self._href(freed))
        elif begins is not None:
            changes = {**self._held(site, _text(begins)), **FREE}
            words = texts("page.plan.edit-lock", time=f"{begins:%H:%M}")
            yield Edit(words, self._href(changes))

    def _held(self, site: str, when: str) -> dict[str, str]:
        """Return what holds a site to a moment or day; only a required one is held."""
        query = self.settled
        others = self._without("appointments", site)
        return {
            "appointments": ",".join(one for one in (others, f"{site}@{when}") if one),
            **self._required(site, query),
        }

    def _required(self, site: str, query: Mapping[str, str]) -> dict[str, str]:
        if site not in self.asked.optional:
            return {}
        return {
            "stops": ",".join(one for one in (query["stops"], site) if one),
            "optional": ",".join(one for one in self.asked.optional if one != site),
            "priorities": self._without("priorities", site),
        }

    def _pin(self, site: str, *, pinned: bool) -> Iterator[Edit]:
        now = self.asked.pairs.get("sequence", ())
        if pinned:
            words, kept = "page.plan.edit-unpin", [one for one in now if one != site]
            yield Edit(self.page.texts(words), self._href({"sequence": ",".join(kept)}))
            return
        kept = [one for one in self.visited if one in now or one == site]
        changes = {"sequence": ",".join(kept), **self._required(site, self.settled), **FREE}
        yield Edit(self.page.texts("page.plan.edit-pin"), self._href(changes))

    def _moves(self, site: str) -> Iterator[Edit]:
        """Yield the moves by one place; the others keep their order."""
        order = list(self.visited)
        at = order.index(site)
        for words, to in (("earlier", at - 1), ("later", at + 1)):
            if not 0 <= to < len(order):
                continue
            moved = list(order)
            moved.insert(to, moved.pop(at))
            text = self.page.texts(f"page.plan.edit-{words}")
            yield Edit(text, self._href(self._ordered(moved)))

    def _ordered(self, order: Sequence[str]) -> dict[str, str]:
        if self.timed:
            return {"sequence": ",".join(order)}
        return {"order": "given", "stops": ",".join(order)}

    def _days(self, site: str) -> Iterator[Edit]:
        days = self.itinerary.days
        for number, day in enumerate(days, start=1):
            if len(days) > 1 and not any(stop.site_id == site for stop in day.stops):
                words = self.page.texts("page.plan.edit-day", nth=number)
                yield Edit(words, self._href(self._on(site, day.date)))

    def _on(self, site: str, day: date) -> dict[str, str]:
        pinned = [one for one in self.asked.pairs.get("sequence", ()) if one != site]
        return {**self._held(site, day.isoformat()), "sequence": ",".join(pinned)}

    def _drop(self, site: str) -> Edit:
        left = self.asked.without(site)
        words = self.page.texts("page.plan.edit-drop")
        query = replace(self, asked=left).settled
        return Edit(words, self.page.href("/plan", **query, was=self.was))

    def _without(self, parameter: str, site: str) -> str:
        pairs = self.asked.pairs.get(parameter, ())
        return ",".join(pair for pair in pairs if pair.partition("@")[0] != site)

    def _href(self, changes: Mapping[str, str]) -> str:
        return self.page.href("/plan", **{**self.settled, **changes}, was=self.was)


def _text(at: datetime) -> str:
    """Return a moment as an appointment names it, to the second where it has one."""
    return at.strftime("%Y-%m-%dT%H:%M:%S" if at.second else "%Y-%m-%dT%H:%M")


def _said(when: str) -> str:
    """Return an appointment as people read it."""
    day, _, at = when.partition("T")
    return f"{day} {at[:5]}" if at else when
