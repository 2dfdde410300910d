"""The words of MySQL 5.7 and 8, as its manual has them: no such server is at hand here."""

from __future__ import annotations

from typing import Any

import pytest

from dbarch_widgets.importers.mysql_live.queries import PARTS, statement
from dbarch_widgets.importers.mysql_live.server import Server, server_of
from dbarch_widgets.importers.mysql_live.tables import tables_of

MYSQL = Server(mariadb=False, version=(8, 0, 36), words="8.0.36", database="shop")


def row(part: str, **values: Any) -> dict[str, Any]:
    """A row of a part: NULL where nothing is said."""
    return dict.fromkeys((name.lower() for name in PARTS[part].columns.split()), None) | values


def column(name: str, kind: str, **values: Any) -> dict[str, Any]:
    base = {"table_schema": "shop", "table_name": "t", "column_name": name, "column_type": kind, "extra": ""}
    base |= {"data_type": kind.partition("(")[0].partition(" ")[0], "is_nullable": "YES", "column_comment": ""}
    return row("columns", **(base | values))


def parts(**found: list[dict[str, Any]]) -> dict[str, list[Any]]:
    table = row("tables", table_schema="shop", table_name="t", table_type="BASE TABLE", engine="InnoDB")
    table |= {"table_collation": "utf8mb4_0900_ai_ci", "create_options": "", "table_comment": ""}
    return {name: [] for name in PARTS} | {"tables": [table]} | found


@pytest.mark.parametrize(
    ("kind", "default", "extra", "canonical"),
    [
        ("int", "0", "", "0"),
        ("varchar(20)", "it's", "", "'it''s'"),
        ("varchar(20)", "", "", "''"),
        ("varchar(20)", None, "", None),
        ("datetime", "CURRENT_TIMESTAMP", "DEFAULT_GENERATED", "current_timestamp()"),
        (
            "timestamp(3)",
            "CURRENT_TIMESTAMP(3)",
            "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)",
            "current_timestamp(3)",
        ),
        ("timestamp", "CURRENT_TIMESTAMP", "on update CURRENT_TIMESTAMP", "current_timestamp()"),  # 5.7
        ("char(36)", "uuid()", "DEFAULT_GENERATED", "uuid()"),
        ("varchar(9)", r"concat(_utf8mb4\'a\',_utf8mb4\'b\')", "DEFAULT_GENERATED", "concat('a','b')"),
        ("bit(4)", "b'101'", "", "0x05"),
        ("decimal(6,2)", "1.50", "", "1.50"),
    ],
)
def test_defaults_are_bare_or_generated(kind: str, default: str | None, extra: str, canonical: str | None) -> None:
    (table,) = tables_of(parts(columns=[column("a", kind, column_default=default, extra=extra)]), MYSQL)
    assert table.column("a").default == canonical
    assert table.column("a").generated is None
    assert (table.column("a").on_update is not None) == ("on update" in extra)


def test_generated_columns_functional_keys_and_checks() -> None:
    index = {"table_schema": "shop", "table_name": "t", "non_unique": 1, "index_type": "BTREE", "index_comment": ""}
    found = parts(
        columns=[
            column("a", "int"),
            column("b", "varchar(9)", extra="STORED GENERATED", generation_expression=r"concat(`a`,_utf8mb4\'x\')"),
        ],
        indexes=[
            row("indexes", **index, index_name="f", expression=r"lower(`b`)", collation="A", is_visible="YES"),
            row("indexes", **index, index_name="h", column_name="a", collation="D", is_visible="NO"),
        ],
        checks=[row("checks", constraint_schema="shop", constraint_name="t_chk_1", check_clause="(`a` > 0)")],
        check_tables=[
            row("check_tables", table_schema="shop", table_name="t", constraint_name="t_chk_1", enforced="NO")
        ],
    )
    (table,) = tables_of(found, MYSQL)
    assert (table.column("b").generated, table.column("b").generated_kind) == ("concat(`a`,'x')", "stored")
    functional, hidden = table.indexes
    assert (functional.keys[0].column, functional.keys[0].expression) == (None, "lcase(`b`)")
    assert (hidden.keys[0].order, hidden.valid) == ("desc", False)
    assert [(check.name, check.expression, check.enforced) for check in table.checks] == [("t_chk_1", "`a` > 0", False)]


def test_columns_that_a_server_has_not_are_not_asked_for() -> None:
    sql, parameters = statement(PARTS["indexes"], {"TABLE_SCHEMA", "TABLE_NAME", "INDEX_NAME"}, MYSQL)
    assert "NULL AS `expression`" in sql
    assert "INDEX_NAME AS `index_name`" in sql
    assert parameters == ("shop",)


@pytest.mark.parametrize(
    ("words", "comment", "name"),
    [
        ("8.0.36", "MySQL Community Server - GPL", "MySQL 8.0.36"),
        ("5.5.5-10.11.6-MariaDB-1:10.11.6+maria~deb12", "", "MariaDB 10.11.6"),
        ("11.4.2-MariaDB-log", "mariadb.org binary distribution", "MariaDB 11.4.2"),
        ("5.7.44-log", "MySQL Community Server (GPL)", "MySQL 5.7.44"),
        ("9.1.0", "Homebrew", "MySQL 9.1.0"),
    ],
)
def test_servers_tell_who_they_are(words: str, comment: str, name: str) -> None:
    server = server_of(words, comment, "")
    assert server.name == name
    assert server.tested == name.startswith("MariaDB 10.11")
    assert ("max_statement_time" in server.limit(1.5)) == server.mariadb
