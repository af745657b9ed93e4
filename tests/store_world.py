"""What a store holds, as values two stores can be compared by."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import RowMapping, select

from routes_data.engine import reading
from routes_data.models import METADATA
from routes_data.store import Store

Content = dict[str, list[str]]


def content(store: Store) -> Content:
    """Return every row of every table, in an order that does not depend on the database."""
    with reading(store.engine) as connection:
        return {
            table.name: sorted(map(as_text, connection.execute(select(table)).mappings()))
            for table in METADATA.sorted_tables
        }


def as_text(row: RowMapping) -> str:
    def moment(value: datetime) -> str:
        return value.astimezone(UTC).isoformat()

    return json.dumps(dict(row), sort_keys=True, ensure_ascii=False, default=moment)
