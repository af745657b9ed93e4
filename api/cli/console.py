"""What commands write, and how: tables and JSON to stdout, everything else to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

import typer

from geo.messages import Lang

if TYPE_CHECKING:
    from api.settings import Settings
    from api.state import AppState
    from api.web.texts import Texts
    from geo.catalogue import Catalogue

WIDE = 200
"""Columns of a table that is not read on a terminal (a file, a pipe): nothing is cut."""


class Exit(IntEnum):
    """Exit codes; the last two are what a shell gives for signals 2 and 13."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    STOPPED = 130
    BROKEN_PIPE = 141


def choose_lang(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language: `--lang`, else that of the environment, else English.

    Raises
    ------
    typer.BadParameter
        `--lang` is neither zh nor en.
    """
    asked = lang_option(arguments)
    if asked == "zh" or (asked is None and _speaks_chinese(environment)):
        return "zh"
    if asked in {"en", None}:
        return "en"
    raise typer.BadParameter(f"--lang: got {asked!r}, want zh or en")


def without_lang(arguments: Sequence[str]) -> list[str]:
    """Return a command line without `--lang`, which may stand anywhere on it."""
    kept: list[str] = []
    skipped = False
    for argument in arguments:
        if skipped or argument == "--lang":
            skipped = not skipped
        elif not argument.startswith("--lang="):
            kept.append(argument)
    return kept


def lang_option(arguments: Sequence[str]) -> str | None:
    """Return what `--lang` says, None where it is not there."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument == "--lang":
            return following
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return None


def _speaks_chinese(environment: Mapping[str, str]) -> bool:
    """Return whether the locale is Chinese (POSIX 8.2: LC_ALL, then LC_MESSAGES, then LANG)."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return locale.lower().startswith("zh")


def one_line(message: str, code: Exit) -> Exit:
    """Write an error as one line on stderr and return its code."""
    sys.stderr.write(f"redtrails: {' '.join(message.split())}\n")
    return code


def write(text: str) -> None:
    """Write text to stdout, with a line end."""
    sys.stdout.write(f"{text}\n")


def write_json(document: object) -> None:
    """Write a document exactly as the API answers it."""
    from api.forms import json_text

    write(json_text(document))


def write_table(headings: Iterable[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
    """Write a table; wide where nobody's terminal limits it."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title) or None, box=SIMPLE, title_justify="left")
    for heading in headings:
        # A narrow terminal breaks lines: an id that is cut off can be typed nowhere.
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    with console.capture() as made:
        console.print(table)
    # rich fills every line up to the table's width; a file need not hold those blanks.
    write("\n".join(line.rstrip() for line in made.get().strip("\n").splitlines()).strip("\n"))


@contextmanager
def working(message: str) -> Iterator[None]:
    """Show on a terminal's stderr that something takes its time."""
    from rich.console import Console

    with Console(stderr=True).status(message):
        yield


@contextmanager
def opened(texts: Texts, settings: Settings | None = None) -> Iterator[AppState]:
    """Open what a service opens, for one command."""
    from api.settings import load_settings
    from api.state import running

    chosen = settings or load_settings()
    with running(chosen, note=lambda key: tell(texts(key))) as state:
        yield state


@contextmanager
def opened_catalogue(texts: Texts) -> Iterator[tuple[Settings, Catalogue]]:
    """Open the catalogue alone: no network, no router."""
    from api.settings import load_settings
    from api.state import opened_store
    from geo.catalogue import Catalogue

    settings = load_settings()
    with opened_store(settings, note=lambda key: tell(texts(key))) as store:
        yield settings, Catalogue.load(store)


def tell(message: str) -> None:
    """Write to stderr what takes its time."""
    sys.stderr.write(f"{message}\n")
