"""Sources that are incomplete or odd: every rule comes through, whatever the schema names that is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dbarch_widgets.model.intake import Intake, Scale, TableScale, Tenancy
from dbarch_widgets.model.objects import Domain, Function, Grant, Policy, Role, RowSecurity, Trigger, View
from dbarch_widgets.model.schema import (
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
    Unique,
)
from dbarch_widgets.model.workload import Parameter, Query, Workload
from dbarch_widgets.rules.registry import run_rules

GONE = "missing"
INSTANT = "timestamp with time zone"
USERS = Table(
    "public",
    "users",
    columns=(
        Column("id", "bigint", nullable=False),
        Column("email", "text"),
        Column("deleted_at", INSTANT),
        Column("tenant_id", "bigint"),
        Column("target_type", "text"),
        Column("created_at", INSTANT, nullable=False),
    ),
    kind="partitioned",
    partition_key="RANGE (missing)",
    primary_key=PrimaryKey("pk", (GONE,)),
    unique=(Unique("u", (GONE, "email")), Unique("u2", ("email",))),
    foreign_keys=(
        ForeignKey("f", (GONE,), "public", "users", ("id",), on_delete="cascade"),
        ForeignKey("g", ("id", "email"), "public", "users", (GONE,)),
        ForeignKey("h", (GONE, "tenant_id"), "x", "nowhere", ("a", "b")),
    ),
    checks=(Check("c", "missing > 0"),),
    exclusions=(Exclusion("e", "USING gist (missing WITH =, ((((("), Exclusion("e2", "")),
    indexes=(
        Index("i", (IndexKey(GONE),)),
        Index("j", (IndexKey(expression="lower(missing"),)),
        Index("l", (IndexKey("email"),), where="missing IS NOT (", unique=True),
        Index("m", (IndexKey(GONE),), unique=True, valid=False),
    ),
    rls=RowSecurity(
        enabled=True,
        policies=(
            Policy("p", using="missing = current_setting('x')"),
            Policy("q", using="((("),
            Policy("r", using=""),
            Policy("s", using="tenant_id = current_setting('a', true)::bigint"),
        ),
    ),
    triggers=(Trigger("t", "f", events=("update",)),),
    grants=(Grant("app", ("ALL",)), Grant("public", ("select",))),
)
ORDERS = replace(
    USERS, name="orders", kind="table", partition_key=None, columns=(*USERS.columns, Column("user_id", "bigint"))
)
SCHEMA = Schema(
    tables=(
        USERS,
        ORDERS,
        replace(ORDERS, name="audit_log", primary_key=None),
        replace(ORDERS, name="far", kind="foreign"),
        Table("public", "empty"),
        Table("public", "p1", USERS.columns, "partition", partition_of=USERS.qname, partition_bound="garbage"),
        Table("public", "p2", (), "partition", partition_of=QName("no", "where")),
    ),
    views=(
        View("public", "v", "SELECT FROM ((("),
        View("public", "w", "SELECT * FROM users JOIN w ON true"),
        View("public", "mv", "SELECT * FROM users", materialized=True),
    ),
    functions=(Function("public", "f", security_definer=True),),
    roles=(Role("r", login=True, superuser=True),),
    domains=(Domain("public", "d", "d"),),
)
STATEMENTS = (
    "SELECT missing FROM users WHERE missing = :x",
    "SELECT * FROM empty",
    "SELECT * FROM nowhere.x a, users b WHERE a.x = b.id",
    "SELECT u.* FROM users u WHERE u.missing NOT IN (SELECT missing FROM orders) OFFSET :x",
    "UPDATE users SET missing = 1",
    "SELECT (SELECT 1 FROM orders WHERE orders.user_id = users.id) FROM users",
    "SELECT 1",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "INSERT INTO empty DEFAULT VALUES",
    "SELECT * FROM users u, orders o, empty e, LATERAL (SELECT 1) z ORDER BY 7 LIMIT ALL",
    "SELECT * FROM (VALUES (1)) v(a) WHERE a LIKE '%x'",
    "SELECT * FROM users NATURAL JOIN orders",
    "SELECT * FROM users WHERE (id, email) IN (SELECT id, email FROM orders)",
    "DELETE FROM p1 WHERE created_at < now()",
    "",
)
WORKLOAD = Workload(
    tuple(
        Query(f"q{number}", sql, "read", rate=5.0, parameters=(Parameter("x", "pick", ("a", "1")),))
        for number, sql in enumerate(STATEMENTS)
    )
)
INTAKE = Intake(
    tenancy=Tenancy(tenants=50),
    scale=Scale(tables={"users": TableScale(None, 5_000_000), "orders": TableScale(10**9, None)}),
    data_classes=(),
)


@pytest.mark.parametrize("workload", [None, WORKLOAD], ids=["alone", "workload"])
@pytest.mark.parametrize("intake", [None, INTAKE], ids=["alone", "intake"])
def test_names_that_are_not_there_stop_no_rule(
    workload: Workload | None, intake: Intake | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBARCH_STRICT", "1")
    findings, not_run = run_rules(SCHEMA, workload, intake)
    assert {"foreign-key-to-missing-table", "rls-not-forced", "broad-grant"} <= {finding.rule for finding in findings}
    assert not [item for item in not_run if "fault" in item.reason]


def test_one_unread_query_is_named_by_every_rule_on_queries() -> None:
    _, not_run = run_rules(SCHEMA, WORKLOAD, INTAKE)
    # What misses an answer says so instead.
    reasons = {item.reason for item in not_run if not item.reason.startswith("needs the intake's answer")}
    assert len(reasons) == 1
    assert "did not look at 1 of the workload's queries: q14" in reasons.pop()
