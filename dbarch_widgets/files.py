"""Reads and writes whole files; what goes wrong is one line."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from dbarch_widgets.errors import SourceError


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        SourceError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("is not a text file in UTF-8", where=str(path)) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def write_text(path: Path, text: str) -> None:
    """Writes a text as `write_bytes` does; lone surrogates, which are no text in any file, become `?`.

    Raises:
        SourceError: the place cannot be written.
    """
    write_bytes(path, text.encode("utf-8", errors="replace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all: a failure leaves the earlier one as it was, and no folder that was made for it.

    A link stays one, and what it leads to is written; a device or a pipe is written into, for nothing can take its place.

    Raises:
        SourceError: the place cannot be written.
    """
    try:
        path = path.resolve() if path.is_symlink() else path
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        made = [folder for folder in path.parents if not folder.exists()]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, data)
        except BaseException:
            remove_empty(made)
            raise
    except OSError as error:
        raise SourceError(f"cannot be written: {error.strerror or error}", where=path.as_posix()) from error


def remove_empty(folders: list[Path]) -> None:
    """Removes those of the folders that are there and empty, in the order given."""
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _replace(path: Path, data: bytes) -> None:
    """The data in a file beside, which then takes the place and the permissions of the one that was there."""
    mode = path.stat().st_mode & 0o777 if path.is_file() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
