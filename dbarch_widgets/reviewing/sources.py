"""Reads a schema from whatever a person has at hand: a file, a folder, standard input, text, or a database's address."""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.model.schema import Schema

# A dump of this size is data, not a design; reading it would only take the machine's memory.
MOST_BYTES = 64 * 1024 * 1024
DIALECTS = ("postgres",)
_MARKS = {
    "MySQL or MariaDB": r"\bENGINE\s*=|\bAUTO_INCREMENT\b|`\w+`\s+\w+",
    "SQLite": r"\bAUTOINCREMENT\b|^\s*PRAGMA\b|\bWITHOUT\s+ROWID\b",
    "SQL Server": r"\[dbo\]|\bIDENTITY\s*\(\d|^\s*GO\s*$|\bNVARCHAR\s*\(",
    "Oracle": r"\bVARCHAR2\b|\bNUMBER\s*\(",
}


def read_schema(source: str | Path, dialect: str | None = None) -> Schema:
    """The Schema of a source, with its ImportReport in `.report`.

    Args:
        source: a file (`.sql`, `.sql.gz`), a folder (a review folder or a folder of `.sql` files, read in the order of
            their names), `-` for standard input, `postgresql://…`, or the DDL text itself.
        dialect: the SQL dialect; guessed when left out.

    Raises:
        SourceError: the source cannot be read, is not text, or is too large.
        InputError: the source is empty, or nothing of it was understood.
    """
    if dialect is not None and dialect not in DIALECTS:
        raise InputError(f"the dialect {dialect!r} is not read yet", to_do=f"one of: {', '.join(DIALECTS)}")
    text = str(source)
    if text.startswith(("postgresql://", "postgres://")):
        from dbarch_widgets.importers.postgres_catalog import read_catalog

        return read_catalog(text)
    scheme, separator, _ = text.partition("://")
    if separator and scheme.isalpha():
        raise InputError(f"addresses that begin with {scheme}:// are not read yet", to_do="postgresql://… is")
    if isinstance(source, str) and ("\n" in source or ";" in source):
        return read_texts([(source, None)])
    if text == "-":
        return read_texts([(decode(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input"), "standard input")])
    return read_texts([(read_text(path), _shown(path)) for path in _files(Path(text))])


def read_texts(texts: list[tuple[str, str | None]]) -> Schema:
    """The Schema of DDL texts applied one after the other; each comes with the name of its file or None.

    Raises:
        InputError: there is no statement in them, or none was understood.
    """
    from dbarch_widgets.importers.postgres.read import Reader

    reader = Reader()
    for text, file in texts:
        reader.read(text, file)
    schema = reader.schema()
    names = ", ".join(file for _, file in texts if file) or "the text"
    report = schema.report
    if report.statements == 0:
        raise InputError("there is no statement in it", where=names, to_do="give a file with CREATE TABLE statements")
    if not report.understood and not report.partly:
        bad = [problem for problem in report.problems if problem.effect == "not_understood"]
        why = f"; line {bad[0].line}: {bad[0].reason}" if bad else ": they change no structure"
        other = other_dialect("\n".join(text for text, _ in texts))
        hint = f"it looks like {other}, which is not read yet" if other else "give DDL of PostgreSQL"
        raise InputError(f"none of the {report.statements} statements was understood{why}", where=names, to_do=hint)
    return schema


def other_dialect(text: str) -> str | None:
    """The other database that the DDL seems to be written for, or None."""
    for name, marks in _MARKS.items():
        if re.search(marks, text, re.IGNORECASE | re.MULTILINE):
            return name
    return None


def read_text(path: Path) -> str:
    """The text of a file, also when it is compressed with gzip.

    Raises:
        SourceError: it is not there, cannot be read, is not text or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=_shown(path)) from error
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as packed:
                data = packed.read(MOST_BYTES + 1)
        except (OSError, EOFError) as error:
            raise SourceError(f"is not a whole gzip file: {error}", where=_shown(path)) from error
    return decode(data, _shown(path))


def decode(data: bytes, where: str) -> str:
    """The bytes as text: UTF-8, UTF-16 with its mark, or Latin-1 where the bytes are no UTF-8.

    Raises:
        SourceError: the bytes are no text, or too many.
    """
    if len(data) > MOST_BYTES:
        raise SourceError(
            f"is larger than {MOST_BYTES // 2**20} MiB", where=where, to_do="dump the schema without the data"
        )
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace").replace("\r\n", "\n")
    if b"\x00" in data:
        advice = "give a plain SQL file in UTF-8; of a custom dump: pg_restore -f -"
        raise SourceError("is not text", where=where, to_do=advice)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    if (path / "schema.sql").is_file():
        return [path / "schema.sql"]
    found = sorted(child for child in path.iterdir() if child.suffix == ".sql" or child.name.endswith(".sql.gz"))
    if not found:
        raise SourceError("there is no .sql file in the folder", where=_shown(path))
    return found


def _shown(path: Path) -> str:
    """The path as reports show it: relative to here where it can be, and never a home or temporary folder."""
    if not path.is_absolute():
        return path.as_posix()
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.name
