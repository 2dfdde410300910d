"""Files are written whole or not at all, and never in place of what is no file."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from dbarch_widgets.errors import SourceError
from dbarch_widgets.files import write_text


def test_a_pipe_or_a_device_is_written_into_and_stays(tmp_path: Path) -> None:
    """As root, a rename onto /dev/null would leave the machine without it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_text(pipe, "said")
    reader.join(10)
    assert read == ["said"]
    assert pipe.is_fifo()
    write_text(Path(os.devnull), "said")
    assert Path(os.devnull).is_char_device()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("before")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_text(tmp_path / "link.txt", "after")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "after"


def test_a_folder_in_its_place_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be written"):
        write_text(tmp_path, "said")
