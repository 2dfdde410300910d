"""Random SQLite tables are built, written as text in many spellings, and read back as what was built."""

from __future__ import annotations

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from dbarch_widgets.importers.sqlite.read import SqliteReader
from dbarch_widgets.model.schema import (
    Action,
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Table,
    Unique,
)

NASTY = st.sampled_from(
    [
        "a b",
        'q"q',
        "it's",
        "[x",
        "select",
        "CHECK",
        "primary",
        "ünï",
        "😀",
        "مرحبا",
        '<&"|{',
        "new\nline",
        ";",
        "--",
        "/*",
        "a`b",
        "END",
        "1st",
        "x" * 70,
    ]
)
PLAIN = st.text("abcdefgxyz_", min_size=1, max_size=8)
NAMES = st.one_of(NASTY, PLAIN)
TYPES = st.sampled_from(["INTEGER", "TEXT", "varchar(20)", "DECIMAL(10, 2)", "double precision", "", "BLOB", "int"])
DEFAULTS = st.sampled_from([None, "0", "-1.5", "'it''s; (--'", "CURRENT_TIMESTAMP", "x'00'", "abs(-3)", "1 + 2"])
ACTIONS: st.SearchStrategy[Action] = st.sampled_from(["no action", "restrict", "cascade", "set null", "set default"])
BLANKS = st.sampled_from([" ", "\n", "\t ", " /* ; ) */ ", " -- , (\n "])


def quoted(name: str, draw: st.DrawFn) -> str:
    kinds = ['"' + name.replace('"', '""') + '"', "`" + name.replace("`", "``") + "`"]
    kinds += [f"[{name}]"] if "]" not in name else []
    kinds += [name] if name in ("abc", "x") else []
    return draw(st.sampled_from(kinds))


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, Table]:
    """The text of one table with its indexes, and what has to come of it."""
    names = draw(st.lists(NAMES, min_size=2, max_size=7, unique_by=str.lower))
    name = draw(NAMES)
    columns = [
        Column(column, draw(TYPES), nullable=draw(st.booleans()), default=draw(DEFAULTS),
               collation=draw(st.sampled_from([None, "nocase", "RTRIM"])))
        for column in names
    ]  # fmt: skip
    blank = draw(BLANKS)
    parts = [_column(column, blank, draw) for column in columns]
    used: set[str] = set()

    def label(prefix: str) -> str:
        used.add(f'{prefix}{len(used)} ; "')
        return f'{prefix}{len(used) - 1} ; "'

    some = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
    constraints: list[str] = []
    key = None
    if draw(st.booleans()):
        key = PrimaryKey(label("k"), tuple(draw(some)))
        constraints.append(f"CONSTRAINT {quoted(key.name, draw)} PRIMARY KEY ({_list(key.columns, draw)})")
    unique: list[Unique] = []
    for listed in draw(st.lists(some, max_size=2)):
        taken = [sorted(one.columns) for one in unique] + ([sorted(key.columns)] if key else [])
        if sorted(listed) not in taken:
            unique.append(Unique(label("u"), tuple(listed)))
            constraints.append(f"CONSTRAINT {quoted(unique[-1].name, draw)} UNIQUE ({_list(listed, draw)})")
    checks = [
        Check(label("c"), f"\"{column.replace(chr(34), chr(34) * 2)}\" <> '),--'")
        for column in draw(st.lists(st.sampled_from(names), max_size=2))
    ]
    constraints += [
        f"CONSTRAINT {quoted(check.name, draw)}{blank}CHECK ({blank}{check.expression}{blank})" for check in checks
    ]
    foreign = [_foreign(name, listed, label("f"), draw) for listed in draw(st.lists(some, max_size=2))]
    constraints += [_foreign_text(one, draw) for one in foreign]
    separator = draw(st.sampled_from([",", blank]))  # SQLite lets the commas between constraints be left out
    body = f",{blank}".join(parts) + (f",{blank}" + f" {separator} ".join(constraints) if constraints else "")
    without = key is not None and draw(st.booleans())
    text = f"CREATE TABLE{blank}{quoted(name, draw)} ({body}){' WITHOUT ROWID' if without else ''};\n"
    index = Index(f"{name} ix", (IndexKey(names[0], order="desc"), IndexKey(names[1])), unique=draw(st.booleans()))
    text += (f"CREATE {'UNIQUE' if index.unique else ''} INDEX {quoted(index.name, draw)} ON {quoted(name, draw)} "
             f"({quoted(names[0], draw)} DESC, {quoted(names[1], draw)});\n")  # fmt: skip
    alias = key is not None and not without and len(key.columns) == 1
    fixed = []
    for column in columns:
        in_key = key is not None and column.name in key.columns
        never = (without and in_key) or (alias and in_key and column.type.upper() == "INTEGER")
        fixed.append(
            Column(
                column.name,
                _printed(column.type),
                column.nullable and not never,
                column.default,
                collation=column.collation,
            )
        )
    table = Table("main", name, tuple(fixed), without_rowid=without, primary_key=key, unique=tuple(unique),
                  checks=tuple(checks), foreign_keys=tuple(foreign), indexes=(index,))  # fmt: skip
    return text, table


