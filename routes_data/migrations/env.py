"""Alembic's entry: runs the steps on the connection that `migrate` passes in."""

from alembic import context

from routes_data.models import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
)
context.run_migrations()
