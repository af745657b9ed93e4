"""Downloading the roads of an area from an Overpass server, through osmnx, tile by tile.

osmnx makes the queries, sends them and keeps the answers. How long to wait and when to ask again is
decided here: osmnx itself waits 55 s whatever the server says, asks for ever, and takes a half
answer for a failure. Every tile is kept when it is whole, so a download that was broken off, by a
kill or by the server, goes on where it stopped.
"""

from __future__ import annotations

import email.utils
import json
import logging
import re
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import NetworkSourceError

from .area import inside_outline
from .elements import OTHER_KINDS, Extract
from .fetching import OK, USER_AGENT, WORTH_TRYING_AGAIN, Progress, no_progress
from .files import read_osm_files
from .tiles import Document, Tile, cut_tiles, objects_in, write_tile

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)

ROADS = '["highway"]'
OTHERS: dict[str, bool | str | list[str]] = {"type": "restriction", **dict(OTHER_KINDS.keys())}
"""What belongs to the roads besides ways with `highway`: forbidden turns, ferries, piers."""

TRIES = 8
"""Times a tile is asked for before the download gives up."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
"""Where the server does not say how long to wait; doubled each time."""

TIMEOUT_S = 180
"""The server may work that long on one query, and be silent that long."""

STATUS_TIMEOUT_S = 30.0

FRESH_S = 24 * 3600.0
"""A tile downloaded within this time is of the same download: one that broke off goes on."""


class _TryAgain(Exception):  # noqa: N818 - never leaves this module
    """The server cannot answer now, or did not answer whole; `after_s`: it says when to ask."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Overpass:
    """An Overpass server.

    Parameters
    ----------
    url
        Of its API, above `/interpreter` and `/status`.
    sleep
        Waits (seconds).
    refresh
        Whether tiles kept from an earlier download are asked for again.
    """

    url: str
    sleep: Callable[[float], None] = field(default=time.sleep)
    refresh: bool = False

    def download(
        self, tiles: Sequence[Tile], folder: Path, *, progress: Progress = no_progress
    ) -> list[Path]:
        """Download what is not there yet and return the file of every tile.

        Parameters
        ----------
        tiles
            What is wanted.
        folder
            Keeps one file a tile; a whole one is used again, or stays until a newer one came whole.
        progress
            Told tiles done and wanted.

        Raises
        ------
        NetworkSourceError
            The server refuses, or does not answer a tile in `TRIES` attempts; what came is kept.
        OSError
            The folder cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / tile.file_name for tile in tiles]
        wanted = [at for at, path in enumerate(paths) if self._is_wanted(path)]
        done = len(tiles) - len(wanted)
        progress(done, len(tiles))
        for at in wanted:
            documents = self._patiently(tiles[at], f"{done} of {len(tiles)} tiles are kept")
            write_tile(documents, paths[at])
            done += 1
            progress(done, len(tiles))
        return paths

    def _is_wanted(self, path: Path) -> bool:
        if objects_in(path) is None:
            return True
        return self.refresh and time.time() - path.stat().st_mtime > FRESH_S

    def _patiently(self, tile: Tile, kept: str) -> list[Document]:
        """Ask for a tile until it came whole."""
        import requests  # noqa: PLC0415 - only building needs it

        reason = ""
        with tempfile.TemporaryDirectory(prefix="redtrails-tile-") as answers:
            for attempt in range(TRIES):
                self._wait(slot_pause_s(self.url))
                try:
                    return _ask(self.url, tile, Path(answers))
                except (_TryAgain, requests.RequestException) as error:
                    reason, after_s = str(error), getattr(error, "after_s", None)
                log.info("%s: %s; asking again", tile.name, reason)
                if attempt + 1 < TRIES:
                    backing_off = min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S)
                    self._wait(backing_off if after_s is None else after_s)
        raise NetworkSourceError(
            f"{self.url} did not answer for {tile.name} in {TRIES} attempts ({reason}); {kept}, "
            "start again to go on from there, or name another server with --overpass-url",
            source=self.url,
        )

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.sleep(seconds)


def roads_of(
    areas: Mapping[str, BaseGeometry],
    outline: BaseGeometry | None,
    server: Overpass,
    folder: Path,
    *,
    progress: Progress = no_progress,
) -> Extract:
    """Download areas and return their roads.

    Parameters
    ----------
    areas
        Outlines (degrees) by name.
    outline
        Only what lies within it is wanted; None: all.
    server, folder, progress
        See `Overpass.download`.

    Raises
    ------
    NetworkSourceError
        The download fails, the outline lies elsewhere, or there are no roads.
    """
    wanted = dict(areas)
    if outline is not None:
        wanted = {name: one.intersection(outline) for name, one in areas.items()}
    tiles = cut_tiles(wanted)
    if not tiles:
        raise NetworkSourceError(
            "the box or boundary lies outside the area to download; choose one within it",
            source=server.url,
        )
    paths = server.download(tiles, folder, progress=progress)
    inside = inside_outline(shapely.union_all(list(wanted.values())))
    return read_osm_files(paths, inside, server.url)


def slot_pause_s(url: str) -> float:
    """Return how many seconds a server's status asks us to wait; 0 where it says nothing.

    osmnx reads the fifth line of the status, which a server without slots does not have.
    """
    import requests  # noqa: PLC0415

    headers = {"User-Agent": USER_AGENT}
    try:
        answer = requests.get(
            f"{url.rstrip('/')}/status", headers=headers, timeout=STATUS_TIMEOUT_S
        )
    except requests.RequestException:
        return 0.0  # the query itself will tell
    free = re.search(r"^\d+ slots? available now", answer.text, re.MULTILINE)
    if answer.status_code != OK or free:
        return 0.0
    waits = re.findall(r"^Slot available after: .* in (-?\d+) seconds", answer.text, re.MULTILINE)
    return max(0.0, min(map(float, waits))) if waits else 0.0


def _retry_after_s(answer: requests.Response) -> float | None:
    """Return how long an answer asks us to wait (RFC 9110, 10.2.3: seconds or a date)."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isdigit():
        return float(said)
    with suppress(ValueError):
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    return None


