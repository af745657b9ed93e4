"""Kept plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FORBID_SQLITE = """
CREATE TRIGGER plans_no_{verb} BEFORE {verb} ON plans
BEGIN SELECT RAISE(ABORT, 'plans are append-only'); END
"""
_FORBID_POSTGRESQL = """
CREATE TRIGGER plans_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON plans
FOR EACH STATEMENT EXECUTE FUNCTION redtrails_append_only();
"""


def upgrade() -> None:
    """Make the table, append-only."""
    op.create_table(
        "plans",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("request", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("result", sa.String(64), nullable=False),
        sa.Column("catalogue", sa.String(120), nullable=False),
        sa.Column("network", sa.String(120), nullable=False),
        sa.Column("kept", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FORBID_POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(_FORBID_SQLITE.format(verb=verb))


def downgrade() -> None:
    """Refuse: what visitors kept is never thrown away; restore a backup instead."""
    raise NotImplementedError("kept plans are not thrown away")
