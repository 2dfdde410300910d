"""The text of a file, whatever it is packed or encoded in, within a limit."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbarch_widgets.errors import SourceError

# A dump of this size is data, not a design; reading it would only take the machine's memory.
MOST_BYTES = 64 * 1024 * 1024
SUFFIXES = (".sql", ".ddl", ".psql")
_PACKED: tuple[tuple[bytes, str, Callable[..., Any]], ...] = (
    (b"\x1f\x8b", "gzip", gzip.open),
    (b"BZh", "bzip2", bz2.open),
    (b"\xfd7zXZ\x00", "xz", lzma.open),
)
_DATABASES = ((0, b"SQLite format 3\x00", "sqlite"), (8, b"DUCK", "duckdb"))


def is_sql(path: Path) -> bool:
    """Whether the name is that of a file of SQL, packed or not."""
    name = path.name.lower().removesuffix(".gz").removesuffix(".bz2").removesuffix(".xz")
    return name.endswith(SUFFIXES)


def database_kind(path: Path) -> str | None:
    """`sqlite` or `duckdb` for a database file, told by its first bytes; None for any other."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return None  # whoever reads it next gives the reason
    return next((kind for at, magic, kind in _DATABASES if head[at:].startswith(magic)), None)


def read_text(path: Path) -> str:
    """The text of a file, also when it is compressed with gzip, bzip2 or xz.

    Raises:
        SourceError: it is not there, cannot be read, is not text or is too large.
    """
    where = shown(path)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=where) from error
    for magic, name, unpack in _PACKED:
        if data.startswith(magic):
            try:
                with unpack(path) as packed:
                    # No more than the limit is ever unpacked, however small the file is.
                    data = packed.read(MOST_BYTES + 1)
            except (OSError, EOFError, lzma.LZMAError) as error:
                raise SourceError(f"is not a whole {name} file: {error}", where=where) from error
    return decode(data, where)


def decode(data: bytes, where: str) -> str:
    """The bytes as text: UTF-8, UTF-16 with or without its mark, or Latin-1 where the bytes are no UTF-8.

    Raises:
        SourceError: the bytes are no text, or too many.
    """
    if len(data) > MOST_BYTES:
        raise SourceError(
            f"is larger than {MOST_BYTES // 2**20} MiB", where=where, to_do="dump the schema without the data"
        )
    if encoding := _utf16(data):
        return _lines(data.decode(encoding, errors="replace"))
    if b"\x00" in data:
        advice = "give a plain SQL file in UTF-8; of a custom dump: pg_restore -f -"
        raise SourceError("is not text", where=where, to_do=advice)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return _lines(text)


def _utf16(data: bytes) -> str | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    # SQL is mostly ASCII: in UTF-16 every other byte of its beginning is then zero.
    head = data[:200]
    half = len(head) // 2
    if half >= 8:
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
            if zeros.count(0) > 0.9 * half and head.count(0) < 1.1 * half:
                return encoding
    return None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shown(path: Path) -> str:
    """The path as reports show it: relative to here where it can be, and never a home or temporary folder."""
    if not path.is_absolute():
        return path.as_posix()
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.name
