"""What is the habit of a whole schema is said once, and its fix mends it everywhere."""

from __future__ import annotations

import pytest

from dbarch_widgets.model.finding import Finding
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.rules.registry import run_rules

# Of each rule: a table of which `number` are made, and how many are still said one by one.
HABITS = {
    "timestamp-without-time-zone": ("CREATE TABLE t{n} (id bigint PRIMARY KEY, at timestamp, seen timestamp);", 2),
    "json-instead-of-jsonb": ("CREATE TABLE t{n} (id bigint PRIMARY KEY, body json);", 5),
    "table-without-primary-key": ("CREATE TABLE t{n} (code text NOT NULL UNIQUE);", 5),
    "redundant-index": ("CREATE TABLE t{n} (a int, b int); CREATE INDEX ON t{n} (a); CREATE INDEX ON t{n} (a, b);", 10),
    "foreign-key-without-index": (
        "CREATE TABLE p{n} (id bigint PRIMARY KEY); CREATE TABLE t{n} (p_id bigint REFERENCES p{n} (id));",
        15,
    ),
    "granted-to-public": ("CREATE TABLE t{n} (id bigint PRIMARY KEY); GRANT ALL ON t{n} TO PUBLIC;", 5),
    "rls-not-forced": (
        "CREATE TABLE t{n} (id bigint PRIMARY KEY); ALTER TABLE t{n} ENABLE ROW LEVEL SECURITY; "
        "CREATE POLICY p ON t{n} USING (id = 1);",
        5,
    ),
    "foreign-key-type-mismatch": (
        "CREATE TABLE p{n} (id serial PRIMARY KEY); CREATE TABLE t{n} (p_id bigint REFERENCES p{n} (id));",
        5,
    ),
}


def found(rule: str, sql: str) -> list[Finding]:
    findings, _ = run_rules(read_schema(sql), only=[rule])
    return list(findings)


@pytest.mark.parametrize("rule", HABITS)
def test_few_are_said_one_by_one_and_many_at_once(rule: str) -> None:
    table, most = HABITS[rule]
    few, many = ("\n".join(table.format(n=n) for n in range(number)) for number in (most, most + 1))
    assert len(found(rule, few)) == most
    (one,) = found(rule, many)
    assert one.table is None
    assert one.columns == ()
    assert one.fix is not None
    assert found(rule, f"{many}\n{one.fix.sql}") == []


def test_the_key_of_what_is_said_at_once_does_not_depend_on_how_many_there_are() -> None:
    table, most = HABITS["timestamp-without-time-zone"]
    texts = ["\n".join(table.format(n=n) for n in range(number)) for number in (most + 1, most + 3)]
    first, second = (found("timestamp-without-time-zone", text)[0] for text in texts)
    assert first.key == second.key


def test_a_schema_that_knows_better_is_told_table_by_table() -> None:
    """Half of the instants have a zone: the others are slips and no habit."""
    table = "CREATE TABLE t{n} (id bigint PRIMARY KEY, at timestamp, seen timestamptz);"
    findings = found("timestamp-without-time-zone", "\n".join(table.format(n=n) for n in range(6)))
    assert [finding.columns for finding in findings] == [("at",)] * 6
    assert all("beside it" in finding.message for finding in findings)


def test_references_to_short_lists_are_said_once_without_a_fix() -> None:
    sql = """CREATE TABLE services (code varchar(10) PRIMARY KEY, name text NOT NULL);
        CREATE TABLE orders (id bigint PRIMARY KEY, service_code varchar(10) NOT NULL REFERENCES services (code));
        CREATE TABLE prices (id bigint PRIMARY KEY, service_code varchar(10) NOT NULL REFERENCES services (code));
        CREATE TABLE lease_types (lease_type smallint PRIMARY KEY, name varchar(5));
        CREATE TABLE remarks (
            id bigint PRIMARY KEY,
            lease_type smallint REFERENCES lease_types (lease_type),
            order_id bigint NOT NULL REFERENCES orders (id)
        );"""
    lists, order = sorted(found("foreign-key-without-index", sql), key=lambda finding: finding.severity)
    assert (lists.severity, lists.confidence, lists.fix) == ("info", "hint", None)
    assert lists.members == ("orders (service_code)", "prices (service_code)", "remarks (lease_type)")
    assert (order.table, order.severity, order.fix is not None) == ("remarks", "medium", True)


def test_persons_who_cannot_be_erased_are_said_once() -> None:
    sql = """CREATE TABLE students (id bigint PRIMARY KEY, full_name text NOT NULL, email text);
        CREATE TABLE teachers (id bigint PRIMARY KEY, full_name text NOT NULL, email text);
        CREATE TABLE courses (id bigint PRIMARY KEY, teacher_id bigint NOT NULL REFERENCES teachers (id));
        CREATE TABLE places (course_id bigint REFERENCES courses (id), student_id bigint NOT NULL REFERENCES students (id));"""
    (one,) = found("erasure-blocked", sql)
    assert one.members == ("students", "teachers")
    assert "full_name and email" in one.message


def test_habits_without_a_fix_are_said_once_too() -> None:
    states = "CREATE TABLE t{n} (id bigint PRIMARY KEY, status text NOT NULL);"
    amounts = "CREATE TABLE m{n} (id bigint PRIMARY KEY, price numeric(10, 2) NOT NULL);"
    with_currency = "\n".join(
        f"CREATE TABLE c{n} (id bigint PRIMARY KEY, price numeric(10, 2) NOT NULL, currency char(3) NOT NULL);"
        for n in range(2)
    )
    for rule, table in (("status-without-check", states), ("money-without-currency", amounts)):
        few, many = (with_currency + "\n".join(table.format(n=n) for n in range(number)) for number in (15, 16))
        assert len(found(rule, few)) == 15
        (one,) = found(rule, many)
        assert one.message.startswith("16 ")


def test_keys_that_lead_to_one_missing_table_are_said_once() -> None:
    sql = "\n".join(f"CREATE TABLE t{n} (id bigint PRIMARY KEY, usr_id bigint REFERENCES usr (id));" for n in range(3))
    (one,) = found("foreign-key-to-missing-table", sql)
    assert (one.severity, one.members) == ("high", ("t0 (usr_id)", "t1 (usr_id)", "t2 (usr_id)"))
    assert len(found("foreign-key-to-missing-table", sql.rpartition("\n")[0])) == 2


def test_an_inventory_of_personal_data_is_one_finding_that_names_the_worst_first() -> None:
    table = "CREATE TABLE t{n} (id bigint PRIMARY KEY, email text);"
    worst = "CREATE TABLE citizens (id bigint PRIMARY KEY, ssn text);"
    few = "\n".join(table.format(n=n) for n in range(14))
    assert len(found("personal-data-column", f"{few}\n{worst}")) == 15
    (one,) = found("personal-data-column", f"{few}\n{table.format(n=14)}\n{worst}")
    assert one.message.startswith(
        "16 tables hold data about persons in 16 columns (national identification number and e-mail"
    )
    assert ": citizens, t0, " in one.message
    assert len(one.members) == 16
