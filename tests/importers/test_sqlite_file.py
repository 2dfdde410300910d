"""SQLite files, read without changing them: schema as from text, rows, sizes; D1's local file; files that cannot be read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from dbarch_widgets.errors import SourceError
from dbarch_widgets.importers.sqlite.live import read_sqlite_file
from dbarch_widgets.importers.sqlite.read import SqliteReader
from dbarch_widgets.model.schema import QName, Schema

FIXTURES = Path(__file__).parent / "fixtures" / "sqlite"


def made(path: Path, text: str, *, wal: bool = False) -> Path:
    connection = sqlite3.connect(path)
    if wal:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(text)
    connection.commit()
    connection.close()
    return path


def listing(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def without_places(schema: Schema) -> str:
    """The promised JSON of a schema without files, lines and report."""
    from dbarch_widgets.render.schema_json import schema_json

    def bare(value: object) -> object:
        if isinstance(value, dict):
            return {key: bare(part) for key, part in value.items() if key not in ("file", "line", "report")}
        return [bare(part) for part in value] if isinstance(value, list) else value

    return str(bare(schema_json(schema)))


def test_the_file_says_the_same_as_the_text(tmp_path: Path) -> None:
    text = (FIXTURES / "d1_export.sql").read_text()
    path = made(tmp_path / "a.db", text)
    reader = SqliteReader()
    reader.read(text)
    live = read_sqlite_file(f"sqlite:///{path}")
    assert without_places(live.schema) == without_places(reader.schema())
    assert "read from a database file" in live.schema.report.notes[0]


def test_rows_and_sizes(tmp_path: Path) -> None:
    text = (
        "CREATE TABLE p (id INTEGER PRIMARY KEY, a); CREATE TABLE c (p_id REFERENCES p); CREATE INDEX i ON p (a);"
        "INSERT INTO p WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3000) SELECT x, 'abc' FROM n;"
    )
    path = made(tmp_path / "a.db", text)
    profile = read_sqlite_file(path).profile
    assert profile is not None
    assert [(table.table.name, table.rows) for table in profile.tables] == [("p", 3000), ("c", 0)]
    assert (profile.table(QName("main", "p")).bytes or 4096 * 9) > 4096 * 8
    made(path, "ANALYZE; INSERT INTO p (a) VALUES (1);")
    profile = read_sqlite_file(path).profile
    assert profile is not None
    estimated = profile.table(QName("main", "p"))
    assert (estimated.rows, estimated.notes) == (3000, ("rows as ANALYZE last estimated them",))


def test_without_time_the_largest_rowid_is_said(tmp_path: Path) -> None:
    rows = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 300000) SELECT x, x FROM n"
    path = made(
        tmp_path / "a.db",
        f"CREATE TABLE p (id INTEGER PRIMARY KEY, a); INSERT INTO p {rows}; DELETE FROM p WHERE id < 9;",
    )
    profile = read_sqlite_file(path, seconds=0.002).profile
    assert profile is not None
    (table,) = profile.tables
    if table.notes:  # a very fast machine counts them in time
        assert (table.rows, table.notes) == (300000, ("no more rows than this: it is the largest rowid",))


@pytest.mark.parametrize("wal", [False, True])
def test_nothing_is_written_beside_the_file(tmp_path: Path, wal: bool) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE a (x); INSERT INTO a VALUES (1);", wal=wal)
    before = listing(tmp_path)
    assert read_sqlite_file(path).schema.find("a")
    assert listing(tmp_path) == before


def test_what_is_still_in_the_log_is_read(tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "a.db")
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("CREATE TABLE late (x)")
    writer.commit()
    before = set(listing(tmp_path))
    assert read_sqlite_file(tmp_path / "a.db").schema.find("late")
    assert set(listing(tmp_path)) == before
    # A copy of a database and its log, as a crash leaves them: there is no index of the log.
    (tmp_path / "copy").mkdir()
    for name in ("a.db", "a.db-wal"):
        (tmp_path / "copy" / name).write_bytes((tmp_path / name).read_bytes())
    assert read_sqlite_file(tmp_path / "copy" / "a.db").schema.find("late")
    assert set(listing(tmp_path / "copy")) == {"a.db", "a.db-wal"}
    writer.close()


def test_the_local_database_of_d1(tmp_path: Path) -> None:
    folder = tmp_path / ".wrangler/state/v3/d1/miniflare-D1DatabaseObject"
    folder.mkdir(parents=True)
    made(folder / "metadata.sqlite", "CREATE TABLE _cf_METADATA (a)")
    text = (FIXTURES / "d1_export.sql").read_text()
    path = made(
        folder / f"{'ab' * 32}.sqlite", text + "CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;"
    )
    for source in (tmp_path, folder, path, f"sqlite:///{tmp_path}"):
        live = read_sqlite_file(source)
        assert [table.name for table in live.schema.tables] == ["d1_migrations", "users", "posts"]
        assert "left out, as D1 keeps them for itself: _cf_KV" in live.schema.report.notes
    made(folder / "second.sqlite", "CREATE TABLE x (a)")
    with pytest.raises(SourceError, match="there are 2 databases in it"):
        read_sqlite_file(tmp_path)


def test_a_path_with_odd_characters(tmp_path: Path) -> None:
    path = made(tmp_path / "a b?c#d%20é.db", "CREATE TABLE x (a)")
    assert read_sqlite_file(path).schema.find("x")


def test_an_unknown_module_and_newer_words_cost_only_themselves(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE good (x); CREATE TABLE b (x); CREATE TABLE c (x);")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute(
        "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE b USING vec0(x)', rootpage = 0 WHERE name = 'b'"
    )
    connection.commit()
    connection.close()
    live = read_sqlite_file(path)
    assert {table.name: table.kind for table in live.schema.tables} == {"good": "table", "b": "foreign", "c": "table"}
    assert any("its module vec0 is not here" in note for note in live.schema.report.notes)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("UPDATE sqlite_schema SET sql = 'CREATE TABLE c (x) WITH FUTURE' WHERE name = 'c'")
    connection.commit()
    connection.close()
    live = read_sqlite_file(path)
    assert live.schema.find("good")
    assert any(note.startswith("partly read: malformed database schema (c)") for note in live.schema.report.notes)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def refusal(path: Path) -> str:
        with pytest.raises(SourceError) as caught:
            read_sqlite_file(path)
        assert "\n" not in str(caught.value)
        assert str(tmp_path) not in str(caught.value)
        return str(caught.value)

    assert "gone.db: cannot be read: No such file" in refusal(tmp_path / "gone.db")
    (tmp_path / "empty.db").write_bytes(b"")
    assert "empty.db: is an empty file" in refusal(tmp_path / "empty.db")
    (tmp_path / "cipher.db").write_bytes(bytes(range(256)) * 64)
    assert "cipher.db: is no SQLite database, or it is encrypted" in refusal(tmp_path / "cipher.db")
    good = made(tmp_path / "good.db", "CREATE TABLE a (x);" * 1).read_bytes()
    (tmp_path / "head.db").write_bytes(good[:16] + b"\xff" * 500)
    assert "head.db: " in refusal(tmp_path / "head.db")
    (tmp_path / "folder").mkdir()
    assert "there is no SQLite database in the folder" in refusal(tmp_path / "folder")
    with pytest.raises(SourceError, match="names no file"):
        read_sqlite_file("sqlite://")


def test_a_damaged_page_costs_only_its_table(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.db", "CREATE TABLE a (x); CREATE TABLE b (x); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);"
    )
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096  # the first page of a
    path.write_bytes(data)
    live = read_sqlite_file(path)
    assert [table.name for table in live.schema.tables] == ["a", "b"]
    assert live.profile is not None
    assert [table.table.name for table in live.profile.tables] == ["b"]
    assert any("rows not known of 1 tables: a" in note for note in live.profile.notes)


def test_a_locked_file(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE a (x);")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA locking_mode=EXCLUSIVE")
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(SourceError, match=r"a\.db: is locked by another program"):
        read_sqlite_file(path, seconds=0.1)
    writer.close()
