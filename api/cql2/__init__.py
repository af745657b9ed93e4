"""CQL2 (OGC 21-065r2): filters in text or JSON, and which records of a frame they keep."""

from .reading import LANGUAGES, read_filter
from .selecting import select

__all__ = ["LANGUAGES", "read_filter", "select"]
