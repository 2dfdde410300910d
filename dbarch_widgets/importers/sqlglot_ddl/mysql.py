"""MySQL and MariaDB: what MariaDB's catalog holds after the same text."""

from __future__ import annotations

from dbarch_widgets.importers.sqlglot_ddl import mysql_columns as columns
from dbarch_widgets.importers.sqlglot_ddl import mysql_objects as objects
from dbarch_widgets.importers.sqlglot_ddl import mysql_statements as statements
from dbarch_widgets.importers.sqlglot_ddl.dialect import Dialect, as_written
from dbarch_widgets.importers.sqlglot_ddl.mysql_keys import generated_name, renamed_table
from dbarch_widgets.importers.sqlglot_ddl.mysql_partitions import partition_by
from dbarch_widgets.importers.sqlglot_ddl.mysql_types import print_type
from dbarch_widgets.importers.sqlglot_ddl.repairs_mysql import REPAIRS
from dbarch_widgets.sql.split_lexis import MYSQL
from dbarch_widgets.sql.split_mysql import splitter

DIALECT = Dialect(
    name="mysql",
    lexis=MYSQL,
    splitter=splitter,
    fold=as_written,
    print_type=print_type,
    generated_name=generated_name,
    schema_from_database=True,
    shortens_indexes=True,
    index_elements=True,
    default_action="restrict",
    default_method="",
    check_named_after_column=True,
    ordered=statements.ordered,
    renamed_table=renamed_table,
    partition_by=partition_by,
    repairs=REPAIRS,
    attributes={
        "KEY": columns.key_attribute,
        "CHARACTER": columns.charset_attribute,
        "CHARSET": columns.charset_attribute,
        "ASCII": columns.named_charset("latin1"),
        "UNICODE": columns.named_charset("ucs2"),
        "BYTE": columns.named_charset("binary"),
        "BINARY": columns.binary_attribute,
        "COLLATE": columns.collate_attribute,
        "SERIAL": columns.serial_attribute,
        "INVISIBLE": columns.invisible_attribute,
        "COMPRESSED": columns.compressed_attribute,
    },
    actions={
        "ADD": statements.add,
        "DROP": statements.drop,
        "MODIFY": statements.modify,
        "CHANGE": statements.change,
        "RENAME": statements.rename,
        "ALTER": statements.alter,
        "CONVERT": statements.convert,
        "PARTITION": statements.partition,
        "REMOVE": statements.remove,
        "REORGANIZE": statements.reorganize,
        "COALESCE": statements.coalesce,
    },
    handlers={
        "CREATE TABLE": statements.create_table,
        "ALTER TABLE": statements.alter_table,
        "ALTER ONLINE": statements.alter_table,
        "ALTER IGNORE": statements.alter_table,
        "CREATE INDEX": statements.create_index,
        "CREATE DATABASE": statements.create_database,
        "CREATE SCHEMA": statements.create_database,
        "ALTER DATABASE": statements.create_database,
        "ALTER SCHEMA": statements.create_database,
        "CREATE TRIGGER": objects.create_trigger,
        "CREATE FUNCTION": objects.create_routine,
        "CREATE PROCEDURE": objects.create_routine,
        "CREATE VIEW": objects.create_view,
        "CREATE SEQUENCE": objects.create_sequence,
    },
)
