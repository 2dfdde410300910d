"""Errors of the machine, after which going on is of no use, told from refusals of rows."""

from __future__ import annotations

from dbarch_widgets.errors import EngineError, EngineGone, StatementStopped

_WORDS = (
    "IO Error", "Out of Memory", "could not write", "No space left", "disk is full", "File too large", "FATAL Error",
    "database has been invalidated", "INTERRUPT Error", "disk I/O error", "could not extend file", "Disk quota",
)  # fmt: skip
_FULL = (
    "No space left",
    "disk is full",
    "File too large",
    "Disk quota",
    "could not extend file",
    "full",
    "Could not write",
    "disk I/O error",
)


def is_of_the_machine(error: EngineError) -> bool:
    """Whether the disk, the memory or the engine failed, or somebody stopped it: not the rows."""
    text = error.what.lower()
    return isinstance(error, EngineGone | StatementStopped) or any(word.lower() in text for word in _WORDS)


def explained(error: EngineError, where: str) -> EngineError:
    """The same error; of a full disk with what to do."""
    text = error.what.lower()
    if is_of_the_machine(error) and any(word.lower() in text for word in _FULL):
        return EngineError(
            f"no room for the rows, or the disk failed: {error.what}",
            where=where,
            to_do="free some space, or a smaller --scale",
        )
    return error
