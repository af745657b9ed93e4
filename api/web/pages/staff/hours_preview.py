"""The coming two weeks of opening hours that are being edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.state import AppState
from api.web.texts import Texts
from geo.columns import Record
from geo.errors import InvalidParameterError, NotFoundError
from geo.hours import Window, closure_on, windows_on
from geo.models import TIME_ZONE, Site

PREVIEW_DAYS = 14


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """One day of the preview: when the site is open, as visitors and plans will have it."""

    day: str
    text: str
    is_open: bool


def hours_preview(
    body: Record, site_id: str, state: AppState, texts: Texts
) -> tuple[PreviewDay, ...] | str:
    """Return the coming two weeks, or why there is no preview."""
    expression = str(body.get("opening_hours") or "")
    if not expression:
        return texts("staff.hours.unknown")
    today, site = datetime.now(TIME_ZONE).date(), _site(state, site_id)
    try:
        return tuple(
            _day(expression, today + timedelta(days=offset), site, texts)
            for offset in range(PREVIEW_DAYS)
        )
    except InvalidParameterError:
        return texts("staff.hours.unreadable")


def _site(state: AppState, site_id: str) -> Site | None:
    """Return the site as visitors see it, where they do."""
    try:
        return state.catalogue.site(site_id)
    except NotFoundError:
        return None


def _day(expression: str, day: date, site: Site | None, texts: Texts) -> PreviewDay:
    closure = closure_on(site, day) if site else None
    windows = windows_on(expression, day)
    said = texts.date(day)
    if closure is not None:
        reason = texts.pick(closure.reason_zh, closure.reason_en)
        return PreviewDay(said, texts("staff.hours.closure", reason=reason), is_open=False)
    if not windows:
        return PreviewDay(said, texts("staff.hours.closed"), is_open=False)
    return PreviewDay(said, " · ".join(_window(one, texts) for one in windows), is_open=True)


def _window(window: Window, texts: Texts) -> str:
    hours = f"{texts.clock(window.opens)}–{texts.clock(window.closes)}"
    if window.last_admission >= window.closes:
        return hours
    last = texts.clock(window.last_admission)
    return texts("staff.hours.last", hours=hours, last=last)
