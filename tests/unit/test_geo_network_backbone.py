"""Reading the backbone: what is wrong in its files is said all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from network_worlds import write_backbone

from geo.errors import SchemaError
from geo.network import build_schematic
from geo.network.backbone import read_backbone


def change(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def faults(folder: Path) -> list[tuple[str, int | str, str]]:
    with pytest.raises(SchemaError) as caught:
        build_schematic(folder)
    return [(fault.file, fault.row, fault.column) for fault in caught.value.faults]


def test_a_sound_backbone_is_read(tmp_path: Path) -> None:
    backbone = read_backbone(write_backbone(tmp_path))
    assert len(backbone.nodes) == 11
    assert [road.highway for road in backbone.roads if not road.drivable] == ["steps"]
    assert [road.name_en for road in backbone.roads if not road.walkable] == ["Motorway"]


def test_every_fault_of_all_files_is_reported_at_once(tmp_path: Path) -> None:
    folder = write_backbone(tmp_path)
    change(folder, "nodes.csv", "a,,,120.3,", "a,,,420.3,")  # line 2
    change(folder, "nodes.csv", "i,,", "h,,")  # a second h, and no i
    change(folder, "roads.csv", "residential,yes", "lane,maybe")  # line 6: One Way
    change(folder, "roads.csv", "a b c", "a b b")  # line 2: a is gone too
    change(folder, "speeds.csv", "motorway,72", "motorway,fast")
    found = faults(folder)
    assert ("nodes.csv", 2, "lon") in found
    assert [fault for fault in found if fault[2] == "id"] == [("nodes.csv", 10, "id")]
    assert ("roads.csv", 6, "class") in found
    assert ("roads.csv", 6, "oneway") in found
    assert ("speeds.csv", 2, "rural_kmh") in found
    # Roads that name the lost a (North Street, West Lane) and i (South Street, Motorway), North
    # Street once more for going from b to b, and Motorway for having no speed.
    assert sorted(fault[1] for fault in found if fault[2] == "nodes") == [2, 2, 4, 5, 8]
    assert ("roads.csv", 8, "class") in found


@pytest.mark.parametrize(
    ("file", "before", "after", "column"),
    [
        ("nodes.csv", ",kind", ",sort", "kind"),
        ("nodes.csv", "junction", "crossing", "kind"),
        ("nodes.csv", "120.3", "nan", "lon"),
        ("roads.csv", "a b c", "a", "nodes"),
        ("roads.csv", "r1,", "r0,", "id"),
        ("roads.csv", ",no,,", ",no,ford,", "bridge_tunnel"),
        ("speeds.csv", "72", "0", "rural_kmh"),
    ],
)
def test_a_single_fault_names_its_column(
    tmp_path: Path, file: str, before: str, after: str, column: str
) -> None:
    folder = write_backbone(tmp_path)
    change(folder, file, before, after)
    assert column in {found for name, _, found in faults(folder) if name == file}


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    folder = write_backbone(tmp_path)
    (folder / "speeds.csv").unlink()
    assert ("speeds.csv", 1, "") in faults(folder)


def test_a_file_in_another_encoding_is_a_fault(tmp_path: Path) -> None:
    folder = write_backbone(tmp_path)
    (folder / "roads.csv").write_bytes("id,路名\n".encode("gb18030"))
    assert ("roads.csv", 1, "") in faults(folder)
