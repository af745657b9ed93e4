"""What is wrong with a file as a whole, or with how its columns are read."""

from __future__ import annotations

from geo.errors import BadRequestError, HeritageError, JsonValue


class ImportFileError(BadRequestError):
    """A file cannot be imported as it is (`file`, `wanted`; `rule` and `limits` say what is wrong).

    Parameters
    ----------
    file
        Its name.
    wanted
        What was expected, in English.
    rule
        The rule it breaks; the texts know it as `fault.<rule>`.
    limits
        The numbers and words of that rule.
    """

    code = "bad-import-file"

    def __init__(self, file: str, wanted: str, rule: str, **limits: str | float) -> None:
        data: dict[str, JsonValue] = {"rule": rule, "limits": limits}
        super().__init__(f"{file}: {wanted}", file=file, wanted=wanted, **data)


def broken(file: str, form: str) -> ImportFileError:
    """Return the error of a file that is not what its name says."""
    wanted = f"cannot be read as {form}; save it again from the program that made it"
    return ImportFileError(file, wanted, "import_broken", form=form)


class ParquetUnavailableError(HeritageError):
    """GeoParquet cannot be made here: the `parquet` extra is not installed."""

    code = "parquet-unavailable"

    def __init__(self) -> None:
        super().__init__(
            "GeoParquet needs the 'parquet' extra, which is not installed: "
            "pip install 'qingdao-red-trails[parquet]'"
        )
