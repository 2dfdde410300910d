"""A small review made by hand, in which every kind of thing occurs once or more."""

from __future__ import annotations

from datetime import date

from dbarch_widgets.model.finding import Evidence, Finding, Fix, Ratio
from dbarch_widgets.model.intake import Intake, LatencyGoals, OpenQuestion, Region, Scale, SystemFacts, TableScale
from dbarch_widgets.model.measurement import (
    Comparison,
    Latency,
    Measurement,
    OperatorRows,
    QueryComparison,
    QueryMeasurement,
)
from dbarch_widgets.model.objects import Grant, Policy, RowSecurity, Trigger
from dbarch_widgets.model.plan import Plan, PlanNode
from dbarch_widgets.model.profile import ColumnProfile, Profile, TableProfile
from dbarch_widgets.model.report import ImportReport, Problem
from dbarch_widgets.model.review import Alternative, Decision, NotRun, Review
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
from dbarch_widgets.model.workload import Parameter, Query, ServiceLevel, Workload

ACCOUNTS = Table(
    "public",
    "accounts",
    columns=(
        Column("id", "bigint", nullable=False, identity="always", line=4),
        Column("email", "text", nullable=False, comment="Where bills go."),
        Column("email_lower", "text", generated="lower(email)", generated_kind="stored"),
    ),
    comment="Who pays.",
    owner="app_owner",
    primary_key=PrimaryKey("accounts_pkey", ("id",)),
    unique=(Unique("accounts_email_key", ("email",), nulls_distinct=False),),
    rls=RowSecurity(enabled=True, policies=(Policy("own_rows", "select", roles=("app",), using="(id = my_id())"),)),
    grants=(Grant("app", ("select", "insert"), external_role=True),),
    file="schema.sql",
    line=3,
)

ORDERS = Table(
    "sales",
    "orders",
    columns=(
        Column("id", "bigint", nullable=False),
        Column("account_id", "bigint", nullable=False),
        Column("placed_at", "timestamp with time zone", nullable=False, default="now()"),
        Column("total", "double precision"),
    ),
    kind="partitioned",
    partition_key="RANGE (placed_at)",
    primary_key=PrimaryKey("orders_pkey", ("id", "placed_at")),
    foreign_keys=(
        ForeignKey("orders_account_id_fkey", ("account_id",), "public", "accounts", ("id",), on_delete="cascade"),
    ),
    checks=(Check("orders_total_check", "(total >= 0)", validated=False),),
    exclusions=(Exclusion("orders_no_overlap", "USING gist (id WITH =)"),),
    indexes=(
        Index(
            "orders_recent",
            (IndexKey("placed_at", order="desc", nulls="last"),),
            include=("total",),
            where="(total > 0)",
        ),
        Index("orders_by_text", (IndexKey(expression="lower(total::text)", opclass="text_pattern_ops"),), unique=True),
    ),
    triggers=(Trigger("orders_audit", "audit.log", "after", ("insert", "update"), for_each_row=True),),
    file="schema.sql",
    line=12,
)

ORDERS_2026 = Table(
    "sales",
    "orders_2026",
    columns=ORDERS.columns,
    kind="partition",
    partition_of=QName("sales", "orders"),
    partition_bound="FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    file="schema.sql",
    line=30,
)

REPORT = ImportReport(
    statements=9,
    understood=5,
    partly=1,
    skipped=2,
    not_understood=1,
    problems=(
        Problem(
            41, "CREATE UNREADABLE THING x", 'syntax error at or near "UNREADABLE"', "not_understood", "schema.sql"
        ),
        Problem(44, "DO $$ BEGIN …", "a DO block was not executed", "partly", "schema.sql"),
    ),
)

SCHEMA = Schema(tables=(ACCOUNTS, ORDERS, ORDERS_2026), report=REPORT)

NO_INDEX = Finding(
    rule="foreign-key-without-index",
    severity="high",
    confidence="certain",
    area="indexes",
    message="No index begins with account_id, so deleting an account reads all of orders.",
    schema="sales",
    table="orders",
    columns=("account_id",),
    object="orders_account_id_fkey",
    file="schema.sql",
    line=14,
    fix=Fix(
        "CREATE INDEX CONCURRENTLY orders_account_id_idx ON sales.orders (account_id);", note="Once per partition."
    ),
    evidence=Evidence(
        kind="measured",
        engine="duckdb 2.0.0",
        seed=1,
        rows=(("sales.orders", 100_000),),
        before=(("rows_scanned", 100_000.0), ("median_ms", 12.0)),
        after=(("rows_scanned", 40.0), ("median_ms", 0.3)),
        ratio=Ratio(0.025, 0.02, 0.031),
        name="index_account_id",
        command="dbarch compare a.sql b.sql --workload workload.sql",
    ),
    references=("PostgreSQL documentation, 5.5.5 Foreign Keys",),
)
FLOAT_MONEY = Finding(
    rule="float-money",
    severity="medium",
    confidence="likely",
    area="types",
    message="total looks like money and is a floating point number.",
    schema="sales",
    table="orders",
    columns=("total",),
    file="schema.sql",
    line=16,
    fix=Fix("ALTER TABLE sales.orders ALTER COLUMN total TYPE numeric(12, 2);", reversible=False),
)
SLOW_QUERY = Finding(
    rule="leading-wildcard",
    severity="low",
    confidence="hint",
    area="queries",
    message="The pattern begins with a wildcard, so no B-tree index serves it.",
    query="find_by_mail",
)
FINDINGS = (FLOAT_MONEY, SLOW_QUERY, NO_INDEX)

