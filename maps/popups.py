"""What a popup says: plain texts under kinds, which the page writes by `textContent`.

No markup is made here, so nothing needs escaping here; `maps.plugins.data.script_json` is the one
gate through which these texts enter a page.
"""

from __future__ import annotations

from typing import Protocol

from geo.exchange import StopMoments, say_moment
from geo.messages import Messages, name_in
from geo.models import AREA_ACCURACY_M, Stop

from .options import MapOptions
from .plugins.data import JsonData

_KM = 1000.0


class SiteLike(Protocol):
    """The facts of a site that a map shows: a `Site`, or a row of the sites frame."""

    id: str
    name_zh: str
    name_en: str
    district: str
    address: str
    category: str
    period: str
    summary_zh: str
    summary_en: str
    lon: float
    lat: float
    accuracy_m: float
    visit_min: int


def is_area(accuracy_m: float) -> bool:
    """Whether a position is so unsure that it is drawn as an area, not a pin."""
    return accuracy_m > AREA_ACCURACY_M


def text_of(value: object) -> str:
    """Return a text cell of a frame; an empty one may be NaN or None there."""
    return value.strip() if isinstance(value, str) else ""


def names(messages: Messages, name_zh: str, name_en: str) -> dict[str, JsonData]:
    """Return the name in the reader's language, and in the other one where it differs."""
    name = name_in(messages.lang, name_zh, name_en)
    other = name_en if messages.lang == "zh" else name_zh
    other_lang = "en" if messages.lang == "zh" else "zh-CN"
    return {
        "name": name,
        "other": other if other != name else "",
        "lang": "zh-CN" if name == name_zh else "en",
        "otherLang": other_lang,
    }


def hint(messages: Messages, accuracy_m: float) -> str:
    """Return how unsure a position is, in words; empty where it is a pin."""
    if not is_area(accuracy_m):
        return ""
    return messages("map.popup.area", km=f"{accuracy_m / _KM:g}")


def site_popup(site: SiteLike, messages: Messages, options: MapOptions) -> dict[str, JsonData]:
    """Return what the popup of a site says."""
    summary = text_of(site.summary_zh) if messages.lang == "zh" else text_of(site.summary_en)
    facts = [messages(f"category.{site.category}"), messages(f"district.{site.district}")]
    lines = [
        ("facts", " · ".join(facts)),
        ("period", text_of(site.period) if messages.lang == "zh" else ""),
        ("summary", summary or text_of(site.summary_zh)),
        ("visit", messages("map.popup.visit", minutes=int(site.visit_min))),
        ("address", text_of(site.address) if messages.lang == "zh" else ""),
        ("hint", hint(messages, site.accuracy_m)),
    ]
    return {
        **names(messages, text_of(site.name_zh), text_of(site.name_en)),
        "lines": [[kind, text] for kind, text in lines if text],
        **_link(site.id, messages, options),
        **_add(site.id, messages, options),
    }


def stop_popup(
    stop: Stop, at: StopMoments, messages: Messages, options: MapOptions
) -> dict[str, JsonData]:
    """Return what the popup of a stop says: when, how long, and what to beware of."""
    lines = [("time", stop_times(at, messages))]
    if stop.stay_s:
        lines.append(("visit", messages("map.popup.visit", minutes=round(stop.stay_s / 60))))
    lines += [("hint", notice.text(messages)) for notice in stop.notices]
    lines.append(("hint", hint(messages, stop.accuracy_m) if stop.site_id else ""))
    linked = _link(stop.site_id, messages, options) if stop.site_id else {}
    said = names(messages, stop.name_zh, stop.name_en)
    if not said["name"]:  # a bare position: "Start" or "End"
        own = "zh-CN" if messages.lang == "zh" else "en"
        said |= {"name": messages(f"exchange.{stop.kind}"), "lang": own}
    return {
        **said,
        "lines": [[kind, text] for kind, text in lines if text],
        **linked,
    }


def stop_times(at: StopMoments, messages: Messages) -> str:
    """Return the times of a stop: from–to, or the one it has."""
    arrival, departure = (
        say_moment(moment, messages) if moment else "" for moment in (at.arrival, at.departure)
    )
    if arrival and departure:
        apart = at.arrival and at.departure and (at.arrival.is_range or at.departure.is_range)
        key = "map.stop.between" if apart else "map.stop.from_to"
        return messages(key, arrival=arrival, departure=departure)
    if arrival:
        return messages("map.stop.arrive", time=arrival)
    return messages("map.stop.depart", time=departure) if departure else ""


def _link(site_id: str, messages: Messages, options: MapOptions) -> dict[str, JsonData]:
    if options.site_href is None:
        return {}
    return {"href": options.site_href(site_id), "linkText": messages("map.popup.more")}


def _add(site_id: str, messages: Messages, options: MapOptions) -> dict[str, JsonData]:
    if options.plan_href is None:
        return {}
    text = messages("map.popup.add")
    return {"add": {"id": site_id, "href": options.plan_href(site_id), "text": text}}
