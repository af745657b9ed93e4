"""The forms of files: one table, by which each is read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geo.errors import file_ending, not_one_of

from .delimited import read_csv, write_csv
from .errors import ImportFileError
from .geojson import read_geojson, write_geojson
from .geopackage import read_gpkg
from .kml import read_kml, read_kmz, write_kml, write_kmz
from .limits import check_size
from .outgoing import Outgoing
from .shapefile import read_shapefile, write_shapefile
from .tables import Table
from .workbook import read_xlsx
from .workbook_out import write_xlsx

Headings = Mapping[str, str]
"""What the columns are called in a spreadsheet; a column that is not in it by its own name."""
Read = Callable[[str, bytes], Table]
Write = Callable[[Outgoing, Headings], bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name, how its files end, its media type, how it is read and written.

    `located` says that only records with positions go into it.
    """

    name: str
    ending: str
    media_type: str
    write: Write
    read: Read | None = None
    located: bool = False

    def content(self, file: str, table: Outgoing, headings: Headings | None = None) -> bytes:
        """Return records as a file of this form.

        Raises
        ------
        ImportFileError
            They have no positions, and the form wants them.
        ParquetUnavailableError
            The extra `parquet` is not installed.
        """
        if self.located and not table.located:
            wanted = f"{table.kind} have no positions of their own; choose xlsx, csv or gpkg"
            raise ImportFileError(file, wanted, "export_unlocated", kind=table.kind)
        return self.write(table, headings or {})


def _named(table: Outgoing, headings: Headings) -> list[str]:
    return [headings.get(name, name) for name in table.columns]


def _gpkg(table: Outgoing, _: Headings) -> bytes:
    from .frames import write_gpkg  # noqa: PLC0415 - pandas, only where a frame is wanted

    return write_gpkg(table)


def _parquet(table: Outgoing, _: Headings) -> bytes:
    from .frames import write_parquet  # noqa: PLC0415

    return write_parquet(table)


def _csv(encoding: str) -> Write:
    return lambda table, headings: write_csv(_named(table, headings), table.rows(), encoding)


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALL = (
    Form("xlsx", "xlsx", _XLSX, lambda t, h: write_xlsx(t.kind, _named(t, h), t.rows()), read_xlsx),
    Form("csv", "csv", "text/csv; charset=utf-8", _csv("utf-8"), read_csv),
    Form("csv-gb18030", "csv", "text/csv; charset=gb18030", _csv("gb18030"), read_csv),
    Form(
        "geojson",
        "geojson",
        "application/geo+json",
        lambda t, _: write_geojson(t.features(), t.bodies()),
        read_geojson,
    ),
    Form("gpkg", "gpkg", "application/geopackage+sqlite3", _gpkg, read_gpkg),
    Form(
        "kml",
        "kml",
        "application/vnd.google-earth.kml+xml",
        lambda t, _: write_kml(t.kind, t.features()),
        read_kml,
        located=True,
    ),
    Form(
        "kmz",
        "kmz",
        "application/vnd.google-earth.kmz",
        lambda t, _: write_kmz(t.kind, t.features()),
        read_kmz,
        located=True,
    ),
    Form(
        "shp",
        "zip",
        "application/zip",
        lambda t, _: write_shapefile(t),
        read_shapefile,
        located=True,
    ),
    Form("parquet", "parquet", "application/vnd.apache.parquet", _parquet, located=True),
)
FORMS: Mapping[str, Form] = MappingProxyType({form.name: form for form in _ALL})
READ_ENDINGS = (*dict.fromkeys(form.ending for form in _ALL if form.read), "json")
_BY_ENDING = MappingProxyType({form.ending: form for form in reversed(_ALL)})


def form_of(name: str) -> Form:
    """Return a form by its name.

    Raises
    ------
    InvalidParameterError
        There is no such form.
    """
    if name not in FORMS:
        raise not_one_of("form", name, FORMS)
    return FORMS[name]


def form_of_file(name: str) -> Form:
    """Return the form a file is to be written in, by the ending of its name.

    Raises
    ------
    InvalidParameterError
        It ends in none of those we write.
    """
    form = _BY_ENDING.get(_ending(name))
    if form is None:
        raise file_ending("file", name, _BY_ENDING)
    return form


def forms_for(table: Outgoing) -> tuple[Form, ...]:
    """Return the forms records can be written in."""
    return tuple(form for form in _ALL if table.located or not form.located)


def read_file(name: str, content: bytes) -> Table:
    """Return a file as a table.

    Parameters
    ----------
    name
        Its name; the ending says how to read it.
    content
        Its bytes.

    Raises
    ------
    InvalidParameterError
        It ends in none of `READ_ENDINGS`.
    ImportFileError
        It cannot be read, or is over a limit.
    """
    ending = _ending(name)
    form = _BY_ENDING.get("geojson" if ending == "json" else ending)
    if form is None or form.read is None:
        raise file_ending("file", name, READ_ENDINGS)
    check_size(name, content)
    return form.read(name, content)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
