"""Random CREATE TABLE and ALTER TABLE statements, of which a server takes most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Pick = Callable[[Sequence[Any]], Any]
COLUMNS = ("a", "b", "c", "d", "e")
TABLES = ("t", "u")
NUMBERS = (
    "INT", "INT UNSIGNED", "INTEGER(7)", "SMALLINT ZEROFILL", "BIGINT", "BOOL", "TINYINT(1) UNSIGNED", "DECIMAL(6,2)", "NUMERIC",
    "DOUBLE", "FLOAT(7,3)", "BIT(3)", "INT", "INT",
)  # fmt: skip
WORDS = (
    "VARCHAR(20)", "CHAR(3)", "VARCHAR(20) CHARACTER SET latin1", "CHAR(5) BINARY", "VARCHAR(9) COLLATE utf8mb4_unicode_ci",
    "NATIONAL VARCHAR(6)", "TEXT", "TEXT(90)", "TINYTEXT", "LONGBLOB", "VARBINARY(8)", "BINARY(2)", "ENUM('x','it''s', '1')",
    "SET('p','x', '1')", "VARCHAR(900)", "VARCHAR(7) CHARSET binary", "MEDIUMTEXT CHARACTER SET ascii",
)  # fmt: skip
MOMENTS = ("DATE", "DATETIME(3)", "DATETIME", "TIMESTAMP", "TIMESTAMP(3)")
OTHERS = ("TIME", "JSON", "INET6")
# Each kind of type with defaults that it takes.
KINDS = (
    (
        NUMBERS,
        (" DEFAULT 0", " DEFAULT '1'", " DEFAULT 1.5", " DEFAULT (1 + 1)", " DEFAULT TRUE", " DEFAULT (ABS(-1))"),
    ),
    (WORDS, (" DEFAULT 'x'", " DEFAULT 1", " DEFAULT (UPPER('q'))", " DEFAULT ('x')")),
    (
        MOMENTS,
        (
            " DEFAULT '2020-01-02'",
            " DEFAULT CURRENT_TIMESTAMP(3)",
            " DEFAULT NOW(3) ON UPDATE NOW(3)",
            " DEFAULT NOW()",
        ),
    ),
    (OTHERS, (" DEFAULT NULL",)),
)
BESIDE = (
    "", "", "", "", " NOT NULL", " NULL", " UNIQUE", " PRIMARY KEY", " COMMENT 'a; b'", " CHECK (a > 0)", " AUTO_INCREMENT UNIQUE",
    " REFERENCES t (a)", "", "", "", "", "", " INVISIBLE", " NOT NULL COMMENT 'it''s'", " KEY",
)  # fmt: skip
EXPRESSIONS = (
    "a > 0", "NOT (a > 1 AND b < 2)", "a IN (1, 2) OR b IS NULL", "(a + b) * 2 >= c", "LENGTH(c) > 1", "a BETWEEN 1 AND b",
    "c LIKE 'x%' AND NOT a", "IFNULL(a, 0) <> 1", "a = 1 XOR b = 2", "CASE WHEN a THEN b ELSE c END > 1", "COALESCE(a, b) & 3 = 1",
    "a - (b - c) > -1", "CONCAT(a, 'x', b) != ''", "a DIV 2 = b % 3", "JSON_VALID(c) = TRUE",
)  # fmt: skip
OPTIONS = (
    "", "", "", " ENGINE=InnoDB", " ENGINE=MyISAM", " DEFAULT CHARSET=latin1", " COLLATE utf8mb4_bin", " CHARACTER SET utf8",
    " COMMENT='one'", " ROW_FORMAT=COMPACT", " ENGINE=MEMORY", " CHARSET binary", " PARTITION BY HASH (a) PARTITIONS 3",
)  # fmt: skip
ACTIONS = ("CASCADE", "RESTRICT", "SET NULL", "NO ACTION")


def column(pick: Pick, name: str) -> str:
    if pick("ynnnnnnn") == "y":
        kind = pick(("VIRTUAL", "STORED", ""))
        return f"{name} INT AS ({pick(EXPRESSIONS)}) {kind}"
    types, defaults = pick(KINDS)
    return f"{name} {pick(types)}{pick(('', ' DEFAULT NULL', *defaults))}{pick(BESIDE)}"


def keys(pick: Pick) -> str:
    """The columns of a key, some with a length or an order."""
    found: list[str] = []
    for name in (pick(COLUMNS), pick(COLUMNS)):
        shown = name + pick(("", "", "", "(3)", " DESC", "(20)"))
        if all(not other.startswith(name) for other in found):
            found.append(shown)
    return ", ".join(found[: int(pick("12"))])


def constraint(pick: Pick) -> str:
    name = pick(("", "", "k1", "k2", "a"))
    kind = pick(
        ("KEY", "INDEX", "UNIQUE", "UNIQUE KEY", "FOREIGN KEY", "CHECK", "PRIMARY KEY", "FULLTEXT", "CONSTRAINT")
    )
    if kind == "FOREIGN KEY":
        named = f"CONSTRAINT {name} " if name and pick("yn") == "y" else ""
        columns = pick(COLUMNS)
        rules = pick(("", f" ON DELETE {pick(ACTIONS)}", f" ON UPDATE {pick(ACTIONS)}"))
        return f"{named}FOREIGN KEY {name} ({columns}) REFERENCES {pick(TABLES)} ({pick(COLUMNS)}){rules}"
    if kind == "CHECK":
        return f"{f'CONSTRAINT {name} ' if name else ''}CHECK ({pick(EXPRESSIONS)})"
    if kind == "CONSTRAINT":
        return f"CONSTRAINT {name} UNIQUE ({keys(pick)})"
    if kind == "PRIMARY KEY":
        return f"PRIMARY KEY ({keys(pick)})"
    return f"{kind} {name} ({keys(pick)}){pick(('', '', ' USING BTREE'))}"


def create_table(pick: Pick, table: str) -> str:
    count = 2 + int(pick("0123"))
    parts = [column(pick, name) for name in COLUMNS[:count]]
    parts[0] = pick((parts[0], "a INT", "a INT NOT NULL PRIMARY KEY"))
    parts += [constraint(pick) for _ in range(int(pick("0012")))]
    return f"CREATE TABLE {table} ({', '.join(parts)}){pick(OPTIONS)}"


def change(pick: Pick) -> str:
    """One ALTER TABLE, CREATE INDEX or DROP INDEX."""
    table = pick(TABLES)
    if pick("ynnnnn") == "y":
        return f"CREATE {pick(('', 'UNIQUE '))}INDEX {pick(('k1', 'k3'))} ON {table} ({keys(pick)})"
    if pick("ynnnnnn") == "y":
        return f"ALTER TABLE {table} CONVERT TO CHARACTER SET {pick(('latin1', 'utf8mb4', 'utf8mb3'))}"
    if pick("ynnnnnn") == "y":
        return f"ALTER TABLE {table} DEFAULT CHARSET {pick(('latin1', 'utf8mb4'))}"
    return f"ALTER TABLE {table} " + ", ".join(action(pick) for _ in range(int(pick("112"))))


def action(pick: Pick) -> str:
    old, new = pick(COLUMNS), pick((*COLUMNS, "f", "g"))
    place = pick(("", "", " FIRST", f" AFTER {pick(COLUMNS)}"))
    kind = pick("ACMDKRIXPFNS")
    return {
        "A": f"ADD COLUMN {column(pick, new)}{place}",
        "C": f"CHANGE {old} {column(pick, new)}{place}",
        "M": f"MODIFY COLUMN {column(pick, old)}{place}",
        "D": f"DROP COLUMN {old}",
        "K": f"ADD {constraint(pick)}",
        "R": f"RENAME COLUMN {old} TO {new}",
        "I": f"DROP INDEX {pick(('k1', 'k2', *COLUMNS))}",
        "X": f"RENAME INDEX {pick(('k1', 'k2', *COLUMNS))} TO {pick(('k3', 'k4'))}",
        "P": "DROP PRIMARY KEY",
        "F": f"DROP FOREIGN KEY {pick(('k1', 'k2', 't_ibfk_1', 'u_ibfk_1'))}",
        "N": f"DROP CONSTRAINT {pick(('k1', 'k2', 'CONSTRAINT_1'))}",
        "S": f"ALTER COLUMN {old} {pick(('DROP DEFAULT', 'SET DEFAULT 1', 'SET DEFAULT (1 + 2)'))}",
    }[kind]
