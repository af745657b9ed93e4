"""Identities at an OpenID Connect provider, and whose account each is."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("placed", sa.Boolean, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "kind", "value", name="pk_identities"),
        sa.ForeignKeyConstraint(["user"], ["users.name"], name="fk_identities_user"),
    )
    op.create_index("ix_identities_user", "identities", ["user"])


def downgrade() -> None:
    """Refuse, as every other step: restore a backup instead."""
    raise NotImplementedError("go back by restoring a backup")
