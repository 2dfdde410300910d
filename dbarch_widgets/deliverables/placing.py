"""Puts files into a folder whole or not at all, and replaces only what was put there so before.

The files are written into a folder beside the target, which then takes its name. `deliverables.json` lists them with
their SHA-256, so that a folder of ours is told from any other, and from one in which somebody changed a file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dbarch_widgets.deliverables.part import File
from dbarch_widgets.errors import SourceError
from dbarch_widgets.files import remove_empty

MANIFEST = "deliverables.json"
_MARK = "dbarch deliverables 1"
_ELSEWHERE = "choose a new folder, or move that away"


def check_place(target: Path) -> None:
    """Whether the folder may be written.

    Raises:
        SourceError: it is no folder, or holds what was not written here.
    """
    with _told(target):
        if not target.exists() and not target.is_symlink():
            return
        if target.is_symlink() or not target.is_dir():
            raise SourceError(
                "is there already, and is no folder", where=target.as_posix(), to_do="choose a new folder"
            )
        if not any(target.iterdir()):
            return
        known = _manifest(target / MANIFEST)
        if known is None:
            raise SourceError(
                "holds files that dbarch did not write",
                where=target.as_posix(),
                to_do="choose a new or an empty folder",
            )
        for path in sorted(target.rglob("*")):
            name = path.relative_to(target).as_posix()
            if path.is_symlink() or (path.is_file() and name != MANIFEST and known.get(name) != _digest(path)):
                what = "was changed by somebody" if name in known else "was put there by somebody"
                raise SourceError(what, where=path.as_posix(), to_do=_ELSEWHERE)


def place(target: Path, files: Sequence[File]) -> None:
    """Writes the files as the whole content of the folder.

    Raises:
        SourceError: it cannot be written; what was there before is still there, and nothing else.
    """
    if len({file.path for file in files}) != len(files):
        raise ValueError("two deliverables have the same path")
    with _told(target):
        made = _missing_parents(target)
        beside = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
            _fill(beside, files)
            _swap(beside, target)
        except BaseException:
            if beside is not None:
                shutil.rmtree(beside, ignore_errors=True)
            remove_empty(made)
            raise


def _missing_parents(target: Path) -> list[Path]:
    """The folders above that are not there yet, innermost first."""
    return [parent for parent in target.parents if not parent.exists()]


def _fill(folder: Path, files: Sequence[File]) -> None:
    digests = {}
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        data = file.text.encode("utf-8", errors="replace")  # lone surrogates are no text in any file
        path.write_bytes(data)
        path.chmod(0o755 if file.text.startswith("#!") else 0o644)
        digests[file.path] = hashlib.sha256(data).hexdigest()
    listing = json.dumps({"made_by": _MARK, "files": digests}, indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(listing + "\n", encoding="utf-8")
    folder.chmod(0o755)


def _swap(beside: Path, target: Path) -> None:
    """The new folder under the name of the target; a failure brings the old one back."""
    if not target.exists():
        beside.rename(target)
        return
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old."))
    kept = old / "kept"
    try:
        target.rename(kept)
        try:
            beside.rename(target)
        except BaseException:
            kept.rename(target)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _manifest(path: Path) -> dict[str, str] | None:
    """The files of a folder of ours with their digests; None when it is none."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(held, dict) or held.get("made_by") != _MARK or not isinstance(held.get("files"), dict):
        return None
    return {str(name): str(digest) for name, digest in held["files"].items()}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """What the system refuses as one line."""
    try:
        yield
    except SourceError:
        raise
    except OSError as error:
        reason = error.strerror or os.strerror(error.errno or 0)
        raise SourceError(
            f"cannot be written: {reason}", where=target.as_posix(), to_do="nothing was changed; choose another folder"
        ) from error
