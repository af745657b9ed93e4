"""docs/days/: what is shown there is what the product gives for the same address today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.state import AppState, holder_of


def _script() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "days.py"
    spec = importlib.util.spec_from_file_location("days", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()


@pytest.fixture(scope="module")
def state(client: TestClient) -> AppState:
    app: Any = client.app
    return holder_of(app).state


@pytest.mark.parametrize("name", SCRIPT.DAYS)
def test_a_day_is_shown_as_the_product_gives_it(name: str, state: AppState) -> None:
    page = (SCRIPT.FOLDER / f"{name}.md").read_text("utf-8")
    assert SCRIPT.renewed(page, SCRIPT.made(SCRIPT.DAYS[name], state)) == page, (
        "run scripts/days.py"
    )
    assert "What a person would change" in page


def test_every_day_is_in_the_index() -> None:
    index = (SCRIPT.FOLDER / "README.md").read_text("utf-8")
    shown = {page.stem for page in SCRIPT.FOLDER.glob("[0-9]*.md")}
    assert shown == set(SCRIPT.DAYS)
    assert all(f"({name}.md)" in index for name in SCRIPT.DAYS)


def test_the_command_that_is_shown_makes_the_same_wish() -> None:
    """Its options, read by the command line's own names, are the address."""
    for address in SCRIPT.DAYS.values():
        path, _, query = address.partition("?")
        if path == "/trip":
            continue
        (line,) = SCRIPT.command(path, dict(pair.split("=") for pair in query.split("&")))
        words = line.split(" --")
        told = {w.split(" ")[0].replace("-", "_"): w.split(" ")[1] for w in words[1:]}
        assert told.pop("at", None) == (
            dict(pair.split("=") for pair in query.split("&")).get("appointments")
        )
        asked = dict(pair.split("=") for pair in query.split("&"))
        assert told == {k: v for k, v in asked.items() if k not in {"stops", "appointments"}}
