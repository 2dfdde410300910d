"""DuckDB files, read without changing them; files that cannot be read get one clear line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.duckdb.live import read_duckdb_file
from dbarch_widgets.importers.duckdb.read import DuckdbReader
from dbarch_widgets.model.schema import QName

TEXT = """CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE parent (id INTEGER PRIMARY KEY, feeling mood, CHECK (id > 0));
CREATE TABLE child (id INTEGER REFERENCES parent, note VARCHAR COLLATE nocase UNIQUE);
CREATE INDEX child_id ON child (id);
CREATE VIEW both_of_them AS SELECT id FROM parent;
"""


def made(path: Path, text: str = TEXT) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute(text)
        connection.execute("INSERT INTO parent SELECT range + 1, 'a' FROM range(5000)")
    return path


def test_the_file_says_the_same_as_the_text(tmp_path: Path) -> None:
    from dataclasses import replace

    from dbarch_widgets.render.schema_json import schema_json

    reader = DuckdbReader()
    reader.read(TEXT)
    before = made(tmp_path / "a.duckdb").read_bytes()
    live = read_duckdb_file(f"duckdb:///{tmp_path / 'a.duckdb'}").schema
    read = reader.schema()

    def bare(value: object) -> object:
        if isinstance(value, dict):
            return {key: bare(part) for key, part in value.items() if key not in ("file", "line")}
        return [bare(part) for part in value] if isinstance(value, list) else value

    assert bare(schema_json(replace(live, report=read.report))) == bare(schema_json(read))
    assert (tmp_path / "a.duckdb").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.duckdb"]


def test_rows_and_sizes(tmp_path: Path) -> None:
    profile = read_duckdb_file(made(tmp_path / "a.duckdb")).profile
    assert profile is not None
    assert [(table.table.name, table.rows) for table in profile.tables] == [("parent", 5000), ("child", 0)]
    assert profile.table(QName("main", "parent")).bytes == 262144
    assert profile.table(QName("main", "child")).bytes == 0


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_duckdb_file(path)
    assert "\n" not in str(caught.value)
    assert str(path.parent) not in str(caught.value)
    return str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "gone.duckdb: cannot be read: No such file" in refusal(tmp_path / "gone.duckdb")
    (tmp_path / "x.duckdb").write_bytes(b"")
    assert "x.duckdb: is no DuckDB database" in refusal(tmp_path / "x.duckdb")
    good = made(tmp_path / "good.duckdb").read_bytes()
    (tmp_path / "cut.duckdb").write_bytes(good[:5000])
    assert "cut.duckdb: cannot be read" in refusal(tmp_path / "cut.duckdb")
    with pytest.raises(SourceError, match="names no file"):
        read_duckdb_file("duckdb://")


def test_a_file_that_another_program_writes(tmp_path: Path) -> None:
    path = made(tmp_path / "a.duckdb")
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert "a.duckdb: is open for writing in another program" in refusal(path)
        other.communicate(b"")


def test_a_file_that_this_program_has_open(tmp_path: Path) -> None:
    path = made(tmp_path / "a.duckdb")
    with duckdb.connect(str(path)):
        assert "a.duckdb: is already open in this program" in refusal(path)


def test_a_file_of_another_version(tmp_path: Path) -> None:
    path = tmp_path / "new.duckdb"
    data = bytearray(made(path).read_bytes())
    data[12:20] = (9999).to_bytes(8, "little")
    path.write_bytes(data)
    # The header has a sum, which DuckDB itself is asked for.
    with pytest.raises(duckdb.Error) as caught:
        duckdb.connect(str(path), read_only=True)
    right = re.search(r"computed checksum (\d+)", str(caught.value))
    assert right is not None
    data[:8] = int(right[1]).to_bytes(8, "little")
    path.write_bytes(data)
    assert "new.duckdb: was written by another version of DuckDB" in refusal(path)
