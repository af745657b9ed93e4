"""How visitors can be reached, out of the revisions, where nothing can be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SQLITE = (
    "DROP TRIGGER revisions_no_UPDATE",
    """
    INSERT INTO contacts (id, contact, kept)
    SELECT id, json_extract(body, '$.contact'), time FROM revisions
    WHERE kind = 'reports' AND revision = 1 AND json_extract(body, '$.contact') <> ''
    """,
    """
    UPDATE revisions SET body = json_remove(body, '$.contact')
    WHERE kind = 'reports' AND json_type(body, '$.contact') IS NOT NULL
    """,
    """
    CREATE TRIGGER revisions_no_UPDATE BEFORE UPDATE ON revisions
    BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END
    """,
)
_POSTGRESQL = (
    "ALTER TABLE revisions DISABLE TRIGGER revisions_no_change",
    """
    INSERT INTO contacts (id, contact, kept)
    SELECT id, body->>'contact', time FROM revisions
    WHERE kind = 'reports' AND revision = 1 AND body->>'contact' <> ''
    """,
    "UPDATE revisions SET body = body - 'contact' WHERE kind = 'reports' AND body ? 'contact'",
    "ALTER TABLE revisions ENABLE TRIGGER revisions_no_change",
)


def upgrade() -> None:
    """Make the table and move what revisions hold into it: the one change ever made to them."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("kept", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    own = _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE
    for statement in own:
        op.execute(statement)


def downgrade() -> None:
    """Refuse, as every other step: restore a backup instead."""
    raise NotImplementedError("go back by restoring a backup")
