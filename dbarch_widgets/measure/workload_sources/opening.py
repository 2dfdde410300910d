"""Opens the files of a workload: compressed or not, in UTF-8 or UTF-16, as a stream of lines of bounded length."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.model.report import Problem

HEAD = 64_000
_LONGEST_LINE = 8_000_000
_LONGEST_TEXT = 50_000_000
_OPENERS: tuple[tuple[bytes, Any], ...] = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\x00", lzma.open))
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass
class Source:
    """A file, or a text that was handed over. `problems` holds what went wrong on reading."""

    path: Path | None = None
    content: str | None = None
    name: str | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def label(self) -> str | None:
        """What to call it in problems."""
        return self.name or (self.path.as_posix() if self.path else None)

    def head(self) -> str:
        """The beginning of the text.

        Raises:
            SourceError: the file cannot be read.
        """
        if self.content is not None:
            return self.content[:HEAD]
        with self._open() as stream:
            return _read_some(stream, HEAD)

    def text(self) -> str:
        """The whole text with a line feed as the line end.

        Raises:
            SourceError: the file cannot be read, or is not text.
            InputError: it is larger than can be read at once.
        """
        if self.content is not None:
            return self.content.replace("\r\n", "\n").removeprefix("\ufeff")
        try:
            with self._open(errors="strict") as stream:
                text = stream.read(_LONGEST_TEXT + 1)
        except UnicodeError as error:
            raise SourceError("is not UTF-8 text", where=self.label) from error
        except (EOFError, OSError, lzma.LZMAError) as error:
            raise SourceError(f"cannot be read: {_words(error)}", where=self.label) from error
        if len(text) > _LONGEST_TEXT:
            raise InputError("is too large to be read at once", where=self.label, to_do="give a part of it")
        return text.replace("\r\n", "\n")

    def lines(self) -> Iterator[str]:
        """The lines with their ends, one at a time. What is not UTF-8 becomes `\ufffd`, which is reported once.

        A longer line than 8 million characters comes in pieces. A compressed file that breaks off ends there, and is
        reported.
        """
        if self.content is not None:
            yield from io.StringIO(self.content.removeprefix("\ufeff"))
            return
        number, unreadable = 0, 0
        with self._open() as stream:
            while True:
                try:
                    line = stream.readline(_LONGEST_LINE)
                except (EOFError, OSError, lzma.LZMAError) as error:
                    self.problems.append(
                        Problem(number + 1, "", f"the file breaks off here: {_words(error)}", "partly", self.label)
                    )
                    break
                if not line:
                    break
                number += 1
                unreadable += "\ufffd" in line
                yield line
        if unreadable:
            reason = f"{unreadable:,} lines hold characters that are not UTF-8"
            self.problems.append(Problem(1, "", reason, "partly", self.label))

    def _open(self, errors: str = "replace") -> IO[str]:
        assert self.path is not None
        try:
            with self.path.open("rb") as raw:
                magic = raw.read(8)
            opener = next((each for start, each in _OPENERS if magic.startswith(start)), None)
            binary: Any = opener(self.path, "rb") if opener else self.path.open("rb")
            start = binary.read(4) if opener else magic
            binary.seek(0)
        except (OSError, EOFError, lzma.LZMAError) as error:
            raise SourceError(f"cannot be read: {_words(error)}", where=self.label) from error
        encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "utf-8")
        return io.TextIOWrapper(binary, encoding=encoding, errors=errors, newline="")


def _words(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _read_some(stream: IO[str], number: int) -> str:
    try:
        return stream.read(number)
    except (EOFError, OSError, lzma.LZMAError, UnicodeError):
        return ""


def sources_of(path_or_text: str | Path, name: str | None = None) -> list[Source]:
    """The file of a path, the files of a folder in the order of their names, or the text itself.

    Args:
        path_or_text: a string with a line break, a semicolon or a blank is a text unless there is such a file.
        name: what to call it instead.

    Raises:
        SourceError: there is no such file.
    """
    if isinstance(path_or_text, str) and (not path_or_text.strip() or re.search(r"[\n; {]", path_or_text)):
        short = "\n" not in path_or_text and len(path_or_text) < 1_000
        if not short or not path_or_text.strip() or not Path(path_or_text.strip()).exists():
            return [Source(content=path_or_text, name=name)]
    path = Path(path_or_text)
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        if not files:
            raise SourceError("there is no file in the folder", where=path.as_posix())
        return [Source(path=each) for each in files]
    return [Source(path=path, name=name)]
