"""Every form of file: what goes out comes back equal, others open it, bombs are refused."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from exchange_world import as_new, person, sites_of, store_sites

from api.exchanging import template, vocabulary
from api.web.texts import LANGS, Texts
from geo.exchange.table import FORMULA_STARTS, guarded, unguarded
from routes_data.exchange import limits
from routes_data.exchange.errors import ImportFileError
from routes_data.exchange.forms import FORMS, read_file
from routes_data.exchange.mapping import field_of, fields_of, guess
from routes_data.exchange.outgoing import exported, outgoing
from routes_data.exchange.subjects import SUBJECTS
from routes_data.revisions import Revision, State
from routes_data.store import Store

READ = [name for name, form in FORMS.items() if form.read]
CLASSIC = "=cmd|' /C calc'!A0"


def rule_of(error: pytest.ExceptionInfo[ImportFileError]) -> object:
    return error.value.data["rule"]


def written(form: str, heads: tuple[Revision, ...], lang: str = "") -> bytes:
    from api.exchanging import headings  # noqa: PLC0415

    words = headings("sites", Texts.for_lang(lang)) if lang in LANGS else None  # type: ignore[arg-type]
    return FORMS[form].content("made", outgoing("sites", heads, public=False), words)


def awkward(heads: tuple[Revision, ...]) -> tuple[Revision, ...]:
    """Sites whose texts tempt every form: signs of formulas, of lists, of XML, long and wide."""
    from dataclasses import replace  # noqa: PLC0415

    texts = [
        "=1+1",
        "'=quoted",
        "＝宽的",
        "+86 532",
        "a|b;c、d",
        "<b>&amp;]]>",
        '他说"好",走了',
        "长" * 400,
        "x y " * 120 + "z",
        "𠮷野家 é",
        "[1, 2]",
        "{}",
        "001",
        "1e5",
        "TRUE",
        "2021-06-28",
        "-",
    ]
    made = []
    for head, text in zip(heads, texts, strict=False):
        body = {
            **head.body,
            "summary_zh": text,
            "notes_zh": text[::-1].strip(),
            "aliases": [text[:60].strip(), "乙"],
            "sources": [{"publisher": text[:60].strip(), "date": "2021", "url": ""}],
            "address": text.strip(),
        }
        made.append(replace(head, body=body))
    return tuple(made)


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("lang", ["", "zh", "en"])
def test_what_goes_out_comes_back_equal(qingdao_store: Store, form: str, lang: str) -> None:
    heads = store_sites(qingdao_store)
    if lang and FORMS[form].ending not in {"xlsx", "csv"}:
        pytest.skip("headings in words are for spreadsheets")
    table = read_file(f"sites.{FORMS[form].ending}", written(form, heads, lang))
    run = as_new(table)
    assert [row.body for row in run.rows] == [head.body for head in heads]
    again = sites_of(qingdao_store, table)
    assert again.counts["unchanged"] == len(heads)


@pytest.mark.parametrize("form", READ)
def test_awkward_texts_come_back_equal(qingdao_store: Store, form: str) -> None:
    heads = awkward(store_sites(qingdao_store))
    table = read_file(f"sites.{FORMS[form].ending}", written(form, heads))
    assert [row.body for row in as_new(table).rows] == [head.body for head in heads]


@pytest.mark.parametrize(
    ("form", "driver"), [("gpkg", "gpkg"), ("geojson", "geojson"), ("kml", "kml"), ("shp", "zip")]
)
def test_gdal_opens_what_we_write(
    qingdao_store: Store, tmp_path: Path, form: str, driver: str
) -> None:
    heads = exported(qingdao_store.editor, "sites", public=True).revisions
    path = tmp_path / f"sites.{driver}"
    path.write_bytes(written(form, heads))
    frame = pyogrio.read_dataframe(f"/vsizip/{path}" if form == "shp" else path)
    assert len(frame) == 89
    assert frame.crs is not None
    assert frame.crs.to_epsg() == 4326
    held = shapely.get_coordinates(frame.geometry.values)
    said = np.array([[head.body["lon"], head.body["lat"]] for head in heads])
    assert np.allclose(held, said, atol=1e-9)


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile", "GeoJSON", "KML"])
def test_what_gdal_writes_in_other_systems_is_read(tmp_path: Path, driver: str) -> None:
    import geopandas as gpd  # noqa: PLC0415

    frame = gpd.GeoDataFrame(
        {"名称": ["甲馆", "乙馆"], "district": ["市南区", "崂山区"]},
        geometry=gpd.points_from_xy([120.32, 120.47], [36.07, 36.1]),
        crs="EPSG:4326",
    )
    if driver in {"GPKG", "ESRI Shapefile"}:
        frame = frame.to_crs("EPSG:4549")
    ending = {"GPKG": "gpkg", "ESRI Shapefile": "shp", "GeoJSON": "geojson", "KML": "kml"}[driver]
    path = tmp_path / f"made.{ending}"
    frame.to_file(path, driver=driver, encoding="GB18030" if ending == "shp" else None)
    content = path.read_bytes()
    if ending == "shp":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for one in tmp_path.iterdir():
                if one.suffix != ".cpg":  # Chinese programs often leave it out
                    archive.write(one, f"folder/{one.name}")
        content, ending = packed.getvalue(), "zip"
    table = read_file(f"made.{ending}", content)
    run = as_new(table)
    assert [row.body["name_zh"] for row in run.rows] == ["甲馆", "乙馆"]
    found = [(row.body["lon"], row.body["lat"]) for row in run.rows]
    assert np.allclose(np.array(found, dtype=float), [[120.32, 36.07], [120.47, 36.1]], atol=1e-6)


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv-gb18030"])
def test_no_cell_begins_a_formula(qingdao_store: Store, form: str) -> None:
    content = written(form, awkward(store_sites(qingdao_store)))
    if form == "xlsx":
        rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
        cells = [cell for row in rows for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    else:
        text = content.decode("utf-8-sig" if form == "csv" else "gb18030")
        texts = [
            cell
            for row in csv.reader(io.StringIO(text, newline=""))
            for cell in row
            if not cell.lstrip("-").replace(".", "", 1).isdigit()
        ]
    assert len(texts) > 300
    assert not [text for text in texts if text.startswith(FORMULA_STARTS)]
    assert "'=1+1" in texts


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "'a", "a=1", "", "'", "\t=1", "＋1", "-5"])
def test_a_guard_is_taken_away_whole(text: str) -> None:
    assert not guarded(text).startswith(FORMULA_STARTS)
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("lang", LANGS)
def test_the_template_is_read_as_it_is_filled_in(lang: str) -> None:
    texts = Texts.for_lang(lang)  # type: ignore[arg-type]
    book = openpyxl.load_workbook(io.BytesIO(template(texts)))
    sheet = book["sites"]
    heads = [cell.value for cell in sheet[1]]
    rules = {
        str(one.sqref).split(":")[0][:-1]: one for one in sheet.data_validations.dataValidation
    }
    assert len(rules) >= 6
    column = heads.index(texts("staff.column.category"))
    rule = rules[openpyxl.utils.get_column_letter(column + 1)]
    name, cells = rule.formula1.strip("=").split("!")
    choices = [one.value for (one,) in book[name.strip("'")][cells.replace("$", "")]]
    assert texts("category.museum") in choices
    values = {"name_zh": "试馆", "category": texts("category.museum"), "lon": 120.3, "lat": 36.1}
    for key, value in values.items():
        sheet.cell(2, heads.index(texts(f"staff.column.{key}")) + 1, value)
    filled = io.BytesIO()
    book.save(filled)
    (row,) = as_new(read_file("t.xlsx", filled.getvalue()), words=vocabulary()).rows
    assert {name: row.body[name] for name in values} == {**values, "category": "museum"}
    assert row.faults == ()


@pytest.mark.parametrize("kind", SUBJECTS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_heading_of_ours_is_known_again(lang: str, kind: str) -> None:
    texts = Texts.for_lang(lang)  # type: ignore[arg-type]
    for name in fields_of(kind):
        assert field_of(texts.word("staff.column", name), kind) == name
    named = [name for name in fields_of(kind) if name != "position"]
    columns = [texts.word("staff.column", name) for name in named]
    assert guess(columns, kind).fields == tuple(named)


def test_a_title_above_the_headings_and_a_sheet_of_notes_do_no_harm() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "说明"
    sheet = book.create_sheet("点位")
    for line in (
        ["青岛市红色点位一览表"],
        [],
        ["序号", "名称", "经度", "纬度"],
        [1, "甲馆", 120.3, 36.1],
    ):
        sheet.append(line)
    made = io.BytesIO()
    book.save(made)
    table = read_file("一览表.xlsx", made.getvalue())
    assert table.columns == ("序号", "名称", "经度", "纬度")
    assert table.rows == ((4, (1, "甲馆", 120.3, 36.1)),)


# ---- refused -------------------------------------------------------------------------------------


def packed(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()


@pytest.mark.parametrize("ending", ["xlsx", "kmz", "zip"])
def test_a_zip_bomb_is_refused_unopened(ending: str) -> None:
    content = packed(doc_kml=b" " * 80_000_000)
    assert len(content) < 200_000
    with pytest.raises(ImportFileError) as error:
        read_file(f"bomb.{ending}", content)
    assert rule_of(error) == "import_unpacked"


XXE = """<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&x;</name></Placemark></kml>"""
LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><kml>&b;</kml>'


@pytest.mark.parametrize("text", [XXE, LAUGHS])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(text: str, encoding: str) -> None:
    content = text.replace('"1.0"?', f'"1.0" encoding="{encoding}"?').encode(encoding)
    for name, one in (("a.kml", content), ("a.kmz", packed(doc_kml=content))):
        with pytest.raises(ImportFileError) as error:
            read_file(name, one)
        assert rule_of(error) == "import_doctype"


def test_a_document_type_inside_a_workbook_is_refused(qingdao_store: Store) -> None:
    whole = written("xlsx", store_sites(qingdao_store))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY y "z">]>' + content
            new.writestr(name, content)
    with pytest.raises(ImportFileError) as error:
        read_file("a.xlsx", made.getvalue())
    assert rule_of(error) == "import_doctype"


def test_a_million_rows_are_refused() -> None:
    line = b"\xe7\x94\xb2,120.3,36.1\n"
    features = b'{"type":"FeatureCollection","features":[' + b'{"a":{}},' * 1_000_000 + b"0]}"
    for name, content in (
        ("a.csv", b"name,lon,lat\n" + line * 1_000_000),
        ("a.geojson", features),
    ):
        with pytest.raises(ImportFileError) as error:
            read_file(name, content)
        assert rule_of(error) == "import_rows"
    sheet = b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 1_000_000
    with pytest.raises(ImportFileError) as error:
        read_file("a.xlsx", packed(xl__worksheets__sheet1_xml=sheet))
    assert rule_of(error) in {"import_rows", "import_unpacked"}


def test_a_view_without_end_in_a_geopackage_is_not_run(
    qingdao_store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(written("gpkg", store_sites(qingdao_store)))
    connection = sqlite3.connect(path)
    connection.executescript(
        "ALTER TABLE sites RENAME TO other;"
        "CREATE VIEW sites AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid+1 FROM n)"
        " SELECT fid, NULL AS geom FROM n;"
        "UPDATE gpkg_geometry_columns SET table_name = 'sites';"
    )
    connection.close()
    with pytest.raises(ImportFileError) as error:
        read_file("a.gpkg", path.read_bytes())
    assert rule_of(error) in {"import_layers", "import_broken"}


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", b"", "import_empty"),
        ("a.csv", b"name,lon\n", "import_no_rows"),
        ("a.csv", b"\x81\xff\xff,\x00\n", "import_encoding"),
        ("a.csv", b"name,name\n1,2\n", "import_heading_twice"),
        ("a.csv", b"name\n" + b"x" * 30_000, "import_cell"),
        ("a.csv", b",".join(b"c%d" % n for n in range(300)) + b"\n1\n", "import_columns"),
        ("a.csv", b"x" * (limits.MAX_BYTES + 1), "import_too_large"),
        ("a.xlsx", b"PK no zip", "import_broken"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "import_broken"),  # an encrypted or old one
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 600, "import_broken"),
        ("a.geojson", b"[" * 100_000, "import_broken"),
        ("a.geojson", b'{"type":"Point"}', "import_broken"),
        ("a.kml", b"<kml><Placemark>", "import_broken"),
        ("a.kmz", packed(a_txt=b"x"), "import_members"),
        ("a.zip", packed(a_shp=b"x"), "import_members"),
        ("a.zip", packed(a_shp=b"x", a_shx=b"x", a_dbf=b"x"), "import_broken"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_by_its_reason(
    name: str, content: bytes, rule: str
) -> None:
    with pytest.raises(ImportFileError) as error:
        read_file(name, content)
    assert rule_of(error) == rule
    for lang in LANGS:
        limits_of = error.value.data["limits"]
        assert Texts.for_lang(lang)(f"fault.{rule}", **limits_of)  # type: ignore[arg-type]


def test_letters_that_were_lost_are_said() -> None:
    content = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": None, "properties": {"name": "馆\ud800"}}],
        }
    ).encode()
    (row,) = as_new(read_file("a.geojson", content)).rows
    assert [fault.rule for fault in row.faults] == ["lost"]


def test_what_is_public_names_nobody_who_wrote_it(qingdao_store: Store) -> None:
    public = exported(qingdao_store.editor, "sites", public=True)
    every = exported(qingdao_store.editor, "sites", public=False)
    assert "revised_by" not in public.columns
    assert {"licence", "attribution", "revision"} <= set(public.columns)
    assert {one.state for one in public.revisions} == {State.PUBLISHED}
    assert (len(public.revisions), len(every.revisions)) == (89, 111)
    assert person().role == "admin"


def test_geoparquet_is_read_back(qingdao_store: Store) -> None:
    pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    import geopandas as gpd  # noqa: PLC0415

    frame = gpd.read_parquet(io.BytesIO(written("parquet", store_sites(qingdao_store))))
    assert len(frame) == 111
    assert frame.crs.to_epsg() == 4326
    assert set(frame["licence"]) == {"MIT"}
