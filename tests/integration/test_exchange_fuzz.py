"""Hostile and damaged files by the thousand: a report or a clean import, in little memory."""

from __future__ import annotations

import io
import json
import random
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from exchange_world import desk_of, store_sites

from api.exchanging import fault_line, row_notes, run_document, vocabulary
from api.web.texts import LANGS, Texts
from geo.crs import wgs84_to_gcj02
from geo.errors import HeritageError
from geo.positions import DATUMS
from routes_data.exchange.forms import FORMS, read_file
from routes_data.exchange.limits import MAX_ROWS
from routes_data.exchange.mapping import check_mapping, guess
from routes_data.exchange.outgoing import outgoing
from routes_data.exchange.rows import How
from routes_data.store import Store

READ = [name for name, form in FORMS.items() if form.read]
ZIPPED = {"xlsx", "kmz", "shp"}
HOSTILE = [
    b'=cmd|" /C calc"!A0',
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    b"&b;",
    b"\xff\xfe",
    b"\x00\x00",
    b"9" * 400,
    b"1e999",
    b"NaN",
    b"\xed\xa0\x80",
    "\u202e".encode(),
    b"]" * 50,
    b"{" * 3000,
    b"\r\n",
    b"'",
    b'"',
    b",,,,",
]
Content = dict[str, bytes]


def unzipped(content: bytes) -> Content:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: Content) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, taken away, doubled, or hostile ones put in."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at, length = chance.randrange(len(made) + 1), chance.randrange(1, 200)
        match chance.randrange(6):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + length]
            case 2:
                made[at:at] = made[at : at + length]
            case 3:
                made[at:at] = chance.choice(HOSTILE)
            case 4:
                made[at : at + length] = chance.randbytes(length)
            case _:
                del made[max(at, 1) :]
        if not made:
            made = bytearray(b"x")
    return bytes(made)


def mutated(form: str, content: bytes, chance: random.Random) -> bytes:
    """A file of a form, damaged outside or, of an archive, within."""
    if form not in ZIPPED or chance.random() < 0.3:
        return damaged(content, chance)
    members = unzipped(content)
    name = chance.choice(list(members))
    match chance.randrange(5):
        case 0:
            del members[name]
        case 1:
            members[name] = b" " * chance.choice((2_000_000, 70_000_000))
        case 2:
            members[f"../{name}"] = members.pop(name)
        case _:
            members[name] = damaged(members[name], chance)
    return zipped(members)


def twisted(store: Store, chance: random.Random) -> bytes:
    """A workbook that is whole, with cells nobody wants."""
    from dataclasses import replace  # noqa: PLC0415

    heads = []
    for head in chance.sample(store_sites(store), 8):
        body = dict(head.body)
        for _ in range(chance.randrange(4)):
            name = chance.choice(list(body))
            body[name] = chance.choice(
                [
                    "=1+1",
                    "",
                    "1e999",
                    -1,
                    10**30,
                    "x" * 5000,
                    [],
                    "\u202e",
                    "二〇二一",
                    0.1,
                    "|",
                    "[[",
                ]
            )
        match chance.randrange(4):
            case 0:
                body["lon"], body["lat"] = body["lat"], body["lon"]
            case 1 if isinstance(body["lon"], float) and isinstance(body["lat"], float):
                if abs(body["lon"]) <= 180 and abs(body["lat"]) <= 90:
                    body["lon"], body["lat"] = wgs84_to_gcj02(body["lon"], body["lat"])
        heads.append(replace(head, body=body))
    return FORMS["xlsx"].content("x", outgoing("sites", heads, public=False))


def outcome(store: Store, name: str, content: bytes, chance: random.Random) -> str:
    """Import a file as far as it goes; whatever is wrong must be said in both languages."""
    try:
        table = read_file(name, content)
        mapping = check_mapping(name, table.columns, guess(table.columns).fields)
        how = How(mapping, chance.choice(DATUMS), chance.random() < 0.5, vocabulary())
        run = desk_of(store).check(table, how)
    except HeritageError as error:
        rule = error.data["rule"]
        assert all(Texts.for_lang(lang).has(f"fault.{rule}") for lang in LANGS), rule
        return str(rule)
    for texts in map(Texts.for_lang, LANGS):
        lines = [fault_line(fault, texts) for row in run.rows for fault in row.faults]
        lines += [note for row in run.rows for note in row_notes(row, texts)]
        "\n".join(lines).encode()
    json.dumps(run_document(run), allow_nan=False)
    assert all(row.faults or row.status != "faulty" for row in run.rows)
    if run.applicable and chance.random() < 0.2:
        change_set = f"import-{chance.randrange(10**15)}"
        desk_of(store).apply(run, change_set, "fuzz")
        desk_of(store).undo(change_set, "fuzz")
        return "applied"
    return "checked"


