"""Folders of SQL as tools leave them: read in the order in which they are applied, what undoes them left out."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from folders_written import write

from dbarch_widgets.errors import InputError, SourceError
from dbarch_widgets.importers.files import MOST_BYTES
from dbarch_widgets.reviewing.folder import load_folder
from dbarch_widgets.reviewing.run import review
from dbarch_widgets.reviewing.sources import read_schema

CREATE = "CREATE TABLE t (id bigint PRIMARY KEY, a text);"
ADD = "ALTER TABLE t ADD COLUMN {0} text;"


LAYOUTS = {
    "flyway": {
        "V1__create.sql": CREATE,
        "V2__b.sql": ADD.format("b"),
        "V10__c.sql": "ALTER TABLE t RENAME b TO c;",
        "V2.1__d.sql": ADD.format("d"),
        "U2__b.sql": "ALTER TABLE t DROP COLUMN b;",
        "R__view.sql": "CREATE VIEW v AS SELECT c FROM t;",
    },
    "supabase": {
        "supabase/migrations/20240101000000_create.sql": CREATE,
        "supabase/migrations/20240201000000_more.sql": ADD.format("c") + ADD.format("d"),
        "supabase/seed.sql": "INSERT INTO t VALUES (1);",
        "supabase/config.toml": "",
    },
    "prisma": {
        "prisma/migrations/20240101_init/migration.sql": CREATE,
        "prisma/migrations/20240102_more/migration.sql": ADD.format("c") + ADD.format("d"),
        "prisma/migrations/migration_lock.toml": "provider = 'postgresql'",
    },
    "golang-migrate": {
        "migrations/1_create.up.sql": CREATE,
        "migrations/1_create.down.sql": "DROP TABLE t;",
        "migrations/2_c.up.sql": ADD.format("c"),
        "migrations/10_d.up.sql": ADD.format("d"),
    },
    "dbmate": {
        "db/migrations/1_create.sql": f"-- migrate:up\n{CREATE}\n-- migrate:down\nDROP TABLE t;\n",
        "db/migrations/2_more.sql": f"-- migrate:up\n{ADD.format('c')}{ADD.format('d')}\n-- migrate:down\nDROP TABLE t;",
    },
    "goose": {
        "1_create.sql": f"-- +goose Up\n{CREATE}\n-- +goose Down\nDROP TABLE t;\n",
        "2_more.sql": f"-- +goose Up\n{ADD.format('c')}{ADD.format('d')}\n-- +goose Down\nDROP TABLE t;",
    },
    "sqitch": {
        "deploy/1_create.sql": "BEGIN;" + CREATE + "COMMIT;",
        "deploy/2_more.sql": ADD.format("c") + ADD.format("d"),
        "revert/1_create.sql": "DROP TABLE t;",
    },
    "rails": {"db/structure.sql": CREATE + ADD.format("c") + ADD.format("d"), "db/seeds.rb": "", "Gemfile": ""},
    "alembic offline": {
        "upgrade.sql": "BEGIN;\n-- Running upgrade  -> 1a\n"
        f"{CREATE}\nINSERT INTO alembic_version (version_num) VALUES ('1a') RETURNING version_num;\n"
        f"-- Running upgrade 1a -> 2b\n{ADD.format('c')}{ADD.format('d')}\nCOMMIT;\n"
    },
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_migrations_end_in_the_same_table(name: str, tmp_path: Path) -> None:
    schema = read_schema(write(tmp_path, LAYOUTS[name]))
    assert {"id", "a", "c", "d"} == set(schema.table("t").column_names)
    assert schema.report.not_understood == 0


def test_d1_migrations_are_sqlite(tmp_path: Path) -> None:
    files = {
        "migrations/0001_create.sql": "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);",
        "migrations/0002_c.sql": "ALTER TABLE t ADD COLUMN c TEXT;",
        "wrangler.toml": "",
    }
    schema = read_schema(write(tmp_path, files))
    assert schema.dialect == "sqlite"
    assert schema.table("t").column_names == ("id", "a", "c")


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    notes = "\n".join(read_schema(write(tmp_path, LAYOUTS["flyway"])).report.notes)
    assert "U2__b.sql: left out, it undoes a migration" in notes
    (tmp_path / "x").mkdir()
    notes = "\n".join(read_schema(write(tmp_path / "x", LAYOUTS["goose"])).report.notes)
    assert "1_create.sql: its part that undoes the migration was left out" in notes


def test_lines_stay_right_after_a_part_was_left_out(tmp_path: Path) -> None:
    text = (
        "-- +goose Up\nCREATE TABLE a (x int);\n-- +goose Down\nDROP TABLE a;\n-- +goose Up\nCREATE TABLE b (x int);\n"
    )
    path = write(tmp_path, {"1.sql": text}) / "1.sql"
    assert {table.name: table.line for table in read_schema(path).tables} == {"a": 2, "b": 6}


def test_a_rails_project_without_sql_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"schema_format = :sql"):
        read_schema(write(tmp_path, {"db/schema.rb": "ActiveRecord::Schema.define"}))


@pytest.mark.parametrize(
    ("name", "text", "advice"),
    [
        ("schema.prisma", "model User { id Int @id }", "prisma migrate diff"),
        ("prisma/schema.prisma", "model User { id Int @id }", "prisma migrate diff"),
        ("intake.yaml", "system:\n  name: venue\n", "write its first tables into schema.sql"),
    ],
)
def test_what_stands_instead_of_sql_says_how(name: str, text: str, advice: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {name: text})
    for source in (folder, folder / name):
        with pytest.raises(SourceError, match=advice):
            read_schema(source)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files(pack: object, tmp_path: Path) -> None:
    path = tmp_path / "schema.sql.gz"
    path.write_bytes(pack(CREATE.encode()))  # type: ignore[operator]
    assert read_schema(path).table("t")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_not_unpacked(pack: object, tmp_path: Path) -> None:
    path = tmp_path / "bomb.sql.gz"
    path.write_bytes(pack(b"-" * (MOST_BYTES + 2)))  # type: ignore[operator]
    with pytest.raises(SourceError, match="larger than 64 MiB"):
        read_schema(path)


def test_a_damaged_archive_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "schema.sql.gz"
    path.write_bytes(gzip.compress(random.Random(1).randbytes(2000))[:-200])
    with pytest.raises(SourceError, match="not a whole gzip file"):
        read_schema(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_windows_tools(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "schema.sql"
    path.write_bytes(CREATE.replace(";", ";\r\n").encode(encoding))
    assert read_schema(path).table("t").has_column("a")


def test_addresses_that_nothing_reads() -> None:
    with pytest.raises(InputError, match=r"mongodb:// are not read.*postgresql://"):
        read_schema("mongodb://localhost/db")


def test_a_python_file_says_how_models_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="module:Base"):
        read_schema(write(tmp_path, {"models.py": "x = 1"}) / "models.py")


@pytest.mark.parametrize("text", ["x" * 5_000, "a\0b", "SELECT " + "1 " * 3_000])
@pytest.mark.parametrize("read", [read_schema, review])
def test_what_cannot_be_a_path_is_one_line(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(SourceError, match="cannot be the name of a file"):
        read(text)


def test_one_statement_without_a_semicolon_is_text() -> None:
    assert read_schema("CREATE TABLE a (id int PRIMARY KEY)").table("a")


def test_the_workload_of_a_review_is_none_of_its_migrations(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001.sql").write_text("CREATE TABLE t (id integer PRIMARY KEY);\n")
    (tmp_path / "workload.sql").write_text("-- name: one\nSELECT id FROM t WHERE id = :id;\n")
    (tmp_path / "intake.yaml").write_text("system: {name: t}\n")
    assert [table.name for table in read_schema(tmp_path).tables] == ["t"]
    assert [query.name for query in load_folder(tmp_path).workload.queries] == ["one"]  # type: ignore[union-attr]
