"""The facts as they were shipped last."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A store from before this step took in one version of the facts: its first revisions.
_FILL = """
INSERT INTO shipped (kind, id, body)
SELECT kind, id, body FROM revisions WHERE author = 'facts' AND revision = 1
"""


def upgrade() -> None:
    """Make the table and fill it from what was seeded."""
    op.create_table(
        "shipped",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("body", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_shipped"),
    )
    op.execute(_FILL)


def downgrade() -> None:
    """Refuse: restore a backup instead."""
    raise NotImplementedError("restore a backup made by the older version")
