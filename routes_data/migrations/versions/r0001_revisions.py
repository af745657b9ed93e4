"""Revisions, records and stamps; PostGIS geometry and triggers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FORBID_SQLITE = """
CREATE TRIGGER revisions_no_{verb} BEFORE {verb} ON revisions
BEGIN SELECT RAISE(ABORT, 'revisions are append-only'); END
"""
_FORBID_POSTGRESQL = """
CREATE FUNCTION redtrails_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% are append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER revisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON revisions
FOR EACH STATEMENT EXECUTE FUNCTION redtrails_append_only();
"""
# The geometry follows what is published, whoever publishes: no writer can forget it.
_GEOMETRY_POSTGRESQL = """
CREATE EXTENSION IF NOT EXISTS postgis;
ALTER TABLE records ADD COLUMN geom geometry(Geometry, 4326);
CREATE INDEX ix_records_geom ON records USING gist (geom);
CREATE FUNCTION redtrails_geometry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT CASE
    WHEN body ? 'wkt' THEN ST_GeomFromText(body->>'wkt', 4326)
    WHEN jsonb_typeof(body->'lon') = 'number' AND jsonb_typeof(body->'lat') = 'number'
      THEN ST_SetSRID(ST_MakePoint((body->>'lon')::float8, (body->>'lat')::float8), 4326)
    END
  INTO NEW.geom FROM revisions r
  WHERE r.kind = NEW.kind AND r.id = NEW.id AND r.revision = NEW.published;
  RETURN NEW;
END $$;
CREATE TRIGGER records_geometry BEFORE INSERT OR UPDATE OF published ON records
FOR EACH ROW EXECUTE FUNCTION redtrails_geometry();
"""


def upgrade() -> None:
    """Make the tables."""
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FORBID_POSTGRESQL)
        op.execute(_GEOMETRY_POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(_FORBID_SQLITE.format(verb=verb))


def _create_tables() -> None:
    op.create_table(
        "revisions",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("body", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("author", sa.String(120), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("change_set", sa.String(64)),
        sa.PrimaryKeyConstraint("kind", "id", "revision", name="pk_revisions"),
    )
    op.create_index("ix_revisions_change_set", "revisions", ["change_set"])
    op.create_table(
        "records",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("head", sa.Integer, nullable=False),
        sa.Column("published", sa.Integer),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_records"),
        *(
            sa.ForeignKeyConstraint(
                ["kind", "id", pointer],
                ["revisions.kind", "revisions.id", "revisions.revision"],
                name=f"fk_records_{pointer}",
            )
            for pointer in ("head", "published")
        ),
    )
    op.create_index("ix_records_kind_position", "records", ["kind", "position"])
    op.create_table(
        "stamps",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_stamps"),
    )


def downgrade() -> None:
    """Refuse: what staff wrote is never thrown away; restore a backup instead."""
    raise NotImplementedError("the first version has nothing to go back to")
