"""Hypothesis strategies of PostgreSQL schemas as odd as PostgreSQL allows: names, types, keys, rights, partitions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from dbarch_widgets.importers.postgres.expressions import canonical
from dbarch_widgets.model.objects import (
    DefaultPrivilege,
    Domain,
    EnumType,
    Grant,
    Namespace,
    Policy,
    Role,
    RowSecurity,
    Sequence,
    View,
)
from dbarch_widgets.model.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    QName,
    Schema,
    Table,
    Unique,
)

WORDS = (
    *("orders", "Order", 'say "hi"', "user", "select", "with space", "semi;colon", "-- dash", "😀", "größe", "a'b"),
    *(
        "שלום",
        "new\nline",
        "back\\slash",
        "`tick`",
        "table",
        "UPPER",
        "x" * 40,
        "primary",
        "$1",
        "%s",
        "a.b",
        "/* c */",
    ),
)
SCHEMAS = ("public", "app", "App Two")
TYPES = (
    *("bigint", "integer", "smallint", "text", "character varying(40)", "character(3)", "uuid", "boolean", "date"),
    *("timestamp with time zone", "timestamp(3) without time zone", "time without time zone", "interval", "numeric"),
    *("numeric(12,4)", "real", "double precision", "jsonb", "json", "bytea", "inet", "text[]", "integer[]", "bit(4)"),
    *(
        "int4range",
        "tsvector",
        "xml",
        "money",
        "interval day to second",
        '"char"',
        "cidr",
        "macaddr",
        "oid",
        "bit varying",
    ),
)
DEFAULTS = {
    "bigint": ("0", "-7", "(1 + 2)"), "integer": ("5",), "text": ("'it''s'", "upper('x')", "'-- no; comment'", "'\\'"),
    "boolean": ("true",), "uuid": ("gen_random_uuid()",), "timestamp with time zone": ("now()", "CURRENT_TIMESTAMP"),
    "jsonb": ("'{}'",), "text[]": ("'{}'",), "numeric(12,4)": ("1.5000",), "date": ("CURRENT_DATE",),
}  # fmt: skip
COMMENTS = st.sampled_from((None, None, "plain", "it's", "back\\slash", "two\nlines; -- and /* more", "😀"))
# "The Boss" has no rights of its own: the catalog leaves out those of an owner.
OWNERS = st.sampled_from((None, None, "The Boss"))
PRIVILEGES = ("select", "insert", "update", "delete")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@st.composite
def names(draw: st.DrawFn, label: str) -> str:
    """A name that no other object has; `label` makes it so."""
    return f"{draw(st.sampled_from(WORDS))}{label}"


@st.composite
def columns(draw: st.DrawFn, label: str, own_types: tuple[str, ...]) -> Column:
    kind = draw(st.sampled_from((*TYPES, *own_types)))
    default = None
    if kind in DEFAULTS and draw(st.booleans()):
        default = canonical(draw(st.sampled_from(DEFAULTS[kind])), kind)
    return Column(
        draw(names(label)),
        kind,
        nullable=draw(st.booleans()),
        default=default,
        collation=draw(st.sampled_from((None, "C"))) if kind == "text" else None,
        comment=draw(COMMENTS),
    )


@st.composite
def tables(draw: st.DrawFn, at: int, own_types: tuple[str, ...]) -> Table:
    """A table with a primary key `id` of type bigint, and no foreign key yet."""
    schema, name = draw(st.sampled_from(SCHEMAS)), draw(names(f"_t{at}"))
    identity: Any = draw(st.sampled_from((None, "always", "by default")))
    mine = [Column("id", "bigint", nullable=False, identity=identity, comment=draw(COMMENTS))]
    mine += [draw(columns(f"_{n}", own_types)) for n in range(draw(st.integers(0, 5)))]
    kinds = {column.name: column.type for column in mine}
    plain = [column.name for column in mine if column.type in ("bigint", "integer", "text", "uuid", "date", "boolean")]
    amounts = [column.name for column in mine if column.type in ("bigint", "integer", "numeric(12,4)")]
    if draw(st.booleans()):
        expression = canonical(f"{quoted(draw(st.sampled_from(amounts)))} * 2")
        mine.append(Column(f"twice{at}", "numeric", generated=expression, generated_kind="stored"))
    checks = tuple(
        Check(f"{draw(names(f'_c{at}{n}'))}"[-60:], canonical(f"{quoted(column)} >= {n} AND {quoted(column)} <> -1"),
              validated=draw(st.booleans()))
        for n, column in enumerate(amounts[1:])
    )  # fmt: skip
    return Table(
        schema,
        name,
        tuple(mine),
        comment=draw(COMMENTS),
        owner=draw(OWNERS),
        unlogged=draw(st.booleans()),
        options=draw(st.sampled_from(({}, {"fillfactor": "70"}, {"autovacuum_enabled": "false"}))),
        primary_key=PrimaryKey(f"pk{at}", ("id",), deferrable=False),
        unique=tuple(draw(_uniques(at, plain))),
        checks=checks,
        indexes=tuple(draw(_indexes(at, plain, kinds))),
        rls=draw(_rls(at)),
        grants=draw(st.sampled_from(((), (Grant("public", ("select",)),), (Grant("writer", PRIVILEGES),),
                                     (Grant("writer", ("select", "update"), ("id",)),)))),
    )  # fmt: skip


@st.composite
def _uniques(draw: st.DrawFn, at: int, plain: list[str]) -> list[Unique]:
    if len(plain) < 2 or draw(st.booleans()):
        return []
    late = draw(st.sampled_from(((False, False), (True, False), (True, True))))
    some = tuple(draw(st.permutations(plain)))[:3]
    return [Unique(f"{draw(names(f'_u{at}'))}"[-60:], some, draw(st.booleans()), (), *late)]


@st.composite
def _indexes(draw: st.DrawFn, at: int, plain: list[str], kinds: dict[str, str]) -> list[Index]:
    found = []
    for n in range(draw(st.integers(0, 3))):
        column = draw(st.sampled_from(plain))
        order: Any = draw(st.sampled_from(("asc", "desc")))
        nulls: Any = draw(st.sampled_from((None, "first" if order == "asc" else "last")))
        keys = [IndexKey(column, order=order, nulls=nulls)]
        if kinds[column] != "date" and draw(st.booleans()):  # the text of a date depends on a setting
            cast = "" if kinds[column] == "text" else "::text"
            keys.append(IndexKey(expression=canonical(f"lower({quoted(column)}{cast})")))
        index = Index(
            f"{draw(names(f'_i{at}{n}'))}"[-60:], tuple(keys), unique=draw(st.booleans()), comment=draw(COMMENTS)
        )
        if draw(st.booleans()):
            index = replace(index, where=canonical(f"{quoted(column)} IS NOT NULL"))
        if draw(st.booleans()):
            index = replace(index, include=("id",))
        if draw(st.booleans()):
            index = Index(index.name, (IndexKey(column),), method="hash")
        found.append(index)
    return found


@st.composite
def _rls(draw: st.DrawFn, at: int) -> RowSecurity:
    if draw(st.booleans()):
        return RowSecurity()
    command: Any = draw(st.sampled_from(("all", "select", "update")))
    using = canonical("id > 0 AND current_user <> 'it''s'")
    policy = Policy(f"p{at}", command, draw(st.booleans()), draw(st.sampled_from((("public",), ("writer",)))), using)
    return RowSecurity(True, draw(st.booleans()), (policy,))


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """One to five tables that point at each other in any direction, with types, views, roles and partitions."""
    enum = EnumType(
        draw(st.sampled_from(SCHEMAS)), draw(names("_e")), ("a", "it's", "b\\c", "😀"), comment=draw(COMMENTS)
    )
    domain = Domain("public", "positive", "integer", checks=(("above", "value > 0"),), comment=draw(COMMENTS))
    enum, domain = replace(enum, owner=draw(OWNERS)), replace(domain, owner=draw(OWNERS))
    if draw(st.booleans()):
        enum = replace(enum, schema="public", name="mood")
    own = ("positive", "mood") if enum.name == "mood" else ("positive",)
    made = [draw(tables(at, own)) for at in range(draw(st.integers(1, 5)))]
    made = [draw(_pointing(table, made, at)) for at, table in enumerate(made)]
    if draw(st.booleans()):
        made += _partitioned(draw(st.sampled_from(SCHEMAS)), draw(names("_p")))
    sequences = tuple(
        Sequence(t.schema, f"{t.name}_id_seq"[:63], "bigint", 1, 1, (*t.qname, "id"))
        for t in made if t.columns[0].identity
    ) + draw(st.sampled_from(((), (Sequence("app", "Tickets", "integer", 100, 10),), (Sequence("app", "down", "bigint", -5, -1),),
                                 (Sequence("app", "owned", "bigint", 1, 1, owner="The Boss"),))))  # fmt: skip
    owner = draw(OWNERS)
    namespaces = (Namespace(draw(st.sampled_from(SCHEMAS)), owner=owner),) if owner else ()
    views = tuple(draw(_views(made)))
    return Schema(
        tables=tuple(made), namespaces=namespaces, enums=(enum,), domains=(domain,), sequences=sequences, views=views,
        roles=(Role("writer", login=draw(st.booleans())),),
        default_privileges=draw(st.sampled_from(((), (DefaultPrivilege("writer", "tables", ("select",), "public"),)))),
    )  # fmt: skip


@st.composite
def _pointing(draw: st.DrawFn, table: Table, all_tables: list[Table], at: int) -> Table:
    keys = []
    new = []
    for n in range(draw(st.integers(0, 2))):
        target = draw(st.sampled_from(all_tables))
        new.append(Column(f"ref{n}", "bigint"))
        delete: Any = draw(st.sampled_from(("no action", "cascade", "set null", "restrict")))
        late = draw(st.sampled_from(((False, False), (True, False), (True, True))))
        name = draw(names(f"_f{at}{n}"))[-60:]
        key = ForeignKey(name, (f"ref{n}",), *target.qname, ("id",), on_delete=delete, deferrable=late[0],
                         initially_deferred=late[1], validated=draw(st.booleans()))  # fmt: skip
        keys.append(key)
    logged = (
        table.unlogged and not keys and not any(key.target == table.qname for t in all_tables for key in t.foreign_keys)
    )
    return replace(table, columns=(*table.columns, *new), foreign_keys=tuple(keys), unlogged=logged and False)


def _partitioned(schema: str, name: str) -> list[Table]:
    key = ("id", "at")
    both = (
        Column("id", "bigint", nullable=False),
        Column("at", "date", nullable=False),
        Column("note", "text", default="'x'"),
    )
    whole = Table(schema, name, both, kind="partitioned", partition_key="RANGE (at)", primary_key=PrimaryKey("whole_pk", key),
                  checks=(Check("id_positive", "id > 0"),))  # fmt: skip
    bound = "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"
    first = replace(whole, name="part_one", kind="partition", partition_key=None, partition_of=QName(schema, name),
                    partition_bound=bound, primary_key=PrimaryKey("part_one_pkey", key))  # fmt: skip
    other = replace(first, name="part_two", partition_bound="DEFAULT", primary_key=PrimaryKey("odd name of key", key))
    return [whole, first, other]


@st.composite
def _views(draw: st.DrawFn, made: list[Table]) -> list[View]:
    import postgast

    if draw(st.booleans()):
        return []
    table = draw(st.sampled_from(made))
    sql = postgast.deparse(postgast.parse(f"SELECT id FROM {quoted(table.schema)}.{quoted(table.name)}"))
    first = View("public", "View One", sql, security_invoker=draw(st.booleans()), comment=draw(COMMENTS),
                 owner=draw(OWNERS))  # fmt: skip
    return [first, View("public", "a_second", postgast.deparse(postgast.parse('SELECT id FROM "View One"')))]
