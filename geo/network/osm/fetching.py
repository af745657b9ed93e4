"""Fetching a source given as a URL: resumed after a break, whole or not at all."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from geo.errors import NetworkSourceError

if TYPE_CHECKING:
    import requests

TRIES = 5
FIRST_PAUSE_S = 2.0
TIMEOUT_S = (10.0, 60.0)
"""To connect, and between two parts of an answer."""

CHUNK = 1 << 16
"""Bytes; a break loses at most so many."""
OK, PARTIAL, NOT_SATISFIABLE = 200, 206, 416
WORTH_TRYING_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
USER_AGENT = "RedTrails/0.1 (network build)"

Progress = Callable[[int, int], None]
"""Told how much of how much is done; 0 of 0 where nobody knows."""


def no_progress(done: int, whole: int) -> None:
    """Tell nobody."""


def is_url(source: str) -> bool:
    """Whether a source is to be fetched."""
    return urlsplit(source).scheme in {"http", "https"}


def file_name(url: str) -> str:
    """Return a file name for a URL that keeps its ending and tells URLs apart."""
    name = Path(unquote(urlsplit(url).path)).name or "download"
    return f"{hashlib.sha256(url.encode()).hexdigest()[:12]}-{name}"


def fetch(
    url: str,
    folder: Path,
    *,
    progress: Progress = no_progress,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Fetch a file, going on where an earlier attempt broke off, and return where it is.

    A file fetched before is used again; delete it to have it anew.

    Parameters
    ----------
    url
        http or https.
    folder
        Keeps the file, and its `.part` until it is whole.
    progress
        Told bytes done and wanted.
    sleep
        Waits between attempts.

    Raises
    ------
    NetworkSourceError
        The server refuses, or keeps breaking off; what came so far is kept for the next time.
    """
    import requests  # noqa: PLC0415 - only building needs it

    target = folder / file_name(url)
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    reason = ""
    for attempt in range(TRIES):
        if attempt:
            sleep(FIRST_PAUSE_S * 2 ** (attempt - 1))
        try:
            _attempt(url, part, progress)
        except (requests.RequestException, _TryAgain) as error:
            reason = str(error)
            continue
        part.replace(target)
        return target
    raise NetworkSourceError(
        f"{url} could not be fetched after {TRIES} attempts ({reason}); "
        "start again to go on where it broke off, or download the file yourself and name it",
        source=url,
    )


class _TryAgain(Exception):  # noqa: N818 - never leaves this module
    """The attempt failed in a way that may pass."""


def _attempt(url: str, part: Path, progress: Progress) -> None:
    import requests  # noqa: PLC0415

    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
        if answer.status_code == NOT_SATISFIABLE:
            part.unlink()  # longer than the file is now: it changed
            raise _TryAgain("the file changed meanwhile")
        if answer.status_code in WORTH_TRYING_AGAIN:
            raise _TryAgain(f"HTTP {answer.status_code}")
        if answer.status_code not in {OK, PARTIAL}:
            raise NetworkSourceError(
                f"{url} answers HTTP {answer.status_code}; check the address", source=url
            )
        _store(answer, part, have if answer.status_code == PARTIAL else 0, progress)


def _store(answer: requests.Response, part: Path, have: int, progress: Progress) -> None:
    """Write an answer behind what there is already; raise if it broke off."""
    length = int(answer.headers.get("Content-Length", 0))
    whole = have + length if length else 0
    with part.open("ab" if have else "wb") as file:
        for chunk in answer.iter_content(CHUNK):
            file.write(chunk)
            progress(file.tell(), whole)
        done = file.tell()
    if whole and done != whole:
        raise _TryAgain(f"broke off after {done:,} of {whole:,} bytes")
