"""The promises a project makes about itself: its direction of imports, its wheel, its locks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PACKAGES = ("geo", "routes_data", "maps", "api")
MAY_IMPORT = {
    "geo": {"geo"},
    "routes_data": {"routes_data", "geo"},
    "maps": {"maps", "geo"},
    "api": set(PACKAGES),
}


def imported_packages(source: str) -> set[str]:
    """Return the top-level packages of ours that `source` imports, at any depth of nesting."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names & set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(root: Path, package: str) -> None:
    for path in (root / package).rglob("*.py"):
        foreign = imported_packages(path.read_text(encoding="utf-8")) - MAY_IMPORT[package]
        assert not foreign, f"{path.relative_to(root)} imports {sorted(foreign)}"


def test_import_contract_is_kept_with_no_circle(root: Path) -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [lint_imports, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_with_a_generic_name_is_ours_alone(root: Path, package: str) -> None:
    """An editable install names no packages, so any distribution found here is another's."""
    assert set(packages_distributions().get(package, ())) <= {"qingdao-red-trails"}
    assert Path(import_module(package).__file__ or "").is_relative_to(root)


def test_every_exported_name_exists(root: Path) -> None:
    for package in PACKAGES:
        for path in (root / package).rglob("__init__.py"):
            module = ".".join(path.relative_to(root).parent.parts)
            if "__all__" in path.read_text(encoding="utf-8"):
                imported = __import__(module, fromlist=["__all__"])
                assert [n for n in imported.__all__ if not hasattr(imported, n)] == []


def test_every_dependency_is_locked_with_a_hash(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (root / "requirements" / "run.txt").read_text(encoding="utf-8")
    pinned = {
        name.lower() for name in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", lock, re.MULTILINE)
    }
    wanted = {
        re.split(r"[\[<>=!~; ]", line)[0].lower() for line in project["project"]["dependencies"]
    }
    assert wanted <= pinned
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_no_lock_names_an_index(root: Path) -> None:
    for lock in (root / "requirements").glob("*.txt"):
        assert "://" not in lock.read_text(encoding="utf-8")


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_and_modules_stay_small(root: Path) -> None:
    """The sizes of CONTRIBUTING.md: 25 lines, 50 for what only declares, 400 a module."""
    sizes: list[int] = []
    for path in (file for package in PACKAGES for file in (root / package).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        assert source.count("\n") <= 400, path
        functions = (
            node
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        sizes += [code_lines(one) for one in functions]
    assert max(sizes) <= 50
    assert sum(size > 25 for size in sizes) <= len(sizes) * 0.02
