"""What CHECK expressions are understood to ask."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dbarch_widgets.model.objects import Domain
from dbarch_widgets.model.schema import Check, Column, Schema, Table
from dbarch_widgets.synth.checks import rules_of
from dbarch_widgets.synth.limits import Limits, Rules

COLUMNS = tuple(Column(name, "text") for name in ("a", "b", "c", "status", "closed_at", "kind"))


def read(expression: str) -> Rules:
    table = Table("public", "t", COLUMNS, checks=(Check("k", expression),))
    return rules_of(Schema(), table)


@pytest.mark.parametrize(
    ("expression", "limits"),
    [
        ("a IN ('x', 'y')", Limits(allowed=("x", "y"))),
        ("(a)::text = ANY ((ARRAY['x'::character varying, 'y'])::text[])", Limits(allowed=("x", "y"))),
        ("a = 'x' OR a IN ('y')", Limits(allowed=("x", "y"))),
        ("a IS NULL OR a IN ('x')", Limits(allowed=("x",))),
        ("a <> 'x'", Limits(excluded=("x",))),
        ("a NOT IN ('x', 'y')", Limits(excluded=("x", "y"))),
        ("a > 0", Limits(low=Decimal(0), low_open=True)),
        ("-3 <= a AND a < 7.5", Limits(low=Decimal(-3), high=Decimal("7.5"), high_open=True)),
        ("a BETWEEN 1 AND 5", Limits(low=Decimal(1), high=Decimal(5))),
        ("a > '2020-01-01'::date", Limits(low="2020-01-01", low_open=True)),
        ("length(a) <= 10", Limits(max_length=10)),
        ("char_length(trim(a)) >= 3", Limits(min_length=3)),
        ("octet_length(a) = 16", Limits(min_length=16, max_length=16)),
        ("a ~ '^[A-Z]+$'", Limits(patterns=("^[A-Z]+$",))),
        ("a LIKE 'pre%'", Limits(prefix="pre")),
        ("a = lower(a)", Limits(letter_case="lower")),
        ("a IS NOT NULL", Limits(required=True)),
        ("NOT a", Limits(allowed=(False,))),
    ],
)
def test_limits_of_one_column(expression: str, limits: Limits) -> None:
    rules = read(expression)
    assert rules.opaque == ()
    assert rules.of("a") == limits


@pytest.mark.parametrize(
    ("expression", "ordered"),
    [
        ("a <= b", ("a", "<=", "b")),
        ("a <> b", ("a", "<>", "b")),
        ("closed_at IS NULL OR a IS NULL OR closed_at > a", ("closed_at", ">", "a")),
        ("a = b + c", ("a", "=", "b + c")),
        ("b + c >= a", ("a", "<=", "b + c")),
        ("a IS DISTINCT FROM b", ("a", "<>", "b")),
    ],
)
def test_relations_between_columns(expression: str, ordered: tuple[str, str, str]) -> None:
    (rule,) = read(expression).ordered
    assert (rule.column, rule.operator, rule.expression) == ordered


def test_filled_exactly_when_a_condition_holds() -> None:
    gates = read("(status = 'closed') = (closed_at IS NOT NULL)").gates
    assert [(gate.column, gate.filled) for gate in gates] == [("closed_at", True), ("closed_at", False)]
    assert gates[0].uses == ("status",)


def test_an_implication_fills_the_column_where_it_is_asked_for() -> None:
    (gate,) = read("status <> 'closed' OR closed_at IS NOT NULL").gates
    assert gate.column == "closed_at"
    assert gate.filled
    (gate,) = read("status = 'closed' OR closed_at IS NULL").gates
    assert not gate.filled


def test_branches_by_kind() -> None:
    rules = read("(kind = 'x' AND a IS NOT NULL AND b IS NULL) OR (kind = 'y' AND b IS NOT NULL AND a IS NULL)")
    assert rules.of("kind").allowed == ("x", "y")
    assert len(rules.gates) == 4


@pytest.mark.parametrize("expression", ["num_nonnulls(a, b) = 1", "(a IS NOT NULL)::int + (b IS NOT NULL)::int = 1"])
def test_one_of_several(expression: str) -> None:
    (choose,) = read(expression).choose
    assert (choose.columns, choose.low, choose.high) == (("a", "b"), 1, 1)


@pytest.mark.parametrize("expression", ["jsonb_typeof(a) = 'object'", "a % 2 = 1", "f(a, b)", "(((", "x > 1"])
def test_what_is_not_understood_is_kept_for_trying(expression: str) -> None:
    assert read(expression).opaque == (("k", expression),)


def test_a_domains_check_counts_for_its_columns() -> None:
    schema = Schema(domains=(Domain("public", "code", "text", checks=(("c", "VALUE ~ '^[A-Z]{3}$'"),)),))
    rules = rules_of(schema, Table("public", "t", (Column("a", "code"), Column("b", "code[]"))))
    assert rules.of("a").patterns == ("^[A-Z]{3}$",)
    assert rules.of("b") == Limits()
