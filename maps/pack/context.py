"""What every part of a pack is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from geo.models import Fidelity, Site
from geo.trip import years_of

from .ground import Ground
from .model import Halt, PackInput, PackOptions, Ride, halts, rides
from .speech import Speech, Text, figure, words


@dataclass(frozen=True)
class Context:
    """The input of a pack, how it speaks, and what several parts look up."""

    pack: PackInput
    options: PackOptions
    say: Speech
    ground: Ground

    @cached_property
    def halts(self) -> tuple[Halt, ...]:
        """Every stop with its mark."""
        return halts(self.pack.plan)

    @cached_property
    def rides(self) -> tuple[Ride, ...]:
        """Every leg with the halts it joins."""
        return rides(self.pack.plan)

    @cached_property
    def records(self) -> Mapping[str, Site]:
        """Every record known to the pack, by id."""
        return {site.id: site for site in (*self.pack.others, *self.pack.plan.sites)}

    @cached_property
    def visits(self) -> tuple[tuple[Halt, Site], ...]:
        """The halts at sites with their records, in order."""
        return tuple(
            (halt, self.records[halt.stop.site_id])
            for halt in self.halts
            if halt.stop.site_id is not None
        )

    @cached_property
    def stamp(self) -> str:
        """The hash of everything that went into this print, shortened."""
        return self.pack.stamp(self.options, self.say.langs)

    @property
    def fidelity(self) -> Fidelity:
        """How far the network of the trip can be trusted."""
        return self.pack.plan.itinerary.network.fidelity

    @property
    def narrow(self) -> bool:
        """Whether the pack is A5."""
        return self.options.paper != "a4"

    def name(self, halt: Halt) -> Text:
        """Return the name of a halt: of its site, its own, the school's, or "start", "end"."""
        if halt.stop.name_zh or halt.stop.name_en:
            return self.say.name(halt.stop)
        if self.pack.plan.facts.school:
            return words(self.pack.plan.facts.school, "")
        return self.say(f"pack.{halt.stop.kind}")

    def when(self, day: int, clock: Text) -> Text:
        """Return a time of day, with its day where the trip has several."""
        if len(self.pack.plan.itinerary.days) == 1 or not clock:
            return clock
        return self.say("pack.day-clock", day=day + 1, clock=clock)

    def sign(self, halt: Halt) -> Text:
        """Return the mark of a halt as it is printed."""
        return figure(halt.mark) if halt.stop.kind == "site" else self.say(f"pack.sign.{halt.mark}")

    def letter(self, halt: Halt) -> str:
        """Return the mark of a halt in the leading language, for a badge or a map."""
        return self.sign(halt)[0][1]

    def period(self, site: Site) -> Text:
        """Return the period: the record's words in Chinese, its years in English."""
        years = years_of(site).replace("-", "–")
        return self.say.pair(site.period, years)
