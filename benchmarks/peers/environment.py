"""The peers' own virtual environment, made by a newer Python than ours may be."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

NEEDS = (3, 12)
WHEELS = ("osrm-bindings", "pyvalhalla>=3.9")
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-peers"


class Missing(Exception):  # noqa: N818 - no failure: the comparison is left out
    """What the peers need is not on this machine."""


def _candidates() -> Iterator[str]:
    chosen = os.environ.get("PEERS_PYTHON")
    if chosen:
        yield chosen
        return
    names = [f"python3.{minor}" for minor in range(NEEDS[1], NEEDS[1] + 8)]
    yield from filter(None, map(shutil.which, [*names, "python3", "python"]))
    # pyenv puts names on the path that only tell which version to choose.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob("versions/*/bin/python"), reverse=True))


def _is_new(python: str) -> bool:
    code = f"import sys, venv; sys.exit(sys.version_info < {NEEDS})"
    try:
        return (
            subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


def find_python() -> str:
    """Return an interpreter new enough: `PEERS_PYTHON`, else the first on the path.

    Raises
    ------
    Missing
        There is none.
    """
    for python in _candidates():
        if _is_new(python):
            return python
    version = ".".join(map(str, NEEDS))
    raise Missing(f"no Python {version} or newer found; name one in PEERS_PYTHON")


def peers_python() -> Path:
    """Return the peers' interpreter, with the wheels installed (once).

    Raises
    ------
    Missing
        No interpreter, or the wheels cannot be had.
    """
    python, stamp = FOLDER / "bin" / "python", FOLDER / "wheels.stamp"
    if stamp.exists() and stamp.read_text() == " ".join(WHEELS):
        return python
    subprocess.run([find_python(), "-m", "venv", "--clear", FOLDER], check=True)
    install = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    done = subprocess.run(
        [*install, "--only-binary", ":all:", *WHEELS], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
        raise Missing(f"{' and '.join(WHEELS)} cannot be installed: {said}")
    stamp.write_text(" ".join(WHEELS))
    return python