def attack(store: Store, count: int, seed: int) -> dict[str, int]:
    """Import so many mutated files; return how they ended."""
    heads = store_sites(store)
    whole = {
        name: FORMS[name].content("x", outgoing("sites", heads[:12], public=False)) for name in READ
    }
    before = [(one.id, one.body, one.state) for one in heads]
    ends: dict[str, int] = {}
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")  # noqa: S311 - mutations, no secrets
        form = READ[number % len(READ)]
        content = twisted(store, chance) if number % 9 == 0 else mutated(form, whole[form], chance)
        ending = "xlsx" if number % 9 == 0 else FORMS[form].ending
        try:
            end = outcome(store, f"mutant.{ending}", content, chance)
        except Exception as error:
            raise AssertionError(f"mutant {seed}-{number} ({form}): {error!r}") from error
        ends[end] = ends.get(end, 0) + 1
    after = {one.id: (one.body, one.state) for one in store_sites(store)}
    assert [(one, *after[one]) for one, _, _ in before] == before
    return ends


@pytest.fixture
def own_store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'red.db'}")


def test_mutated_files_are_reported_or_imported(own_store: Store) -> None:
    ends = attack(own_store, 160, 1)
    assert ends.get("checked", 0) + ends.get("applied", 0) > 30, ends
    assert len(ends) > 5, ends


@pytest.mark.slow
def test_two_thousand_mutated_files(own_store: Store) -> None:
    ends = attack(own_store, 2_000, 2)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert sum(ends.values()) == 2_000
    assert used < 1_500, f"{used:.0f} MB of the whole test process"  # each by itself: see below


LARGEST = """
import resource, sys
from pathlib import Path
from routes_data.exchange.comparing import Known, dry_run
from routes_data.exchange.desk import ImportDesk
from routes_data.exchange.forms import read_file
from routes_data.exchange.mapping import guess
from routes_data.exchange.rows import How
from exchange_world import person
path = Path(sys.argv[1])
try:
    table = read_file(path.name, path.read_bytes())
    run = dry_run(table, How(guess(table.columns), "wgs84"), Known({}), person())
    end = f"rows {len(run.rows)}"
except Exception as error:
    end = f"{type(error).__name__} {getattr(error, 'data', {}).get('rule')}"
print(end, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def sheet_of(rows: int, columns: int) -> bytes:
    import openpyxl  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("sites")
    sheet.append(["name_zh", "lon", "lat", *(f"c{n}" for n in range(columns))])
    for n in range(rows):
        sheet.append([f"馆{n}", 119.6 + n % 1000 / 1000, 35.6 + n % 997 / 1000, *range(columns)])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def strings_of(count: int) -> bytes:
    members = unzipped(sheet_of(1, 1))
    texts = "".join(f"<si><t>{n * 7919 % 1000003}</t></si>" for n in range(count))
    members["xl/sharedStrings.xml"] = f"<sst>{texts}</sst>".encode()
    kinds = members["[Content_Types].xml"]
    office = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/>' % office
    members["[Content_Types].xml"] = kinds.replace(b"</Types>", part + b"</Types>")
    return zipped(members)


def same_spot(rows: int) -> bytes:
    lines = [f"纪念馆{n},120.3,36.1" for n in range(rows)]
    return "\n".join(["名称,经度,纬度", *lines]).encode()


BIG: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "rows": ("a.xlsx", lambda: sheet_of(MAX_ROWS, 20), f"rows {MAX_ROWS}"),
    "strings": ("a.xlsx", lambda: strings_of(700_000), "rows 1"),
    "brackets": ("a.geojson", lambda: b"[" * 1_000_000 + b"]" * 1_000_000, "import_broken"),
    "lists": ("a.geojson", lambda: b"[" + b"[]," * 990_000 + b"[]]", "import_broken"),
    "million": ("a.csv", lambda: b"name,lon\n" + b"a,1\n" * 1_000_000, "import_rows"),
    "cells": ("a.csv", lambda: b"name\n" + b"x" * 19_000_000, "import_broken"),
    "spot": ("a.csv", lambda: same_spot(MAX_ROWS), f"rows {MAX_ROWS}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BIG)
def test_the_largest_file_needs_little_memory(tmp_path: Path, root: Path, case: str) -> None:
    name, make, wanted = BIG[case]
    path = tmp_path / name
    path.write_bytes(make())
    run = subprocess.run(
        [sys.executable, "-c", LARGEST, path],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env={"PYTHONPATH": f"{root}:{root / 'tests'}", "PATH": ""},
    )
    end, _, used = run.stdout.strip().rpartition(" ")
    assert wanted in end
    assert int(used) < 500, f"{used} MB"
