"""KML and KMZ in and out: placemarks with a point, their data beside it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from .errors import ImportFileError
from .limits import MAX_ROWS, too_many_rows, unpacked
from .markup import Scan, scan
from .outgoing import Feature
from .tables import LAT, LON, Cell, Table, table_of

FORM = "KML"
MAIN = "doc.kml"
_NAMESPACE = "http://www.opengis.net/kml/2.2"
_NONE: AttributesImpl[str] = AttributesImpl({})
_PLAIN = ("name", "description", "address", "phoneNumber")
_MOST_NAMES = 500


class _Placemarks:
    """Gathers placemarks while a document is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[dict[str, str]] = []
        self.data: dict[str, None] = {}
        self.plain: dict[str, None] = {}
        self._now: dict[str, str] | None = None
        self._path: list[str] = []
        self._key = ""
        self._text: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Placemark":
            self._now = {}
            if len(self.found) > MAX_ROWS:
                raise too_many_rows(self.file)
        elif self._now is not None and name in {"Data", "SimpleData"}:
            self._key = attributes.get("name", "")
        elif self._now is not None and name in {"LineString", "Polygon"}:
            self._now.setdefault(LON, name)
        self._path.append(name)
        self._text = []

    def text(self, text: str) -> None:
        if self._now is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        self._path.pop()
        now, text = self._now, "".join(self._text).strip()
        self._text = []
        if now is None:
            return
        if name == "Placemark":
            self.found.append(now)
            self._now = None
            return
        outside = self._path[-1] if self._path else ""
        key = self._key if name in {"value", "SimpleData"} else ""
        if name in _PLAIN and outside == "Placemark":
            now.setdefault(name, text)
            self.plain[name] = None
        if name == "coordinates" and outside == "Point":
            parts = text.split(",")
            now[LON], now[LAT] = parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""
        elif key:
            now[key] = text
            if len(self.data) < _MOST_NAMES:
                self.data[key] = None


def read_kml(file: str, content: bytes) -> Table:
    """Return the placemarks of a KML.

    Raises
    ------
    ImportFileError
        It is no KML, has a document type, or is over a limit.
    """
    return _read(file, io.BytesIO(content))


def read_kmz(file: str, content: bytes) -> Table:
    """Return the placemarks of a KMZ: of `doc.kml`, else of the first KML in it.

    Raises
    ------
    ImportFileError
        As `read_kml`; it is no archive, or holds no KML.
    """
    with unpacked(file, "KMZ", content) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".kml")]
        if not names:
            raise ImportFileError(file, "there is no .kml in it", "import_members", parts=".kml")
        with archive.open(MAIN if MAIN in names else names[0]) as stream:
            return _read(file, stream)


def _read(file: str, stream: IO[bytes]) -> Table:
    gathered = _Placemarks(file)
    told = Scan(gathered.start, gathered.end, gathered.text)
    scan(file, FORM, stream, told)
    columns = _columns(gathered)

    def lines() -> Iterator[tuple[int, list[Cell]]]:
        for number, one in enumerate(gathered.found, start=1):
            yield number, [one.get(name) for name in columns]

    return table_of(file, FORM, columns, lines())


def _columns(gathered: _Placemarks) -> list[str]:
    """Return the columns: of our own files the data alone, which say all a placemark shows."""
    data = gathered.data
    shown = [name for name in gathered.plain if name not in data and "name_zh" not in data]
    return [*shown, *data, LON, LAT]


def write_kml(title: str, features: Iterable[Feature]) -> bytes:
    """Return placemarks as KML; the first column with a text names each."""
    made = io.BytesIO()
    xml = XMLGenerator(made, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("kml", AttributesImpl({"xmlns": _NAMESPACE}))
    xml.startElement("Document", _NONE)
    _element(xml, "name", title)
    for lon, lat, values in features:
        _placemark(xml, lon, lat, values)
    for name in ("Document", "kml"):
        xml.endElement(name)
    xml.endDocument()
    return made.getvalue()


def write_kmz(title: str, features: Iterable[Feature]) -> bytes:
    """Return placemarks as KMZ."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(MAIN), write_kml(title, features), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _placemark(
    xml: XMLGenerator, lon: float | None, lat: float | None, values: Mapping[str, Cell]
) -> None:
    xml.startElement("Placemark", _NONE)
    _element(xml, "name", str(values.get("name_zh") or values.get("title_zh") or values["id"]))
    _element(xml, "description", str(values.get("summary_zh") or ""))
    xml.startElement("ExtendedData", _NONE)
    for name, value in values.items():
        xml.startElement("Data", AttributesImpl({"name": name}))
        _element(xml, "value", "" if value is None else str(value))
        xml.endElement("Data")
    xml.endElement("ExtendedData")
    if lon is not None and lat is not None:
        xml.startElement("Point", _NONE)
        _element(xml, "coordinates", f"{lon!r},{lat!r}")
        xml.endElement("Point")
    xml.endElement("Placemark")


def _element(xml: XMLGenerator, name: str, text: str) -> None:
    xml.startElement(name, _NONE)
    xml.characters(text)
    xml.endElement(name)