def check_answer(answer: requests.Response, *_: object, **__: object) -> None:
    """Refuse an answer that is no whole document (a hook of requests, called before osmnx reads).

    Raises
    ------
    NetworkSourceError
        The server refuses for good.
    """
    if answer.status_code in WORTH_TRYING_AGAIN:
        raise _TryAgain(f"HTTP {answer.status_code}", _retry_after_s(answer))
    if answer.status_code != OK:
        raise NetworkSourceError(
            f"{answer.url} answers HTTP {answer.status_code}; check the address given with "
            "--overpass-url",
            source=answer.url,
        )
    try:
        document = json.loads(answer.content)
        elements, remark = document["elements"], str(document.get("remark", ""))
    except (ValueError, TypeError, KeyError) as error:
        raise _TryAgain("the answer is not a whole document") from error
    if not isinstance(elements, list) or "error" in remark:
        # "runtime error: Query timed out …" stands behind what was found until then.
        raise _TryAgain(remark or "the answer has no list of elements")


@contextmanager
def _settings_of(url: str, answers: Path) -> Iterator[None]:
    """Set osmnx up for one tile, and leave it and the sockets as they were."""
    import osmnx  # noqa: PLC0415 - only building needs it

    wanted: Mapping[str, Any] = {
        "overpass_url": url.rstrip("/"),
        "overpass_rate_limit": False,  # asked for here
        "requests_timeout": TIMEOUT_S,
        "requests_kwargs": {"hooks": {"response": [check_answer]}},
        "http_user_agent": USER_AGENT,
        "http_referer": "",
        "doh_url_template": None,  # no third party is asked for names
        "use_cache": True,
        "cache_only_mode": True,
        "cache_folder": str(answers),
        "max_query_area_size": 1e12,  # tiles are cut before
    }
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    resolve = socket.getaddrinfo  # osmnx puts one of its own in its place
    for name, value in wanted.items():
        setattr(osmnx.settings, name, value)
    try:
        yield
    finally:
        socket.getaddrinfo = resolve
        for name, value in before.items():
            setattr(osmnx.settings, name, value)


def _ask(url: str, tile: Tile, answers: Path) -> list[Document]:
    """Return the answers for a tile; what osmnx already has of them is not asked again."""
    import osmnx  # noqa: PLC0415

    with _settings_of(url, answers):
        # Told to fill its cache only, osmnx ends each download with an InterruptedError.
        with suppress(InterruptedError):
            osmnx.graph_from_polygon(tile.outline, custom_filter=ROADS)
        with suppress(InterruptedError):
            osmnx.features_from_polygon(tile.outline, OTHERS)
    return [json.loads(path.read_bytes()) for path in sorted(answers.glob("*.json"))]
