"""What the rules share: names, access paths, quoting, the tenant column, and which index serves what."""

from __future__ import annotations

import pytest

from dbarch_widgets.model.intake import Intake, Scale, SystemFacts, TableScale, Tenancy
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.workload import Query, Workload
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.access import accesses
from dbarch_widgets.rules.context import Context
from dbarch_widgets.rules.ddl import dotted, free_name, ident
from dbarch_widgets.rules.policies import is_true
from dbarch_widgets.rules.registry import run_rules
from dbarch_widgets.rules.serving import best_service, demand_of
from dbarch_widgets.rules.words import and_list, big, is_money, is_secret, rate_text, singular, words


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("orders", "orders"),
        ("order", '"order"'),
        ("user", '"user"'),
        ("left", '"left"'),
        ("between", '"between"'),
        ("name", "name"),
        ("type", "type"),
        ("userId", '"userId"'),
        ("net amount", '"net amount"'),
        ('a"b', '"a""b"'),
        ("1st", '"1st"'),
        ("straße", '"straße"'),
    ],
)
def test_names_are_quoted_only_where_needed(name: str, quoted: str) -> None:
    assert ident(name) == quoted


def test_public_is_left_out() -> None:
    assert dotted(QName("public", "order")) == '"order"'
    assert dotted(QName("trade", "orders")) == "trade.orders"


def test_new_names_are_free_and_fit() -> None:
    schema = read_schema("CREATE TABLE t (a int); CREATE INDEX t_a_idx ON t (a); CREATE TABLE t_a_idx1 (b int);")
    assert free_name(Context(schema), schema.table("t"), ["a"]) == "t_a_idx2"
    assert len(free_name(Context(schema), schema.table("t"), ["x" * 80])) == 63


@pytest.mark.parametrize(
    ("name", "money"),
    [
        ("total_amount", True),
        ("unitPrice", True),
        ("hourly_rate", True),
        ("grand_total", True),
        ("salary", True),
        ("exchange_rate", False),
        ("price_multiplier", False),
        ("total_count", False),
        ("total_weight", False),
        ("amount", True),
        ("net_amount", True),
        ("balance", True),
        ("total_cost", True),
        ("total_sales", True),
        ("price_per_kg", True),
        ("fuel_cost", True),
        ("amount_kg", False),
        ("amount_of_substance", False),
        ("price_elasticity", False),
        ("cost_center", False),
        ("total_area", False),
        ("leave_balance", False),
        ("balanced", False),
        ("costume", False),
    ],
)
def test_names_of_money(name: str, money: bool) -> None:
    assert is_money(name) is money


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("apiKey", True),
        ("client_secret", True),
        ("refresh_token", True),
        ("reset_token", True),
        ("secret_question", False),
        ("password_reset", False),
        ("password_hash", False),
        ("token_expires_at", False),
        ("secret_id", False),
        ("primary_key", False),
        ("tokenizer", False),
    ],
)
def test_names_of_secrets(name: str, secret: bool) -> None:
    assert is_secret(name) is secret


@pytest.mark.parametrize(
    ("expression", "always"),
    [
        ("true", True),
        ("((x IS NOT NULL) OR true)", True),
        ("true OR x", True),
        ("(a) OR (1 = 1)", True),
        ("'a' = 'A'", False),
        ("x = x", False),
        ("1 = 2 OR false", False),
        ("x AND (y OR true)", False),
        ("x = 'a OR true'", False),
        ("is_true", False),
        ("true OR (", False),
        (None, False),
    ],
)
def test_what_is_plainly_true(expression: str | None, always: bool) -> None:
    assert is_true(expression) is always


def test_words_and_numbers_for_people() -> None:
    assert words("HTTPServerId2") == ("http", "server", "id", "2")
    assert [singular(name) for name in ("orders", "categories", "addresses", "status", "bus", "boxes")] == [
        "order",
        "category",
        "address",
        "status",
        "bus",
        "box",
    ]
    assert and_list(["a", "b", "c"]) == "a, b and c"
    assert and_list("abcdefgh", at_most=3) == "a, b, c and 5 more"
    assert (big(2_400_000_000), big(180_000)) == ("2.4 billion", "180,000")
    assert (rate_text(2400), rate_text(4 / 60), rate_text(0.1 / 3600)) == (
        "2,400 times a second",
        "4 times a minute",
        "less than once an hour",
    )


def test_everything_that_can_be_searched_by() -> None:
    schema = read_schema(
        """
        CREATE TABLE halts (
            id bigint PRIMARY KEY,
            code text UNIQUE,
            odd int,
            EXCLUDE USING gist (odd WITH =, code WITH =, tstzrange(a, b) WITH &&) WHERE (id > 0),
            a timestamptz, b timestamptz
        );
        CREATE INDEX halts_a_idx ON halts (a DESC, lower(code)) INCLUDE (b) WHERE a IS NOT NULL AND b IS NOT NULL;
        """
    )
    found = {access.kind: access for access in accesses(schema.table("halts"))}
    assert found["primary key"].columns == ("id",)
    assert found["unique constraint"].columns == ("code",)
    exclusion = found["exclusion constraint"]
    assert (exclusion.method, exclusion.columns, exclusion.where) == ("gist", ("odd", "code", None), "(id > 0)")
    index = found["index"]
    assert index.columns == ("a", None)
    assert index.holds_all_of(("a", "b"))
    assert not index.holds_all_of(("a",))
    assert not exclusion.holds_all_of(("id",))


def context(schema: Schema, sql: str) -> Context:
    return Context(schema, Workload((Query("q", sql, "read", rate=10.0),)))


