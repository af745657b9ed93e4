"""What there is to do: sites that wait for review, or of which something is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from api.web.texts import Texts
from geo.columns import Record
from geo.errors import not_one_of
from routes_data.accounts import Unit
from routes_data.editor import Editor
from routes_data.revisions import Revision, State

UNCERTAIN_FROM_M = 500
"""From here on a site is known to an area only, as `Site.is_area` says."""

LISTED = (State.DRAFT, State.REVIEW, State.PUBLISHED, State.ARCHIVED)

STALE = "stale"
"""The list of what was not verified for some months."""


def _uncertain(body: Record) -> bool:
    accuracy = body.get("accuracy_m")
    return not isinstance(accuracy, int | float) or accuracy > UNCERTAIN_FROM_M


def _sourceless(body: Record) -> bool:
    sources = body.get("sources")
    return not any(one.get("url") for one in sources) if isinstance(sources, list) else True


LISTS: Mapping[str, Callable[[Revision], bool]] = MappingProxyType(
    {
        "review": lambda head: head.state is State.REVIEW,
        "draft": lambda head: head.state is State.DRAFT,
        "position": lambda head: _uncertain(head.body),
        "hours": lambda head: not head.body.get("opening_hours"),
        "source": lambda head: _sourceless(head.body),
        "all": lambda _: True,
    }
)
"""Which site stands in which list."""


@dataclass(frozen=True, slots=True)
class Worklists:
    """The sites of a unit, and how many stand in each list.

    Whose newest revision is older than `since` stands in the list `stale`: nobody looked since.
    """

    heads: tuple[Revision, ...]
    since: datetime

    @property
    def counts(self) -> dict[str, int]:
        """How many sites stand in each list."""
        return {name: len(self.of(name)) for name in (*LISTS, STALE)}

    def of(self, name: str) -> tuple[Revision, ...]:
        """Return the sites of a list.

        Raises
        ------
        InvalidParameterError
            There is no such list.
        """
        if name == STALE:
            return tuple(sorted(filter(self._is_stale, self.heads), key=lambda head: head.time))
        if name not in LISTS:
            raise not_one_of("list", name, (*LISTS, STALE))
        return tuple(filter(LISTS[name], self.heads))

    def _is_stale(self, head: Revision) -> bool:
        return head.state is not State.ARCHIVED and head.time < self.since


def site_names(editor: Editor, texts: Texts) -> dict[str, str]:
    """Return the names of all sites by id, those nobody published yet included."""
    return {
        head.id: texts.pick(str(head.body.get("name_zh") or head.id), str(head.body.get("name_en")))
        for head in editor.worklist("sites", LISTED)
    }


def worklists(editor: Editor, unit: Unit, since: datetime) -> Worklists:
    """Return the lists of a unit; `since` says from when on a site counts as verified."""
    return Worklists(_within(editor.worklist("sites", LISTED), unit), since)


def months_before(now: datetime, months: int) -> datetime:
    """Return the moment so many months ago; on the last day of a month that is shorter."""
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    first = now.replace(year=years, month=month + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(now.day, last.day))


def _within(heads: Sequence[Revision], unit: Unit) -> tuple[Revision, ...]:
    return tuple(head for head in heads if unit.holds(head.body))
