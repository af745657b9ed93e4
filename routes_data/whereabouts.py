"""Where a record lies: its own address, or those of the sites it speaks of."""

from __future__ import annotations

from collections.abc import Callable

from geo.columns import Record
from geo.errors import UnknownRecordError

from .editor import Editor
from .kinds import kind_of, referred


def whereabouts(editor: Editor, kind: str, body: Record) -> tuple[Record, ...]:
    """Return the bodies by which a unit holds a record.

    A closure, an event, a route lie where their sites do, as these stand newest. What speaks of no
    known site lies nowhere but in the whole city, as its own body says.

    Parameters
    ----------
    editor
        Of the store the sites stand in.
    kind
        Of the record.
    body
        Of the record; it may be unfinished.
    """
    return lying_at(lambda site_id: _site(editor, site_id), kind, body)


def lying_at(site: Callable[[str], Record | None], kind: str, body: Record) -> tuple[Record, ...]:
    """Return the bodies by which a unit holds a record; `site` gives that of a site, or None."""
    sites = [one for one in kind_of(kind).references if one.kind == "sites"]
    found = [site(site_id) for one in sites for site_id in referred(one, body)]
    known = tuple(one for one in found if one is not None)
    return known if known and len(known) == len(found) else (body,)


def _site(editor: Editor, site_id: str) -> Record | None:
    try:
        return editor.head("sites", site_id).body
    except UnknownRecordError:
        return None
