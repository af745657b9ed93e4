"""The coming two weeks of opening hours that are being edited."""

from __future__ import annotations

from datetime import datetime

from api.state import AppState
from api.web.opening import OpenDay, open_days
from api.web.texts import Texts
from geo.columns import Record
from geo.errors import InvalidParameterError, NotFoundError
from geo.models import TIME_ZONE, Site

PREVIEW_DAYS = 14


def hours_preview(
    body: Record, site_id: str, state: AppState, texts: Texts
) -> tuple[OpenDay, ...] | str:
    """Return the coming two weeks, or why there is no preview."""
    expression = str(body.get("opening_hours") or "")
    if not expression:
        return texts("staff.hours.unknown")
    today, site = datetime.now(TIME_ZONE).date(), _site(state, site_id)
    try:
        return open_days(expression, today, PREVIEW_DAYS, site, texts)
    except InvalidParameterError:
        return texts("staff.hours.unreadable")


def _site(state: AppState, site_id: str) -> Site | None:
    """Return the site as visitors see it, where they do."""
    try:
        return state.catalogue.site(site_id)
    except NotFoundError:
        return None
