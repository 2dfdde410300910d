"""Reads and writes whole text files; what goes wrong is one line."""

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
    """Writes a file whole or not at all: a failure leaves the earlier one as it was.

    A link stays one, and what it leads to is written; a device or a pipe is written into, for nothing can take its place.

    Raises:
        SourceError: the place cannot be written.
    """
    try:
        path = path.resolve() if path.is_symlink() else path
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_text(text, encoding="utf-8")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SourceError(f"cannot be written: {error.strerror or error}", where=path.as_posix()) from error
