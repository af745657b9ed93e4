"""A field trip of eight sites: its plan, its pack as PDF, the same pack asked for again."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from api.settings import Settings
from api.state import running
from api.trip_query import TripPackQuery, trip_of_query
from api.tripping import make_trip, pack_pdf
from geo.trip import plan_trip

DAY = TripPackQuery(
    at="120.3802,36.0612",
    date="2026-11-27",
    stops=(
        "police-hq-hubei-rd,huangdao-bookshop-site,liweinong-park,may-fourth-square,"
        "sifang-locomotive-works,huangtai-road-liaison,fushanhou-branch,wen-yiduo-house"
    ),
    stage="junior",
    back_by="17:30",
)
ROUNDS = 5


def main() -> None:
    """Print the medians in milliseconds, and the size of the file."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Settings(data_dir=Path(folder))) as state,
    ):
        request = trip_of_query(DAY)
        trip = make_trip(request, state)
        print(f"sites seen              {len(trip.classes[0].sites):8}")
        planned = median(lambda: plan_trip(request, state.catalogue, state.router))
        print(f"plan                    {planned:8.1f} ms")
        numbers = iter(range(1000))
        # Another origin is another QR code: nothing of it was made before.
        fresh = median(lambda: pack_pdf(trip, DAY, state, f"https://h{next(numbers)}.example"))
        print(f"pack, first time        {fresh:8.1f} ms")
        size = len(pack_pdf(trip, DAY, state, ""))
        print(f"pack, again             {median(lambda: pack_pdf(trip, DAY, state, '')):8.1f} ms")
        print(f"pack, size              {size / 1000:8.0f} kB")


def median(work: Callable[[], object]) -> float:
    """Return the median time of some rounds, milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