def _printed(kind: str) -> str:
    """SQLite stores its own five names of types in capitals."""
    return kind.upper() if kind.upper() in ("INT", "INTEGER", "TEXT", "BLOB", "REAL", "ANY") else kind


def _list(names: object, draw: st.DrawFn) -> str:
    return ", ".join(quoted(name, draw) for name in names)  # type: ignore[attr-defined]


def _column(column: Column, blank: str, draw: st.DrawFn) -> str:
    parts = [quoted(column.name, draw), column.type]
    more = ["" if column.nullable else "NOT NULL"]
    if column.default is not None:
        bare = column.default not in ("abs(-3)", "1 + 2")
        more.append(f"DEFAULT {column.default}" if bare else f"DEFAULT ({column.default})")
    if column.collation:
        more.append(f"COLLATE {column.collation}")
    return blank.join([*parts, *draw(st.permutations(more))])


def _foreign(name: str, columns: list[str], label: str, draw: st.DrawFn) -> ForeignKey:
    actions = [draw(ACTIONS), draw(ACTIONS)]
    late = draw(st.sampled_from([(False, False), (True, False), (True, True)]))
    return ForeignKey(label, tuple(columns), "main", draw(st.sampled_from([name, "elsewhere"])), tuple(columns),
                      on_delete=actions[0], on_update=actions[1], deferrable=late[0], initially_deferred=late[1])  # fmt: skip


def _foreign_text(key: ForeignKey, draw: st.DrawFn) -> str:
    late = {(False, False): "", (True, False): "DEFERRABLE", (True, True): "DEFERRABLE INITIALLY DEFERRED"}
    return (
        f"CONSTRAINT {quoted(key.name, draw)} FOREIGN KEY ({_list(key.columns, draw)}) REFERENCES "
        f"{quoted(key.ref_table, draw)} ({_list(key.ref_columns, draw)}) ON UPDATE {key.on_update} "
        f"ON DELETE {key.on_delete} {late[key.deferrable, key.initially_deferred]}"
    )


def _without_lines(table: Table) -> Table:
    from dataclasses import replace

    def bare(items: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(replace(item, line=None) for item in items)  # type: ignore[type-var]

    return replace(
        table,
        line=None,
        columns=bare(table.columns),  # type: ignore[arg-type]
        primary_key=table.primary_key and replace(table.primary_key, line=None),
        unique=bare(table.unique),  # type: ignore[arg-type]
        checks=bare(table.checks),  # type: ignore[arg-type]
        foreign_keys=bare(table.foreign_keys),  # type: ignore[arg-type]
        indexes=bare(table.indexes),  # type: ignore[arg-type]
    )


@settings(max_examples=150)
@given(tables())
def test_what_is_built_is_what_is_read(built: tuple[str, Table]) -> None:
    text, table = built
    sqlite3.connect(":memory:").executescript(text)  # the text is good: a failure below is the importer's
    reader = SqliteReader()
    reader.read(text)
    schema = reader.schema()
    assert schema.report.problems == ()
    assert schema.report.understood == 2
    (read,) = schema.tables
    assert _without_lines(read) == table


@given(st.text(alphabet="abCREATE TABLE();'\"`[]-/*.#\n,x1;END TRIGGER", max_size=80))
def test_every_statement_is_accounted_for(text: str) -> None:
    reader = SqliteReader()
    reader.read(text)
    report = reader.schema().report
    assert report.statements == report.understood + report.partly + report.skipped + report.not_understood
    assert report.not_understood == sum(problem.effect == "not_understood" for problem in report.problems)
