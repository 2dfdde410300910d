"""A running PostgreSQL → Schema, from its catalog, in a handful of queries however many tables there are.

Everything happens in one read-only transaction with a statement timeout. The connection's password is never shown.
Expressions get the same canonical form as in the importer of text, so that both give equal schemas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

import postgast

from dbarch_widgets.errors import EngineMissing, SourceError
from dbarch_widgets.importers import postgres_catalog_sql as sql
from dbarch_widgets.importers.postgres.constraints import exclusion_text
from dbarch_widgets.importers.postgres.expressions import canonical
from dbarch_widgets.model.objects import (
    Domain,
    EnumType,
    Extension,
    Function,
    Grant,
    Policy,
    RowSecurity,
    Sequence,
    Trigger,
    View,
)
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.schema import (
    Action,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    QName,
    Schema,
    Table,
    TableKind,
    Unique,
)

Row = Mapping[str, Any]
ByTable = Mapping[QName, list[Row]]

_ACTIONS: dict[str, Action] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_NOT_READ = "not read from a catalog yet: roles, default privileges, rights on views and on single columns"
_EVENT_BITS = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))


def read_catalog(url: str, timeout_seconds: float = 30) -> Schema:
    """The Schema of a running database.

    Raises:
        SourceError: the server is not reached or refuses; the message holds no password.
        EngineMissing: the driver is not installed.
    """
    try:
        import psycopg
        from psycopg.rows import dict_row
    except ImportError as error:
        raise EngineMissing(
            "reading a running PostgreSQL needs its driver", to_do="pip install 'psycopg[binary]'"
        ) from error
    try:
        with psycopg.connect(url, row_factory=dict_row, connect_timeout=10) as connection:
            connection.read_only = True
            connection.execute(f"SET LOCAL statement_timeout = {int(timeout_seconds * 1000)}")
            connection.execute("SET LOCAL search_path = public")
            found: dict[str, list[Row]] = {name: [*connection.execute(text)] for name, text in sql.QUERIES.items()}
    except psycopg.Error as error:
        raise SourceError(_first_line(error), where="the PostgreSQL server") from error
    return _assemble(found)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _by_table(rows: Iterable[Row]) -> ByTable:
    found: dict[QName, list[Row]] = defaultdict(list)
    for row in rows:
        found[QName(row["schema"], row["table"])].append(row)
    return found


def _assemble(found: Mapping[str, list[Row]]) -> Schema:
    parts = {name: _by_table(found[name]) for name in sql.PER_TABLE}
    tables = tuple(_table(row, parts) for row in found["tables"])
    return Schema(
        dialect="postgres",
        tables=tables,
        views=tuple(_view(row) for row in found["views"]),
        enums=tuple(EnumType(r["schema"], r["name"], tuple(r["values"]), r["comment"]) for r in found["enums"]),
        domains=tuple(_domain(row) for row in found["domains"]),
        sequences=tuple(_sequence(row) for row in found["sequences"]),
        functions=tuple(_function(row) for row in found["functions"]),
        extensions=tuple(Extension(r["name"], r["schema"], r["version"]) for r in found["extensions"]),
        report=ImportReport(notes=(f"read from the catalog of PostgreSQL {found['version'][0]['version']}", _NOT_READ)),
    )


def _table(row: Row, parts: Mapping[str, ByTable]) -> Table:
    name = QName(row["schema"], row["table"])
    table = Table(
        *name,
        columns=tuple(_column(column) for column in parts["columns"].get(name, ())),
        kind=_kind(row),
        comment=row["comment"],
        owner=row["owner"],
        unlogged=row["unlogged"],
        options=dict(option.split("=", 1) for option in row["options"] or ()),
        inherits=tuple(QName(*parent.values()) for parent in row["inherits"] or ()) if not row["bound"] else (),
        partition_of=QName(*row["inherits"][0].values()) if row["bound"] else None,
        partition_bound=row["bound"],
        partition_key=row["partition_key"],
        indexes=tuple(_index(index) for index in parts["indexes"].get(name, ())),
        rls=RowSecurity(
            row["rls"], row["forced"], tuple(_policy(policy) for policy in parts["policies"].get(name, ()))
        ),
        triggers=tuple(_trigger(trigger) for trigger in parts["triggers"].get(name, ())),
        grants=tuple(Grant(g["role"], tuple(g["privileges"])) for g in parts["grants"].get(name, ())),
    )
    for constraint in parts["constraints"].get(name, ()):
        table = _with_constraint(table, constraint)
    return table


def _kind(row: Row) -> TableKind:
    if row["relkind"] == "p":
        return "partitioned"
    if row["relkind"] == "f":
        return "foreign"
    return "partition" if row["bound"] else "table"


def _column(row: Row) -> Column:
    expression = row["expression"]
    generated = canonical(expression) if row["generated"] and expression else None
    default = canonical(expression, row["type"]) if expression and not row["generated"] else None
    identity: Literal["always", "by default"] | None = None
    if row["identity"]:
        identity = "always" if row["identity"] == "a" else "by default"
    kind: Literal["stored", "virtual"] | None = None
    if row["generated"]:
        kind = "stored" if row["generated"] == "s" else "virtual"
    return Column(
        row["name"],
        row["type"],
        nullable=not row["not_null"],
        default=None if default is None or default.upper().split("::")[0] == "NULL" else default,
        identity=identity,
        generated=generated,
        generated_kind=kind,
        collation=row["collation"],
        comment=row["comment"],
    )


def _with_constraint(table: Table, row: Row) -> Table:
    kind, name = row["kind"], row["name"]
    columns, include = tuple(row["columns"] or ()), tuple(row["include"] or ())
    late = {"deferrable": row["deferrable"], "initially_deferred": row["deferred"]}
    if kind == "p":
        return replace(table, primary_key=PrimaryKey(name, columns, include, **late))
    if kind == "u":
        unique = Unique(name, columns, not row["nulls_not_distinct"], include, **late)
        return replace(table, unique=(*table.unique, unique))
    if kind == "f":
        key = ForeignKey(
            name,
            columns,
            row["ref_schema"],
            row["ref_table"],
            tuple(row["ref_columns"]),
            on_delete=_ACTIONS[row["on_delete"]],
            on_delete_columns=tuple(row["on_delete_columns"] or ()),
            on_update=_ACTIONS[row["on_update"]],
            match="full" if row["match"] == "f" else "simple",
            validated=row["validated"],
            enforced=row["enforced"],
            **late,
        )
        return replace(table, foreign_keys=(*table.foreign_keys, key))
    if kind == "c":
        text = row["definition"].removeprefix("CHECK ").removesuffix(" NOT VALID").removesuffix(" NO INHERIT")
        check = Check(name, canonical(text), row["validated"], row["no_inherit"], row["enforced"])
        return replace(table, checks=(*table.checks, check))
    parsed = postgast.parse(f"ALTER TABLE x ADD {row['definition']}").stmts[0].stmt.alter_table_stmt
    constraint = getattr(parsed.cmds[0].alter_table_cmd, "def").constraint
    exclusion = Exclusion(name, exclusion_text(constraint))
    return replace(table, exclusions=(*table.exclusions, exclusion))


def _index(row: Row) -> Index:
    keys, include = [], []
    for key in row["keys"]:
        if key["included"]:
            include.append(key["column"])
            continue
        descending, nulls_first = bool(key["option"] & 1), bool(key["option"] & 2)
        nulls: Literal["first", "last"] | None = None
        if nulls_first != descending:
            nulls = "first" if nulls_first else "last"
        keys.append(
            IndexKey(
                column=key["column"],
                expression=canonical(key["expression"]) if key["column"] is None else None,
                opclass=key["opclass"],
                order="desc" if descending else "asc",
                nulls=nulls,
            )
        )
    return Index(
        row["name"],
        tuple(keys),
        method=row["method"],
        unique=row["unique"],
        nulls_distinct=not row["nulls_not_distinct"],
        include=tuple(include),
        where=canonical(row["predicate"]) if row["predicate"] else None,
        valid=row["valid"],
        comment=row["comment"],
    )


def _policy(row: Row) -> Policy:
    return Policy(
        row["name"],
        command=row["command"],
        permissive=row["permissive"],
        roles=tuple(row["roles"]),
        using=canonical(row["using"]) if row["using"] else None,
        check=canonical(row["check"]) if row["check"] else None,
    )


def _trigger(row: Row) -> Trigger:
    kind = row["type"]
    timing: Literal["before", "after", "instead of"] = "before" if kind & 2 else "instead of" if kind & 64 else "after"
    events = tuple(name for bit, name in _EVENT_BITS if kind & bit)
    return Trigger(row["name"], row["function"], timing, events, for_each_row=bool(kind & 1))


def _view(row: Row) -> View:
    options = dict(option.split("=", 1) for option in row["options"] or ())
    return View(
        row["schema"],
        row["name"],
        row["sql"].strip().removesuffix(";"),
        materialized=row["materialized"],
        security_invoker=options.get("security_invoker") in ("true", "on", "1", "yes"),
        security_barrier=options.get("security_barrier") in ("true", "on", "1", "yes"),
        comment=row["comment"],
    )


def _domain(row: Row) -> Domain:
    checks = tuple((c["name"], canonical(c["definition"].removeprefix("CHECK "))) for c in row["checks"] or ())
    default = canonical(row["default"], row["type"]) if row["default"] else None
    return Domain(
        row["schema"], row["name"], row["type"], not row["not_null"], default, checks=checks, comment=row["comment"]
    )


def _sequence(row: Row) -> Sequence:
    owned = (row["owner_schema"], row["owner_table"], row["owner_column"]) if row["owner_table"] else None
    return Sequence(row["schema"], row["name"], row["type"], row["start"], row["increment"], owned)


def _function(row: Row) -> Function:
    path = next((s.split("=", 1)[1] for s in row["settings"] or () if s.startswith("search_path=")), None)
    volatility: Literal["volatile", "stable", "immutable"] = row["volatility"]
    return Function(
        row["schema"],
        row["name"],
        arguments=row["arguments"],
        returns=row["returns"],
        language=row["language"],
        kind="procedure" if row["procedure"] else "function",
        security_definer=row["security_definer"],
        search_path=path,
        volatility=volatility,
        leakproof=row["leakproof"],
        body=row["body"],
        comment=row["comment"],
    )
