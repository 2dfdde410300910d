"""Whole or not at all: what is being written has another name until it is done.

`rows.duckdb` is written as `.rows.duckdb.part` beside it. Ctrl-C and failures remove that; a killed process leaves it, and the
next run for the same name begins by removing it. A lock on `.rows.duckdb.lock` keeps two runs for one name apart.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from dbarch_widgets.errors import EngineError, SourceError
from dbarch_widgets.synth.filling.faults import explained


@contextlib.contextmanager
def half_written(path: Path) -> Iterator[Path]:
    """The name to write to; when the block ends without an error it becomes `path`.

    Raises:
        SourceError: `path` is there already, its folder is not or cannot be written, or another run is writing it.
    """
    if path.exists() or path.is_symlink():
        raise SourceError("is there already", where=path.as_posix(), to_do="give a name that is free, or remove it")
    if not path.parent.is_dir():
        raise SourceError("its folder does not exist", where=path.as_posix())
    part = path.with_name(f".{path.name}.part")
    with _alone(path):
        _remove(part)
        try:
            yield part
            part.replace(path)
        except SourceError:
            raise
        except EngineError as error:
            raise explained(error, path.as_posix()) from error
        except OSError as error:
            raise SourceError(f"cannot be written: {error.strerror or str(error)}", where=path.as_posix()) from error
        finally:
            _remove(part)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = path.with_name(f".{path.name}.lock")
    try:
        file = lock.open("w")
    except OSError as error:
        raise SourceError(f"cannot be written: {error.strerror}", where=path.as_posix()) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SourceError("is being written by another run", where=path.as_posix()) from error
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _remove(part: Path) -> None:
    """The half-written thing and what engines put beside it."""
    for left in (part, *part.parent.glob(f"{_escaped(part.name)}[.-]*")):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    """The name in a glob pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