ORDERS = """
CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, state state, at timestamptz, gone_at timestamptz);
CREATE INDEX by_customer ON orders (customer_id, at DESC);
CREATE INDEX by_state ON orders (state);
CREATE INDEX open_only ON orders (at) WHERE state = 'open' AND gone_at IS NULL;
"""


@pytest.mark.parametrize(
    ("where", "index", "narrowing"),
    [
        ("customer_id = :c", "by_customer", True),
        ("customer_id = :c AND at > :t", "by_customer", True),
        ("state = 'open'", "by_state", False),
        ("state = 'open' AND gone_at IS NULL AND at > :t", "open_only", False),
        ("id = :i", "orders_pkey", True),
        ("at > :t", None, False),
        ("customer_id + 1 = :c", None, False),
        ("customer_id = :c OR id = :i", None, False),
    ],
)
def test_which_index_serves_a_condition(where: str, index: str | None, narrowing: bool) -> None:
    one = context(read_schema(ORDERS), f"SELECT 1 FROM orders WHERE {where}")
    (query,) = one.queries
    demand = demand_of(one, query, 0, "orders", query.tables[0])
    best = best_service(one, demand)
    if index == "open_only":
        # by_state serves it too, by a column that narrows little.
        assert best is not None
        assert best.access.name in ("open_only", "by_state")
    else:
        assert (best.access.name if best else None) == index
    assert (best.narrowing if best else False) is narrowing


def test_an_index_is_read_backwards_for_an_order() -> None:
    one = context(read_schema(ORDERS), "SELECT 1 FROM orders WHERE customer_id = :c ORDER BY at LIMIT 5")
    (query,) = one.queries
    best = best_service(one, demand_of(one, query, 0, "orders", query.tables[0]))
    assert best is not None
    assert best.ordered


TENANTS = """
CREATE TABLE firms (id bigint PRIMARY KEY);
CREATE TABLE a (id bigint PRIMARY KEY, firm_id bigint REFERENCES firms (id));
CREATE TABLE b (id bigint PRIMARY KEY, firm_id bigint REFERENCES firms (id));
"""
FENCE = """
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE POLICY fence ON a USING (firm_id = (SELECT nullif(current_setting('app.firm', true), '')::bigint));
"""


def test_the_tenant_column_needs_a_sign() -> None:
    """`firm_id` alone may be anything; the intake or a policy says that it fences."""
    plain, fenced = read_schema(TENANTS), read_schema(TENANTS + FENCE)
    many, one = Intake(tenancy=Tenancy(tenants=40)), Intake(tenancy=Tenancy(tenants=1))
    assert Context(plain).tenants is None
    assert Context(fenced, intake=one).tenants is None
    found = Context(plain, intake=many).tenants
    assert found is not None
    assert (found.column, found.root) == ("firm_id", QName("public", "firms"))
    assert found.tables == {QName("public", "a"), QName("public", "b")}


def test_domains_and_arrays_have_a_base_type() -> None:
    schema = read_schema(
        "CREATE SCHEMA ref; CREATE DOMAIN ref.price AS numeric(31,13); CREATE DOMAIN list AS ref.price[]; "
        "CREATE TABLE t (a ref.price, b list, c timestamp(3) without time zone);"
    )
    one = Context(schema)
    types = [one.family(column.type) for column in schema.table("t").columns]
    assert types == ["numeric", "numeric", "timestamp without time zone"]


def test_as_many_rows_as_tenants_tell_the_tenant_column() -> None:
    schema = read_schema(
        "CREATE TABLE member (id bigint PRIMARY KEY, lei text);"
        "CREATE TABLE instrument (id bigint PRIMARY KEY, symbol text);"
        "CREATE TABLE account (id bigint PRIMARY KEY, member_id bigint NOT NULL REFERENCES member (id));"
        "CREATE TABLE orders (id bigint PRIMARY KEY, member_id bigint NOT NULL REFERENCES member (id), "
        "instrument_id bigint NOT NULL REFERENCES instrument (id));"
        "CREATE TABLE quote (id bigint PRIMARY KEY, instrument_id bigint NOT NULL REFERENCES instrument (id));",
        dialect="postgres",
    )

    def column(members: int, tenants: int) -> str | None:
        scale = Scale(tables={"member": TableScale(rows=members), "instrument": TableScale(rows=9_000)})
        found = Context(schema, intake=Intake(scale=scale, tenancy=Tenancy(tenants=tenants))).tenants
        return found.column if found else None

    assert column(1_200, 1_200) == "member_id"
    assert column(1_300, 1_200) == "member_id"
    assert column(2_000, 1_200) is None
    assert column(3, 3) is None


def test_mysql_has_its_partitions_in_the_table() -> None:
    text = "CREATE TABLE `log` (`ts` datetime NOT NULL, PRIMARY KEY (`ts`)) PARTITION BY RANGE (year(`ts`)) (PARTITION p VALUES LESS THAN MAXVALUE);"
    assert run_rules(read_schema(text, dialect="mysql"), only=["rows-without-partition"])[0] == ()


def test_a_planned_table_is_judged_by_the_rows_of_a_year() -> None:
    schema = read_schema("CREATE TABLE events (id bigint PRIMARY KEY);", dialect="postgres")
    table = schema.tables[0]

    def context(stage: str, rows: int) -> Context:
        scale = Scale(tables={"events": TableScale(rows=rows, growth_per_month=1_000_000)})
        return Context(schema, intake=Intake(system=SystemFacts(stage=stage), scale=scale))

    assert context("planned", 0).scale(table).rows == 12_000_000
    assert context("planned", 0).rows_path(table) == "scale.tables.events.growth_per_month"
    assert context("planned", 500).scale(table).rows == 500
    assert context("running", 0).scale(table).rows == 0
