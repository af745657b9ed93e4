"""KML 2.2 for Google Earth, 奥维 and the like.

Written with the standard library: simplekml numbers its elements from a counter of the whole
process, so the same itinerary would not give the same bytes twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from geo.messages import Messages
from geo.models import Itinerary, LonLat, Mode

from .naming import (
    Ride,
    Visit,
    leg_name,
    leg_text,
    mode_lines,
    network_note,
    notes,
    stop_name,
    title,
    visit_times,
    visits,
)

NAMESPACE = "http://www.opengis.net/kml/2.2"
LINE_COLOURS: dict[Mode, str] = {
    "walk": "ff1b5e20",
    "cycle": "ff6f5b1f",
    "drive": "ff1c1cb7",
    "coach": "ff7a2c5b",
}
"""Line colours as KML writes them: alpha, blue, green, red."""


def to_kml(itinerary: Itinerary, messages: Messages) -> str:
    """Return the itinerary as KML text: a folder a day, a placemark a stop and a leg."""
    root = ET.Element("kml", xmlns=NAMESPACE)
    document = ET.SubElement(root, "Document")
    _text(document, "name", title(itinerary, messages))
    about = [*mode_lines(itinerary, messages), *notes(itinerary.notices, messages)]
    about += [network_note(itinerary, messages)]
    _text(document, "description", "\n".join(about))
    for mode, colour in LINE_COLOURS.items():
        _style(document, mode, colour)
    folders = [_folder(document, day.date.isoformat()) for day in itinerary.days]
    for visit in visits(itinerary):
        folder = folders[visit.day - 1]
        _stop(folder, visit, messages)
        if visit.ride is not None:
            _leg(folder, visit.ride, itinerary, messages)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text


def _style(document: ET.Element, name: str, colour: str) -> None:
    line = ET.SubElement(ET.SubElement(document, "Style", id=name), "LineStyle")
    _text(line, "color", colour)
    _text(line, "width", "4")


def _folder(document: ET.Element, name: str) -> ET.Element:
    folder = ET.SubElement(document, "Folder")
    _text(folder, "name", name)
    return folder


def _stop(folder: ET.Element, visit: Visit, messages: Messages) -> None:
    stop = visit.stop
    placemark = ET.SubElement(folder, "Placemark")
    number = "" if visit.number is None else f"{visit.number} "
    _text(placemark, "name", number + stop_name(stop, messages))
    lines = [*visit_times(visit, messages), *notes(stop.notices, messages)]
    _text(placemark, "description", "\n".join(lines))
    # A time that is a range stands in the description alone.
    if visit.sure_time is not None:
        _text(ET.SubElement(placemark, "TimeStamp"), "when", visit.sure_time.isoformat())
    _text(ET.SubElement(placemark, "Point"), "coordinates", _pairs([(stop.lon, stop.lat)]))


def _leg(folder: ET.Element, ride: Ride, itinerary: Itinerary, messages: Messages) -> None:
    placemark = ET.SubElement(folder, "Placemark")
    _text(placemark, "name", leg_name(ride, messages))
    _text(placemark, "description", leg_text(ride.leg, itinerary, messages))
    _text(placemark, "styleUrl", f"#{ride.leg.mode}")
    line = ET.SubElement(placemark, "LineString")
    _text(line, "tessellate", "1")
    _text(line, "coordinates", _pairs(ride.leg.coordinates))


def _pairs(points: Iterable[LonLat]) -> str:
    return " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points)
