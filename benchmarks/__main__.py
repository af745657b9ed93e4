"""`make bench`: every benchmark of this folder, one after the other, in one run.

Each `bench_*.py` has a `main()` that prints its own table; name some to run only those:
`python -m benchmarks routing service`.
"""

import importlib
import pkgutil
import sys
from pathlib import Path


def main(wanted: list[str]) -> None:
    """Run the benchmarks whose names were given, or all."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]))
    for name in names:
        if name.startswith("bench_") and (not wanted or name.removeprefix("bench_") in wanted):
            print(f"\n## {name.removeprefix('bench_')}", flush=True)
            importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