WORKLOAD = Workload(
    queries=(
        Query(
            "open_orders_of_account",
            "SELECT *\nFROM sales.orders\nWHERE account_id = :account_id",
            "read",
            400.0,
            (Parameter("account_id", "zipf", ("public.accounts.id", "1.1")),),
            ServiceLevel(99.0, 20.0),
            "app",
            description="The first page after login.",
        ),
        Query("place_order", "INSERT INTO sales.orders VALUES (:id)", "write", 0.5),
        Query("find_by_mail", "SELECT 1 FROM accounts WHERE email LIKE '%' || :part", "read"),
    ),
    problems=(Problem(30, "SELEC 1", "not a statement", "not_understood", "workload.sql"),),
    source="workload.sql",
)

MEASUREMENT = Measurement(
    engine="duckdb",
    engine_version="2.0.0",
    seed=1,
    scale=0.5,
    rows=(("public.accounts", 1_000), ("sales.orders", 100_000)),
    queries=(
        QueryMeasurement(
            "open_orders_of_account",
            executions=200,
            latency=Latency(
                samples=tuple(10 + (place * 37 % 100) / 10 for place in range(200)),
                minimum=10.0,
                median=15.0,
                p95=19.5,
                p99=24.2,
                maximum=31.0,
                median_interval=(14.2, 15.9),
            ),
            rows_returned=38,
            rows_scanned=100_000,
            operators=(OperatorRows("SEQ_SCAN", "sales.orders", 38, 100_000),),
            slo_met=False,
        ),
        QueryMeasurement(
            "place_order",
            executions=50,
            latency=Latency(samples=(0.2, 0.21, 0.3), minimum=0.2, median=0.21, p95=0.3, p99=0.3, maximum=0.3),
            slo_met=None,
        ),
        QueryMeasurement("find_by_mail", error="Binder Error: no function my_id"),
    ),
    repetitions=200,
    seconds=12.3,
    not_modelled=("Concurrency: one query runs at a time.", "A cold cache."),
)

COMPARISON = Comparison(
    name="index_account_id",
    label_a="as it stands",
    label_b="with an index",
    engine="duckdb",
    engine_version="2.0.0",
    seed=1,
    scale=0.5,
    rows=(("public.accounts", 1_000), ("sales.orders", 100_000)),
    pairs=40,
    queries=(
        QueryComparison(
            "open_orders_of_account", Ratio(0.025, 0.02, 0.031), 12.0, 0.3, 100_000, 40, True, verdict="faster"
        ),
        QueryComparison("place_order", Ratio(1.3, 1.1, 1.6), 0.2, 0.26, 0, 0, True, verdict="slower"),
        QueryComparison("find_by_mail", None, 0, 0, 0, 0, None, verdict="did not run"),
    ),
    storage_bytes_a=8_000_000,
    storage_bytes_b=10_400_000,
    change=("CREATE INDEX orders_account_id_idx ON sales.orders (account_id)",),
    not_modelled=("Concurrency: one query runs at a time.",),
)

MEASURED_DECISION = Decision(
    number=1,
    title="Index the account of an order",
    context="Support opens an account and waits.",
    decision="Add the index.",
    consequences="Inserts take 30 % longer.",
    decided_on=date(2026, 11, 20),
    alternatives=(
        Alternative("Index", "reads 40 rows instead of 100,000", "slower inserts", chosen=True),
        Alternative("Leave it", "nothing to do", "misses the goal"),
    ),
    evidence=("index_account_id",),
)
OPINION = Decision(2, "Keep one database", "Two regions.", "One primary.", status="proposed")

INTAKE = Intake(
    system=SystemFacts("Webshop", "It sells spare parts", "production"),
    scale=Scale(tables={"sales.orders": TableScale(40_000_000, 2_000_000)}, peak_factor=3),
    latency=LatencyGoals(p99_read_ms=20),
    regions=(Region("eu", 4_000_000, data_must_stay=True),),
    data_classes=(),
)
QUESTIONS = (
    OpenQuestion(
        "recovery.rpo_seconds", "How much may be lost?", "It decides on replication.", "A synchronous standby."
    ),
)

REVIEW = Review(
    title="Webshop orders",
    schema=SCHEMA,
    workload=WORKLOAD,
    intake=INTAKE,
    findings=FINDINGS,
    not_run=(NotRun("unused-index", "there are no statistics of use"),),
    open_questions=QUESTIONS,
    measurements=(MEASUREMENT,),
    comparisons=(COMPARISON,),
    decisions=(MEASURED_DECISION, OPINION),
)

PLAN = Plan(
    "duckdb",
    "2.0.0",
    PlanNode(
        "HASH_JOIN",
        rows=38,
        estimated=50.0,
        children=(
            PlanNode("SEQ_SCAN", "sales.orders", rows=38, scanned=100_000, seconds=0.012, detail="account_id = 7"),
            PlanNode("INDEX_SCAN", "accounts", "accounts_pkey", rows=1, scanned=1),
        ),
    ),
    analysed=True,
)

PROFILE = Profile(
    (
        TableProfile(QName("public", "accounts"), 1_000, (ColumnProfile("id", "serial", why="a key"),)),
        TableProfile(
            QName("sales", "orders"), 100_000, (ColumnProfile("total", "amount", (("mean", 40),), 0.02, "a price"),)
        ),
    ),
    ("Nulls are guessed.",),
)

EVERYTHING = (
    SCHEMA,
    ACCOUNTS,
    ORDERS,
    ORDERS_2026,
    REPORT,
    WORKLOAD,
    NO_INDEX,
    FLOAT_MONEY,
    SLOW_QUERY,
    NO_INDEX.evidence,
    MEASUREMENT,
    COMPARISON,
    PROFILE,
    PLAN,
    INTAKE,
    MEASURED_DECISION,
    OPINION,
    REVIEW,
)
