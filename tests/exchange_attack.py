"""Attacks on imports: files that are damaged, hostile or merely odd, by the thousand.

A program, too: `python exchange_attack.py COUNT SEED` imports so many into a store of its own and
prints how they ended, and the most memory the process ever had.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
from exchange_world import desk_of, store_sites

from api.exchanging import fault_line, row_notes, run_document, vocabulary
from api.web.texts import LANGS, Texts
from geo.crs import wgs84_to_gcj02
from geo.errors import HeritageError
from geo.positions import DATUMS
from routes_data.exchange.forms import FORMS, read_file
from routes_data.exchange.mapping import check_mapping, guess
from routes_data.exchange.outgoing import outgoing
from routes_data.exchange.rows import How
from routes_data.revisions import Revision
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
FORMULAS = ("=1+1+", "@SUM(1)", "+1|", "-2+3", "=cmd|' /C calc'!A0", "\t=1", "\r=1")
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


def book(heads: Sequence[Revision], form: str = "xlsx") -> bytes:
    return FORMS[form].content("x", outgoing("sites", heads, public=False))


def some(store: Store, chance: random.Random) -> list[Revision]:
    return chance.sample(store_sites(store), 8)


ODD_VALUES: list[Any] = [
    "=1+1",
    '=HYPERLINK("http://x.invalid")',
    "@SUM(1)",
    "+1|cmd",
    "-2+3",
    "\t=1",
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


def odd_cells(store: Store, chance: random.Random) -> tuple[str, bytes]:
    """A workbook that is whole, with cells nobody wants: formulas among them."""
    heads = []
    for head in some(store, chance):
        body = dict(head.body)
        for _ in range(chance.randrange(1, 4)):
            name = chance.choice([one for one in body if one != "id"])
            body[name] = chance.choice(ODD_VALUES)
        heads.append(replace(head, body=body))
    return "xlsx", book(heads)


def formulas(store: Store, chance: random.Random) -> tuple[str, bytes]:
    """A table that is whole, its texts formulas."""
    rows = ["id,name_en,summary_en,notes_zh"]
    for head in some(store, chance):
        cells = (f'"{chance.choice(FORMULAS)}{head.id}"' for _ in range(3))
        rows.append(",".join((head.id, *cells)))
    return "csv", "\n".join(rows).encode()


def places(store: Store, chance: random.Random, move: Callable[[Any, Any], Any]) -> bytes:
    heads = some(store, chance)
    moved = []
    for head in heads:
        if isinstance(head.body["lon"], float):  # of some candidates nobody knows where they are
            lon, lat = move(head.body["lon"], head.body["lat"])
            moved.append(replace(head, body={**head.body, "lon": lon, "lat": lat}))
    return book(moved)


def swapped(store: Store, chance: random.Random) -> tuple[str, bytes]:
    return "xlsx", places(store, chance, lambda lon, lat: (lat, lon))


def in_gcj02(store: Store, chance: random.Random) -> tuple[str, bytes]:
    return "xlsx", places(store, chance, wgs84_to_gcj02)


def bomb(store: Store, chance: random.Random) -> tuple[str, bytes]:
    """An archive one of whose members unpacks to far more than it is."""
    form = chance.choice(sorted(ZIPPED))
    members = unzipped(book(some(store, chance), form))
    name = chance.choice([*members, "more.xml"])
    members[name] = chance.choice((b" ", b"<a>")) * chance.choice((2_000_000, 23_000_000))
    return FORMS[form].ending, zipped(members)


XXE = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">',
    b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd" [',
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">',
)


def foreign_entities(store: Store, chance: random.Random) -> tuple[str, bytes]:
    """XML with a document type that names foreign files or grows; of a workbook, KML or KMZ."""
    form = chance.choice(("xlsx", "kml", "kmz"))
    content, start = book(some(store, chance), form), chance.choice(XXE) + b"]>"
    if form == "kml":
        return "kml", typed(content, start)
    members = unzipped(content)
    name = chance.choice([one for one in members if one.endswith((".xml", ".kml", ".rels"))])
    members[name] = typed(members[name], start)
    return FORMS[form].ending, zipped(members)


def typed(xml: bytes, start: bytes) -> bytes:
    """Put a document type in front of XML, an entity of it into its first text."""
    bare = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", xml)
    return start + re.sub(rb">([^<>]+)<", rb">&b;\1<", bare, count=1)


ENCODINGS = ("gb18030", "utf-16", "utf-16-be", "utf-8-sig", "big5", "shift_jis", "utf-7", "cp037")


def odd_encoding(store: Store, chance: random.Random) -> tuple[str, bytes]:
    text = book(some(store, chance), "csv").decode("utf-8-sig")
    content = text.encode(chance.choice(ENCODINGS), "replace")
    return "csv", content[chance.randrange(3) :] if chance.random() < 0.3 else content


def endless(store: Store, chance: random.Random) -> tuple[str, bytes]:
    """A table of a million rows."""
    del store
    row = chance.choice((b"a,1\n", b",\n", b"\n", '馆,"'.encode() + b'",\n'))
    return "csv", b"name,lon\n" + row * 1_000_000


def mutant(store: Store, chance: random.Random) -> tuple[str, bytes]:
    form = chance.choice(READ)
    return FORMS[form].ending, mutated(form, book(some(store, chance), form), chance)


KINDS: dict[str, Callable[[Store, random.Random], tuple[str, bytes]]] = {
    "mutant": mutant,
    "odd cells": odd_cells,
    "formulas": formulas,
    "mutant, too": mutant,
    "bomb": bomb,
    "foreign entities": foreign_entities,
    "mutant, again": mutant,
    "encoding": odd_encoding,
    "swapped": swapped,
    "mutant, more": mutant,
    "GCJ-02": in_gcj02,
    "endless": endless,
}
"""What an attack does by turns: a third of it damages files of every form at random."""


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
        check_no_formula(store)
        desk_of(store).undo(change_set, "fuzz")
        return "applied"
    return "checked"


def attack(store: Store, count: int, seed: int) -> dict[str, Counter[str]]:
    """Import so many hostile files; return how they ended, by kind.

    Ends are `applied`, `checked` (a clean dry run, or one that says what is wrong with which cell)
    and the rules by which whole files were refused.
    """
    before = {one.id: (one.body, one.state) for one in store_sites(store)}
    ends: dict[str, Counter[str]] = {kind.partition(",")[0]: Counter() for kind in KINDS}
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")  # noqa: S311 - mutations, no secrets
        kind = list(KINDS)[number % len(KINDS)]
        try:
            ending, content = KINDS[kind](store, chance)
            end = outcome(store, f"mutant.{ending}", content, chance)
        except Exception as error:
            raise AssertionError(f"{kind} {seed}-{number}: {error!r}") from error
        ends[kind.partition(",")[0]][end] += 1
    assert {one.id: (one.body, one.state) for one in store_sites(store)} == before
    return ends


def check_no_formula(store: Store) -> None:
    """No cell of an export can start a formula, whatever was imported."""
    for form in ("csv", "xlsx"):
        table = list(read_cells(form, book(store_sites(store), form)))
        assert len(table) > 80
        for cell in (cell for row in table for cell in row if isinstance(cell, str)):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (form, cell)


def read_cells(form: str, content: bytes) -> Iterator[Sequence[object]]:
    """Read a table as a spreadsheet does, not as we do."""
    if form == "csv":
        yield from csv.reader(io.StringIO(content.decode("utf-8-sig")))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        yield from sheet.iter_rows(values_only=True)


def peak_mb() -> int:
    """Return the most memory this program ever had; `ru_maxrss` has that of who started it, too."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024  # type: ignore[index]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as own:
        opened = Store.open(f"sqlite:///{own}/red.db")
        told = attack(opened, int(sys.argv[1]), int(sys.argv[2]))
        opened.close()
    print(json.dumps({"ends": told, "peak_mb": peak_mb()}))  # noqa: T201 - a program
