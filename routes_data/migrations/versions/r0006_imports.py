"""Uploads that wait to be applied, and how accounts read files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "imports",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("file", sa.String(120), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("answers", _json, nullable=False),
        sa.Column("kept", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_account", "imports", ["account"])
    op.create_table(
        "import_mappings",
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("fields", _json, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "signature", name="pk_import_mappings"),
    )


def downgrade() -> None:
    """Refuse, as every other step: restore a backup instead."""
    raise NotImplementedError("go back by restoring a backup")
