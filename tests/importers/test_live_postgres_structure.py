"""What a running PostgreSQL holds comes through whole, and what has no place in the model is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from postgres_versions import SUPERUSER, VERSIONS, drop_everything, load_everything, server

from dbarch_widgets.importers.base import LiveDatabase
from dbarch_widgets.importers.postgres_live.read import read_postgres
from dbarch_widgets.model.objects import DefaultPrivilege, Grant, Policy, Role, Trigger
from dbarch_widgets.model.schema import Column, IndexKey, QName, Schema


@dataclass(frozen=True)
class Read:
    live: LiveDatabase
    version: int
    prefix: str

    @property
    def schema(self) -> Schema:
        return self.live.schema

    @property
    def notes(self) -> str:
        return "\n".join(self.schema.report.notes)


@pytest.fixture(scope="module", params=VERSIONS, ids="PostgreSQL {}".format)
def read(request: pytest.FixtureRequest) -> Iterator[Read]:
    """Everything that the version knows, loaded and read. Left out on older ones: what SINCE lists."""
    version: int = request.param
    running = server(version)
    name = load_everything(running)
    yield Read(read_postgres(running.url(name)), version, name)
    drop_everything(running, name)


def test_everything_was_answered(read: Read) -> None:
    report = read.schema.report
    assert report.problems == ()
    assert (report.statements, report.not_understood) == (report.understood, 0)
    assert f"PostgreSQL {read.version}." in report.notes[0]
    assert "untested" not in read.notes


def test_columns(read: Read) -> None:
    orders = read.schema.table("app.orders")
    assert orders.columns[:10] == (
        Column("id", "bigint", False, "nextval('app.orders_id_seq'::regclass)"),
        Column("region", "text"),
        Column("account_id", "integer"),
        Column("n", "positive"),
        Column("total", "numeric(10,2)", default="0"),
        Column("twice", "integer", generated="app.twice(account_id)", generated_kind="stored"),
        Column("note", "text", collation="C", comment="free text", nullable=read.version < 18),
        Column("feels", "mood", default="'sad'"),
        Column("size", "app.size", default="'l'"),
        Column("during", "tsrange"),
    )
    accounts = read.schema.table("accounts")
    assert accounts.column("id").identity == "always"
    assert accounts.column("feels").type == "mood[]"
    odd = read.schema.table('Odd "name" <&|{')
    assert [(column.name, column.type, column.default) for column in odd.columns] == [
        ("a;b", '"char"', None),
        ("select", "text", "'x''y'"),
    ]


def test_table_itself(read: Read) -> None:
    orders = read.schema.table("app.orders")
    assert (orders.owner, orders.comment) == (f"{read.prefix}_owner", "what is bought")
    assert orders.options == {"fillfactor": "70", "toast.autovacuum_enabled": "false"}
    assert read.schema.table("base").unlogged
    assert read.schema.table("derived").inherits == (QName("public", "base"),)
    assert read.schema.table("far").kind == "foreign"


def test_keys_and_constraints(read: Read) -> None:
    accounts, orders = read.schema.table("accounts"), read.schema.table("app.orders")
    assert [(key.columns, key.nulls_distinct) for key in accounts.unique] == [
        (("region", "code"), False),
        (("region", "id"), True),
    ]
    first, later = orders.foreign_keys
    assert (first.name, first.target, first.ref_columns) == ("account", QName("public", "accounts"), ("region", "id"))
    assert (first.on_delete, first.on_delete_columns, first.on_update) == ("set null", ("account_id",), "cascade")
    assert (first.deferrable, first.initially_deferred, first.validated) == (True, True, True)
    assert (later.name, later.validated) == ("later_account", False)
    assert [(check.name, check.validated) for check in orders.checks[:2]] == [("sane", True), ("later", False)]
    (exclusion,) = orders.exclusions
    assert exclusion.name == "alone"
    assert exclusion.definition.startswith("USING gist (during WITH &&)")


def test_what_only_18_has(read: Read) -> None:
    if read.version < 18:
        # Older servers have no NOT ENFORCED, VIRTUAL, WITHOUT OVERLAPS, NOT NULL … NOT VALID, and nothing says so.
        assert "WITHOUT OVERLAPS" not in read.notes
        assert "NOT VALID, kept as valid" not in read.notes
        return
    orders = read.schema.table("app.orders")
    soft = next(check for check in orders.checks if check.name == "soft")
    assert not soft.enforced
    doubled = orders.column("doubled")
    assert (doubled.generated_kind, doubled.default) == ("virtual", None)
    assert [check.name for check in orders.checks] == ["sane", "later", "soft"]
    assert read.schema.table("app.rooms").primary_key is not None
    assert "keys WITHOUT OVERLAPS, kept as if they were ordinary ones: app.rooms.rooms_pkey" in read.notes
    assert "NOT NULL constraints that are NOT VALID, kept as valid: app.orders.noted" in read.notes


def test_indexes(read: Read) -> None:
    trigrams, mixed = read.schema.table("app.orders").indexes
    assert (trigrams.method, trigrams.keys) == ("gin", (IndexKey("note", opclass="gin_trgm_ops"),))
    assert mixed.keys == (
        IndexKey(expression="lower(note)", opclass="text_pattern_ops", collation="POSIX", order="desc", nulls="last"),
        IndexKey("region"),
    )
    assert (mixed.include, mixed.comment) == (("n",), "for the list")
    assert mixed.where is not None
    assert "public" not in mixed.where
    (code,) = read.schema.table("accounts").indexes
    assert (code.unique, code.nulls_distinct, code.valid, code.keys[0].nulls) == (True, False, False, "first")
    counts = next(view for view in read.schema.views if view.name == "counts")
    assert [index.name for index in counts.indexes] == ["counts_region"]


def test_row_security_and_triggers(read: Read) -> None:
    orders = read.schema.table("app.orders")
    assert (orders.rls.enabled, orders.rls.forced) == (True, True)
    own, everyone = orders.rls.policies
    assert (own.name, own.command, own.permissive) == ("own", "update", False)
    assert own.roles == (f"{read.prefix}_app", f"{read.prefix}_group")
    assert "public" not in str(own.using)
    assert everyone == Policy("everyone", using="true")
    touch, off = orders.triggers
    assert (touch.function, touch.timing, touch.events, touch.for_each_row) == (
        "touch",
        "before",
        ("insert", "update"),
        True,
    )
    assert touch.when is not None
    assert "feels" in touch.when
    assert off == Trigger("orders_off", "touch", "after", ("delete",), fires="disabled")


def test_rights(read: Read) -> None:
    app, group = f"{read.prefix}_app", f"{read.prefix}_group"
    assert set(read.schema.table("app.orders").grants) == {
        Grant(app, ("select", "insert")),
        Grant(app, ("update",), with_grant_option=True),
    }
    assert set(read.schema.table("accounts").grants) == {
        Grant("public", ("select",)),
        Grant(group, ("select",), ("id", "region")),
        Grant(group, ("update",), ("region",)),
    }
    (view,) = (view for view in read.schema.views if view.name == "open_orders")
    assert view.grants == (Grant(app, ("select",)),)
    roles = {role.name: role for role in read.schema.roles}
    assert roles[app] == Role(app, login=True, bypass_rls=True, member_of=("pg_read_all_data", group))
    assert roles[SUPERUSER].superuser
    assert "never-shown" not in repr(read.live)
    owner = f"{read.prefix}_owner"
    assert [each for each in read.schema.default_privileges if each.for_role == owner] == [
        DefaultPrivilege(app, "tables", ("select", "insert"), "app", owner),
        DefaultPrivilege("public", "functions", ("execute",), None, owner, revoked=True),
        DefaultPrivilege(group, "functions", ("execute",), None, owner),
    ]


def test_views(read: Read) -> None:
    views = {view.name: view for view in read.schema.views}
    assert set(views) == {"open_orders", "counts"}
    opened = views["open_orders"]
    assert (opened.security_invoker, opened.security_barrier, opened.comment) == (True, True, "still open")
    assert "FROM app.orders o JOIN accounts a" in opened.sql
    assert views["counts"].materialized


def test_types_sequences_functions(read: Read) -> None:
    assert [(enum.schema, enum.name, enum.values) for enum in read.schema.enums] == [
        ("public", "mood", ("sad", "it's ok", "happy")),
        ("app", "size", ("s", "l")),
    ]
    positive, code = read.schema.domains
    assert (positive.type, positive.nullable, positive.default, positive.comment) == (
        "integer",
        False,
        "7",
        "over nought",
    )
    assert [(name, text.lower()) for name, text in positive.checks] == [("above", "value > 0")]
    assert (code.schema, code.type, code.collation) == ("app", "text", "C")
    sequences = {sequence.name: sequence for sequence in read.schema.sequences}
    assert (sequences["tickets"].type, sequences["tickets"].start, sequences["tickets"].increment) == (
        "integer",
        100,
        10,
    )
    assert sequences["orders_id_seq"].owned_by == ("app", "orders", "id")
    functions = {function.name: function for function in read.schema.functions}
    assert set(functions) == {"touch", "twice", "nothing"}
    assert (functions["touch"].security_definer, functions["touch"].search_path) == (True, "app, pg_temp")
    assert (functions["nothing"].kind, functions["nothing"].search_path) == ("procedure", "")
    twice = functions["twice"]
    assert (twice.volatility, twice.leakproof, twice.language, twice.returns) == ("immutable", True, "sql", "integer")
    assert twice.arguments == "a integer, b mood DEFAULT 'sad'"
    assert "a * 2" in str(twice.body)


def test_partitions(read: Read) -> None:
    logs = read.schema.table("logs")
    assert (logs.kind, logs.partition_key) == ("partitioned", "RANGE (at)")
    assert [key.columns for key in logs.foreign_keys] == [("account_id",)]
    assert [index.name for index in logs.indexes] == ["logs_account"]
    first, rest = read.schema.table("logs_1"), read.schema.table("logs_rest")
    assert (first.kind, first.partition_of, rest.kind) == ("partition", logs.qname, "partitioned")
    assert first.partition_bound == "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"
    assert (first.foreign_keys, rest.foreign_keys, first.indexes) == ((), (), ())
    assert first.primary_key is not None
    assert read.schema.table("by_month").partition_key in (
        "RANGE ((date_trunc('month', at)))",
        "RANGE ((date_trunc('month'::text, at)))",
    )


def test_what_is_left_out_is_counted(read: Read) -> None:
    assert [extension.name for extension in read.schema.extensions] == ["pg_trgm", "postgres_fdw"]
    assert "objects of the extension pg_trgm" in read.notes
    assert "relations of the system schema pg_catalog" in read.notes
    for words in (
        "1 composite types",
        "1 aggregates and window functions",
        "1 rewrite rules",
        "1 extended statistics",
        "1 foreign servers",
    ):
        assert f"no place in the model: {words}" in read.notes
