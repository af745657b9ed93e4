"""The commands put together; the one place where an error becomes a line and an exit code.

Every import that costs time stands inside a command: `redtrails --help` answers at once. Texts
are keys of the message catalogue, here too: help is translated when the command line is made.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from api.web.texts import Texts
from geo.errors import HeritageError

from . import (
    basemap,
    closures,
    db,
    maps,
    network,
    planning,
    reaching,
    records,
    serving,
    sites,
    suggesting,
    trips,
    users,
    validating,
    ways,
)
from .console import Exit, choose_lang, lang_option, one_line, without_lang
from .helping import is_help, translated, usage_fault

app = typer.Typer(
    name="redtrails",
    help="cli.help",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
OS_FAULTS = {
    errno.ENOENT: "cli.os.missing",
    errno.EACCES: "cli.os.denied",
    errno.EADDRINUSE: "cli.os.in-use",
    errno.ENOSPC: "cli.os.full",
    errno.ENOTDIR: "cli.os.not-a-folder",
}
for _part in (serving, records, planning, reaching, ways, trips, maps, validating):
    _part.register(app)
app.add_typer(sites.app, name="sites")
app.add_typer(closures.app, name="closures")
app.add_typer(db.app, name="db")
app.add_typer(network.app, name="network")
app.add_typer(basemap.app, name="basemap")
app.add_typer(suggesting.app, name="suggest")
app.add_typer(users.app, name="user")


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    *,
    lang: Annotated[str | None, typer.Option(help="cli.lang", metavar="zh|en")] = None,
    show_version: Annotated[bool, typer.Option("--version", help="cli.version")] = False,
) -> None:
    """Take what stands before the command; `lang` was read when the texts were chosen."""
    del lang
    if show_version:
        typer.echo(f"redtrails {version('qingdao-red-trails')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(Exit.USAGE)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; errors are one line on stderr."""
    texts = Texts.for_lang("en")
    try:
        texts = Texts.for_lang(choose_lang(arguments, os.environ))
        command = translated(typer.main.get_command(app), texts)
        code = command.main(
            without_lang(arguments),
            prog_name="redtrails",
            standalone_mode=False,
            obj=texts,
            # Taken off the line, where it may stand anywhere; a command may ask if it was said.
            default_map={"lang": lang_option(arguments)},
        )
    except typer.TyperException as error:
        return misused(error, texts)
    except typer.Abort:
        return one_line(texts("cli.stopped"), Exit.STOPPED)
    except HeritageError as error:
        return one_line(said(error, texts), Exit.FAILED)
    except BrokenPipeError:
        # Who read us has gone. Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.BROKEN_PIPE
    except OSError as error:
        return one_line(f"{error.filename or 'system'}: {os_fault(error, texts)}", Exit.FAILED)
    return code if isinstance(code, int) else Exit.DONE


def os_fault(error: OSError, texts: Texts) -> str:
    """Return what the system refused, in the user's language where it is one of the usual."""
    key = OS_FAULTS.get(error.errno or 0)
    return texts(key) if key else error.strerror or str(error)


def misused(error: typer.TyperException, texts: Texts) -> int:
    """Say what is wrong with a command line, or show the help of a group that was called bare."""
    if not is_help(error):
        return one_line(usage_fault(error, texts), Exit.USAGE)
    typer.echo(error.format_message(), err=True)
    return Exit.USAGE


def said(error: HeritageError, texts: Texts) -> str:
    """Return an error in the user's language, as the API says it."""
    from api.errors import problem_of

    document = problem_of(error).document(texts)
    near = document.get("near")
    return str(document["detail"]) + (f" → {', '.join(near)}" if near else "")


def main() -> None:
    """Run the command line of this process."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.BROKEN_PIPE
    sys.exit(code)
