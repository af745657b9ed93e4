"""How much a file may hold: each reader stops at these, so that none fills the memory.

They are far above a city's catalogue (some hundred sites) and keep an import under 500 MB.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from .errors import ImportFileError, broken

MAX_BYTES = 20_000_000
"""Of the file itself."""
MAX_UNPACKED = 64_000_000
"""Of everything in an archive together."""
MAX_RATIO = 250
"""Of an archive's member, unpacked to packed: spreadsheets reach 50, zip bombs begin at 1000."""
MAX_MEMBERS = 1_000
MAX_ROWS = 10_000
MAX_COLUMNS = 200
MAX_CELL_CHARS = 20_000
MAX_TEXT_CHARS = 24_000_000
"""Of all cells together."""

_SMALL = 1_000_000  # of this size a member may be packed as tightly as it likes


def check_size(file: str, content: bytes) -> None:
    """Refuse a file with too many bytes, or none.

    Raises
    ------
    ImportFileError
        It is too large or empty.
    """
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        wanted = f"at most {limit} MB; split it into parts"
        raise ImportFileError(file, wanted, "import_too_large", limit=limit)
    if not content.strip():
        raise ImportFileError(file, "the file is empty", "import_empty")


def too_many_rows(file: str) -> ImportFileError:
    """Return the error of a table with too many rows."""
    wanted = f"at most {MAX_ROWS} rows; split it into parts"
    return ImportFileError(file, wanted, "import_rows", limit=MAX_ROWS)


@contextmanager
def unpacked(file: str, form: str, content: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose members, unpacked, stay within the limits.

    Python's reader never gives out more of a member than the archive declares, so what is declared
    is what is judged.

    Raises
    ------
    ImportFileError
        It is no archive, is damaged or encrypted, or holds too much.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_members(file, archive.infolist())
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, KeyError) as error:
        raise broken(file, form) from error
    except (RuntimeError, ValueError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        if isinstance(error, ImportFileError):
            raise
        raise broken(file, form) from error


def _check_members(file: str, members: list[zipfile.ZipInfo]) -> None:
    whole = sum(one.file_size for one in members)
    tight = any(
        one.file_size > _SMALL and one.file_size > MAX_RATIO * max(one.compress_size, 1)
        for one in members
    )
    if tight or whole > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        limit = MAX_UNPACKED // 1_000_000
        wanted = f"it unpacks to more than {limit} MB, or is packed like a zip bomb"
        raise ImportFileError(file, wanted, "import_unpacked", limit=limit)
    if any(one.flag_bits & 0x1 for one in members):
        raise ImportFileError(
            file, "it is protected by a password; save it without one", "import_encrypted"
        )
