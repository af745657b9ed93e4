"""The steps from one version of the tables to the next (Alembic), run when a store is opened."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from geo.errors import StoreError


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "routes_data:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to a version, within the transaction of `connection`.

    Raises
    ------
    StoreError
        The database was written by a newer version of this program.
    """
    try:
        command.upgrade(_config(connection), revision)
    except CommandError as error:
        raise StoreError(
            f"the database is of another version ({current(connection)}): {error}; "
            "update this program, or restore a backup made by it"
        ) from error


def current(connection: Connection) -> str | None:
    """Return the version of the tables, None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Return the version this program wants."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())
