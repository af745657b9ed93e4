"""typer's own words, the headings of help and what is wrong with a line, in the user's language.

typer speaks English only; whatever it says that is not translated here is said in its English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import typer

from api.web.texts import Texts

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "Arguments": "cli.word.arguments",
        "Options": "cli.word.options",
        "Commands": "cli.word.commands",
        "Show this message and exit.": "cli.word.help",
    }
)
OF_KIND: Mapping[str, str] = MappingProxyType(
    {
        "NoSuchOption": "cli.usage.no-option",
        "BadOptionUsage": "cli.usage.needs-value",
        "MissingParameter": "cli.usage.missing",
        "BadParameter": "cli.usage.bad-value",
    }
)
"""What is said by the kind of error: typer keeps the classes private."""
_NAMED = re.compile(r"'([^']+)'|: (\S+)")


def translated(command: Any, texts: Texts) -> Any:  # noqa: ANN401 - typer keeps its types private
    """Return a command with the help of itself, its parameters and its commands as texts."""
    return _translated(command, _context(texts), texts)


def _translated(command: Any, context: type[typer.Context], texts: Texts) -> Any:  # noqa: ANN401
    command.context_class = context
    for thing in (command, *command.params):
        key = getattr(thing, "help", None)
        if key and texts.has(key):
            thing.help = texts(key)
    for inner in getattr(command, "commands", {}).values():
        _translated(inner, context, texts)
    return command


def _context(texts: Texts) -> type[typer.Context]:
    """Return the context of a command whose help has our headings."""
    base: Any = typer.Context.formatter_class

    def word(text: str) -> str:
        return texts(WORDS[text]) if text in WORDS else text

    class Formatter(base):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or texts("cli.word.usage"))

        def write_heading(self, heading: str) -> None:
            super().write_heading(word(heading))

        def write_dl(self, rows: Sequence[tuple[str, str]], *widths: int, **more: int) -> None:
            super().write_dl([(name, word(text)) for name, text in rows], *widths, **more)

    class Context(typer.Context):
        formatter_class = Formatter

    return Context


def usage_fault(error: typer.TyperException, texts: Texts) -> str:
    """Return what is wrong with a command line."""
    english = error.format_message()
    if texts.lang == "en":
        return english
    key = OF_KIND.get(type(error).__name__) or _of_sentence(english)
    # What a sentence is about stands in quotes or behind a colon (No such option: --modee).
    named = _NAMED.search(english)
    return texts(key, name=(named[1] or named[2]) if named else "") if key else english


def is_help(error: typer.TyperException) -> bool:
    """Return whether this is no error but the help of a group that was called bare."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _of_sentence(english: str) -> str:
    """Return the key of what typer says only as a sentence; empty for what it may say one day."""
    starts = {
        "No such command": "cli.usage.no-command",
        "Missing command": "cli.usage.no-command-given",
        "Got unexpected": "cli.usage.too-many",
    }
    return next((key for start, key in starts.items() if english.startswith(start)), "")
